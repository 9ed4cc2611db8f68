"""`menu`: proved by the tests of its commands, with what Qt has of the menus, and by a person's hand on a desktop."""

from tests.conformance.registry import Registry
from tests.conformance.stage import Stage

_TESTS = "tests/plugins/test_menu.py::"
_CHANGES = f"{_TESTS}test_what_is_in_a_menu_changes"
_FOUND = f"{_TESTS}test_items_are_found_and_are_of_their_class"
_OPENED = f"{_TESTS}test_a_menu_at_a_position"
_ITEM = "new api.menu.MenuItem(2, 'item')"
_KINDS = {
    "MenuItem": ("test_a_menu_item", ("text", "enabled", "accelerator")),
    "CheckMenuItem": ("test_a_check_item", ("text", "enabled", "accelerator", "checked")),
    "IconMenuItem": ("test_an_icon_item", ("text", "enabled", "accelerator", "icon")),
    "PredefinedMenuItem": ("test_a_predefined_item", ("text",)),
    "Submenu": ("test_a_submenu", ("text", "enabled", "icon")),
}
_CALLS = {
    "text": ("text()", "setText('x')"),
    "enabled": ("isEnabled()", "setEnabled(true)"),
    "accelerator": ("setAccelerator(null)",),
    "checked": ("isChecked()", "setChecked(true)"),
    "icon": ("setIcon(null)",),
}


def register(registry: Registry) -> None:
    module = registry.part("menu", "api.menu", "menu")
    for kind, (test, properties) in _KINDS.items():
        item = registry.part(f"menu.{kind}", f"new api.menu.{kind}(1, 'id')", "menu")
        made = registry.part(f"menu.{kind}", f"api.menu.{kind}", "menu")
        item.constructor(f"{_TESTS}{test}")
        made.proved(f"{_TESTS}{test}", "new({ text: 'x', item: 'Copy' })")
        for one in properties:
            item.proved(f"{_TESTS}{test}", *_CALLS[one])
    for kind in ("Menu", "Submenu"):
        container = registry.part(f"menu.{kind}", f"new api.menu.{kind}(1, 'id')", "menu")
        container.proved(
            _CHANGES, f"append({_ITEM})", f"prepend({_ITEM})", f"insert({_ITEM}, 0)", f"remove({_ITEM})", "removeAt(0)"
        )
        container.proved(_FOUND, "items()", "get('x')")
        container.proved(_OPENED, "popup()")
    submenu = registry.part("menu.Submenu", "new api.menu.Submenu(1, 'id')", "menu")
    for call, command in (
        ("setAsWindowsMenuForNSApp()", "set_as_windows_menu_for_nsapp"),
        ("setAsHelpMenuForNSApp()", "set_as_help_menu_for_nsapp"),
    ):
        answer = "resolves, and changes nothing: only macOS fills such menus itself"
        submenu.proved(f"{_TESTS}test_a_submenu", call, command=f"menu|{command}", answer=answer)
    menu = registry.part("menu.Menu", "new api.menu.Menu(1, 'id')", "menu")
    menu.constructor(f"{_TESTS}test_a_menu_with_all_that_there_is_made_at_once")
    menu.proved(f"{_TESTS}test_a_menu_as_the_programs", "setAsAppMenu()")
    menu.proved(f"{_TESTS}test_a_menu_as_a_windows", "setAsWindowMenu()")
    made = registry.part("menu.Menu", "api.menu.Menu", "menu")
    made.proved(f"{_TESTS}test_a_menu_with_all_that_there_is_made_at_once", "new()")
    made.proved(f"{_TESTS}test_the_menu_that_programs_have_which_make_none", "default()", command="menu|create_default")
    module.proved(f"{_TESTS}test_an_icon_item", "NativeIcon", command=None, answer="pictures that only macOS has")

    @module.works("itemFromKind([1, 'id', 'Check'])", command=None)
    def what_the_core_names_becomes_an_item_of_its_class(stage: Stage) -> None:
        for kind, name in (
            *(("MenuItem", "MenuItem"), ("Check", "CheckMenuItem"), ("Icon", "IconMenuItem")),
            *(("Predefined", "PredefinedMenuItem"), ("Submenu", "Submenu")),
        ):
            script = (
                f"const it = api.menu.itemFromKind([7, 'id', {kind!r}]); return [it.constructor.name, it.rid, it.id]"
            )
            assert stage.page(script) == [name, 7, "id"]
