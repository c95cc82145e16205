"""Named functions, calls, growth classes, expectations and indicators."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from grader.verify.grammar.conditions import condition
from grader.verify.grammar.notation import FUNCTIONS, Token
from grader.verify.grammar.scripts import with_script_below
from grader.verify.grammar.syntax import (
    Call,
    Expression,
    Function,
    Growth,
    Moment,
    Number,
    Power,
    Quotient,
    Symbol,
    Transpose,
    Unreadable,
)
from grader.verify.grammar.trees import product_of, with_prime
from grader.verify.grammar.vocabulary import GROWTH_WORDS, OPENING

if TYPE_CHECKING:
    from grader.verify.grammar.parser import Parser


def read_function(parser: Parser, token: Token) -> Expression:
    name = {"ln": "log"}.get(token.text, token.text)
    power: Expression | None = None
    if parser.sees("_"):
        parser.at += 1
        base = "".join(t.text for t in parser.script())
        if name == "log" and base == "2":
            name = "log2"
        elif name == "log" and base == "10":
            name = "log10"
        elif name == "log" and base == "e":
            name = "log"
        else:
            raise Unreadable(f"{name} with the subscript {base} is not read")
    if parser.sees("^"):
        parser.at += 1
        script = parser.script()
        inner = parser.sub_parser(script)
        power = inner.expression()
        inner.finish()
        if name == "exp" and not (parser.sees("(") or parser.sees("[")):
            return Function("exp", (power,))
    if parser.sees("(", "[") or (name in {"sqrt"} and parser.sees("{")):
        opened = parser.peek()
        if opened is None:
            raise AssertionError("opened cannot be missing here")
        if name == "sqrt" and opened.text == "[":
            order = parser.items(parser.bracketed())
            body = parser.group() if parser.sees("{", "(") else parser.primary()
            if len(order) != 1:
                raise Unreadable("a root with several orders")
            return Power(body, Quotient(Number(Fraction(1)), order[0]))
        arguments = parser.items(parser.bracketed())
    elif parser.sees("{"):
        arguments = parser.items(parser.bracketed())
    elif name in {"max", "min"}:
        raise Unreadable(f"{name} without brackets is not read")
    elif name == "sqrt":
        arguments = (root_argument(parser),)
    else:
        arguments = (bare_argument(parser),)
    made: Expression = Function(name, arguments)
    return made if power is None else Power(made, power)


def root_argument(
    parser: Parser,
) -> Expression:
    base = parser.primary()
    if parser.sees("_") and isinstance(base, Symbol):
        parser.at += 1
        base = with_script_below(parser, base)
    return base


def bare_argument(
    parser: Parser,
) -> Expression:
    """The argument of `log N` or `cos ωᵀx`: the factors that follow without a sign between them."""
    factors = [parser.postfix(parser.primary())]
    joins = []
    while (token := parser.peek()) is not None and parser.starts_factor(token) and token.kind != "function":
        # cos ωᵀ(x − y): a transpose has no cosine, so that the bracket belongs to it; cos a (b + c) is a product
        if token.text in {"(", "["} and not isinstance(factors[-1], Transpose):
            break
        if token.text == "{" and parser.tokens[parser.at + 1].kind == "function":
            break  # exp a underbrace{exp b}
        factors.append(parser.postfix(parser.primary()))
        joins.append("")
    return product_of(factors, joins)


def read_name(parser: Parser, token: Token) -> Expression:
    if token.kind == "word" and token.style == "text" and not re.fullmatch(r"[A-Za-z][\w-]*", token.text):
        raise Unreadable(f"the words {token.text[:40]!r} stand inside the formula")
    if token.text in {"E", "bbE"} and parser.sees("_"):
        mark = parser.at
        parser.at += 1
        parser.script()
        if not parser.sees("[") and not (token.text == "bbE" and parser.sees("(")):
            parser.at = mark
    if token.text == "ones" and (indicator := read_indicator(parser)) is not None:
        return indicator
    base: Expression = Symbol(token.text if token.kind == "name" else token.text.replace("-", "_"))
    if token.kind == "word" and token.text in FUNCTIONS:
        return read_function(parser, token)
    while parser.sees("_") or parser.sees("'"):
        base = with_prime(base) if parser.take().text == "'" else with_script_below(parser, base)
    if token.text in {"E", "bbE"} and (parser.sees("[") or (token.text == "bbE" and parser.sees("("))):
        items = parser.items(parser.bracketed())
        return Moment("E", items[0])
    if token.text in {"Var", "Cov"} and parser.sees("[", "("):
        items = parser.items(parser.bracketed())
        if token.text == "Var" and len(items) == 1:
            return Moment("Var", items[0])
        raise Unreadable("a covariance is not read")
    if token.text in {"E", "bbE", "Var"} and (after := parser.peek()) is not None and _is_whole(after):
        return bare_moment(parser, "Var" if token.text == "Var" else "E")
    if not (isinstance(base, Symbol)):
        raise AssertionError("a node of another kind cannot stand here")
    # primes and superscript labels before the argument: V'_i, f^*(x)
    if parser.sees("(") or (parser.sees("[") and base.name in GROWTH_WORDS):
        return call_or_factor(parser, base)
    if parser.sees("{") and parser.reading.functions and base.name in GROWTH_WORDS:
        return call_or_factor(parser, base)
    if token.kind == "word" and base.name == token.text and token.style != "text" and len(token.text) > 2:
        return base
    return base


def _is_whole(token: Token) -> bool:
    """Whether a token begins something that an expectation without brackets may be taken of as a whole."""
    return token.kind == "function" or token.text in {"langle", "|", "e", *FEATURES}


FEATURES = frozenset({"phi", "psi", "varphi"})


def bare_moment(parser: Parser, kind: str) -> Expression:
    """E cos⟨w, δ⟩ without brackets: the moment of the one function that follows it, or of φ(x)ᵀφ(y).

    Raises `Unreadable` where more factors follow, because then it isn't said how far the expectation reaches.
    """
    of = parser.postfix(parser.primary())
    token = parser.peek()
    if isinstance(of, Transpose) and isinstance(of.of, Call) and token is not None and token.text in FEATURES:
        of = product_of([of, parser.postfix(parser.primary())], [""])
        token = parser.peek()
    if token is not None and parser.starts_factor(token):
        raise Unreadable("how far an expectation without brackets reaches is not said")
    return Moment(kind, of)


def read_indicator(
    parser: Parser,
) -> Expression | None:
    """1[i = j], 1_{i=j}: what stands in the brackets as a condition; None without a relation in them."""
    mark = parser.at
    if parser.sees("_"):
        parser.at += 1
    if parser.sees("[", "(", "{"):
        content = parser.bracketed()
        if any(token.kind == "relation" for token in content):
            return condition(parser.sub_parser(content).chain())
    parser.at = mark
    return None


def call_or_factor(parser: Parser, base: Symbol) -> Expression:
    start = parser.at
    if base.name in GROWTH_WORDS and not base.indices:
        items = parser.items(parser.bracketed())
        if len(items) != 1:
            raise Unreadable("a growth class of several expressions")
        return Growth(GROWTH_WORDS[base.name], items[0])
    content = parser.bracketed()
    commas = _top_commas(content)
    if base.name in parser.reading.functions or commas:
        items = parser.items(content)
        return Call(base, items)
    parser.at = start
    return base


def _top_commas(tokens: list[Token]) -> bool:
    depth = 0
    for token in tokens:
        if token.kind == "sign":
            if token.text in OPENING:
                depth += 1
            elif token.text in {")", "]", "}"}:
                depth -= 1
            elif token.text == "," and depth == 0:
                return True
    return False
