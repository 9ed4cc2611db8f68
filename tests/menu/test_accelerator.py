"""Accelerators in Tauri's notation. No Qt is needed to read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QKeySequence

from shell.menu import AcceleratorError
from shell.menu.accelerator import _KEYS, Accelerator, Modifier, parse_accelerator

MODIFIERS = {
    "Shift": Modifier.SHIFT,
    "Control": Modifier.CONTROL,
    "Ctrl": Modifier.CONTROL,
    "Alt": Modifier.ALT,
    "Option": Modifier.ALT,
    "Command": Modifier.SUPER,
    "Cmd": Modifier.SUPER,
    "Super": Modifier.SUPER,
    "CmdOrCtrl": Modifier.CONTROL,
    "CmdOrControl": Modifier.CONTROL,
    "CommandOrCtrl": Modifier.CONTROL,
    "CommandOrControl": Modifier.CONTROL,
}
# Those that the documentation of `@tauri-apps/api` lists.
KEYS = [
    *"ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    *(f"Key{letter}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    *"0123456789",
    *(f"Digit{digit}" for digit in range(10)),
    *("`", "Backquote", "\\", "Backslash", "[", "BracketLeft", "]", "BracketRight", ",", "Comma", "=", "Equal"),
    *("-", "Minus", ".", "Period", "'", "Quote", ";", "Semicolon", "/", "Slash"),
    *("Backspace", "CapsLock", "Enter", "Space", "Tab", "Delete", "End", "Home", "Insert", "PageDown", "PageUp"),
    *("PrintScreen", "ScrollLock", "NumLock", "Escape", "Esc"),
    *("ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Up", "Down", "Left", "Right"),
    *(f"F{number}" for number in range(1, 25)),
    *(f"Numpad{digit}" for digit in range(10)),
    *(f"Num{digit}" for digit in range(10)),
    *("NumpadAdd", "NumpadSubtract", "NumpadMultiply", "NumpadDivide", "NumpadDecimal", "NumpadEnter", "NumpadEqual"),
    *("NumAdd", "NumSubtract", "NumMultiply", "NumDivide", "NumDecimal", "NumEnter", "NumEqual"),
    *("AudioVolumeUp", "AudioVolumeDown", "AudioVolumeMute", "VolumeUp", "VolumeDown", "VolumeMute"),
]

keys = st.sampled_from(KEYS)
modifiers = st.lists(st.sampled_from(sorted(MODIFIERS)), max_size=5)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("CmdOrCtrl+Shift+K", "Ctrl+Shift+K"),
        ("CommandOrControl+Digit1", "Ctrl+1"),
        ("Alt+F4", "Alt+F4"),
        ("Super+KeyA", "Meta+A"),
        ("F5", "F5"),
        ("cmdorctrl + shift + k", "Ctrl+Shift+K"),
        ("shift+ctrl+pageup", "Ctrl+Shift+PgUp"),
        ("Ctrl+Ctrl+,", "Ctrl+,"),
        ("CmdOrCtrl+NumpadAdd", "Ctrl+Num++"),
        ("Enter", "Return"),
    ],
)
def test_what_qt_makes_of_an_accelerator(text: str, keys: str) -> None:
    assert parse_accelerator(text).qt_keys() == keys


def test_on_macos_the_command_key_is_what_qt_calls_ctrl() -> None:
    assert parse_accelerator("CmdOrCtrl+K", mac=True).qt_keys(mac=True) == "Ctrl+K"
    assert parse_accelerator("Super+K", mac=True).qt_keys(mac=True) == "Ctrl+K"
    assert parse_accelerator("Control+K", mac=True).qt_keys(mac=True) == "Meta+K"


@given(names=modifiers, key=keys)
def test_modifiers_and_then_a_key_are_an_accelerator(names: list[str], key: str) -> None:
    accelerator = parse_accelerator("+".join([*names, key]))
    assert accelerator.modifiers == {MODIFIERS[name] for name in names}
    assert parse_accelerator(key) == Accelerator(accelerator.key)


@given(names=modifiers, key=keys, spaces=st.lists(st.sampled_from(["", " ", "\t "]), min_size=12, max_size=12))
def test_neither_case_nor_spaces_count(names: list[str], key: str, spaces: list[str]) -> None:
    parts = [*names, key]
    spaced = "+".join(f"{spaces[2 * at]}{part.swapcase()}{spaces[2 * at + 1]}" for at, part in enumerate(parts))
    assert parse_accelerator(spaced) == parse_accelerator("+".join(parts))


@given(names=modifiers, key=keys, more=st.sampled_from(KEYS + sorted(MODIFIERS)))
def test_nothing_comes_after_the_key(names: list[str], key: str, more: str) -> None:
    with pytest.raises(AcceleratorError, match="modifiers come first"):
        parse_accelerator("+".join([*names, key, more]))


@given(names=modifiers.filter(bool))
def test_modifiers_alone_are_none(names: list[str]) -> None:
    with pytest.raises(AcceleratorError, match="no key"):
        parse_accelerator("+".join(names))


@given(text=st.text(max_size=60))
def test_any_other_text_is_refused_in_one_line_that_quotes_it(text: str) -> None:
    told = ""
    try:
        key = parse_accelerator(text).key
    except AcceleratorError as error:
        key, told = "", str(error)
    assert key in _KEYS.values() or (repr(text) in told and "\n" not in told)


@pytest.mark.parametrize("text", ["", "+", "Ctrl+", "+K", "Ctrl++K", "Ctrl+ +K"])
def test_a_part_that_is_missing_is_told(text: str) -> None:
    with pytest.raises(AcceleratorError, match="nothing before, after or between"):
        parse_accelerator(text)


def test_the_key_that_is_none_is_named() -> None:
    with pytest.raises(AcceleratorError) as error:
        parse_accelerator("CmdOrCtrl+Banana")
    assert str(error.value) == "the accelerator 'CmdOrCtrl+Banana': there is no key 'Banana'"


def test_a_message_stays_short() -> None:
    with pytest.raises(AcceleratorError) as error:
        parse_accelerator("K" * 1_000_000)
    assert len(str(error.value)) < 200


@given(held=st.sets(st.sampled_from(list(Modifier))), key=keys)
def test_qt_reads_every_accelerator_as_one_key(held: set[Modifier], key: str) -> None:
    accelerator = Accelerator(parse_accelerator(key).key, frozenset(held))
    sequence = QKeySequence(accelerator.qt_keys())
    assert sequence.count() == 1
    assert sequence.toString() == accelerator.qt_keys()
