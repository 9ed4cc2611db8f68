"""The programs in the README, run as they stand there."""

import re
from pathlib import Path

import pytest

from shell import App
from tests.conftest import Runner

README = Path(__file__).parent.parent / "README.md"
PROGRAMS = re.findall(r"^```python\n(.*?)^```$", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("source", PROGRAMS, ids=lambda source: source.strip().splitlines()[0][:60])
def test_it_starts_and_shows_its_page(source: str, shell: Runner) -> None:
    shell.write(settings="<!doctype html><title>settings</title>")
    (shell.folder.parent / "src-tauri").mkdir()
    (shell.folder.parent / "src-tauri" / "tauri.conf.json").write_text(
        '{ "identifier": "com.example.notes", "build": { "frontendDist": "../web" } }'
    )
    file = shell.folder.parent / "app.py"
    names = {"__name__": "app", "__file__": str(file)}
    exec(compile(source, file, "exec"), names)  # its own README
    program = names["app"]
    assert isinstance(program, App)

    async def scenario(app: App) -> None:
        await app.windows["main"].loaded()
        assert await app.windows["main"].eval("typeof shell.invoke") == "function"

    shell.run(program, scenario)


def test_there_are_programs_in_it() -> None:
    assert len(PROGRAMS) == 4
