"""A web server that begins to answer and then takes its time."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import attrs

_HEAD = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html;charset=utf-8\r\nX-Content-Type-Options: nosniff\r\n"
    b"Connection: close\r\n\r\n"
)


@attrs.frozen
class SlowSite:
    """A server that sends a page's headers at once, and the page when it is told to.

    Attributes:
        origin: Where it is.
        send: Lets the page go.
    """

    origin: str
    send: threading.Event


@contextmanager
def slow_site(page: str) -> Iterator[SlowSite]:
    """Serve one page, slowly, while the block runs."""
    listening = socket.create_server(("127.0.0.1", 0))
    served = SlowSite(f"http://127.0.0.1:{listening.getsockname()[1]}", threading.Event())

    def serve(connection: socket.socket) -> None:
        with connection:
            if connection.recv(65536):
                connection.sendall(_HEAD)
                served.send.wait()
                connection.sendall(page.encode())

    def accept() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        served.send.set()
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()
