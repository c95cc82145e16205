# ruff: noqa: E501 -- a pattern stays on one line
"""Ratios of things that a text names beside its figures: values at sizes, pixels of two images, losses at a probability."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, Spanned, refuted, verified
from grader.verify.numbers.arithmetic import PLAIN, Figure
from grader.verify.numbers.reckoning import LOOSE, figure_of, shown

NEAR = r"(?:about |around |roughly |approximately |nearly |almost |some |just |only |≈ ?|~ ?)*"
NUMBER = rf"(?<![\w.,/]){PLAIN}(?![\d.,]*\d|\s?[%×·*/^])"


def _compared(exact: Fraction, stated: Figure, says: str, *, near: bool) -> Judged | None:
    if stated.agrees(exact, loose=near):
        return verified(Kind.ARITHMETIC, f"{says} is {shown(exact, stated)}", Method.COUNT)
    if near and abs(stated.value - exact) <= abs(exact) / 20:
        return None
    witness = {"computed": shown(exact, stated), "stated": stated.text}
    return refuted(Kind.ARITHMETIC, f"{says} is {shown(exact, stated)}, not {stated.text}", Method.COUNT, witness)  # fmt: skip


# -- values at sizes -----------------------------------------------------------------------------------------------

AT_SIZE = re.compile(
    rf"(?P<v>{NUMBER})(?P<unit> ?(?:ms|s|GB|MB|KB))? (?:for|at|with|when|if) \$?(?P<letter>[A-Za-z](?:_\w+)?) ?= ?(?P<n>{PLAIN})"
    rf"|(?:(?:for|at|with) )\$?(?P<letter2>[A-Za-z](?:_\w+)?) ?= ?(?P<n2>{PLAIN})\$?(?:,| it| we| the \w+)*(?: is| was| got| get| gave| gives| measured|:)? (?P<v2>{NUMBER})(?P<unit2> ?(?:ms|s|GB|MB|KB))?"
)
FROM_TO = re.compile(
    rf"\b[Ff]rom (?:[A-Za-z] ?= ?)?(?P<a>{PLAIN}) to (?:[A-Za-z] ?= ?)?(?P<b>{PLAIN})\b(?P<words>[^.;\d%]{{0,60}}?)\b(?:by )?(?:a factor of (?P<near>{NEAR})(?P<c>{PLAIN})|(?P<near2>{NEAR})(?P<c2>{PLAIN}) ?(?:times|x|×|-fold))"
)


def series_ratios(sentence: str, before: str) -> Iterator[Spanned]:
    """`0.0298 for R = 16 and 0.0075 for R = 64: from 16 to 64 it fell by a factor of 3.97`."""
    if not FROM_TO.search(sentence):
        return
    told = before[-500:] + " " + sentence
    values: dict[Fraction, list[Figure]] = {}
    letters = set()
    for found in AT_SIZE.finditer(told):
        size = Fraction((found.group("n") or found.group("n2")).replace(",", ""))
        letters.add(found.group("letter") or found.group("letter2"))
        values.setdefault(size, []).append(figure_of(found.group("v") or found.group("v2")))
    if len(letters) != 1:
        return
    for found in FROM_TO.finditer(sentence):
        ends = [values.get(Fraction(found.group(name).replace(",", "")), []) for name in "ab"]
        if any(len({one.value for one in end}) != 1 or not end[0].value for end in ends):
            continue
        first, second = ends[0][0], ends[1][0]
        stated = figure_of(found.group("c") or found.group("c2"))
        large, small = (first, second) if first.value > second.value else (second, first)
        lowest, highest = (
            (large.value - sign * large.last / 2) / (small.value + sign * small.last / 2) for sign in (1, -1)
        )
        exact = large.value / small.value
        agrees = stated.agrees(exact, loose=bool(found.group("near") or found.group("near2")))
        if not agrees and lowest - stated.last / 2 <= stated.value <= highest + stated.last / 2:
            continue  # the printed values may be rounded ones
        judged = _compared(exact, stated, f"{large.text} / {small.text}", near=bool(found.group("near") or found.group("near2")))  # fmt: skip
        if judged is not None:
            yield found.start(), found.end(), judged


# -- pixels --------------------------------------------------------------------------------------------------------

IMAGE = re.compile(r"(?<![\d×x])(?P<h>\d{2,4}) ?(?:×|x) ?(?P<w>\d{2,4})(?! ?[×x] ?\d)(?!\d)")
PIXELS = re.compile(
    rf"(?P<near>{NEAR})(?:(?P<share>{PLAIN} ?%)|(?P<times>{PLAIN}) ?(?:times|x|×)) (?:(?P<more>more|fewer|less|as many) |of the |the )(?:(?:input|image) )?pixels\b",
    re.I,
)


def pixel_ratios(sentence: str) -> Iterator[Spanned]:
    """`96×96 has 18.4 % of the pixels of 224×224`."""
    sizes = {(int(found.group("h")), int(found.group("w"))) for found in IMAGE.finditer(sentence)}
    if len(sizes) != 2:
        return
    small, large = sorted(height * width for height, width in sizes)
    for found in PIXELS.finditer(sentence):
        near = bool(LOOSE.search(found.group("near")))
        if found.group("share"):
            stated, exact = figure_of(found.group("share")), Fraction(small, large)
            if stated.value > 1:
                continue
            says = f"{small:,} of {large:,} pixels"
        else:
            stated, exact = figure_of(found.group("times")), Fraction(large, small)
            says = f"{large:,} / {small:,} pixels"
        judged = _compared(exact, stated, says, near=near)
        if judged is not None:
            start = min(one.start() for one in (found, *IMAGE.finditer(sentence)))
            yield start, found.end(), judged


# -- cross-entropy of one probability ------------------------------------------------------------------------------

LOSS_OF = re.compile(
    rf"\b(?:probability|confidence|one|1|p)(?: of| ?=| is)? (?P<p>0?\.\d+|\d{{1,2}} ?%)(?P<words>[^.;\d]{{0,60}}?)(?P<near>{NEAR})(?P<v>\d+(?:\.\d+)?)(?![\d.]*\d|\s*[%×·*/^])",
    re.I,
)
LINKED = re.compile(
    r"^(?: (?:on|for|to|of|in) (?:the |its |their )?(?:true|right|correct)(?: class| label| answer)?)?(?: (?:only|then|still|already|has|have|gives?|costs?|contributes?|means?|leads? to|with|makes?|comes? to|a|an|the|loss|cross-entropy|of|is|to|penalty|:|→|=)|[,:→=])* ?$",
    re.I,
)
ENTROPY = re.compile(r"cross[- ]entropy|log[- ]?loss|log[- ]likelihood|\bNLL\b", re.I)
OTHER_BASE = re.compile(r"\bbits?\b|log_?\{?(?:2|10)\b|log₂|log₁₀", re.I)


def log_losses(sentence: str, before: str) -> Iterator[Spanned]:
    """`a probability of 0.9 on the true class costs 0.105, one of 0.01 about 4.6`: −ln p."""
    if not ENTROPY.search(f"{before[-300:]} {sentence}") or OTHER_BASE.search(sentence):
        return
    chained = False
    for found in LOSS_OF.finditer(sentence):
        one = found.group().lower().startswith(("one", "1"))
        if not LINKED.match(found.group("words")) or (one and not chained):
            continue
        if not one and not re.search(r"cost|loss|entropy|contribut|penalty", found.group("words"), re.I):
            continue
        chained = True
        probability = figure_of(found.group("p")).value
        if not 0 < probability <= 1:
            continue
        exact = Fraction(-math.log(probability))
        judged = _compared(
            exact,
            figure_of(found.group("v")),
            f"−ln {found.group('p')}",
            near=bool(LOOSE.search(found.group("near"))),
        )
        if judged is not None:
            yield found.start(), found.end(), judged


def ratio_claims(sentence: str, before: str) -> Iterator[Spanned]:
    """(start, end, ruling) of each such statement of a sentence.

    >>> told = "0.0298 for R = 16 and 0.0019 for R = 256. From 16 to 256 it fell by a factor of 12.7."
    >>> [judged.says for _, _, judged in ratio_claims(told, "")]
    ['0.0298 / 0.0019 is 15.6842, not 12.7']
    """
    yield from series_ratios(sentence, before)
    yield from pixel_ratios(sentence)
    yield from log_losses(sentence, before)


__all__ = ["ratio_claims"]
