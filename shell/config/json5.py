"""JSON5 by way of JSON: each token of JSON5 is rewritten as its twin in JSON, and Python's parser does the rest.

Of the libraries for it, json5 0.17 took 40 ms for a usual configuration and pyjson5 2.0 says neither which key
came twice nor in which line an error is. One thing of JSON5 is not understood: escapes in unquoted keys.
"""

import bisect
import itertools
import re
from collections.abc import Iterator

_TOKEN = re.compile(
    r"""
    (?P<space>(?:[\s\ufeff]|//[^\n\r\u2028\u2029]*|/\*.*?\*/)+)
    |(?P<string>"(?:[^"\\\n\r]|\\(?:\r\n|.))*"|'(?:[^'\\\n\r]|\\(?:\r\n|.))*')
    |(?P<hex>[+-]?0[xX][0-9a-fA-F]+)
    |(?P<number>[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    |(?P<constant>[+-](?:Infinity|NaN))
    |(?P<name>[$_\w][$\w\u200c\u200d]*)
    |(?P<mark>[{}\[\]:,])
    """,
    re.VERBOSE | re.DOTALL,
)
_IN_STRING = re.compile(r"""\\(?:x([0-9a-fA-F]{2})|(\r\n|.))|(["\x00-\x1f])""", re.DOTALL)
_ESCAPES = {"v": r"\u000b", "0": r"\u0000", "\n": "", "\r": "", "\r\n": "", "\u2028": "", "\u2029": ""}
_CONSTANTS = {"+Infinity": "Infinity", "+NaN": "NaN", "-NaN": "NaN"}


class UnknownTokenError(ValueError):
    """A character that begins no token.

    Attributes:
        position: Its place in the text.
    """

    def __init__(self, position: int) -> None:
        super().__init__(position)
        self.position = position


class Translation:
    """A text of JSON5 as JSON, with the way back to the places that its tokens came from."""

    def __init__(self, source: str) -> None:
        """Translate.

        Raises:
            UnknownTokenError: The text is not JSON5.
        """
        self._starts = [0]
        self._sources = [0]
        self._source_end = len(source)
        self._pieces: list[str] = []
        self._length = 0
        before = ","
        for (kind, text, position), (_, following, _) in itertools.pairwise(_tokens(source)):
            # One comma too many, after a member.
            if not (text == "," and following in {"}", "]"} and before not in {",", "[", "{", ":"}):
                self._add(_twin(kind, text, following), position)
            before = text
        self.text = "".join(self._pieces)

    def source_position(self, position: int) -> int:
        """Tell where in the JSON5 text stands what is at a position of `text`."""
        if position >= self._length:
            return self._source_end
        index = bisect.bisect_right(self._starts, position) - 1
        return self._sources[index]

    def _add(self, piece: str, source: int) -> None:
        self._starts.append(self._length)
        self._sources.append(source)
        self._pieces.append(piece)
        self._length += len(piece)


def _tokens(source: str) -> Iterator[tuple[str, str, int]]:
    """Each token with its kind and its place, and at last the end, which is empty."""
    position = 0
    while position < len(source):
        match = _TOKEN.match(source, position)
        if match is None or match.lastgroup is None:
            raise UnknownTokenError(position)
        if match.lastgroup != "space":
            yield match.lastgroup, match.group(), position
        position = match.end()
    yield "end", "", position


def _twin(kind: str, text: str, following: str) -> str:
    if kind == "string":
        return f'"{_IN_STRING.sub(_escaped, text[1:-1])}" '
    if following == ":" and kind == "name":
        return f'"{text}" '
    if kind == "hex":
        return f"{int(text, 16)} " if len(text) < 40 else "1e999 "
    if kind == "number":
        return f"{_number(text)} "
    return f"{_CONSTANTS.get(text, text)} "


def _escaped(match: re.Match[str]) -> str:
    byte, character, bare = match.groups()
    if byte is not None:
        return f"\\u00{byte}"
    if bare is not None:
        return '\\"' if bare == '"' else f"\\u{ord(bare):04x}"
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character in '"\\/bfnrtu':
        return f"\\{character}"
    return _IN_STRING.sub(_escaped, character)


def _number(text: str) -> str:
    text = text.removeprefix("+")
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    if digits.startswith("."):
        digits = f"0{digits}"
    return sign + re.sub(r"\.(?=$|[eE])", ".0", digits)
