"""Addition theorems: equations between sines and cosines of letters that are angles there and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from grader.verify.claim import Judged
from grader.verify.grammar.syntax import (
    Addition,
    Expression,
    Function,
    Number,
    Product,
    Quotient,
    Symbol,
    rewritten,
    symbols,
    walk,
)
from grader.verify.scope.context import Context
from grader.verify.scope.declarations import declared_name
from grader.verify.worlds.settings import VECTORS


def of_angles(
    trees: tuple[Expression, ...], context: Context
) -> tuple[tuple[Expression, ...], dict[str, str]] | None:
    """An addition theorem with letters of its own: in cos(a − b) = cos a cos b + sin a sin b no a is the anchor.

    The trees with letters that the text uses for nothing, and what each of these was. None where a letter stands
    outside of sines and cosines, or where there are no letters.
    """
    angled = {
        symbol
        for tree in trees
        for below in walk(tree)
        if isinstance(below, Function) and below.name in ANGLED and all(map(_is_angle, below.arguments))
        for argument in below.arguments
        for symbol in symbols(argument)
        if symbol.name not in CONSTANTS
    }
    outside = {
        symbol
        for tree in trees
        for symbol in symbols(rewritten(tree, lambda node: Number(Fraction(1)) if _is_turn(node) else None))
        if symbol.name not in CONSTANTS
    }
    free = [letter for letter in "abcfghrstuvw" if letter not in _taken(context)]
    if not angled or outside or len(angled) > len(free):
        return None
    own = dict(zip(sorted(angled, key=lambda symbol: symbol.name), map(Symbol, free), strict=False))
    renamed = tuple(
        rewritten(tree, lambda node: own.get(node) if isinstance(node, Symbol) else None) for tree in trees
    )
    return renamed, {new.name: old.name for old, new in own.items()}


CONSTANTS = frozenset({"pi", "e"})
ANGLED = frozenset({"sin", "cos", "tan"})


def _is_turn(node: object) -> bool:
    return isinstance(node, Function) and node.name in ANGLED and all(map(_is_angle, node.arguments))


def _is_angle(tree: Expression) -> bool:
    """Whether a tree is made of letters and numbers alone: a − b, 2θ, θ/2."""
    match tree:
        case Symbol(_, indices):
            return not indices
        case Number():
            return True
        case Addition(terms):
            return all(_is_angle(term) for _, term in terms)
        case Product(factors, _):
            return sum(not isinstance(factor, Number) for factor in factors) == 1 and all(
                map(_is_angle, factors)
            )
        case Quotient(over, Number()):
            return _is_angle(over)
        case _:
            return False


def in_typed_letters(judged: Judged, typed: Mapping[str, str]) -> Judged:
    """A ruling whose sentence and witness have the letters that the author typed."""
    says = re.sub(r"\b([a-z])(?= = )", lambda found: typed.get(found.group(), found.group()), judged.says)
    witness = {typed.get(name, name): value for name, value in (judged.witness or {}).items()}
    return replace(judged, says=says, witness=witness or None)


def _taken(context: Context) -> frozenset[str]:
    """The names that the text uses for something, or that have a meaning of their own."""
    declared = {declared_name(one.what) for one in context.declared}
    defined = {definition.name for _, definition in context.definitions}
    return frozenset({*declared, *defined, *context.aliases, *context.vectors, *VECTORS, "b"}) | context.units


__all__ = ["in_typed_letters", "of_angles"]
