"""Scale: what one call and one event cost where there are many listeners, commands and capabilities, beside with one."""

from tests.bench.program import QTSHELL, Program, Stage
from tests.bench.work import Bar, Figure, Figures, Work, one_by_one

_IN_PAGE = 50_000
_SETTINGS = {
    "listeners": {"listeners": 50_000},
    "commands": {"commands": 10_000},
    "capabilities": {"capabilities": 1000},
}
_TITLES = {
    "listeners": "with 100,000 other listeners",
    "commands": "with 10,000 commands",
    "capabilities": "with 1,000 capabilities",
}


def _scale(stage: Stage, program: Program) -> Figures:
    figures = {}
    for name, settings in _SETTINGS.items():
        # Each beside one of its own: a machine is not as fast now as it was a minute ago.
        alone = stage.run(program, "work=scale&listeners=0")
        in_page = _IN_PAGE if name == "listeners" else 0
        crowded = stage.run(program, f"work=scale&listeners={in_page}", settings=settings)
        figures.update({f"{name}-{key}": crowded[key] / alone[key] for key in alone})
    return figures


WORKS = (
    Work(
        "scale",
        "calls and events among many",
        (QTSHELL,),
        one_by_one(_scale),
        tuple(
            Figure(f"{name}-{key}", f"one {key} {title}", "× alone", (Bar(1.2),))
            for name, title in _TITLES.items()
            for key in ("call", "event")
        ),
        seconds=30,
    ),
)
