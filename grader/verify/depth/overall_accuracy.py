# ruff: noqa: E501 -- a pattern stays on one line
"""How many images are right and wrong altogether: by a table's columns, a quotient, or a list of right ones beside a histogram."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, Spanned, refuted, verified
from grader.verify.depth.histograms import Histogram
from grader.verify.numbers.reckoning import amount_of, shown
from grader.verify.tables.sheets import Sheet

_COUNT = r"(?:\d{1,3}(?:,\d{3})+|\d{1,7})"
IMAGES = r"(?:test |own )?(?:images?|examples?|samples?|pictures?|inputs?|cases?)"
COUNT_TITLES = re.compile(r"^\W*(?:(?:number of |# ?)?(?:test )?(?:images?|examples?|samples?|counts?)|#|n|number)\W*$", re.I)  # fmt: skip
RIGHT_TITLES = re.compile(r"^\W*(?:(?:number |# ?)?(?:of )?(?:correct(?:ly classified)?|right)(?: ones| images)?)\W*$", re.I)  # fmt: skip
TOTAL_ROW = re.compile(r"^\W*(?:total|sum|all|altogether|overall)", re.I)
QUOTIENT = re.compile(rf"\baccuracy\b[^.;\d]{{0,20}}(?P<right>{_COUNT}) ?/ ?(?P<all>{_COUNT})(?!\d)|(?P<right2>{_COUNT})(?: out)? of (?:the |our |all )?(?P<all2>{_COUNT}) {IMAGES} (?:are|were) (?:classified )?(?:right|correct\w*)", re.I)  # fmt: skip
LISTED = re.compile(rf"\b(?:got|classified|has|had|predicts?|predicted|gets)?\s?(?P<counts>(?:{_COUNT})(?:, (?:{_COUNT}))*,? and (?:{_COUNT})) (?:of (?:them|these|those) )?(?:are |were )?(?:right|correct\w*)", re.I)  # fmt: skip
ALL = re.compile(r"\b(?:altogether|in total|in all|overall|all together|all in all|over all|on all)\b", re.I)
RIGHT = re.compile(rf"(?<![\w.,/])(?P<n>{_COUNT})(?: of (?:the |our |all )?(?P<all>{_COUNT}))?(?: of (?:them|the images))?(?: {IMAGES})? (?:are|were) (?:classified )?(?:right|correct\w*)", re.I)  # fmt: skip
WRONG = re.compile(rf"(?<![\w.,/])(?P<n>{_COUNT}) (?:(?:{IMAGES}|of them) (?:are|were) (?:wrong|misclassified|classified wrongly)|errors|mistakes|wrong (?:ones|{IMAGES}))\b", re.I)  # fmt: skip
ACCURACY = re.compile(r"\b(?:accuracy(?: \w+){0,2}? (?:is|of|=)|accuracy[:,]?) ?(?P<near>about |roughly |≈ ?)?(?P<share>\d{1,3}(?:\.\d+)?) ?%(?P<after> (?:overall|altogether|in total|in all))?", re.I)  # fmt: skip
OTHERS = re.compile(
    r"\b(?:depths?|layers?|bin|bar|paper|train\w*|would|if|epoch|chance|class|among|deep\w*|remain\w*|left|those|these|other|hard\w*|easy)\b",
    re.I,
)
REACH = 300


@dataclass(frozen=True)
class _Tally:
    right: Fraction
    every: Fraction


def _of_sheet(sheet: Sheet | None) -> _Tally | None:
    if sheet is None:
        return None
    sums: list[Fraction] = []
    names: list[set[str]] = []
    for titles in (RIGHT_TITLES, COUNT_TITLES):
        columns = [rows for title, rows in sheet.columns.items() if titles.match(title)]
        if len(columns) != 1:
            return None
        rows = {name: one for name, one in columns[0].items() if not TOTAL_ROW.match(name)}
        if any(one.percent or one.value.denominator != 1 for one in rows.values()):
            return None
        sums.append(sum((one.value for one in rows.values()), Fraction(0)))
        names.append(set(rows))
    whole = names[0] == names[1] and 0 < sums[0] <= sums[1]
    return _Tally(sums[0], sums[1]) if whole else None


def _number(text: str) -> Fraction:
    return Fraction(text.replace(",", ""))


def _of_text(text: str) -> tuple[int, _Tally] | None:
    found = list(QUOTIENT.finditer(text))
    if not found:
        return None
    last = found[-1]
    right, every = (_number(last.group(name) or last.group(f"{name}2")) for name in ("right", "all"))
    return (last.end(), _Tally(right, every)) if 0 < right <= every else None


def overall_claims(
    sentence: str, before: str, sheet: Sheet | None, histogram: Histogram | None
) -> Iterator[Spanned]:
    """(start, end, ruling) of the right and wrong images of a whole test set, and of their share.

    >>> told = "The accuracy is 408/480 = 85 %, 82 images are wrong."
    >>> [judged.says for _, _, judged in overall_claims(told, "", None, None)]
    ['480 − 408 is 72, not 82']
    """
    listed = LISTED.search(sentence)
    if listed is not None and histogram is not None and histogram.whole:
        counts = [_number(one) for one in re.findall(_COUNT, listed.group("counts"))]
        if len(counts) == len(histogram.counted):
            tally = _Tally(sum(counts, Fraction(0)), Fraction(histogram.total))
            yield from _said(sentence, listed.end(), tally, ("share",))
        return
    text = f"{before[-REACH:]} {sentence}"
    shift = len(text) - len(sentence)
    own = _of_text(text)
    if own is not None:
        yield from _said(sentence, max(own[0] - shift, 0), own[1], ("wrong",))
        return
    tally_of_table = _of_sheet(sheet)
    if tally_of_table is not None:
        if ALL.search(sentence):
            yield from _said(sentence, 0, tally_of_table, ("right", "share", "wrong"))
        elif re.match(rf"\W*(?:Of|Among) the {_COUNT} (?:errors|mistakes)", sentence):
            yield from _said(sentence, 0, tally_of_table, ("wrong",))


def _said(sentence: str, start: int, tally: _Tally, kinds: tuple[str, ...]) -> Iterator[Spanned]:
    if "right" in kinds:
        for found in RIGHT.finditer(sentence, start):
            if not found.group("all") and not OTHERS.search(sentence[: found.start()]):
                yield (
                    found.start(),
                    found.end(),
                    _judged(tally.right, found.group("n"), "the right ones together"),
                )
    if "wrong" in kinds:
        for found in WRONG.finditer(sentence, start):
            if not OTHERS.search(_clause(sentence, found)):
                says = f"{shown(tally.every)} − {shown(tally.right)}"
                yield found.start(), found.end(), _judged(tally.every - tally.right, found.group("n"), says)
    if "share" in kinds:
        for found in ACCURACY.finditer(sentence, start):
            stated = amount_of(found.group("share") + "%")
            exact = tally.right / tally.every
            if stated is None or OTHERS.search(_clause(sentence, found)):
                continue
            says = f"{shown(tally.right)} of {shown(tally.every)} are {shown(exact, stated)}"
            if stated.agrees(exact, loose=bool(found.group("near"))):
                yield found.start(), found.end(), verified(Kind.ARITHMETIC, says, Method.COUNT)
            elif not found.group("near"):
                witness = {"computed": shown(exact, stated), "stated": stated.text}
                yield found.start(), found.end(), refuted(Kind.ARITHMETIC, f"{says}, not {stated.text}", Method.COUNT, witness)  # fmt: skip


def _clause(sentence: str, found: re.Match[str]) -> str:
    """What stands around a number up to the next signs."""
    before = re.split(r"[.;,:]\s", sentence[: found.start()])[-1]
    return before + re.split(r"[.;,:]", sentence[found.end() :])[0]


def _judged(exact: Fraction, printed: str, says: str) -> Judged:
    if _number(printed) == exact:
        return verified(Kind.ARITHMETIC, f"{says} are {shown(exact)}", Method.COUNT)
    witness = {"computed": shown(exact), "stated": printed}
    return refuted(Kind.ARITHMETIC, f"{says} is {shown(exact)}, not {printed}", Method.COUNT, witness)


__all__ = ["overall_claims"]
