"""What an isolation application costs that lets everything pass: what pages do with one, beside what they do without."""

from tests.bench.program import QTSHELL, Program, Stage
from tests.bench.work import Bar, Figure, Figures, Work, one_by_one

_ISOLATED = {"isolation": 1}
_WORKS = ("sequential", "bytes", "json")
_TIMES = ("nothing", "kibibyte", "up-10", "down-10")


def _isolation(stage: Stage, program: Program) -> Figures:
    figures: Figures = {}
    for work in _WORKS:
        without = stage.run(program, f"work={work}")
        isolated = stage.run(program, f"work={work}", settings=_ISOLATED)
        end = "" if work == "sequential" else f"-{work}"
        figures |= {f"{key}{end}": isolated[key] / without[key] for key in _TIMES if key in without}
    rate = stage.run(program, "work=at-once")["rate"]
    return {**figures, "at-once": rate / stage.run(program, "work=at-once", settings=_ISOLATED)["rate"]}


def _figure(key: str, title: str, *bars: Bar) -> Figure:
    return Figure(key, f"{title}, with an isolation application", "× without", bars)


WORKS = (
    Work(
        "isolation",
        "calls, bytes and JSON with an isolation application",
        (QTSHELL,),
        one_by_one(_isolation),
        (
            _figure("nothing", "one call after another, no arguments", Bar(1.2)),
            _figure("kibibyte", "one call after another, 1 KiB of JSON", Bar(1.2)),
            _figure("at-once", "time for 20,000 calls at once", Bar(2)),
            *(_figure(f"{way}-10-bytes", f"10 MiB of bytes {way}") for way in ("up", "down")),
            *(_figure(f"{way}-10-json", f"10 MiB of JSON {way}") for way in ("up", "down")),
        ),
    ),
)
