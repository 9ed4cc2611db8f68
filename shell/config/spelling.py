"""How keys are spelled, and which one somebody meant."""

import re
from collections.abc import Iterable

from shell.config.errors import JsonPath, Mistakes, listed

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_LATER_WORD = re.compile(r"_(\w)")
_LONGEST_GUESSED = 64
_MOST_LISTED = 12


def camel(name: str) -> str:
    """Spell a field's name as JSON does: `min_width` is `minWidth`."""
    return _LATER_WORD.sub(lambda match: match[1].upper(), name)


def kebab(key: str) -> str:
    """Spell a key as Tauri.toml may: `minWidth` is `min-width`, `macOSPrivateApi` is `macos-private-api`.

    Tauri takes this spelling for most keys, though not for all; here it holds for each.
    """
    return _HUMP.sub("-", key.replace("macOS", "Macos").replace("iOS", "Ios")).lower()


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Find the known word that someone probably meant, whatever its case and separators."""
    import difflib  # noqa: PLC0415 - only a mistake needs it

    if len(word) > _LONGEST_GUESSED:
        return None
    bare = {_bare(name): name for name in known}
    close = difflib.get_close_matches(_bare(word), bare, n=1)
    return bare[close[0]] if close else None


def unknown_key(key: str, at: JsonPath, known: Iterable[str]) -> Mistakes:
    """Make the mistake of a key that does not exist, with the one that was probably meant."""
    names = sorted(set(known))
    meant = nearest(key, names)
    if meant:
        return Mistakes.one((*at, key), f'unknown key; did you mean "{meant}"?')
    instead = f"; there can be {listed(names)}" if 0 < len(names) <= _MOST_LISTED else ""
    return Mistakes.one((*at, key), f"unknown key{instead}")


def _bare(name: str) -> str:
    return name.lower().replace("-", "").replace("_", "")
