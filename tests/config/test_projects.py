import json
import shutil
from pathlib import Path

import pytest

from shell.config import (
    AssetProtocol,
    Color,
    Config,
    Frontend,
    FsScope,
    Hook,
    PatternUse,
    PreventOverflowMargin,
    Theme,
    TitleBarStyle,
    TrayIconConfig,
    WebPermission,
    WindowConfig,
    WindowEffect,
    WindowEffects,
    config_from,
    load,
)

PROJECTS = Path(__file__).parent / "data"


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """A project as `create-tauri-app` makes it, with its frontend built."""
    shutil.copytree(PROJECTS / "notes", tmp_path / "notes")
    (tmp_path / "notes/dist").mkdir()
    (tmp_path / "notes/dist/index.html").write_text("<!doctype html>")
    return tmp_path / "notes"


def test_a_fresh_project_of_tauri_runs_as_it_stands(notes: Path) -> None:
    config = load(notes)
    assert (config.identifier, config.product_name, config.version) == ("org.example.notes", "notes", "0.3.0")
    assert config.app.windows == (WindowConfig(title="Notes", width=960.0, height=640.0),)
    assert config.build.before_build_command == Hook("npm run build")
    assert config.frontend == Frontend(folder=notes / "dist")
    assert config.root == notes / "src-tauri"
    assert config.network_hosts == ()
    assert config.csp is None


def test_a_tauri_toml_may_write_its_keys_with_hyphens() -> None:
    config = load(PROJECTS / "player", platform="linux")
    assert config.version == "2.1.0-beta.3"
    assert config.app.with_global_tauri
    assert config.app.enable_gtk_app_id
    assert config.app.windows == (
        WindowConfig(
            title="Player",
            min_width=320.0,
            min_height=240.5,
            title_bar_style=TitleBarStyle.OVERLAY,
            always_on_top=True,
            theme=Theme.DARK,
            background_color=Color(0x10, 0x14, 0x18),
        ),
        WindowConfig(
            label="queue",
            url="queue.html",
            parent="main",
            create=False,
            decorations=False,
            transparent=True,
            window_effects=WindowEffects(effects=(WindowEffect.MICA, WindowEffect.SIDEBAR), radius=12.0),
        ),
    )
    assert config.app.tray_icon == TrayIconConfig(icon_path="icons/tray.png", tooltip="Player", icon_as_template=False)
    assert config.app.security.asset_protocol == AssetProtocol(
        enable=True, scope=FsScope(("$AUDIO/**",), ("$AUDIO/private/**",), require_literal_leading_dot=False)
    )
    assert config.bundle.category == "AudioVideo"
    assert config.shell.web_permissions == (WebPermission.MICROPHONE,)
    assert [str(host) for host in config.network_hosts] == [
        "https://api.example.org",
        "https://radio.example.org",
        "https://*.cdn.example.org:8443",
        "wss://live.example.org",
    ]


def test_the_file_of_another_platform_is_left_alone() -> None:
    config = load(PROJECTS / "player", platform="macos")
    assert config.bundle.category == "Music"
    assert config.app.tray_icon is not None
    assert config.app.tray_icon.icon_as_template


def test_a_shell_toml_says_what_only_qtshell_knows() -> None:
    config = load(PROJECTS / "dashboard")
    assert config.identifier == "org.example.dashboard"
    assert config.frontend == Frontend(folder=PROJECTS / "dashboard/web")
    assert config.shell.downloads
    assert not config.shell.popups
    assert config.shell.web_permissions == (WebPermission.CLIPBOARD_READ, WebPermission.NOTIFICATIONS)
    assert [str(link) for link in config.shell.open_links] == ["https://docs.example.org/*", "mailto:"]
    assert [str(host) for host in config.network_hosts] == [
        "https://metrics.example.org",
        "http://localhost:9090",
        "*.tiles.example.org",
    ]


def test_a_large_configuration_in_json5_is_understood() -> None:
    config = load(PROJECTS / "editor")
    main, helping, splash = config.app.windows
    assert main == WindowConfig(title="Editor", background_color=Color(30, 30, 30), drag_drop_enabled=False)
    assert helping.remote
    assert helping.zoom_hotkeys_enabled
    assert splash == WindowConfig(
        label="splash",
        url="/splash.html",
        width=400.0,
        height=300.0,
        prevent_overflow=PreventOverflowMargin(20, 20),
        focus=False,
        skip_taskbar=True,
        background_color=Color(1, 2, 3),
    )
    security = config.app.security
    assert str(security.csp).startswith("default-src 'self' customprotocol: asset:; connect-src ipc: ")
    assert security.dangerous_disable_asset_csp_modification == ("style-src",)
    assert security.freeze_prototype
    assert security.asset_protocol.scope.allow == ("$RESOURCE/**", "$APPDATA/db/**")
    assert security.pattern.use is PatternUse.ISOLATION
    assert security.capabilities == (
        "main",
        {"identifier": "inline", "windows": ["help"], "permissions": ["core:event:default"]},
    )
    assert config.plugins["cli"] == {"args": [{"name": "file", "index": 1, "takesValue": True}]}
    assert config.bundle.copyright == "© Example"
    assert config.bundle.resources == {"themes/*": "themes/"}
    assert [str(host) for host in config.network_hosts] == [
        "https://api.example.org",
        "https://fonts.example.org",
        "https://help.example.org:8080",
    ]


@pytest.mark.parametrize("project", ["player", "dashboard", "editor"])
def test_a_configuration_written_out_is_read_as_the_same(project: str) -> None:
    config = load(PROJECTS / project, platform="linux")
    written = json.loads(json.dumps(config.to_mapping()))
    again = config_from(written, config.name, root=config.root)
    assert essence(again) == essence(config)


def essence(config: Config) -> tuple[object, ...]:
    return (config.identifier, config.version, config.app, config.build, config.bundle, config.plugins, config.shell)


def test_python_gives_the_same_configuration_as_a_file() -> None:
    mapping = {"app": {"windows": [{"label": "a", "width": 3}]}, "build": {"frontendDist": Path("web")}}
    config = config_from(mapping, identifier="com.example.app")
    assert Config.parse({"identifier": "com.example.app", **mapping}) == config
    assert config.app.windows == (WindowConfig(label="a", width=3.0),)
    assert config.build.frontend_dist == "web"
    assert config.name == "<inline>"
    assert config.frontend is None


def test_an_identifier_in_the_mapping_comes_first() -> None:
    assert config_from({"identifier": "a.b"}, identifier="c.d").identifier == "a.b"


def test_python_may_hand_in_what_is_read_already() -> None:
    window = WindowConfig(label="a", theme=Theme.DARK)
    assert config_from({"identifier": "a.b", "app": {"windows": [window]}}).app.windows == (window,)
