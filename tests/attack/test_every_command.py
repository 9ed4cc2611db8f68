"""Whatever a page gives a command that every program has: the core's loop goes on, and keeps nothing without end."""

import json
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest

from shell import App, Limits
from shell.bundled import bundled
from tests.attack.delays import OURS, Stopwatch
from tests.attack.hostile import HELP, HOSTILE, script
from tests.attack.test_pictures import png
from tests.conftest import Runner

_AT_MOST = 0.016
"""Seconds of the processor that our code may take before it returns to Qt."""
_TIMES = 6
"""So often is measured what takes longer: a busy machine may make anything slow once."""


def permissions() -> dict[str, str]:
    """The permission for each command that every program has."""
    found = {}
    for folder, prefix in ((bundled("permissions", "core"), "core:"), (bundled("permissions"), "")):
        for file in sorted(Path(str(folder)).glob("*.json")):
            for command in json.loads(file.read_text(encoding="utf-8"))["commands"]:
                found[f"{file.stem}|{command}"] = f"{prefix}{file.stem}:allow-{command.replace('_', '-')}"
    return found


MAY_ALL = {"identifier": "all", "windows": ["*"], "permissions": list(permissions().values())}


def test_every_command_is_attacked() -> None:
    assert set(HOSTILE) == set(permissions())


def reference() -> float:
    """How long this machine takes, at this moment, for what takes 2 to 3 ms where the bound was chosen."""
    begun = time.thread_time()
    msgspec.json.decode(msgspec.json.encode([{"text": str(number)} for number in range(4000)]))
    return time.thread_time() - begun


@pytest.mark.parametrize("namespace", sorted({name.partition("|")[0] for name in HOSTILE}))
def test_no_command_keeps_the_loop(shell: Runner, namespace: str, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Stopwatch()
    for owner, names in OURS.items():
        for name in names:
            monkeypatch.setattr(owner, name, watch.watched(getattr(owner, name)))
    shell.write()
    (shell.folder / "large.png").write_bytes(png(2000, 2000))
    (shell.folder / "small.png").write_bytes(png(2000, 1000))
    app = shell.app(capabilities=[MAY_ALL], limits=Limits(notifications=1000))
    slow: dict[str, float] = {}

    async def scenario(app: App) -> None:
        main = app.windows["main"]
        await main.loaded()
        await main.eval(f"globalThis.large = {str(shell.folder / 'large.png')!r}; {HELP}")
        for command, attacks in HOSTILE.items():
            if command.partition("|")[0] != namespace:
                continue
            for attack in attacks:
                for _ in range(_TIMES):
                    watch.longest = 0.0
                    await main.eval(script(command, attack), within=None)
                    # What it left for later has had its turn when the page has been asked again.
                    await main.eval("1")
                    if watch.longest <= _AT_MOST or watch.longest <= 8 * reference():
                        break
                else:
                    slow[f"{command} {attack}"] = round(watch.longest * 1000, 1)
        assert slow == {}

    shell.run(app, scenario)


KEEPING = {
    "event|listen": "{ event: 'x', target: { kind: 'Any' }, handler: 1 }",
    "menu|new": "{ kind: 'MenuItem', options: { text: 'x' }, handler: handler() }",
    "menu|create_default": "{}",
    "app|default_window_icon": "{}",
    "image|new": "{ rgba: [0, 0, 0, 0], width: 1, height: 1 }",
    "tray|new": "{ options: {}, handler: handler() }",
    "notification|register_listener": "{ event: 'notification', handler: handler() }",
    "shared|follow": "{ name: 'value', onChange: handler() }",
}
"""What a page is given of each call, for as long as it does not let go of it."""


@pytest.mark.parametrize("command", KEEPING)
def test_a_page_is_told_when_it_keeps_too_much(shell: Runner, command: str) -> None:
    app = shell.app(capabilities=[MAY_ALL], limits=Limits(handles=40, pixels=4096 * 400))
    app.share("value", 1)

    async def scenario(app: App) -> None:
        main = app.windows["main"]
        told: list[str] = await main.eval(
            f"{HELP} const told = []; for (let count = 0; count < 150; count++) "
            f"told.push(await ask({command!r}, {KEEPING[command]})); return told"
        )
        refused = [text for text in told if text]
        assert 40 < len(refused) < 150
        assert all("already" in text or "too few" in text or "at most" in text for text in refused), set(refused)
        assert main.webview.session is not None
        assert len(main.webview.session.resources) <= 40

    shell.run(app, scenario)


def test_items_of_menus_that_nobody_lets_go_of_are_counted(shell: Runner) -> None:
    app = shell.app(capabilities=[MAY_ALL], limits=Limits(menu_items=100))

    async def scenario(app: App) -> None:
        told: Any = await app.windows["main"].eval(
            f"""{HELP}
            const one = () => made("Menu", {{ items: items(30) }}).then(() => "", String);
            const told = [await one(), await one(), await one(), await one()];
            await let_go();
            return [...told, await one()];"""
        )
        assert told == ["", "", "", "the menus of this page have 100 items already (App's limits.menu_items)", ""]

    shell.run(app, scenario)


def test_what_a_page_asks_of_icons_and_menus_happens_in_order(shell: Runner) -> None:
    shell.write()
    (shell.folder / "large.png").write_bytes(png(2000, 2000))
    app = shell.app(capabilities=[MAY_ALL])

    async def scenario(app: App) -> None:
        main = app.windows["main"]
        names: list[list[str]] = await main.eval(
            f"""{HELP}
            globalThis.large = {str(shell.folder / "large.png")!r};
            const rid = await made("Menu", {{}});
            const add = (id, icon) => ask("menu|append", {{ rid, kind: "Menu", items: [{{ id, text: id, icon }}] }});
            const small = await hold("image|new", {{ rgba: Array(400).fill(9), width: 10, height: 10 }});
            // Nobody waits for one before the next; those that are read take longest.
            const done = [add("read", large), add("plain"), add("held", small),
              ask("menu|remove_at", {{ rid, kind: "Menu", position: 1 }}),
              ask("window|set_icon", {{ value: large }}), ask("window|set_icon", {{ value: small }}),
              ask("resources|close", {{ rid: small }})];
            const items = shell.invoke("plugin:menu|items", {{ rid, kind: "Menu" }});
            return [await Promise.all(done), (await items).map(([, id]) => id)];"""
        )
        assert names == [[""] * 7, ["read", "held"]]
        assert [size.toTuple() for size in main.frame.windowIcon().availableSizes()] == [(10, 10)]

    shell.run(app, scenario)


def test_an_icon_is_no_larger_than_what_shows_it(shell: Runner) -> None:
    shell.write()
    (shell.folder / "wide.png").write_bytes(png(2000, 1000))
    app = shell.app(capabilities=[MAY_ALL])

    async def scenario(app: App) -> None:
        main = app.windows["main"]
        path = str(shell.folder / "wide.png")
        assert await main.eval(f"{HELP} return ask('window|set_icon', {{ value: {path!r} }})") == ""
        assert [size.toTuple() for size in main.frame.windowIcon().availableSizes()] == [(256, 128)]

    shell.run(app, scenario)
