"""Commands with arguments of their own: fractions, derivatives, binomials, inner products, brackets of rounding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.verify.grammar.names import read_function
from grader.verify.grammar.notation import Token
from grader.verify.grammar.series import read_series
from grader.verify.grammar.syntax import Derivative, Expression, Function, Inner, Product, Symbol, Unreadable
from grader.verify.grammar.trees import DIFFERENTIAL, differentials_in, is_differential, number, quotient_of

if TYPE_CHECKING:
    from grader.verify.grammar.parser import Parser


def read_command(parser: Parser, token: Token) -> Expression:
    if token.text in {"frac", "tfrac", "dfrac", "cfrac"}:
        over, under = read_arguments(parser)
        by = differentials_in(under)
        if len(by) == 1 and over in {Symbol("d"), Function(DIFFERENTIAL, ())}:
            return Derivative(parser.term(), by[0])
        if is_differential(over) and is_differential(under) and under != Symbol("d"):
            of = over.factors[1:] if isinstance(over, Product) and over.factors[0] == Symbol("d") else ()
            if len(of) != 1 or len(by) != 1:
                raise Unreadable("this derivative is not read")
            return Derivative(of[0], by[0])
        return quotient_of(over, under)
    if token.text == "partial":
        return read_differential(parser)
    if token.text == "nabla":
        return read_gradient(parser)
    if token.text == "sqrt":
        return read_function(parser, Token("function", "sqrt", token.at, token.spaced))
    if token.text in {"sum", "prod"}:
        return read_series(parser, "sum" if token.text == "sum" else "product")
    if token.text == "binom":
        return Function("binomial", read_arguments(parser))
    if token.text == "pi":
        return Symbol("pi")
    if token.text == "infty":
        return Symbol("infinity")
    if token.text == "langle":
        return read_inner_product(parser)
    if token.text in {"lfloor", "lceil"}:
        closing = {"lfloor": "rfloor", "lceil": "rceil"}[token.text]
        value = parser.expression()
        end = parser.take()
        if end.text != closing:
            raise Unreadable(f"\\{closing} was expected")
        return Function("floor" if token.text == "lfloor" else "ceiling", (value,))
    if token.text == "prime":
        raise Unreadable("a prime without a letter")
    raise Unreadable(f"the command \\{token.text} is not part of the notation that is read")


def read_differential(
    parser: Parser,
) -> Expression:
    """∂x; ∂²x as the differential of a differential; ∂ alone for an operator."""
    order = 1
    if parser.sees("^"):
        parser.at += 1
        power = "".join(token.text for token in parser.script())
        if power != "2":
            raise Unreadable("a derivative of higher order is not read")
        order = 2
    if parser.peek() is None or not parser.starts_factor(parser.tokens[parser.at]):
        return Function(DIFFERENTIAL, ())
    made = parser.postfix(parser.primary())
    for _ in range(order):
        made = Function(DIFFERENTIAL, (made,))
    return made


def read_gradient(
    parser: Parser,
) -> Expression:
    """∇_q of the term that follows."""
    if not parser.sees("_"):
        raise Unreadable("a gradient needs a subscript that says by what")
    parser.at += 1
    inner = parser.sub_parser(parser.script())
    by = inner.expression()
    inner.finish()
    return Derivative(parser.term(), by)


def read_arguments(parser: Parser) -> tuple[Expression, Expression]:
    """Two arguments; without braces `\\binom d2` is d over 2, and no d with an index."""
    braced = parser.sees("{")
    first = read_argument(parser)
    if not braced and parser.sees("_"):
        parser.at += 1
    return first, read_argument(parser)


def read_argument(
    parser: Parser,
) -> Expression:
    if parser.sees("{"):
        return parser.group()
    token = parser.take()
    if token.kind == "number" and len(token.text) > 1:
        # \frac12 means one half
        parser.at -= 1
        parser.tokens[parser.at : parser.at + 1] = [
            Token("number", digit, token.at, token.spaced) for digit in token.text if digit.isdigit()
        ]
        token = parser.take()
    if token.kind == "number":
        return number(token.text)
    if token.kind == "name":
        return Symbol(token.text)
    raise Unreadable("an argument in braces was expected")


def read_inner_product(
    parser: Parser,
) -> Expression:
    left = parser.expression()
    if not (parser.sees(",") or parser.sees("|") or parser.sees(";")):
        raise Unreadable("an inner product in angle brackets needs a comma")
    parser.at += 1
    right = parser.expression()
    end = parser.take()
    if end.text != "rangle":
        raise Unreadable("an angle bracket is opened and never closed")
    return Inner(left, right)
