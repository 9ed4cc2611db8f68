"""Every function of the package, called without its permission: refused, and told which permission it wants."""

import re

import pytest

from tests.conftest import Runner
from tests.npm import PACKAGES
from tests.plugins.conftest import NOTHING, Api, commands, play

WEBVIEW = "api.webview.getCurrentWebview()"
MENU = "new api.menu.Menu(1, 'id')"
TRAY_ICON = "new api.tray.TrayIcon(1, 'id')"
MENU_ITEM = "new api.menu.MenuItem(1, 'id')"

CALLS = {
    "app": {
        "version": "api.app.getVersion()",
        "name": "api.app.getName()",
        "tauri_version": "api.app.getTauriVersion()",
        "identifier": "api.app.getIdentifier()",
        "app_show": "api.app.show()",
        "app_hide": "api.app.hide()",
        "fetch_data_store_identifiers": "api.app.fetchDataStoreIdentifiers()",
        "remove_data_store": "api.app.removeDataStore(Array(16).fill(0))",
        "default_window_icon": "api.app.defaultWindowIcon()",
        "set_app_theme": "api.app.setTheme('dark')",
        "set_dock_visibility": "api.app.setDockVisibility(false)",
        "bundle_type": "api.app.getBundleType()",
        "supports_multiple_windows": "api.app.supportsMultipleWindows()",
        "exit": "api.app.exit(3)",
        "register_listener": "api.core.invoke('plugin:app|register_listener')",
        "remove_listener": "new api.core.PluginListener('app', 'back-button', 1).unregister()",
    },
    "image": {
        "new": "api.image.Image.new([0, 0, 0, 0], 1, 1)",
        "from_bytes": "api.image.Image.fromBytes([1])",
        "from_path": "api.image.Image.fromPath('/etc/hostname')",
        "rgba": "new api.image.Image(1).rgba()",
        "size": "new api.image.Image(1).size()",
    },
    "menu": {
        "new": "api.menu.Menu.new()",
        "create_default": "api.menu.Menu.default()",
        "append": f"{MENU}.append([])",
        "prepend": f"{MENU}.prepend([])",
        "insert": f"{MENU}.insert([], 0)",
        "remove": f"{MENU}.remove({MENU_ITEM})",
        "remove_at": f"{MENU}.removeAt(0)",
        "items": f"{MENU}.items()",
        "get": f"{MENU}.get('id')",
        "popup": f"{MENU}.popup()",
        "set_as_app_menu": f"{MENU}.setAsAppMenu()",
        "set_as_window_menu": f"{MENU}.setAsWindowMenu()",
        "set_as_windows_menu_for_nsapp": "new api.menu.Submenu(1, 'id').setAsWindowsMenuForNSApp()",
        "set_as_help_menu_for_nsapp": "new api.menu.Submenu(1, 'id').setAsHelpMenuForNSApp()",
        "text": f"{MENU_ITEM}.text()",
        "set_text": f"{MENU_ITEM}.setText('')",
        "is_enabled": f"{MENU_ITEM}.isEnabled()",
        "set_enabled": f"{MENU_ITEM}.setEnabled(true)",
        "set_accelerator": f"{MENU_ITEM}.setAccelerator(null)",
        "is_checked": "new api.menu.CheckMenuItem(1, 'id').isChecked()",
        "set_checked": "new api.menu.CheckMenuItem(1, 'id').setChecked(true)",
        "set_icon": "new api.menu.IconMenuItem(1, 'id').setIcon(null)",
    },
    "path": {
        "resolve_directory": "api.path.homeDir()",
        "resolve": "api.path.resolve('a')",
        "normalize": "api.path.normalize('a')",
        "join": "api.path.join('a')",
        "dirname": "api.path.dirname('a')",
        "extname": "api.path.extname('a.b')",
        "basename": "api.path.basename('a')",
        "is_absolute": "api.path.isAbsolute('a')",
    },
    "tray": {
        "new": "api.tray.TrayIcon.new()",
        "get_by_id": "api.tray.TrayIcon.getById('main')",
        "remove_by_id": "api.tray.TrayIcon.removeById('main')",
        "set_icon": f"{TRAY_ICON}.setIcon(null)",
        "set_menu": f"{TRAY_ICON}.setMenu(null)",
        "set_tooltip": f"{TRAY_ICON}.setTooltip(null)",
        "set_title": f"{TRAY_ICON}.setTitle(null)",
        "set_visible": f"{TRAY_ICON}.setVisible(true)",
        "set_temp_dir_path": f"{TRAY_ICON}.setTempDirPath(null)",
        "set_icon_as_template": f"{TRAY_ICON}.setIconAsTemplate(true)",
        "set_icon_with_as_template": f"{TRAY_ICON}.setIconWithAsTemplate(null, true)",
        "set_show_menu_on_left_click": f"{TRAY_ICON}.setShowMenuOnLeftClick(true)",
    },
    "resources": {"close": "new api.core.Resource(1).close()"},
    "webview": {
        "create_webview_window": """new Promise((_, reject) =>
            new api.webviewWindow.WebviewWindow("other").once("tauri://error", ({ payload }) => reject(payload)))""",
        "create_webview": """new Promise((_, reject) =>
            new api.webview.Webview(api.window.getCurrentWindow(), "other", {})
                .once("tauri://error", ({ payload }) => reject(payload)))""",
        "get_all_webviews": "api.webview.getAllWebviews()",
        "webview_position": f"{WEBVIEW}.position()",
        "webview_size": f"{WEBVIEW}.size()",
        "webview_close": f"{WEBVIEW}.close()",
        "set_webview_size": f"{WEBVIEW}.setSize(new api.dpi.LogicalSize(1, 1))",
        "set_webview_position": f"{WEBVIEW}.setPosition(new api.dpi.LogicalPosition(1, 1))",
        "set_webview_focus": f"{WEBVIEW}.setFocus()",
        "set_webview_auto_resize": f"{WEBVIEW}.setAutoResize(true)",
        "webview_hide": f"{WEBVIEW}.hide()",
        "webview_show": f"{WEBVIEW}.show()",
        "set_webview_zoom": f"{WEBVIEW}.setZoom(2)",
        "reparent": f"{WEBVIEW}.reparent('other')",
        "clear_all_browsing_data": f"{WEBVIEW}.clearAllBrowsingData()",
        "set_webview_background_color": f"{WEBVIEW}.setBackgroundColor('#f00')",
        "print": "api.core.invoke('plugin:webview|print')",
        "internal_toggle_devtools": "api.core.invoke('plugin:webview|internal_toggle_devtools')",
    },
}


@pytest.mark.parametrize("namespace", CALLS)
def test_each_command_is_refused_without_its_permission(page: Runner, namespace: str) -> None:
    assert CALLS[namespace].keys() == commands(namespace)

    async def scenario(api: Api) -> None:
        for command, call in CALLS[namespace].items():
            permission = f"core:{namespace}:allow-{command.replace('_', '-')}"
            message = await api.refused(call)
            assert message.startswith(f"{namespace}.{command} not allowed on "), message
            assert permission in re.split(r"[ ,]+", message)
        assert list(api.app.windows) == ["main"]

    play(page, scenario, capabilities=[NOTHING])


@pytest.mark.parametrize("namespace", CALLS)
def test_these_are_the_commands_that_the_package_names(namespace: str) -> None:
    text = "".join(file.read_text(encoding="utf-8") for file in (PACKAGES / "@tauri-apps/api").rglob("*.js"))
    named = set(re.findall(rf"plugin:{namespace}\|(\w+)", text))
    # Not in the package, but called by Tauri's own scripts; and what the package makes of a plugin's name.
    others = {"app": {"register_listener", "remove_listener"}, "webview": {"print", "internal_toggle_devtools"}}
    assert named | others.get(namespace, set()) == CALLS[namespace].keys()
