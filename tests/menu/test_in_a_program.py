"""Menus that a program shows, from Python: bars, menus at the mouse, and what is chosen from them."""

import asyncio
import gc
import weakref
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QMenuBar, QPlainTextEdit
from shiboken6 import getAllValidWrappers

from shell import (
    AboutMetadata,
    App,
    CheckMenuItem,
    LifeEvent,
    Menu,
    MenuEvent,
    MenuItem,
    NotRunningError,
    PredefinedMenuItem,
    Submenu,
    Window,
)
from shell.menu.about import AboutDialog
from shell.window import LogicalPosition, LogicalSize, PhysicalSize
from tests.conftest import Runner


def bar_of(window: Window) -> QMenuBar:
    bar = window.frame.menuWidget()
    assert isinstance(bar, QMenuBar)
    return bar


def texts(bar: QMenuBar) -> list[str]:
    return [action.text() for action in bar.actions()]


def file_menu() -> Menu:
    return Menu([Submenu("&File", [MenuItem("&Open", id="open")])])


async def wait_until_page_has(window: Window, width: int, height: int) -> None:
    """Wait until the page has drawn itself, and then until it has a size."""
    await window.eval(
        "await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));"
        f"while (innerWidth !== {width} || innerHeight !== {height})"
        " await new Promise((done) => addEventListener('resize', done, { once: true }));"
    )


def play(shell: Runner, scenario: Any, **options: Any) -> None:
    async def begin(app: App) -> None:
        await app.windows["main"].loaded()
        await scenario(app, app.windows["main"])

    assert shell.run(shell.app(**options), begin) == 0


def test_a_program_has_its_menu_from_the_start(shell: Runner) -> None:
    menu = file_menu()

    async def scenario(app: App, window: Window) -> None:
        assert app.menu() is menu
        assert window.menu() is menu
        assert texts(bar_of(window)) == ["&File"]

    play(shell, scenario, menu=menu)


def test_a_program_without_menus_does_not_load_them(shell: Runner) -> None:
    async def scenario(app: App, window: Window) -> None:
        assert app.core._menus is None
        assert not window.is_menu_visible()

    play(shell, scenario)


def test_only_a_running_program_has_a_menu(shell: Runner) -> None:
    app = shell.app()
    for ask in (app.menu, app.remove_menu, lambda: app.set_menu(Menu())):
        with pytest.raises(NotRunningError):
            ask()


def test_every_window_without_a_menu_of_its_own_has_the_programs(shell: Runner) -> None:
    async def scenario(app: App, window: Window) -> None:
        own, first, second = file_menu(), file_menu(), file_menu()
        other = app.create_window("other", url="about:blank")
        assert other.set_menu(own) is None
        assert app.set_menu(first) is None
        later = app.create_window("later", url="about:blank")
        assert (window.menu(), other.menu(), later.menu()) == (first, own, first)
        assert app.set_menu(second) is first
        assert (window.menu(), other.menu(), later.menu()) == (second, own, second)
        assert later.set_menu(own) is second
        assert app.remove_menu() is second
        assert (window.menu(), other.menu(), later.menu()) == (None, own, own)
        assert other.remove_menu() is own
        assert other.remove_menu() is None
        assert later.menu() is own
        assert app.remove_menu() is None

    play(shell, scenario)


def test_the_page_keeps_its_size_when_a_bar_comes_and_goes(shell: Runner) -> None:
    async def scenario(app: App, window: Window) -> None:
        await wait_until_page_has(window, 800, 600)
        before = window.outer_size()
        window.set_menu(file_menu())
        height = bar_of(window).height()
        assert height > 0
        assert window.inner_size() == PhysicalSize(800, 600)
        assert window.outer_size() == PhysicalSize(before.width, before.height + height)
        assert window.frame.height() == 600 + height
        await wait_until_page_has(window, 800, 600)
        window.set_size(LogicalSize(500, 400))
        await wait_until_page_has(window, 500, 400)
        window.hide_menu()
        assert not window.is_menu_visible()
        assert window.frame.height() == 400
        window.show_menu()
        assert window.is_menu_visible()
        assert window.frame.height() == 400 + height
        await wait_until_page_has(window, 500, 400)
        window.remove_menu()
        assert window.frame.height() == 400
        await wait_until_page_has(window, 500, 400)

    play(shell, scenario)


def test_bounds_are_those_of_the_page_and_not_of_the_bar(shell: Runner) -> None:
    async def scenario(app: App, window: Window) -> None:
        window.set_menu(file_menu())
        window.set_min_size(LogicalSize(300, 200))
        window.set_max_size(LogicalSize(700, 500))
        assert window.inner_size() == PhysicalSize(700, 500)
        window.set_size(LogicalSize(10, 10))
        assert window.inner_size() == PhysicalSize(300, 200)
        await wait_until_page_has(window, 300, 200)
        window.set_resizable(False)
        window.remove_menu()
        assert window.inner_size() == PhysicalSize(300, 200)
        assert window.frame.minimumHeight() == window.frame.maximumHeight() == 200

    play(shell, scenario)


def test_a_bar_follows_its_menu(shell: Runner) -> None:
    async def scenario(app: App, window: Window) -> None:
        menu = Menu()
        app.set_menu(menu)
        other = app.create_window("other", url="about:blank")
        edit, view = Submenu("Edit"), Submenu("View")
        menu.append(view)
        menu.prepend(Submenu("File"), edit)
        for one in (window, other):
            assert texts(bar_of(one)) == ["File", "Edit", "View"]
            assert one.inner_size() == PhysicalSize(800, 600)
            assert one.frame.height() > 600
        edit.set_text("Bearbeiten")
        menu.remove(view)
        view.set_text("elsewhere")
        edit.append(item := MenuItem("a"))
        item.set_text("b")
        for one in (window, other):
            assert texts(bar_of(one)) == ["File", "Bearbeiten"]
        assert [action.text() for action in edit.widget.actions()] == ["b"]
        other.destroy()
        menu.append(Submenu("later"))
        assert texts(bar_of(window)) == ["File", "Bearbeiten", "later"]

    play(shell, scenario)


def test_what_is_shown_changes_with_the_item(shell: Runner) -> None:
    async def scenario(app: App, window: Window) -> None:
        item, check = MenuItem("a"), CheckMenuItem("b")
        submenu = Submenu("File", [item, check])
        window.set_menu(Menu([submenu]))
        action = item.qaction
        item.set_text("c")
        item.set_enabled(False)
        item.set_accelerator("CmdOrCtrl+Shift+K")
        assert (action.text(), action.isEnabled(), action.shortcut().toString()) == ("c", False, "Ctrl+Shift+K")
        item.set_accelerator(None)
        assert action.shortcut().isEmpty()
        check.set_checked(True)
        assert check.qaction.isChecked()
        submenu.set_enabled(False)
        assert not bar_of(window).actions()[0].isEnabled()

    play(shell, scenario)


def test_what_is_chosen_is_told_to_the_item_and_to_the_program(shell: Runner) -> None:
    heard: list[tuple[str, str]] = []
    done = asyncio.Event()

    async def later(event: MenuEvent) -> None:
        await asyncio.sleep(0)
        heard.append(("item", event.id))
        done.set()

    item = MenuItem("a", id="a", action=later)

    def checked(event: MenuEvent) -> None:
        assert isinstance(event.item, CheckMenuItem)
        heard.append(("item", f"{event.id} {event.item.is_checked()}"))

    check = CheckMenuItem("b", id="b", action=checked)
    broken = MenuItem("c", id="c", action=lambda event: 1 / 0)

    async def scenario(app: App, window: Window) -> None:
        app.on_menu_event(lambda event: heard.append(("program", event.id)))
        for one in (item, check, check, broken):
            one.qaction.trigger()
        await done.wait()
        assert heard == [
            ("program", "a"),
            ("item", "b True"),
            ("program", "b"),
            ("item", "b False"),
            ("program", "b"),
            ("program", "c"),
            ("item", "a"),
        ]

    play(shell, scenario, menu=Menu([Submenu("File", [item, Submenu("more", [check, broken])])]))


def test_an_item_in_several_menus_is_told_once(shell: Runner) -> None:
    heard: list[str] = []
    item = MenuItem("a", id="a")
    inside = Submenu("both", [item])

    async def scenario(app: App, window: Window) -> None:
        app.on_menu_event(lambda event: heard.append(event.id))
        window.set_menu(Menu([inside]))
        Menu([inside, item]).popup(window)
        item.qaction.trigger()
        assert heard == ["a"]

    play(shell, scenario, menu=Menu([Submenu("File", [item])]))


def test_a_menu_pops_up_where_it_is_wanted_and_stays_until_it_is_left(shell: Runner) -> None:
    async def scenario(app: App, window: Window) -> None:
        window.set_menu(file_menu())
        menu = Menu([MenuItem("a", id="a"), MenuItem("b")])
        widget = menu.widget
        gone = weakref.ref(menu)
        menu.popup(window, LogicalPosition(100, 50))
        del menu
        assert widget.isVisible()
        assert widget.pos() == window.panes.mapToGlobal(window.panes.rect().topLeft()) + QPoint(100, 50)
        assert gone() is not None
        left = asyncio.Event()
        weakref.finalize(gone(), left.set)
        widget.close()
        await left.wait()

    play(shell, scenario)


def test_a_submenu_pops_up_by_itself(shell: Runner) -> None:
    async def scenario(app: App, window: Window) -> None:
        menu = Submenu("File", [MenuItem("a")])
        window.popup_menu(menu)
        assert menu.widget.isVisible()
        menu.widget.close()

    play(shell, scenario)


SELECTION = "getSelection().toString()"


def test_predefined_items_act_on_the_page_in_use(shell: Runner) -> None:
    shell.write(index="<!doctype html><title>page</title><textarea>some text</textarea>")
    edit = {name: PredefinedMenuItem(name) for name in ("SelectAll", "Cut", "Paste", "Copy", "Undo", "Redo")}

    async def scenario(app: App, window: Window) -> None:
        async def choose(name: str, expected: str) -> None:
            edit[name].qaction.trigger()
            await window.eval(
                f"while (document.querySelector('textarea').value !== {expected!r})"
                "await new Promise((done) => requestAnimationFrame(done));"
            )

        window.set_focus()
        await window.eval("document.querySelector('textarea').focus()")
        edit["SelectAll"].qaction.trigger()
        await window.eval(
            "while (getSelection().toString() !== 'some text') await new Promise((done) => requestAnimationFrame(done));"
        )
        await choose("Cut", "")
        await choose("Paste", "some text")
        await choose("Undo", "")
        await choose("Redo", "some text")
        edit["SelectAll"].qaction.trigger()
        clipboard, copied = QApplication.clipboard(), asyncio.Event()
        clipboard.clear()
        clipboard.dataChanged.connect(copied.set)
        edit["Copy"].qaction.trigger()
        await copied.wait()
        clipboard.dataChanged.disconnect(copied.set)
        assert clipboard.text() == "some text"

    play(shell, scenario, menu=Menu([Submenu("Edit", list(edit.values()))]))


def test_predefined_items_act_on_the_window_in_use(shell: Runner) -> None:
    names = ("Minimize", "Maximize", "Fullscreen", "Hide", "CloseWindow", "About", "Quit")
    items = {name: PredefinedMenuItem(name) for name in names}
    asked: list[str] = []

    async def scenario(app: App, window: Window) -> None:
        @app.on("close-requested")
        def refuse_to_close(event: LifeEvent) -> None:
            asked.append(event.label)
            event.prevent()

        @app.on("exit-requested")
        def refuse_to_end(event: LifeEvent) -> None:
            if event.name not in asked:
                asked.append(event.name)
                event.prevent()

        window.set_focus()
        for name, state in (
            ("Maximize", window.is_maximized),
            ("Fullscreen", window.is_fullscreen),
        ):
            items[name].qaction.trigger()
            assert state()
            items[name].qaction.trigger()
            assert not state()
        items["CloseWindow"].qaction.trigger()
        items["Quit"].qaction.trigger()
        assert asked == ["main", "exit-requested"]
        items["Minimize"].qaction.trigger()
        assert window.is_minimized()
        window.unminimize()
        items["Hide"].qaction.trigger()
        assert not window.is_visible()

    play(shell, scenario, menu=Menu([Submenu("Window", list(items.values()))]))


def test_what_only_macos_knows_is_there_and_not_seen() -> None:
    for name in ("HideOthers", "ShowAll", "Services", "BringAllToFront"):
        assert not PredefinedMenuItem(name).qaction.isVisible()


def test_the_dialog_about_a_program_shows_text_as_it_stands(shell: Runner) -> None:
    about = AboutMetadata(
        name="Notes",
        version="1.2",
        short_version="b",
        authors=("Ada", "<b>Bob</b>"),
        website='https://example.com/?a=1&b="',
        license="x" * 1000,
    )
    item = PredefinedMenuItem("About", about=about)

    async def scenario(app: App, window: Window) -> None:
        item.qaction.trigger()
        (dialog,) = window.frame.findChildren(AboutDialog)
        shown = [label.text() for label in dialog.findChildren(QLabel) if label.text()]
        assert shown == [
            "Notes",
            "1.2 (b)",
            '<a href="https://example.com/?a=1&amp;b=&quot;">https://example.com/?a=1&amp;b=&quot;</a>',
            "Ada\n<b>Bob</b>",
        ]
        dialog.close()

    play(shell, scenario, menu=Menu([item]))


def test_what_is_long_has_a_room_of_its_own_in_the_about_dialog(shell: Runner) -> None:
    long = "x" * 65_536
    authors = tuple("y" * 4096 for _ in range(10))
    names = ("version", "comments", "copyright", "license", "name", "website_label")
    texts: dict[str, Any] = dict.fromkeys(names, long)
    about = AboutMetadata(**texts, website="https://example.com", authors=authors)

    async def scenario(app: App, window: Window) -> None:
        dialog = AboutDialog(about, window.frame)
        rooms = [room.toPlainText() for room in dialog.findChildren(QPlainTextEdit)]
        assert [room.replace("\n", "") for room in rooms] == [*[long] * 3, "".join(authors), *[long] * 2]
        # Qt takes long for a line without end.
        assert max(len(line) for room in rooms for line in room.split("\n")) == 512
        assert max(len(label.text()) for label in dialog.findChildren(QLabel)) < 400
        assert len(dialog.windowTitle()) < 400
        dialog.close()

    play(shell, scenario)


def test_a_long_line_in_the_about_dialog_breaks_between_words(shell: Runner) -> None:
    text = "permission is hereby granted " * 100

    async def scenario(app: App, window: Window) -> None:
        dialog = AboutDialog(AboutMetadata(license=text), window.frame)
        (room,) = dialog.findChildren(QPlainTextEdit)
        assert room.toPlainText().replace("\n", "") == text
        assert all(line.endswith(" ") for line in room.toPlainText().split("\n"))
        dialog.close()

    play(shell, scenario)


def test_without_more_it_shows_what_the_configuration_says(shell: Runner) -> None:
    config = {
        "identifier": "org.example.notes",
        "productName": "Notes",
        "version": "1.2.3",
        "build": {"frontendDist": str(shell.folder)},
        "bundle": {"publisher": "Ada", "copyright": "© Ada", "license": "MIT", "homepage": "https://example.com"},
    }

    async def scenario(app: App, window: Window) -> None:
        assert app.core.menus._effects.about == AboutMetadata(
            name="Notes",
            version="1.2.3",
            authors=("Ada",),
            copyright="© Ada",
            license="MIT",
            website="https://example.com",
        )

    play(shell, scenario, config=config)


def qt_objects() -> int:
    """How many objects of Qt there are that Python knows, when all that are to go have gone."""
    gc.collect()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    objects = sum(isinstance(wrapper, QObject) for wrapper in getAllValidWrappers())
    return objects + len(QApplication.allWidgets())


def make_and_drop(window: Window, number: int) -> None:
    shared = MenuItem("shared", action=lambda event: None)
    menu = Menu(
        [
            Submenu("File", [MenuItem("a", accelerator="F5"), CheckMenuItem("b"), shared]),
            Submenu("Edit", [PredefinedMenuItem("Copy"), PredefinedMenuItem("Separator"), shared]),
        ]
    )
    assert not menu.widget.isVisible()
    match number % 4:
        case 0:
            window.set_menu(menu)
            shared.qaction.trigger()
        case 1:
            menu.popup(window)
            menu.widget.close()
        case 2:
            menu.remove_at(0)


def test_a_thousand_menus_that_are_dropped_leave_no_object_of_qt_behind(shell: Runner) -> None:
    async def scenario(app: App, window: Window) -> None:
        async def round_(count: int) -> int:
            for number in range(count):
                make_and_drop(window, number)
            window.remove_menu()
            # What is to be done after a menu has hidden waits in timers of no length, which go off in order.
            done = asyncio.get_running_loop().create_future()
            QTimer.singleShot(0, lambda: done.set_result(None))
            await done
            return qt_objects()

        before = await round_(8)
        assert await round_(1000) <= before

    play(shell, scenario)


def test_menus_go_without_a_collector_of_garbage(shell: Runner) -> None:
    async def scenario(app: App, window: Window) -> None:
        menu = file_menu()
        assert not menu.widget.isVisible()
        gone = weakref.ref(menu), weakref.ref(menu.items()[0])
        gc.disable()
        try:
            del menu
            assert [one() for one in gone] == [None, None]
        finally:
            gc.enable()

    play(shell, scenario)
