# ruff: noqa: E501 -- a pattern or a sentence stays on one line
"""Sums of the weights of attention: each row of the attention matrix sums to one, a column need not."""

from __future__ import annotations

import re

from grader.verify.claim import Judged, Kind, Method, refuted, verified
from grader.verify.grammar.syntax import (
    Call,
    Chain,
    Expression,
    Function,
    Number,
    Product,
    Quotient,
    Series,
    Symbol,
    Transpose,
    symbols,
    with_symbols,
)
from grader.verify.scope.context import Context

# what makes columns sum to one after all, or takes the softmax over the other index
OTHERWISE = re.compile(
    r"sinkhorn|doubly|bistochastic|permutation|uniform|\b(?:if|when|whenever|unless|suppose|assum\w+|until|so that|provided)\b|softmax (?:is (?:taken |applied )?)?(?:over|along|across|down) (?:the |each |every )?(?:columns?|queries|i\b)|normali[sz]\w+ (?:\w+ )?(?:over|along|across|down) (?:the |each |every )?(?:columns?|queries|i\b)|column-?wise|\bcolumn normali[sz]",
    re.IGNORECASE,
)
WITNESS = {
    "three tokens, every row of weights": [0.5, 0.25, 0.25],
    "sums of the rows": [1, 1, 1],
    "sums of the columns": [1.5, 0.75, 0.75],
}
SAYS = "the weights of one query sum to 1; a key's weights need not: with the row (1/2, 1/4, 1/4) for each of three queries the columns sum to 3/2, 3/4, 3/4"


def judge(chain: Chain | None, sentence: str, about: str, context: Context, line: int) -> Judged | None:
    """A ruling on a sum of normalised weights; None for anything else."""
    if chain is None or chain.open_left or len(chain.parts) != 2 or chain.relations[0] not in {"=", "!="}:
        return None
    left, right = chain.parts
    kind = _summed(left, right, context, line)
    if kind is None:
        return None
    if kind == "rows":
        holds = True
    elif kind == "all":
        holds = isinstance(right, Symbol) and context.aliases.get(right.name) == "N"
        if not holds and not isinstance(right, Number):
            return None
    else:
        holds = False
    if kind == "rows" and isinstance(right, Number) and right.value != 1:
        holds = False
    elif kind == "rows" and not isinstance(right, (Number, Transpose)) and right != Symbol("ones"):
        return None
    if chain.relations[0] == "!=":
        return verified(Kind.IDENTITY, SAYS, Method.COUNT) if kind == "columns" else None
    if holds:
        says = "the weights of each query sum to 1" if kind == "rows" else "N rows that sum to 1 each"
        return verified(Kind.IDENTITY, says, Method.SYMBOLIC)
    if OTHERWISE.search(f"{about[-1500:]} {sentence}"):
        return None
    if kind == "columns" and not ((isinstance(right, Number) and right.value == 1) or _is_ones(right)):
        return None
    return refuted(Kind.IDENTITY, SAYS, Method.COUNT, dict(WITNESS))


def _is_ones(tree: Expression) -> bool:
    match tree:
        case Symbol("ones") | Transpose(Symbol("ones")):
            return True
        case _:
            return False


def _summed(left: Expression, right: Expression, context: Context, line: int) -> str | None:
    """What is summed: "rows", "columns", "all"; None if it is no sum of normalised weights."""
    match left:
        case Series("sum", first, _, _, Series("sum", second, _, _, Symbol(name, (a, b)))):
            both = {first, second} == {one.name for one in (a, b) if isinstance(one, Symbol)}
            return "all" if both and normalised(name, context, line) else None
        case Series("sum", index, low, _, Symbol(name, (a, b))):
            if low is not None and not (isinstance(low, Number) and low.value == 1):
                return None
            if not _whole(left, context) or not normalised(name, context, line) or a == b:
                return None
            return {a: "columns", b: "rows"}.get(Symbol(index))
        case Product((Symbol(name, ()), ones), _) if _is_ones(ones) and ones == right:
            return "rows" if normalised(name, context, line) else None
        case Product((Transpose(Symbol(name, ())), ones), _) if _is_ones(ones) and ones == right:
            return "columns" if normalised(name, context, line) else None
        case Product((Transpose(Symbol("ones")) as ones, Symbol(name, ())), _) if ones == right:
            return "columns" if normalised(name, context, line) else None
        case _:
            return None


def _whole(series: Series, context: Context) -> bool:
    """Whether a sum runs over all tokens: without an upper bound, or up to N."""
    high = series.high
    return high is None or (isinstance(high, Symbol) and context.aliases.get(high.name) == "N")


def normalised(name: str, context: Context, line: int) -> bool:
    """Whether the text defines a matrix as weights that are divided by their sum over the second index."""
    definition = context.setting_at(line).definitions.get(name)
    if definition is None or definition.parameters:
        return False
    match definition.body:
        case Quotient(over, Series("sum", index, _, _, body)) if len(definition.indices) == 2:
            renamed = Symbol(definition.indices[1])
            same = with_symbols(body, lambda symbol: renamed if symbol == Symbol(index) else symbol)
            return _plain(same) == _plain(over) and any(renamed in symbol.indices for symbol in symbols(over))
        case Call(Symbol("softmax"), (argument,)) | Function("softmax", (argument,)):
            return not definition.indices and _is_scores(argument)
        case _:
            return False


def _is_scores(tree: Expression) -> bool:
    """Whether a tree is QKᵀ, divided by a number or not."""
    if isinstance(tree, Quotient):
        tree = tree.over
    match tree:
        case Product((Symbol(), Transpose(Symbol())), _):
            return True
        case _:
            return False


def _plain(tree: Expression) -> object:
    """A tree with the same sign between all factors."""
    match tree:
        case Product(factors):
            return tuple(map(_plain, factors))
        case Quotient(over, under):
            return "/", _plain(over), _plain(under)
        case Function(name, arguments):
            return name, tuple(map(_plain, arguments))
        case Number(value):
            return value
        case _:
            return tree


__all__ = ["judge", "normalised"]
