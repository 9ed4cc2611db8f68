"""What is too large to be read or written at once: it is in pieces, and what does that is loaded when it is needed."""

import asyncio
import importlib
from typing import TYPE_CHECKING, Any, cast

import msgspec

from shell.ipc import wire
from shell.ipc.binder import Binder
from shell.ipc.call import Call, invalid_args
from shell.ipc.errors import RefusedError
from shell.ipc.limits import Limits
from shell.ipc.session import Session
from shell.threads import apart

if TYPE_CHECKING:
    from shell.ipc.readings import Read, Readings
    from shell.ipc.writing import Writings


class Large:
    """Reads large arguments and writes large answers, while the loop goes on. For tasks that are calls.

    Of what one document has of either, one waits for the other, so that one document is not in the way of others.

    Args:
        loop: The loop.
        limits: How much one document may ask for.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, limits: Limits) -> None:
        self._loop = loop
        self._limits = limits
        self._readings: Readings | None = None
        # Of many that want it at once, one loads it.
        self._loading = asyncio.Lock()
        self._writings: Writings | None = None

    @property
    def let_go(self) -> int:
        """How many are being let go of, little by little. From any thread."""
        return 0 if self._readings is None else self._readings.under_way

    async def read(self, session: Session, call: Call, binder: Binder) -> "Read":
        """Read the arguments of a call for its command.

        Raises:
            RefusedError: As from `Binder.bind`.
        """
        readings = await self._loaded_readings()
        # What a filter was shown of it is there as well, and no part of what the page asks for.
        shown = 0 if call.read is None or isinstance(call.read, RefusedError) else call.read.objects
        async with session.reading:
            read = await binder.read(call.body, readings, session.lasting.objects - shown)
        _hold(session, read, readings)
        return read

    async def prepare(self, session: Session, call: Call) -> Call:
        """Read the arguments of a call for filters."""
        readings = await self._loaded_readings()
        from shell.ipc.form import Form  # noqa: PLC0415  # loaded with what reads in pieces

        read: Read | RefusedError
        try:
            async with session.reading:
                read = await readings.read(call.body, Form(Any), session.lasting.objects)
        except RefusedError as refused:
            read = RefusedError(str(refused))
        except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
            read = invalid_args(call.command, error, call.body)
        else:
            _hold(session, read, readings)
        return msgspec.structs.replace(call, read=read)

    async def write(self, session: Session, value: Any) -> wire.Written:
        """Write what a command returned.

        Raises:
            EncodeError: It has no form in JSON.
            RefusedError: Too much waits to be written for the page.
        """
        size = session.unwritten * session.written
        if size > self._limits.overflow:
            raise RefusedError(
                f"{session.unwritten} large answers wait to be written for the page already, which may be "
                f"{size >> 20} MiB (App's limits.overflow)"
            )
        session.unwritten += 1
        try:
            writings = await self._loaded_writings()
            async with session.writing:
                written = await writings.write(value)
        finally:
            session.unwritten -= 1
        session.written = len(written.json)
        return written

    async def _loaded_readings(self) -> "Readings":
        """What reads in pieces: few programs are sent anything so large, and to load it takes as long as a turn may."""
        async with self._loading:
            if self._readings is None:
                await apart(importlib.import_module, "shell.ipc.readings")
                from shell.ipc.readings import Readings  # noqa: PLC0415

                self._readings = Readings(self._loop, self._limits)
        return self._readings

    async def _loaded_writings(self) -> "Writings":
        readings = await self._loaded_readings()
        async with self._loading:
            if self._writings is None:
                await apart(importlib.import_module, "shell.ipc.writing")
                from shell.ipc.writing import Writings  # noqa: PLC0415

                self._writings = Writings(self._limits, readings.let_go)
        return self._writings


def _hold(session: Session, read: "Read", readings: "Readings") -> None:
    """Count what a call has read until it has been answered: that may be what it is answered with."""
    lasting = session.lasting
    lasting.objects += read.objects

    def done(_: object) -> None:
        lasting.objects -= read.objects
        readings.let_go(read.large)

    cast("asyncio.Task[Any]", asyncio.current_task()).add_done_callback(done)
