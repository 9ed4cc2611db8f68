"""The picture: qtshell's figures beside Tauri's, each as how many times better, on a logarithmic scale."""

import math
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape

from tests.bench.outcome import Outcome
from tests.bench.table import number
from tests.bench.work import Better

_WIDTH, _LEFT, _RIGHT, _ROW, _TOP = 1120, 490, 90, 26, 86
_NUMBER = 50
"""How wide a number is; none is written over a mark."""
_STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1f2328 }
.title { font-size: 18px; font-weight: 600 } .note, .tick { fill: #59636e; font-size: 12px }
.grid { stroke: #d1d9e0 } .one { stroke: #59636e } .better { fill: #1a7f5a } .worse { fill: #c2410c }
.asked { stroke: #1f2328; stroke-width: 2 } .ground { fill: #ffffff }
@media (prefers-color-scheme: dark) {
  text { fill: #f0f6fc } .note, .tick { fill: #9198a1 } .grid { stroke: #3d444d } .one { stroke: #9198a1 }
  .better { fill: #2fa37a } .worse { fill: #f0883e } .asked { stroke: #f0f6fc } .ground { fill: #0d1117 }
}
"""


def _advantage(outcome: Outcome) -> float | None:
    ratio = outcome.ratio("tauri")
    if not ratio:
        return None
    return ratio if outcome.figure.better is Better.MORE else 1 / ratio


def _asked(outcome: Outcome) -> float | None:
    """How many times better it is to be, where that is asked."""
    for verdict in outcome.verdicts:
        if verdict.bar.beside == "tauri":
            limit = verdict.bar.limit
            return limit if outcome.figure.better is Better.MORE else 1 / limit
    return None


def plot(outcomes: Iterable[Outcome], note: str) -> str:
    """Draw a bar for each figure that Tauri has too, as SVG.

    Args:
        outcomes: The figures.
        note: What stands under the title, one line or more.
    """
    bars = [(outcome, value) for outcome in outcomes if (value := _advantage(outcome)) is not None]
    notes = note.splitlines()
    top = _TOP + 16 * len(notes)
    height = top + _ROW * len(bars) + 16
    ends = [math.log2(value) for _, value in bars] or [0.0]
    ends += [math.log2(asked) for outcome, _ in bars if (asked := _asked(outcome)) is not None]
    low, high = min(-1, math.floor(min(ends))), max(1, math.ceil(max(ends)))
    unit = (_WIDTH - _LEFT - _RIGHT) / (high - low)

    def place(value: float) -> float:
        return _LEFT + unit * (math.log2(value) - low)

    def lines() -> Iterator[str]:
        yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img">'
        yield f"<title>qtshell beside Tauri</title><style>{_STYLE}</style>"
        yield f'<rect class="ground" width="{_WIDTH}" height="{height}"/>'
        yield '<text class="title" x="16" y="30">qtshell beside Tauri: how many times better</text>'
        yield f'<line class="asked" x1="{_WIDTH - 96}" y1="17" x2="{_WIDTH - 96}" y2="35"/>'
        yield f'<text class="note" x="{_WIDTH - 88}" y="30">asked for</text>'
        for row, text in enumerate(notes):
            yield f'<text class="note" x="16" y="{52 + 16 * row}">{escape(text)}</text>'
        for power in range(low, high + 1):
            x = place(2.0**power)
            text = f"{2**power}×" if power >= 0 else f"1/{2**-power}×"
            yield f'<line class="{"grid" if power else "one"}" x1="{x:.1f}" y1="{top - 10}" x2="{x:.1f}" y2="{height - 12}"/>'
            yield f'<text class="tick" x="{x:.1f}" y="{top - 16}" text-anchor="middle">{text}</text>'
        for row, (outcome, value) in enumerate(bars):
            y = top + _ROW * row
            start, end = sorted((place(1), place(value)))
            yield f'<text x="{_LEFT - 10}" y="{y + 14}" text-anchor="end">{escape(outcome.figure.title)}</text>'
            kind = "better" if value >= 1 else "worse"
            yield f'<rect class="{kind}" x="{start:.1f}" y="{y + 2}" width="{max(end - start, 1):.1f}" height="{_ROW - 10}" rx="2"/>'
            asked = _asked(outcome)
            if asked is not None:
                x = place(asked)
                yield f'<line class="asked" x1="{x:.1f}" y1="{y - 1}" x2="{x:.1f}" y2="{y + _ROW - 5}"/>'
                end = max(end, x) if x - end < _NUMBER else end
            yield f'<text x="{max(end, place(1)) + 6:.1f}" y="{y + 14}">{number(value)}×</text>'
        yield "</svg>\n"

    return "\n".join(lines())
