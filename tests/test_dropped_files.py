"""Files and folders that a person drops on a window: its page may show them from then on."""

from pathlib import Path
from typing import Any

from shell import App
from tests.conftest import Runner

SHOW = """
const image = new Image();
image.src = shell.convertFileSrc({path});
return await image.decode().then(() => true, () => false);
"""
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'


def with_assets(shell: Runner, **scope: Any) -> App:
    """A program that has `asset:`, with nothing in its scope but what is said."""
    security = {"assetProtocol": {"enable": True, "scope": {"allow": [], **scope}}}
    return App("com.example.dropped", frontend=shell.folder, config={"app": {"security": security}})


def picture(*where: Path | str) -> Path:
    file = Path(*where)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(PICTURE)
    return file


async def shows(app: App, path: Path) -> bool:
    return bool(await app.windows["main"].eval(SHOW.format(path=repr(str(path)))))


def drop(app: App, *paths: Path) -> None:
    app.core.windows.files_dropped(app.windows["main"], [str(path) for path in paths])


def test_a_dropped_file_may_be_shown_and_its_neighbour_not(shell: Runner, tmp_path: Path) -> None:
    one, two = picture(tmp_path, "one [1].svg"), picture(tmp_path, "two.svg")

    async def scenario(app: App) -> None:
        assert not await shows(app, one)
        drop(app, one)
        assert await shows(app, one)
        assert not await shows(app, two)

    shell.run(with_assets(shell), scenario)


def test_all_in_a_dropped_folder_may_be_shown_and_what_is_beside_it_not(shell: Runner, tmp_path: Path) -> None:
    folder = tmp_path / "Фото [2026] 100%"
    inside, deep = picture(folder, "a.svg"), picture(folder, "x/y #1/b.svg")
    beside, hidden = picture(tmp_path, "c.svg"), picture(folder, ".git/d.svg")
    link = folder / "out.svg"
    link.symlink_to(beside)

    async def scenario(app: App) -> None:
        assert not await shows(app, inside)
        drop(app, folder)
        assert await shows(app, inside)
        assert await shows(app, deep)
        assert await shows(app, picture(folder, "later.svg"))
        assert not await shows(app, beside)
        assert not await shows(app, link)
        assert not await shows(app, hidden)

    shell.run(with_assets(shell), scenario)


def test_what_the_configuration_denies_stays_denied(shell: Runner, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    inside, denied = picture(folder, "a.svg"), picture(folder, "private/b.svg")

    async def scenario(app: App) -> None:
        drop(app, folder, denied)
        assert await shows(app, inside)
        assert not await shows(app, denied)

    shell.run(with_assets(shell, deny=[f"{folder}/private/**"]), scenario)
