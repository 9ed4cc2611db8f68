"""The whole program on a real desktop: what a person sees of a window that opens."""

import json
import sys
from itertools import takewhile
from pathlib import Path

import pytest

from tests.desktop import Desktop, process
from tests.window.pixels import Pixel

BACKGROUND, PAGE = "#204060", "#e0d0c0"
HTML = f"""<!doctype html><style>html {{ background: {PAGE} }}</style><title>page</title>
<script type="module">
  if (location.hash === "#asks") await window.__TAURI_INTERNALS__.invoke("plugin:window|show");
</script>"""


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
    capability = {"identifier": "c", "windows": ["*"], "permissions": ["core:window:allow-show"]}
    configuration = {
        "identifier": "com.example.reveal",
        "build": {"frontendDist": "."},
        "app": {
            "windows": [{"backgroundColor": BACKGROUND, "center": True, **window}],
            "security": {"capabilities": [capability]},
        },
    }
    (tmp_path / "index.html").write_text(HTML)
    (tmp_path / "tauri.conf.json").write_text(json.dumps(configuration))
    with Pixel(desk, 640, 500) as pixel:
        nothing = pixel.colour()
        with process(sys.executable, "-m", "shell", "run", str(tmp_path), "--no-sandbox", env=desk.env):
            seen = [*takewhile(lambda colour: colour != PAGE, pixel.changes())]
        assert seen in ([nothing, BACKGROUND], [nothing])
