"""JSON that is read in pieces: the same values, and the same errors, a step at a time."""

import codecs
import collections
import gc
import re
import sys
import time
from collections.abc import Callable, Generator, Iterator
from typing import Any

import msgspec

from shell.ipc.decoder import check
from shell.ipc.errors import RefusedError
from shell.ipc.faults import Path, errors_of, may_be_cut, where_more_follows
from shell.ipc.form import Fields, Form, Items, Members, Skipped, Text
from shell.ipc.limits import Limits

PIECE = 64 * 1024
"""Bytes that are read at once: for some 0.5 ms, and 4 at worst."""
_GUESSES = 3
"""How often it is tried where a piece of an array or an object might end before it is looked for."""
_WALKED = 500
"""How many items are looked at for that at once."""
_MEMBERS = 8
"""Items of an array that are moved to another place, as it grows, as fast as one member of an object."""

_PARTS = 16
"""Pieces of a string that are put together at once."""

_DEEPEST = 512
"""Steps, each of which the one before waits for. An array takes four, and a piece is looked at anew for each."""

_SPACES = frozenset({b" ", b"\t", b"\n", b"\r"})
_SPACE = re.compile(rb"[ \t\n\r]*+")
# Whole characters: escapes are not torn, nor are those two that stand for one.
_CHARACTERS = re.compile(
    rb'(?:[^"\\]++|\\[^u]|\\u(?![dD][89abAB])....|\\u[dD][89abAB]..\\u[dD][c-fC-F]..)*+', re.DOTALL
)
# What an item begins with, as most often the next one does.
_OPENING = re.compile(rb'\[{0,16}+(?:\{"[^"\\]{0,64}+":|")?')
_CONTAINED = frozenset({b"[", b"{", b'"'})
_CLOSERS = b"]}"
_CLOSING = {ord("["): b"]", ord("{"): b"}", ord('"'): b'"'}

_decode_raw = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_TEXT = Form(str)
_SKIPPED = Skipped()

type Large = collections.deque[list[Any] | dict[Any, Any]]
type _Steps = Generator["_Steps | None", Any, Any]
"""Something that is done in steps: it gives what has to be done first, or None where time is up."""


class Reading:
    """A text and how far it has been read.

    Args:
        text: The text.
        form: What it is read as.
        limits: What it may hold.
        piece: Bytes that are read at once; not less than 16.
        held: Arrays and objects that there are beside its own.

    Attributes:
        until: When its time is up, as `time.monotonic` has it.
        value: What has been read, when that is all.
        large: Arrays and objects that are larger than a piece, each before those that it holds.
        objects: How many arrays and objects there are, and other things that Python looks through for garbage.
    """

    def __init__(self, text: bytes, form: Form, limits: Limits, piece: int, held: int = 0) -> None:
        self.until = 0.0
        self.value: Any = None
        self.large: Large = collections.deque()
        self._text = text
        self._view = memoryview(text)
        self._piece = piece
        self._limits = limits
        self._held = held
        self.objects = 0
        self._at = 0
        # A stack of our own: Python's is not so deep.
        self._steps = [self._whole(form)]

    def read_on(self) -> bool:
        """Read until the time is up; returns whether that was all.

        Raises:
            msgspec.DecodeError: It is no JSON, or not of that form.
            UnicodeError: A string in it is no text.
            RecursionError: It is nested too deep.
            RefusedError: It holds more than it may.
        """
        steps = self._steps
        while steps:
            try:
                step = steps[-1].send(self.value)
            except StopIteration as done:
                self.value = done.value
                steps.pop()
                continue
            self.value = None
            if step is None:
                return False
            if len(steps) > _DEEPEST:
                raise RecursionError
            steps.append(step)
        return True

    def _whole(self, form: Form) -> _Steps:
        yield self._characters()
        value = yield self._value(form, None)
        yield self._space()
        if self._at < len(self._text):
            raise msgspec.DecodeError(f"JSON is malformed: trailing characters (byte {self._at + 1})")
        return value

    def _characters(self) -> _Steps:
        """See that all of it is UTF-8: msgspec does so only for strings that it makes."""
        decode = codecs.getincrementaldecoder("utf-8")().decode
        for at in range(0, len(self._text), self._piece):
            decode(self._text[at : at + self._piece])
            if time.monotonic() > self.until:
                yield None
        decode(b"", final=True)

    def _value(self, form: Form, path: Path) -> _Steps:
        if self._here() in _SPACES:
            yield self._space()
        if time.monotonic() > self.until:
            yield None
        if form.kind is msgspec.Raw:
            start = self._at
            yield self._value(_SKIPPED, path)
            return msgspec.Raw(self._text[start : self._at])
        end = self._end(form, path)
        if end is not None:
            value = self._decoded(form.decode, end, path)
        else:
            match self._here():
                case b"[" if form.array is not None:
                    value = yield self._array(form.array, path)
                case b"{" if form.object is not None:
                    value = yield self._object(form.object, path)
                case b'"' if form.text is not None:
                    value = yield self._string(form.text, path)
                case _:
                    value = yield self._rest(form, path)
        if time.monotonic() > self.until:
            yield None
        return value

    # What is no longer than a piece.

    def _end(self, form: Form, path: Path, size: int = 0) -> int | None:
        """Where what stands here ends; None where it is longer than a piece."""
        at = self._at
        window = self._view[at : at + (size or self._piece)]
        cut = at + len(window) < len(self._text)
        try:
            check(window)
        except (msgspec.DecodeError, RecursionError) as error:
            end = where_more_follows(error)
            if end is not None:
                return at + end
            if cut and may_be_cut(error, window):
                return None
            # It says what is wrong first, which need not be the same.
            self._decoded(form.decode, at + len(window), path)
            raise
        # A number might go on.
        is_open = self._here() not in _CONTAINED and bytes(window[-1:]) not in _SPACES
        return None if cut and is_open else at + len(window)

    def _decoded(self, decode: Callable[[Any], Any], end: int, path: Path) -> Any:
        with errors_of(path, self._at):
            value = self._counted(decode, self._text[self._at : end])
        self._at = end
        return value

    def _counted[T](self, decode: Callable[[Any], T], text: Any) -> T:
        """Decode, and count the objects that Python has to look through for garbage from now on."""
        collects = gc.isenabled()
        gc.disable()
        before = gc.get_count()[0]
        try:
            return decode(text)
        finally:
            self.objects += gc.get_count()[0] - before
            if collects:
                gc.enable()
            self._count(self._held + self.objects)

    def _count(self, objects: int) -> None:
        most = self._limits.objects
        if objects > most:
            raise RefusedError(
                f"the arguments, with those of other large calls under way, hold more than {most} arrays and "
                f"objects, an array more items, or an object {most // _MEMBERS} members (App's limits.objects)"
            )

    # What is longer.

    def _array(self, items: Items, path: Path) -> _Steps:
        found: list[Any] | bytearray = bytearray() if items.of_bytes else []
        if isinstance(found, list):
            self.large.append(found)

        def take(end: int) -> None:
            with errors_of(path, self._at - 1, len(found)):
                found.extend(self._counted(items.decode, b"[%b]" % self._text[self._at : end]))
                self._count(0 if items.of_bytes else len(found))

        def take_one() -> _Steps:
            found.append((yield self._value(items.form, (path, f"[{len(found)}]"))))

        yield self._all(b"[", b"]", take, take_one)
        return _finished(items.finish, found, path)

    def _object(self, members: Members | Fields, path: Path) -> _Steps:
        found: dict[Any, Any] = {}
        self.large.append(found)
        forms = members.forms if isinstance(members, Fields) else {}

        def take(end: int) -> None:
            group = b"{%b}" % self._text[self._at : end]
            with errors_of(path, self._at - 1):
                if isinstance(members, Members):
                    found.update(self._counted(members.decode, group))
                    self._count(_MEMBERS * len(found))
                    return
                raw = _decode_raw(group)
            for name, value in raw.items():
                with errors_of((path, f".{name}"), 0):
                    found[name] = self._counted(forms[name].decode, value) if name in forms else None

        def take_one() -> _Steps:
            name: str = yield self._name(path)
            if isinstance(members, Fields):
                value = yield self._value(forms.get(name, _SKIPPED), (path, f".{name}"))
                found[name] = value if name in forms else None
                return
            key: Any = name
            if members.name is not None:
                with errors_of(path, 0):
                    (key,) = members.name(msgspec.json.encode({name: None}))
            found[key] = yield self._value(members.form, (path, "[...]"))

        yield self._all(b"{", b"}", take, take_one)
        return _finished(members.finish, found, path)

    def _all(self, opener: bytes, closer: bytes, take: Callable[[int], None], take_one: Callable[[], _Steps]) -> _Steps:
        """Read an array or object: as much at once as a piece holds, and one by one where that cannot be told."""
        self._at += 1
        if self._here() in _SPACES:
            yield self._space()
        if self._here() == closer:
            self._at += 1
            return
        wrong = 0
        while True:
            if wrong < _GUESSES and self._taken_by_guess(opener, closer, take):
                wrong = 0
            else:
                wrong += 1
                end = self._end_of_some(opener)
                if end is None:
                    yield take_one()
                else:
                    take(end)
                    self._at = end
            if time.monotonic() > self.until:
                yield None
            if self._here() in _SPACES:
                yield self._space()
            here = self._here()
            if here not in {b",", closer}:
                raise self._unexpected(f"expected ',' or '{closer.decode()}'")
            self._at += 1
            if here == closer:
                return
            if self._here() in _SPACES:
                yield self._space()

    def _taken_by_guess(self, opener: bytes, closer: bytes, take: Callable[[int], None]) -> bool:
        """Take what ends where items most likely do; returns whether it did."""
        at = self._at
        for end in self._likely_ends(opener, closer):
            if end <= at:
                continue
            try:
                take(end)
            except (msgspec.DecodeError, RecursionError):
                # It need not be so, where what was taken ends in the middle of an item.
                continue
            self._at = end
            return True
        return False

    def _likely_ends(self, opener: bytes, closer: bytes) -> Iterator[int]:
        at, text = self._at, self._text
        limit = at + self._piece
        if opener == b"{":
            yield text.rfind(b',"', at, limit)
            return
        found = _OPENING.match(text, at)
        opening = b"" if found is None else found[0]
        brackets = opening[: len(opening) - len(opening.lstrip(b"["))] + opening.lstrip(b"[")[:1]
        closing = b"".join(_CLOSING[bracket] for bracket in reversed(brackets))
        if not opening:
            yield text.find(closer, at, limit)
        between = text.rfind(b"%b,%b" % (closing, opening), at, limit)
        if between >= 0:
            yield between + len(closing)
        if opening:
            last = text.find(closing + closer, at, limit)
            if last >= 0:
                yield last + len(closing)

    def _end_of_some(self, opener: bytes) -> int | None:
        """Where the last ends of those that a piece holds; None where it holds none."""
        end = at = self._at
        for _ in range(_WALKED):
            for behind in b":," if opener == b"{" else b",":
                try:
                    check(self._view[at : at + self._piece])
                except (msgspec.DecodeError, RecursionError) as error:
                    more = where_more_follows(error)
                else:
                    more = None
                if more is None or self._text[at + more] not in {behind, *_CLOSERS}:
                    return end if end > self._at else None
                at += more
                if self._text[at] != behind:
                    return at
                at += 1
            end = at - 1
            if end - self._at > self._piece // 2:
                break
        return end

    def _name(self, path: Path) -> _Steps:
        """Read the name of a member, and what stands between it and its value."""
        if self._here() != b'"':
            raise self._unexpected("object keys must be strings")
        name: str = yield self._value(_TEXT, path)
        if self._here() in _SPACES:
            yield self._space()
        if self._here() != b":":
            raise self._unexpected("expected ':'")
        self._at += 1
        return name

    def _string(self, text: Text, path: Path) -> _Steps:
        parts: list[str] = []
        length = width = 0
        self._at += 1
        while True:
            end = self._end_of_characters()
            closed = self._text[end : end + 1] == b'"'
            with errors_of(path, self._at - 1):
                if end == self._at and not closed:
                    # What stands here is no character, or the text ends.
                    text.decode(b'"%b' % self._text[end : end + self._piece])
                parts.append(part := text.decode(b'"%b"' % self._text[self._at : end]))
            self._at = end
            length += len(part)
            # Each character takes as much as the one that takes most.
            width = max(width, 1 if part.isascii() else sys.getsizeof(part) // len(part))
            if length * width > self._limits.text:
                raise RefusedError(
                    f"a string in the arguments takes more than {self._limits.text} bytes of memory (App's limits.text)"
                )
            if closed:
                self._at += 1
                if len(parts) > _PARTS:
                    # To put them together takes a turn of its own.
                    yield None
                return _finished(text.finish, "".join(parts), path)
            if time.monotonic() > self.until:
                yield None

    def _end_of_characters(self) -> int:
        """Where the characters of a string end that are whole, and no more than a piece holds."""
        text = self._text
        limit = self._at + self._piece
        end = text.find(b'"', self._at, limit)
        if end < 0:
            end = min(limit, len(text))
        if text.find(b"\\", self._at, end) >= 0:
            found = _CHARACTERS.match(text, self._at, limit)
            end = self._at if found is None else found.end()
        while end > self._at and end < len(text) and text[end] & 0xC0 == 0x80:  # inside of UTF-8
            end -= 1
        return end

    def _rest(self, form: Form, path: Path) -> _Steps:
        """Read what cannot be read in pieces."""
        size = self._piece
        try:
            form.decode(self._text[self._at : self._at + size])
        except msgspec.ValidationError:
            # Without this it would be looked for where it ends.
            self._decoded(form.decode, self._at + size, path)
        except msgspec.DecodeError:
            pass
        end, most = None, self._limits.whole
        while end is None and size < most:
            yield None
            size = min(4 * size, most)
            end = self._end(form, path, size)
        if end is None:
            raise RefusedError(
                f"a part of the arguments that can only be read whole has more than {most} bytes (App's limits.whole)"
            )
        return self._decoded(form.decode, end, path)

    def _here(self) -> bytes:
        return self._text[self._at : self._at + 1]

    def _space(self) -> _Steps:
        """Go to where there is no space."""
        while self._here() in _SPACES:
            found = _SPACE.match(self._text, self._at, self._at + self._piece)
            self._at = self._at if found is None else found.end()
            if time.monotonic() > self.until:
                yield None

    def _unexpected(self, problem: str) -> msgspec.DecodeError:
        if self._at >= len(self._text):
            return msgspec.DecodeError("Input data was truncated")
        return msgspec.DecodeError(f"JSON is malformed: {problem} (byte {self._at})")


def _finished(finish: Callable[[Any], Any] | None, value: Any, path: Path) -> Any:
    if finish is None:
        return value
    with errors_of(path, 0):
        return finish(value)
