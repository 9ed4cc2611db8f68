"""Marks that only the core can make."""

from hypothesis import given
from hypothesis import strategies as st

from shell.webview.seal import Seal


@given(st.text())
def test_a_mark_reads_as_what_it_was_made_for_and_in_no_other_run(text: str) -> None:
    seal = Seal()
    mark = seal.mark(text)
    assert seal.read(mark) == text
    assert Seal().read(mark) is None
    assert mark.isascii()
    assert mark.isprintable()


@given(st.text(), st.text())
def test_no_other_text_is_a_mark(text: str, other: str) -> None:
    seal = Seal()
    assert seal.read(other) is None
    assert seal.read(seal.mark(text) + "0") is None
    assert seal.read(f"{other}{seal.mark(text)}") == (None if other else text)


def test_nothing_is_no_mark() -> None:
    assert Seal().read(None) is None
    assert Seal().read("") is None
