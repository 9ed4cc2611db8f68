"""The scripts and style sheets of a page, as the HTML standard has them."""

import re
import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shell.config.markup import elements, unescaped

PIECES = "<>!/ \n\r'\"=-abdehilmnoprstyuc&;\0"
LONG = 400_000


def texts(page: str) -> list[tuple[str, str]]:
    return [(element.name, element.text) for element in elements(page)]


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ("<ScRiPt>a</sCrIpT\n>", [("script", "a")]),
        ("<script>a</scriptx></script/>b", [("script", "a</scriptx>")]),
        ("<script>a", []),
        ("<style>a", [("style", "a")]),
        ("<style>a</style", [("style", "a</style")]),
        ("<script>\r\na\rb\0</script>", [("script", "\na\nb\ufffd")]),
        ("<!-- <script>a</script> --><script>b</script>", [("script", "b")]),
        ("<!-- -- ><script>a</script> --><script>b</script>", [("script", "b")]),
        ("<!--><script>a</script> -->", [("script", "a")]),
        ("<!-- --!><script>a</script> -->", [("script", "a")]),
        ("<!-- <script>a</script>", []),
        ("<!---!><script>a</script>--><script>b</script>", [("script", "b")]),
        ("<p title='<script>a</script>'><script>b</script>", [("script", "b")]),
        ("<p title=<script>a</script>", []),
        ("<p title='<script>a</script>", []),
        ("<p '><script>a</script>", [("script", "a")]),
        ("</p title='><script>a</script>'>", []),
        ("</ <script>a</script>", []),
        ("<? <script>a</script>", []),
        ("< script>a</script><1><script>b</script>", [("script", "b")]),
        ("<title><script>a</script></title>", [("title", "<script>a</script>")]),
        ("<textarea><!-- </textarea><script>a</script>", [("textarea", "<!-- "), ("script", "a")]),
        ("<script><!-- <script>a</script> --></script>", [("script", "<!-- <script>a</script> -->")]),
        ("<script><!-- <script>a</script></script>", [("script", "<!-- <script>a</script>")]),
        ("<script><!--> <script>a</script>", [("script", "<!--> <script>a")]),
        ("<script><!-- a</script>", [("script", "<!-- a")]),
        ("<script><!-- <script a</script>", []),
        ("<plaintext><script>a</script>", []),
        ("<svg><title/><style/><script>a</script></svg>", [("script", "a")]),
        ("<title/><script>a</script></title>", [("title", "<script>a</script>")]),
        ("<\u017fcript>a</\u017fcript>", []),
    ],
)
def test_a_page_is_read_as_browsers_read_it(page: str, found: list[tuple[str, str]]) -> None:
    assert texts(page) == found


def test_attributes_are_read_as_browsers_read_them() -> None:
    page = "<script SRC = 'a&amp;b' src=c / defer x=\"y>\"z==/>"
    assert [element.attributes for element in elements(f"{page}</script>")] == [
        {"src": "a&b", "defer": "", "x": "y>", "z": "=/"}
    ]
    digits = f"&#{'9' * 5000}"
    assert [element.attributes for element in elements(f"<script src='{digits}'></script>")] == [{"src": digits}]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a &gt; b", "a > b"),
        ("a&lt;<![CDATA[b&lt;]]>c&lt;<![CDATA[d]]>", "a<b&lt;c<d"),
        ("a<![CDATA[b&lt;", "ab&lt;"),
        ("a]]>", "a]]>"),
    ],
)
def test_the_text_of_what_stands_in_a_drawing_is_unescaped(text: str, said: str) -> None:
    assert unescaped(text) == said
    assert [element.in_drawing for element in elements("<svg><style>a</style></svg><style>a</style>")] == [True, False]


@given(st.text(alphabet=PIECES, max_size=80))
def test_any_text_is_read(text: str) -> None:
    assert all(element.name in text.lower() for element in elements(text))


@pytest.mark.parametrize(
    "piece",
    [
        *(
            "<a =",
            "<",
            "</",
            "<!",
            "<!--",
            "<?",
            "<a b='",
            "<a b ",
            "<a ",
            "<script>",
            "<script></script",
            "= \n",
            "&#9",
        ),
        *(
            "<script><!--",
            "<script><!-->",
            "<script><!--<script ",
            "<title></title",
            "<noscript>",
            "<svg>",
            "<p class=a>",
        ),
    ],
)
def test_any_page_takes_time_in_proportion_to_it(piece: str) -> None:
    began = time.process_time()
    for start in ("", "<a ", "<script>", "<script><!--", "<style>"):
        list(elements(start + piece * (LONG // len(piece))))
    # It takes some hundredths, where time with the square of the length would be hours.
    assert time.process_time() - began < 60


def test_the_end_of_a_comment_is_found_without_a_try_at_each_character() -> None:
    def spent(read: Callable[[], object]) -> float:
        began = time.process_time()
        read()
        return time.process_time() - began

    page = f"<!--{'a' * 8_000_000}-->"
    tried = re.compile("<!--.*?-->")
    assert 3 * spent(lambda: list(elements(page))) < spent(lambda: tried.search(page))
