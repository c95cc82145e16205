"""A table's column of percentages: the right ones of each row's images, or each row's share of all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import permutations

from grader.verify.claim import Judged, Kind, Method, refuted, verified
from grader.verify.numbers.arithmetic import Figure
from grader.verify.numbers.reckoning import shown

TOTAL_ROW = re.compile(r"^\W*(?:total|sum|in total|altogether|all|overall|Σ)\b", re.I)
RATES = re.compile(r"accura|correct|right|rate|error|wrong|\bacc\b", re.I)
WRONG = re.compile(r"error|wrong|mistake|misclass|incorrect", re.I)
SHARES = re.compile(r"share|%|percent|fraction|portion|part|of all|relative", re.I)
FEWEST = 2  # rows that fit before another one is called wrong
STATED_TOTAL = re.compile(
    r"(?<![\d.,])(\d{1,3}(?:,\d{3})+|\d{2,7}) (?:[a-z-]+ ){0,2}?(?:images|examples|samples|points)\b"
)
Numbers = Sequence[Sequence[Figure | None]]
Computed = tuple[list[tuple[int, Fraction, str]], bool]
"""The exact value of each row and how it is computed; whether the column's title speaks of that."""


def share_cells(
    numbers: Numbers, titles: Sequence[str], names: Sequence[str], above: str
) -> Iterator[tuple[int, int, Judged]]:
    """(row, column, ruling) of percentages that the counts beside them give in most rows.

    `numbers` are the cells' figures, `names` the first cells, `above` is the text right above the table.
    """
    rows = [row for row, name in enumerate(names) if not TOTAL_ROW.match(name)]
    for column, title in enumerate(titles):
        stated = {row: one for row in rows if (one := _percentage(numbers[row], column, title)) is not None}
        if not column or len(stated) < FEWEST:
            continue
        counts = [
            other
            for other in range(1, len(titles))
            if other != column and all(_count(numbers[row], other) is not None for row in stated)
        ]
        best: tuple[int, list[tuple[int, int, Judged]]] = (0, [])
        whole = _shares(numbers, counts, stated, rows, title, above)
        for exact, told in (*_rates(numbers, counts, stated, titles, title), *whole):
            fits = [stated[row].agrees(value) for row, value, _ in exact]
            wrong = len(fits) - sum(fits)
            enough = sum(fits) >= FEWEST and (not wrong or (told and 2 * wrong <= sum(fits)))
            if enough and sum(fits) > best[0]:
                placed = [(row, column, _ruled(stated[row], value, says)) for row, value, says in exact]
                best = sum(fits), placed
        yield from best[1]


def _percentage(row: Sequence[Figure | None], column: int, title: str) -> Figure | None:
    one = row[column] if column < len(row) else None
    if one is None or one.percent:
        return one
    if "%" in title or "percent" in title.lower():
        return replace(one, value=one.value / 100, last=one.last / 100, percent=True)
    return None


def _count(row: Sequence[Figure | None], column: int) -> Fraction | None:
    one = row[column] if column < len(row) else None
    plain = one is not None and not one.percent and one.value.denominator == 1 and "." not in one.text
    return one.value if one is not None and plain else None


def _rates(
    numbers: Numbers, counts: Sequence[int], stated: dict[int, Figure], titles: Sequence[str], title: str
) -> Iterator[Computed]:
    """Each row's part of another of its counts."""
    for few, many in permutations(counts, 2):
        pairs = [(row, _count(numbers[row], few), _count(numbers[row], many)) for row in stated]
        exact = [(row, a / b, f"{shown(a)} of {shown(b)}") for row, a, b in pairs if a is not None and b]
        if len(exact) != len(stated) or any(value > 1 for _, value, _ in exact):
            continue
        if bool(WRONG.search(title)) != bool(WRONG.search(titles[few])):
            exact = [(row, 1 - value, f"what {says} leaves") for row, value, says in exact]
        yield exact, bool(RATES.search(title) or SHARES.search(title))


def _shares(
    numbers: Numbers,
    counts: Sequence[int],
    stated: dict[int, Figure],
    rows: Sequence[int],
    title: str,
    above: str,
) -> Iterator[Computed]:
    """Each row's part of a column's total: that of its last row, the sum, or the number that the text gives."""
    for column in counts:
        listed = [_count(numbers[row], column) for row in rows]
        totals = {sum((one for one in listed if one is not None), Fraction(0))}
        totals |= {Fraction(one.replace(",", "")) for one in STATED_TOTAL.findall(above)}
        totals |= {
            total
            for row in range(len(numbers))
            if row not in rows and (total := _count(numbers[row], column)) is not None
        }
        for total in totals:
            values = {row: count for row in stated if (count := _count(numbers[row], column)) is not None}
            if total and all(value <= total for value in values.values()):
                exact = [
                    (row, value / total, f"{shown(value)} of {shown(total)}") for row, value in values.items()
                ]
                yield exact, bool(SHARES.search(title)) and not RATES.search(title)


def _ruled(stated: Figure, exact: Fraction, says: str) -> Judged:
    says = f"{says} is {shown(exact, stated)}"
    if stated.agrees(exact):
        return verified(Kind.ARITHMETIC, says, Method.COUNT)
    witness = {"computed": shown(exact, stated), "stated": stated.text}
    return refuted(Kind.ARITHMETIC, f"{says}, not {stated.text}", Method.COUNT, witness)


__all__ = ["share_cells"]
