"""Small charts as SVG text, drawn here: a report must hold no script and load nothing.

Colours come from the page's style sheet by class, so that charts follow the reader's light or dark setting.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

import numpy as np
from markupsafe import Markup, escape
from numpy.typing import NDArray

Counts = NDArray[np.float64]

WIDTH, HEIGHT, MARGIN, FOOT = 640, 200, 36, 24


def shares(counts: Any) -> Counts:
    """Counts as shares that sum to 1; all zero where nothing was counted.

    >>> shares([1, 3]).tolist()
    [0.25, 0.75]
    """
    values = np.nan_to_num(np.asarray(counts, dtype=np.float64).reshape(-1), posinf=0.0, neginf=0.0).clip(
        min=0
    )
    total = values.sum()
    return values / total if total else values


def total_variation(first: Any, second: Any) -> float:
    """Half the summed difference of the shares: 0 for equal histograms, 1 for disjoint ones.

    >>> total_variation([1, 1, 0], [0, 2, 2])
    0.5
    """
    return float(np.abs(shares(first) - shares(second)).sum() / 2)


def wasserstein(first: Any, second: Any) -> float:
    """How many bins a unit of share must be moved on average to turn one histogram into the other.

    This is the 1-Wasserstein distance on the line: the summed difference of the cumulated shares.

    >>> wasserstein([1, 0, 0], [0, 0, 1])
    2.0
    """
    return float(np.abs(np.cumsum(shares(first) - shares(second))).sum())


def distances(histograms: Mapping[str, Any]) -> str:
    """One sentence on how far the first histogram is from each of the others."""
    (name, first), *others = histograms.items()
    told = [
        f"{other!r}: total variation {total_variation(first, counts):.3f}, "
        f"Wasserstein {wasserstein(first, counts):.3f} bins"
        for other, counts in others
        if np.size(counts) == np.size(first)
    ]
    return f"Distance of {name!r} from " + "; from ".join(told) + "." if told else ""


def side_by_side(histograms: Mapping[str, Any], title: str) -> Markup:
    """Histograms over the same bins, as groups of bars of shares; at most four of at most 64 bins."""
    drawn = {name: shares(counts)[:64] for name, counts in list(histograms.items())[:4]}
    bins = max((len(values) for values in drawn.values()), default=0)
    if not bins:
        return Markup("")
    top = max(float(values.max(initial=0.0)) for values in drawn.values()) or 1.0
    slot = (WIDTH - MARGIN) / bins
    bar = slot * 0.8 / len(drawn)
    marks = [_axis(top)]
    for number, (name, values) in enumerate(drawn.items()):
        for place, share in enumerate(values):
            left = MARGIN + place * slot + slot * 0.1 + number * bar
            marks.append(_bar(left, bar, share / top, f"series-{number}", f"{name}, {place}: {share:.1%}"))
    every = max(1, bins // 16)
    marks += [_label(MARGIN + (place + 0.5) * slot, str(place)) for place in range(0, bins, every)]
    return _legend(list(drawn)) + _chart(marks, title)


def score_histogram(values: Sequence[float], out_of: float, title: str) -> Markup:
    """How many students have how many points, in ten equal steps."""
    counts, edges = np.histogram(np.clip(values, 0, out_of or 1), bins=10, range=(0, out_of or 1))
    top = max(int(counts.max()), 1)
    slot = (WIDTH - 2 * MARGIN) / len(counts)
    marks = []
    for place, count in enumerate(counts):
        told = f"{edges[place]:g} to {edges[place + 1]:g} points: {count}"
        marks.append(_bar(MARGIN + place * slot + slot * 0.05, slot * 0.9, count / top, "series-0", told))
        if count:
            height = HEIGHT - FOOT - (HEIGHT - FOOT - 18) * count / top
            marks.append(_label(MARGIN + (place + 0.5) * slot, str(count), height - 4))
    marks += [_label(MARGIN + place * slot, f"{edge:g}") for place, edge in enumerate(edges)]
    return _chart(marks, title)


def stacked(parts: Sequence[tuple[str, float, str]], title: str) -> Markup:
    """One bar whose parts (class, share, words) lie side by side and fill it."""
    ends = list(accumulate((share for _, share, _ in parts), initial=0.0))
    marks = [
        Markup(
            '<rect class="{}" x="{:.2f}" y="0" width="{:.2f}" height="10"><title>{}</title></rect>'
        ).format(name, 100 * start, 100 * share, words)
        for (name, share, words), start in zip(parts, ends, strict=False)
        if share > 0
    ]
    head = Markup(
        '<svg class="stack" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="{}">'
    ).format(title)
    return head + Markup("").join(marks) + Markup("</svg>")


def _bar(left: float, width: float, height: float, name: str, words: str) -> Markup:
    tall = (HEIGHT - FOOT - 18) * height
    return Markup(
        '<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"><title>{}</title></rect>'
    ).format(name, left, HEIGHT - FOOT - tall, width, tall, words)


def _label(middle: float, text: str, height: float = HEIGHT - 6) -> Markup:
    return Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="middle">{}</text>').format(middle, height, text)


def _axis(top: float) -> Markup:
    lines = []
    for part in (0.0, 0.5, 1.0):
        height = HEIGHT - FOOT - (HEIGHT - FOOT - 18) * part
        lines.append(
            Markup('<line class="axis" x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}"/>').format(
                MARGIN, WIDTH, height, height
            )
        )
        lines.append(
            Markup('<text x="{}" y="{:.1f}" text-anchor="end">{:.0%}</text>').format(
                MARGIN - 4, height + 4, top * part
            )
        )
    return Markup("").join(lines)


def _legend(names: list[str]) -> Markup:
    key = Markup(
        '<span class="key"><svg viewBox="0 0 10 10" aria-hidden="true">'
        '<rect class="series-{}" width="10" height="10"/></svg>{}</span>'
    )
    entries = [key.format(number, escape(name)) for number, name in enumerate(names)]
    return Markup('<p class="legend">{}</p>').format(Markup(" ").join(entries))


def _chart(marks: list[Markup], title: str) -> Markup:
    head = Markup('<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">').format(
        WIDTH, HEIGHT, title
    )
    return head + Markup("").join(marks) + Markup("</svg>")
