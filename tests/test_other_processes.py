"""A program whose commands compute in other processes: every core is busy, and the interface goes on as ever."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from shell import App
from tests.conftest import Runner
from tests.desktop import until
from tests.ipc.elsewhere import compute_until_told

CORES = 2


def test_pages_are_drawn_and_answered_while_every_core_computes(shell: Runner, tmp_path: Path) -> None:
    app = shell.app()
    with ProcessPoolExecutor(CORES, multiprocessing.get_context("spawn")) as pool:
        app.command(executor=pool)(compute_until_told)

        @app.command
        async def greet(name: str) -> str:
            return f"Hello, {name}!"

        @app.command
        def until_all_compute() -> None:
            until(lambda: len(list(tmp_path.glob("began-*"))) == CORES)

        @app.command
        async def enough() -> None:
            (tmp_path / "go").touch()

        async def scenario(app: App) -> None:
            answers, frames, processes = await app.windows["main"].eval(f"""
                const {{ invoke }} = shell, folder = {str(tmp_path)!r};
                let answers = 0, frames = 0, ended = false;
                const computed = Promise.all([...Array({CORES}).keys()].map((number) =>
                    invoke("compute_until_told", {{ folder, number }})));
                void computed.then(() => ended = true);
                await invoke("until_all_compute");
                while (answers < 200) {{
                    if (await invoke("greet", {{ name: "World" }}) === "Hello, World!" && !ended) answers++;
                }}
                while (frames < 20) {{
                    await new Promise((drawn) => requestAnimationFrame(drawn));
                    if (!ended) frames++;
                }}
                await invoke("enough");
                return [answers, frames, await computed];
            """)
            assert (answers, frames) == (200, 20)
            assert len(set(processes)) == CORES

        shell.run(app, scenario)
