"""Tokens -> a tree. The grammar is the course's notation and refuses everything else: no guess is ever made.

Two places where mathematicians themselves read a text either way are a parameter, `Reading`: whether a slash takes
one factor or all that follow without a sign (`1/2σ²`). A caller that cannot know tries both.
"""

from __future__ import annotations

import re
from functools import lru_cache

from grader.verify.grammar.notation import FUNCTIONS, ascii_form, tokens_of
from grader.verify.grammar.parser import Parser, strip_ends
from grader.verify.grammar.syntax import Chain, Expression, Function, Unreadable, walk
from grader.verify.grammar.trees import DIFFERENTIAL
from grader.verify.grammar.vocabulary import KNOWN_FUNCTIONS, USUAL, Reading


@lru_cache(maxsize=4096)  # sizes and shapes come again in every sentence about them
def read_chain(formula: str, reading: Reading = USUAL) -> Chain:
    """One formula, relations included. Raises `Unreadable`.

    >>> read_chain(r"\\|q\\|^2 = q \\cdot q").relations
    ('=',)
    """
    parser = Parser(strip_ends(tokens_of(formula)), reading)
    chain = parser.chain()
    if any(
        isinstance(below, Function) and below.name == DIFFERENTIAL
        for part in chain.parts
        for below in walk(part)
    ):
        raise Unreadable("a differential stands outside a derivative")
    return chain


def read_expression(formula: str, reading: Reading = USUAL) -> Expression:
    """One expression without relations. Raises `Unreadable`."""
    chain = read_chain(formula, reading)
    if len(chain.parts) != 1 or chain.open_left:
        raise Unreadable("an expression was expected here, and a relation was found")
    return chain.parts[0]


def functions_in(text: str) -> frozenset[str]:
    """Names that a text defines as functions of one vector: `α(x) = ...`, `a(q) = ...`.

    >>> sorted(functions_in(r"with \\alpha(x) = 1 and b(k_j) = 2") - KNOWN_FUNCTIONS)
    ['alpha', 'b']
    """
    plain = ascii_form(text)
    found = re.findall(
        r"(?<![A-Za-z])\\?([A-Za-z]++)\s*(?:\\left)?\((?:\\mathbf\{|\\boldsymbol\{)?[qkxyu]\}?(?:_\{?[ij]\}?)?(?:\\right)?\)\s*(?:&?=|:=)",
        plain,
    )
    return KNOWN_FUNCTIONS | {name for name in found if name not in FUNCTIONS and name not in {"O", "T"}}


def has_two_readings(formula: str) -> bool:
    """Whether a slash is followed by factors that it may or may not take along."""
    try:
        tokens = tokens_of(formula)
    except Unreadable:
        return False
    return any(token.text == "/" and token.kind == "sign" for token in tokens)
