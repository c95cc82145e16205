# ruff: noqa: E501 -- a pattern stays on one line
"""Batches by their classes: `4 people with 3 photos each`, `labels 0, 0, 1`, `classes of 5, 4 and 3`, `P identities, K images`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from grader.verify.reading.numerals import NUMERAL, value_of
from grader.verify.triplets.embeddings import Classes, classes_of
from grader.verify.triplets.givens import LABELS, SIZES, listed_labels

CLASS = r"(?:classes|class|identities|identity|IDs|people|persons?|labels|shapes|individuals|subjects|celebrities|students|speakers|faces of)"
IMAGE = r"(?:images?|examples?|samples?|points?|photos?|photographs?|pictures?|pics|faces?|shots?|selfies|portraits|crops|members|embeddings?|of each)"
LETTER = r"(?-i:[A-Za-z](?![A-Za-z]))"
SIZE = rf"(?:{NUMERAL}|{LETTER}(?: ?= ?\d{{1,4}})?)"
EACH = r"(?: (?:each|apiece|per (?:class|identity|person|label|ID|head|subject)|(?:for|of) (?:each|every)(?: of them| person| identity| class)?))"
BY_CLASS = re.compile(
    rf"(?<![\w.,/])(?P<p>{SIZE}) (?:(?:different|distinct|random) )?{CLASS}\b(?:,? (?:with|of|and|times|having|each with|at|by|à|contributing|in)| ?[,;:(×x·]| that have| who have)\s*(?:(?:about|exactly) )?(?P<k>{SIZE}) ?(?:(?:\w+ )?{IMAGE}\b{EACH}?|{EACH}|(?= (?:gives?|have|has|makes?|yields?|contains?|lead)\b))(?!\s?(?:,|and) \d+ (?:images|photos|pictures))"
    rf"|\bP ?= ?(?P<p2>\d{{1,4}})\b[^.;\d]{{0,40}}?\bK ?= ?(?P<k2>\d{{1,4}})\b"
    rf"|\bK ?= ?(?P<k3>\d{{1,4}})\b[^.;\d]{{0,40}}?\bP ?= ?(?P<p3>\d{{1,4}})\b"
    rf"|\(P ?, ?K\) ?(?:=|is|of|at) ?\((?P<p4>\d{{1,4}}) ?, ?(?P<k4>\d{{1,4}})\)",
    re.I,
)
LONE = re.compile(r"(?<![\w^_])(?P<letter>[PK]) ?= ?(?P<size>\d{1,4})(?![\d.,]*\d)")
BY_TOTAL = re.compile(
    rf"(?<![\w.,/])(?P<all>\d{{1,3}}(?:,\d{{3}})+|\d{{2,6}}) (?:{IMAGE})\b[^.;:\d]{{0,30}}?\b(?P<each>\d{{1,4}})(?: {IMAGE})?(?: (?:per|for each|of each|for every|of every) (?:class|identity|person|individual|subject)|(?: (?:images|faces|photos))? of the same (?:person|identity))",
    re.I,
)
_OWN = r"(?:(?:different|distinct) )?(?:images|photos|pictures|pics|faces|shots)?"
BY_NAME = re.compile(
    rf"(?<![\w.,/])(?P<list>\d{{1,3}} {_OWN} ?(?:of|from|show) (?:person |identity )?[A-Z]\w*(?:(?:\s?,\s?(?:and\s+)?|\s+and\s+)\d{{1,3}} {_OWN} ?(?:of|from|show) (?:person |identity )?[A-Z]\w*)+)"
)


@dataclass(frozen=True)
class Letters:
    """P classes of K images each, in letters."""

    p: str
    k: str


@dataclass(frozen=True)
class ClassBatch:
    """A batch and where the text has given it."""

    start: int
    end: int
    sizes: Classes | Letters
    passing: bool = False  # for its own sentence: "with K = 8 instead"


def batches_in(text: str) -> Iterator[ClassBatch]:
    """Each batch that a text gives, in order.

    >>> [one.sizes for one in batches_in("First 2 people with 3 photos each, then labels 0, 0, 1.")]
    [Classes(sizes=(3, 3)), Classes(sizes=(2, 1))]
    """
    found: list[ClassBatch] = []
    for one in BY_CLASS.finditer(text):
        p, k = (next(filter(None, (one.group(f"{letter}{place}") for place in ("", "2", "3", "4")))) for letter in "pk")  # fmt: skip
        sizes = _sizes(p, k)
        if sizes is not None:
            found.append(ClassBatch(one.start(), one.end(), sizes))
    for one in BY_TOTAL.finditer(text):
        every, each = int(one.group("all").replace(",", "")), int(one.group("each"))
        if each and every % each == 0 and every > each:
            found.append(ClassBatch(one.start(), one.end(), Classes((each,) * (every // each))))
    for one in SIZES.finditer(text):
        listed = one.group("sizes") or one.group("with") or ""
        sizes_listed = tuple(int(size) for size in re.findall(r"\d+", listed))
        if len(sizes_listed) > 1 and all(sizes_listed):
            found.append(ClassBatch(one.start(), one.end(), Classes(sizes_listed)))
    for one in BY_NAME.finditer(text):
        named = tuple(int(size) for size in re.findall(r"(?<!\w)\d+", one.group("list")))
        if all(named):
            found.append(ClassBatch(one.start(), one.end(), Classes(named)))
    for one in LABELS.finditer(text):
        labels = listed_labels(one)
        if re.search(r"label|identit|\by\b", one.group(), re.I) and not _are_sizes(one.group(), labels):
            found.append(ClassBatch(one.start(), one.end(), classes_of(labels)))
    yield from _with_changes(text, sorted(found, key=lambda batch: (batch.end, batch.start)))


def _with_changes(text: str, found: list[ClassBatch]) -> list[ClassBatch]:
    """The batches with those that only change one of the sizes: `with K = 8 instead`, after P = 8 and K = 4."""
    for one in LONE.finditer(text):
        before = [batch for batch in found if batch.end <= one.start()]
        inside = any(batch.start < one.end() and one.start() < batch.end for batch in found)
        sizes = before[-1].sizes if before else None
        if inside or not isinstance(sizes, Classes) or sizes.each is None or not re.search(r"\b[PK] ?(?:=|,)", text[: before[-1].end]):  # fmt: skip
            continue
        size, many = int(one.group("size")), len(sizes.sizes)
        changed = Classes((sizes.each,) * size if one.group("letter") == "P" else (size,) * many)
        found = sorted(
            [*found, ClassBatch(one.start(), one.end(), changed, True)], key=lambda batch: batch.end
        )
    return found


def _are_sizes(told: str, labels: list[str]) -> bool:
    """`identities with 5, 4 and 3 images` gives sizes, not labels."""
    return re.search(r"\b(?:with|of size)\b", told) is not None and all(one.isdigit() for one in labels)


def _sizes(p: str, k: str) -> Classes | Letters | None:
    if is_letter(p) and is_letter(k):
        return Letters(p, k)
    if is_letter(p) or is_letter(k):
        return None
    many, each = (value_of(re.sub(r"^\w ?= ?", "", one)) for one in (p, k))
    return Classes((each,) * many) if 2 <= many <= 10**5 and each >= 1 else None


def is_letter(text: str) -> bool:
    """Whether a size is a letter."""
    return re.fullmatch(r"[A-Za-z]", text) is not None


__all__ = ["IMAGE", "ClassBatch", "Letters", "batches_in", "is_letter"]
