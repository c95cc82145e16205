"""Sums and products over an index in exact normal form, split at their last term."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from grader.verify.exact.normal_form import (
    Node,
    Polynomial,
    Unproved,
    exponential,
    frozen,
    index,
    index_value,
    letter,
    mentions,
    plus,
    replaced,
    summed,
    times,
    transposed,
)
from grader.verify.exact.values import Bound, Entry, Value, logarithm_of_product, scalar
from grader.verify.grammar.syntax import Series, Symbol, walk
from grader.verify.worlds.settings import runs_over_coordinates

if TYPE_CHECKING:
    from grader.verify.exact.reader import Reader


MOST_TERMS_WRITTEN_OUT = 12


def series_form(reader: Reader, node: Series, bound: Bound) -> Value:
    entry = runs_over_coordinates(node, {k: v for k, v in bound.items() if isinstance(v, int)})
    name = f"{node.index}~{next(reader.fresh)}"
    if entry:
        return sum_over_entries(reader, node, name, bound)
    low = index("", 1) if node.low is None else reader.where(node.low, bound)
    if node.high is None:
        if node.index not in {"i", "j", "n", "m", "l", "t", "s"}:
            raise Unproved("a sum without bounds")
        high = index("size:N")
    else:
        high = reader.where(node.high, bound)
    body = reader.value(node.body, {**bound, node.index: index(name)})
    if node.kind != "sum":
        body = logarithm_of_product(body)
    if mentions(frozen(body.under), name):
        raise Unproved("a sum over quotients")
    total = sum_between(reader, body.top, name, low, high)
    out = replace(body, top=total)
    return out if node.kind == "sum" else scalar(exponential(total))


def sum_between(reader: Reader, body: Polynomial, name: str, low: Node, high: Node) -> Polynomial:
    """Σ from `low` to `high` by sums that start at 1 and end at a name."""
    if not low[1] and not high[1]:
        if high[2] - low[2] >= MOST_TERMS_WRITTEN_OUT:
            raise Unproved("a sum with too many terms to write out")
        out: Polynomial = {}
        for place in range(low[2], high[2] + 1):
            out = plus(out, replaced(body, {name: index("", place)}))
        return out
    if low[1]:
        # from i + 1 to N: all up to N without those up to i
        reader.used.add("peeled")
        upper = sum_between(reader, body, name, index("", 1), high)
        return plus(upper, sum_between(reader, body, name, index("", 1), index(low[1], low[2] - 1)), -1)
    if not -3 <= high[2] <= MOST_TERMS_WRITTEN_OUT or not -3 <= low[2] <= 2:
        raise Unproved("a sum whose bounds are not covered")
    last = index(high[1])
    out = summed(body, name, last, index_value(last))
    for place in range(1, high[2] + 1):
        out = plus(out, replaced(body, {name: index(high[1], place)}))
    for place in range(high[2] + 1, 1):
        out = plus(out, replaced(body, {name: index(high[1], place)}), -1)
    if high[2] < -1:
        reader.starts_at = max(reader.starts_at, -high[2])
    if high[2]:
        reader.used.add("peeled")
    for place in range(low[2], 1):
        out = plus(out, replaced(body, {name: index("", place)}))
    if low[2] == 2:
        out = plus(out, replaced(body, {name: index("", 1)}), -1)
    return out


def sum_over_entries(reader: Reader, node: Series, name: str, bound: Bound) -> Value:
    """Σ_d q_d k_d is the inner product; other sums over all entries stay sums."""
    low = index("", 1) if node.low is None else reader.where(node.low, bound)
    if low != index("", 1):
        raise Unproved("a sum over some of the entries")
    if node.high is None:
        sizes = {
            reader.shape_of(below.name)[-1]
            for below in walk(node.body)
            if isinstance(below, Symbol) and reader.shape_of(below.name)
        }
        if len(sizes) != 1:
            raise Unproved("a sum without bounds")
        size = sizes.pop()
    else:
        where = reader.where(node.high, bound)
        if where[2] or not where[1].startswith("size:"):
            raise Unproved("a sum over some of the entries")
        size = where[1][5:]
    body = reader.value(node.body, {**bound, node.index: Entry(name, size)})
    if node.kind != "sum":
        body = logarithm_of_product(body)
    if not body.is_scalar or mentions(frozen(body.under), name):
        raise Unproved("a sum over quotients")
    total: Polynomial = {}
    for term, value in body.top.items():
        _, sums, atoms, exponent, word = term
        mine = [(key, power) for key, power in atoms if mentions(key, name)]
        if sum(power for _, power in mine) == 2 and all(key[0] == "entry" for key, _ in mine):
            if mentions(exponent, name) or mentions(sums, name):
                raise Unproved("a sum over entries inside a function")
            keys = [key[1] for key, power in mine for _ in range(int(power))]
            rest = tuple(pair for pair in atoms if pair not in mine)
            product = times(transposed(letter(keys[0], size, "1")), letter(keys[1], size, "1"))
            made: Polynomial = {("T", sums, rest, exponent, word): value}
            total = plus(total, times(made, product))
        else:
            last = index(f"size:{size}")
            total = plus(total, summed({term: value}, name, last, index_value(last)))
    out = replace(body, top=total)
    return out if node.kind == "sum" else scalar(exponential(total))
