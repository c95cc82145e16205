"""Numbers as a text prints them: their values, and how far what they stand for may lie from them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np

from grader.verify.grammar.reader import read_expression
from grader.verify.grammar.syntax import (
    Addition,
    Expression,
    Number,
    Product,
    Sequence,
    Transpose,
    Unreadable,
    names,
    walk,
)
from grader.verify.worked.evaluation import Array, Unknown, constants, evaluate

CONSTANTS = frozenset({"e", "pi"})
PERCENT = re.compile(r"\s*%$")


class Match(Enum):
    """How a value compares with what is printed."""

    AGREES = 1
    NEAR = 2  # one unit of the last digit away: the author may have gone on with rounded numbers
    CLASHES = 3


@dataclass(frozen=True)
class Literal:
    """Printed numbers; `slack` has half the weight of each one's last digit, 0 for what is exact."""

    value: Array
    slack: Array
    computed: bool  # it is an expression such as e^{1/2} or 12/7, not digits alone

    def against(self, exact: Array) -> Match | None:
        """How a value compares with these numbers; None where their sizes differ."""
        if self.value.size == 1 and float(self.value.ravel()[0]) == 0 and exact.size > 1:
            # the sums before the first position are 0
            return Match.AGREES if not np.any(exact) else None
        if exact.size != self.value.size:
            return None
        return max(
            (self._match(exact.reshape(self.value.shape)), *self._turned(exact)),
            key=lambda match: -match.value,
        )

    def in_order(self) -> Literal:
        """The same numbers, the smallest first."""
        order = np.argsort(self.value.ravel())
        return replace(self, value=self.value.ravel()[order], slack=self.slack.ravel()[order])

    def _turned(self, exact: Array) -> list[Match]:
        """The same with rows for columns, where a matrix is meant."""
        if exact.ndim != 2 or 1 in exact.shape or exact.T.shape != self.value.shape:
            return []
        return [self._match(exact.T)]

    def _match(self, exact: Array) -> Match:
        gap = np.abs(exact - self.value)
        tiny = 1e-9 * np.maximum(1.0, np.abs(self.value))
        if np.all(gap <= self.slack * (1 + 1e-6) + tiny):
            return Match.AGREES
        return Match.NEAR if np.all(gap <= 2.2 * self.slack + tiny) else Match.CLASHES


def literal_of(text: str, *, near: bool = False) -> Literal | None:
    """The numbers of a piece of text; None if it has letters or is not read. `near`: they are said to be rounded.

    >>> literal_of("(6, 14)^T").value.tolist(), literal_of("0.878").slack.tolist(), literal_of("q·k") is None
    ([6.0, 14.0], 0.0005, True)
    """
    plain = text.strip()
    percent = PERCENT.search(plain)
    try:
        tree = read_expression(PERCENT.sub("", plain) if percent else plain)
    except Unreadable:
        return None
    made = literal_from(tree, near=near)
    if made is None or not percent:
        return made
    return replace(made, value=np.asarray(made.value / 100), slack=np.asarray(made.slack / 100))


def literal_from(tree: Expression, *, near: bool = False) -> Literal | None:
    """The numbers of a tree without letters."""
    match tree:
        case Transpose(of):
            return literal_from(of, near=near)
        case Sequence(items, _):
            made = [literal_from(item, near=near) for item in items]
            parts = [one for one in made if one is not None]
            if len(parts) < len(made) or not parts or len({one.value.shape for one in parts}) > 1:
                return None
            return Literal(
                np.asarray([one.value for one in parts]),
                np.asarray([one.slack for one in parts]),
                any(one.computed for one in parts),
            )
    if not names(tree) <= CONSTANTS | {"softmax"}:
        return None
    try:
        value = evaluate(tree, constants)
        slack = np.zeros(value.shape)
        for number in walk(tree):
            if isinstance(number, Number) and _half(number):
                alone = _is_printed(tree)
                slack = slack + (_half(number) if alone else np.abs(_nudged(tree, number) - value))
    except Unknown:
        return None
    whole = not any(isinstance(below, Number) and _half(below) for below in walk(tree))
    if near and whole and isinstance(tree, Number):
        slack = np.asarray(0.5)
    return Literal(np.asarray(value), np.asarray(slack), not _is_printed(tree))


def _is_printed(tree: Expression) -> bool:
    match tree:
        case Number():
            return True
        case Addition(((-1, Number()),)):
            return True
        case Product((Number(), *_), _):
            return False
        case _:
            return False


def _half(number: Number) -> float:
    """Half the weight of a decimal's last digit; 0 for whole numbers, which are exact."""
    plain = number.printed.lower()
    mantissa, _, power = plain.partition("e")
    if "." not in mantissa:
        return 0.0
    return float(0.5 * 10.0 ** (-len(mantissa.partition(".")[2])) * 10.0 ** int(power or 0))


def _nudged(tree: Expression, number: Number) -> Array:
    return evaluate(
        tree, constants, None, lambda one: float(one.value) + (_half(one) if one is number else 0.0)
    )


__all__ = ["Literal", "Match", "literal_from", "literal_of"]
