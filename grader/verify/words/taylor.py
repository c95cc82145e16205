# ruff: noqa: E501 -- a pattern stays on one line
"""Taylor polynomials of the exponential in words: `(1 + t)² is the second-order Taylor polynomial of e^t`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from math import factorial

from grader.verify.claim import Kind, Method, Spanned, refuted, verified
from grader.verify.grammar.notation import ascii_form
from grader.verify.grammar.reader import read_expression
from grader.verify.grammar.syntax import Unreadable, names
from grader.verify.numbers.lettered import value_at
from grader.verify.reading.plain_signs import plain_signs

ORDERS = {"zeroth": 0, "first": 1, "linear": 1, "second": 2, "quadratic": 2, "third": 3, "cubic": 3, "fourth": 4, "two": 2, "three": 3, "one": 1}  # fmt: skip
POLYNOMIAL = r"(?P<poly>[(\d][\w+^()/.{} ·²³½-]{1,40}?)"
SAYS = re.compile(
    rf"(?<![\w)^]){POLYNOMIAL} (?:is|equals|gives|are) (?P<not>not )?(?:(?:just|exactly|precisely|nothing but|also|then|the|a|an|its) )*(?:(?P<order>zeroth|first|linear|second|quadratic|third|cubic|fourth)(?:[- ](?:order|degree))? |degree[- ](?P<degree>\d|two|three|one) )?Taylor (?:polynomial|expansion|approximation|series)(?: (?:truncated |cut off )?(?:of|to|at|after) (?:the )?(?:(?P<order2>first|second|third|fourth) order|degree (?P<degree2>\d|two|three)|order (?P<degree3>\d|two|three)))?(?: (?:of|for|to) (?:the )?(?:exponential|exp|function|kernel))*(?: (?:of|for) )?(?:exp ?\(|e ?\^ ?\{{?)?(?P<variable>[a-z])?",
    re.I,
)
POINTS = (Fraction(1, 3), Fraction(2), Fraction(-3, 2), Fraction(5))
ELSEWHERE = re.compile(r"\b(?:if|would|could|claims?|says?|almost|nearly|approximately|up to)\b|\?", re.I)


def taylor(sentence: str, before: str) -> Iterator[Spanned]:
    """(start, end, ruling) of each polynomial that is called a Taylor polynomial of the exponential.

    >>> [judged.ruling.value for _, _, judged in taylor("$(1+t)^2$ is the second-order Taylor polynomial of $e^t$.", "")]
    ['refuted']
    """
    plain, places = plain_signs(sentence)
    if not re.search(r"exp\b|e ?\^|exponential", f"{before[-300:]} {plain}", re.I) or ELSEWHERE.search(plain):
        return
    for found in SAYS.finditer(plain):
        try:
            tree = read_expression(ascii_form(found.group("poly").strip()))
        except Unreadable:
            continue
        letters = names(tree)
        if len(letters) != 1:
            continue
        letter = next(iter(letters))
        values = [value_at(tree, {letter: point}) for point in POINTS]
        if any(value is None for value in values):
            continue
        told = next(
            (
                found.group(key)
                for key in ("order", "degree", "order2", "degree2", "degree3")
                if found.group(key)
            ),
            None,
        )
        orders = range(5) if told is None else [ORDERS[told.lower()] if told.lower() in ORDERS else int(told)]
        holds = any(
            all(value == _exponential(order, point) for value, point in zip(values, POINTS, strict=True))
            for order in orders
        )
        shown = {0: "1", 1: "1 + t", 2: "1 + t + t²/2", 3: "1 + t + t²/2 + t³/6"}.get(
            orders[-1] if told else 2, "Σ tⁿ/n!"
        )
        says = f"e^t = 1 + t + t²/2 + t³/6 + …, cut off {shown}"
        end = found.end() + (1 if plain[found.end() : found.end() + 1] in {")", "}"} else 0)
        if holds != bool(found.group("not")):
            yield places[found.start()], places[end], verified(Kind.FACT, says, Method.SYMBOLIC)
        else:
            witness = {
                "t": 2,
                "Taylor polynomial": float(_exponential(orders[-1] if told else 2, Fraction(2))),
                "stated": float(value_at(tree, {letter: Fraction(2)}) or 0),
            }
            yield places[found.start()], places[end], refuted(Kind.FACT, says, Method.SYMBOLIC, witness)


def _exponential(order: int, point: Fraction) -> Fraction:
    return sum((point**power / factorial(power) for power in range(order + 1)), Fraction(0))


__all__ = ["taylor"]
