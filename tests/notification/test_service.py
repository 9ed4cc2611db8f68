"""What goes to the desktop's service and comes from it, message by message."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from dbus_fast import Message
from dbus_fast.aio import MessageBus
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage

from shell import Action, App, Dismissal, Notification
from shell.notification.freedesktop import Freedesktop, Program
from shell.notification.picture import Picture
from shell.notification.presenter import Request
from shell.notification.session_bus import BUS
from tests.conftest import Runner
from tests.notification.service import NAME, PATH, Service, service
from tests.notification.test_dunst import Heard


@asynccontextmanager
async def service_on_wayland(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Service]:
    """The service, where a program comes to the front by a token that it gives."""
    with monkeypatch.context() as patch:
        patch.setenv("XDG_ACTIVATION_TOKEN", "")
        patch.setattr(QGuiApplication, "platformName", lambda: "wayland")
        async with service() as desktop:
            yield desktop


def hints(body: list[Any]) -> dict[str, Any]:
    return {name: variant.value for name, variant in body[6].items() if name != "image-data"}


def test_the_service_gets_what_the_notification_says(shell: Runner, bus: None) -> None:
    async def scenario(app: App) -> None:
        async with service() as desktop:
            await app.notify(
                "A title",
                "1 < 2",
                icon="dialog-information",
                urgency="critical",
                sound="message-new-instant",
                timeout=1.5,
                actions=[Action("open", "Open it")],
            )
            name, replaces, icon, title, body, actions, _, timeout = sent = await desktop.shown()
            assert (name, replaces, icon, title, body) == ("test", 0, "dialog-information", "A title", "1 &lt; 2")
            assert (actions, timeout) == (["default", "", "open", "Open it"], 1500)
            assert hints(sent) == {
                "urgency": 2,
                "desktop-entry": "com.example.test",
                "sound-name": "message-new-instant",
            }

    shell.run(shell.app(), scenario)


@pytest.mark.parametrize(
    ("options", "timeout", "expected"),
    [
        ({"urgency": "low"}, -1, {"urgency": 0}),
        ({"timeout": 0}, 0, {"urgency": 1}),
        ({"timeout": 0.0001}, 1, {"urgency": 1}),
        ({"silent": True}, -1, {"urgency": 1, "suppress-sound": True}),
        ({"sound": "/usr/share/sounds/bell.oga"}, -1, {"urgency": 1, "sound-file": "/usr/share/sounds/bell.oga"}),
        ({"sound": "sounds/bell.oga"}, -1, {"urgency": 1, "sound-file": f"{os.getcwd()}/sounds/bell.oga"}),  # noqa: PTH109
    ],
)
def test_each_option_is_a_hint(
    shell: Runner, bus: None, options: dict[str, Any], timeout: int, expected: dict[str, Any]
) -> None:
    async def scenario(app: App) -> None:
        async with service() as desktop:
            await app.notify("Title", **options)
            sent = await desktop.shown()
            assert sent[7] == timeout
            assert hints(sent) == {"desktop-entry": "com.example.test", **expected}

    shell.run(shell.app(), scenario)


def test_the_programs_icon_is_sent_as_pixels(shell: Runner, bus: None) -> None:
    async def scenario(app: App) -> None:
        async with service() as desktop:
            await app.notify("Title")
            width, height, row, alpha, bits, channels, pixels = (await desktop.shown())[6]["image-data"].value
            assert (width, height, row, alpha, bits, channels, len(pixels)) == (64, 64, 256, True, 8, 4, 64 * 256)

    shell.run(shell.app(), scenario)


def test_text_is_no_markup_for_a_service_that_knows_none(shell: Runner, bus: None) -> None:
    async def scenario(app: App) -> None:
        async with service(capabilities=("body",)) as desktop:
            await app.notify("Title", "1 < 2 & <b>so on</b>")
            sent = await desktop.shown()
            assert (sent[4], sent[5]) == ("1 < 2 & <b>so on</b>", [])

    shell.run(shell.app(), scenario)


def test_what_has_buttons_is_shown_by_the_program_where_the_desktop_has_none(shell: Runner, bus: None) -> None:
    async def scenario(app: App) -> None:
        async with service(capabilities=("body",)) as desktop:
            shown = await app.notify("With buttons", actions=[Action("open", "Open it")])
            assert shown.problem == "the notifications of this desktop have no buttons"
            assert (await app.notify("Without")).problem is None
            assert (await desktop.shown())[3] == "Without"

    shell.run(shell.app(), scenario)


async def answer(desktop: Service, number: int, action: str, reason: int) -> None:
    """Say what a desktop says when a button is pressed."""
    await desktop.say("ActionInvoked", "us", number, action)
    await desktop.say("NotificationClosed", "uu", number, reason)


@pytest.mark.parametrize("reason", [1, 2, 3, 4])
def test_an_answer_is_told_once_whatever_the_service_says_of_the_end(shell: Runner, bus: None, reason: int) -> None:
    async def scenario(app: App) -> None:
        async with service() as desktop:
            heard = Heard()
            await app.notify("Title", actions=[Action("open", "Open it")], **heard.handlers())
            await answer(desktop, 1, "open", reason)
            assert [await heard.next(), await heard.next()] == [("action", "open"), ("close", Dismissal.DISMISSED)]
            assert await desktop.closed() == 1
            await answer(desktop, 1, "open", reason)
            await app.notify("Next", **heard.handlers())
            await desktop.say("NotificationClosed", "uu", 2, 7)
            assert await heard.next() == ("close", Dismissal.UNDEFINED)

    shell.run(shell.app(), scenario)


def test_the_service_is_asked_once_to_close_what_it_has_not_answered_for(shell: Runner, bus: None) -> None:
    async def scenario(app: App) -> None:
        async with service() as desktop:
            first, second = await app.notify("First"), await app.notify("Second")
            for _ in range(3):
                first.close()
            second.close()
            assert [await desktop.closed(), await desktop.closed()] == [1, 2]

    shell.run(shell.app(), scenario)


def test_signals_of_other_programs_notifications_concern_nobody(shell: Runner, bus: None) -> None:
    async def scenario(app: App) -> None:
        async with service() as desktop:
            heard = Heard()
            await app.notify("Title", **heard.handlers())
            await answer(desktop, 77, "default", 2)
            await desktop.say("ActionInvoked", "us", 1, "default")
            assert await heard.next() == "click"

    shell.run(shell.app(), scenario)


def test_what_is_said_with_the_answer_is_heard(shell: Runner, bus: None) -> None:
    async def scenario(app: App) -> None:
        async with service() as desktop:
            heard = Heard()

            async def expire() -> None:
                await desktop.shown()
                await desktop.say("NotificationClosed", "uu", 1, 1)

            at_once = asyncio.get_running_loop().create_task(expire())
            shown = await app.notify("Title", **heard.handlers())
            assert await heard.next() == ("close", Dismissal.EXPIRED)
            assert shown.dismissal is Dismissal.EXPIRED
            await at_once

    shell.run(shell.app(), scenario)


def test_a_service_that_starts_late_is_found(shell: Runner, bus: None) -> None:
    async def scenario(app: App) -> None:
        early = await app.notify("Early", timeout=0)
        assert early.problem is not None
        assert early.problem.startswith("nobody on this desktop shows notifications: ")
        async with service() as desktop:
            assert (await app.notify("Late")).problem is None
            assert (await desktop.shown())[3] == "Late"
            replaced = await early.replace(Notification("In its place"))
            assert replaced.problem is None
            assert early.dismissal is Dismissal.REPLACED

    shell.run(shell.app(), scenario)


def test_a_service_that_ends_takes_along_what_it_showed(shell: Runner, bus: None) -> None:
    async def scenario(app: App) -> None:
        heard = Heard()
        async with service() as desktop:
            shown = await app.notify("First", timeout=0, **heard.handlers())
            await desktop.shown()
        assert await heard.next() == ("close", Dismissal.UNDEFINED)
        async with service(capabilities=("body",)) as desktop:
            await shown.replace(Notification("Second", "a < b"))
            sent = await desktop.shown()
            # Its number means another one now, or none; and what the last service could do means nothing.
            assert (sent[1], sent[4]) == (0, "a < b")

    shell.run(shell.app(), scenario)


def test_a_refusal_of_the_service_is_told(shell: Runner, bus: None) -> None:
    async def scenario(app: App) -> None:
        async with service() as desktop:
            desktop.refusal = f"{NAME}.Error.ExcessNotificationGeneration"
            shown = await app.notify("Title")
            assert shown.problem == "the desktop shows no notification: not this one"

    shell.run(shell.app(), scenario)


class Own:
    """Hears of the program's own notification."""

    def __init__(self) -> None:
        self.ends: list[Dismissal] = []

    def clicked(self) -> None: ...

    def acted(self, action: str) -> None: ...

    def gone(self, why: Dismissal) -> None:
        self.ends.append(why)


def test_a_call_that_is_cancelled_is_written_to_its_end_before_the_next_one(shell: Runner, bus: None) -> None:
    # More than the socket takes at once.
    image = QImage(512, 512, QImage.Format.Format_RGBA8888)
    image.fill(Qt.GlobalColor.red)

    async def scenario(app: App) -> None:
        desktop, own = Freedesktop(Program("Program", "program")), Own()
        async with service() as there:
            await desktop.show(Request(Notification("Own"), Picture(), own))
            for turns in range(8):
                cancelled = asyncio.ensure_future(desktop.show(Request(Notification("1"), Picture(image), Own())))
                for _ in range(turns):
                    await asyncio.sleep(0)
                cancelled.cancel()
                with suppress(asyncio.CancelledError):
                    await cancelled
                await desktop.show(Request(Notification("2"), Picture(image), Own()))
            assert own.ends == []
            assert [(await there.shown())[3] for _ in range(17)] == ["Own", *["1", "2"] * 8]
            desktop.end()

    shell.run(shell.app(), scenario)


@pytest.mark.parametrize("member", ["GetCapabilities", "Notify"])
@pytest.mark.parametrize("answer", [("", []), ("s", ["abc"]), ("i", [3]), ("aas", [[["body"]]])])
def test_a_service_that_answers_something_else_shows_nothing(
    shell: Runner, bus: None, member: str, answer: tuple[str, list[Any]]
) -> None:
    async def scenario(app: App) -> None:
        async with service() as desktop:
            desktop.wrong[member] = answer
            shown = await app.notify("Title")
            assert shown.problem is not None
            assert shown.problem.startswith(f"{NAME} answered {member} with the types {answer[0]!r}, and not ")

    shell.run(shell.app(), scenario)


def test_only_what_was_offered_is_pressed_and_only_the_service_says_so(
    shell: Runner, bus: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario(app: App) -> None:
        async with service_on_wayland(monkeypatch) as desktop:
            heard = Heard()
            await app.notify("Title", actions=[Action("open", "Open it")], **heard.handlers())
            presenter = app.notifier._of_desktop
            assert isinstance(presenter, Freedesktop)
            assert presenter._bus._bus is not None
            ours = presenter._bus._bus.unique_name
            stranger = await MessageBus().connect()
            for member, signature, *body in (
                ("ActivationToken", "us", 1, "a stranger's"),
                ("ActionInvoked", "us", 1, "open"),
                ("NotificationClosed", "uu", 1, 2),
            ):
                message = Message.new_signal(PATH, NAME, member, signature, body)
                message.destination = ours
                await stranger.send(message)
            gone = Message.new_signal("/", BUS, "NameOwnerChanged", "sss", [NAME, ":1.1", ""])
            gone.destination = ours
            await stranger.send(gone)
            # It is answered after what was sent before, for which that was on its way.
            await stranger.call(Message(destination=BUS, path="/", interface=BUS, member="GetId"))
            stranger.disconnect()
            await desktop.say("ActivationToken", "us", 1, "x" * 1_000_000)
            await desktop.say("ActionInvoked", "us", 1, "never offered")
            await desktop.say("ActionInvoked", "us", 1, "open")
            assert [await heard.next(), await heard.next()] == [("action", "open"), ("close", Dismissal.DISMISSED)]
            assert heard.nothing()
            assert os.environ["XDG_ACTIVATION_TOKEN"] == ""

    shell.run(shell.app(), scenario)


def test_the_token_that_brings_windows_to_the_front_is_kept_for_qt(
    shell: Runner, bus: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario(app: App) -> None:
        async with service_on_wayland(monkeypatch) as desktop:
            heard = Heard()
            await app.notify("Title", **heard.handlers())
            await desktop.say("ActivationToken", "us", 9, "another's")
            await desktop.say("ActivationToken", "us", 1, "ours")
            await desktop.say("ActionInvoked", "us", 1, "default")
            assert await heard.next() == "click"
            assert os.environ["XDG_ACTIVATION_TOKEN"] == "ours"

    shell.run(shell.app(), scenario)
