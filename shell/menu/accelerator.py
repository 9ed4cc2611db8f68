"""Accelerators: keys that do what an item of a menu does, in Tauri's notation (crate muda, `accelerator.rs`)."""

import enum

from shell.menu.errors import AcceleratorError
from shell.value import frozen

_SHOWN = 60  # characters of a text that is no accelerator, in the message that says so


class Modifier(enum.Enum):
    """A key that is held down with another."""

    SUPER = "Super"
    CONTROL = "Control"
    ALT = "Alt"
    SHIFT = "Shift"


@frozen
class Accelerator:
    """One key, with those that are held down with it.

    Attributes:
        key: The key by Qt's name for it, such as `K` or `PgUp`.
        modifiers: What is held down.
    """

    key: str
    modifiers: frozenset[Modifier] = frozenset()

    def qt_keys(self, *, mac: bool = False) -> str:
        """The keys as `QKeySequence` reads them.

        Args:
            mac: Whether for macOS, where Qt calls the command key Ctrl and the control key Meta.
        """
        names = _MAC_NAMES if mac else _NAMES
        return "+".join([*(names[modifier] for modifier in Modifier if modifier in self.modifiers), self.key])


def parse_accelerator(text: str, *, mac: bool = False) -> Accelerator:
    """Read an accelerator such as `CmdOrCtrl+Shift+K`: modifiers, if any, and one key, with `+` between.

    Case does not count, and neither do spaces around a part.

    Args:
        text: The accelerator.
        mac: Whether `CmdOrCtrl` means the command key, as on macOS, and not the control key.

    Raises:
        AcceleratorError: It is none.
    """
    shown = repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")
    parts = [part.strip() for part in text.split("+")]
    if not all(parts):
        raise AcceleratorError(f'the accelerator {shown} has nothing before, after or between its "+"')
    *before, last = parts
    modifiers = set()
    for part in before:
        modifier = _modifier(part, mac=mac)
        if modifier is None:
            raise AcceleratorError(
                f"the accelerator {shown}: {part[:_SHOWN]!r} is no modifier; modifiers come first, then one key, "
                'as in "CmdOrCtrl+Shift+K"'
            )
        modifiers.add(modifier)
    if _modifier(last, mac=mac) is not None:
        raise AcceleratorError(f'the accelerator {shown} has modifiers and no key, as "CmdOrCtrl+K" has one')
    key = _KEYS.get(last.upper())
    if key is None:
        raise AcceleratorError(f"the accelerator {shown}: there is no key {last[:_SHOWN]!r}")
    return Accelerator(key, frozenset(modifiers))


def _modifier(name: str, *, mac: bool) -> Modifier | None:
    match name.upper():
        case "CONTROL" | "CTRL":
            return Modifier.CONTROL
        case "ALT" | "OPTION":
            return Modifier.ALT
        case "SHIFT":
            return Modifier.SHIFT
        case "COMMAND" | "CMD" | "SUPER":
            return Modifier.SUPER
        case "COMMANDORCONTROL" | "COMMANDORCTRL" | "CMDORCTRL" | "CMDORCONTROL":
            return Modifier.SUPER if mac else Modifier.CONTROL
        case _:
            return None


_NAMES = {
    Modifier.CONTROL: "Ctrl",
    Modifier.ALT: "Alt",
    Modifier.SHIFT: "Shift",
    Modifier.SUPER: "Meta",
}
_MAC_NAMES = {**_NAMES, Modifier.CONTROL: "Meta", Modifier.SUPER: "Ctrl"}

_PUNCTUATION = {
    "BACKQUOTE": "`",
    "BACKSLASH": "\\",
    "BRACKETLEFT": "[",
    "BRACKETRIGHT": "]",
    "COMMA": ",",
    "EQUAL": "=",
    "MINUS": "-",
    "PERIOD": ".",
    "QUOTE": "'",
    "SEMICOLON": ";",
    "SLASH": "/",
}
_NUMPAD = {
    **{str(digit): str(digit) for digit in range(10)},
    "ADD": "+",
    "PLUS": "+",
    "DECIMAL": ".",
    "DIVIDE": "/",
    "ENTER": "Enter",
    "EQUAL": "=",
    "MULTIPLY": "*",
    "SUBTRACT": "-",
}
_KEYS = {
    **{letter: letter for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"},
    **{f"KEY{letter}": letter for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"},
    **{str(digit): str(digit) for digit in range(10)},
    **{f"DIGIT{digit}": str(digit) for digit in range(10)},
    **{character: character for character in _PUNCTUATION.values()},
    **_PUNCTUATION,
    **{f"F{number}": f"F{number}" for number in range(1, 25)},
    **{f"NUM{name}": f"Num+{key}" for name, key in _NUMPAD.items()},
    **{f"NUMPAD{name}": f"Num+{key}" for name, key in _NUMPAD.items()},
    "BACKSPACE": "Backspace",
    "CAPSLOCK": "CapsLock",
    "ENTER": "Return",
    "SPACE": "Space",
    "TAB": "Tab",
    "DELETE": "Del",
    "END": "End",
    "HOME": "Home",
    "INSERT": "Ins",
    "PAGEDOWN": "PgDown",
    "PAGEUP": "PgUp",
    "PRINTSCREEN": "Print",
    "SCROLLLOCK": "ScrollLock",
    "NUMLOCK": "NumLock",
    "ESCAPE": "Esc",
    "ESC": "Esc",
    "ARROWDOWN": "Down",
    "DOWN": "Down",
    "ARROWLEFT": "Left",
    "LEFT": "Left",
    "ARROWRIGHT": "Right",
    "RIGHT": "Right",
    "ARROWUP": "Up",
    "UP": "Up",
    "AUDIOVOLUMEDOWN": "Volume Down",
    "VOLUMEDOWN": "Volume Down",
    "AUDIOVOLUMEUP": "Volume Up",
    "VOLUMEUP": "Volume Up",
    "AUDIOVOLUMEMUTE": "Volume Mute",
    "VOLUMEMUTE": "Volume Mute",
}
"""Qt's names of keys, by Tauri's in capitals."""
