"""Whatever a file holds: it is a configuration, or there is one clear line for each mistake."""

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shell.config import Config, ConfigError, config_from, load, window_from
from shell.config.menu import MenuItemConfig
from shell.config.record import record
from shell.config.sections import AppConfig, BuildConfig, BundleConfig, ShellConfig
from shell.config.security import SecurityConfig
from shell.config.window import WindowConfig

KEYS = sorted(
    {
        key.name
        for cls in (
            *(Config, AppConfig, BuildConfig, BundleConfig, ShellConfig),
            *(SecurityConfig, WindowConfig, MenuItemConfig),
        )
        for key in record(cls).keys
    }
    | {"qtshell", "width", "effects", "allow", "deny", "enable", "scope", "use", "options", "red", "green", "blue"}
)

leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["main", "#fff", "https://a.b", "com.example.app", "1.2.3", "index.html", "dark", "../x"])
)
documents = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.sampled_from(KEYS) | st.text(), inner, max_size=5),
    max_leaves=30,
)
configurations = st.fixed_dictionaries(
    {"identifier": st.just("com.example.app")},
    optional={
        "app": st.fixed_dictionaries(
            {},
            optional={
                "windows": st.lists(st.dictionaries(st.sampled_from(KEYS), documents, max_size=4), max_size=3)
                | documents,
                "security": st.dictionaries(st.sampled_from(KEYS), documents, max_size=4),
                "trayIcon": documents,
            },
        ),
        "build": st.dictionaries(st.sampled_from(KEYS), documents, max_size=3),
        "bundle": st.dictionaries(st.sampled_from(KEYS), documents, max_size=3),
        "plugins": st.dictionaries(st.sampled_from(["qtshell", "a"]), documents)
        | st.fixed_dictionaries({"qtshell": st.fixed_dictionaries({"menu": st.lists(documents, max_size=3)})}),
    },
)


def judged(read: Any, value: Any) -> None:
    lines: tuple[str, ...] = ("right",)
    try:
        read(value)
    except ConfigError as error:
        lines = error.lines
    assert lines
    for line in lines:
        assert line.isprintable()
        assert line.encode()


@settings(deadline=None)
@given(documents | configurations)
def test_any_mapping_is_a_configuration_or_has_mistakes_of_a_line_each(value: Any) -> None:
    judged(config_from, value)


@settings(deadline=None)
@given(documents)
def test_any_options_are_a_window_or_have_mistakes_of_a_line_each(value: Any) -> None:
    judged(window_from, value)


@pytest.mark.parametrize("name", ["tauri.conf.json", "tauri.conf.json5", "Tauri.toml", "shell.toml"])
@settings(deadline=None)
@given(
    content=st.binary()
    | st.text().map(lambda text: text.encode("utf-8", "surrogatepass"))
    | configurations.map(lambda v: json.dumps(v).encode())
)
def test_any_file_is_a_configuration_or_has_mistakes_of_a_line_each(name: str, content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, name).write_bytes(content)
        judged(load, folder)


def test_a_value_that_holds_itself_is_refused() -> None:
    loop: dict[str, Any] = {"identifier": "a.b"}
    loop["plugins"] = loop
    with pytest.raises(ConfigError, match="nested more than 64 levels deep"):
        config_from(loop)
