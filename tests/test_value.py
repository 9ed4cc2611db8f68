"""Frozen classes of our own are those of attrs, but for how their methods come about."""

from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shell.value import frozen


def shortened(value: str) -> str:
    return f"<{value[:1]}>"


def made(decorator: Any) -> Any:
    """A class, the same for each decorator."""

    class Plain:
        a: int
        _hidden: str = "x"
        left_out: int = attrs.field(default=0, eq=False, repr=False)
        short: str = attrs.field(default="long", repr=shortened)

    return decorator(Plain)


OURS, THEIRS = made(frozen), made(attrs.frozen)
VALUES = st.tuples(st.integers(0, 2), st.sampled_from("xy"), st.integers(0, 2), st.sampled_from(["s", "long"]))


@given(VALUES, VALUES)
def test_they_are_equal_hashed_and_shown_as_those_of_attrs(first: tuple[Any, ...], second: tuple[Any, ...]) -> None:
    ours, theirs = (OURS(*first), OURS(*second)), (THEIRS(*first), THEIRS(*second))
    assert (ours[0] == ours[1]) is (theirs[0] == theirs[1])
    assert (ours[0] != ours[1]) is (theirs[0] != theirs[1])
    assert len(set(ours)) == len(set(theirs))
    assert list(map(repr, ours)) == list(map(repr, theirs))


def test_another_class_with_the_same_fields_is_another_value() -> None:
    assert OURS(1) != THEIRS(1)
    assert OURS(1) != made(frozen)(1)
    assert OURS(1) != (1, "x", "long")


def test_nothing_of_them_can_be_changed() -> None:
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        OURS(1).a = 2
    with pytest.raises(AttributeError):
        OURS(1).other = 2


def test_one_that_holds_itself_is_shown() -> None:
    @frozen
    class Knot:
        ends: list[Any]

    knot = Knot([])
    knot.ends.append(knot)
    assert repr(knot) == "Knot(ends=[...])"


def test_what_a_class_says_itself_stays() -> None:
    @frozen(kw_only=True)
    class Own:
        a: int

        def __eq__(self, other: object) -> bool:
            return True

        def __hash__(self) -> int:
            return 1

        def __repr__(self) -> str:
            return "mine"

    assert Own(a=1) == Own(a=2)
    assert (hash(Own(a=3)), repr(Own(a=3))) == (1, "mine")


def test_one_without_equality_is_itself_alone() -> None:
    @frozen(eq=False)
    class Lone:
        a: int

    one = Lone(1)
    assert one != Lone(1)
    assert [one, one] == [one] * 2
    assert len({one, Lone(1)}) == 2
