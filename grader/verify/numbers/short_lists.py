# ruff: noqa: E501 -- a pattern stays on one line
"""Mean, median, mode, range and quartiles of a short list of numbers that the text gives, once or with how often each occurs."""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, Ruling, Spanned, refuted, verified
from grader.verify.numbers.arithmetic import Figure
from grader.verify.numbers.reckoning import shown

ENTRY = r"\d{1,6}(?:\.\d+)?"
ENTRIES = rf"{ENTRY}(?:\s*,\s*(?:and\s+)?{ENTRY}|\s+and\s+{ENTRY}){{2,30}}"
NOUNS = r"(?:depths?|losses|distances|accuracies|scores|values|numbers|errors|times|lengths|votes|counts|measurements|results)"
# "the depths 0, 1, 2 occurred 4, 5 and 6 times"
WEIGHED = re.compile(
    rf"\b(?P<noun>{NOUNS})\s+(?:of\s+)?[(\[]?(?P<values>{ENTRIES})[)\]]?\s*,?\s*(?:occur(?:red|s)?|appear(?:ed|s)?|have|has|had|were (?:seen|found|taken)|came up|are taken by|hold|with|was found|show up)\s+(?:respectively\s+)?(?P<weights>{ENTRIES})\s+(?:times|images|examples|samples|of them|members|points|each|respectively)",
    re.I,
)
LISTED = re.compile(
    rf"\b(?P<noun>{NOUNS})(?:\s+(?:of|for|in|on)\s+(?:[a-z]+ )??(?:\d{{1,4}} )?[^,.;:\d]{{1,40}}?)?\s*(?:are|were|is|=|:|come out as|came out as|turned out to be)?\s*(?:then\s+|:\s*)?(?:\\\{{|[(\[{{])?(?P<values>{ENTRIES})(?:\\\}}|[)\]}}])?(?!\s*(?:[-–/·*+×^%]|,?\s*(?:…|\.\.\.|\\dots|\\ldots|and so on|etc)|\d))",
    re.I,
)
SAMPLE_ONLY = re.compile(
    r"\b(?:e\.g\.|for example|for instance|such as|like|including|first|among|last|some of|several of|extract|excerpt|classes|layers?|sizes?|kernel|channels|from|between)\W*(?:[\w-]+\W+){0,3}$",
    re.I,
)
STATISTIC = re.compile(
    r"\b(?P<what>(?:arithmetic )?mean|average|median|mode|most (?:common|frequent)(?: value| one)?|range|spread|lower quartile|upper quartile|first quartile|third quartile|minimum|smallest|maximum|largest)\b"
    r"(?P<of>\s+(?:prediction\s+)?(?:depth|loss|distance|accuracy|score|value|number|error|time|length|count)|\s+of (?:these|them|the (?:list|\w+ (?:numbers|values|depths))|those))?"
    r"\s*(?:=|≈|:|is|was|are|of|to|equals|comes to|then|therefore|thus|still|\s)+\s*(?P<near>about |around |roughly |approximately |nearly |≈ ?|~ ?)?(?P<value>[-−]?\d+(?:\.\d+)?)(?![\d.,]*\d|\s*[·*/+×^%−])",
    re.I,
)
AWAY = re.compile(
    r"\b(?:without|except|excluding|leaving out|remaining|others?|second|training|validation|wrong|correct|misclassified|right|weighted|(?:our|my) (?:own )?(?:run|experiment|network|test set)|geometric|harmonic|trimmed|squared|running|per class|paper|baldock|whole|full|all the|entire|overall|total|before|not|if|would|interquartile)\b",
    re.I,
)
# the mean of all that there is, and perhaps not of the list beside it
POOLED = re.compile(r"\b(?:overall|total|pooled|combined|global)\b", re.I)
NEAREST = 500  # characters between the list and what is said of it


@dataclass(frozen=True)
class Listing:
    """Numbers in the order of their size, each as often as it occurs, and the noun that the text has for them."""

    noun: str
    values: tuple[Fraction, ...]
    end: int
    weighed: bool = False  # given by two lists, the second of which tells how often each occurs


def listings(text: str) -> list[Listing]:
    """Every short list of numbers of a text that it gives completely.

    >>> listings("The depths are 0, 2, 2 and 5.")[0].values
    (Fraction(0, 1), Fraction(2, 1), Fraction(2, 1), Fraction(5, 1))
    """
    out: list[Listing] = []
    taken: list[tuple[int, int]] = []
    for found in WEIGHED.finditer(text):
        values, weights = (_entries(found.group(key)) for key in ("values", "weights"))
        taken.append(found.span())
        if len(values) == len(weights) and all(one.denominator == 1 for one in weights):
            if sum(weights) > 10**6 or SAMPLE_ONLY.search(text[: found.start()]):
                continue
            every = [value for value, many in zip(values, weights, strict=True) for _ in range(int(many))]
            out.append(
                Listing(_singular(found.group("noun")), tuple(sorted(every)), found.end(), weighed=True)
            )
    for found in LISTED.finditer(text):
        if any(a < found.end() and found.start() < b for a, b in taken):
            continue
        if not SAMPLE_ONLY.search(text[: found.start()]) and not SAMPLE_ONLY.search(
            text[: found.start("values")]
        ):
            listed = tuple(sorted(_entries(found.group("values"))))
            out.append(Listing(_singular(found.group("noun")), listed, found.end()))
    return sorted(out, key=lambda one: one.end)


def _entries(text: str) -> list[Fraction]:
    return [Fraction(one) for one in re.findall(ENTRY, text)]


def _singular(noun: str) -> str:
    plain = noun.lower()
    return {"losses": "loss", "accuracies": "accuracy"}.get(plain, plain.removesuffix("s"))


COUNTED = r"(?:images?|inputs?|examples?|samples?|pictures?|photos?|digits?|test points?|points|training labels?|labels|ones)"
SET_OF = re.compile(
    rf"(?<![\d.,/])(?P<many>\d{{1,3}}(?:,\d{{3}})+|\d{{1,7}})\s+(?:(?:[a-z-]+|CIFAR\S*|MNIST)\s+){{0,2}}?{COUNTED}\b",
    re.I,
)


def set_larger_than(many: float, text: str) -> bool:
    """Whether a text speaks of a set of more images than were listed.

    >>> set_larger_than(5, "of 1,500 images"), set_larger_than(5, "3 of the 5 images")
    (True, False)
    """
    return any(int(found.group("many").replace(",", "")) > many for found in SET_OF.finditer(text))


def list_claims(sentence: str, before: str) -> Iterator[Spanned]:
    """(start, end, ruling) of each statistic of the list that stands last before it.

    >>> [j.says for *_, j in list_claims("The depths are 0, 2, 2, 3 and 8; their mean is 4.", "")]
    ['the mean of 0, 2, 2, 3, 8 is 3, not 4']
    """
    if not STATISTIC.search(sentence):
        return
    text = f"{before[-NEAREST:]} {sentence}"
    shift = len(text) - len(sentence)
    given = listings(text)
    for found in STATISTIC.finditer(text, shift):
        near = [one for one in given if one.end <= found.start()]
        if not near or AWAY.search(text[near[-1].end : found.end()]):
            continue
        listed = near[-1]
        named = (found.group("of") or "").lower().split()
        own = (
            not named
            or named[-1].startswith(listed.noun)
            or named[0] == "of"
            or named[-1] in {"value", "number"}
        )
        between = text[near[-1].end : found.start()]
        several = len(re.findall(ENTRIES, text[: found.start()])) > (2 if listed.weighed else 1)
        if not own or (several and not named):
            continue
        if not named and len(between) > 160:
            continue
        if (
            not named
            and re.search(rf"\b{NOUNS}\b", between, re.I)
            and not re.search(r"\b(?:their|whose|its|these|the)\s+$", text[: found.start()], re.I)
        ):
            continue
        judged = _judged(listed.values, found)
        if (
            judged is not None
            and judged.ruling is Ruling.REFUTED
            and (
                set_larger_than(len(listed.values), text[listed.end :])
                or POOLED.search(text[listed.end : found.end()])
            )
        ):
            continue
        if judged is not None:
            yield found.start() - shift, found.end() - shift, judged


def _judged(values: Sequence[Fraction], found: re.Match[str]) -> Judged | None:
    what = found.group("what").lower()
    text = found.group("value")
    stated = Figure(
        Fraction(text.replace("−", "-")), Fraction(1, 10 ** len(text.partition(".")[2])), 0, len(text), text
    )
    right = _right(what, values)
    if not right:
        return None
    near = bool(found.group("near"))
    listed = (
        ", ".join(shown(value) for value in values) if len(values) <= 12 else f"the {len(values)} numbers"
    )
    says = f"the {what} of {listed} is {shown(right[0], stated)}"
    usual = right[:1] if what == "median" else right
    if any(stated.agrees(one, loose=near) for one in usual):
        return verified(Kind.ARITHMETIC, says, Method.COUNT)
    if min(right) <= stated.value <= max(right) or (
        near and abs(stated.value - right[0]) <= abs(right[0]) / 20
    ):
        return None  # another convention may give it
    witness = {what: shown(right[0], stated), "stated": text}
    return refuted(Kind.ARITHMETIC, f"{says}, not {text}", Method.COUNT, witness)


def _right(what: str, values: Sequence[Fraction]) -> list[Fraction]:
    """The statistic, under every usual convention, the usual one first."""
    if what in {"mean", "average", "arithmetic mean"}:
        return [Fraction(sum(values), len(values))]
    if what == "median":
        middle = [statistics.median(values), statistics.median_low(values), statistics.median_high(values)]
        return (
            [Fraction(one) for one in middle[:1]]
            if middle[1] == middle[2]
            else [Fraction(one) for one in middle]
        )
    if what == "mode" or what.startswith("most"):
        counts = Counter(values)
        top = max(counts.values())
        return [value for value, many in sorted(counts.items()) if many == top] if top > 1 else []
    if what in {"range", "spread"}:
        return [values[-1] - values[0]]
    if what in {"minimum", "smallest"}:
        return [values[0]]
    if what in {"maximum", "largest"}:
        return [values[-1]]
    return quartiles(values, 0 if what.startswith(("lower", "first")) else 2)


def quartiles(values: Sequence[Fraction], place: int) -> list[Fraction]:
    """The lower (0) or the upper quartile (2) of sorted numbers under every usual convention; none of fewer than four.

    >>> [str(one) for one in quartiles([Fraction(one) for one in (1, 2, 3, 4, 5, 6, 7)], 0)]
    ['2', '5/2', '5/2', '2']
    """
    if len(values) < 4:
        return []
    half = len(values) // 2
    halves = (values[:half], values[-half:]), (values[: half + len(values) % 2], values[half:])
    by_halves = [Fraction(statistics.median(pair[0 if place == 0 else 1])) for pair in halves]
    return [
        *by_halves,
        *(Fraction(statistics.quantiles(values, n=4, method="inclusive")[place]).limit_denominator(10**6),),
        *(Fraction(statistics.quantiles(values, n=4, method="exclusive")[place]).limit_denominator(10**6),),
    ]


__all__ = ["Listing", "list_claims", "listings", "quartiles"]
