# ruff: noqa: E501 -- a pattern stays on one line
"""VAL and FAR at a threshold, from the distances of an example's pairs (FaceNet, section 4)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, Spanned, refuted, verified
from grader.verify.triplets.embeddings import plain
from grader.verify.triplets.example import Example
from grader.verify.triplets.phrases import NUMBER, Stated, compared, numbers_at, value_after
from grader.verify.triplets.rate_definitions import quotient_ruling

_N = rf"(?:{NUMBER})(?![\d°%]|\.\d|\s?[·*/×^])"
_LIST = rf"{_N}(?:(?:\s?[,;]\s?(?:and\s+)?|\s+and\s+){_N})+"
SAME = r"(?:same(?:[- ](?:person|identity|people|class|label))?|genuine|matching|positive)"
DIFFERENT = (
    r"(?:different(?:[- ](?:person|people|identity|identities|class|label))?|impostor|non-?matching|negative)"
)
_GAP = r"(?:\s|,|:|=|\(|\b(?:pairs?|are|is|at|with|have|has|the|squared|distances?|of|from|lie|lies|in|order|values?)\b)*?"
LISTED = re.compile(rf"\b(?:(?P<same>{SAME})|(?P<different>{DIFFERENT}))[- ]?pairs?\b{_GAP}(?P<list>{_LIST})", re.I)  # fmt: skip
RATE = re.compile(
    r"\b(?:(?P<val>VAL|TAR|[Vv]alidation rate|[Tt]rue[- ]accept(?:ance)? rate)|(?P<far>FAR|[Ff]alse[- ]accept(?:ance)? rate))\b(?:\s?\(\s?(?:d|t|τ)?\s?=?\s?(?P<at>\d*\.?\d+)?\s?\))?"
)
ACCEPTED = re.compile(
    rf"(?<![\w.,/])(?P<many>\d{{1,4}}|none|no|all|neither)(?: of (?:the |its |these )?(?P<of>\d{{1,4}}))? (?:(?P<same>{SAME})|(?P<different>{DIFFERENT}))[- ]pairs? (?:is|are|gets?|would be|pass(?:es)?)(?: then| now)? ?(?:accepted|pass)?",
    re.I,
)
Pairs = tuple[tuple[Fraction, ...], tuple[Fraction, ...]]


def pairs_listed(text: str, example: Example) -> Example:
    """The example with the distances of pairs that a sentence lists: `same pairs: 0.2, 0.5; different pairs: 0.7, 1.1`."""
    same, different = example.pairs if example.pairs is not None else ((), ())
    for found in LISTED.finditer(text):
        values = tuple(value for value, *_ in numbers_at(text, found.start("list")))
        same, different = (values, different) if found.group("same") else (same, values)
    return replace(example, pairs=(same, different)) if same or different else example


def pair_statements(
    text: str, example: Example, thresholds: Sequence[tuple[int, int, Fraction]]
) -> Iterator[Spanned]:
    """(start, end, ruling) of each VAL and FAR, and of each number of accepted pairs, at the threshold in force."""
    pairs = example.pairs if example.pairs is not None and all(example.pairs) else example.batch.pairs
    if pairs is None or not all(pairs):
        return
    for found in RATE.finditer(text):
        threshold = Fraction(found.group("at")) if found.group("at") else _threshold(found.start(), example, thresholds)  # fmt: skip
        stated = value_after(text, found.end())
        if threshold is None or stated is None or stated.number is None:
            continue
        judged = _rate(stated, "same" if found.group("val") else "different", pairs, threshold)
        if judged is not None:
            yield found.start(), stated.end, judged
    for found in ACCEPTED.finditer(text):
        threshold = _threshold(found.start(), example, thresholds)
        if threshold is None or not re.search(r"accepted|pass", found.group()):
            continue
        distances = pairs[0] if found.group("same") else pairs[1]
        exact = sum(far <= threshold for far in distances)
        if found.group("of") and int(found.group("of")) != len(distances):
            continue
        word = found.group("many").lower()
        many = len(distances) if word == "all" else 0 if not word.isdigit() else int(word)
        says = f"{exact} of the distances {', '.join(map(plain, distances))} are at most {plain(threshold)}"
        judged = _counted(many, exact, says)
        yield found.start(), found.end(), judged


FORMULA = re.compile(
    r"\b(?P<rate>VAL|FAR)(?:\(\w\))?\s?=\s?[|‖(#]*\s?(?P<top>TA|FA|TP|FP)(?:\(\w\))?\s?[|‖)]*\s?/\s?\(?[|‖(#]*\s?P_?(?P<bottom>same|diff|s|d)(?!\w)[|‖)]*"
)


def rate_formulas(text: str) -> Iterator[Spanned]:
    """`VAL(d) = |TA(d)|/|P_same|`, FaceNet's definition in its own letters."""
    for found in FORMULA.finditer(text):
        judged = quotient_ruling(found.group("rate"), found.group("top"), found.group("bottom"))
        yield found.start(), found.end(), judged


def _threshold(
    place: int, example: Example, thresholds: Sequence[tuple[int, int, Fraction]]
) -> Fraction | None:
    before = [value for start, _, value in thresholds if start <= place]
    return before[-1] if before else thresholds[0][2] if thresholds else example.threshold


def _rate(stated: Stated, who: str, pairs: Pairs, threshold: Fraction) -> Judged | None:
    distances = pairs[0] if who == "same" else pairs[1]
    accepted = sum(far <= threshold for far in distances)
    says = f"{accepted} of the {len(distances)} distances of {who} pairs, {', '.join(map(plain, distances[:12]))}, are at most {plain(threshold)}: that"
    return compared(stated, Fraction(accepted, len(distances)), says)


def _counted(many: int, exact: int, says: str) -> Judged:
    if many == exact:
        return verified(Kind.ARITHMETIC, says, Method.COUNT)
    return refuted(Kind.ARITHMETIC, says, Method.COUNT, {"accepted": exact, "stated": many})


__all__ = ["pair_statements", "pairs_listed", "rate_formulas"]
