"""All that is known of the package, part by part, and the table of it."""

from tests.conformance import (
    of_app,
    of_core,
    of_dpi,
    of_elsewhere,
    of_event,
    of_image,
    of_menu,
    of_monitors,
    of_page,
    of_path,
    of_pointer,
    of_stacking,
    of_tray,
    of_webview,
    of_window,
    of_windows,
)
from tests.conformance.registry import Entry, Registry, Verdict

MODULES = (
    *("core", "event", "window", "webview", "webviewWindow", "app", "path", "dpi"),
    *("image", "menu", "tray"),
)
"""The modules of the package that the table is about."""

PAGE = "page"
"""What stands in the place of a module for what pages have without the package."""

OTHER_MODULES = frozenset({"mocks", "index"})
"""That which pretends to be Tauri in tests of frontends, and that which names the others."""

_HEAD = """# What of `@tauri-apps/api` works here

Written by `python -m tests.conformance` from what the tests of this folder know; a test fails when it is out of date.
The modules are the package's, unmodified; of `mocks`, which stands in for the core in tests of frontends, nothing is said.

*Works*: the test beside it calls the function and looks at what it did. *As in Tauri on Linux*: what it is for exists on
another system only, and it answers as it does in Tauri on Linux. There is nothing that is neither.
Every function that needs a permission is also called without it, and refused with that permission's name.
A `WebviewWindow` has, besides its own, the functions of `Window` and `Webview`: they are the same functions.
"""


def registry() -> Registry:
    """What is known."""
    found = Registry()
    windows = (of_windows, of_monitors, of_window, of_stacking, of_pointer, of_elsewhere)
    parts = (of_core, of_event, *windows, of_webview, of_app, of_path, of_dpi, of_image, of_menu, of_tray, of_page)
    for part in parts:
        part.register(found)
    return found


def table(entries: list[Entry]) -> str:
    """The table, as Markdown."""
    counts = {verdict: sum(entry.verdict is verdict for entry in entries) for verdict in Verdict}
    lines = [_HEAD, " · ".join(f"{verdict}: {count}" for verdict, count in counts.items() if count)]
    for module in (*MODULES, PAGE):
        title = "Without the package" if module == PAGE else f"`{module}`"
        lines += ["", f"## {title}", "", "| function | | permission | shown by | |", "|---|---|---|---|---|"]
        lines += sorted(_row(entry) for entry in entries if entry.name.partition(".")[0] == module)
    return "\n".join(lines) + "\n"


def _row(entry: Entry) -> str:
    permission = f"`{entry.permission}`" if entry.permission else ""
    name = entry.name.partition(".")[2]
    return f"| `{name}` | {entry.verdict} | {permission} | `{proof_of(entry)}` | {entry.note} |"


def proof_of(entry: Entry) -> str:
    """Where to read what shows it."""
    if isinstance(entry.proof, str):
        return entry.proof.removeprefix("tests/")
    module = entry.proof.__module__.removeprefix("tests.").replace(".", "/")
    return f"{module}.py::{entry.proof.__name__}"
