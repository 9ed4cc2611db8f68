"""Nothing stays behind of tray icons that are gone."""

from tests.desktop import until
from tests.tray.driver import Program
from tests.tray.test_tray import MENU


def test_a_thousand_icons_and_menus_leave_nothing_behind(run: Program) -> None:
    run(
        """made.update(
            objects=lambda: len(app.core.trays.holder.findChildren(__import__('PySide6.QtCore').QtCore.QObject)),
            widgets=lambda: len(__import__('PySide6.QtWidgets').QtWidgets.QApplication.allWidgets()),
            files=lambda: len(__import__('os').listdir('/proc/self/fd')),
            round=lambda: app.create_tray(menu=Menu([MenuItem('One'), Submenu('S', [MenuItem('Two')])])).close(),
        )"""
    )
    count = "[made['objects'](), made['widgets']()]"
    run("made['round']()")
    run("__import__('gc').collect() and None")
    run("None")
    before, files = run(count), run("made['files']()")
    for _ in range(100):
        run("[made['round']() for _ in range(10)] and None")
    run("__import__('gc').collect() and None")
    until(lambda: run(count) == before)
    # The program opens some for itself when it has run for a while.
    assert run("made['files']()") < files + 100


def test_one_menu_for_a_thousand_icons_keeps_nothing_of_them(run: Program) -> None:
    run(f"made.update(menu={MENU}) or None")
    run("made.update(round=lambda: app.create_tray(menu=made['menu']).close()) or None")
    run("made.update(rss=lambda: int(open('/proc/self/statm').read().split()[1]) * 4) or None")
    for _ in range(20):
        run("[made['round']() for _ in range(10)] and None")
    before = run("made['rss']()")
    for _ in range(80):
        run("[made['round']() for _ in range(10)] and None")
    assert run("made['rss']()") - before < 8_000
