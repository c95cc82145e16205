# ruff: noqa: E501 -- a pattern stays on one line
"""Amounts of a histogram, one by one and in lists: its shares, its cumulative counts, its own counts said again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import accumulate

from grader.verify.claim import Judged, Kind, Method, Spanned, refuted, verified
from grader.verify.depth.histogram_tokens import Amount, Scope, amounts, compares
from grader.verify.depth.histograms import BAR, PLACE_NAME, WHOLE, Histogram, counts_of

LISTED_SHARES = re.compile(
    r"(?:that is|that['’]s|i\.e\.|which is|which are|these are|or|:|\()\s*,?\s*(?P<shares>\d+(?:\.\d+)?\s?%(?:(?:,| and|, and)\s+\d+(?:\.\d+)?\s?%){2,10})",
    re.I,
)

FEW = 20  # half of so few images is half of them


def judged_amount(scope: Scope, amount: Amount, histogram: Histogram) -> Judged | None:
    count, stated = histogram.count_of(scope.depths), amount.stated
    if count is None or not histogram.total:
        return None
    whole, total = histogram.whole, histogram.total
    if not stated.percent:
        if not whole and len(scope.depths) > 1:
            return None
        says = f"the counts there add up to {count:,}"
        exact = Fraction(count)
    else:
        total = histogram.total if whole or histogram.stated is None else histogram.stated
        exact = Fraction(count, total)
        says = f"{count:,} of {total:,} are {float(100 * exact):.4g} %"
        if (
            not whole
            and histogram.stated is None
            and (amount.bound or stated.value - stated.last / 2 <= exact)
        ):
            return None  # there may be more images than are listed, which only makes the share smaller
    shown_as = f"{float(100 * exact):.4g} %" if stated.percent else f"{count:,}"
    if amount.bound:
        holds = compares(exact, amount.bound, stated.value)
    elif stated.percent and histogram.stated and stated.agrees(Fraction(count, histogram.stated)):
        holds = True
    else:
        holds = stated.agrees(exact, loose=amount.near)
    if holds:
        return verified(Kind.ARITHMETIC, says, Method.COUNT)
    few = histogram.listed and total <= FEW and stated.text.lower() == "half" and not amount.vague and exact < stated.value  # fmt: skip
    if (
        amount.near
        and not few
        and abs(stated.value - exact)
        <= max(
            abs(exact) / 10,
            Fraction(1, 8) if stated.percent and not re.search(r"\d", stated.text) else Fraction(0),
        )
    ):
        return None
    if stated.agrees(exact, loose=True) and stated.percent:
        return None  # "70 %" of a reader who rounds to tens
    witness = {"computed": shown_as, "stated": stated.text}
    return refuted(Kind.ARITHMETIC, f"{says}, not {stated.text}", Method.COUNT, witness)


def counted_again(line: re.Match[str], histogram: Histogram) -> Iterator[Spanned]:
    """A histogram of images whose depths have been listed: `Depths 0, 2, 2, 1. Histogram [1, 1, 2]`."""
    counts = counts_of(line)
    true = [histogram.bars.get(depth, 0) for depth in range(len(counts))]
    top = max(depth for depth, count in histogram.bars.items() if count)
    span = line.start("counts"), line.end("counts")
    says = f"the depths that are listed have the counts {', '.join(map(str, true))} from 0 on"
    if counts == true and top < len(counts):
        yield *span, verified(Kind.ARITHMETIC, says, Method.COUNT)
    elif top < len(counts):
        wrong = next(depth for depth, count in enumerate(true) if counts[depth] != count)
        witness = {"depth": wrong, "images": true[wrong], "stated": counts[wrong]}
        if sum(counts) != histogram.total:
            witness |= {"all": histogram.total, "sum of the counts": sum(counts)}
        yield *span, refuted(Kind.ARITHMETIC, f"{says}: {true[wrong]} at depth {wrong}, not {counts[wrong]}", Method.COUNT, witness)  # fmt: skip


ALL_LISTED = re.compile(
    rf"\b(?P<what>cumulative|cumulated|running)?\s*(?P<name>counts?|sums?|shares?|percentages?|fractions?|numbers?|distribution)\b[^.;:\d]{{0,40}}?(?:are|is|reads?|=|:|become|run)\s*[(\[{{]?\s*(?P<list>(?:{WHOLE})(?:\.\d+)?(?:\s?%)?(?:(?:\s*,\s*(?:and\s+)?|\s+and\s+)(?:{WHOLE})(?:\.\d+)?(?:\s?%)?){{2,30}})",
    re.I,
)


def all_listed(text: str, histogram: Histogram) -> Iterator[tuple[int, int, Judged | None]]:
    """`the cumulative counts are 40, 65 and 85`, `the shares are 20 %, 12.5 % and 10 %`: one number for each bar."""
    for found in ALL_LISTED.finditer(text):
        pieces = list(re.finditer(rf"(?:{WHOLE})(?:\.\d+)?(?:\s?%)?", found.group("list")))
        bars = [count for _, count in sorted(histogram.counted.items())]
        if len(pieces) != len(bars) or not histogram.whole or not histogram.total:
            continue
        percent = "%" in found.group("list")
        cumulated = found.group("what") is not None
        if not cumulated and not percent:
            continue
        true = list(accumulate(bars)) if cumulated else bars
        for piece, count in zip(pieces, true, strict=True):
            made = next((one for one in amounts(f"{piece.group()} of the images") if one is not None), None)
            start = found.start("list") + piece.start()
            if made is None:
                continue
            exact = Fraction(count, histogram.total) if percent else Fraction(count)
            shown_as = f"{float(100 * exact):.4g} %" if percent else f"{count:,}"
            says = (
                f"{count:,} of {histogram.total:,} are {shown_as}"
                if percent
                else f"the counts up to there add up to {count:,}"
            )
            if made.stated.agrees(exact):
                yield start, found.start("list") + piece.end(), verified(Kind.ARITHMETIC, says, Method.COUNT)
            else:
                witness = {"computed": shown_as, "stated": piece.group()}
                yield start, found.start("list") + piece.end(), refuted(Kind.ARITHMETIC, f"{says}, not {piece.group()}", Method.COUNT, witness)  # fmt: skip


def listed_shares(text: str, histogram: Histogram) -> Iterator[Spanned]:
    """`90 have depth 0-2, 110 depth 3-6 and 50 depth 7-10: that is 36 %, 44 % and 20 %`."""
    found = LISTED_SHARES.search(text)
    if found is None or not histogram.whole:
        return
    bars = list(BAR.finditer(text[: found.start()]))
    stated = list(re.finditer(r"\d+(?:\.\d+)?\s?%", found.group("shares")))
    if len(bars) != len(stated):
        return
    for bar, share in zip(bars, stated, strict=True):
        start, end = found.start("shares") + share.start(), found.start("shares") + share.end()
        amount = next((one for one in amounts(text[start:end]) if one is not None), None)
        ends = [int(one) for one in re.findall(r"\d+", bar.group("depth"))]
        scope = Scope(bar.start(), bar.end(), frozenset(range(ends[0], ends[-1] + 1)))
        judged = judged_amount(scope, amount, histogram) if amount is not None else None
        if judged is not None:
            yield start, end, judged


ENTRY = re.compile(
    rf"\ban? (?P<n>\d{{1,6}}) (?:at|in|for) (?:the )?(?:{PLACE_NAME} |position |place |entry )?(?P<depth>\d{{1,2}})(?![\d.,]*\d|\s*%)",
    re.I,
)


OCCURS = re.compile(
    rf"\b{PLACE_NAME} (?P<depth>\d{{1,2}}) (?:occurs?|appears?|comes up|is (?:found|there|seen)) (?:exactly |only )?(?:(?P<n>\d{{1,6}}) times|(?P<word>once|twice))",
    re.I,
)


def entries(text: str, histogram: Histogram) -> Iterator[tuple[int, int, Judged | None]]:
    """`the histogram has a 3 at depth 2`."""
    if not re.search(r"\bhistogram\b|\bdepth\b", text, re.I):
        return
    for found in (*ENTRY.finditer(text), *OCCURS.finditer(text)):
        count = histogram.bars.get(int(found.group("depth")))
        if count is not None and histogram.fine:
            word = found.groupdict().get("word")
            stated = {"once": 1, "twice": 2}[word.lower()] if word else int(found.group("n"))
            says = f"{count} have depth {found.group('depth')}"
            witness = {"given": count, "stated": stated}
            ruling = verified(Kind.ARITHMETIC, says, Method.COUNT) if stated == count else refuted(Kind.ARITHMETIC, f"{says}, not {stated}", Method.COUNT, witness)  # fmt: skip
            yield found.start(), found.end(), ruling


__all__ = ["all_listed", "counted_again", "entries", "judged_amount", "listed_shares"]
