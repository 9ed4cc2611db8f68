"""A page keeps as much as it can: in databases, caches, files, cookies and what else the web has for that."""

import json
import subprocess
import sys
from pathlib import Path

from shell import App
from tests.conftest import Runner
from tests.desktop import PATIENCE
from tests.web_server import site

SIZE = 32 * 1024 * 1024


def test_what_a_page_keeps_on_disk_comes_to_an_end_and_the_program_goes_on(tmp_path: Path) -> None:
    # Chromium reads its switches once for all programs of a process.
    ended = subprocess.run(
        [sys.executable, "-m", "tests.attack.keeper", tmp_path, str(SIZE)],
        capture_output=True,
        check=True,
        text=True,
        timeout=PATIENCE,
    )
    told = json.loads(ended.stdout)
    assert told["quota"] == SIZE
    assert not told["persisted"]
    for road in ("cache", "database", "local", "session"):
        kept, why = told[road]
        assert (0 < kept < 1000, why) == (True, "QuotaExceededError"), road
    assert told["files"] == told["filesystem"] == [0, "SecurityError"]
    assert told["cookies"] == 0
    assert told["used"] < SIZE + 1024 * 1024
    assert told["answered"] == "answered"
    # And what Chromium itself writes beside that.
    assert told["disk"] < SIZE + 16 * 1024 * 1024


def test_a_remote_page_has_no_more_cookies_than_chromium_lets_one_host_have(shell: Runner) -> None:
    with site({"/": "<!doctype html><title>remote</title>"}) as remote:
        app = shell.app(config={"plugins": {"qtshell": {"network": [remote.origin]}}})

        async def scenario(app: App) -> None:
            window = app.windows["main"]
            await window.loaded()
            window.webview.load(f"{remote.origin}/")
            await window.loaded()
            many = 'for (let n = 0; n < 3000; n++) document.cookie = `c${n}=${"x".repeat(4000)}; max-age=1000`;'
            kept = await window.eval(f"{many} return document.cookie.split(';').length")
            assert 100 < kept <= 180

        shell.run(app, scenario)


def test_a_page_sets_its_next_cookie_when_the_last_one_is_set(shell: Runner) -> None:
    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.loaded()
        # To ask for cookies is to wait for those on their way: several times as long as it took to send them off.
        asked_to_set = await window.eval(
            """
            const ratios = [];
            while (ratios.length < 3) {
              const begun = performance.now();
              for (let count = 0; count < 1000; count++) document.cookie = `${count}=${count}`;
              const set = performance.now();
              document.cookie;
              ratios.push((performance.now() - set) / (set - begun));
            }
            return ratios;
            """
        )
        assert min(asked_to_set) < 0.25

    shell.run(shell.app(), scenario)
