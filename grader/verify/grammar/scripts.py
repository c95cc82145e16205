"""What a super- or subscript makes of its base: powers, transposes, labels, indices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.verify.grammar.notation import Token
from grader.verify.grammar.syntax import (
    Call,
    Expression,
    Function,
    Norm,
    Power,
    Product,
    Symbol,
    Transpose,
    Unreadable,
)
from grader.verify.grammar.trees import SQUARE_NAMES, with_label, with_prime

if TYPE_CHECKING:
    from grader.verify.grammar.parser import Parser


def with_script_above(parser: Parser, base: Expression) -> Expression:
    parenthesised = parser.sees("{") and (after := parser.peek(1)) is not None and after.text == "("
    script = parser.script()
    text = "".join(token.text for token in script)
    if text in {"T", "top", "intercal", "t", "Tr"} and (text != "t" or script[0].style == "upright"):
        return Transpose(base)
    if text in {"prime", "'", "''", "primeprime"}:
        return with_prime(base)
    if text in {"*", "ast", "star", "+", "dagger"}:
        return with_label(base, text)
    if text in {"Ttop"}:
        raise Unreadable("two transposes in one exponent")
    if len(script) > 1 and script[-1].text in {"T", "top"} and script[0].text in {"prime", "'"}:
        return Transpose(with_prime(base))
    if parenthesised and len(script) == 3 and script[1].kind in {"name", "word", "number"}:
        return with_label(base, text)
    exponent = parser.sub_parser(script)
    value = exponent.expression()
    exponent.finish()
    if base == Symbol("e"):
        return Function("exp", (value,))
    return Power(base, value)


def with_script_below(parser: Parser, base: Expression) -> Expression:
    script = parser.script()
    text = "".join(token.text for token in script)
    if isinstance(base, Transpose):
        of = base.of
        return Transpose(_with_subscript(of, script, text, parser))
    if isinstance(base, Power) and isinstance(base.base, (Symbol, Norm)):
        return Power(_with_subscript(base.base, script, text, parser), base.exponent)
    return _with_subscript(base, script, text, parser)


def read_indices(parser: Parser, script: list[Token]) -> tuple[Expression, ...]:
    parts: list[list[Token]] = [[]]
    for token in script:
        if token.text == "," and token.kind == "sign":
            parts.append([])
        else:
            parts[-1].append(token)
    found: list[Expression] = []
    for part in parts:
        if not part:
            raise Unreadable("an empty index")
        if all(token.kind == "name" for token in part):
            found += [Symbol(token.text) for token in part]
            continue
        if any(token.kind == "relation" or token.text == ":" for token in part):
            raise Unreadable("a range or relation as an index")
        inner = parser.sub_parser(part)
        found.append(inner.expression())
        inner.finish()
    return tuple(found)


def entry_of_matrix(parser: Parser, product: Expression) -> Expression:
    """`(AB)_{ij}` as a call with the matrix and both indices; the matrix itself where other things follow."""
    mark = parser.at
    if isinstance(product, (Product, Transpose)):
        parser.at += 1
        indices = read_indices(parser, parser.script())
        if len(indices) == 2:
            return Call(Symbol("entry"), (product, *indices))
    parser.at = mark
    return product


def _with_subscript(base: Expression, script: list[Token], text: str, parser: Parser) -> Expression:
    match base:
        case Symbol(name, indices):
            single = len(script) == 1
            if any(token.kind in {"word", "function"} for token in script):
                if any(token.kind in {"relation"} for token in script):
                    raise Unreadable("a subscript with a relation")
                if len(script) > 1 and script[1].text == "," and script[0].kind == "word":
                    return Symbol(
                        f"{name}_{script[0].text.lower()}", indices + read_indices(parser, script[2:])
                    )
                return Symbol(f"{name}_{text.lower().strip()}", indices)
            if (
                single
                and script[0].kind == "name"
                and (
                    script[0].text.isupper()
                    or (len(script[0].text) > 1 and name in {"c", "C", "T", "K", "k", "calK", "G", "p", "f"})
                    or (name in SQUARE_NAMES and script[0].text in "kvqhmef")
                    or (name == "D" and script[0].text == "r")
                )
            ):
                return Symbol(f"{name}_{script[0].text}", indices)
            if len(script) > 1 and all(token.kind == "name" and token.text.isupper() for token in script):
                return Symbol(f"{name}_{text}", indices)
            return Symbol(name, indices + read_indices(parser, script))
        case Norm():
            if text in {"2", "F"}:
                return base
            raise Unreadable(f"a norm of order {text} is not read")
        case Call():
            # f(x)_i: the i-th entry
            raise Unreadable("an entry of a function's value is not read")
        case _:
            raise Unreadable("a subscript stands on something that is not a name")
