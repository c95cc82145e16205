"""Other readings of a formula than the literal one: AB_ij for (AB)_ij, a sum over all pairs a < b."""

from __future__ import annotations

import re

from grader.verify.grammar.syntax import (
    Addition,
    Call,
    Expression,
    Number,
    Product,
    Series,
    Symbol,
    Transpose,
    rewritten,
    symbols,
    walk,
)
from grader.verify.worlds.calls import ENTRY
from grader.verify.worlds.settings import OVER_ENTRIES

MATRIX = re.compile(r"[A-Z](?:_\w+)?|Sigma|Lambda|Phi|Psi|Gamma")


def of_entries(tree: Expression) -> Expression:
    """The tree with `AB_{ij}` read as the entry (AB)_ij of a product of matrices.

    >>> from grader.verify.grammar.reader import read_expression
    >>> of_entries(read_expression("AB_{ij}")) == read_expression("(AB)_{ij}")
    True
    """

    def changed(node: object) -> Expression | None:
        if not isinstance(node, Product) or not all(map(_is_matrix, node.factors[:-1])):
            return None
        match node.factors[-1]:
            case Symbol(name, (row, column)) if MATRIX.fullmatch(name):
                last: Expression = Symbol(name)
            case Transpose(Symbol(name, (row, column))) if MATRIX.fullmatch(name):
                last = Transpose(Symbol(name))
            case _:
                return None
        return Call(Symbol(ENTRY), (Product((*node.factors[:-1], last), node.joins), row, column))

    return rewritten(tree, changed)


def _is_matrix(tree: Expression) -> bool:
    match tree:
        case Symbol(name, ()) | Transpose(Symbol(name, ())):
            return MATRIX.fullmatch(name) is not None
        case _:
            return False


def of_pairs(tree: Expression, others: tuple[Expression, ...]) -> Expression:
    """The tree with a sum under which `a < b` stands as one over both indices, where b occurs nowhere else."""
    beside = {symbol for other in others for symbol in _free(other)}
    bound = {below.index for below in walk(tree) if isinstance(below, Series)}

    def changed(node: object) -> Expression | None:
        match node:
            case Series(
                "sum", first, None, Addition(((1, Symbol(second, ()) as free), (-1, Number(one)))), body
            ) if one == 1:
                pass
            case _:
                return None
        used = [below for below in symbols(body) if free in below.indices]
        everywhere = [below for below in symbols(tree) if free in below.indices]
        # each index is a symbol of its own below the one that it stands on; one more stands in the bound
        alone = sum(below == free for below in symbols(tree)) - len(everywhere)
        if not used or len(everywhere) != len(used) or alone != 1 or second in bound:
            return None
        if free in beside or any(free in symbol.indices for symbol in beside):
            return None
        low = [Symbol(index + OVER_ENTRIES) for index in (first, second)]
        indexed = [s for s in symbols(body) if {Symbol(first), free} & set(s.indices)]
        if any(len(s.indices) != 1 or not s.name[:1].islower() for s in indexed):
            return None
        renamed = _renamed(body, {Symbol(first): low[0], free: low[1]})
        before = Addition(((1, low[1]), (-1, Number(one, "1"))))
        inner = Series("sum", low[0].name, None, before, renamed)
        return Series("sum", low[1].name, None, None, inner)

    return rewritten(tree, changed)


def _free(tree: Expression) -> set[Symbol]:
    """The symbols of a tree, without the indices that its own sums bind and what stands on them."""
    own = {Symbol(below.index) for below in walk(tree) if isinstance(below, Series)}
    return {symbol for symbol in symbols(tree) if symbol not in own and not own & set(symbol.indices)}


def _renamed(tree: Expression, names: dict[Symbol, Symbol]) -> Expression:
    return rewritten(tree, lambda node: names.get(node) if isinstance(node, Symbol) else None)


__all__ = ["of_entries", "of_pairs"]
