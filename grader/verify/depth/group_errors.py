# ruff: noqa: E501 -- a pattern stays on one line
"""How many images of the groups are right or wrong, altogether and at a depth, and the mean depth of the groups."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from grader.verify.claim import Kind, Method, Spanned, refuted, verified
from grader.verify.depth.chosen_groups import EVERY, NOT_ALL, ORDINAL, by_name, by_place, of_depths
from grader.verify.depth.groups import COUNT, RIGHT, RIGHT_WORDS, Groups, masked_depths, number
from grader.verify.depth.histograms import THINGS, Histogram
from grader.verify.depth.statistics_said import statistic_claims
from grader.verify.numbers.reckoning import shown

RIGHT_COUNT = re.compile(
    rf"(?<![\d.,/])(?<!of )(?<!of the )(?<!of all )(?P<n>{COUNT})(?: (?:{THINGS}))?(?: (?:are|were|is|get|got))?(?: classified)? (?:{RIGHT})(?: {THINGS}| answers)?\b(?!\s+(?:out )?of\b)|\b(?:the )?number of (?:right|correct)(?: {THINGS})? is (?P<n2>{COUNT})",
    re.I,
)
WRONG_COUNT = re.compile(
    rf"(?<![\d.,/])(?<!of )(?<!of the )(?<!of all )(?P<n>{COUNT}) (?:(?:{THINGS} |of them )?(?:are|were) (?:wrong|misclassified|classified wrongly)|errors|mistakes|wrong (?:ones|{THINGS})|misclassified {THINGS})\b",
    re.I,
)


def count_claims(piece: str, told: Groups) -> Iterator[Spanned]:
    """How many are right or wrong altogether, and of these at a depth."""
    right, every, slack = told.merged(told.groups)
    if right.denominator != 1 or not RIGHT_WORDS.search(piece) or not told.complete:
        return
    masked, depths = masked_depths(piece)
    wrong = every - right
    single = len(told.groups) == 1
    yield from _errors_at(masked, depths, told, wrong)
    for pattern, exact, name in (
        (RIGHT_COUNT, right, "the right ones together are"),
        (WRONG_COUNT, wrong, f"{shown(every)} − {shown(right)} is"),
    ):
        for found in pattern.finditer(masked):
            clause = re.split(r"[;:,]\s", masked[: found.start()])[-1]
            if (
                "▪" in clause
                or "▪" in masked[found.end() : found.end() + 20]
                or NOT_ALL.search(clause)
                or OF_SOME.search(clause + masked[found.end() : found.end() + 30])
            ):
                continue
            whole = single or EVERY.search(clause) or EVERY.match(masked[found.end() :].lstrip())
            printed = next(filter(None, found.groups()))
            if number(printed) == exact and (whole or EVERY.search(piece)):
                yield (
                    found.start(),
                    found.end(),
                    verified(Kind.ARITHMETIC, f"{name} {shown(exact)}", Method.COUNT),
                )
            elif whole and (pattern is WRONG_COUNT or not single) and abs(number(printed) - exact) > slack:
                witness = {"computed": shown(exact), "stated": printed}
                yield (
                    found.start(),
                    found.end(),
                    refuted(Kind.ARITHMETIC, f"{name} {shown(exact)}, not {printed}", Method.COUNT, witness),
                )


def mean_depths(piece: str, told: Groups) -> Iterator[Spanned]:
    """The mean depth of groups each of which has one depth."""
    spans = [
        group.depths
        for group in told.groups
        if group.depths is not None and group.depths[0] == group.depths[1]
    ]
    if (
        not told.complete
        or len(spans) != len(told.groups)
        or len(spans) < 2
        or len(set(spans)) != len(spans)
        or not re.search(r"\bdepth\b", piece, re.I)
    ):
        return
    bars = {span[0]: int(group.count) for span, group in zip(spans, told.groups, strict=True)}
    for start, end, judged in statistic_claims(piece, Histogram(bars, whole=True)):
        if judged is not None:
            yield start, end, judged


OF_SOME = re.compile(
    r"\b(?:among|deep\w*|remain\w*|left|those|other|hard\w*|easy|class|of (?:depth|the (?:deep|hard|easy))|each|per|more|fewer|less)\b",
    re.I,
)
PART_OF = re.compile(
    rf"(?<![\d.,/])(?P<part>{COUNT}) of (?:the|all|these) (?P<all>{COUNT}) (?:errors|mistakes|wrong (?:ones|{THINGS})|misclassified {THINGS})\b(?P<where>[^.;]{{0,60}})",
    re.I,
)
ERRORS = re.compile(
    rf"\b(?:of|among) (?:the|all|these|its) (?P<all>{COUNT}) (?:errors|mistakes|wrong (?:ones|{THINGS})|misclassified (?:ones|{THINGS}))(?:,? (?P<part>{COUNT})\b(?:[^.;\d▪]{{0,40}}?(?P<at>▪+))?)?",
    re.I,
)


def _errors_at(
    masked: str, depths: Sequence[tuple[int, int, tuple[int, int]]], told: Groups, wrong: Fraction
) -> Iterator[Spanned]:
    """`Of the 65 errors, 13 fall on depth 10`."""
    for found in PART_OF.finditer(masked):
        named = [span for start, _, span in depths if found.start("where") <= start < found.end("where")]
        ordinal = ORDINAL.search(found.group("where"))
        chosen = (
            of_depths(told, named)
            or (by_place(told, ordinal) if ordinal is not None else [])
            or by_name(told, found.group("where"))
        )
        if number(found.group("all")) == wrong and chosen:
            right, every, _ = told.merged(chosen)
            says = f"{shown(every)} − {shown(right)} is {shown(every - right)}"
            if number(found.group("part")) == every - right:
                yield found.start("part"), found.end("all"), verified(Kind.ARITHMETIC, says, Method.COUNT)
            else:
                yield (
                    found.start("part"),
                    found.end("all"),
                    refuted(
                        Kind.ARITHMETIC,
                        f"{says}, not {found.group('part')}",
                        Method.COUNT,
                        {"errors": shown(every - right), "stated": found.group("part")},
                    ),
                )
    for found in ERRORS.finditer(masked):
        stated = number(found.group("all"))
        end = found.end("all")
        if stated != wrong:
            witness = {"errors": shown(wrong), "stated": shown(stated)}
            yield (
                found.start(),
                end,
                refuted(
                    Kind.ARITHMETIC,
                    f"there are {shown(wrong)} errors, not {shown(stated)}",
                    Method.COUNT,
                    witness,
                ),
            )
            continue
        yield found.start(), end, verified(Kind.ARITHMETIC, f"there are {shown(wrong)} errors", Method.COUNT)
        named = [
            span
            for start, _, span in depths
            if found.group("at") and start <= found.start("at") < start + len(found.group("at"))
        ]
        chosen = of_depths(told, named)
        if not chosen:
            continue
        right, every, _ = told.merged(chosen)
        part = number(found.group("part"))
        says = f"{shown(every)} − {shown(right)} is {shown(every - right)}"
        if part == every - right:
            yield found.start("part"), found.end("part"), verified(Kind.ARITHMETIC, says, Method.COUNT)
        else:
            yield (
                found.start("part"),
                found.end("part"),
                refuted(
                    Kind.ARITHMETIC,
                    f"{says}, not {shown(part)}",
                    Method.COUNT,
                    {"errors": shown(every - right), "stated": shown(part)},
                ),
            )


__all__ = ["count_claims", "mean_depths"]
