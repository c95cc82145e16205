# ruff: noqa: E501 -- a pattern stays on one line
"""What follows for votes from their number alone: a majority's threshold, the fewest votes of a winner, one count's share."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from grader.verify.claim import Kind, Method, Spanned, refuted, verified
from grader.verify.depth.polls import VOTERS
from grader.verify.depth.stated_values import judged, value_after

ALL = rf"(?:\bk\s*=\s*(?P<k>\d{{1,4}})|(?<![\w.,])(?P<many>\d{{1,4}}) (?:(?:nearest|training|closest) )*{VOTERS})"
VOTES = re.compile(ALL, re.I)
CLASSES = re.compile(r"(?<![\w.,])(?P<classes>\d{1,4}) classes\b", re.I)
NEEDS = re.compile(
    rf"\b(?:absolute|strict|outright|true) majority\b(?: of (?:the )?\d{{1,4}})?[^.;\d]{{0,60}}?\b(?:needs?|requires?|takes|means|is|starts (?:at|with)|would need|asks for|begins (?:at|with)|for which)\b[^.;\d]{{0,25}}?(?P<least>at least |no fewer than |a minimum of )?(?P<over>more than |over )?(?P<n>\d{{1,4}})(?![\d.,]*\d|\s?%| of the \d| classes)"
    rf"|(?<![\w.,])(?P<n2>\d{{1,4}})(?: of (?:the )?\d{{1,4}})?(?: {VOTERS})? (?:are|is|would be|were|would have been|had been) (?:needed|necessary|required|enough|sufficient)\b[^.;\d]{{0,40}}?\b(?:absolute|strict|outright) majority",
    re.I,
)
WINNER = re.compile(
    r"\b(?:winner|winning class|largest (?:count|class)|top class|most frequent class|best class)\b[^.;\d]{0,40}?\b(?:at least|no fewer than|a minimum of)\s+(?P<n>\d{1,4})(?![\d.,]*\d|\s?%)",
    re.I,
)
OUTRIGHT = re.compile(
    r"\b(?:class|one|winner)\b[^.;\d]{0,20}\bcan (?:already )?win (?:outright |alone |clearly )?with (?:as few as |only |just )?(?P<n>\d{1,4})(?: votes| neighbours)?",
    re.I,
)
ONE_COUNT = re.compile(
    rf"(?<![\w.,])(?P<part>\d{{1,4}})(?: of (?:them|these|its|the|which)(?: (?:\d{{1,4}}|k\s*=\s*\d{{1,4}}))?)?(?: {VOTERS})? (?:(?:vote|are|go|agree|say|belong|choose|pick|share|have|carry)\b)",
    re.I,
)
SHARE = re.compile(
    r"\b(?:vote )?(?:share|fraction|proportion)\b(?: of (?:the )?(?:votes|neighbours|winner|that class))?",
    re.I,
)
GENERAL = re.compile(r"\b(?:not|never|n['’]t)\b", re.I)


def vote_rules(sentence: str, voters: int | None = None) -> Iterator[Spanned]:
    """(start, end, ruling) of each such statement of a sentence; `voters` are those of the votes before it.

    >>> [judged.says for *_, judged in vote_rules("An absolute majority of 30 votes needs at least 15 of them.")]
    ['more than half of 30 votes are at least 16, not 15']
    """
    told = [
        found
        for found in VOTES.finditer(sentence)
        if not re.search(r"\b(?:least|most|than|with|only)\s*$", sentence[: found.start()])
        or found.group("k")
    ]
    named = {int(found.group("k")) for found in told if found.group("k")}
    totals = named or {int(found.group("many")) for found in told}
    for found in NEEDS.finditer(sentence):
        inside = re.search(r"(?:of|out of) (?:the )?(?P<of>\d{1,4})", found.group())
        all_votes = totals | ({int(inside.group("of"))} if inside is not None else set())
        all_votes.discard(int(found.group("n") or found.group("n2")))
        all_votes = all_votes or ({voters} if voters is not None else set())
        if len(all_votes) == 1 and not GENERAL.search(found.group()):
            yield from _needed(found, all_votes.pop())
    if len(totals) != 1:
        return
    total = totals.pop()
    classes = {int(found.group("classes")) for found in CLASSES.finditer(sentence)}
    if len(classes) == 1 and not GENERAL.search(sentence):
        yield from _fewest(sentence, total, next(iter(classes)))
    yield from _share(sentence, total)
    yield from _two_classes(sentence, total, classes)


NO_TIE = re.compile(
    r"\b(?:no ties?\b|ties? (?:is|are) (?:impossible|excluded|ruled out)|cannot (?:be a )?tie|never (?:a )?ties?|can(?:no|['’])t (?:be a )?tie)",
    re.I,
)
A_TIE = re.compile(
    r"\bties? (?:is|are|would be) possible|\bcan (?:be a )?tie\b|\bmay tie\b|\bcan end in a tie", re.I
)


def _two_classes(sentence: str, total: int, classes: set[int]) -> Iterator[Spanned]:
    """`With k = 15 and two classes there can be no tie`: an odd number does not split in halves."""
    if classes != {2} and not (not classes and re.search(r"\btwo classes\b", sentence)):
        return
    for pattern, needs_odd in ((NO_TIE, True), (A_TIE, False)):
        found = pattern.search(sentence)
        if found is None:
            continue
        says = (
            f"{total} votes {'can' if total % 2 == 0 else 'cannot'} be {total / 2:g} for each of two classes"
        )
        if (total % 2 == 1) == needs_odd:
            yield found.start(), found.end(), verified(Kind.FACT, says, Method.COUNT)
        else:
            yield found.start(), found.end(), refuted(Kind.FACT, says, Method.COUNT, {"votes": total})


def _needed(found: re.Match[str], total: int) -> Iterator[Spanned]:
    stated = int(found.group("n") or found.group("n2"))
    exact = total // 2 + 1
    says = f"more than half of {total} votes are at least {exact}"
    if (stated + 1 if found.group("over") else stated) == exact or (
        found.group("over") and 2 * stated == total
    ):
        yield found.start(), found.end(), verified(Kind.ARITHMETIC, says, Method.COUNT)
    else:
        yield (
            found.start(),
            found.end(),
            refuted(
                Kind.ARITHMETIC,
                f"{says}, not {stated}",
                Method.COUNT,
                {"votes": total, "needed": exact, "stated": stated},
            ),
        )


def _fewest(sentence: str, total: int, classes: int) -> Iterator[Spanned]:
    """The fewest votes of a class that has the most of them, and of one that has them alone."""
    for found in WINNER.finditer(sentence):
        exact = -(-total // classes)
        says = f"{total} votes over {classes} classes give one of them at least {exact}"
        yield from _exactly(found, exact, says)
    for found in OUTRIGHT.finditer(sentence):
        exact = next(n for n in range(1, total + 1) if n + (classes - 1) * (n - 1) >= total)
        says = f"with {exact} votes the other {classes - 1} classes share {total - exact}, at most {exact - 1} each"
        yield from _exactly(found, exact, says)


def _exactly(found: re.Match[str], exact: int, says: str) -> Iterator[Spanned]:
    stated = int(found.group("n"))
    if stated == exact:
        yield found.start(), found.end(), verified(Kind.ARITHMETIC, says, Method.COUNT)
    else:
        yield (
            found.start(),
            found.end(),
            refuted(
                Kind.ARITHMETIC, f"{says}, not {stated}", Method.COUNT, {"exact": exact, "stated": stated}
            ),
        )


def _share(sentence: str, total: int) -> Iterator[Spanned]:
    """`21 of the k = 30 neighbours vote for the winner, a vote share of 0.7`."""
    parts = [found for found in ONE_COUNT.finditer(sentence) if int(found.group("part")) <= total]
    if len(parts) != 1:
        return
    part = int(parts[0].group("part"))
    for found in SHARE.finditer(sentence, parts[0].end()):
        told = value_after(sentence, found.end())
        if told is None or not 0 < told.figure.value <= 1:
            continue
        ruling = judged(told, Fraction(part, total), f"{part} of {total}")
        if ruling is not None:
            yield found.start(), told.end, ruling


__all__ = ["vote_rules"]
