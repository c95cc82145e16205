"""Whether a statement is about other images than those that were counted last, by what stands between."""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.verify.claim import Ruling
from grader.verify.depth.histograms import Histogram
from grader.verify.depth.plain_blocks import PlainBlock
from grader.verify.numbers.reckoning import calculations
from grader.verify.numbers.short_lists import set_larger_than

# a heading that begins a new case; what was counted before it was another's
CASE = re.compile(
    r"\s*\W*(?:example|exercise|question|problem|task|part|case|set|q)\W{0,2}\s*\(?(?:\d|[a-h]\b|[ivx]+\b)",
    re.I,
)
# "340/400 = 85 %" is one count of another; "(96.7 + 50)/2" is a mean of rates
OF_COUNTS = re.compile(r"(?<![\d.+)(])\s?\d+\s?/\s?\d+\s?[=≈]")
UNWEIGHTED = re.compile(r"\b(?:without weights|unweighted|not weighted|plain|simple|would)\b", re.I)
LEAST_DIGITS = 3  # of a number that is known again
REACH = 60  # characters around a rate
LONGEST = 60  # images of one depth in a list


def larger_set_between(
    blocks: Sequence[PlainBlock], giver: int, number: int, until: int, total: float
) -> bool:
    """Whether a set of more images than were counted is spoken of behind the counts, up to a place of a block."""
    between = (one.text for one in blocks[giver + 1 : number])
    return any(set_larger_than(total, text) for text in (*between, blocks[number].text[:until]))


def told_of_a_larger_set(
    blocks: Sequence[PlainBlock], giver: int, number: int, stated: str, total: float
) -> bool:
    """Whether a number has been told of a larger set before: a summary repeats it."""
    if len(re.sub(r"\D", "", stated)) < LEAST_DIGITS:
        return False
    same = re.compile(rf"(?<![\d.]){re.escape(stated)}(?![\d.]*\d)")
    return any(
        same.search(block.text) and set_larger_than(total, block.text) for block in blocks[giver + 1 : number]
    )


# "0 0 1 1 2 8", "counts 0, 3 and 5": numbers one by one
NUMBERS = re.compile(
    r"(?<![\w.,/·×+*^=-])\d{1,6}(?:(?:,? and |, ?|[ ])\d{1,6}(?![\d.]*\d|\s?[%/·×+*^=])){2,40}"
)
FEWEST = 3


def lists_others(text: str, told: Histogram) -> bool:
    """Whether a text lists numbers that are neither the counts of a histogram nor its depths.

    >>> told = Histogram({0: 1, 1: 0, 2: 2}, whole=True)
    >>> [lists_others(one, told) for one in ("with 0 3 3 9", "of 2, 0, 2", "with 1, 0, 2 images")]
    [True, False, False]
    """
    counts = [told.bars[depth] for depth in sorted(told.bars)]
    depths = [depth for depth in sorted(told.bars) for _ in range(min(told.bars[depth], LONGEST))]
    own = (
        sorted(counts),
        sorted(one for one in counts if one),
        depths,
        sorted(told.bars),
        list(dict.fromkeys(depths)),
    )
    listed = [sorted(map(int, re.findall(r"\d+", found.group()))) for found in NUMBERS.finditer(text)]
    return any(len(one) >= FEWEST and one not in own for one in listed)


def new_case(blocks: Sequence[PlainBlock], giver: int, number: int) -> bool:
    """Whether a heading such as "Example 3" stands between the counts and a block."""
    return any(one.kind == "heading" and CASE.match(one.text) for one in blocks[giver + 1 : number])


def rate_reckoned(blocks: Sequence[PlainBlock], number: int, start: int, end: int) -> bool:
    """Whether the text rightly works a rate out as one count of another, or says it of an unweighted mean."""
    text = blocks[number].text
    words = text[max(0, start - REACH) : end + REACH]
    if not OF_COUNTS.search(words) and not UNWEIGHTED.search(words):
        return False
    return any(
        one.ruling is Ruling.VERIFIED and first < end and start < last
        for first, last, one in calculations(text)
    )


__all__ = ["larger_set_between", "lists_others", "new_case", "rate_reckoned", "told_of_a_larger_set"]
