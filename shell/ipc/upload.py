"""Uploads: bodies that a page sends in pieces, since Chromium carries a large one far more slowly than its pieces."""

import io

import attrs

from shell.ipc.errors import RefusedError
from shell.ipc.parts import LARGEST_PART

LARGEST_BODY = 1 << 30
"""Bytes."""

MOST_EARLY = 8
"""So many pieces of an upload may wait for those before them: one more than a bridge makes. All that wait are put in
their place in one turn of the loop."""

MOST_UNDER_WAY = 4096
"""So many uploads of a document may be under way. A bridge has no more, as its bodies have too many bytes before: what
it posts in pieces has 64 KiB or more."""

MOST_GIVEN_UP = 1024
"""So many uploads that were given up are known by number; of one, a bridge has a few pieces on their way."""

_KEPT = 512
"""About how many bytes an upload takes beside its own, and a piece until those before it have come."""


type Piece = bytes | memoryview


@attrs.define
class _Upload:
    """A body as far as it has come.

    Attributes:
        body: Its beginning. Of its buffers, this is the one that hands its bytes out without another copy.
        early: Pieces that came before those in front of them, by their place.
        size: How many bytes it takes.
    """

    body: io.BytesIO = attrs.field(factory=io.BytesIO)
    early: dict[int, Piece] = attrs.field(factory=dict)
    size: int = _KEPT

    def add(self, at: int, piece: Piece) -> None:
        self.size += len(piece)
        if at != self.body.tell():
            self.early[at] = piece
            self.size += _KEPT
            return
        self.body.write(piece)
        while (early := self.early.pop(self.body.tell(), None)) is not None:
            self.body.write(early)
            self.size -= _KEPT

    def has_place(self, at: int, size: int) -> bool:
        end = self.body.tell()
        return at == end or (at > end and at not in self.early and size <= LARGEST_PART)

    def is_full(self, at: int) -> bool:
        return at != self.body.tell() and len(self.early) >= MOST_EARLY


class Uploads:
    """The uploads of one document.

    Args:
        limit: How many bytes others of them may hold for one to go on.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._under_way: dict[int, _Upload] = {}
        self._given_up: dict[int, None] = {}
        self.size = 0

    def add(self, number: int, at: int, piece: Piece) -> None:
        """Take a piece of an upload. One that is refused takes the whole upload with it.

        Args:
            number: What the page calls the upload.
            at: Where in the body the piece belongs.
            piece: The piece.

        Raises:
            RefusedError: It is empty or was there already, the body is too large, others hold too much or are too
                many, too many pieces wait for what is in front of them, or the upload has been given up.
        """
        if number in self._given_up:
            raise RefusedError(f"upload {number} has been given up")
        upload = self._let_go(number) or _Upload()
        problem = self._problem(upload, at, piece)
        if problem is not None:
            self._give_up(number)
            raise RefusedError(f"upload {number}: {problem}")
        upload.add(at, piece)
        self._under_way[number] = upload
        self.size += upload.size

    def _problem(self, upload: _Upload, at: int, piece: Piece) -> str | None:
        """What is wrong with a piece, if anything."""
        if not piece or at + len(piece) > LARGEST_BODY or not upload.has_place(at, len(piece)):
            return f"there is no place at {at} for {len(piece)} bytes"
        if upload.is_full(at):
            return f"{MOST_EARLY} pieces wait for what is in front of them already"
        if self.size > self._limit:
            return f"too many at once: others hold more than {self._limit >> 20} MiB (App's limits.pending_size)"
        if len(self._under_way) >= MOST_UNDER_WAY:
            return f"too many at once: {MOST_UNDER_WAY} others are under way"
        return None

    def take(self, number: int, size: int) -> bytes:
        """Hand a body out that is whole; it can be had once.

        Args:
            number: What the page calls the upload.
            size: How many bytes it has.

        Raises:
            RefusedError: There is none, or a piece of it is missing.
        """
        upload = self._let_go(number)
        if upload is None:
            raise RefusedError(f"there is no upload {number} of this document")
        if upload.body.tell() != size:
            self._give_up(number)
            raise RefusedError(f"upload {number} has {upload.body.tell()} bytes of {size}")
        return upload.body.getvalue()

    def drop(self, number: int) -> None:
        """Give an upload up that does not go on."""
        self._let_go(number)
        self._give_up(number)

    def _let_go(self, number: int) -> _Upload | None:
        upload = self._under_way.pop(number, None)
        if upload is not None:
            self.size -= upload.size
        return upload

    def _give_up(self, number: int) -> None:
        # Pieces of it may be on their way: they would begin one that nobody ends.
        self._given_up[number] = None
        if len(self._given_up) > MOST_GIVEN_UP:
            del self._given_up[next(iter(self._given_up))]

    def clear(self) -> None:
        """Let go of everything."""
        self._given_up.clear()
        self._under_way.clear()
        self.size = 0

    def __len__(self) -> int:
        return len(self._under_way)
