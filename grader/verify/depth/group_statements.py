# ruff: noqa: E501 -- a pattern stays on one line
"""What a text says of groups whose right images it has counted: the accuracy of one, of several together, of all, and their plain mean."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from grader.verify.claim import Kind, Method, Ruling, Spanned, refuted, verified
from grader.verify.depth.chosen_groups import EVERY, NOT_ALL, ORDINAL, by_name, by_place, of_depths
from grader.verify.depth.circumstances import elsewhere
from grader.verify.depth.group_errors import count_claims, mean_depths
from grader.verify.depth.groups import COUNT, Group, Groups, masked_depths, number
from grader.verify.depth.stated_values import VALUE, Stated, far, holds, stated_of
from grader.verify.numbers.reckoning import shown
from grader.verify.reading.numerals import NUMERAL, value_of

PLAIN_MEAN = re.compile(
    r"\b(?:unweighted|plain|simple|naive|straight|arithmetic|ordinary)\s+(?:mean|average)\b|\b(?:mean|average) of (?:the |all |these |those )*(?:[\w-]+ ){0,2}?(?:accuracies|rates)\b|\b(?:mean|average) of the (?:\w+ )?(?:group )?(?:accuracies|numbers|rates|values|percentages|groups)\b|\b(?:the )?(?:\w+ )?(?:accuracies|rates) averag(?:e|ed)\b|\baveraging (?:the|these|those|all)?\s?(?:\w+ )?(?:accuracies|rates|numbers|values|groups|percentages|\d)\b|\bmacro\b",
    re.I,
)
ELSEWHERE = re.compile(
    r"\b(?:paper|Baldock|train(?:ing)? (?:accuracy|images|set)|epochs?|chance|guess|probe['’]?s? accuracy|accuracy of (?:the )?(?:\w+ )?probe|another|second (?:run|seed|sample|network)|expect|could|might|if|VAL|FAR|validation rate|consensus|networks? (?:agree|vote)|neighbou?rs?|votes?|cross[- ]entropy|loss|probabilit\w+|predicting)\b",
    re.I,
)
ACCURACY = re.compile(r"\baccura(?:cy|cies|te)\b|\b(?:right|correct\w*)\b", re.I)
WRONG = re.compile(r"\b(?:wrong|errors?|error rate|mistakes?|misclassified|incorrect\w*)\b", re.I)
LISTED = re.compile(
    r"\b(?:accurac(?:y|ies)|rates)\b[^.;\d]{0,50}$|(?:\bthat is|\bi\.e\.,?|[(:=→—])\s*$", re.I
)
SEPARATED = re.compile(
    r"\s*(?:,\s*(?:and\s+)?(?:then\s+)?|and\s+(?:then\s+)?|/\s*|;\s*|over\s+|to\s+|via\s+|then\s+|→\s*)(?:about |only |then |to )?$"
)
AGAIN = re.compile(
    r"(?:[^.;\d]{0,50}[,(:=≈–—])?\s*(?:i\.e\.,?|that is,?|that['’]s|or|=|≈|which is|in other words,?|so)?\s*(?:about |roughly )?$",
    re.I,
)


@dataclass(frozen=True)
class _Said:
    """A share that a piece of a text states, with its part of the piece."""

    stated: Stated
    clause: str
    before: str


def group_claims(text: str, start: int, told: Groups) -> Iterator[Spanned]:
    """(start, end, ruling) of what a text says of the groups from a place on.

    >>> groups = Groups((Group("", (0, 3), Fraction(8), Fraction(8)), Group("", (4, 7), Fraction(12), Fraction(6))))
    >>> said = "The accuracies are 100 % and 50 %, and the overall accuracy is 75 %."
    >>> [judged.says for *_, judged in group_claims(said, 0, groups)]
    ['8 of 8 is 100%', '6 of 12 is 50%', '14 of 20 is 70%, not 75 %']
    """
    at = start
    for piece in re.split(r"(?<=[!?;])(?=\s)|(?<=[\w%)]\.)(?=\s+[A-Z])", text[start:]):
        if not ELSEWHERE.search(piece) and not (
            re.search(r"\bwould\b", piece) and not PLAIN_MEAN.search(piece)
        ):
            for begin, end, judged in (
                *_shares(piece, told),
                *count_claims(piece, told),
                *mean_depths(piece, told),
                *_means_alike(piece, told),
            ):
                yield at + begin, at + end, judged
        at += len(piece)


def _shares(piece: str, told: Groups) -> Iterator[Spanned]:
    masked, depths = masked_depths(piece)
    said = list(_said(piece, masked))
    listed = _listed(said, masked, told)
    if listed:
        for one, group in zip(listed, told.groups, strict=True):
            yield from _ruled(one.stated, [group], told)
    chosen: list[Group] | str | None = None
    for one in said:
        if one in listed:
            chosen = None
            continue
        if not (chosen is not None and AGAIN.fullmatch(one.before)):
            chosen = _chosen(one, told, depths, piece)
        if chosen == "mean behind":
            yield from _plain(one.stated, told)
        elif chosen == "plain":
            if RESULT.search(one.before) and _of_so_many(one.before, told):
                yield from _plain(one.stated, told)
        elif isinstance(chosen, list):
            wrong = WRONG.search(one.clause) is not None and ACCURACY.search(one.clause) is None
            sure = "accuracy" in one.clause and WRONG.search(one.clause) is None
            for start, end, judged in _ruled(one.stated, chosen, told, wrong=wrong, sure=sure):
                if judged.ruling is not Ruling.REFUTED or not elsewhere(piece):
                    yield start, end, judged


def _said(piece: str, masked: str) -> Iterator[_Said]:
    previous = 0
    for found in VALUE.finditer(masked):
        stated = stated_of(found)
        if (
            stated is None
            or not _is_share(stated, found)
            or re.match(r"\s?(?:percentage )?points\b", piece[found.end() :])
        ):
            continue
        before = piece[previous : found.start()]
        clause = re.split(
            r"[;:]\s|,\s(?:and|but|so|while)\b|\s(?:and|but|while)\s(?=the\b|its\b|for\b|at\b|in\b|on\b)",
            before,
        )[-1]
        behind = re.match(
            r"\s*(?:\(?(?:of (?:them|these|those)|overall|altogether|together|in total|in all|for|on|at|of|over|of (?:the|all|these)|in)\b[^,;:.%\d]{0,40})?",
            masked[found.end() :],
        )
        tail = piece[found.end() : found.end() + (behind.end() if behind is not None else 0)]
        yield _Said(stated, f"{clause}{found.group()}{tail}", before)
        previous = found.end()


def _is_share(stated: Stated, found: re.Match[str]) -> bool:
    if found.group("word"):
        return False
    if stated.figure.percent:
        return 0 <= stated.figure.value <= 1
    if found.group("a") or found.group("part"):
        return 0 < stated.figure.value <= 1
    return "." in found.group() and 0 <= stated.figure.value <= 1


def _listed(said: Sequence[_Said], masked: str, told: Groups) -> list[_Said]:
    """As many shares in a row as there are groups, behind a word that announces accuracies."""
    many = len(told.groups)
    for first in range(len(said) - many + 1):
        run = said[first : first + many]
        joined = all(SEPARATED.fullmatch(masked[a.stated.end : b.stated.start]) for a, b in pairwise(run))
        more = len(said) > first + many and SEPARATED.fullmatch(
            masked[run[-1].stated.end : said[first + many].stated.start]
        )
        if (
            joined
            and not more
            and LISTED.search(masked[: run[0].stated.start][-60:])
            and (
                first == 0
                or not SEPARATED.fullmatch(masked[said[first - 1].stated.end : run[0].stated.start])
            )
        ):
            return list(run)
    return []


def _chosen(
    one: _Said, told: Groups, depths: Sequence[tuple[int, int, tuple[int, int]]], piece: str
) -> list[Group] | str | None:
    """The groups of which a share is said: all of them, those that the clause names, or "plain" for the mean of the accuracies."""
    plain, every = PLAIN_MEAN.search(one.before), EVERY.search(one.clause)
    if MEAN_BEHIND.match(piece, one.stated.end):
        return "mean behind"
    if NOT_ALL.search(one.clause):
        return None
    if plain is not None and every is None:
        return "plain"
    begin, end = one.stated.start - len(one.clause), one.stated.end + 40
    named = [
        span
        for start, stop, span in depths
        if one.stated.start - len(one.before) <= start and stop <= end and piece[start:stop] in one.clause
    ]
    groups = of_depths(told, named)
    ordinal = ORDINAL.search(one.clause)
    if ordinal is not None and not groups:
        groups = by_place(told, ordinal)
    if not groups and begin < one.stated.start:
        groups = by_name(told, one.clause)
    if groups and OF_ERRORS.search(one.clause):
        return None
    if groups:
        return (
            groups
            if ACCURACY.search(one.clause) or WRONG.search(one.clause) or ACCURACY.search(piece)
            else None
        )
    if named or not (told.complete or _all_named(one.clause, told)) or OF_ERRORS.search(one.clause):
        return None
    if not one.stated.figure.percent and "." in one.stated.figure.text and not AT_ACCURACY.search(one.before):
        return None
    if every is not None and (
        ACCURACY.search(piece)
        or WRONG.search(piece)
        or re.match(r"\W*(?:all )?(?:together|altogether|overall|in total)\b", one.before, re.I)
    ):
        return list(told.groups)
    return None


MEAN_BEHIND = re.compile(
    r"\s*(?:\\?%)?\s*(?:unweighted|not weighted)\b|\s*,?\s*(?:which|that|what) (?:is|was|would be|were) (?:only |just )?the (?:plain |unweighted |simple )?(?:mean|average) of the (?:\w+ )?(?:numbers|accuracies|rates|groups|values|percentages)",
    re.I,
)
RESULT = re.compile(
    r"(?:\b(?:is|are|be|was|gives?|makes?|yields?|comes to|to|only)|[=≈:→(])\s*(?:about |only |roughly |then )*$",
    re.I,
)
# "55 % of them", of the errors before
OF_ERRORS = re.compile(r"%\s*of (?:them|the (?:errors|mistakes|wrong)|these|those|all errors)\b", re.I)
AT_ACCURACY = re.compile(r"\b(?:accurac(?:y|ies)|together|overall|altogether|total)\b[^.;\d]{0,60}$", re.I)


def _all_named(clause: str, told: Groups) -> bool:
    """Whether a clause names the number of all images of the groups: `all 50 images`, `74 of 100`."""
    every = sum((group.count for group in told.groups), Fraction(0))
    return any(
        number(one) == every for one in re.findall(rf"(?<![\d.,])(?:{COUNT})(?![\d.,]*\d|\s?%)", clause)
    ) or (every == 100 and "hundred" in clause)


def _ruled(
    stated: Stated, chosen: Sequence[Group], told: Groups, *, wrong: bool = False, sure: bool = False
) -> Iterator[Spanned]:
    right, every, slack = told.merged(chosen)
    if not every:
        return
    part = every - right if wrong else right
    exact, room = part / every, slack / every
    part_shown = shown(part) if part.denominator == 1 else f"{float(part):.6g}"
    says = f"{part_shown} of {shown(every)} is {shown(exact, stated.figure)}"
    if holds(stated, exact):
        if stated.figure.value != exact and stated.figure.last > stated.figure.value / 20 and not stated.near:
            return
        yield stated.start, stated.end, verified(Kind.ARITHMETIC, says, Method.COUNT)
    elif (
        far(stated, exact)
        and abs(stated.figure.value - exact) > room + stated.figure.last / 2
        and (sure or not stated.figure.agrees(1 - exact))
    ):
        witness = {"computed": shown(exact, stated.figure), "stated": stated.figure.text}
        yield (
            stated.start,
            stated.end,
            refuted(Kind.ARITHMETIC, f"{says}, not {stated.figure.text}", Method.COUNT, witness),
        )


MANY = re.compile(
    rf"\b(?P<many>{NUMERAL}|\d{{1,3}}) (?:[a-z-]+ ){{0,2}}?(?:accuracies|rates|groups|numbers|values|percentages|depths|rows|bins)\b",
    re.I,
)


ALIKE = re.compile(
    r"\b(?:gives?|is|yields?|equals?|comes to|makes|has|leads to|agrees with|coincides with|amounts to)\s(?:also |again |exactly |precisely |then )*"
    r"(?:the same(?: (?:number|value|result|accuracy|thing|as (?:the )?(?:total|overall)(?: accuracy)?))?|(?:equal to )?(?:the|that) (?:total|overall) accuracy)\b",
    re.I,
)


def _means_alike(piece: str, told: Groups) -> Iterator[Spanned]:
    """`the plain mean of the accuracies gives the same number` as all images together."""
    plain = PLAIN_MEAN.search(piece)
    alike = ALIKE.search(piece, plain.end()) if plain is not None else None
    if plain is None or alike is None or DENIED.search(piece) or len(told.groups) < 2 or not told.complete:
        return
    right, every, slack = told.merged(told.groups)
    if not every or not _of_so_many(piece[plain.start() : alike.start()], told):
        return
    mean, overall = float(told.plain_mean), float(right / every)
    says = f"the mean of the accuracies is {mean:.4g}, all images together have {overall:.4g}"
    if right / every == told.plain_mean:
        yield plain.start(), alike.end(), verified(Kind.ARITHMETIC, says, Method.COUNT)
    elif abs(mean - overall) > LEAST_GAP + float(slack / every):
        yield plain.start(), alike.end(), refuted(Kind.ARITHMETIC, says, Method.COUNT, {"mean": mean, "overall": overall})  # fmt: skip


DENIED = re.compile(
    r"\bnot\b|n['’]t\b|\b(?:never|hardly|nearly|almost|about|roughly|only|no longer)\b|\?", re.I
)
LEAST_GAP = 0.005  # between two accuracies that are not the same


def _of_so_many(text: str, told: Groups) -> bool:
    """Whether a text names no other number of accuracies than there are groups, with or without empty ones."""
    named = MANY.search(text)
    filled = sum(1 for one in told.groups if one.count)
    return named is None or value_of(named.group("many")) in {len(told.groups), filled}


def _plain(stated: Stated, told: Groups) -> Iterator[Spanned]:
    """The mean of the accuracies; not refuted where all images together are meant."""
    exact = told.plain_mean
    right, every, _ = told.merged(told.groups)
    says = f"the mean of the {len(told.groups)} accuracies is {shown(exact, stated.figure)}"
    if holds(stated, exact):
        yield stated.start, stated.end, verified(Kind.ARITHMETIC, says, Method.COUNT)
    elif (
        far(stated, exact)
        and every
        and far(stated, right / every)
        and all(group.right is not None for group in told.groups)
    ):
        witness = {"computed": shown(exact, stated.figure), "stated": stated.figure.text}
        yield (
            stated.start,
            stated.end,
            refuted(Kind.ARITHMETIC, f"{says}, not {stated.figure.text}", Method.COUNT, witness),
        )


__all__ = ["group_claims"]
