# ruff: noqa: E501 -- a pattern stays on one line
"""Tables that compute: a formula over a column of letters, a column of formulas beside their values, losses of triplets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, Ruling, Spanned, refuted, verified
from grader.verify.grammar.reader import read_expression
from grader.verify.grammar.syntax import Expression, Unreadable, names
from grader.verify.numbers.arithmetic import NUMBER, Figure, figure_of
from grader.verify.numbers.lettered import is_computed, known_values, letters_given, value_at
from grader.verify.numbers.reckoning import shown

LONGEST_FORMULA = 60
FEWEST_RIGHT = 2
LETTER_TITLE = re.compile(r"(?:[a-z][a-z -]{2,25} )?(?P<letter>[A-Za-z])(?:\s*\([^()]*\))?")
WORDS = re.compile(r"(?<!\\)(?<![a-z])[A-Za-z]*[a-z]{3,}")
# A letter with digits behind it, A2 or NN1, is a name.
NAME = re.compile(r"(?<!\\)[A-Za-z]\d")
NEAR = re.compile(r"^\s*(?:≈|~|about |roughly |approximately |ca\.? )\s*")


def stated_in(cell: str) -> tuple[Figure, bool] | None:
    """The number of a cell, and whether it is said to be rounded."""
    near = NEAR.match(cell)
    body = cell[near.end() :] if near else cell
    body = body.strip().replace("−", "-")
    negative = body.startswith("-")
    found = NUMBER.fullmatch(body.lstrip("-").strip())
    figure = figure_of(found) if found else None
    if figure is None:
        return None
    if negative:
        figure = Figure(
            -figure.value, figure.last, figure.start, figure.end, f"−{figure.text}", figure.percent
        )
    return figure, near is not None


def formula_of(text: str) -> Expression | None:
    """A formula in letters that fills a text or the part of it beside a sign; None if it has words or is no formula."""
    pieces = [text, *re.split(r"[=:,]|≈", text)[::-1], *re.findall(r"\((.+)\)", text)]
    for piece in pieces:
        body = piece.strip()
        if not 1 < len(body) <= LONGEST_FORMULA or WORDS.search(body) or NAME.search(body) or "=" in body:
            continue
        try:
            tree = read_expression(body)
        except Unreadable:
            continue
        if is_computed(tree):
            return tree
    return None


def _consistent(found: Sequence[Spanned]) -> Iterator[Spanned]:
    """The rulings of one column, unless it is wrong so often that it must mean something else."""
    right = sum(judged.ruling is Ruling.VERIFIED for _, _, judged in found)
    wrong = len(found) - right
    if right > wrong or (right == wrong and right >= FEWEST_RIGHT):
        yield from found


def _compared(exact: Fraction, stated: Figure, near: bool, says: str) -> Judged:
    says = f"{says} is {shown(exact, stated)}"
    if stated.agrees(exact, loose=near):
        return verified(Kind.ARITHMETIC, says, Method.COUNT)
    return refuted(
        Kind.ARITHMETIC, f"{says}, not {stated.text}", Method.COUNT, {"computed": shown(exact, stated), "stated": stated.text}
    )  # fmt: skip


def formula_claims(cells: Sequence[Sequence[str]], header: Sequence[str], before: str) -> Iterator[Spanned]:
    """(row, column, ruling) of the cells that a formula of the table itself computes. `before` is the text above it."""
    yield from _by_title(cells, header, before)
    yield from _by_column(cells, header, before)


def _by_title(cells: Sequence[Sequence[str]], header: Sequence[str], before: str) -> Iterator[Spanned]:
    """`| D | D² + D + 1 |`: each row gives the letter, the title what is computed from it."""
    letters: dict[str, int] = {}
    for column, title in enumerate(header):
        found = LETTER_TITLE.fullmatch(title.strip())
        if found is not None and found.group("letter") not in letters:
            letters[found.group("letter")] = column
    for column, title in enumerate(header):
        tree = formula_of(title) if letters and column not in letters.values() else None
        if tree is None or not names(tree) & set(letters):
            continue
        others = known_values(names(tree) - set(letters), title, before)
        if others is None:
            continue
        out: list[Spanned] = []
        for row, line in enumerate(cells):
            values = dict(others)
            for letter in names(tree) & set(letters):
                place = letters[letter]
                given = stated_in(line[place]) if place < len(line) else None
                if given is not None and not given[0].percent:
                    values[letter] = given[0].value
            stated = stated_in(line[column]) if column < len(line) else None
            exact = value_at(tree, values) if stated is not None else None
            if stated is None or exact is None:
                continue
            at = ", ".join(f"{name} = {shown(value)}" for name, value in sorted(values.items()))
            out.append((row, column, _compared(exact, *stated, f"with {at} it")))
        yield from _consistent(out)


def _by_column(cells: Sequence[Sequence[str]], header: Sequence[str], before: str) -> Iterator[Spanned]:
    """`| pairs | CF(F − 1) | 70,200 |` under `C = 45, F = 40`: each row has its own formula."""
    for column, title in enumerate(header):
        here = letters_given(title)
        if not here and not letters_given(before):
            continue
        out: list[Spanned] = []
        for row, line in enumerate(cells):
            stated = stated_in(line[column]) if column < len(line) else None
            trees = [
                tree
                for place, cell in enumerate(line)
                if place != column and (tree := formula_of(cell)) is not None
            ]
            if stated is None or len(trees) != 1 or stated[0].percent:
                continue
            values = known_values(names(trees[0]), title, "" if here else before)
            exact = value_at(trees[0], values) if values is not None else None
            if exact is None or values is None:
                continue
            at = ", ".join(f"{name} = {shown(value)}" for name, value in sorted(values.items()))
            out.append((row, column, _compared(exact, *stated, f"with {at} it")))
        yield from _consistent(out)


__all__ = ["formula_claims", "formula_of", "stated_in"]
