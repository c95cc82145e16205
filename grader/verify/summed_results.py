# ruff: noqa: E501 -- a pattern stays on one line
"""The total of the results that a sentence has just listed: `2NRD = 10, 4NRM = 20, in total 30`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from grader.verify.claim import Kind, Method, Spanned, refuted, verified
from grader.verify.reckoning import PLAIN, UNIT, amount_of, shown
from grader.verify.worded import NEAR

# a product of letters with its value; `N = 64` alone sets something
RESULT = re.compile(
    rf"(?P<left>[\dA-Z(][\dA-Z()²³^{{}}+·* ]*[A-Z)²³}}\d]|\d+(?:\s*[·×*]\s*\d+)+)\s*=\s*(?P<value>{PLAIN}{UNIT})(?![\d.,]*\d|\s*(?:[·×*/+^=−%]|-\s*\d))"
)
TOTAL = re.compile(
    rf"^\s*[,;:(—–]?\s*(?:and\s+|so\s+|which\s+(?:is|are|makes?|gives?)\s+|that\s+(?:is|makes)\s+|or\s+|hence\s+)*(?:in total|altogether|in all|together|a total of|summing to|which sums? to|(?:they )?sum(?:s)? to|in sum|for a total of)\s*(?:is|are|of|that is|they are|these are|this is|gives?|makes?|:|=)?\s*(?P<near>{NEAR})(?P<total>{PLAIN}{UNIT})(?!\s*[a-z]{{0,16}}\s*(?:with|including|after|when|if|counting|before)\b|[\d.,]*\d|\s*(?:[·×*/+^=−%]|-\s*\d))"
)
LETTER_ALONE = re.compile(r"\s*[A-Za-z]\s*")
FEWEST = 2


def summed_results(sentence: str) -> Iterator[Spanned]:
    """(start, end, ruling) of a total right behind a list of results.

    >>> [j.says for *_, j in summed_results("2NRD = 100, 4NRM = 200, 4NR = 4, in total 340.")]
    ['100 + 200 + 4 is 304, not 340']
    """
    run: list[tuple[int, Fraction, str]] = []
    for found in RESULT.finditer(sentence):
        amount = amount_of(found.group("value"))
        if LETTER_ALONE.fullmatch(found.group("left")) or amount is None:
            continue
        between = sentence[run[-1][0] : found.start()] if run else ""
        if run and not re.fullmatch(r"[^.;\d]{0,60}", between):
            run = []
        run.append((found.end(), amount.value, amount.text))
        behind = sentence[found.end() :]
        gap = re.match(
            r"(?:\s+(?:for|on|of|by)\s+[^.;:\d=]{1,50}?)?(?=\s*[,;:(—–]|\s+(?:and|so|which|in total|altogether|together)\b)",
            behind,
        )
        told = TOTAL.match(behind[gap.end() :]) if gap is not None else None
        if told is None or gap is None or len(run) < FEWEST:
            continue
        stated = amount_of(told.group("total"))
        if stated is None or stated.percent:
            continue
        exact = sum((value for _, value, _ in run), Fraction(0))
        near = bool(told.group("near"))
        listed = " + ".join(text for _, _, text in run)
        start = found.end() + gap.end() + len(told.group()) - len(told.group().lstrip(" ,;:(—–"))
        end = found.end() + gap.end() + told.end()
        says = f"{listed} is {shown(exact, stated)}"
        if stated.agrees(exact, loose=near):
            yield start, end, verified(Kind.ARITHMETIC, says, Method.COUNT)
        elif not near or abs(stated.value - exact) > exact / 20:
            witness = {"sum": shown(exact, stated), "stated": stated.text}
            yield start, end, refuted(Kind.ARITHMETIC, f"{says}, not {stated.text}", Method.COUNT, witness)


__all__ = ["summed_results"]
