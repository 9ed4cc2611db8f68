"""A page that may save files wants them elsewhere: over other files, hidden, or where they are run."""

import asyncio
import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shell import App
from shell.webview.downloads import Downloads, file_name
from tests.conftest import Runner

OUT = "out.txt"
"""What each of them would be called elsewhere."""
NAMES = {
    "plain.txt": "plain.txt",
    f"../{OUT}": OUT,
    f"../../{OUT}": OUT,
    f"{{folder}}/{OUT}": OUT,
    f"a/b/{OUT}": OUT,
    f"..\\..\\{OUT}": OUT,
    f"~/{OUT}": OUT,
    ".hidden": "hidden",
    "..": "download",
    "/": "download",
    "taken.txt": "taken (1).txt",
    "line\nfeed.txt": "linefeed.txt",
    "gnp\u202etxt.exe": "gnptxt.exe",
    "con.txt": "_con.txt",
    "x" * 300 + ".txt": "x" * 197 + ".txt",
}

SAVE = """
for (const name of NAMES) {
  const link = document.body.appendChild(document.createElement("a"));
  link.href = URL.createObjectURL(new Blob(["saved"]));
  link.download = name;
  link.click();
  // Chromium lets a page have so many in a second.
  await new Promise((done) => setTimeout(done, 120));
}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The person's downloads folder, with a file in it, which another folder is around."""
    settings = tmp_path / "settings"
    settings.mkdir()
    folder = tmp_path / "home" / "downloads"
    folder.mkdir(parents=True)
    (settings / "user-dirs.dirs").write_text(f'XDG_DOWNLOAD_DIR="{folder}"\n')
    monkeypatch.setenv("XDG_CONFIG_HOME", str(settings))
    (folder / "taken.txt").write_text("taken")
    return folder


def files(root: Path) -> dict[str, str]:
    """All files under a folder, with what is in them."""
    return {str(path.relative_to(root)): path.read_text() for path in root.rglob("*") if path.is_file()}


def test_a_page_that_may_save_files_saves_new_ones_in_the_downloads_folder_alone(shell: Runner, folder: Path) -> None:
    app = shell.app(config={"plugins": {"qtshell": {"downloads": True}}})
    names = [name.replace("{folder}", str(folder.parent)) for name in NAMES]
    # Of several that are called the same, each has a number.
    same = [OUT, *(f"out ({number}).txt" for number in range(1, list(NAMES.values()).count(OUT)))]
    wanted = {"taken.txt": "taken"} | dict.fromkeys([*(name for name in NAMES.values() if name != OUT), *same], "saved")
    wanted["download (1)"] = "saved"

    async def scenario(app: App) -> None:
        await app.windows["main"].eval(SAVE.replace("NAMES", json.dumps(names)), within=None)
        # A folder tells nobody.
        while len(files(folder)) < len(wanted) or any(name.endswith(".download") for name in files(folder)):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        assert files(folder.parent) == {f"downloads/{name}": text for name, text in wanted.items()}

    shell.run(app, scenario)


def test_no_more_of_a_long_name_is_looked_through_than_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = 0
    category = unicodedata.category

    def count(sign: str) -> str:
        nonlocal looked
        looked += 1
        return category(sign)

    monkeypatch.setattr(unicodedata, "category", count)
    assert file_name(f"a/{'b' * 1_000_000}/{'x' * 1_000_000}.txt") == f"{'x' * 197}.txt"
    assert looked < 10_000


def test_however_many_have_one_name_each_is_a_new_one(folder: Path) -> None:
    downloads = Downloads(folder, allowed=True, audit=None)
    folder.mkdir(exist_ok=True)
    names = set()
    for _ in range(200):
        name = downloads._free("a.txt")
        (folder / name).touch()
        names.add(name)
    assert len(names) == 200
    assert {"a.txt", "a (1).txt", "a (99).txt"} <= names
    assert all(name.startswith("a") and name.endswith(".txt") for name in names)


def test_a_page_that_may_save_none_makes_no_folder_either(
    shell: Runner, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = set(folder.parent.rglob("*"))
    names = [f"{folder.parent}/new/{OUT}", f"new/{OUT}", f"../new/{OUT}"]

    async def scenario(app: App) -> None:
        await app.windows["main"].eval(SAVE.replace("NAMES", json.dumps(names)))
        while caplog.text.count("plugins.qtshell.downloads is off") < len(names):  # noqa: ASYNC110  # a log tells nobody
            await asyncio.sleep(0.05)
        assert set(folder.parent.rglob("*")) == before

    shell.run(shell.app(), scenario)


@given(st.text() | st.text(alphabet="./\\:ab\u202e\0\n ~%", max_size=300))
@example("con")
@example("a." + "b" * 300)
@example("é" * 300 + ".txt")
def test_no_name_leaves_its_folder_hides_or_is_too_long(wanted: str) -> None:
    name = file_name(wanted)
    folder = Path("/folder")
    assert (folder / name).parent == folder
    assert {unicodedata.category(sign)[0] for sign in name}.isdisjoint("C")
    assert not name.startswith(".")
    assert 0 < len(name.encode()) <= 220
    assert file_name(name) == name
