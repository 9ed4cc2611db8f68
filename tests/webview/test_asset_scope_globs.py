"""Patterns over the paths of files."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shell.acl import AclError
from shell.acl import automaton as module
from shell.acl.automaton import Automaton
from shell.acl.globs import steps
from shell.webview.path_glob import PathGlob

MATCHES = """
/a/*.png        /a/b.png
/a/*.png        /a/.png
/a/*            /a/b
/a/b*d          /a/bcd
/a/b*d          /a/bd
/a/?.txt        /a/b.txt
/a/**           /a/b
/a/**           /a/b/c/d.txt
/a/**/d.txt     /a/d.txt
/a/**/d.txt     /a/b/c/d.txt
/a/**/*.txt     /a/b/c/d.txt
/a/*/c          /a/b/c
**              /a/b
**/*.png        /a/b.png
**/a            a
**/a/**/b       a/b
/a/**/b/**      /a/b/c
/a/**/**/b      /a/b
/a/[bc]d        /a/cd
/a/[]b]c/d      /a/]c/d
/a/[]b]c/d      /a/bc/d
/a/[!]b]c/d     /a/xc/d
/a/[!bc]d       /a/ed
/a/[a-c]d       /a/bd
/a/[]]          /a/]
/a/[*]          /a/*
/a/.b/*         /a/.b/c
/a/*.b          /a/.b
/a/.*           /a/.b
"""
MISSES = """
/a/*.png        /a/b/c.png
/a/*            /a/b/c
/a/b?d          /a/b/d
/a/b[!x]d       /a/b/d
/a/**           /a
/a/**           /ab
/a/**/d.txt     /a/bd.txt
/a/*            /A/b
/a/[bc]d        /a/d
"""
HIDDEN = """
/a/*            /a/.b
/a/?b           /a/.b
/a/[.]b         /a/.b
/a/[!x]b        /a/.b
/a/**           /a/.b
/a/**           /a/b/.c/d
/a/**/d         /a/.b/d
/a/*?           /a/.b
"""


def pairs(table: str) -> list[list[str]]:
    return [line.split() for line in table.split("\n") if line and "  " in line]


@pytest.mark.parametrize(("pattern", "path"), pairs(MATCHES))
@pytest.mark.parametrize("literal_dot", [True, False])
def test_a_pattern_matches(pattern: str, path: str, *, literal_dot: bool) -> None:
    assert PathGlob(pattern, literal_dot=literal_dot).matches(path)


@pytest.mark.parametrize(("pattern", "path"), pairs(MISSES))
@pytest.mark.parametrize("literal_dot", [True, False])
def test_a_pattern_does_not_match(pattern: str, path: str, *, literal_dot: bool) -> None:
    assert not PathGlob(pattern, literal_dot=literal_dot).matches(path)


@pytest.mark.parametrize(("pattern", "path"), pairs(HIDDEN))
def test_a_hidden_file_is_meant_only_where_its_dot_is_written(pattern: str, path: str) -> None:
    assert not PathGlob(pattern, literal_dot=True).matches(path)
    assert PathGlob(pattern, literal_dot=False).matches(path)


@pytest.mark.parametrize("pattern", ["/a/***", "/a/b**", "/a/**b", "/a/[b", "/a/["])
def test_a_pattern_that_means_nothing_is_refused(pattern: str) -> None:
    with pytest.raises(AclError, match=re.escape(f'"{pattern}": ')):
        PathGlob(pattern, literal_dot=True)


@pytest.mark.parametrize(
    "pattern",
    [
        "/" + "*a" * 40 + "[b]",
        "/**/" + "*a" * 4000 + "[b]",
        "/" + "**/a*/" * 64 + "*a" * 3000 + "[b]",
        "/**/*" + "[!b]*" * 1500 + "[b]",
        "/**/*[!" + "".join(map(chr, range(0x4E00, 0x4E00 + 8000))) + "]*[b]",
    ],
)
@pytest.mark.parametrize("path", ["/" + "a" * 2000 + "/a" * 1000, "/" + "".join(map(chr, range(0x100, 0x2000)))])
def test_no_pattern_takes_long(pattern: str, path: str) -> None:
    glob = PathGlob(pattern, literal_dot=True)
    start = time.process_time()
    assert not glob.matches(path)
    # It takes some hundredths of that, where the second took thrice as much.
    assert time.process_time() - start < 1


def test_most_of_a_long_path_is_what_was_looked_at_before(monkeypatch: pytest.MonkeyPatch) -> None:
    rounds: list[int] = []

    def count(_: Automaton, states: int, accepting: int) -> int:
        rounds.append(states)
        return made(_, states, accepting)

    made = Automaton._round
    monkeypatch.setattr(Automaton, "_round", count)
    glob = PathGlob("/a/**/[b-d]*/*.png", literal_dot=True)
    for middle in ("b/" * 2000, "".join(map(chr, range(0x100, 0x900)))):
        assert glob.matches(f"/a/{middle}/b/c.png")
        assert not glob.matches(f"/a/{middle}/c.png/.d.png")
    assert len(rounds) < 100


def test_an_automaton_remembers_so_much_and_answers_the_same() -> None:
    automaton = Automaton(steps("*[!b]" + "?" * 20))
    texts = [f"{number:b}".replace("1", "a").replace("0", "b") * 3 for number in range(2**11, 2**12)]
    assert [automaton.matches(text) for text in texts] == [text[-21] == "a" for text in texts]
    assert not automaton.matches("".join(map(chr, range(0x4E00, 0x5E00))) + "b" + "c" * 20)
    assert len(automaton._rounds) <= module._KEPT
    assert len(automaton._accepting) <= module._KEPT


def test_only_patterns_of_which_all_that_is_plain_is_in_a_path_look_through_it(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []

    def look(_: Automaton, path: str) -> bool:
        looked.append(path)
        return matches(_, path)

    matches = Automaton.matches
    monkeypatch.setattr(Automaton, "matches", look)
    patterns = [f"/{folder}/**/*.{ending}" for folder in "ab" for ending in ("png", "jpg", "gif", "webp")]
    globs = [PathGlob(pattern, literal_dot=True) for pattern in patterns]
    long = "/a/" + "b/" * 2000
    assert not any(glob.matches(f"{long}c") for glob in globs)
    assert looked == []
    assert [glob.pattern for glob in globs if glob.matches(f"{long}c.gif")] == ["/a/**/*.gif"]
    assert len(looked) == 1
    looked.clear()
    hidden = [PathGlob(f"/a/**/{name}/**", literal_dot=False) for name in (".ssh", ".git", "[.]config", "?npm")]
    assert not any(glob.matches(f"{long}c") for glob in hidden)
    assert looked == []
    assert [glob.pattern for glob in hidden if glob.matches(f"{long}.config/c")] == ["/a/**/[.]config/**"]


PARTS = st.lists(st.text("ab.", min_size=1, max_size=3), min_size=1, max_size=4)


@given(PARTS, PARTS, st.booleans())
def test_stars_match_as_their_definition_says(pattern: list[str], path: list[str], literal_dot: bool) -> None:
    stars = ["*" if part == "a" else "**" if part == "b" else part for part in pattern]
    glob = PathGlob("/" + "/".join(stars), literal_dot=literal_dot)
    assert glob.matches("/" + "/".join(path)) is by_definition(stars, path, literal_dot=literal_dot)


def by_definition(pattern: list[str], path: list[str], *, literal_dot: bool) -> bool:
    if not pattern:
        return not path
    first, *rest = pattern
    if first == "**":
        some = rest or path
        here = bool(some) and by_definition(rest, path, literal_dot=literal_dot)
        shown = bool(path) and not (literal_dot and path[0].startswith("."))
        return here or (
            shown and ((len(path) == 1 and not rest) or by_definition(pattern, path[1:], literal_dot=literal_dot))
        )
    if not path:
        return False
    fits = not (literal_dot and path[0].startswith(".")) if first == "*" else first == path[0]
    return fits and by_definition(rest, path[1:], literal_dot=literal_dot)
