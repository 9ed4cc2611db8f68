"""The schema of Tauri's configuration, as `@tauri-apps/cli` ships it.

`python -m tests.config.schema` prints the table of `shell.config.accepted` anew.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

FILE = Path(__file__).parents[2] / "packaging/npm/node_modules/@tauri-apps/cli/config.schema.json"
ROOTS = ("BuildConfig", "BundleConfig")


def definitions() -> dict[str, Any]:
    """Read the schema's definitions, the document itself as `Config`; skip the test where npm has not brought them."""
    if not FILE.exists():
        pytest.skip("@tauri-apps/cli is not installed: ./packaging/test does that")
    schema = json.loads(FILE.read_text())
    return {**schema["definitions"], "Config": schema}


def keys(definition: Mapping[str, Any], known: Mapping[str, Any]) -> str:
    """Write a definition's keys as the table has them: `name`, or `name:Definition` where it holds such objects."""
    named = ((name, _held(value, known)) for name, value in sorted(definition["properties"].items()))
    return " ".join(f"{name}:{held}" if held else name for name, held in named)


def table(known: Mapping[str, Any], roots: Iterable[str] = ROOTS) -> dict[str, str]:
    """List the keys of some definitions and of all that they hold."""
    found: dict[str, str] = {}
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = keys(known[name], known)
            waiting += [entry.partition(":")[2] for entry in found[name].split() if ":" in entry]
    return found


def _held(value: Mapping[str, Any], known: Mapping[str, Any]) -> str:
    for part in (value, *value.get("allOf", ()), *value.get("anyOf", ())):
        name = str(part.get("$ref", "")).rpartition("/")[2]
        if name and "properties" in known[name] and known[name].get("additionalProperties") is False:
            return name
        if isinstance(part.get("items"), dict) and (held := _held(part["items"], known)):
            return held
    return ""


if __name__ == "__main__":
    for key, names in sorted(table(definitions()).items()):
        print(f'    "{key}": "{names}",')
