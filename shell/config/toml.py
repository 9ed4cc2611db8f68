"""Reading TOML, whoever wrote it."""

import re
import tomllib
from typing import Any

from shell.config.tree import DEEPEST

_PART = r"""(?:[\w-]++|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')[ \t]*+"""
_LONG_KEY = re.compile(rf"(?:^|[\[{{,])[ \t]*+(?:{_PART}\.[ \t]*+){{{DEEPEST}}}", re.MULTILINE)


def parsed_toml(text: str) -> dict[str, Any]:
    """Read a document of TOML.

    For a key of many dots Python's parser takes time that grows with their square, minutes for one of 100 KB (CPython
    3.13); so such a key is looked for first.

    Raises:
        tomllib.TOMLDecodeError: It is none.
        ValueError: A number in it has too many digits.
        RecursionError: It is nested too deeply.
    """
    if _LONG_KEY.search(text):
        raise RecursionError("a key has too many dots")
    return tomllib.loads(text)
