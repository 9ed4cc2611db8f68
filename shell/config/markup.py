"""The scripts and style sheets of a page, found as browsers find them."""

import html
import re
from collections.abc import Iterator, Mapping

from shell.config.comment import end_of_comment
from shell.value import frozen

# A tag, the beginning of a comment or a declaration, by the tokenizer of the HTML standard. It always matches and never
# goes back, and so takes time in proportion to the page; a tag that is not closed has no ">".
_MARKUP = re.compile(
    r"<(?:!--(?:-?>|(?P<comment>))"
    r"|(?:[!?]|/(?![a-z]))[^>]*+>?"
    r"|(?P<end>/?)(?P<name>[a-z][^\t\n\f />]*+)"
    r"(?P<attributes>(?:[\t\n\f /]|[^\t\n\f />][^\t\n\f />=]*+"
    r"(?:[\t\n\f ]*+=[\t\n\f ]*+(?:\"[^\"]*+\"?|'[^']*+'?|[^\t\n\f >\"'][^\t\n\f >]*+)?+)?+)*+)(?P<closed>>?))",
    re.IGNORECASE | re.ASCII | re.DOTALL,
)
# With a beginning that Python looks for fast: while it looks for a match, no other thread runs.
_END_OF_COMMENT = re.compile("--!?>")
_ATTRIBUTE = re.compile(
    r"[\t\n\f /]*+([^\t\n\f />][^\t\n\f />=]*+)"
    r"(?:[\t\n\f ]*+=[\t\n\f ]*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\t\n\f >\"'][^\t\n\f >]*+))?+)?+"
)
# What begins with these has text in it and no tags, until their end.
_OF_TEXT = frozenset({
    "iframe", "noembed", "noframes", "noscript", "script", "style", "textarea", "title", "xmp",
})  # fmt: skip
_END_OF = {name: re.compile(rf"</(?ai:{name})(?=[\t\n\f />])") for name in _OF_TEXT - {"script"}}
_IN_SCRIPT = re.compile(r"<(?:/(?ai:script)[\t\n\f />]|!--)")
_IN_COMMENT_OF_SCRIPT = re.compile(r"-->|<(/?)(?ai:script)[\t\n\f />]")
_FOREIGN = frozenset({"math", "svg"})


@frozen
class Element:
    """An element with text in it and no tags.

    Attributes:
        name: In lower case, as `script`, `style` or `noscript`.
        attributes: By their names in lower case; an empty text where one has no value.
        text: What is between its tags.
        in_drawing: Whether it stands in a drawing or a formula, where `unescaped` tells what its text says.
    """

    name: str
    attributes: Mapping[str, str]
    text: str
    in_drawing: bool = False


def elements(page: str) -> Iterator[Element]:
    """The elements of a page that have text in them and no tags, in order.

    As a browser that runs scripts reads it, but for what depends on where in a table, a list of options or a drawing an
    element stands. A script that is not closed is none.

    Args:
        page: HTML.
    """
    if "\r" in page:
        page = page.replace("\r\n", "\n").replace("\r", "\n")
    at, drawings = 0, 0
    while found := _MARKUP.search(page, at):
        at = found.end()
        if found["comment"] is not None:
            after = end_of_comment(_END_OF_COMMENT, page, at)
            if after is None:
                return
            at = after
            continue
        if found["name"] is None:
            continue
        if not found["closed"]:
            return
        name = found["name"].lower()
        if name in _FOREIGN:
            drawings = max(0, drawings - 1) if found["end"] else drawings + (page[at - 2] != "/")
        elif found["end"]:
            continue
        elif name == "plaintext":
            return
        elif name in _OF_TEXT and not (drawings and (page[at - 2] == "/" or name == "title")):
            end = _end_of_script(page, at) if name == "script" else _end_of(name, page, at)
            if end is None:
                return
            text = page[at:end].replace("\0", "\ufffd")
            yield Element(name, _attributes(found["attributes"]), text, drawings > 0)
            at = end


def unescaped(text: str) -> str:
    """What the text of an element in a drawing says, which has characters by name, and others in `<![CDATA[`."""
    first, *others = text.split("<![CDATA[")
    said = [_unescaped(first)]
    for other in others:
        inside, _, after = other.partition("]]>")
        said += inside, _unescaped(after)
    return "".join(said)


def _end_of(name: str, page: str, start: int) -> int:
    found = _END_OF[name].search(page, start)
    return found.start() if found else len(page)


def _end_of_script(page: str, start: int) -> int | None:
    """Where a script ends; in what it has of comments, which hid scripts from browsers that knew none, scripts nest."""
    at = start
    while found := _IN_SCRIPT.search(page, at):
        if found[0] != "<!--":
            return found.start()
        # The two dashes of its beginning may be those of its end.
        at, is_nested = found.end() - 2, False
        while found := _IN_COMMENT_OF_SCRIPT.search(page, at):
            at = found.end()
            if found[0] == "-->":
                break
            if found[1] and not is_nested:
                return found.start()
            is_nested = not found[1]
        else:
            return None
    return None


def _attributes(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, *values in _ATTRIBUTE.findall(text):
        # Of an attribute that is given twice the first holds.
        found.setdefault(name.lower(), _unescaped("".join(values)))
    return found


def _unescaped(value: str) -> str:
    try:
        return html.unescape(value) if "&" in value else value
    except ValueError:
        # The number of a character has more digits than Python reads.
        return value
