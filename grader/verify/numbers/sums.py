# ruff: noqa: E501 -- a pattern stays on one line
"""Totals in words: `12 at depth 0, 8 at depth 1, 20 in total`, `the three terms add to 850`, `together this makes 900`.

The terms are the numbers before the total in its sentence, else the results of the sentence or the items before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import takewhile

from grader.verify.claim import Kind, Method, Spanned, refuted, verified
from grader.verify.numbers.arithmetic import ANY_NUMBER, Figure, figure_at, figures
from grader.verify.numbers.reckoning import shown
from grader.verify.numbers.results import Result, alike, results_in
from grader.verify.numbers.worded import NEAR, masked
from grader.verify.reading.numerals import NUMERAL, value_of

ADDS = r"(?:in total|altogether|in all|all in all|together|in sum|(?:a|the|their|its|for a|giving a|in a) (?:grand )?(?:total|sum)(?: (?:is|of|being|comes to|amounts to|then|equals|=|:))?|sums? (?:up )?to|summing (?:up )?to|adds? (?:up )?to|adding (?:up )?to|totals?|totall?ing)"
TOTAL = re.compile(
    rf"\b(?P<adds>{ADDS})\s*[:=,]?\s*(?:(?:this|that|they|these|which|it|there|we|is|are|makes?|gives?|have|has|need|needs|takes?|of|get|comes? to|amounts? to|then|thus|exactly|only|just|already)\s+)*(?P<near>{NEAR})(?P<value>{ANY_NUMBER})"
    rf"|(?P<lead>,(?!\d)|[;:(—–]|\band|\bso|\bwhich (?:is|makes|gives)|\bthat (?:is|makes)|\bmakes|\bmaking|\bgives|\bgiving|=)\s*(?:(?:is|are|makes?|gives?|so|that|this|these|there|exactly)\s+)*(?P<near2>{NEAR})(?P<value2>{ANY_NUMBER})(?: [a-z]+){{0,3}}? (?:in total|altogether|in all|overall|together|in sum)\b",
    re.I,
)
MANY = re.compile(
    rf"\b(?:the|these|those|all|its) (?P<many>{NUMERAL})\s+(?:[a-z]+ )?(?:terms?|parts?|numbers?|counts?|steps?|summands?|results?|products?|contributions?|costs?|matri\w+|sums?)\b",
    re.I,
)
OPENS = re.compile(
    r"^\W*(?:(?:so|hence|thus|and|then)\W+)*(?:together|altogether|in total|in all|all in all|their (?:sum|total)|the (?:sum|total)|this|that|these|they|it|the (?:two|three|four|five|\d+)|same \w+)\b",
    re.I,
)
OTHER = re.compile(
    r"\s?(?:%|×|x\b|times\b|-?fold|[·*/^]|ms\b|s\b|seconds?|percent|per\b|points?)|\.\d|,\d|\s?[-−–+=]\s?\d"
)
PARTIAL = re.compile(
    r"\b(?:with|including|after|when|if|counting|before|without|except|other|more|at least|at most|over|up to|average|mean|product|times|half|twice|minus|per|difference|of which)\b",
    re.I,
)
WISHED = re.compile(r"\bwe (?:need|have|get)\b", re.I)
FEWEST = 2
REACH = 400
# numbers that stand there without being written again
UNTOLD = re.compile(
    r"\b(?:as (?:many|much|well)|the same|once more|once again|again|likewise|ditto|each|every|(?<!for )both|equally|respectively|apiece)\b",
    re.I,
)
# "the histogram sums to 4", "the exponents 1.7 + 3.5 add up to": what adds up is named, and no number before it
VERB = re.compile(r"(?:sum|add|total)(?!s?$)", re.I)
NAMED = re.compile(
    r"\b(?:the|our|my|its|their|this|that|all|both|each|every)\s+(?:[\w-]+\s+){0,3}?(?P<noun>[a-z][a-z-]{2,})\b",
    re.I,
)
ITS_TERMS = re.compile(
    r"\b(?:terms?|parts?|numbers?|counts?|steps?|summands?|results?|products?|contributions?|costs?|amounts?|figures?|lines?|rows?|items?|entries|sizes?|two|three|four|five|six|\d)\b",
    re.I,
)
COMPUTED = re.compile(r"\d\s*[-−–+·*×/^]\s*[\d(]")
# "The histogram is [2, 1, 0, 3]. It sums to 6.": the entries, zeros and all
BRACKETED = re.compile(r"[\[(]\s*\d+(?:,\s*\d+)+\s*[\])]")
# "2,400 images, 400 of each class": a part of what stands there already
OF_EACH = re.compile(
    r"\s?(?:[a-z]+ ){0,2}(?:of|in|for|from|per) (?:each|every)\b|\s?(?:[a-z]+ )?(?:each|apiece)\b"
)


def sum_claims(sentence: str, before: str, items: Sequence[str]) -> Iterator[Spanned]:
    """(start, end, ruling) of each total of a sentence; `before` is its paragraph so far, `items` the list's before it.

    >>> [j.says for *_, j in sum_claims("It is 100 for S, 200 for z and 4 for both, in total 340.", "", ())]
    ['100 + 200 + 4 is 304, not 340']
    """
    text = masked(sentence)
    for found in TOTAL.finditer(text):
        group = "value" if found.group("value") else "value2"
        stated = figure_at(text, found.start(group))
        if stated is None or stated.percent or OTHER.match(text[stated.end :]):
            continue
        terms, whole = _terms(text, found, stated, before, items)
        if len(terms) < FEWEST or not alike(terms) or any(one.figure.percent for one in terms):
            continue
        values = [one.value for one in terms]
        if "overall" in found.group() and min(values) <= stated.value < max(values):
            continue  # a mean of them, it may be
        if UNTOLD.search(f"{before[-REACH:]} {text[: found.start()]}"):
            whole = False
        near = bool(found.group("near") or found.group("near2"))
        yield from _ruled(text, found, stated, terms, near=near, whole=whole)


def _terms(
    text: str, found: re.Match[str], stated: Figure, before: str, items: Sequence[str]
) -> tuple[list[Result], bool]:
    """The terms, and whether these are surely all."""
    own = [one for one in results_in(text[: found.start()]) if one.figure.start < stated.start]
    if found.group("adds") and VERB.match(found.group("adds")) and _of_another(text[: found.start()]):
        return [], False
    if len(own) >= FEWEST:
        between = text[own[0].figure.start : found.start()]
        return own, not PARTIAL.search(between) and not _parted(text, found.start(), own)
    many = MANY.search(text[: stated.start])
    if own or not (OPENS.match(text) or many):
        return [], False
    told = [piece for piece in re.split(r"(?<=[.!?])\s+(?=[A-Z$(\d])", before.strip()) if piece] or list(
        items
    )
    if many is not None:
        wanted = value_of(many.group("many"))
        terms = [one for piece in told for one in results_in(piece)]
        return (terms[-wanted:], True) if len(terms) >= wanted else ([], False)
    if told and (listed := BRACKETED.findall(told[-1])):
        return [Result(one, "", "") for one in figures(listed[-1].strip("[()]"))], True
    last = [[one for one in results_in(piece) if not OF_EACH.match(piece, one.figure.end)] for piece in told]
    if last and len(last[-1]) >= FEWEST:
        return last[-1], True
    # `2NRD = 10. 4NRM = 20. Their sum is 30.`
    run = list(takewhile(lambda found: len(found) == 1, reversed(last)))
    return [found[0] for found in reversed(run)], True


def _of_another(before: str) -> bool:
    """Whether a verb such as "sums to" has a subject of its own, which is none of the numbers before it."""
    own = re.split(r"[.;:,(]\s|\s[—–]\s|\b(?:and|so|which|that|as|because|since)\s", before)[-1]
    if COMPUTED.search(own):
        return True
    named = NAMED.search(own)
    return named is not None and not ITS_TERMS.search(own)


def _parted(text: str, until: int, terms: Sequence[Result]) -> bool:
    """Whether signs stand between the terms behind which something else may begin: a list has one term in each part."""
    parts = [0, *(one.end() for one in re.finditer(r"[;:]\s", text[:until]))]
    held = [
        sum(begin <= one.figure.start < end for one in terms)
        for begin, end in zip(parts, [*parts[1:], until], strict=True)
    ]
    filled = [many for many in held if many]
    return len(filled) > 1 and max(filled) > 1


def _ruled(
    text: str, found: re.Match[str], stated: Figure, terms: Sequence[Result], *, near: bool, whole: bool
) -> Iterator[Spanned]:
    for first in range(len(terms) - 1):
        exact = sum((one.value for one in terms[first:]), Fraction(0))
        if stated.agrees(exact, loose=near):
            listed = " + ".join(one.figure.text for one in terms[first:])
            yield found.start(), stated.end, verified(Kind.ARITHMETIC, f"{listed} is {shown(exact, stated)}", Method.COUNT)  # fmt: skip
            return
    exact = sum((one.value for one in terms), Fraction(0))
    slack = sum((one.figure.last for one in terms if one.figure.last != 1), Fraction(0)) / 2
    tail = re.split(r"[.;]\s|[.;]$", text[stated.end :])[0]
    if (
        not whole
        or WISHED.search(found.group())
        or abs(stated.value - exact) <= slack + stated.last / 2
        or PARTIAL.search(tail[:40])
    ):
        return
    if near and abs(stated.value - exact) <= exact / 20:
        return
    says = f"{' + '.join(one.figure.text for one in terms)} is {shown(exact, stated)}"
    witness = {
        "terms": [one.figure.text for one in terms],
        "sum": shown(exact, stated),
        "stated": stated.text,
    }
    yield (
        found.start(),
        stated.end,
        refuted(Kind.ARITHMETIC, f"{says}, not {stated.text}", Method.COUNT, witness),
    )


__all__ = ["sum_claims"]
