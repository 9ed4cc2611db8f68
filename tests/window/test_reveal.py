"""The whole program on a real desktop: what a person sees of a window that opens."""

import json
import re
import sys
from contextlib import ExitStack
from itertools import takewhile
from pathlib import Path

import pytest

from tests.desktop import Desktop, process, until
from tests.window.pixels import Pixel

BACKGROUND, PAGE = "#204060", "#e0d0c0"
HTML = f"""<!doctype html><style>html {{ background: {PAGE} }}</style><title>page</title>
<script type="module">
  if (location.hash === "#asks") await window.__TAURI_INTERNALS__.invoke("plugin:window|show");
</script>"""


def write_program(folder: Path, window: dict[str, object]) -> None:
    capability = {"identifier": "c", "windows": ["*"], "permissions": ["core:window:allow-show"]}
    configuration = {
        "identifier": "com.example.reveal",
        "build": {"frontendDist": "."},
        "app": {
            "windows": [{"backgroundColor": BACKGROUND, "center": True, **window}],
            "security": {"capabilities": [capability]},
        },
    }
    (folder / "index.html").write_text(HTML)
    (folder / "tauri.conf.json").write_text(json.dumps(configuration))


@pytest.mark.parametrize(
    "window",
    [
        {},
        {"decorations": False, "width": 700, "height": 500},
        {"visible": False, "url": "index.html#asks"},
    ],
)
def test_a_window_shows_its_background_and_then_its_page_and_nothing_else(
    desk: Desktop, tmp_path: Path, window: dict[str, object]
) -> None:
    write_program(tmp_path, window)
    desk.wait_until_empty()
    with Pixel(desk, 640, 500) as pixel:
        nothing = pixel.colour()
        with process(sys.executable, "-m", "shell", "run", str(tmp_path), "--no-sandbox", env=desk.env):
            seen = [*takewhile(lambda colour: colour != PAGE, pixel.changes())]
        assert seen in ([nothing, BACKGROUND], [nothing])


@pytest.mark.parametrize(
    "window",
    [
        {"maximized": True},
        {"fullscreen": True},
        {"maximized": True, "decorations": False},
        {"maximized": True, "maxWidth": 900},
        {"fullscreen": True, "resizable": False},
    ],
)
def test_a_window_that_fills_the_screen_is_never_seen_in_its_own_size(
    desk: Desktop, tmp_path: Path, window: dict[str, object]
) -> None:
    write_program(tmp_path, {**window, "width": 800, "height": 600})
    run = (sys.executable, "-m", "shell", "run", str(tmp_path), "--no-sandbox")
    desk.wait_until_empty()
    with ExitStack() as stack:
        x = stack.enter_context(process("xev", "-root", "-event", "substructure", env=desk.env))
        until(lambda: "SubstructureNotify" in desk.run("xwininfo", "-root", "-events"))
        stack.enter_context(process(*run, env=desk.env))
        frame = (0, 0)
        while True:
            line = x.next().strip()
            if found := re.search(r"width (\d+), height (\d+)", line):
                frame = int(found[1]), int(found[2])
            elif line.startswith("MapNotify") and frame != (0, 0):
                break
        # Of the frames of which the window manager tells, the last before any is seen.
        assert frame == (1280, 800)
