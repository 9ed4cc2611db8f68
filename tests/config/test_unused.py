"""What a configuration asks for in vain, and what is passed over without a word."""

from typing import Any

import pytest

from shell.config import config_from, unused, unused_of_window, window_from

PLUGINS = frozenset({"notification", "notes"})


def said(**app: Any) -> list[str]:
    plugins = app.pop("plugins", {})
    config = config_from({"identifier": "com.example.vain", "app": app, "plugins": plugins})
    return [*unused(config, PLUGINS), *(line for window in config.app.windows for line in unused_of_window(window))]


def test_a_usual_configuration_is_passed_over_without_a_word() -> None:
    assert said() == []
    assert said(plugins={"qtshell": {"popups": True}, "notes": {"anything": [1]}, "notification": None}) == []
    assert said(security={"pattern": {"use": "brownfield"}}) == []


@pytest.mark.parametrize(
    "window",
    [
        {"titleBarStyle": "Overlay", "hiddenTitle": True, "acceptFirstMouse": True, "tabbingIdentifier": "a"},
        {
            "windowClassname": "A",
            "additionalBrowserArgs": "--a",
            "useHttpsScheme": True,
            "scrollBarStyle": "fluentOverlay",
        },
        {"windowEffects": {"effects": ["mica"]}, "activityName": "A", "dataStoreIdentifier": [0] * 16},
    ],
)
def test_what_is_for_other_systems_is_passed_over_without_a_word(window: dict[str, Any]) -> None:
    assert said(windows=[window]) == []


@pytest.mark.parametrize(
    ("app", "begins"),
    [
        ({"windows": [{"proxyUrl": "socks5://127.0.0.1:1080"}]}, "proxyUrl is not used: "),
        ({"windows": [{"contentProtected": True}]}, "contentProtected is not used: "),
        ({"plugins": {"updater": {"active": True}}}, "plugins.updater: there is no plugin of this name"),
        ({"plugins": {"a\nb": 1}}, "plugins.a\\nb: there is no plugin of this name"),
    ],
)
def test_what_has_no_effect_is_said_in_a_line(app: dict[str, Any], begins: str) -> None:
    (line,) = said(**app)
    assert line.startswith(begins)


def test_windows_that_are_made_later_are_looked_at_likewise() -> None:
    window = window_from({"label": "later", "proxyUrl": "http://127.0.0.1:8080", "contentProtected": True})
    assert [line.partition(" ")[0] for line in unused_of_window(window)] == ["proxyUrl", "contentProtected"]
