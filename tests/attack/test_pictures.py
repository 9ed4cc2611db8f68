"""Pictures that take any time to draw, or fill the memory: none of them keeps the core."""

import asyncio
import contextlib
import json
import struct
import threading
import zlib
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QImage, QImageReader
from PySide6.QtWidgets import QLabel, QWidget

from shell import App, Limits, Notification
from shell.image import ImageError
from shell.ipc import RefusedError, Session
from shell.menu.about import AboutDialog, AboutMetadata
from shell.notification.errors import IconError
from shell.notification.picture import Picture, picture_of
from shell.plugins import image_argument, page_image
from shell.plugins.notification_delivery import Deliveries
from shell.plugins.notification_options import OptionsArgument
from shell.tray.host import TrayHost
from tests.attack.test_out_of_measure import MAY_ALL, faults
from tests.conftest import Runner


def chunk(kind: bytes, data: bytes) -> bytes:
    """A part of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, *more: bytes) -> bytes:
    """A whole PNG of black pixels, which takes little room; with more parts."""
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    rows = zlib.compress(bytes(1 + 4 * width) * height, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + b"".join(more) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def icon(picture: bytes) -> bytes:
    """An icon of one picture, which it says has one pixel."""
    return struct.pack("<HHHBBBBHHII", 0, 1, 1, 1, 1, 0, 0, 1, 32, len(picture), 22) + picture


def jpeg(side: int, scans: int) -> bytes:
    """A grey JPEG that goes through all of its blocks in each scan, of fourteen bytes."""
    blocks = ((side + 7) // 8) ** 2
    assert 0x4000 <= blocks < 0x8000
    tables = b"\xff\xdb\0\x43\0" + bytes([1] * 64)
    for kind, sign in ((0x00, 0x00), (0x10, 0xE0)):
        tables += b"\xff\xc4\0\x14" + bytes([kind, 0, 0, 0, 1, *[0] * 12, sign])
    frame = struct.pack(">BHHB", 8, side, side, 1) + b"\1\x11\0"
    run = (blocks - 0x4000) << 6 | 0x3F
    of_all = b"\xff\xda\0\x08\1\1\0\1\x3f\0" + struct.pack(">I", run)[1:]
    first = b"\xff\xda\0\x08\1\1\0\0\0\0" + bytes(blocks // 2 + 1)
    return b"\xff\xd8" + tables + b"\xff\xc2\0\x0b" + frame + first + of_all * scans + b"\xff\xd9"


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="3000" height="3000">%s</svg>'
GIF_OF_ONE = b"\0\0\0\xff\xff\xff,\0\0\0\0\1\0\1\0\0\2\2D\1\0;"
# Each took the core seconds to half a minute.
HOSTILE = {
    "paths.svg": SVG % (b'<path d="M0 0L3000 3000L0 3000L3000 0Z"/>' * 2000),
    "blur.svg": SVG
    % b'<filter id="f"><feGaussianBlur stdDeviation="500"/></filter><rect filter="url(#f)" width="9" height="9"/>',
    "declared.svg": b'<?xml version="1.0"?>' + SVG % (b'<path d="M0 0L3000 3000L0 3000L3000 0Z"/>' * 2000),
    "large.png": png(7000, 7000),
    "wide.png": png(65_000, 100),
    "scans.jpg": jpeg(1024, 10_000),
    "icon.ico": icon(png(7000, 7000)),
    "screen.gif": b"GIF89a" + struct.pack("<HHBBB", 8000, 8000, 0x80, 0, 0) + GIF_OF_ONE,
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
        known = ("not an image in a format that is known", "(App's limits.pixels)", "of more than 100 scans")
        assert [answer for answer in answers if not any(text in answer for text in known)] == []
        assert len(answers) == 6 * len(HOSTILE)
        assert faults(caplog) == []

    shell.run(app, scenario)


@pytest.mark.parametrize("name", HOSTILE)
def test_what_a_picture_unfolds_to_is_known_before_it_is_read(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def note(_: QImageReader) -> QImage:
        read.append(name)
        return QImage()

    monkeypatch.setattr(QImageReader, "read", note)
    with pytest.raises(ImageError):
        page_image.read_image(HOSTILE[name], 1 << 20)
    assert read == []


@pytest.mark.parametrize("name", [*(name for name in HOSTILE if name.endswith(".svg")), "large.png", "screen.gif"])
def test_a_page_has_no_drawing_in_a_notification_nor_a_picture_without_measure(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[QImageReader] = []

    def read(reader: QImageReader) -> QImage:
        asked.append(reader)
        return QImage()

    def size(reader: QImageReader) -> QSize:
        asked.append(reader)
        return QSize()

    monkeypatch.setattr(QImageReader, "read", read)
    if name.endswith(".svg"):
        # A drawing that does not say its size is drawn for it, and Python waits.
        monkeypatch.setattr(QImageReader, "size", size)
    with pytest.raises(IconError):
        picture_of(HOSTILE[name], QIcon())
    assert asked == []


def test_only_the_program_itself_has_a_drawing_in_a_notification(
    shell: Runner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path / 'nothing'}")
    svg = SVG % b'<rect width="9" height="9"/>'
    xpm = b'/* XPM */\nstatic char * x[] = {"1 1 1 1", "a c #ff0000", "a"};\n'
    drawing = tmp_path / "drawing.svg"
    drawing.write_bytes(svg)
    uris = [f"data:{kind};base64,{b64encode(data).decode()}" for kind, data in (("image/svg+xml", svg), ("", xpm))]
    script = """return Promise.all(ICONS.map((icon) =>
        shell.invoke("plugin:notification|notify", { options: { title: "x", icon } }).catch(String)));"""

    async def scenario(app: App) -> None:
        icons = json.dumps([*uris, str(drawing)])
        read: list[QImageReader] = []
        with monkeypatch.context() as patch:
            patch.setattr(QImageReader, "read", read.append)
            answers = await app.windows["main"].eval(script.replace("ICONS", icons))
        assert read == []
        assert all(answer.endswith("; the program shows it itself") for answer in answers)
        assert sum(one.startswith("a notification has the program's icon: ") for one in caplog.messages) == 3
        for icon in (svg, xpm, drawing):
            shown = await app.notify("drawn", icon=icon)
            again = await shown.replace(Notification("drawn", icon=icon))
            again.close()

    shell.run(shell.app(capabilities=[MAY_ALL]), scenario)


def is_html(text: str) -> bool:
    """Whether Qt takes a text for HTML, as a label and a tooltip do."""
    label = QLabel(text)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setSelection(0, len(text))
    return label.selectedText() != text


@pytest.mark.parametrize("text", ["<img src='data:,x'>", "https://x/<img src='data:,x'>", "a &lt; b"])
def test_no_picture_is_drawn_in_a_tooltip_of_a_page(shell: Runner, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(TrayHost, "missed", property(lambda _: True))
    script = "shell.invoke('plugin:tray|new', { options: { id: 'x', tooltip: TEXT }, handler: new shell.Channel() })"

    async def scenario(app: App) -> None:
        assert is_html(text)
        window = app.windows["main"]
        await window.eval(f"await {script.replace('TEXT', json.dumps(text))}")
        about = AboutDialog(AboutMetadata(website=f"https://{text}"), window.frame)
        tips = [one.toolTip() for one in window.frame.findChildren(QWidget) if one.toolTip()]
        assert [tip.replace("\u200b", "") for tip in tips] == [text, f"https://{text}"]
        assert not any(map(is_html, tips))
        about.close()

    shell.run(shell.app(capabilities=[MAY_ALL]), scenario)


@pytest.mark.parametrize("kind", [b"zTXt", b"iTXt"])
def test_no_text_of_a_picture_is_unfolded(kind: bytes) -> None:
    method = {b"zTXt": b"\0", b"iTXt": b"\1\0\0\0"}[kind]
    text = chunk(kind, b"key\0" + method + zlib.compress(b"a" * 7_000_000))
    for data in (png(1, 1, text), icon(png(1, 1, text))):
        assert "key" in QImage.fromData(data).textKeys()
        assert page_image.read_image(data, 1).textKeys() == []
        of_notification = picture_of(data, QIcon()).image
        assert of_notification is not None
        assert of_notification.textKeys() == []


def test_a_picture_of_parts_without_end_is_none() -> None:
    parts = png(1, 1, *[chunk(b"tEXt", b"")] * 20_000)
    for data, why in ((parts, "a PNG of more than"), (jpeg(1024, 200), "a JPEG of more than 100 scans")):
        with pytest.raises(ImageError, match=why):
            page_image.read_image(data, 1 << 20)
        with pytest.raises(IconError, match=why):
            picture_of(data, QIcon())


def test_what_is_cut_off_is_a_picture_or_told_to_be_none() -> None:
    for data in (png(2, 2), icon(png(2, 2)), jpeg(1024, 1), HOSTILE["screen.gif"]):
        for end in {*range(40), len(data) // 2}:
            with contextlib.suppress(ImageError):
                assert not page_image.read_image(data[:end], 1 << 20).isNull()


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
    shell: Runner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    drawn_in: list[threading.Thread] = []

    def note(*args: Any, **options: Any) -> Any:
        drawn_in.append(threading.current_thread())
        return picture_of(*args, **options)

    monkeypatch.setattr("shell.notification.notifier.picture_of", note)
    drawing = tmp_path / "drawing.svg"
    drawing.write_bytes(SVG % b'<rect width="9" height="9"/>')

    async def scenario(app: App) -> None:
        for icon in (drawing.read_bytes(), drawing):
            shown = await app.notify("drawn", icon=icon)
            shown.close()
        assert len(drawn_in) == 2
        assert threading.main_thread() not in drawn_in

    shell.run(shell.app(), scenario)


@pytest.fixture
def drawing(monkeypatch: pytest.MonkeyPatch) -> Iterator["Drawing"]:
    """Pictures of notifications take until they are let go on."""
    drawing = Drawing()
    monkeypatch.setattr("shell.notification.notifier.picture_of", drawing.draw)
    yield drawing
    drawing.go_on.set()


class Drawing:
    """What is drawn, and when that goes on."""

    def __init__(self) -> None:
        self.drawn: list[object] = []
        self.go_on = threading.Event()
        self._begun = threading.Semaphore(0)

    def draw(self, icon: object, *_: Any, **options: Any) -> Picture:
        if icon is None:
            return Picture()
        self.drawn.append(icon)
        self._begun.release()
        self.go_on.wait()
        return Picture()

    async def begun(self) -> None:
        """Wait until one more has begun."""
        await asyncio.to_thread(self._begun.acquire)


def test_pictures_of_notifications_leave_threads_for_commands(shell: Runner, drawing: Drawing) -> None:
    app = shell.app()

    @app.command
    def plain() -> str:
        return "answered"

    async def scenario(app: App) -> None:
        asked: list[asyncio.Future[Any]] = []
        for _ in range(2):
            # As a page does that reloads: nobody waits for these any longer, and they take their threads still.
            asked += [asyncio.ensure_future(app.notifier.notify(Notification("x", icon=b"page"))) for _ in range(50)]
            await asyncio.sleep(0)
            for one in asked:
                one.cancel()
            await asyncio.wait(asked)
        asked += [asyncio.ensure_future(app.notify("drawn", icon=b"program")) for _ in range(50)]
        for _ in range(4):
            await drawing.begun()
        assert await app.windows["main"].eval("shell.invoke('plain')") == "answered"
        assert drawing.drawn == [b"page"] * 2 + [b"program"] * 2
        for one in asked:
            one.cancel()
        drawing.go_on.set()
        await asyncio.wait(asked)
        await app.notifier.notify(Notification("x", icon=b"page"))
        assert drawing.drawn[-1] == b"page"

    shell.run(app, scenario)


def test_a_page_whose_picture_takes_long_keeps_no_other_origin_waiting(shell: Runner, drawing: Drawing) -> None:
    async def scenario(app: App) -> None:
        deliveries = Deliveries(lambda: app.notifier, "title")
        slow = OptionsArgument(icon="data:image/png;base64,aaaa")
        asked = asyncio.ensure_future(deliveries.show("https://one.example", slow, files=False))
        await drawing.begun()
        await deliveries.show("https://other.example", OptionsArgument(), files=False)
        assert not asked.done()
        drawing.go_on.set()
        await asked

    shell.run(shell.app(), scenario)


def test_numbers_become_a_picture_little_by_little_and_only_where_there_are_as_many_as_it_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[int] = []

    def count(numbers: list[int]) -> bytes:
        made.append(len(numbers))
        return bytes(numbers)

    monkeypatch.setattr(image_argument, "bytes", count, raising=False)
    session = Mock(Session, reading=asyncio.Lock(), limits=Limits())
    right = image_argument.RgbaArgument([200] * 4_000_000, 1000, 1000)
    wrong = image_argument.RgbaArgument([200] * 4_000_000, 1000, 999)
    assert asyncio.run(image_argument.image_of(right, session)).width() == 256
    assert sum(made) == 4_000_000
    assert max(made) <= 65_536
    made.clear()
    with pytest.raises(RefusedError, match="has 3996000 bytes, not 4000000"):
        asyncio.run(image_argument.image_of(wrong, session))
    assert made == []
