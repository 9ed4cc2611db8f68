"""Pages that import the real packages of npm, as `packaging/setup` installs them, with nothing in them changed."""

import json
import shutil
from pathlib import Path

import pytest

PACKAGES = Path(__file__).parents[1] / "packaging/npm/node_modules"


def api_page(folder: Path, script: str = "") -> str:
    """Make a page that has the modules of `@tauri-apps/api` by name in a global variable: `api.path.join("a", "b")`.

    Args:
        folder: The frontend's folder, into which the package is copied.
        script: What the page does next, as the rest of its module.
    """
    package = package_in(folder, "@tauri-apps/api")
    modules = sorted(path.stem for path in package.glob("*.js") if path.stem not in {"index", "mocks"})
    imports = import_map(folder, "@tauri-apps/api")
    lines = [f'import * as of_{name} from "@tauri-apps/api/{name}";' for name in modules]
    names = ", ".join(f"{name}: of_{name}" for name in modules)
    return (
        f'<!doctype html><title>page</title><script type="importmap">{json.dumps({"imports": imports})}</script>'
        f'<script type="module">{"".join(lines)}globalThis.api = {{ {names} }};\n{script}</script>'
    )


def import_map(folder: Path, *packages: str) -> dict[str, str]:
    """What lets pages import packages by the names that their `package.json` exports.

    Args:
        folder: The frontend's folder, into which the packages are copied.
        packages: Their names.
    """
    found = {}
    for name in packages:
        package = package_in(folder, name)
        exports = json.loads((package / "package.json").read_text(encoding="utf-8"))["exports"]
        for key, target in exports.items() if "." in exports else [(".", exports)]:
            if not isinstance(target, dict):
                continue
            for path in sorted(package.glob(target["import"])):
                file = path.relative_to(package).as_posix()
                fixed, _, rest = target["import"].removeprefix("./").partition("*")
                part = file.removeprefix(fixed).removesuffix(rest)
                found[f"{name}{key.removeprefix('.').replace('*', part)}"] = f"/npm/{name}/{file}"
    return found


def package_in(folder: Path, name: str) -> Path:
    """Copy a package into a frontend's folder, where it is not there yet; returns its folder."""
    there = folder / "npm" / name
    if not there.is_dir():
        if not (PACKAGES / name).is_dir():
            pytest.fail(f"{name} is not installed in {PACKAGES}; packaging/setup installs it", pytrace=False)
        shutil.copytree(PACKAGES / name, there, ignore=shutil.ignore_patterns("*.cjs", "*.d.ts"))
    return there
