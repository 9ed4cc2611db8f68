"""`tray`: proved by the tests of its commands, and on a panel."""

from tests.conformance.registry import Registry

_TESTS = "tests/plugins/test_tray.py::"


def register(registry: Registry) -> None:
    icon = registry.part("tray.TrayIcon", "new api.tray.TrayIcon(1, 'id')", "tray")
    static = registry.part("tray.TrayIcon", "api.tray.TrayIcon", "tray")
    icon.constructor(f"{_TESTS}test_an_icon_has_all_that_it_is_made_with")
    static.proved(f"{_TESTS}test_an_icon_has_all_that_it_is_made_with", "new()")
    static.proved(f"{_TESTS}test_an_icon_is_found_by_its_id_whoever_made_it", "getById('x')")
    static.proved(f"{_TESTS}test_an_icon_is_removed_by_its_id", "removeById('x')")
    icon.proved(f"{_TESTS}test_its_picture_comes_from_whatever_an_image_is", "setIcon(null)")
    icon.proved(f"{_TESTS}test_it_gets_another_menu_and_none", "setMenu(null)")
    icon.proved(
        f"{_TESTS}test_each_function_changes_what_it_names", "setTooltip(null)", "setTitle(null)", "setVisible(true)"
    )
    icon.proved(
        f"{_TESTS}test_each_function_changes_what_it_names",
        "setTempDirPath(null)",
        answer="resolves: no picture is written to a file here",
    )
    icon.proved(
        f"{_TESTS}test_each_function_changes_what_it_names",
        "setIconAsTemplate(true)",
        answer="resolves, and changes nothing: only macOS colours pictures",
    )
    icon.proved(
        f"{_TESTS}test_its_picture_comes_from_whatever_an_image_is",
        "setIconWithAsTemplate(null, true)",
    )
    icon.proved(
        f"{_TESTS}test_a_left_click_opens_the_menu_unless_the_page_says_no",
        *("setShowMenuOnLeftClick(true)", "setMenuOnLeftClick(true)"),
        command="tray|set_show_menu_on_left_click",
    )
