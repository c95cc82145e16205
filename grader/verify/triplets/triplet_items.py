# ruff: noqa: E501 -- a pattern stays on one line
"""The triplets and negatives that a sentence names: `(e_2, e_1, e_3)`, `n_2`, `the third`, `0.45` where that is a distance."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from grader.verify.triplets.embeddings import Family
from grader.verify.triplets.example import Example, View
from grader.verify.triplets.givens import NAME
from grader.verify.triplets.phrases import NUMBER

TRIPLE = re.compile(rf"\(\s?(?P<a>{NAME}|\d{{1,2}})\s?,\s?(?P<p>{NAME}|\d{{1,2}})\s?,\s?(?P<n>{NAME}|\d{{1,2}})\s?\)")  # fmt: skip


@dataclass(frozen=True)
class Item:
    """A triplet or a negative that a sentence names, with the triplet that it stands for."""

    start: int
    end: int
    view: View
    number: bool = False


def items_in(text: str, example: Example) -> Iterator[Item]:
    """The triplets and negatives that a sentence names: `(e_2, e_1, e_3)`, `n_2`, `0.45` where that is a negative's distance."""
    taken: list[tuple[int, int]] = []
    for found in TRIPLE.finditer(text):
        view = example.of_names(found.group("a"), found.group("p"), found.group("n"))
        # "(4, 3, 1): loss 0" names a triplet by its images' numbers, "a = (4, 3, 1)" a vector
        numbers = re.fullmatch(r"[\d\s,().]+", found.group()) is not None
        if view is None and (
            not numbers or re.match(r"\s*:|\s+(?:has|gives|is|costs)\b", text[found.end() :])
        ):
            yield Item(found.start(), found.end(), View())  # a triplet that is not known
        if view is not None and view.p is not None:
            taken.append(found.span())
            yield Item(found.start(), found.end(), view)
    yield from _pairs(text)
    anchor, positive = example.view.names[0] or example.role("a"), example.view.names[1] or example.role("p")
    if anchor and positive and not example.own_family:
        for found in re.finditer(rf"(?<![\w^({{,/·*‖-])(?<!\d )(?:{NAME})(?![\w(^])", text):
            name = example.resolved(found.group())
            if (
                name in {anchor, positive}
                or name not in example.batch.by_name
                or _is_word(found, text)
                or any(a <= found.start() < b for a, b in taken)
                or not example.is_valid(anchor, positive, name)
            ):
                continue
            view = example.of_names(anchor, positive, name)
            if view is not None:
                yield Item(found.start(), found.end(), view)
    family = example.family
    if family is not None and example.own_family:
        yield from _ordinals(text, family)
        yield from _rows(text, family)
        if len(family.anchors) == 1:
            yield from _numbers(text, example)
            yield from _extremes(text, family)


PAIRED = re.compile(
    r"\(\s?d_\(?(?:p|ap|pos|\+)\)?\s?,\s?d_\(?(?:n|an|neg|-)\)?\s?\)\s*=\s*(?=\()|\(\s?[dD]\(a,\s?p\)\s?,\s?[dD]\(a,\s?n\)\s?\)\s*=\s*(?=\()"
)
PAIR = re.compile(rf"(?<![\w)])\(\s?(?P<p>{NUMBER})\s?,\s?(?P<n>{NUMBER})\s?\)")


def _pairs(text: str) -> Iterator[Item]:
    """`(d_p, d_n) = (0.3, 0.45) is semi-hard, (0.3, 0.1) is hard`: the distances of one triplet after the other."""
    told = PAIRED.search(text)
    for found in PAIR.finditer(text, told.end()) if told is not None else ():
        view = View(Fraction(found.group("p")), Fraction(found.group("n")), passing=True)
        yield Item(found.start(), found.end(), view)


ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "last": 0}
NUMBERED = re.compile(
    r"(?:\b[Nn]o\.|\b[Tt]riplet|\b[Rr]ow|\b[Nn]umber|\bT|#)\s?(?P<no>\d{1,2})(?=\s(?:is|has|costs?|are|gives?|was|counts|would|will|stays?|remains?|becomes?|turns?)\b|:|,)"
)
ORDINAL = re.compile(rf"\b[Tt]he (?P<which>{'|'.join(ORDINALS)})(?: (?:one|triplet|negative|row))?(?= (?:is|has|costs?|are|gives?|was|counts|also|and|triplet)\b|:|,)")  # fmt: skip


def _ordinals(text: str, family: Family) -> Iterator[Item]:
    """`the second is semi-hard`: of the triplets that the text has listed, in their order."""
    for found in (*ORDINAL.finditer(text), *NUMBERED.finditer(text)):
        which = found.groupdict().get("which")
        place = (ORDINALS[which.lower()] if which else int(found.group("no"))) - 1
        if place < len(family.triplets):
            triplet = family.triplets[place]
            yield Item(found.start(), found.end(), View(triplet.p, triplet.n, passing=True))


def _rows(text: str, family: Family) -> Iterator[Item]:
    """`II is semi-hard`, `n_2 is easy`: what a table calls its triplets or the negatives of its one anchor."""
    alone = len(family.anchors) == 1
    for one in family.triplets:
        name = one.negative if alone else one.anchor
        if not name or name.isdigit() or name in {"a", "A"}:
            continue
        said = re.escape(name) if len(name) < 2 else rf"{re.escape(name[0])}_?{re.escape(name[1:])}"
        for found in re.finditer(
            rf"(?<![\w^(=_-]){said}(?=\s(?:is|has|costs?|gives?|was|would|stays?|remains?|becomes?)\b)", text
        ):
            yield Item(found.start(), found.end(), View(one.p, one.n, passing=True))


EXTREME = re.compile(r"\b[Tt]he (?:(?P<near>hardest|nearest|closest)|(?P<far>easiest|farthest|furthest)) negative\b(?! of\b)")  # fmt: skip


def _extremes(text: str, family: Family) -> Iterator[Item]:
    """`with the hardest negative the loss is 0.25`."""
    anchor = family.anchors[0]
    if len(anchor.positives) != 1 or not anchor.negatives:
        return
    distances = [far for _, far in anchor.negatives]
    for found in EXTREME.finditer(text):
        n = min(distances) if found.group("near") else max(distances)
        yield Item(found.start(), found.end(), View(anchor.positives[0][1], n, passing=True))


def _is_word(found: re.Match[str], text: str) -> bool:
    """Whether a letter stands as a word, or in a formula that goes on beside it."""
    if found.group() in {"a", "I", "A"}:
        return True
    return (
        re.match(r"\s*(?:[=+·*/^)‖≤<>-]|_)", text[found.end() :]) is not None
        or re.search(r"[=+·*/(‖<>-]\s*$", text[: found.start()]) is not None
    )


def _numbers(text: str, example: Example) -> Iterator[Item]:
    """Numbers that are distances of the negatives of the one anchor."""
    family = example.family
    if family is None or len(family.anchors[0].positives) != 1:
        return
    anchor = family.anchors[0]
    p = anchor.positives[0][1]
    known = {far for _, far in anchor.negatives}
    for found in re.finditer(
        rf"(?<![\w.=+·*/^-])(?<![=+·*/^-] )(?:{NUMBER})(?![\w°%]|\.\d|\s?[-+·*/×^=])", text
    ):
        if Fraction(found.group()) in known and not re.search(
            r"\b(?:loss(?:es)?|margin|α|costs?|mean|average|sum|contributes?|ℓ|L|threshold)\b[^.;,]{0,12}$",
            text[: found.start()],
        ):
            yield Item(
                found.start(), found.end(), View(p, Fraction(found.group()), passing=True), number=True
            )


__all__ = ["TRIPLE", "Item", "items_in"]
