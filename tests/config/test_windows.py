from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shell.config import (
    BackgroundThrottling,
    Color,
    ConfigError,
    PreventOverflowMargin,
    Theme,
    TitleBarStyle,
    WindowConfig,
    WindowEffect,
    WindowEffects,
    is_label,
    to_mapping,
    window_from,
)

lengths = st.floats(0, 16_777_215)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
labels = st.from_regex(r"[a-zA-Z0-9/:_-]{1,20}", fullmatch=True)
colors = st.builds(Color, *(st.integers(0, 255) for _ in range(4)))
windows = st.builds(
    WindowConfig,
    label=labels,
    url=texts.map("/{}".format),
    title=texts,
    create=st.booleans(),
    center=st.booleans(),
    x=st.none() | st.floats(-1e6, 1e6),
    width=lengths,
    height=lengths,
    min_width=st.none() | lengths,
    prevent_overflow=st.none() | st.booleans() | st.builds(PreventOverflowMargin, width=st.just(3), height=st.just(4)),
    theme=st.none() | st.sampled_from(Theme),
    title_bar_style=st.sampled_from(TitleBarStyle),
    window_effects=st.none()
    | st.builds(
        WindowEffects,
        effects=st.lists(st.sampled_from(WindowEffect)).map(tuple),
        color=st.none() | colors,
        radius=st.none() | lengths,
    ),
    background_color=st.none() | colors,
    background_throttling=st.none() | st.sampled_from(BackgroundThrottling),
    data_store_identifier=st.none() | st.lists(st.integers(0, 255), min_size=16, max_size=16).map(tuple),
    parent=st.none() | labels,
    devtools=st.none() | st.booleans(),
)


def complaint(options: dict[str, Any], **how: Any) -> str:
    with pytest.raises(ConfigError) as raised:
        window_from(options, **how)
    return str(raised.value)


@given(windows)
def test_a_window_written_as_json_is_read_as_the_same_window(window: WindowConfig) -> None:
    assert window_from(to_mapping(window)) == window


@given(windows)
def test_a_window_said_with_pythons_names_is_the_same_window(window: WindowConfig) -> None:
    options = {field.name: getattr(window, field.name) for field in attrs.fields(WindowConfig)}
    assert window_from(options, pythonic=True) == window


@pytest.mark.parametrize(
    "url", ["a.html", "/a:b.html", "a/b?c=d:e#f:g", "", "HTTPS://a.b/", "about:blank", "data:text/html,a"]
)
def test_a_window_shows_a_path_of_the_frontend_or_an_address(url: str) -> None:
    assert window_from({"url": url}).url == url


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "javascript:alert(1)",
        " JavaScript:alert(1)",
        "java\nscript:alert(1)",
        "blob:null/1",
        "c:/a.html",
        "localhost:1420",
        "http://",
        "http://localhost:99999",
        "https://[::zz]/",
    ],
)
def test_a_window_shows_no_files_of_the_machine_and_runs_no_code_from_its_address(url: str) -> None:
    assert complaint({"url": url}).startswith(
        '$.url: expected a path in the frontend such as "index.html", or an http or https address, got "'
    )


def test_no_options_are_tauris_window() -> None:
    assert window_from({}) == WindowConfig() == WindowConfig(label="main", url="index.html", width=800, height=600)


def test_options_of_tauris_javascript_are_understood() -> None:
    window = window_from(
        {
            "label": "a",
            "titleBarStyle": "overlay",
            "theme": "dark",
            "backgroundColor": [1, 2, 3],
            "x": 5,
            "parent": "main",
        }
    )
    assert window == WindowConfig(
        label="a",
        title_bar_style=TitleBarStyle.OVERLAY,
        theme=Theme.DARK,
        background_color=Color(1, 2, 3),
        x=5.0,
        parent="main",
    )


@pytest.mark.parametrize(
    ("written", "color"),
    [
        ("#fff", Color(255, 255, 255)),
        ("#1238", Color(0x11, 0x22, 0x33, 0x88)),
        ("1E90ff", Color(0x1E, 0x90, 0xFF)),
        ("#1e90ff80", Color(0x1E, 0x90, 0xFF, 0x80)),
        ([1, 2, 3], Color(1, 2, 3)),
        ((1, 2, 3, 4), Color(1, 2, 3, 4)),
        ({"red": 1, "green": 2, "blue": 3}, Color(1, 2, 3)),
        ({"red": 1, "green": 2, "blue": 3, "alpha": 4}, Color(1, 2, 3, 4)),
        (Color(1, 2, 3), Color(1, 2, 3)),
    ],
)
def test_a_colour_has_four_forms(written: object, color: Color) -> None:
    assert window_from({"backgroundColor": written}).background_color == color


COLOUR = 'expected a colour such as "#1e90ff", "#1e90ff80" or [30, 144, 255], got'


@pytest.mark.parametrize(
    ("options", "line"),
    [
        ({"width": "wide"}, '$.width: expected a number, got "wide"'),
        ({"width": True}, "$.width: expected a number, got true"),
        ({"width": None}, "$.width: expected a number, got null"),
        ({"width": -1}, "$.width: expected a number from 0 to 16777215, got -1"),
        ({"width": float("nan")}, "$.width: expected a finite number, got nan"),
        ({"width": float("inf")}, "$.width: expected a finite number, got inf"),
        ({"x": 2**64}, "$.x: expected a number of at most 64 bits, got a number of 65 bits"),
        ({"x": 2**63}, "$.x: expected a number from -2147483648 to 2147483647, got 9223372036854775808"),
        ({"visible": 1}, "$.visible: expected true or false, got 1"),
        ({"visible": "yes"}, '$.visible: expected true or false, got "yes"'),
        ({"title": ["a", 1]}, '$.title: expected text, got ["a", 1]'),
        ({"title": "\ud800"}, '$.title: expected text in valid Unicode, got "\\ud800"'),
        ({"title": {"a": "x" * 99}}, '$.title: expected text, got {"a": "' + "x" * 52 + "…"),
        ({"label": ""}, '$.label: expected a label of letters, digits, "-", "/", ":" and "_", got ""'),
        ({"label": "a b"}, '$.label: expected a label of letters, digits, "-", "/", ":" and "_", got "a b"'),
        ({"theme": "blue"}, '$.theme: expected "light" or "dark", got "blue"'),
        (
            {"titleBarStyle": "None"},
            '$.titleBarStyle: expected "Visible", "Transparent" or "Overlay", got "None"',
        ),
        ({"backgroundColor": "red"}, f'$.backgroundColor: {COLOUR} "red"'),
        ({"backgroundColor": "#12345"}, f'$.backgroundColor: {COLOUR} "#12345"'),
        ({"backgroundColor": [1, 2]}, f"$.backgroundColor: {COLOUR} [1, 2]"),
        ({"backgroundColor": [1, 2, 256]}, "$.backgroundColor[2]: expected a whole number from 0 to 255, got 256"),
        ({"backgroundColor": [1, 2, 3.0]}, "$.backgroundColor[2]: expected a whole number from 0 to 255, got 3.0"),
        (
            {"backgroundColor": {"red": 1}},
            '$.backgroundColor: expected a colour with red, green, blue and perhaps alpha, got {"red": 1}',
        ),
        ({"windowEffects": {}}, "$.windowEffects.effects: this key is required"),
        ({"preventOverflow": {"width": 1}}, "$.preventOverflow.height: this key is required"),
        (
            {"preventOverflow": 3},
            "$.preventOverflow: expected true, false or an object with width and height, got 3",
        ),
        ({"dataStoreIdentifier": [1, 2]}, "$.dataStoreIdentifier: expected a list of 16 numbers, got one of 2"),
        ({"dataDirectory": "a\0b"}, '$.dataDirectory: expected a path, got "a\\u0000b"'),
        (
            {"proxyUrl": "ftp://x"},
            '$.proxyUrl: expected a URL such as "http://127.0.0.1:8080" or "socks5://[::1]:1080", got "ftp://x"',
        ),
        ({"titel": "x"}, '$.titel: unknown key; did you mean "title"?'),
        ({"min_width": 3}, '$.min_width: unknown key; did you mean "minWidth"?'),
        ({"Width": 3}, '$.Width: unknown key; did you mean "width"?'),
        ({"qqq": 3}, "$.qqq: unknown key"),
        ({"a b\n": 3}, '$["a b\\n"]: unknown key'),
        ({"minWidth": 3, "min-width": 4}, '$.min-width: this key is given twice, as "minWidth" too'),
    ],
)
def test_a_wrong_option_is_told_in_one_line(options: dict[str, Any], line: str) -> None:
    assert complaint(options) == line


def test_all_mistakes_are_told_at_once_by_the_name_that_the_caller_gives() -> None:
    assert complaint({"width": "wide", "heigth": 3, "theme": 4}, root="options").splitlines() == [
        'options.width: expected a number, got "wide"',
        'options.heigth: unknown key; did you mean "height"?',
        'options.theme: expected "light" or "dark", got 4',
    ]


def test_of_very_many_mistakes_only_the_first_are_told() -> None:
    with pytest.raises(ConfigError) as raised:
        window_from({f"key{n}": n for n in range(1000)})
    assert len(raised.value.lines) == 20


def test_python_has_its_own_names() -> None:
    assert window_from({"min_width": 3, "theme": Theme.DARK}, pythonic=True) == WindowConfig(
        min_width=3.0, theme=Theme.DARK
    )
    assert complaint({"minWidth": 3}, pythonic=True) == '$.minWidth: unknown key; did you mean "min_width"?'


def test_what_is_no_object_at_all_is_refused() -> None:
    assert complaint([]) == "$: expected an object, got []"  # type: ignore[arg-type]
    assert complaint({"title": object()}) == (
        "$.title: expected text, a number, true, false, null, a list or an object, got a value of type object"
    )
    assert complaint({1: 2}) == "$: expected keys to be text, got 1"  # type: ignore[dict-item]


@pytest.mark.parametrize("label", ["main", "a-b/c:d_e", "fenêtre", "設定", "7"])
def test_labels_have_letters_digits_and_four_marks(label: str) -> None:
    assert is_label(label)


@pytest.mark.parametrize("label", ["", " ", "a.b", "a*", "a\n", "é\u0301", "a\0"])
def test_nothing_else_is_a_label(label: str) -> None:
    assert not is_label(label)


def test_a_window_with_an_http_address_is_remote() -> None:
    assert WindowConfig(url="HTTPS://example.com").remote
    assert not WindowConfig(url="https.html").remote
