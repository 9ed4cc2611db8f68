"""Tray icons that a page makes with the package, as a panel sees and uses them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desktop import Desktop
from tests.tray.driver import Panel, Program, program

HEARD = "action: ({ type, button, buttonState, position }) => api.event.emit('heard', [type, button, buttonState])"


@pytest.fixture(scope="module")
def run(desk: Desktop, folder: Path) -> Iterator[Program]:
    with program(desk, folder) as running:
        running("app.listen('heard', lambda event: tell('heard', event.payload)) and None")
        yield running


def test_a_panel_shows_what_a_page_made(tray: Program, panel: Panel) -> None:
    tray.page("""await api.tray.TrayIcon.new({
        id: "mail", tooltip: "Three new", title: "Mail",
        menu: await api.menu.Menu.new({ items: [
            { text: "Open", action: (id) => api.event.emit("heard", "open") },
            { item: "Separator" },
            { text: "Quiet", checked: true, action: () => api.event.emit("heard", "quiet") },
            await api.menu.Submenu.new({ text: "More", items: [{ text: "Deep", enabled: false }] }),
        ] }),
    })""")
    icon = panel.icon()
    assert icon.tooltip == "Mail\nThree new"
    assert icon.labels() == ["Open", "", "Quiet", "More", "Deep"]
    for label in ("Open", "Quiet"):
        icon.choose(label)
        assert tray.event("heard") == label.lower()
    assert [entry.checked for entry in icon.menu()] == [False, False, False, False, False]


@pytest.mark.parametrize(
    ("how", "button"), [("Activate", "Left"), ("SecondaryActivate", "Middle"), ("ContextMenu", "Right")]
)
def test_a_page_hears_of_clicks(tray: Program, panel: Panel, how: str, button: str) -> None:
    tray.page(f"await api.tray.TrayIcon.new({{ {HEARD} }})")
    panel.icon().activate(how)
    assert [tray.event("heard") for _ in range(2)] == [["Click", button, "Down"], ["Click", button, "Up"]]


def test_a_page_hides_shows_and_removes_its_icon(tray: Program, panel: Panel) -> None:
    tray.page("globalThis.icon = await api.tray.TrayIcon.new({ id: 'gone' })")
    panel.wait_for(1)
    tray.page("icon.setVisible(false)")
    panel.wait_for(0)
    tray.page("icon.setVisible(true)")
    panel.wait_for(1)
    tray.page("icon.close()")
    panel.wait_for(0)


def test_the_icons_of_a_page_go_with_it(tray: Program, panel: Panel) -> None:
    tray.page("await api.tray.TrayIcon.new({ menu: await api.menu.Menu.new({ items: [{ text: 'Open' }] }) })")
    panel.wait_for(1)
    tray("page('void setTimeout(() => location.reload())')")
    panel.wait_for(0)
