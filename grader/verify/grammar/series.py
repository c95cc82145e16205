"""Sums and products over indices."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from grader.verify.grammar.notation import Token
from grader.verify.grammar.syntax import (
    Addition,
    Chain,
    Expression,
    Number,
    Series,
    Symbol,
    Unreadable,
    symbols,
)

if TYPE_CHECKING:
    from grader.verify.grammar.parser import Parser


def read_series(parser: Parser, kind: str) -> Expression:
    several = read_several_indices(parser)
    if several:
        body = read_series_body(parser)
        for name in reversed(several):
            body = Series(kind, name, None, None, body)
        return body
    low: Expression | None = None
    high: Expression | None = None
    index = ""
    for _ in range(2):
        if parser.sees("_"):
            parser.at += 1
            index, low, upper = read_lower_bound(parser, parser.script())
            high = upper if upper is not None else high
        elif parser.sees("^"):
            parser.at += 1
            inner = parser.sub_parser(parser.script())
            high = inner.expression()
            inner.finish()
    body = read_series_body(parser)
    if not index and low is None and high is None:
        index = only_index(body)
    if not index:
        raise Unreadable("a sum without an index")
    return Series(kind, index, low, high, body)


def only_index(body: Expression) -> str:
    """The one letter that is an index in Σ cos(w_r·δ); empty where there are several or none."""
    found = {index for below in symbols(body) for index in below.indices}
    match list(found):
        case [Symbol(name, ())] if len(name) == 1:
            return name
        case _:
            return ""


def read_several_indices(
    parser: Parser,
) -> list[str]:
    """The names in Σ_{a,b}, consumed; an empty list for anything else."""
    mark = parser.at
    if not parser.sees("_"):
        return []
    parser.at += 1
    script = parser.script()
    found = [token.text for token in script[::2] if token.kind == "name"]
    commas = [token.text for token in script[1::2]]
    if len(found) < 2 or len(script) != 2 * len(found) - 1 or set(commas) != {","} or parser.sees("^"):
        parser.at = mark
        return []
    return found


def read_lower_bound(parser: Parser, script: list[Token]) -> tuple[str, Expression | None, Expression | None]:
    """`j`, `j=1`, `j ≤ i`, `j < i`, `1 ≤ j ≤ i`: the index and what the subscript says of its bounds."""
    inner = parser.sub_parser(script)
    chain = inner.chain()
    if any(not isinstance(p, (Symbol, Number, Addition)) for p in chain.parts):
        raise Unreadable("a sum over something else than one index")
    one = Number(Fraction(1), "1")
    match chain:
        case Chain((Symbol(name, ()),), ()):
            return name, None, None
        case Chain((Symbol(name, ()), low), ("=",)):
            return name, low, None
        case Chain((Symbol(name, ()), high), ("<=",)):
            return name, None, high
        case Chain((Symbol(name, ()), high), ("<",)):
            return name, None, Addition(((1, high), (-1, one)))
        case Chain((low, Symbol(name, ()), high), ("<=", "<=")):
            return name, low, high
        case _:
            raise Unreadable("the bounds of a sum are not read")


def read_series_body(
    parser: Parser,
) -> Expression:
    """All factors up to the next plus, minus, relation or closing bracket."""
    return parser.term()
