# ruff: noqa: E501 -- a pattern stays on one line
"""The depth of votes that never change or change with the last one only, and how many depths there can be."""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.verify.claim import Kind, Method, Spanned, refuted, verified
from grader.verify.depth.said_depths import Numbering
from grader.verify.depth.votes import STRICT

_LIST = r"(?:row|sequence|list|vector|run|column)(?: of (?:votes|answers|predictions))?"
CONSTANT = rf"(?:an?|the|every|any) (?:constant|unchanging) {_LIST}|(?:an?|the|every|any) (?:{_LIST}|prediction|image) (?:that|which|whose (?:predictions?|votes?|answers?)) (?:never changes?|(?:does|do) not change)"
LATE = r"an? (?:final|last) (?:layer|probe) (?:that|which) disagrees with (?:all )?(?:of )?(?:the )?(?:others|other (?:layers|probes|ones)|(?:layers|probes) before(?: it)?|earlier (?:ones|layers|probes))"
SAID = re.compile(
    rf"\b(?:(?P<constant>{CONSTANT})|(?P<late>{LATE})) (?:has|gives?|gets|means|yields) (?:the |an? )?(?P<none>no |undefined )?(?:prediction )?depth(?: of)?(?: (?P<value>0|zero|1|one))?(?=\s*(?:[.,;:)]|$|and\b|as\b|because\b|since\b))",
    re.I,
)
VALUES = re.compile(
    r"\b(?:with|for|from) (?P<probes>\d{1,3}) (?:probes|probe points)(?: in all)?,? (?:it|the (?:prediction )?depth) (?:can |may )?(?:takes?|has?|have) (?:on )?(?:only |exactly )?(?P<values>\d{1,3}) (?:different |possible |distinct )?values\b",
    re.I,
)
BETWEEN = re.compile(
    r"\b(?:with|for|from) (?P<probes>\d{1,3}) (?:probes|probe points|layers)(?: in all)?,? (?:it|the (?:prediction )?depth) (?:can |may |always )?(?:lies?|is|ranges?|runs?|goes|be|varies)\s*(?:between|from|in|∈)\s*[\[{]?(?P<low>\d{1,2})\s*(?:and|to|–|-|…|,)\s*(?P<high>\d{1,3})(?![\d.]*\d)",
    re.I,
)
LAST_TWO = re.compile(
    r"\b(?:an|any|every) (?:image|example|picture|row|list|sequence) (?:whose|of which the|where the) (?:last|final) (?:two|2) (?:probes|votes|answers|layers|predictions) (?:differ|disagree|are (?:not the same|different))(?: from each other)? (?:has|gets|is of) (?:a )?(?:prediction )?depth (?P<value>\d{1,2})(?![\d.]*\d)",
    re.I,
)
MANY_PROBES = re.compile(
    r"\b(?P<many>\d{1,2}) probes\b|\b(?:layers?|probes?|points?) (?P<first>[01])\s?(?:to|–|-|…|\.{2,3}|through|,\s?(?:…|\.{3})\s?,)\s?(?P<last>\d{1,2})(?!\d)",
    re.I,
)
OPEN = re.compile(r"\bif\b|\bwould\b|\bnot\b|n['’]t\b|\?|\bwithout\b|\bbesides\b|\bplus\b", re.I)


def extreme_votes(sentence: str, before: str, numbering: Numbering) -> Iterator[Spanned]:
    """(start, end, ruling) of what a sentence says of these.

    >>> zero = Numbering(True, False, False)
    >>> [one.ruling.value for *_, one in extreme_votes("A constant row has depth 0.", "prediction depth", zero)]
    ['verified']
    >>> [one.ruling.value for *_, one in extreme_votes("A row that never changes has no depth.", "", zero)]
    ['refuted']
    """
    if not re.search(r"\bdepths?\b", f"{before} {sentence}", re.I) or OPEN.search(sentence):
        return
    strict = numbering.strict or STRICT.search(f"{before} {sentence}") is not None
    for found in SAID.finditer(sentence):
        value = found.group("value")
        first = None if strict or numbering.from_zero == numbering.from_one else int(numbering.from_one)
        if found.group("constant") and found.group("none"):
            says = "all votes agree with the last one from the first on: the depth is the first number"
            yield found.start(), found.end(), refuted(Kind.FACT, says, Method.COUNT, {"votes": "a, a, a", "depth": "that of the first layer"})  # fmt: skip
        elif value is not None and first is not None and found.group("constant"):
            said = int(value.lower() in {"1", "one"})
            says = f"all votes agree with the last one from the first on, which has the number {first}"
            if said == first:
                yield found.start(), found.end(), verified(Kind.FACT, says, Method.COUNT)
            else:
                yield found.start(), found.end(), refuted(Kind.FACT, says, Method.COUNT, {"votes": "a, a, a", "depth": first})  # fmt: skip
        elif found.group("late") and value is not None and value.lower() in {"0", "zero"}:
            says = "then only the last vote agrees with itself: the depth is the last number"
            yield found.start(), found.end(), refuted(Kind.FACT, says, Method.COUNT, {"votes": "a, a, b", "depth": "that of the last layer"})  # fmt: skip
    for found in VALUES.finditer(sentence):
        probes, values = int(found.group("probes")), int(found.group("values"))
        says = f"the depth is the number of one of the {probes} probes"
        if probes == values:
            yield found.start(), found.end(), verified(Kind.ARITHMETIC, says, Method.COUNT)
        elif values > probes:
            yield found.start(), found.end(), refuted(Kind.ARITHMETIC, says, Method.COUNT, {"values": probes, "stated": values})  # fmt: skip
    for found in BETWEEN.finditer(sentence):
        probes, low, high = (int(found.group(name)) for name in ("probes", "low", "high"))
        begin = 1 if numbering.from_one and not numbering.from_zero else 0
        says = f"the depth is the number of one of the {probes} probes, {begin} to {begin + probes - 1}"
        if (low, high) == (begin, begin + probes - 1):
            yield found.start(), found.end(), verified(Kind.ARITHMETIC, says, Method.COUNT)
        elif high - low + 1 != probes and numbering.from_zero != numbering.from_one:
            yield found.start(), found.end(), refuted(Kind.ARITHMETIC, says, Method.COUNT, {"probes": probes, "stated": f"{low} to {high}"})  # fmt: skip
    yield from _last_two(sentence, before, numbering)


def _last_two(sentence: str, before: str, numbering: Numbering) -> Iterator[Spanned]:
    """`an image whose last two probes differ has depth 10`: the number of the last one, where the text tells it."""
    for found in LAST_TWO.finditer(sentence):
        told = list(MANY_PROBES.finditer(f"{before} {sentence[: found.start()]}"))
        if not told or numbering.from_zero == numbering.from_one or STRICT.search(f"{before} {sentence}"):
            continue
        lasts = {
            int(one.group("last"))
            if one.group("last")
            else int(one.group("many")) - 1 + int(numbering.from_one)
            for one in told
        }
        stated = int(found.group("value"))
        if len(lasts) != 1:
            continue
        last = lasts.pop()
        says = f"then only the last probe, number {last}, agrees with itself: the depth is {last}"
        if stated == last:
            yield found.start(), found.end(), verified(Kind.ARITHMETIC, says, Method.COUNT)
        else:
            yield found.start(), found.end(), refuted(Kind.ARITHMETIC, says, Method.COUNT, {"votes": "…, a, b", "depth": last, "stated": stated})  # fmt: skip


__all__ = ["extreme_votes"]
