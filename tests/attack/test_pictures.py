"""Pictures that take any time to draw, or fill the memory: none of them keeps the core."""

import struct
import threading
import zlib
from pathlib import Path
from typing import Any

import pytest

from shell import App, Limits
from shell.notification.picture import picture_of
from tests.attack.test_out_of_measure import MAY_ALL, faults
from tests.conftest import Runner


def png(width: int, height: int) -> bytes:
    """A whole PNG of black pixels, which takes little room."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    rows = zlib.compress(bytes(1 + 4 * width) * height, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="3000" height="3000">%s</svg>'
# Each took the core seconds to half a minute.
HOSTILE = {
    "paths.svg": SVG % (b'<path d="M0 0L3000 3000L0 3000L3000 0Z"/>' * 2000),
    "blur.svg": SVG
    % b'<filter id="f"><feGaussianBlur stdDeviation="500"/></filter><rect filter="url(#f)" width="9" height="9"/>',
    "declared.svg": b'<?xml version="1.0"?>' + SVG % (b'<path d="M0 0L3000 3000L0 3000L3000 0Z"/>' * 2000),
    "large.png": png(7000, 7000),
    "wide.png": png(65_000, 100),
    "page.pdf": b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\ntrailer<</Root 1 0 R>>\n",
}
ASK = """
const told = (promise) => promise.then(() => "done", String);
const handler = new shell.Channel();
const answers = [];
for (const [name, path] of Object.entries(FILES)) {
  const bytes = [...new Uint8Array(await (await fetch(name)).arrayBuffer())];
  for (const picture of [bytes, path]) {
    answers.push(await told(shell.invoke("plugin:window|set_icon", { label: "main", value: picture })));
    answers.push(await told(shell.invoke("plugin:menu|new", { kind: "Icon", options: { text: "x", icon: picture }, handler })));
  }
  answers.push(await told(shell.invoke("plugin:image|from_bytes", { bytes })));
  answers.push(await told(shell.invoke("plugin:image|from_path", { path })));
}
return answers;
"""


def test_no_picture_is_drawn_for_a_page_or_larger_than_anybody_needs(
    shell: Runner, caplog: pytest.LogCaptureFixture
) -> None:
    shell.write()
    for name, data in HOSTILE.items():
        (shell.folder / name).write_bytes(data)
    app = shell.app(capabilities=[MAY_ALL])
    files = {name: str(shell.folder / name) for name in HOSTILE}

    async def scenario(app: App) -> None:
        answers: list[str] = await app.windows["main"].eval(ASK.replace("FILES", repr(files)), within=None)
        known = ("not an image in a format that is known", "(App's limits.pixels)")
        assert [answer for answer in answers if not any(text in answer for text in known)] == []
        assert len(answers) == 6 * len(HOSTILE)
        assert faults(caplog) == []

    shell.run(app, scenario)


def test_a_file_of_any_size_is_read_no_further_than_a_picture_goes(shell: Runner, tmp_path: Path) -> None:
    endless = tmp_path / "endless.png"
    with endless.open("wb") as file:
        file.write(png(1, 1))
        file.truncate(64 * 1024**3)
    app = shell.app(capabilities=[MAY_ALL])

    async def scenario(app: App) -> None:
        answer = await app.windows["main"].eval(
            f"shell.invoke('plugin:image|from_path', {{ path: {str(endless)!r} }}).catch(String)"
        )
        assert answer == f"{endless}: larger than 16 MiB"

    shell.run(app, scenario)


def test_a_page_holds_no_more_pixels_than_its_limit(shell: Runner) -> None:
    app = shell.app(limits=Limits(pixels=400), capabilities=[MAY_ALL])
    script = """
    const one = () => shell.invoke("plugin:image|new", { rgba: Array(400).fill(0), width: 10, height: 10 });
    const first = await one();
    for (let count = 0; count < 3; count++) await one();
    const refused = await one().catch(String);
    await shell.invoke("plugin:resources|close", { rid: first });
    return [refused, typeof await one(),
      await shell.invoke("plugin:image|new", { rgba: Array(440).fill(0), width: 10, height: 11 }).catch(String)];"""

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        told: list[Any] = await window.eval(script)
        assert told == [
            "the images of this page would have more than 400 pixels, and it has closed too few (App's limits.pixels)",
            "number",
            "an image of a page has at most 100 pixels here, this one 10 × 11 (App's limits.pixels)",
        ]

    shell.run(app, scenario)


def test_the_picture_of_a_notification_is_drawn_while_others_run(
    shell: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn_in: list[threading.Thread] = []

    def note(*args: Any) -> Any:
        drawn_in.append(threading.current_thread())
        return picture_of(*args)

    monkeypatch.setattr("shell.notification.notifier.picture_of", note)

    async def scenario(app: App) -> None:
        shown = await app.notify("drawn", icon=SVG % b'<rect width="9" height="9"/>')
        shown.close()
        assert len(drawn_in) == 1
        assert drawn_in[0] is not threading.main_thread()

    shell.run(shell.app(), scenario)
