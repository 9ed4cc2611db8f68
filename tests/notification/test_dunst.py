"""Notifications from Python, through a real service."""

import asyncio
import gc
import weakref
from pathlib import Path
from typing import Any

import pytest

from shell import Action, App, Dismissal, Notification, NotificationError, ShownNotification
from tests.conftest import Runner
from tests.desktop import PATIENCE
from tests.notification.conftest import Dunst
from tests.notification.test_picture import png


class Heard:
    """What handlers are told."""

    def __init__(self) -> None:
        self._told: asyncio.Queue[Any] = asyncio.Queue()

    def handlers(self) -> dict[str, Any]:
        return {
            "on_click": lambda: self.tell("click"),
            "on_action": lambda action: self.tell(("action", action)),
            "on_close": lambda why: self.tell(("close", why)),
        }

    def tell(self, what: Any) -> None:
        self._told.put_nowait(what)

    async def next(self) -> Any:
        return await asyncio.wait_for(self._told.get(), PATIENCE)

    def nothing(self) -> bool:
        return self._told.empty()


def test_the_desktop_shows_what_the_program_says(shell: Runner, dunst: Dunst) -> None:
    async def scenario(app: App) -> None:
        shown = await app.notify("Dear <b>Ada</b>", "1 < 2 & <i>so on</i>", urgency="critical", timeout=60)
        assert shown.problem is None
        last = await dunst.last()
        assert last["summary"] == "Dear <b>Ada</b>"
        assert "1 &lt; 2 &amp; &lt;i&gt;so on&lt;/i&gt;" in last["message"]
        assert last["timeout"] == 60_000_000
        assert last["appname"] == "test"

    shell.run(shell.app(), scenario)


def test_a_click_an_action_and_the_end_are_told(shell: Runner, dunst: Dunst) -> None:
    async def scenario(app: App) -> None:
        heard = Heard()
        shown = await app.notify("One", actions=[Action("open", "Open it")], **heard.handlers())
        await dunst.press()
        assert [await heard.next(), await heard.next()] == ["click", ("close", Dismissal.DISMISSED)]
        assert await shown.closed() is Dismissal.DISMISSED
        await app.notify("Two", actions=[Action("open", "Open it"), Action("later", "Later")], **heard.handlers())
        await dunst.choose("Later")
        assert await heard.next() == ("action", "later")
        assert await heard.next() == ("close", Dismissal.DISMISSED)
        await app.notify("Three", **heard.handlers())
        await dunst.close()
        assert await heard.next() == ("close", Dismissal.DISMISSED)

    shell.run(shell.app(), scenario)


def test_what_was_answered_goes_away_though_dunst_would_leave_it(shell: Runner, dunst: Dunst) -> None:
    async def scenario(app: App) -> None:
        shown = await app.notify("One", timeout=0)
        await dunst.press()
        assert await asyncio.wait_for(shown.closed(), PATIENCE) is Dismissal.DISMISSED
        await dunst.until_shown(0)

    shell.run(shell.app(), scenario)


def test_a_handler_may_show_another_one_in_its_place(shell: Runner, dunst: Dunst) -> None:
    async def scenario(app: App) -> None:
        heard = Heard()

        async def resume() -> None:
            second = await first.replace(Notification("Second", timeout=0))
            heard.tell(second)

        first = await app.notify("First", timeout=0, on_click=resume)
        await dunst.press()
        second = await heard.next()
        assert first.dismissal is Dismissal.DISMISSED
        assert second.dismissal is None
        await dunst.until_shown(1)
        await dunst.close()
        assert await asyncio.wait_for(second.closed(), PATIENCE) is Dismissal.DISMISSED
        assert (await dunst.history())[0]["summary"] == "Second"

    shell.run(shell.app(), scenario)


def test_its_time_ends_it(shell: Runner, dunst: Dunst) -> None:
    async def scenario(app: App) -> None:
        shown = await app.notify("Short", timeout=0.2)
        assert await asyncio.wait_for(shown.closed(), PATIENCE) is Dismissal.EXPIRED

    shell.run(shell.app(), scenario)


def test_the_program_closes_and_replaces_it(shell: Runner, dunst: Dunst) -> None:
    async def scenario(app: App) -> None:
        heard = Heard()
        first = await app.notify("First", timeout=0, **heard.handlers())
        second = await first.replace(Notification("Second", timeout=0))
        assert first.dismissal is Dismissal.REPLACED
        await dunst.until_shown(1)
        assert heard.nothing()
        second.close()
        assert await heard.next() == ("close", Dismissal.CLOSED)
        assert (await dunst.history())[0]["summary"] == "Second"
        second.close()

    shell.run(shell.app(), scenario)


def test_a_broken_icon_is_an_error_and_shows_nothing(shell: Runner, dunst: Dunst, tmp_path: Path) -> None:
    (tmp_path / "icon.png").write_text("no picture")

    async def scenario(app: App) -> None:
        with pytest.raises(NotificationError, match=r"icon\.png: not a picture in a format that is known"):
            await app.notify("Title", icon=tmp_path / "icon.png")
        with pytest.raises(NotificationError, match=r"nothing\.png: No such file or directory"):
            await app.notify("Title", icon=tmp_path / "nothing.png")
        await dunst.until_shown(0)

    shell.run(shell.app(), scenario)


def test_pictures_arrive(shell: Runner, dunst: Dunst) -> None:
    async def scenario(app: App) -> None:
        assert (await app.notify("Picture", icon=png(30, 20))).problem is None
        assert (await app.notify("Name", icon="dialog-information")).problem is None
        assert (await dunst.last())["summary"] in {"Picture", "Name"}

    shell.run(shell.app(), scenario)


def test_a_handler_that_fails_is_logged_and_harms_nobody(
    shell: Runner, dunst: Dunst, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario(app: App) -> None:
        async def fail() -> None:
            raise RuntimeError("on purpose")

        shown = await app.notify("One", on_click=fail)
        await dunst.press()
        await asyncio.wait_for(shown.closed(), PATIENCE)

    shell.run(shell.app(), scenario)
    assert "a handler of a notification failed" in caplog.text


def test_what_the_desktop_can_do_is_asked(shell: Runner, dunst: Dunst) -> None:
    async def scenario(app: App) -> None:
        assert {"actions", "body", "body-markup"} <= await app.notifier.capabilities()

    shell.run(shell.app(), scenario)


def test_without_a_bus_the_program_shows_it_itself(shell: Runner, no_bus: None) -> None:
    async def scenario(app: App) -> None:
        heard = Heard()
        shown = await app.notify("Title", actions=[Action("a", "A")], timeout=0, **heard.handlers())
        assert shown.problem is not None
        assert "there is no session bus" in shown.problem
        shown.close()
        assert await heard.next() == ("close", Dismissal.CLOSED)
        short = await app.notify("Title", timeout=0.05)
        assert await asyncio.wait_for(short.closed(), PATIENCE) is Dismissal.EXPIRED

    shell.run(shell.app(), scenario)


def test_nothing_is_left_of_those_that_are_gone(shell: Runner, dunst: Dunst) -> None:
    async def scenario(app: App) -> None:
        made: weakref.WeakSet[ShownNotification] = weakref.WeakSet()
        for _ in range(30):
            shown = await app.notify("Title", on_close=lambda _: None)
            made.add(shown)
            shown.close()
            await asyncio.wait_for(shown.closed(), PATIENCE)
        del shown
        gc.collect()
        assert not made

    shell.run(shell.app(), scenario)
