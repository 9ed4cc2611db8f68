"""Tray icons as a panel sees and uses them, from Python."""

from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage

from tests.desktop import Desktop, until
from tests.tray.driver import Panel, Program

MENU = """Menu([
    MenuItem("Open", id="open", action=lambda event: tell("chosen", event.id)),
    CheckMenuItem("Quiet", id="quiet", checked=True, action=lambda event: tell("chosen", event.id)),
    PredefinedMenuItem('Separator'),
    MenuItem("Never", enabled=False),
    Submenu("More", [MenuItem("Deep", action=lambda event: tell("chosen", "deep"))]),
])"""


def picture(folder: Path, colour: str) -> Path:
    image = QImage(32, 32, QImage.Format.Format_ARGB32)
    image.fill(QColor(colour))
    path = folder / f"{colour}.png"
    assert image.save(str(path))
    return path


def test_a_panel_shows_the_icon_and_what_it_says(tray: Program, panel: Panel) -> None:
    tray("made.update(icon=app.create_tray('main', tooltip='Three new', title='Mail')) or None")
    icon = panel.icon()
    assert icon.get("Status") == "'Active'"
    assert icon.tooltip == "Mail\nThree new"
    tray("made['icon'].set_title(None)")
    assert icon.tooltip == "Three new"
    tray("made['icon'].set_tooltip(None)")
    assert icon.tooltip == ""


def test_a_person_chooses_from_its_menu(tray: Program, panel: Panel) -> None:
    tray(f"made.update(menu={MENU}) or app.create_tray(menu=made['menu']) and None")
    icon = panel.icon()
    assert icon.labels() == ["Open", "Quiet", "", "Never", "More", "Deep"]
    assert [entry.separator for entry in icon.menu()] == [False, False, True, False, False, False]
    assert [entry.enabled for entry in icon.menu()] == [True, True, True, False, True, True]
    for label, chosen in (("Open", "open"), ("Deep", "deep")):
        icon.choose(label)
        assert tray.event("chosen") == chosen


def test_a_check_item_follows_its_state_in_both_directions(tray: Program, panel: Panel) -> None:
    tray(f"made.update(menu={MENU}) or app.create_tray(menu=made['menu']) and None")
    icon = panel.icon()
    assert icon.menu()[1].checked
    icon.choose("Quiet")
    tray.event("chosen")
    assert tray("made['menu'].get('quiet').is_checked()") is False
    assert not icon.menu()[1].checked
    tray("made['menu'].get('quiet').set_checked(True)")
    assert icon.menu()[1].checked


def test_its_menu_changes_while_it_is_there(tray: Program, panel: Panel) -> None:
    tray(f"made.update(menu={MENU}) or app.create_tray(menu=made['menu']) and None")
    icon = panel.icon()
    tray("made['menu'].get('open').set_text('Open again')")
    tray("made['menu'].get('open').set_enabled(False)")
    tray("made['menu'].append(MenuItem('Last'))")
    tray("made['menu'].remove(made['menu'].get('quiet'))")
    assert icon.labels() == ["Open again", "", "Never", "More", "Deep", "Last"]
    assert not icon.menu()[0].enabled


def test_it_gets_another_menu_and_none(tray: Program, panel: Panel) -> None:
    tray(f"made.update(icon=app.create_tray(menu={MENU})) or None")
    assert panel.icon().labels()[0] == "Open"
    tray("made['icon'].set_menu(Submenu('Sub', [MenuItem('Other')]))")
    panel.wait_for(1, lambda icons: icons[0].labels() == ["Other"])
    tray("made['icon'].set_menu(None)")
    panel.wait_for(1, lambda icons: icons[0].get("Menu") == "objectpath '/NO_DBUSMENU'")


def test_a_menu_that_is_let_go_of_stays_with_the_icon(tray: Program, panel: Panel) -> None:
    tray(f"app.create_tray(menu={MENU}) and __import__('gc').collect() and None")
    icon = panel.icon()
    icon.choose("Open")
    assert tray.event("chosen") == "open"


def test_two_icons_can_share_a_menu(tray: Program, panel: Panel) -> None:
    tray(f"made.update(menu={MENU}) or [app.create_tray(name, menu=made['menu']) for name in 'ab'] and None")
    panel.wait_for(2)
    tray("app.remove_tray('a') and None")
    (left,) = panel.wait_for(1)
    left.choose("Open")
    assert tray.event("chosen") == "open"


@pytest.mark.parametrize(
    ("how", "button"), [("Activate", "Left"), ("SecondaryActivate", "Middle"), ("ContextMenu", "Right")]
)
def test_a_click_is_told(tray: Program, panel: Panel, how: str, button: str) -> None:
    tray("app.create_tray('clicked', on_tray_icon_event=told) and None")
    tray("__import__('PySide6.QtGui').QtGui.QCursor.setPos(300, 200)")
    panel.icon().activate(how)
    for state in ("Down", "Up"):
        assert tray.event("tray") == {
            "type": "Click",
            "id": "clicked",
            "position": {"x": 300, "y": 200},
            "rect": {
                "position": {"Physical": {"x": 300, "y": 200}},
                "size": {"Physical": {"width": 0, "height": 0}},
            },
            "button": button,
            "buttonState": state,
        }


def test_two_quick_clicks_are_a_double_click(tray: Program, panel: Panel) -> None:
    tray("app.create_tray(on_tray_icon_event=told) and None")
    icon = panel.icon()
    tray("__import__('PySide6.QtWidgets').QtWidgets.QApplication.setDoubleClickInterval(10_000)")
    icon.activate()
    icon.activate()
    events = [tray.event("tray") for _ in range(4)]
    assert [event["type"] for event in events] == ["Click", "Click", "DoubleClick", "Click"]
    assert "buttonState" not in events[2]
    tray("__import__('PySide6.QtWidgets').QtWidgets.QApplication.setDoubleClickInterval(0)")


def test_handlers_may_be_coroutines_and_may_fail(tray: Program, panel: Panel) -> None:
    tray("made.update(icon=app.create_tray(on_tray_icon_event=lambda event: 1 / 0)) or None")
    tray("made['icon'].on_tray_icon_event(lambda event: page(\"document.body.textContent\")) and None")
    tray("made['icon'].on_tray_icon_event(told) and None")
    panel.icon().activate()
    assert tray.event("tray")["type"] == "Click"


def test_a_left_click_opens_the_menu_where_that_is_wanted(tray: Program, panel: Panel, desk: Desktop) -> None:
    tray(f"made.update(menu={MENU}, icon=app.create_tray(menu={MENU}, on_tray_icon_event=told)) or None")
    tray("__import__('PySide6.QtGui').QtGui.QCursor.setPos(300, 200)")
    panel.icon().activate()
    assert tray("made['icon'].menu.widget.isVisible()")
    desk.run("xdotool", "key", "Escape")
    until(lambda: not tray("made['icon'].menu.widget.isVisible()"))
    tray("made['icon'].set_show_menu_on_left_click(False)")
    panel.icon().activate()
    tray.event("tray")
    assert not tray("made['icon'].menu.widget.isVisible()")


def test_it_is_hidden_shown_and_removed(tray: Program, panel: Panel) -> None:
    tray("made.update(icon=app.create_tray('gone')) or None")
    panel.wait_for(1)
    tray("made['icon'].set_visible(False)")
    panel.wait_for(0)
    tray("made['icon'].set_visible(True)")
    panel.wait_for(1)
    tray("app.remove_tray('gone') and None")
    panel.wait_for(0)
    assert tray("app.tray('gone')") is None
    assert tray("app.remove_tray('gone')") is None
    tray("made['icon'].close()")
    for call in ("set_icon(None)", "set_tooltip('a')", "set_visible(True)", "set_menu(None)", "rect()"):
        message = tray.error(f"made['icon'].{call}")
        assert message == 'TrayIconRemovedError: the tray icon "gone" was removed'


def test_an_icon_that_is_shown_again_has_its_menu(tray: Program, panel: Panel) -> None:
    tray(f"made.update(icon=app.create_tray(menu={MENU}, visible=False)) or None")
    panel.wait_for(0)
    for _ in range(3):
        tray("made['icon'].set_visible(True)")
        panel.icon().choose("Deep")
        assert tray.event("chosen") == "deep"
        tray("made['icon'].set_visible(False)")
        panel.wait_for(0)


def test_each_of_several_icons_has_its_own_menu(tray: Program, panel: Panel) -> None:
    tray(
        "[app.create_tray(name, tooltip=name, menu=Menu([MenuItem(name, action=lambda event, name=name: tell('chosen', name))]))"
        " for name in 'abc'] and None"
    )
    icons = panel.wait_for(3)
    assert {icon.tooltip for icon in icons} == {"a", "b", "c"}
    for icon in icons:
        assert icon.labels() == [icon.tooltip]
        icon.choose(icon.tooltip)
        assert tray.event("chosen") == icon.tooltip


def test_its_picture_is_the_programs_a_file_bytes_pixels_or_none(
    tray: Program, panel: Panel, tmp_path: Path, desk: Desktop
) -> None:
    tray("made.update(icon=app.create_tray()) or None")
    icon = panel.icon()
    assert len(icon.pixels) > 2
    red, blue = picture(tmp_path, "red"), picture(tmp_path, "blue")
    tray(f"made['icon'].set_icon({str(red)!r})")
    assert icon.pixels == {(255, 255, 0, 0)}
    tray(f"made['icon'].set_icon({blue.read_bytes()!r})")
    assert icon.pixels == {(255, 0, 0, 255)}
    tray("made['icon'].set_icon(__import__('shell.image').image.image_from_rgba(bytes([0, 255, 0, 255]) * 4, 2, 2))")
    assert icon.pixels == {(255, 0, 255, 0)}
    tray("made['icon'].set_icon(None)")
    assert {alpha for alpha, *_ in icon.pixels} <= {0}


def test_its_picture_follows_the_theme(tray: Program, panel: Panel, tmp_path: Path) -> None:
    red, blue = picture(tmp_path, "red"), picture(tmp_path, "blue")
    tray(f"made.update(icon=app.create_tray(icon={str(red)!r}, dark_icon={str(blue)!r})) or None")
    icon = panel.icon()
    assert icon.pixels == {(255, 255, 0, 0)}
    tray("__import__('shell.window').window.set_theme(__import__('shell.config').config.Theme.DARK)")
    until(lambda: icon.pixels == {(255, 0, 0, 255)})
    tray("__import__('shell.window').window.set_theme(__import__('shell.config').config.Theme.LIGHT)")
    until(lambda: icon.pixels == {(255, 255, 0, 0)})
    tray("__import__('shell.window').window.set_theme(None)")


def test_what_is_wrong_is_told_in_a_line(tray: Program, panel: Panel, tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no picture")
    tray("app.create_tray('taken') and None")
    # A panel that hears of an icon when that is gone already keeps it for good.
    panel.wait_for(1)
    for expression, message in (
        ("app.create_tray('taken')", 'a tray icon with the id "taken" exists already'),
        (f"app.create_tray(icon={str(broken)!r})", f"invalid icon: {broken}: not an image in a format that is known"),
        (f"app.tray('taken').set_icon({str(tmp_path / 'none')!r})", "No such file or directory"),
        ("app.create_tray(dark_icon=b'no')", "invalid icon: not an image in a format that is known"),
    ):
        error = tray.error(expression)
        assert error.startswith("TrayError: ")
        assert error.endswith(message)
        assert "\n" not in error
    assert tray("[icon.id for icon in app.core.trays]") == ["taken"]


def test_icons_without_an_id_get_one_each(tray: Program, panel: Panel) -> None:
    tray("app.create_tray('1') and None")
    ids = tray("[app.create_tray().id for _ in range(3)]")
    assert len({*ids, "1"}) == 4
    panel.wait_for(4)
