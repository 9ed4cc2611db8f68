"""A web server that is not the app: for remote pages, and to see what reaches it."""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import attrs


@attrs.define
class Site:
    """A running server.

    Attributes:
        origin: Where it is.
        pages: What it serves, HTML and scripts by path; all else is 404.
        moved: Where it sends those on who ask, by path.
        hits: The paths that were asked for, in order.
    """

    origin: str
    pages: dict[str, str]
    moved: dict[str, str] = attrs.field(factory=dict)
    hits: list[str] = attrs.field(factory=list)


@contextmanager
def site(
    pages: Mapping[str, str] | None = None,
    *,
    port: int = 0,
    headers: Callable[[str], Iterable[tuple[str, str]]] = lambda _: (),
) -> Iterator[Site]:
    """Serve pages on this machine while the block runs, on a port that is free or one that is told.

    Args:
        pages: HTML and scripts by path.
        port: The port; 0 is one that is free.
        headers: Given where the server is, what headers it sends with all that it serves.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.hits.append(self.path)
            text = served.pages.get(self.path.partition("?")[0])
            place = served.moved.get(self.path)
            self.send_response(307 if place is not None else 200 if text is not None else 404)
            if place is not None:
                self.send_header("Location", place)
            kind = "javascript" if self.path.endswith(".js") else "html"
            self.send_header("Content-Type", f"text/{kind};charset=utf-8")
            for header in headers(served.origin):
                self.send_header(*header)
            self.end_headers()
            self.wfile.write((text or "not here").encode())

        do_POST = do_GET  # noqa: N815  # the name is http.server's

        def log_message(self, *_: object) -> None:
            """Keep the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    served = Site(f"http://127.0.0.1:{server.server_port}", dict(pages or {}))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
