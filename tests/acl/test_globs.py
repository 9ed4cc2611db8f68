import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shell.acl import AclError
from shell.acl.globs import Glob

MATCHING = [
    ("main", "main"),
    ("*", ""),
    ("*", "a/b"),
    ("main-*", "main-"),
    ("main-*", "main-1-2"),
    ("*-child", "a-child"),
    ("a*b*c", "a_b_c"),
    ("a*a*a*a*a*a*a*a*a", "aaaaaaaaa"),
    ("a?c", "abc"),
    ("a[0-9]b", "a7b"),
    ("a[!0-9]b", "a_b"),
    ("[a-cx]", "x"),
    ("[x-za-ek-kc-h]", "g"),
    ("[a-zc]", "y"),
    ("[m!z-ab]", "b"),
    ("[a-]", "-"),
    ("[]]", "]"),
    ("[!]]", "a"),
    ("[*]", "*"),
    ("**", "a/b/c"),
    ("**/test", "test"),
    ("**/test", "one/two/test"),
    ("some/**/needle", "some/needle"),
    ("some/**/needle", "some/one/two/needle"),
    ("some/**", "some/"),
    ("a/**/**/b", "a/x/b"),
    ("ü*", "übersicht"),
]
NOT_MATCHING = [
    ("main", "Main"),
    ("main", "main2"),
    ("main", ""),
    ("main-*", "main"),
    ("a*b*c", "abcd"),
    ("a?c", "ac"),
    ("a[0-9]b", "a_b"),
    ("a[!0-9]b", "a7b"),
    ("a[z-a]b", "azb"),
    ("[x-za-ek-kc-h]", "i"),
    ("[!x-za-ek-kc-h]", "k"),
    ("[m!z-ab]", "c"),
    ("[!-]", "-"),
    ("**/test", "nottest"),
    ("**/test", "one/nottest"),
    ("some/**/needle", "some/notneedle"),
    ("some/**", "some"),
]
UNREADABLE = [
    ("a/**b", '"a/**b": "**" must stand alone between slashes'),
    ("a**", '"a**": "**" must stand alone between slashes'),
    ("***", '"***": a wildcard is "*" or "**", never more stars'),
    ("a[", '"a[": a "[" needs a set of characters and a "]"'),
    ("a[]", '"a[]": a "[" needs a set of characters and a "]"'),
    ("a[!]", '"a[!]": a "[" needs a set of characters and a "]"'),
    ("a" * 257, "a pattern for labels has at most 256 characters, this one 257"),
]


@pytest.mark.parametrize(("pattern", "label"), MATCHING)
def test_a_glob_matches(pattern: str, label: str) -> None:
    assert Glob(pattern).matches(label)


@pytest.mark.parametrize(("pattern", "label"), NOT_MATCHING)
def test_a_glob_does_not_match(pattern: str, label: str) -> None:
    assert not Glob(pattern).matches(label)


@pytest.mark.parametrize(("pattern", "message"), UNREADABLE)
def test_a_glob_that_means_nothing_is_refused(pattern: str, message: str) -> None:
    with pytest.raises(AclError) as error:
        Glob(pattern)
    assert str(error.value) == message


def test_many_stars_cost_no_more_than_one() -> None:
    assert not Glob("*a" * 127 + "b").matches("a" * 20_000)


def test_sets_that_are_the_same_are_one_and_others_have_a_bound() -> None:
    assert Glob("[0-9]" * 50).matches("0" * 50)
    assert Glob("".join(f"[{chr(0x100 + number)}]" for number in range(64))).matches(
        "".join(map(chr, range(0x100, 0x140)))
    )
    with pytest.raises(AclError, match=r'^"\[Ā\].*…": at most 64 different sets may stand in brackets$'):
        Glob("".join(f"[{chr(0x100 + number)}]" for number in range(65)))


class Text(str):
    """Text that tells how far it was read."""

    __slots__ = ("read",)

    def __iter__(self) -> Iterator[str]:
        for at, char in enumerate(str(self)):
            self.read = at
            yield char


def test_what_a_last_star_takes_is_not_looked_at() -> None:
    for pattern in ("*", "abc*", "*bc*", "**/abc/**"):
        text = Text("/abc/" + "d" * 20_000)
        assert Glob(pattern).matches(text) is (pattern != "abc*"), pattern
        assert text.read < 10, pattern


def as_expression(pattern: str) -> str:
    """The same pattern for the `re` module: right, and slow where there are many stars."""
    out, at = [], 0
    while at < len(pattern):
        if pattern[at] == "*":
            out.append(".*")
        elif pattern[at] == "?":
            out.append(".")
        elif pattern[at] == "[":
            end = pattern.index("]", at)
            out.append("[" + pattern[at + 1 : end].replace("!", "^") + "]")
            at = end
        else:
            out.append(re.escape(pattern[at]))
        at += 1
    return "".join(out)


PARTS = st.sampled_from(["a", "b", "-", "/", "?", "*", "[ab]", "[!a]", "[a-b]", "x"])


@given(
    st.lists(PARTS, max_size=8).map("".join).filter(lambda pattern: "**" not in pattern),
    st.text("abx-/", max_size=10),
)
def test_globs_agree_with_regular_expressions(pattern: str, label: str) -> None:
    assert Glob(pattern).matches(label) == bool(re.fullmatch(as_expression(pattern), label, re.DOTALL))


@given(st.lists(st.sampled_from(["a", "b", "**"]), min_size=1, max_size=5), st.text("ab/", max_size=8))
def test_double_stars_agree_with_regular_expressions(parts: list[str], label: str) -> None:
    expression = "/".join("\0" if part == "**" else part for part in parts)
    expression = re.sub("\0/", "(?:.*/)?", expression)
    expression = expression.replace("\0", ".*")
    assert Glob("/".join(parts)).matches(label) == bool(re.fullmatch(expression, label))


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_is_a_glob_or_an_error(pattern: str, label: str) -> None:
    try:
        glob = Glob(pattern)
    except AclError:
        return
    glob.matches(label)


@given(st.text(max_size=40))
def test_a_label_without_signs_matches_itself_only(label: str) -> None:
    escaped = "".join(f"[{char}]" if char in "?*[]" else char for char in label)
    assert Glob(escaped).matches(label)
    assert not Glob(escaped).matches(f"{label}x")
