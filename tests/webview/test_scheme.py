"""What real pages get from `tauri:` and `asset:`."""

import errno
import logging
import os
import re
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn
from urllib.parse import quote

import pytest
from PySide6.QtCore import QByteArray
from PySide6.QtWebEngineCore import QWebEngineUrlRequestJob, QWebEngineUrlScheme

from shell.config.security import Csp
from shell.webview.assets import Assets
from shell.webview.csp import PagePolicy
from shell.webview.origin import AppOrigins
from shell.webview.scheme import SCHEMES, AppHandler, SchemeHandler, register_schemes
from shell.webview.seal import Seal
from tests.webview._offscreen import Page, a_page, application

HOME = "tauri://localhost/"
ORIGINS = AppOrigins.of()
PATTERN = bytes(n % 251 for n in range(400_000))


@pytest.fixture
def web(tmp_path: Path) -> Path:
    root = tmp_path / "web"
    root.mkdir()
    (root / "index.html").write_text("<!doctype html><meta charset=utf-8><title>home</title><h1>Grüße</h1>")
    (root / "data.bin").write_bytes(PATTERN)
    return root


@pytest.fixture
def page(web: Path) -> Iterator[Page]:
    with a_page({b"tauri": AppHandler(Assets(web), ORIGINS, Seal())}) as page:
        assert page.load_and_wait(HOME)
        yield page


def test_the_schemes_are_registered_once() -> None:
    application()
    register_schemes()
    for name in SCHEMES:
        flags = QWebEngineUrlScheme.schemeByName(QByteArray(name)).flags()
        assert QWebEngineUrlScheme.Flag.SecureScheme in flags
        assert QWebEngineUrlScheme.Flag.ServiceWorkersAllowed not in flags


def test_a_page_is_a_secure_context_and_its_text_is_utf_8(page: Page) -> None:
    assert page.ask("return [document.querySelector('h1').textContent, isSecureContext, document.title]") == [
        "Grüße",
        True,
        "home",
    ]


def test_files_are_found_under_every_name(page: Page, web: Path) -> None:
    for name in ("Größe 100%.txt", "a#b?c.txt", "100%25.txt", "日本.json", "a+b&c.txt", "[x] 'y'.txt"):
        (web / name).write_text(name)
        assert page.ask(f"return await (await fetch('/{quote(name, safe='')}')).text()") == name


def test_files_have_their_type_their_length_and_are_not_kept(page: Page, web: Path) -> None:
    (web / "app.js").write_text("window.ran = 1")
    assert page.get("/app.js")["headers"] == {
        "accept-ranges": "bytes",
        "cache-control": "no-cache",
        "content-length": "14",
        "content-type": "text/javascript; charset=utf-8",
        "permissions-policy": "display-capture=(self)",
        "x-content-type-options": "nosniff",
    }
    load = "await new Promise(done => { const s = document.createElement('script'); s.onload = done; s.src = '/app.js';"
    load += " document.head.append(s) }); return window.ran"
    assert page.ask(load) == 1
    (web / "app.js").write_text("window.ran = 2")
    assert page.ask(load) == 2
    assert page.load_and_wait(HOME)
    assert page.ask(load) == 2


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [
        ("bytes=0-", 0, 400_000),
        ("bytes=0-99", 0, 100),
        ("bytes=5-5", 5, 6),
        ("bytes=10-65545", 10, 65_546),
        ("bytes=0-65536", 0, 65_537),
        ("bytes=10-100009", 10, 100_010),
        ("bytes=300000-", 300_000, 400_000),
        ("bytes=399990-999999", 399_990, 400_000),
        ("bytes=-500", 399_500, 400_000),
        ("bytes=-999999", 0, 400_000),
    ],
)
def test_a_range_of_a_file_is_exactly_that(page: Page, asked: str, start: int, stop: int) -> None:
    answer = page.get("/data.bin", headers={"Range": asked})
    assert answer["status"] == 206
    assert answer["headers"]["content-range"] == f"bytes {start}-{stop - 1}/400000"
    assert answer["headers"]["content-length"] == str(stop - start)
    assert (answer["length"], answer["first"], answer["last"]) == (stop - start, PATTERN[start], PATTERN[stop - 1])


def test_several_ranges_are_answered_with_the_whole(page: Page) -> None:
    assert page.get("/data.bin", headers={"Range": "bytes=0-1,5-6"})["length"] == 400_000


IGNORED = ["lines=0-1", "x", "bytes=5-1", "bytes=400000-399999", "bytes=0-1,5-2", "bytes=99999999999999999999-"]


@pytest.mark.parametrize("asked", [*IGNORED, f"bytes=5-{2**63}"])
def test_a_range_that_is_not_understood_is_ignored(page: Page, asked: str) -> None:
    answer = page.get("/data.bin", headers={"Range": asked})
    assert (answer["status"], answer["length"]) == (200, 400_000)
    assert "content-range" not in answer["headers"]
    assert page.get("/", headers={"Range": asked, "Accept": "text/html"})["status"] == 200


@pytest.mark.parametrize("asked", ["bytes=0-9,", "bytes= 0 - 9", "BYTES =0-9", "bytes=0000000000000000000000-9"])
def test_a_range_in_an_unusual_hand_is_read_as_qt_reads_it(page: Page, asked: str) -> None:
    answer = page.get("/data.bin", headers={"Range": asked})
    assert (answer["status"], answer["length"]) == (206, 10)
    assert answer["headers"]["content-range"] == "bytes 0-9/400000"


@pytest.mark.parametrize("asked", ["bytes=400000-", "bytes=9999999-99999999", "bytes=-0", "bytes=+5-9", "bytes=3--1"])
def test_a_range_behind_the_end_fails_and_the_program_lives(page: Page, asked: str) -> None:
    for name in ("Range", "range", "RANGE"):
        assert page.get("/data.bin", headers={name: asked})["status"] == 400
    assert page.get("/", headers={"Range": asked, "Accept": "text/html"})["status"] == 400
    assert page.get("/lost.html", headers={"Range": asked, "Accept": "text/html"})["status"] == 400
    assert page.get("/data.bin")["status"] == 200


def test_an_empty_file_is_served(page: Page, web: Path) -> None:
    (web / "empty.txt").touch()
    assert (page.get("/empty.txt")["status"], page.get("/empty.txt")["length"]) == (200, 0)
    assert page.get("/empty.txt", headers={"Range": "bytes=0-"})["length"] == 0


def test_head_has_the_headers_alone(page: Page) -> None:
    answer = page.get("/data.bin", method="HEAD")
    assert (answer["status"], answer["length"], answer["headers"]["content-length"]) == (200, 0, "400000")
    assert page.get("/lost.bin", method="HEAD")["status"] == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_files_are_only_read(page: Page, method: str, caplog: pytest.LogCaptureFixture) -> None:
    assert page.get("/data.bin", method=method)["status"] == 403
    assert f"{HOME}data.bin is read with GET or HEAD, not with {method}" in caplog.text


def test_of_what_a_page_asks_at_length_little_is_kept(page: Page, caplog: pytest.LogCaptureFixture) -> None:
    assert page.get("/data.bin", method="A" * 1_000_000)["status"] == 403
    assert page.ask("return (await fetch('/' + 'a/'.repeat(500_000) + 'x.js')).status") == 404
    name = "b" * 255
    assert page.get(f"/{'/'.join([name] * 12)}/x.js")["status"] == 404
    messages = [record.getMessage() for record in caplog.records]
    assert len(messages) == 3
    assert max(map(len, messages)) <= 2000


def test_a_file_that_becomes_shorter_ends_where_it_does(page: Page, web: Path) -> None:
    with (web / "large.bin").open("wb") as file:
        file.truncate(50_000_000)
    page.ask("""
        window.response = await fetch("/large.bin", { headers: { Range: "bytes=5-40000000" } })
        window.reader = response.body.getReader()
        return (await reader.read()).done
    """)
    os.truncate(web / "large.bin", 1000)
    assert (
        page.ask("""
        let length = 0
        try {
            for (;;) {
                const { done, value } = await window.reader.read()
                if (done) return "ended"
                length += value.length
            }
        } catch { return "ended" }
    """)
        == "ended"
    )


def test_sound_is_played_from_where_a_person_seeks(page: Page, web: Path) -> None:
    rate, seconds = 8000, 1200
    sound = b"\x80" * rate * seconds
    header = struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF",
        36 + len(sound),
        b"WAVE",
        b"fmt ",
        16,
        1,
        1,
        rate,
        rate,
        1,
        8,
        b"data",
        len(sound),
    )
    (web / "long.wav").write_bytes(header + sound)
    seeked = """
        const audio = new Audio("/long.wav")
        audio.muted = true
        await new Promise((done, fail) => {
            audio.onloadedmetadata = done
            audio.onerror = () => fail(audio.error.message)
        })
        audio.currentTime = 1000
        await new Promise(done => { audio.onseeked = done })
        return [Math.round(audio.duration), audio.currentTime, audio.seekable.end(0)]
    """
    assert page.ask(seeked) == [1200, 1000, 1200]


def test_a_large_file_is_streamed(page: Page, web: Path) -> None:
    size = 256 * 1024 * 1024
    with (web / "large.bin").open("wb") as file:
        file.truncate(size)
    before = _resident()
    counted = """
        const response = await fetch(URL_HERE)
        let length = 0
        for await (const chunk of response.body) { length += chunk.length }
        return length
    """
    assert page.ask(counted.replace("URL_HERE", "'/large.bin'")) == size
    assert _resident() - before < 64 * 1024 * 1024


def test_a_page_that_goes_takes_its_requests_with_it(web: Path) -> None:
    with (web / "large.bin").open("wb") as file:
        file.truncate(256 * 1024 * 1024)
    handler = AppHandler(Assets(web), ORIGINS, Seal())
    open_files = _open_files(web)
    with a_page({b"tauri": handler}) as page:
        assert page.load_and_wait(HOME)
        for options in ({}, {"headers": {"Range": "bytes=0-200000000"}}):
            begin = f"await (await fetch('/large.bin', {options})).body.getReader().read(); return 'begun'"
            assert page.ask(begin) == "begun"
        assert len(_open_files(web)) == len(open_files) + 2
    with a_page({b"tauri": handler}) as page:
        assert page.load_and_wait(HOME)
        assert _open_files(web) == open_files


def test_a_missing_file_fails_and_the_log_says_what_was_looked_for(
    page: Page, caplog: pytest.LogCaptureFixture
) -> None:
    assert page.get("/js/lost.js")["status"] == 404
    assert page.get("/js/lost.js")["status"] == 404
    [record] = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert record.message == (
        f"{HOME}js/lost.js not found: there is no such file; "
        "looked for js/lost.js, js/lost.js.html, js/lost.js/index.html"
    )
    image = "const image = new Image(); image.src = '/lost.png';"
    assert page.ask(f"{image} return await new Promise(done => {{ image.onerror = () => done('failed') }})") == "failed"


def test_a_missing_page_is_answered_with_one_that_says_so(page: Page, caplog: pytest.LogCaptureFixture) -> None:
    assert page.load_and_wait(f"{HOME}docs/%3Cb%3Elost%26.html")
    text = page.ask("return document.body.innerText")
    assert "docs/<b>lost&.html is not there" in text
    assert "docs/<b>lost&.html/index.html" in text
    assert "looked for docs/<b>lost&.html" in caplog.text
    assert page.load_and_wait(f"{HOME}a%0Ab%FF.html")
    assert r"looked for a\nb\udcff.html" in caplog.text


def test_a_route_gets_the_index(page: Page) -> None:
    assert page.load_and_wait(f"{HOME}users/jane.doe?tab=1#top")
    assert page.ask("return [document.title, location.href]") == ["home", f"{HOME}users/jane.doe?tab=1#top"]


def test_no_url_leaves_the_frontend(page: Page, web: Path) -> None:
    (web.parent / "secret.txt").write_text("secret")
    (web / "out.txt").symlink_to("../secret.txt")
    for path in (
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/%252e%252e/secret.txt",
        "/out.txt",
        "/%00.txt",
    ):
        assert page.get(path)["status"] == 404


def test_another_host_is_not_the_app(page: Page) -> None:
    assert not page.load_and_wait("tauri://elsewhere/")


def test_a_policy_is_sent_with_pages_and_lets_their_own_scripts_run(web: Path) -> None:
    (web / "index.html").write_text(
        "<!doctype html><html lang=de><head><title>p</title><script>window.inline = 1</script>"
        "<style>h1 { width: 7px }</style><script src=/Lib/app.js></script></head><h1>x</h1>"
    )
    (web / "Lib").mkdir()
    (web / "Lib/app.js").write_text("window.external = 1")
    policy = PagePolicy(Csp.parse("default-src 'self'; frame-ancestors 'none'"))

    class Ipc(SchemeHandler):
        def answer(self, job: QWebEngineUrlRequestJob) -> None:
            job.fail(QWebEngineUrlRequestJob.Error.UrlNotFound)

    handlers = {b"tauri": AppHandler(Assets(web), ORIGINS, Seal(), policy=policy), b"ipc": Ipc()}
    with a_page(handlers) as page:
        assert page.load_and_wait(HOME)
        assert page.ask(
            "return [window.inline, window.external, getComputedStyle(document.querySelector('h1')).width,"
            " document.documentElement.lang, document.compatMode]"
        ) == [1, 1, "7px", "de", "CSS1Compat"]
        assert page.ask("return (await fetch('ipc://localhost/x')).status") == 404
        assert str(page.ask("return await fetch('asset://localhost/x')")).startswith("error: TypeError")
        page.ask(
            "const s = document.createElement('script'); s.textContent = 'window.injected = 1'; document.head.append(s)"
        )
        assert page.ask("return window.injected") is None
        whole = page.get("/")
        assert whole["headers"]["content-security-policy"] == "frame-ancestors 'none'"
        assert int(whole["headers"]["content-length"]) == whole["length"]
        assert page.get("/", headers={"Range": "bytes=1-5"})["length"] == 5
        assert page.get("/", headers={"Range": "bytes=-3"})["last"] == ord(">")
        assert page.get("/", headers={"Range": "bytes=9999-"})["status"] == 400
        assert page.get("/", method="HEAD")["headers"]["content-length"] == str(whole["length"])
        assert "content-security-policy" not in page.get("/Lib/app.js")["headers"]


def test_a_policy_holds_whatever_a_page_begins_with(web: Path) -> None:
    text = "<html lang=de><head><title>p</title><script>window.inline = 1</script></head><h1>x</h1>"
    standard = (
        *(
            "<!doctype html>",
            "\ufeff<!doctype html>",
            "<?xml version='1.0'?>\n<!doctype html>",
            "<!--!>--><!doctype html>",
        ),
        *("<!-- a --!><!doctype html>", "<!--><!doctype html>", "<!doctype html><!--> -->", "<!doctype html>\v<html>"),
        *("<!doctype html><!-- -- >\n<html>\n<head> -->", "<!doctype html>\u00a0", "<!doctype html><html>\u3000"),
    )
    quirks = ("", "\u00a0<!doctype html>", "\v<!doctype html>", "x<!doctype html>")
    for number, start in enumerate((*standard, *quirks)):
        (web / f"{number}.html").write_text(f"{start}{text}")
    policy = PagePolicy(Csp.parse("default-src 'self'"))
    with a_page({b"tauri": AppHandler(Assets(web), ORIGINS, Seal(), policy=policy)}) as page:
        for number, start in enumerate((*standard, *quirks)):
            assert page.load_and_wait(f"{HOME}{number}.html")
            asked = page.ask(
                "const made = document.createElement('script'); made.textContent = 'window.injected = 1';"
                "document.body.append(made); let evaluated; try { evaluated = new Function('return 1')() } catch {}"
                "return [window.injected, evaluated, document.querySelector('meta').parentNode.tagName,"
                " document.compatMode]"
            )
            assert asked == [None, None, "HEAD", "CSS1Compat" if start in standard else "BackCompat"], start


def test_the_configurations_headers_are_sent_with_every_file(web: Path, caplog: pytest.LogCaptureFixture) -> None:
    headers = {
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Embedder-Policy": "require-corp",
        "Tauri-Custom-Header": "Mixed",
    }
    handler = AppHandler(Assets(web), ORIGINS, Seal(), headers=headers)
    assert "Tauri-Custom-Header: Mixed in lower case" in caplog.text
    with a_page({b"tauri": handler}) as page:
        assert page.load_and_wait(HOME)
        assert page.ask("return [crossOriginIsolated, typeof SharedArrayBuffer]") == [True, "function"]
        assert page.get("/data.bin")["headers"]["tauri-custom-header"] == "mixed"


def test_a_handler_that_fails_fails_the_request_and_nothing_else(web: Path, caplog: pytest.LogCaptureFixture) -> None:
    class Broken(SchemeHandler):
        def answer(self, job: QWebEngineUrlRequestJob) -> None:
            raise ValueError("a mistake of ours")

    with a_page({b"tauri": AppHandler(Assets(web), ORIGINS, Seal()), b"asset": Broken()}) as page:
        assert page.load_and_wait(HOME)
        assert page.get("asset://localhost/x")["status"] == 400
        assert "a mistake of ours" in caplog.text
        assert page.get("/data.bin")["status"] == 200


def test_schemes_cannot_be_registered_late() -> None:
    late = "from PySide6.QtWidgets import QApplication; from shell.webview.scheme import register_schemes;"
    late += "QApplication(['x']); register_schemes()"
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run([sys.executable, "-c", late], env=env, capture_output=True, text=True, check=False)
    assert "RuntimeError: URL schemes must be registered before" in done.stderr


def _resident() -> int:
    """Bytes of this process in memory."""
    match = re.search(r"VmRSS:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert match is not None
    return int(match[1]) * 1024


def _open_files(folder: Path) -> list[str]:
    links = []
    for entry in Path("/proc/self/fd").iterdir():
        try:
            links.append(str(entry.readlink()))
        except FileNotFoundError:
            continue
    return sorted(link for link in links if link.startswith(str(folder)))


def test_a_page_that_may_not_be_read_is_answered_with_one_that_says_so(
    page: Page, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(path: Path) -> NoReturn:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr("shell.webview.scheme.open_file", refuse)
    assert page.load_and_wait("tauri://localhost/")
    assert "this file cannot be read" in page.ask("return document.body.textContent")
    assert "tauri://localhost/ cannot be read: [Errno 13] Permission denied" in caplog.text
