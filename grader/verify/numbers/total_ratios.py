# ruff: noqa: E501 -- a pattern stays on one line
"""The ratio of two totals that a text has counted: `1,605,632; softmax 16,777,216; ratio 10.4`, in a sentence, a list or after one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations

from grader.verify.claim import Kind, Method, Spanned, refuted, verified
from grader.verify.numbers.arithmetic import PLAIN, Figure, figures
from grader.verify.numbers.changes import OF_SEVERAL
from grader.verify.numbers.reckoning import amount_of, shown

_NEAR = r"(?P<{0}>(?:about |around |roughly |approximately |nearly |almost |some |≈ ?|~ ?)?)"
STATED = re.compile(
    rf"\bratio(?: of the two| between (?:them|the two)| here)?(?: (?:is|then|of|comes to|therefore))*\s*[:=≈]?\s*{_NEAR.format('n1')}(?P<c1>{PLAIN})(?![\d.]*\d|\s?[%:/·×^])"
    rf"|{_NEAR.format('n2')}(?<![\d.,])(?P<c2>{PLAIN})\s?(?:times|x|×|-?fold)(?= (?:fewer|less|cheaper|more|as (?:many|much|large|expensive)|the (?:cost|work|number|size|price)|faster|lower|smaller|larger|bigger|dearer))"
    rf"|\b(?:a|by a|the) factor (?:of|is) {_NEAR.format('n3')}(?P<c3>{PLAIN})(?![\d.]*\d|\s?[%·×^])",
    re.I,
)
# another setting than that of the totals, or a comparison with something else
OTHER = re.compile(
    r"[A-Za-z](?:_\w+)? ?= ?\d[\d,]*[^.;]{0,40}$|\b(?:doubl\w+|if|when|per|each|would|seconds?|longer|memory|paper|speed-?up|measured?|in practice|code|implementation|ran|wall[- ]clock|grows?|rises?|halv\w+|quadrupl\w+)\b",
    re.I,
)
INSIDE = re.compile(r"[·*×+^/−-]\s*$|\^\{?$")
GOES_ON = re.compile(r"\s*(?:[·*×+/^²³(]|[−-]\s*\d)")
SET = re.compile(r"[A-Za-z](?:_\{?\w+\}?)?\s*=\s*$")
PERCENTS = re.compile(rf"(?<![\d.])(?P<a>{PLAIN})\s?% (?:and|against|versus|vs\.?|to) (?:\w+ ){{0,2}}?(?P<b>{PLAIN})\s?%[^.;\d]{{0,25}}$")  # fmt: skip
LEAST_TOTAL = 1000
LONGEST_BETWEEN = 130
REACH = 450


def totals_in(text: str) -> list[Figure]:
    """The large numbers of a text that are no part of a calculation and set no letter."""
    out: list[Figure] = []
    for one in figures(text):
        end = one.start + len(one.text)
        before, after = text[: one.start], text[end:]
        if one.percent or one.value < LEAST_TOTAL or one.value.denominator != 1:
            continue
        if INSIDE.search(before) or GOES_ON.match(after) or SET.search(before):
            continue
        out.append(one)
    return out


def _of_softmax_and_another(totals: Sequence[Figure], text: str) -> bool:
    """Whether one of two totals is softmax attention's, and the two count the same in one setting."""
    return len(totals) == 2 and re.search(r"softmax", text, re.I) is not None and not re.search(r"\bbytes?\b|\b[KMG]i?B\b", text)  # fmt: skip


# "ten times as much", and not as what
AS_MUCH = re.compile(r"[^.;]{0,40}?\btimes as (?:much|many)(?! as\b)", re.I)


def total_ratios(sentence: str, before: str, items: Sequence[str]) -> Iterator[Spanned]:
    """(start, end, ruling) of each such ratio; `before` is the paragraph up to the sentence, `items` the list before.

    >>> told = "Random features need 1,605,632; softmax 16,777,216; ratio 12.4"
    >>> [judged.says for _, _, judged in total_ratios(told, "", ())]
    ['16,777,216 / 1,605,632 is 10.449, not 12.4']
    """
    for found in STATED.finditer(sentence):
        number = next(index for index in "123" if found.group(f"c{index}"))
        stated = amount_of(found.group(f"c{number}"))
        near = bool(found.group(f"n{number}"))
        if stated is None or stated.value <= 1:
            continue
        percents = PERCENTS.search(sentence[: found.start()])
        if percents is not None:
            yield from _of_percents(percents, stated, found, near=near)
            continue
        own = f"{sentence[: found.start()]} {sentence[found.end() :][:60]}"
        nearest = totals_in(own)
        text = own if len(nearest) > 1 else f"{before[-REACH:]} {own}"
        if len(totals_in(text)) < 2 and not before.strip():
            text = f"{'; '.join(items[-8:])}; {own}"
        totals = totals_in(text)
        last = totals_in(sentence[: found.start()])
        since = (
            sentence[last[-1].start + len(last[-1].text) : found.start()]
            if last
            else sentence[: found.start()]
        )
        if OTHER.search(since) or len(since) > LONGEST_BETWEEN or OF_SEVERAL.match(sentence, found.end()):
            continue
        distinct = {one.value: one for one in totals}
        fits = [
            (max(a, b), min(a, b))
            for a, b in combinations(distinct, 2)
            if stated.agrees(max(a, b) / min(a, b), loose=near)
        ]
        start, end = found.start(f"c{number}") if number == "2" else found.start(), found.end()
        if fits and (len(stated.text.replace(".", "")) > 1 or len(distinct) == 2):
            large, small = fits[-1]
            says = f"{shown(large)} / {shown(small)} is {shown(large / small)}"
            yield start, end, verified(Kind.ARITHMETIC, says, Method.COUNT)
        elif _of_softmax_and_another(list(distinct.values()), f"{text} {sentence}"):
            large, small = max(distinct), min(distinct)
            exact = large / small
            every = [one for one in figures(text) if one.value > 0 and not one.percent]
            fits_others = any(
                stated.agrees(max(a.value / b.value, b.value / a.value), loose=True)
                for a, b in combinations(every, 2)
            )
            if (
                fits_others
                or AS_MUCH.match(sentence, found.start())
                or abs(stated.value - exact) <= exact * Fraction(3, 100)
            ):
                continue
            witness = {"computed": shown(exact), "stated": stated.text}
            says = f"{shown(large)} / {shown(small)} is {shown(exact)}, not {stated.text}"
            yield start, end, refuted(Kind.ARITHMETIC, says, Method.COUNT, witness)


def _of_percents(
    pair: re.Match[str], stated: Figure, found: re.Match[str], *, near: bool
) -> Iterator[Spanned]:
    """`errors 0.37 % and 1.13 %, so 3.1 times as many`."""
    one, other = (Fraction(pair.group(name).replace(",", "")) for name in "ab")
    if not one or not other:
        return
    exact = max(one, other) / min(one, other)
    says = f"{shown(max(one, other))} / {shown(min(one, other))} is {shown(exact)}"
    if stated.agrees(exact, loose=near):
        yield found.start(), found.end(), verified(Kind.ARITHMETIC, says, Method.COUNT)
    elif abs(stated.value - exact) > exact / 10 and not found.string[found.end() :].startswith(" more"):
        witness = {"computed": shown(exact), "stated": stated.text}
        yield found.start(), found.end(), refuted(Kind.ARITHMETIC, f"{says}, not {stated.text}", Method.COUNT, witness)  # fmt: skip


__all__ = ["total_ratios"]
