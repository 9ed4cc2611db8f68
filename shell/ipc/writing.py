"""Values that are written as JSON in pieces: what msgspec writes of them, a step at a time."""

import asyncio
import binascii
import collections
import copy
import dataclasses
import enum
import itertools
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from typing import Any

import attrs
import msgspec

from shell.ipc import wire
from shell.ipc.limits import Limits
from shell.ipc.parts import Parts
from shell.ipc.wire import AT_ONCE, Written

_FIRST = 64
"""Items of a container that are written at first."""
_CHARACTERS = 16 * 1024
"""Characters of a string that are written at once: one may become six bytes."""
_BYTES = 48 * 1024
"""Bytes that are written at once in base64; a multiple of three."""
_SMALL = 1024
"""Bytes of a field that stays with its object."""
_DEEPEST = 512
"""Steps, each of which the one before waits for. A list takes three, and a piece is written anew for each."""
_MARK = b"\0"
"""What JSON never holds."""

type Large = collections.deque[list[Any] | dict[Any, Any]]
type _Steps = Generator["_Steps | None"]
"""Something that is done in steps: it gives what has to be done first, or None where time is up."""


class Writing:
    """A value and how far it has been written.

    What changes meanwhile is written as it is when its turn comes. A dict or a set that grows or shrinks while it is
    written is written anew, as it is then.

    Args:
        value: The value.
        piece: Bytes of JSON that are written at once.

    Attributes:
        until: When its time is up, as `time.monotonic` has it.
        json: What has been written.
        large: Lists and dicts that are larger than a piece, each before those that it holds.
    """

    def __init__(self, value: Any, piece: int = AT_ONCE) -> None:
        self.until = 0.0
        self.json = Parts()
        self.large: Large = collections.deque()
        self._kind = type(value)
        self._piece = piece
        self._open: set[int] = set()
        # A stack of our own: Python's is not so deep.
        self._steps = [self._apart(value)]

    def write_on(self) -> bool:
        """Write until the time is up; returns whether that was all.

        Raises:
            EncodeError: It, or something inside it, has no form in JSON.
        """
        steps = self._steps
        try:
            while steps:
                step = next(steps[-1], steps)
                if step is steps:
                    steps.pop()
                elif step is None:
                    return False
                elif len(steps) > _DEEPEST:
                    raise RecursionError  # noqa: TRY301  # told of like msgspec's own
                else:
                    steps.append(step)  # type: ignore[arg-type]  # it is not `steps`
        except Exception as error:
            steps.clear()
            wire.refuse(self._kind, error)
        return True

    def _is_late(self) -> bool:
        return time.monotonic() > self.until

    def _value(self, value: Any) -> _Steps:
        encoded = wire.encode_up_to(self._piece, value)
        if encoded is None:
            if self._is_late():
                yield None
            yield self._apart(value)
        else:
            self.json.write(encoded)
        if self._is_late():
            yield None

    def _apart(self, value: Any) -> _Steps:
        """Write what is larger than a piece."""
        if id(value) in self._open:
            raise RecursionError
        self._open.add(id(value))
        yield self._parts(value)
        self._open.discard(id(value))

    def _parts(self, value: Any) -> _Steps:
        match value:
            case enum.Enum():
                return self._value(value.value)
            case str():
                return self._text(value)
            case msgspec.Raw():
                return self._raw(value)
            case bytes() | bytearray() | memoryview():
                return self._bytes(value)
            case dict():
                return self._container(value, dict.items, dict, self._member)
            case list():
                return self._container(value, list.__iter__, list, self._value)
            case tuple():
                return self._container(value, tuple.__iter__, list, self._value)
            case set() | frozenset():
                return self._container(value, iter, list, self._value)
            case _:
                return self._fields(value)

    # Containers.

    def _container(
        self,
        value: Any,
        each: Callable[[Any], Iterable[Any]],
        gather: Callable[[Iterable[Any]], Any],
        write_one: Callable[[Any], _Steps],
    ) -> _Steps:
        """Write what a container holds: as much at once as a piece takes, and one by one what is larger.

        Args:
            value: The container.
            each: Its items.
            gather: Makes a container of items.
            write_one: Writes one.
        """
        if type(value) in {list, dict}:
            self.large.append(value)
        json, most, begun = self.json, _FIRST, len(self.json)
        ends = (b"{", b"}") if gather is dict else (b"[", b"]")
        items = iter(each(value))
        waiting: list[list[Any]] = []
        between = ends[0]
        while True:
            try:
                some = waiting.pop() if waiting else list(itertools.islice(items, most))
            except RuntimeError:
                # It has grown or shrunk.
                json.truncate(begun)
                items = iter(each(gather(value)))
                between = ends[0]
                continue
            if not some:
                break
            encoded = wire.encode_up_to(self._piece, gather(some))
            if encoded is not None:
                json.write(between)
                json.write(memoryview(encoded)[1:-1])
                between = b","
                most = max(1, min(2 * most, len(some) * self._piece // (2 * len(encoded))))
            elif len(some) > 1:
                most = half = len(some) // 2
                waiting += (some[half:], some[:half])
            else:
                json.write(between)
                between = b","
                yield write_one(some[0])
            if self._is_late():
                yield None
        json.write(ends[1] if between == b"," else b"".join(ends))

    def _member(self, member: tuple[Any, Any]) -> _Steps:
        key, value = member
        named = wire.encode_up_to(self._piece, {key: None})
        if named is None and type(key) is str:
            yield self._text(key)
            self.json.write(b":")
        else:
            self.json.write((named or wire.encode({key: None}))[1 : -len(b"null}")])
        yield self._value(value)

    # Single values.

    def _text(self, text: str) -> _Steps:
        self.json.write(b'"')
        for at in range(0, len(text), _CHARACTERS):
            self.json.write(memoryview(wire.encode(str.__getitem__(text, slice(at, at + _CHARACTERS))))[1:-1])
            if self._is_late():
                yield None
        self.json.write(b'"')

    def _bytes(self, value: bytes | bytearray | memoryview) -> _Steps:
        self.json.write(b'"')
        # Each time anew: while there is a view of a bytearray it cannot grow.
        for at in range(0, memoryview(value).nbytes, _BYTES):
            with memoryview(value).cast("B") as view, view[at : at + _BYTES] as part:
                self.json.write(binascii.b2a_base64(part, newline=False))
            if self._is_late():
                yield None
        self.json.write(b'"')

    def _raw(self, value: msgspec.Raw) -> _Steps:
        view = memoryview(value)
        for at in range(0, len(view), self._piece):
            self.json.write(view[at : at + self._piece])
            if self._is_late():
                yield None

    # Objects.

    def _fields(self, value: Any) -> _Steps:
        """Write an object as one that has marks in the place of what is large, and that in place of the marks."""
        standing = _another(value)
        if standing is None:
            # It is no class whose instances are known to be objects or arrays.
            self.json.write(wire.encode(value))
            return
        marked: list[Any] = []
        kept = _defaults(type(value))
        for name in _names(value):
            field = object.__getattribute__(value, name)
            if not any(field is default for default in kept):
                encoded = wire.encode_up_to(self._piece, field)
                if encoded is None or len(encoded) > _SMALL:
                    marked.append(field)
                    field = msgspec.Raw(b"%b%d%b" % (_MARK, len(marked) - 1, _MARK))  # it stands for it
            _set(standing, name, field)
            if self._is_late():
                yield None
        for number, part in enumerate(wire.encode(standing).split(_MARK)):
            if number % 2:
                yield self._value(marked[int(part)])
            else:
                self.json.write(part)


def _another(value: Any) -> Any:
    """An object of the same class, whose attributes are still to be set; None where it need not be one with fields."""
    kind = type(value)
    if isinstance(value, msgspec.Struct):
        return copy.copy(value)
    if dataclasses.is_dataclass(kind) or attrs.has(kind):
        try:
            return kind.__new__(kind)
        except TypeError:
            return None
    return None


def _names(value: Any) -> Iterator[str]:
    """The names of an object's attributes that are set, in order."""
    if isinstance(value, msgspec.Struct):
        yield from (name for name in value.__struct_fields__ if hasattr(value, name))
        return
    yield from tuple(getattr(value, "__dict__", ()))
    for kind in type(value).__mro__:
        slots = kind.__dict__.get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if name not in {"__dict__", "__weakref__"} and hasattr(value, name):
                yield name


def _defaults(kind: type) -> tuple[Any, ...]:
    """Values that a field may have for its object to be written without it, and that cannot be told from others."""
    if issubclass(kind, msgspec.Struct) and kind.__struct_config__.omit_defaults:
        return kind.__struct_defaults__
    return ()


def _set(standing: Any, name: str, field: Any) -> None:
    if isinstance(standing, msgspec.Struct):
        msgspec.structs.force_setattr(standing, name, field)
    else:
        object.__setattr__(standing, name, field)


class Writings:
    """Writes values in turns: in a turn of the loop, some pieces of one.

    Args:
        limits: How long the loop may be kept.
        let_go: Lets go of what is large, little by little.
    """

    def __init__(self, limits: Limits, let_go: Callable[[Large], None]) -> None:
        self._limits = limits
        self._let_go = let_go
        self._turn = asyncio.Lock()

    async def write(self, value: Any) -> Written:
        """Write a value as JSON.

        Raises:
            EncodeError: It, or something inside it, has no form in JSON.
        """
        writing = Writing(value)
        del value
        try:
            while True:
                # Whoever waits longest is the next.
                async with self._turn:
                    writing.until = time.monotonic() + self._limits.slice_time
                    if writing.write_on():
                        return Written(writing.json)
                    await asyncio.sleep(0)
        finally:
            self._let_go(writing.large)


def write_at_once(value: Any) -> Parts:
    """As `Writings.write`, without a pause: in a thread, where others run between two pieces."""
    writing = Writing(value)
    writing.until = float("inf")
    writing.write_on()
    return writing.json
