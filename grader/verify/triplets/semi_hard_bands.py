# ruff: noqa: E501 -- a pattern stays on one line
"""Between which distances a negative is semi-hard, in numbers: `with your numbers the band is 0.6 < d(a,n) < 0.8`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from grader.verify.claim import Kind, Method, Spanned, refuted, verified
from grader.verify.triplets.embeddings import plain
from grader.verify.triplets.example import Example
from grader.verify.triplets.phrases import NUMBER

_N = rf"(?:{NUMBER})(?![\d°%]|\.\d|\s?[·*/×^])"
_D_N = r"(?:[dDδ]\(\s?a\s?,\s?n\s?\)|[dDδ]_\(?a?,?n\)?|‖\s?a\s?-\s?n\s?‖\^2)"
BAND = re.compile(
    rf"(?P<low>{_N})\s?<\s?{_D_N}\s?<\s?(?P<high>{_N})|\b(?:band|window|range|interval|zone|semi-?\s?hard (?:negatives? )?(?:means|are|lies?|is))\b(?:\s|=|:|\b(?:is|are|then|here|from|between|the|those|negatives?|at|distances?|open|interval|in|with|squared)\b)*[(\[]?(?P<low2>{_N})\s?(?:,|to|and|-|–)\s?(?P<high2>{_N})",
    re.I,
)


def bands(
    text: str, example: Example, margins: Sequence[tuple[int, int, Fraction]], before: str
) -> Iterator[Spanned]:
    """`with your numbers the band is 0.6 < d(a,n) < 0.8`: where a negative is semi-hard."""
    p = example.view.p
    if p is None or not re.search(r"semi-?\s?hard|\bband\b", f"{before[-300:]} {text}", re.I):
        return
    for found in BAND.finditer(text):
        low, high = (Fraction(found.group(name) or found.group(f"{name}2")) for name in ("low", "high"))
        margin = margins[-1][2] if margins else example.margin
        says = f"semi-hard negatives lie between {plain(p)} and {plain(p + margin)}"
        if (low, high) == (p, p + margin):
            yield found.start(), found.end(), verified(Kind.ARITHMETIC, says, Method.COUNT)
        elif (low == p or high == p + margin) and re.search(r"semi-?\s?hard|band", text, re.I):
            witness = {
                "d(a,p)": float(p),
                "margin": float(margin),
                "stated": f"{plain(low)} to {plain(high)}",
            }
            yield found.start(), found.end(), refuted(Kind.ARITHMETIC, says, Method.COUNT, witness)


__all__ = ["bands"]
