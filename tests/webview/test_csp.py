"""The policy that pages are served with."""

import asyncio
import base64
import hashlib
import json
import random
import re
import sys
import threading
import time
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shell import App
from shell.config.comment import AT_ONCE
from shell.config.markup import elements
from shell.config.security import Csp
from shell.webview.csp import Inline, PagePolicy, _head, completed, served
from shell.webview.csp_scan import scan
from tests.conftest import Runner
from tests.webview._offscreen import a_page


def hash_of(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def added(
    policy: str, *, scripts: tuple[str, ...] = (), styles: tuple[str, ...] = (), kept: bool | tuple[str, ...] = False
) -> str:
    return str(completed(Csp.parse(policy), Inline(scripts, styles), kept))


@pytest.mark.parametrize(
    ("policy", "result"),
    [
        ("default-src 'self'", "default-src 'self'; connect-src 'self' ipc:"),
        ("default-src 'none'", "default-src 'none'; connect-src ipc:"),
        ("connect-src https://a.example", "connect-src https://a.example ipc:"),
        ("default-src 'self'; connect-src ipc: 'self'", "default-src 'self'; connect-src ipc: 'self'"),
        ("connect-src *", "connect-src * ipc:"),
        ("img-src 'self'", "img-src 'self'"),
        ("", ""),
    ],
)
def test_bytes_travel_under_every_policy(policy: str, result: str) -> None:
    assert added(policy) == result


@pytest.mark.parametrize(
    ("policy", "result"),
    [
        ("script-src 'self'", "script-src 'self' 'sha256-A='"),
        ("script-src https://a.example", "script-src https://a.example 'self' 'sha256-A='"),
        ("script-src 'none'", "script-src 'self' 'sha256-A='"),
        ("script-src 'self' 'unsafe-inline'", "script-src 'self' 'unsafe-inline'"),
        ("script-src 'unsafe-inline' 'nonce-b'", "script-src 'unsafe-inline' 'nonce-b' 'self' 'sha256-A='"),
        (
            "script-src 'self'; script-src-elem blob:",
            "script-src 'self' 'sha256-A='; script-src-elem blob: 'self' 'sha256-A='",
        ),
        ("img-src 'self'", "img-src 'self'"),
    ],
)
def test_the_pages_own_inline_scripts_run_under_every_policy(policy: str, result: str) -> None:
    assert added(policy, scripts=("'sha256-A='",)) == result


def test_where_only_the_default_speaks_of_scripts_they_keep_what_it_allows() -> None:
    assert added("default-src 'self' https://a.example", scripts=("'sha256-A='",), styles=("'sha256-B='",)) == (
        "default-src 'self' https://a.example; script-src 'self' https://a.example 'sha256-A=';"
        " style-src 'self' https://a.example 'sha256-B='; connect-src 'self' https://a.example ipc:"
    )


def test_a_policy_is_left_as_it_is_where_the_configuration_says_so() -> None:
    policy = "default-src 'self'"
    hashes = {"scripts": ("'sha256-A='",), "styles": ("'sha256-B='",)}
    assert added(policy, **hashes, kept=True) == policy
    assert added(policy, **hashes, kept=("script-src", "connect-src")) == f"{policy}; style-src 'self' 'sha256-B='"
    assert added(policy, **hashes, kept=("style-src",)) == (
        f"{policy}; script-src 'self' 'sha256-A='; connect-src 'self' ipc:"
    )


def test_inline_scripts_and_styles_are_found_as_a_browser_reads_them() -> None:
    found = scan(
        "<!doctype html>\n<html lang=en>\n<head><script>let a = '<b>' && 1</script>"
        "<STYLE>p { color: red }</STYLE><script src='/app.js'></script><script></script>"
        "<script type=module>\r\nimport 'x'\r</script><script>let a = '<b>' && 1</script>"
        "<script src='https://cdn.example/Lib/a;b,ü.js?v=1'></script><script src='//cdn.example/b.js'></script>"
    )
    assert found.scripts == (
        hash_of("let a = '<b>' && 1"),
        hash_of("\nimport 'x'\n"),
        "https://cdn.example/Lib/a%3Bb%2C%C3%BC.js",
    )
    assert found.styles == (hash_of("p { color: red }"),)
    found = scan("<noscript><style>a</style><!-- </noscript><script>b</script><style>c")
    assert (found.scripts, found.styles) == ((hash_of("b"),), (hash_of("a"), hash_of("c")))


def test_scripts_and_styles_in_drawings_run(shell: Runner) -> None:
    shell.write(
        index="""<!doctype html><title>drawings</title>
            <svg><style><![CDATA[.a > rect{fill:rgb(1,2,3)}]]></style><g class=a><rect></rect></g></svg>
            <svg><style>svg &gt; .b{fill:rgb(1,2,4)}<![CDATA[/*&lt;*/]]></style><rect class=b></rect></svg>
            <svg><style>.c{fill:rgb(1,2,5)}</style><rect class=c></rect></svg>
            <svg><foreignObject><style>.d{--of-html:'&lt;'}</style></foreignObject></svg><p class=d>
            <svg><script>window.inline = 1 &lt; 2</script></svg>"""
    )
    app = shell.app(config={"app": {"security": {"csp": "default-src 'self'"}}})

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.loaded()
        found = await window.eval("""
            const style = (name) => getComputedStyle(document.querySelector(name))
            const fills = [".a rect", ".b", ".c"].map((name) => style(name).fill)
            return [...fills, style(".d").getPropertyValue("--of-html"), window.inline]
        """)
        assert found == ["rgb(1, 2, 3)", "rgb(1, 2, 4)", "rgb(1, 2, 5)", "'&lt;'", True]

    shell.run(app, scenario)


def test_what_is_shown_where_scripts_are_off_is_no_deeper_than_one_level() -> None:
    assert scan("<noscript>" * 5000 + "<style>a</style>") == Inline((), ())
    assert scan("<noscript><style>a</style></noscript><noscript><noscript><style>b").styles == (hash_of("a"),)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<!DOCTYPE html>", "\n<!-- x -->\n<html lang='de'>\n<head class=a><title>t</title>"),
        ("<!doctype html>", "text <head>"),
        ("\ufeff", "<p>text"),
        ("\ufeff<!doctype html>", "<html><head><title>t</title>"),
        ("\ufeff", "\ufeff<!doctype html>"),
        (" \t\r\n\f<!-- > -- > --><!--><!---><!-- --!><?xml version='1.0'?>\n<!DocType html PUBLIC '-//'>", "<html>"),
        ("<!-- a <!-- --><!----!><!-----><!doctype html>", "<p>"),
        ("", "<!-- a --\n><!doctype html>"),
        ("<!-- > --!><!--><!--->\n<!-- > --><!----><!doctype html>", "<p>"),
        ("", "<!--!><!doctype html>"),
        ("", "<!-- > --><!-- > <!doctype html>"),
        ("", "<!-- <html><!doctype html>"),
        ("", "\u00a0<!doctype html>"),
        ("", "\v<!doctype html>"),
        ("", "\0<!doctype html>"),
        ("", "<p>text"),
        ("", ""),
    ],
)
def test_a_policy_in_a_page_stands_before_everything_that_it_is_for(before: str, after: str) -> None:
    result = served(f"{before}{after}".encode(), Csp.parse("script-src 'sha256-A='"), written_into=True)
    meta = '<meta http-equiv="Content-Security-Policy" content="script-src &#x27;sha256-A=&#x27;">'
    assert result.page.decode() == f"{before}{meta}{after}"


@pytest.mark.parametrize("inside", ["", "a > b ", "-- >"])
def test_the_end_of_a_comment_before_the_doctype_is_found_without_a_try_at_each_character(inside: str) -> None:
    def spent(read: Callable[[], object]) -> float:
        began = time.process_time()
        read()
        return time.process_time() - began

    page = f"<!--{inside}{'a' * 8_000_000}--><!doctype html>".encode()
    tried = re.compile(rb"<!--.*?--!?>")
    assert _head(page) == len(page)
    assert 3 * spent(lambda: _head(page)) < spent(lambda: tried.search(page))


@pytest.mark.parametrize("read", [lambda page: _head(page.encode()), lambda page: list(elements(page))])
def test_the_end_of_a_comment_is_looked_for_in_pieces_between_which_other_threads_run(
    read: Callable[[str], object],
) -> None:
    searches = 0

    def count(_: object, event: str, called: Any) -> None:
        nonlocal searches
        searches += event == "c_call" and called.__name__ == "search"

    page = f"<!-- >{'-' * 8_000_000}--><!doctype html>"
    sys.setprofile(count)
    try:
        read(page)
    finally:
        sys.setprofile(None)
    # Python tries each dash.
    assert searches > 30


@pytest.mark.parametrize("end", ["-->", "--!>"])
def test_the_end_of_a_comment_is_found_wherever_it_stands(end: str) -> None:
    for length in range(AT_ONCE - 8, AT_ONCE + 8):
        before = f"<!-- >{'-' * length}a{end}<!doctype html>"
        assert _head(f"{before}-->".encode()) == len(before)
        assert [found.text for found in elements(f"{before}<style>b</style>-->")] == ["b"]
        assert _head(before[: -len(f"{end[-1]}<!doctype html>")].encode()) == 0


def test_a_policy_that_survives_lower_case_is_a_header() -> None:
    policy = Csp.parse("default-src 'self'; img-src https://a.example/path")
    result = served(b"<p>", policy, written_into=True)
    assert result == served(b"<p>", policy, written_into=False)
    assert (result.page, result.header) == (b"<p>", str(policy))


def test_a_policy_that_does_not_is_written_into_the_page() -> None:
    policy = Csp.parse("default-src 'self'; frame-ancestors 'none'; script-src 'sha256-Ab+/=' https://a.example/P?\"&")
    result = served(b"<!doctype html>rest", policy, written_into=True)
    assert result.header == "frame-ancestors 'none'"
    assert result.page.startswith(b"<!doctype html><meta ")
    assert result.page.endswith(b">rest")
    [(_, attributes)] = [tag for tag in tags_of(result.page.decode()) if tag[0] == "meta"]
    assert attributes == {
        "http-equiv": "Content-Security-Policy",
        "content": "default-src 'self'; script-src 'sha256-Ab+/=' https://a.example/P?\"&",
    }


def test_an_edited_page_gets_the_policy_for_what_it_now_is() -> None:
    pages = PagePolicy(Csp.parse("script-src 'self'"))
    for text in ("one", "two", "one"):
        page = pages.serve(f"<!doctype html><script>{text}</script>".encode(), "text/html;charset=utf-8").page.decode()
        [(_, attributes)] = [tag for tag in tags_of(page) if tag[0] == "meta"]
        assert attributes["content"] == f"script-src 'self' {hash_of(text)}"


@pytest.mark.parametrize(
    ("page", "content_type"),
    [
        ("<script>1</script>".encode("utf-16"), "text/html"),
        (b"<html><script>1</script></html>", "application/xhtml+xml"),
    ],
)
def test_what_is_no_html_in_utf_8_is_not_written_into(page: bytes, content_type: str) -> None:
    result = PagePolicy(Csp.parse("script-src https://a.example/P")).serve(page, content_type)
    assert (result.page, result.header) == (page, "script-src https://a.example/P")


TOKEN = st.from_regex(r"[a-z0-9'*:/.+=_-]{1,12}", fullmatch=True)
POLICY = st.dictionaries(
    st.from_regex(r"[a-z]{1,8}-src", fullmatch=True), st.lists(TOKEN, max_size=4).map(tuple), max_size=5
)


@given(POLICY)
def test_a_policy_reads_as_it_was_written(directives: dict[str, tuple[str, ...]]) -> None:
    assert dict(Csp.parse(str(Csp(directives))).directives) == directives


@given(POLICY, st.lists(TOKEN).map(tuple), st.lists(TOKEN).map(tuple))
def test_completing_takes_nothing_away_and_is_done_once(
    directives: dict[str, tuple[str, ...]], scripts: tuple[str, ...], styles: tuple[str, ...]
) -> None:
    page = Inline(scripts, styles)
    once = completed(Csp(directives), page)
    assert completed(once, page) == once
    for name, sources in directives.items():
        assert set(sources) - {"'none'"} <= set(once.directives[name])


@given(st.binary(max_size=300), POLICY)
def test_any_page_is_served_with_all_its_bytes(data: bytes, directives: dict[str, tuple[str, ...]]) -> None:
    result = PagePolicy(Csp(directives)).serve(data, "text/html;charset=utf-8")
    if result.page != data:
        start = next(
            at for at in range(len(result.page)) if result.page[:at] + result.page[at:].partition(b">")[2] == data
        )
        assert result.page[start:].startswith(b"<meta ")


def test_many_pages_are_looked_into_once_each(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []

    def looked_into(page: str) -> Inline:
        looked.append(page)
        return scan(page)

    monkeypatch.setattr("shell.webview.csp_scan.scan", looked_into)
    pages = PagePolicy(Csp.parse("script-src 'self'"))
    for _ in range(2):
        for number in range(500):
            pages.serve(f"<!doctype html><script>{number}</script>".encode(), "text/html")
    assert len(looked) == 500
    # What is kept of them has a bound, all the same.
    for number in range(8):
        scripts = "".join(f"<script>{number} {other}</script>" for other in range(20_000))
        pages.serve(scripts.encode(), "text/html")
    pages.serve(b"<!doctype html><script>0</script>", "text/html")
    assert len(looked) == 509


def test_what_is_larger_than_any_page_is_not_looked_into(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shell.webview.csp.LARGEST_PAGE", 100)
    page = "<!doctype html><script>1</script>"
    pages = PagePolicy(Csp.parse("script-src https://a.example/P"))
    assert hash_of("1").encode() in pages.serve(page.ljust(100).encode(), "text/html").page.replace(b"&#x27;", b"'")
    larger = pages.serve(page.ljust(101).encode(), "text/html").page
    assert larger.startswith(
        b'<!doctype html><meta http-equiv="Content-Security-Policy" content="script-src https://a.'
    )
    assert b"sha256" not in larger


PIECES = (
    *("<script>", "</script>", "<!--", "-->") * 3,
    *("<script>", "</script>", "<script", "</script", "<style>", "</style>", "<title>", "</title >", "<textarea>"),
    *("</textarea/>", "<noscript>", "</noscript>", "<xmp>", "</xmp>", "<noembed>", "</noembed x='>'>", "<!--", "-->"),
    *("--!>", "<!-->", "<!--->", "<!", "<?", "</", "<", ">", "-", "--", "!", "/", "=", "'", '"', " ", "\n", "\r", "\0"),
    *(
        "x",
        "ü",
        "&amp;",
        "<p ",
        "<p a='",
        '<p a="',
        "<p a=",
        "<p/",
        "<p =",
        "</p ",
        "<\u017fcript>",
        "\v",
        "\f",
        "\u00a0",
    ),
)


def test_large_pages_are_looked_into_in_a_thread(shell: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: dict[int, str] = {}

    def looked_into(page: str) -> Inline:
        threads[len(page)] = threading.current_thread().name
        if len(page) == 400_000:
            begun.set()
            let_go.wait(60)
        return scan(page)

    begun, let_go = threading.Event(), threading.Event()
    monkeypatch.setattr("shell.webview.csp_scan.scan", looked_into)
    text = "<!doctype html><title>large</title><script>window.inline = 1</script>"
    small, large, slow = (text.ljust(size) for size in (2_000, 300_000, 400_000))
    shell.write(index=small, large=large, slow=slow)
    app = shell.app(config={"app": {"security": {"csp": "default-src 'self'"}}})

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.loaded()
        # One that goes before it was looked into.
        await window.eval(
            "void document.body.appendChild(document.createElement('iframe')).setAttribute('src', '/slow')"
        )
        await asyncio.to_thread(begun.wait, 60)
        await window.eval("document.querySelector('iframe').remove()")
        made = app.create_window("large", url="large.html")
        await made.loaded()
        let_go.set()
        asked = "return [window.inline, (await (await fetch('/slow')).text()).length]"
        inline, length = await made.eval(asked)
        assert (inline, length > 400_000) == (1, True)

    shell.run(app, scenario)
    assert threads[2_000] == threading.main_thread().name
    assert threads[300_000].startswith("page")
    assert threads[400_000].startswith("page")


def test_a_large_page_is_shown_while_all_of_the_programs_threads_wait(shell: Runner) -> None:
    let_go = threading.Event()
    began = threading.Semaphore(0)
    shell.write(index="<!doctype html><title>large</title>".ljust(40_000))
    app = shell.app(config={"app": {"security": {"csp": "default-src 'self'"}}})

    def wait() -> None:
        began.release()
        let_go.wait()

    async def scenario(app: App) -> None:
        await app.windows["main"].loaded()
        loop = asyncio.get_running_loop()
        waiting = [loop.run_in_executor(None, wait) for _ in range(200)]
        try:
            for _ in range(64):
                assert began.acquire(timeout=60)
            await app.create_window("other").loaded()
        finally:
            let_go.set()
        await asyncio.gather(*waiting)

    shell.run(app, scenario)


def test_elements_are_found_as_chromium_finds_them() -> None:
    chance = random.Random(1)
    pages = ["<body>" + "".join(chance.choices(PIECES, k=chance.randrange(2, 14))) for _ in range(4000)]
    read = """
        const frame = document.body.appendChild(document.createElement("iframe"))
        return PAGES.map((page) => {
            const read = frame.contentDocument
            read.open()
            read.write(page)
            read.close()
            const found = [...read.querySelectorAll("script, style, title, textarea, noscript, xmp, noembed")]
            // What is not in the text of these stands in it by other names.
            return found.map((one) => [one.localName, /^t/.test(one.localName) ? "" : one.textContent])
        })
    """
    with a_page({}) as page:
        page.show_and_wait("<!doctype html><title>reader</title>", "https://reader.example/")
        all_read = page.ask(read.replace("PAGES", json.dumps(pages)))
    assert isinstance(all_read, list), all_read
    for text, there in zip(pages, all_read, strict=True):
        found = [[one.name, "" if one.name.startswith("t") else one.text] for one in elements(text)]
        if len(there) > len(found) and there[-1][0] == "script":
            # One that is not closed, which does not run.
            there.pop()
        assert found == there, text


def tags_of(page: str) -> list[tuple[str, dict[str, str | None]]]:
    tags: list[tuple[str, dict[str, str | None]]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            tags.append((tag, dict(attrs)))

    Reader().feed(page)
    return tags
