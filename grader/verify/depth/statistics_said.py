# ruff: noqa: E501 -- a pattern stays on one line
"""Mean, median, quartiles, spread and extremes that a text states of the depths it has counted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import accumulate

from grader.verify.claim import Judged, Kind, Method, Ruling, refuted, verified
from grader.verify.depth.histograms import Histogram
from grader.verify.depth.stated_values import Stated, far, holds, judged, value_after
from grader.verify.numbers.reckoning import shown
from grader.verify.numbers.short_lists import quartiles

OF = r"(?:\s+of (?:the |these |those |all |all the |our |their )?(?:\d{1,6} )?(?:[a-z]+ )?(?:depths?|histogram|distribution|values|numbers|images|examples|list|bins?|data|them))?"
MEASURE = re.compile(
    rf"\b(?:(?P<mean>(?:arithmetic )?mean|average|expected value)|(?P<median>median)|(?P<low>(?:lower|first|1st) quartile|25(?:th|\s?%) (?:percentile|quantile))|(?P<high>(?:upper|third|3rd) quartile|75(?:th|\s?%) (?:percentile|quantile))|(?P<interquartile>interquartile range)|(?P<range>range|spread)|(?P<deviation>standard deviation)|(?P<variance>variance)"
    rf"|(?P<largest>(?:largest|maximal|maximum|greatest|highest|deepest)(?= (?:prediction )?depth))|(?P<smallest>(?<!at )(?:smallest|minimal|minimum|least|lowest)(?= (?:prediction )?depth))|(?P<sum>(?:sum|total) of (?:the |all |these |those )*(?:\d{{1,6}} )?depths|total depth|depths? (?:add up|sum(?: up)?) to))(?:\s+(?:prediction )?depth(?: value)?|\s+value|\s+layer)?{OF}(?![(\w])",
    re.I,
)
SO_IS = re.compile(r"\s*,? ?(?P<so>(?:and )?so (?:is|was) the (?P<also>mean|average|median|mode))\b(?! of (?:a|an|another)\b)", re.I)  # fmt: skip
# "mean and median are both 3", "the mean depth equals the median, 3"
BOTH = re.compile(
    r"\b(?:both )?(?:the )?(?P<one>mean|average|median|mode)(?: depth)?(?:,? and (?:the )?|\s*=\s*|(?:,| is| equals)? (?:equal to |the same as )?the )(?P<other>mean|average|median|mode)(?: depth)?\b(?=\s*(?:are|is|=|,|:|both))(?:,| are| is| both| equal| equal to)*",
    re.I,
)
FEWEST, MOST = 4, 5000  # images whose quartiles are computed
SPEAKS = re.compile(r"\bdepths?\b|\bhistogram\b|\bmedian\b|\bmode\b|\bdistribution\b", re.I)
OF_MANY = re.compile(r"\s+of (?:the|all|these|those|our|its)\s", re.I)  # "of the five accuracies"
OF_OTHERS = re.compile(
    r"\b(?:mean|average|median) (?:(?:train|test|val)\w* )?(?:loss|accurac\w*|error|time|number|count|size|height|bar|distance|cross)",
    re.I,
)


def statistic_claims(text: str, histogram: Histogram) -> Iterator[tuple[int, int, Judged | None]]:
    """(start, end, ruling) of each; the ruling is None where another convention may give the stated value.

    >>> told = Histogram({0: 2, 1: 1, 4: 1}, whole=True)
    >>> [one.says for *_, one in statistic_claims("The mean depth is 5/4 = 1.25, the median is 2.", told) if one]
    ['the mean depth is 1.25', 'the median depth is 0.5, not 2']
    """
    if not histogram.whole or not histogram.fine or not histogram.total:
        return
    for found in MEASURE.finditer(text):
        if OF_OTHERS.match(text, found.start()) or OF_MANY.match(text, found.end()):
            continue
        told = value_after(text, found.end())
        if (
            told is None
            or told.figure.percent
            or re.match(r"\s+(?:images|times|examples|more|fewer)\b|\s*%", text[told.end :])
        ):
            continue
        if not histogram.listed and not re.search(r"depth", found.group(), re.I) and not SPEAKS.search(text):
            continue
        if re.match(r"\s*(?:to|–|-|and|through)\s*\d", text[told.end :]):
            continue  # "the range is 0 to 10"
        name = next(key for key, value in found.groupdict().items() if value)
        yield found.start(), told.end, _ruled(name, told, histogram.bars, one_by_one=histogram.listed)
        same = SO_IS.match(text, told.end)
        if same is not None:
            also = _ruled(_measure(same.group("also")), told, histogram.bars, one_by_one=histogram.listed)
            yield same.start("so"), same.end(), also
    for both in BOTH.finditer(text):
        told = value_after(text, both.end())
        if told is None or told.figure.percent or not (histogram.listed or SPEAKS.search(text)):
            continue
        rulings = [
            _ruled(_measure(both.group(one)), told, histogram.bars, one_by_one=histogram.listed)
            for one in ("one", "other")
        ]
        wrong = [one for one in rulings if one is not None and one.ruling is Ruling.REFUTED]
        yield both.start(), told.end, wrong[0] if wrong else rulings[0] if None not in rulings else None


def _measure(word: str) -> str:
    return {"average": "mean"}.get(word.lower(), word.lower())


def _ruled(name: str, told: Stated, bars: Mapping[int, int], *, one_by_one: bool) -> Judged | None:
    values = [Fraction(depth) for depth in sorted(bars) for _ in range(min(bars[depth], 1))]
    total = sum(bars.values())
    mean = Fraction(sum(depth * count for depth, count in bars.items()), total)
    if name == "mean":
        return judged(told, mean, "the mean depth")
    if name == "median":
        return _median(told, bars, total, one_by_one=one_by_one)
    if name == "mode":
        return _mode(told, bars)
    if name == "range":
        return _exact(told, values[-1] - values[0], "the largest depth less the smallest")
    if name == "largest":
        return _exact(told, values[-1], "the largest depth")
    if name == "smallest":
        return _exact(told, values[0], "the smallest depth")
    if name == "sum":
        return _exact(told, mean * total, "the sum of the depths")
    if name in {"variance", "deviation"}:
        squares = Fraction(sum(depth * depth * count for depth, count in bars.items()), total) - mean * mean
        both = [squares, squares * total / (total - 1)] if total > 1 else [squares]
        return _spread(told, both, root=name == "deviation")
    return _quartile(told, name, bars, total)


def _exact(told: Stated, exact: Fraction, says: str) -> Judged | None:
    return judged(told, exact, says)


def _median(told: Stated, bars: Mapping[int, int], total: int, *, one_by_one: bool) -> Judged | None:
    low, high = _at(bars, (total + 1) // 2), _at(bars, total // 2 + 1)
    middle = Fraction(low + high, 2)
    if told.figure.value != middle and (
        told.figure.value == low or (told.figure.value == high and not one_by_one)
    ):
        return None  # the lower one of the two in the middle is torch's median
    says = f"the median depth is {shown(middle)}"
    if holds(told, middle) and told.figure.value == middle:
        return verified(Kind.ARITHMETIC, says, Method.COUNT)
    if abs(told.figure.value - middle) < Fraction(1, 4):
        return None
    witness = {
        "in the middle": f"{low} and {high}" if total % 2 == 0 else low,
        "median": float(middle),
        "stated": told.figure.text,
    }
    return refuted(Kind.ARITHMETIC, f"{says}, not {told.figure.text}", Method.COUNT, witness)


def _mode(told: Stated, bars: Mapping[int, int]) -> Judged | None:
    top = [depth for depth, count in bars.items() if count == max(bars.values())]
    says = f"the most frequent depth is {' or '.join(map(str, top))}"
    if told.figure.value in top:
        return verified(Kind.ARITHMETIC, says, Method.COUNT)
    witness = {"at": top, "images": bars[top[0]], "stated": told.figure.text}
    return refuted(Kind.ARITHMETIC, f"{says}, not {told.figure.text}", Method.COUNT, witness)


def _at(bars: Mapping[int, int], place: int) -> int:
    """The depth of the image at a place, from 1, in the order of the depths."""
    depths = sorted(bars)
    reached = accumulate(bars[depth] for depth in depths)
    return next(depth for depth, count in zip(depths, reached, strict=True) if count >= place)


def _spread(told: Stated, squares: Sequence[Fraction], *, root: bool) -> Judged | None:
    """A variance or its root, with the number of images or one less below it."""
    values = [Fraction(float(one) ** 0.5).limit_denominator(10**9) if root else one for one in squares]
    name = "standard deviation" if root else "variance"
    says = f"the {name} of the depths is {float(values[0]):.4g}"
    if any(holds(told, one) for one in values):
        return verified(Kind.ARITHMETIC, says, Method.COUNT)
    if all(far(told, one) for one in values) and abs(told.figure.value - values[0]) > values[0] / 20:
        return refuted(
            Kind.ARITHMETIC,
            f"{says}, not {told.figure.text}",
            Method.COUNT,
            {name: f"{float(values[0]):.6g}", "stated": told.figure.text},
        )
    return None


def _quartile(told: Stated, name: str, bars: Mapping[int, int], total: int) -> Judged | None:
    """A quartile under one of the usual conventions; wrong if it lies outside all of them."""
    if total < FEWEST or total > MOST:
        return None
    values = [Fraction(depth) for depth in sorted(bars) for _ in range(bars[depth])]
    lower, upper = quartiles(values, 0), quartiles(values, 2)
    if name == "interquartile":
        possible = [high - low for low in lower for high in upper]
    else:
        possible = lower if name == "low" else upper
    shown_as = {"low": "lower quartile", "high": "upper quartile", "interquartile": "interquartile range"}[
        name
    ]
    says = f"the {shown_as} of the depths is {shown(possible[0])}"
    if any(holds(told, one) for one in possible):
        return verified(Kind.ARITHMETIC, says, Method.COUNT)
    if min(possible) <= told.figure.value <= max(possible):
        return None
    witness = {"from": float(min(possible)), "to": float(max(possible)), "stated": told.figure.text}
    return refuted(Kind.ARITHMETIC, f"{says}, not {told.figure.text}", Method.COUNT, witness)


__all__ = ["statistic_claims"]
