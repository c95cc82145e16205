# ruff: noqa: E501 -- a pattern stays on one line
"""How many triplets of a batch are easy, semi-hard and hard, and the shares that the text gives of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, Spanned, refuted, verified
from grader.verify.numbers.arithmetic import Figure
from grader.verify.numbers.reckoning import amount_of, shown

COUNT = r"(?<![\w.,])(?:\d{1,3}(?:,\d{3})+|\d{1,9})(?![\d%]|[.,]\d|\s?%)"
SORT = r"(?:easy|semi-?\s?hard|hard|active|inactive)"
COUNTED = re.compile(
    rf"(?P<n>{COUNT})(?: (?:out )?of (?:(?:the |these |all )*(?P<all>{COUNT})(?: (?:valid )?triplets)?|them|these|those|the triplets))? (?:(?:were|are|is) )?(?P<sort>{SORT})\b|\b(?P<sort2>{SORT})(?: (?:triplets|ones))?(?:: | \(| = )(?P<n2>{COUNT})",
    re.I,
)
ALL = re.compile(rf"(?P<n>{COUNT}) (?:valid )?triplets\b(?! (?:with|whose|that))", re.I)
NEAR = r"(?P<near>(?:about |around |roughly |nearly |some |≈ ?|~ ?)?)"
VALUE = (
    r"(?:(?P<share>\d{1,3}(?:\.\d+)?) ?%|(?:a |the )?(?:fraction|share|part) (?:of |is )?(?P<decimal>0\.\d+))"
)
SAID = re.compile(
    rf"\b(?P<sort>{SORT})(?: (?:triplets|ones|negatives))?(?: (?:are|is|were|was|make up|makes up|account for|with|have))?(?: only| just)?(?:,| =|:)?(?: (?:that is|that makes|i\.e\.|or|which is))? {NEAR}{VALUE}"
    rf"|(?P<near2>(?:about |around |roughly |nearly |some |≈ ?|~ ?)?)(?P<share2>\d{{1,3}}(?:\.\d+)?) ?%(?: of (?:the|all|our|these)(?: valid)? triplets)?(?: are| is| were| was| come out| remain)? (?:still )?(?P<sort2>{SORT}|have a positive loss|with (?:a )?positive loss)\b"
    rf"|\b(?:fraction|share|part|percentage)(?: of (?:the )?triplets)? (?:with|that have|which have|having) (?:a )?(?P<positive>positive|non-?zero) loss(?: is| was| =|:| of)? (?P<near3>(?:about |around |roughly |nearly |some |≈ ?|~ ?)?)(?:(?P<share3>\d{{1,3}}(?:\.\d+)?) ?%|(?P<decimal3>0\.\d+))",
    re.I,
)
OTHER_BASE = re.compile(r"\s*of (?:the )?(?:active|remaining|hard|semi|positive|rest|those|them)", re.I)
# other times and other runs
ELSEWHERE = re.compile(
    r"\b(?:next|later|after|before|now|then|finally|eventually|at the end|paper|epoch|would|if|another|other run)\b",
    re.I,
)
REACH = 700


def _plain(sort: str) -> str:
    word = re.sub(r"semi-?\s?hard", "semi-hard", sort.lower())
    return "active" if "loss" in word else word


def _counts(text: str) -> tuple[dict[str, int], int | None]:
    """The counts of the sorts, and of all triplets where they are known."""
    counts: dict[str, int] = {}
    for found in COUNTED.finditer(text):
        sort = _plain(found.group("sort") or found.group("sort2"))
        number = int((found.group("n") or found.group("n2")).replace(",", ""))
        counts[sort] = number
    sorts = {"easy", "semi-hard", "hard"}
    if sorts <= counts.keys():
        counts["active"] = counts["semi-hard"] + counts["hard"]
        return counts, counts["active"] + counts["easy"]
    totals = {int(found.group("n").replace(",", "")) for found in ALL.finditer(text)}
    told = [found.group("all") for found in COUNTED.finditer(text) if found.group("all")]
    totals = {int(told[-1].replace(",", ""))} if told else totals
    return counts, totals.pop() if len(totals) == 1 else None


def triplet_shares(sentence: str, before: str) -> Iterator[Spanned]:
    """(start, end, ruling) of each share of a sort of triplets whose counts the text gives.

    >>> told = "Of 100 there were 70 easy, 20 semi-hard and 10 hard."
    >>> [judged.says for _, _, judged in triplet_shares("Hard ones are 20 %.", told)]
    ['10 of 100 triplets are 10%, not 20%']
    """
    if not re.search(r"triplet|hard|easy", f"{before[-REACH:]} {sentence}", re.I):
        return
    counts, total = _counts(f"{before[-REACH:]} {sentence}")
    if not total:
        return
    if ELSEWHERE.search(sentence) and not COUNTED.search(sentence):
        return
    for found in SAID.finditer(sentence):
        if re.search(r"\b(?:of|among) (?:the|all|these) $", sentence[: found.start()]):
            continue
        sort = found.group("sort") or found.group("sort2") or ("active" if found.group("positive") else "")
        count = counts.get(_plain(sort))
        percent = found.group("share") or found.group("share2") or found.group("share3")
        decimal = found.group("decimal") or found.group("decimal3")
        stated = amount_of(percent + "%") if percent else amount_of(decimal)
        if count is None or stated is None or count > total or OTHER_BASE.match(sentence, found.end()):
            continue
        near = bool(found.group("near") or found.group("near2") or found.group("near3"))
        judged = _judged(Fraction(count, total), stated, f"{count:,} of {total:,} triplets", near=near)
        if judged is not None:
            yield found.start(), found.end(), judged


def _judged(exact: Fraction, stated: Figure, says: str, *, near: bool) -> Judged | None:
    says = f"{says} are {shown(exact, stated)}"
    if stated.agrees(exact, loose=near):
        return verified(Kind.ARITHMETIC, says, Method.COUNT)
    if near and abs(stated.value - exact) <= exact / 10:
        return None
    witness = {"computed": shown(exact, stated), "stated": stated.text}
    return refuted(Kind.ARITHMETIC, f"{says}, not {stated.text}", Method.COUNT, witness)


__all__ = ["triplet_shares"]
