"""Notifications in windows of the program's own, where the desktop shows none."""

import asyncio
import gc
import weakref
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QEnterEvent, QFont, QFontMetrics, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QToolButton

from shell import Action, App, Dismissal, Notification
from shell.fitted import fitted
from shell.notification.toast import Toast
from tests.conftest import Runner
from tests.desktop import PATIENCE
from tests.notification.test_dunst import Heard

LEFT = Qt.MouseButton.LeftButton


def toasts() -> list[Toast]:
    """Those on the screen, from the top down."""
    found = [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, Toast) and widget.isVisible()]
    return sorted(found, key=lambda toast: toast.y())


def texts(toast: Toast) -> list[str]:
    return [label.text() for label in toast.findChildren(QLabel) if label.text()]


@pytest.fixture
def shown(shell: Runner, no_bus: None) -> Runner:
    return shell


def test_they_stand_one_above_the_other_in_the_corner_of_the_screen(shown: Runner) -> None:
    async def scenario(app: App) -> None:
        for title in ("One", "Two", "Three"):
            await app.notify(title, "a\nb", timeout=0)
        area = QGuiApplication.primaryScreen().availableGeometry()
        above = area.top()
        for toast, title in zip(toasts(), ("One", "Two", "Three"), strict=True):
            assert texts(toast) == [title, "a\nb"]
            assert area.contains(toast.geometry())
            assert toast.y() > above
            above = toast.geometry().bottom()
        assert area.bottom() - above < 40
        assert area.right() - toasts()[0].geometry().right() < 40

    shown.run(shown.app(), scenario)


@pytest.mark.parametrize(
    ("press", "told"),
    [
        (
            lambda toast: QTest.mouseClick(toast, LEFT, pos=QPoint(5, 20)),
            ["click", ("close", Dismissal.DISMISSED)],
        ),
        (
            lambda toast: QTest.mouseClick(toast.findChild(QPushButton, "later"), LEFT),
            [("action", "later"), ("close", Dismissal.DISMISSED)],
        ),
        (lambda toast: QTest.mouseClick(toast.findChild(QToolButton), LEFT), [("close", Dismissal.DISMISSED)]),
    ],
)
def test_what_is_pressed_is_told_and_closes_it(shown: Runner, press: Any, told: list[Any]) -> None:
    async def scenario(app: App) -> None:
        heard = Heard()
        actions = [Action("open", "&Open"), Action("later", "Later")]
        await app.notify("Title", actions=actions, timeout=0, **heard.handlers())
        (toast,) = toasts()
        press(toast)
        assert [await heard.next() for _ in told] == told
        assert not toasts()

    shown.run(shown.app(), scenario)


def test_one_that_takes_anothers_place_closes_it(shown: Runner) -> None:
    async def scenario(app: App) -> None:
        first = await app.notify("First", timeout=0)
        await first.replace(Notification("Second", timeout=0))
        assert first.dismissal is Dismissal.REPLACED
        assert [texts(toast) for toast in toasts()] == [["Second"]]

    shown.run(shown.app(), scenario)


def test_a_handler_may_show_another_one_in_its_place(shown: Runner) -> None:
    async def scenario(app: App) -> None:
        heard = Heard()

        async def again() -> None:
            heard.tell(await first.replace(Notification("Second", timeout=0)))

        first = await app.notify("First", timeout=0, on_click=again)
        QTest.mouseClick(toasts()[0], LEFT, pos=QPoint(5, 20))
        second = await heard.next()
        assert (first.dismissal, second.dismissal) == (Dismissal.DISMISSED, None)
        assert [texts(toast) for toast in toasts()] == [["Second"]]

    shown.run(shown.app(), scenario)


def test_its_time_does_not_run_under_the_pointer(shown: Runner) -> None:
    async def scenario(app: App) -> None:
        heard = Heard()
        await app.notify("First", timeout=0.01, **heard.handlers())
        (toast,) = toasts()
        QApplication.sendEvent(toast, QEnterEvent(QPointF(), QPointF(), QPointF()))
        second = await app.notify("Second", timeout=0.02)
        assert await asyncio.wait_for(second.closed(), PATIENCE) is Dismissal.EXPIRED
        assert heard.nothing()
        QApplication.sendEvent(toast, QEvent(QEvent.Type.Leave))
        assert await heard.next() == ("close", Dismissal.EXPIRED)

    shown.run(shown.app(), scenario)


def test_the_oldest_make_room_for_what_the_screen_cannot_hold(shown: Runner) -> None:
    async def scenario(app: App) -> None:
        many = [Action(str(number), f"A rather long title, number {number}") for number in range(8)]
        all_shown = [await app.notify("Title", "line\n" * 9, actions=many, timeout=0) for _ in range(4)]
        area = QGuiApplication.primaryScreen().availableGeometry()
        assert all(area.contains(toast.geometry()) for toast in toasts())
        left = len(toasts())
        assert 0 < left < 4
        assert [one.dismissal for one in all_shown] == [Dismissal.EXPIRED] * (4 - left) + [None] * left

    shown.run(shown.app(), scenario)


def test_every_button_can_be_reached(shown: Runner) -> None:
    async def scenario(app: App) -> None:
        await app.notify("T", actions=[Action(str(number), "long " * number + ".") for number in range(8)], timeout=0)
        (toast,) = toasts()
        buttons = toast.findChildren(QPushButton)
        assert len(buttons) == 8
        assert all(toast.rect().contains(button.geometry()) for button in buttons)
        assert all(button.width() >= button.sizeHint().width() for button in buttons)

    shown.run(shown.app(), scenario)


def test_no_more_of_a_buttons_title_is_laid_out_than_there_may_be_room_for(
    shown: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid_out: list[str] = []
    elided = QFontMetrics.elidedText

    def note(metrics: QFontMetrics, text: str, *how: Any) -> str:
        laid_out.append(text)
        return elided(metrics, text, *how)

    monkeypatch.setattr(QFontMetrics, "elidedText", note)

    async def scenario(app: App) -> None:
        await app.notify("T", actions=[Action("long", "x" * 4096), Action("short", "Short")], timeout=0)
        (toast,) = toasts()
        assert [len(text) for text in laid_out] == [257, 5]
        assert [button.text()[-1] for button in toast.findChildren(QPushButton)] == ["…", "t"]

    shown.run(shown.app(), scenario)


def test_no_more_of_a_text_is_laid_out_than_there_may_be_room_for(
    shown: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid_out: list[str] = []

    def note(text: str, *how: Any) -> str:
        laid_out.append(text)
        return fitted(text, *how)

    monkeypatch.setattr("shell.notification.toast.fitted", note)

    async def scenario(app: App) -> None:
        await app.notify("กำ" * 2048, "กำ" * 2048, timeout=0)
        await app.notify("Short", "Text", timeout=0)
        assert [len(text) for text in laid_out] == [257, 1025, 5, 4]
        # Of a zero width Qt would fit all.
        await app.notify("a", "\u200b" * 4096, timeout=0)
        assert texts(toasts()[-1])[1].endswith("…")
        # What is narrow fills its lines still.
        await app.notify("i" * 4096, "i" * 4096, timeout=0)
        assert [text.count("\n") for text in texts(toasts()[-1])] == [1, 5]

    shown.run(shown.app(), scenario)


def test_they_outlive_the_windows_and_end_with_the_program(shown: Runner) -> None:
    async def scenario(app: App) -> None:
        app.create_window("second")
        heard = Heard()
        await app.notify("Title", timeout=0, **heard.handlers())
        app.windows["main"].destroy()
        assert len(toasts()) == 1
        assert heard.nothing()

    shown.run(shown.app(), scenario)
    assert not toasts()


def test_nothing_is_left_of_those_that_are_gone(shown: Runner) -> None:
    async def scenario(app: App) -> None:
        made: weakref.WeakSet[Toast] = weakref.WeakSet()
        for number in range(40):
            one = await app.notify(f"Title {number}", actions=[Action("a", "A")], timeout=0)
            made.update(toasts())
            if number % 2:
                one.close()
        for toast in toasts():
            button = toast.findChild(QToolButton)
            assert button is not None
            QTest.mouseClick(button, LEFT)
        del one, toast, button
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        gc.collect()
        assert not made
        assert not [widget for widget in QApplication.allWidgets() if isinstance(widget, Toast)]

    shown.run(shown.app(), scenario)


def test_text_is_cut_to_its_lines(shell: Runner) -> None:
    @given(text=st.text(max_size=200), width=st.integers(20, 400), most=st.integers(1, 4))
    @settings(deadline=None)
    def check(text: str, width: int, most: int) -> None:
        lines = fitted(text, QFont(), width, most).split("\n")
        assert len(lines) <= most
        assert QFontMetrics(QFont()).horizontalAdvance(" ".join(lines[-1].split())) <= width or len(lines[-1]) <= 2

    async def scenario(app: App) -> None:
        check()
        assert fitted("one two three", QFont(), 10_000, 1) == "one two three"
        assert fitted("one\ntwo\n", QFont(), 10_000, 2) == "one\ntwo"
        assert fitted("one\ntwo\n\nfour", QFont(), 10_000, 2) == "one\ntwo four …"
        assert fitted("🎻" * 500, QFont(), 200, 2).endswith("…")

    shell.run(shell.app(), scenario)
