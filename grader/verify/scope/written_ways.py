"""Whether a text writes its vectors as rows or as columns: qᵀk is a number for columns, q kᵀ for rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from grader.verify.grammar.syntax import Call, Expression, Product, Symbol, Transpose, walk
from grader.verify.scope.declarations import Declared
from grader.verify.worlds.settings import VECTORS

POINTS = frozenset(VECTORS) - {"v", "w", "omega", "z"}
NO_TOKENS = frozenset({"a", "b", "d"})  # indices of entries


def ways_written(trees: Iterable[Expression]) -> frozenset[str]:
    """ "column" where a text multiplies qᵀk or φ(k)vᵀ, "row" where q kᵀ or φ(k)ᵀv.

    >>> from grader.verify.grammar.reader import read_expression
    >>> ways_written([read_expression(r"\\\\exp(q_i^\\\\top k_j/\\\\sqrt{D})")])
    frozenset({'column'})
    """
    found: set[str] = set()
    for tree in trees:
        for below in walk(tree):
            if isinstance(below, Product):
                found |= {way for pair in pairwise(below.factors) if (way := _way(*pair))}
    return frozenset(found)


def _way(left: Expression, right: Expression) -> str:
    match left, right:
        case (Transpose(Symbol() as one), Symbol() as other) if one != other and _are_points(one, other):
            return "column"
        case (Symbol() as one, Transpose(Symbol() as other)) if one != other and _are_points(one, other):
            return "row"
        case (Call(), Transpose(Symbol("v"))):
            return "column"  # φ(k)vᵀ
        case (Transpose(Call()), Symbol("v")):
            return "row"
        case _:
            return ""


def _are_points(one: Symbol, other: Symbol) -> bool:
    indexed = {index.name for symbol in (one, other) for index in symbol.indices if isinstance(index, Symbol)}
    return {one.name, other.name} <= POINTS and not indexed & NO_TOKENS


def without_contradicted(declared: Sequence[Declared], trees: Sequence[Expression]) -> list[Declared]:
    """What a text declares, without the ways of vectors that it derives from "tokens are rows" and does not write.

    That the tokens are the rows of Q speaks of the matrix: many a text goes on with q_iᵀk_j, in columns.
    """
    written = ways_written(trees)
    if len(written) != 1:
        # both ways are written, or none
        return [one for one in declared if not (one.of_tokens and written)]
    (way,) = written
    return [one for one in declared if not one.of_tokens or one.orientation == way]


__all__ = ["ways_written", "without_contradicted"]
