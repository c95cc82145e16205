"""Sums that a text builds step by step, S_i = S_{i-1} + X_i, as the sums that they are: S_i = Σ_{j≤i} X_j."""

from __future__ import annotations

from fractions import Fraction

from grader.verify.grammar.syntax import (
    Addition,
    Expression,
    Number,
    Series,
    Symbol,
    names,
    symbols,
    walk,
    with_symbols,
)
from grader.verify.worlds.settings import Definition

ONE = Number(Fraction(1))


def increment(left: Expression, right: Expression) -> tuple[str, Expression] | None:
    """`S_i = S_{i-1} + X` as ("S", X)."""
    match left, right:
        case Symbol(name, (_,)), Addition(((1, Symbol(other, (_,))), (1, added))) if name == other:
            return name, added
        case _:
            return None


def running_sum(left: Expression, right: Expression, line: int) -> Definition | None:
    """What `S_i = S_{i-1} + X_i` builds from zero; None where the step is not to the next token or X is not its own."""
    step = increment(left, right)
    match left, right:
        case Symbol(name, (Symbol(index, ()),)), Addition(((1, Symbol(_, (before,))), _)) if step is not None:
            own = Symbol(index)
            one_less = Addition(((1, own), (-1, ONE)))
            indexed = [symbol for symbol in symbols(step[1]) if symbol.indices]
            if _plain(before) != _plain(one_less) or not indexed:
                return None
            if names(step[1]) & {"q", "Q"}:
                # the features of queries are not what attention sums
                return None
            if any(symbol.indices != (own,) for symbol in indexed) or any(
                isinstance(below, Series) for below in walk(step[1])
            ):
                return None
            return Definition(name, (index,), (), series_of(step[1], index), line)
        case _:
            return None


def series_of(added: Expression, index: str) -> Series:
    """Σ_{j=1}^{i} of what a step adds at token i."""
    over = "l" if index == "j" else "j"
    own = Symbol(index)
    body = with_symbols(
        added,
        lambda symbol: Symbol(symbol.name, (Symbol(over),)) if symbol.indices == (own,) else symbol,
    )
    return Series("sum", over, ONE, own, body)


def is_sum_up_to_itself(definition: Definition) -> bool:
    """Whether S_i is a sum that ends at token i, or S one over all tokens."""
    match definition.body:
        case Series(_, _, _, high):
            return high is None or not definition.indices or high == Symbol(definition.indices[0])
        case _:
            return False


def _plain(index: Expression) -> object:
    match index:
        case Addition(((1, Symbol(name, ())), (-1, Number(value)))):
            return name, value
        case _:
            return index


__all__ = ["increment", "is_sum_up_to_itself", "running_sum", "series_of"]
