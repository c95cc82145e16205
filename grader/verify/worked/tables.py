# ruff: noqa: E501 -- a pattern stays on one line
"""Tables of a worked example: one position a row or a column, or one quantity a row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from grader.verify.claim import Judged
from grader.verify.grammar.syntax import Call, Expression, Number, Symbol
from grader.verify.worked.claims import (
    Scene,
    count_of,
    only_given,
    rulings_by_subject,
    rulings_on,
    with_index,
)
from grader.verify.worked.example import FEATURES, POINTS, Example, Quantity, family_name
from grader.verify.worked.givens import given_by
from grader.verify.worked.kernel_words import causal_in
from grader.verify.worked.literals import Literal, literal_of
from grader.verify.worked.nouns import Noun
from grader.verify.worked.readings import NORMALISERS, OUTPUTS, SUMS
from grader.verify.worked.statements import Side, Statement, Told, trees_of
from grader.verify.worked.subjects import Subject, subject_before

POSITION = re.compile(
    r"\W*(?:[ijtn]|(?:key|query|position|token|step|index|row|no\.?|#|after(?: (?:token|step|position))?)s?(?:\s+[ijtn])?)?\W*",
    re.I,
)
PLACE = re.compile(
    r"\W*(?:(?:key|query|position|token|step|after|value|[ijtn]\s*=|[qkv]_)?\s*(?P<number>\d))\W*", re.I
)
GENERIC = re.compile(
    r"\W*(?:values?|results?|numbers?|numerical(?: value)?|numeric(?: value)?|amount|exact(?: value)?|approx\w*|decimal\w*|equals|by hand|it is|=|≈|here|example|computed|evaluated?(?: to)?)?\W*",
    re.I,
)
ASIDE = re.compile(r"\s*\([^()]*[A-Za-z]{3,}[^()]*\)\s*$")
ABOUT = re.compile(r"^\s*(?:about|ca\.?|approx\.?|≈|~|=)\s*", re.I)
OF_QUERIES = frozenset({Noun.OUTPUT, Noun.DENOMINATOR, Noun.NUMERATOR})
SCORES = re.compile(r"\W*(?:raw |scaled )?(?:scores?|logits?)\b.{0,12}", re.I)


@dataclass(frozen=True)
class Row:
    """A table's row: its cells in plain signs."""

    cells: tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """A cell with a value: what it is said of, and at which position."""

    row: int
    column: int
    title: str
    position: int | None
    literal: Literal


def claims_of_table(
    header: Sequence[str], rows: Sequence[Row], scene: Scene
) -> tuple[Example, list[tuple[int, int, Judged]]]:
    """The example with what a table gives, and (row, column, ruling) of each cell that claims something."""
    entries = list(_entries(header, rows))
    example = scene.example
    given: set[tuple[int, int]] = set()
    for one in entries:
        statement = _by_name(one)
        if statement is None or not (one.position is None or _is_given(one, statement)):
            continue
        if one.position is not None or any(
            only_given(tree) for side in statement.subjects for tree in side.trees
        ):
            made = given_by(
                statement,
                example,
                replace(scene.place, sentence=f"{scene.place.sentence} {one.title}"),
                scene.document.precisions,
            )
            if made is not None:
                example = made
                given.add((one.row, one.column))
    example = _with_scores(entries, example, scene)
    out: list[tuple[int, int, Judged]] = []
    for one in entries:
        if (one.row, one.column) in given:
            continue
        judged = _ruling(one, replace(scene, example=example))
        if judged is not None:
            out.append((one.row, one.column, judged))
    return example, out


def _entries(header: Sequence[str], rows: Sequence[Row]) -> Iterator[Entry]:
    across = {
        column: int(found.group("number"))
        for column, title in enumerate(header)
        if column and (found := PLACE.fullmatch(title))
    }
    by_columns = len(across) > 1 and len(across) == len(header) - 1
    for number, row in enumerate(rows):
        if not row.cells:
            continue
        first = row.cells[0]
        place = PLACE.fullmatch(first)
        for column, cell in enumerate(row.cells):
            literal = literal_of(
                ABOUT.sub("", _last(cell)).strip(), near=bool(re.match(r"\s*(?:≈|~|about|ca)", cell))
            )
            if not column or column >= len(header) or literal is None:
                continue
            if by_columns:
                yield Entry(number, column, first, across[column], literal)
            elif place is not None and POSITION.fullmatch(header[0]):
                yield Entry(number, column, header[column], int(place.group("number")), literal)
            elif GENERIC.fullmatch(header[column]):
                yield Entry(number, column, first, None, literal)


def _last(cell: str) -> str:
    """What a cell says in the end: `3 - 2 = 1` says 1."""
    return re.split(r"[=≈]", cell)[-1]


def _bare(title: str) -> str:
    return ASIDE.sub("", title).strip(" :*")


def _by_name(one: Entry) -> Statement | None:
    """A cell as `S_2 = (6, 8)`; None where its title is no formula."""
    trees = trees_of(_bare(one.title))
    if one.position is not None:
        trees = tuple(with_index(_indexed(tree, one.position), one.position) for tree in trees)
    if not trees:
        return None
    name = Side(0, 0, _bare(one.title), None, trees)
    return Statement((name,), "", (_told(one),), "=")


PER_POSITION = POINTS | OUTPUTS | SUMS | NORMALISERS


def _indexed(tree: Expression, place: int) -> Expression:
    """`q`, `φ(k)`, `S` in a table of positions: the one of its position."""
    number = Number(Fraction(place), str(place))
    match tree:
        case Symbol(name, ()) if name in PER_POSITION:
            return Symbol(name, (number,))
        case Call(Symbol(name, ()) as function, (Symbol(inner, ()),)) if name in FEATURES and inner in POINTS:
            return Call(function, (Symbol(inner, (number,)),))
        case _:
            return tree


def _told(one: Entry) -> Told:
    return Told(0, 0, ((Side(0, 0, "", one.literal, ()),),))


def _is_given(one: Entry, statement: Statement) -> bool:
    """Whether a column has what is never computed: keys, values, their features."""
    return any(only_given(tree) for side in statement.subjects for tree in side.trees) or any(
        family_name(tree) is not None for tree in trees_of(_bare(one.title))
    )


def _with_scores(entries: Sequence[Entry], example: Example, scene: Scene) -> Example:
    """The example with a column of scores, where it has no vectors of which they are products."""
    if example.has("k") or Quantity.SCORES in example.lists:
        return example
    columns: dict[str, list[float]] = {}
    for one in entries:
        if one.position is not None and SCORES.fullmatch(one.title) and one.literal.value.ndim == 0:
            columns.setdefault(one.title, []).append(float(one.literal.value))
    if len(columns) != 1:
        return example
    values = next(iter(columns.values()))
    return (
        example.with_list(Quantity.SCORES, np.asarray(values), scene.place.section)
        if len(values) > 1
        else example
    )


def _ruling(one: Entry, scene: Scene) -> Judged | None:
    around = replace(scene.around, clause=one.title)
    here = replace(scene, around=around)
    statement = _by_name(one)
    if statement is not None:
        causal = causal_in(one.title)
        if causal is not None:
            here = replace(here, around=replace(around, sentence="causal" if causal else "non-causal"))
        ruled = rulings_on(statement, here)
        if ruled:
            return ruled[0].judged
    here = replace(scene, around=around)
    subject = _subject(one)
    if subject is None or here.foreign:
        return None
    ruled = rulings_by_subject(subject, Statement((), one.title, (_told(one),)), here, None)
    return ruled[0].judged if ruled else None


TAGS: Mapping[bool, str] = {True: "at position", False: "of key"}


def _subject(one: Entry) -> Subject | None:
    """The quantity that a title names, at the position of the cell."""
    title = _bare(one.title)
    count = count_of(_told(one).sides[0])
    subject = subject_before(f"{title}: ", count)
    if subject is None or one.position is None:
        return subject
    tag = TAGS[subject.noun in OF_QUERIES]
    return subject_before(
        f"{re.sub(r' (?:of|at|for) [^ ]*_?[ijtn]$', '', title)} {tag} {one.position}: ", count
    )


__all__ = ["Row", "claims_of_table"]
