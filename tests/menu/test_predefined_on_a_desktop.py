"""What predefined items do to windows and the program, chosen by a person."""

from tests.desktop import until
from tests.menu.person import Person, predefined

MAIN = "app.windows['main']"


def test_minimize(person: Person) -> None:
    person.show(predefined("Minimize"))
    person.choose_numbered("edit", 0)
    until(lambda: bool(person.run(f"{MAIN}.is_minimized()")))
    person.wait_until_away("main")
    person.run(f"{MAIN}.unminimize()")
    person.use("main")
    person.press("ctrl+m")
    until(lambda: bool(person.run(f"{MAIN}.is_minimized()")))
    person.wait_until_away("main")
    person.run(f"{MAIN}.unminimize()")
    person.use("main")


def test_maximize(person: Person) -> None:
    person.show(predefined("Minimize", "Maximize"))
    for expected in (True, False):
        person.choose_numbered("edit", 1)
        until(lambda expected=expected: person.run(f"{MAIN}.is_maximized()") is expected)  # type: ignore[misc]


def test_fullscreen(person: Person) -> None:
    person.show(predefined("Fullscreen"))
    for expected in (True, False):
        person.choose_numbered("edit", 0)
        until(lambda expected=expected: person.run(f"{MAIN}.is_fullscreen()") is expected)  # type: ignore[misc]
        # The bar is there in both.
        assert person.run(f"{MAIN}.is_menu_visible()")


def test_hide(person: Person) -> None:
    person.show(predefined("Hide"))
    person.choose_numbered("edit", 0)
    until(lambda: not person.run(f"{MAIN}.is_visible()"))
    person.wait_until_away("main")
    person.run(f"{MAIN}.show()")
    person.use("main")
    person.press("ctrl+h")
    until(lambda: not person.run(f"{MAIN}.is_visible()"))
    person.wait_until_away("main")
    person.run(f"{MAIN}.show()")
    person.use("main")


def test_close_window_from_the_bar_of_that_window(person: Person) -> None:
    person.show(predefined("CloseWindow"), "app.windows['other'].set_menu(made['menu'])", over="other")
    person.choose_numbered("edit", 0)
    assert person.run.event("window-destroyed") is None
    assert person.run("list(app.windows)") == ["main"]
    # The item has outlived the bar that it was chosen from.
    person.run(f"({MAIN}.set_menu(made['menu']), app.create_window('third', url='about:blank').set_menu(made['menu']))")
    person.use("third")
    person.choose_numbered("edit", 0)
    assert person.run.event("window-destroyed") is None
    assert person.run("list(app.windows)") == ["main"]


def test_close_window_by_its_keys_and_by_the_mouse(person: Person) -> None:
    person.show(predefined("CloseWindow"), over="other")
    # openbox has Alt+F4 for itself, and asks the window as the item does.
    person.press("alt+F4")
    assert person.run.event("window-destroyed") is None
    assert person.run("list(app.windows)") == ["main"]


def test_about_has_one_dialog_and_gives_the_keyboard_back(person: Person) -> None:
    person.show(predefined("About"))
    dialogs = f"len([child for child in {MAIN}.frame.children() if type(child).__name__ == 'AboutDialog'])"
    person.choose_numbered("edit", 0)
    until(lambda: person.run(dialogs) == 1)
    person.desk.wait_until_active(person.desk.window_named("About Tray"))
    person.press("Escape")
    until(lambda: person.run(dialogs) == 0)
    until(lambda: bool(person.run(f"{MAIN}.is_focused()")))


def test_quit_asks_before_it_ends_the_program(person: Person) -> None:
    person.run("made.update(prevent='exit-requested')")
    person.show(predefined("Quit"))
    person.choose_numbered("edit", 0)
    assert person.run.event("exit-requested") == 0
    # Prevented, it runs on.
    assert person.run("1 + 1") == 2
