"""What an audit log tells of texts that pages have chosen, and of URLs, in which secrets travel."""

import re

LONGEST = 200
"""Characters that a text may have where nothing else is said."""

_LONGEST_PLACE = 500
_HOLDS_ITS_CONTENT = re.compile(r"(data|javascript|blob|filesystem):", re.IGNORECASE)


def place_of(url: str) -> str:
    """A URL as far as it says where something is, without what may be secret: user, query and fragment."""
    if found := _HOLDS_ITS_CONTENT.match(url):
        return found[0]
    before = url.partition("#")[0].partition("?")[0]
    # So that one of megabytes takes no longer than to find these. What is behind so many of them is cut off.
    first, *others = before.split("://", _LONGEST_PLACE // 3 + 1)
    return text_of("://".join((first, *map(_without_user, others))), _LONGEST_PLACE)


def _without_user(text: str) -> str:
    path = text.find("/") if "/" in text else len(text)
    return text[:path].rpartition("@")[2] + text[path : path + _LONGEST_PLACE + 1]


def without_query(text: str, url: str) -> str:
    """A text in which a URL, or its beginning, is no more than its place."""
    place = place_of(url)
    if not url or place == url:
        return text
    # Texts show the beginning of long ones.
    for length in (len(url), 300, 200):
        if url[:length] in text:
            return text.replace(url[:length], place)
    return text


def text_of(text: str, longest: int = LONGEST) -> str:
    """A text, cut, as far as JSON can hold it.

    Args:
        text: What a page may have chosen.
        longest: Characters that it may have.
    """
    if len(text) > longest:
        text = f"{text[:longest]}…"
    # Half of a surrogate pair has no form in UTF-8.
    return text if text.isascii() else text.encode(errors="backslashreplace").decode()
