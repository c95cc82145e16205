# ruff: noqa: E501 -- a pattern stays on one line
"""What the things that a phrase names cost: each in operations or in numbers to keep, for one token or for all.

The lengths of features are written L whatever they are; where random directions are spoken of they are 2R.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.verify.costs.cost_nouns import Thing
from grader.verify.scope.growth import Cost, read_cost

METHODS = (Thing.CUBIC, Thing.POLYNOMIAL, Thing.RANDOM, Thing.SOFTMAX, Thing.LINEAR)


@dataclass(frozen=True)
class Price:
    """What something costs for all tokens, and for one of them; why, and what some texts mean instead."""

    every: str
    one: str
    says: str
    also: tuple[str, ...] = ()
    single: bool = False  # whether one token's is meant unless all are spoken of


TIME: Mapping[Thing, Price] = {
    Thing.LEFT: Price("N^2 L + N^2 M", "N L + N M", "an N×N matrix is made from L features and multiplied by V"),
    Thing.RIGHT: Price("N L M", "L M", "φ(K)ᵀV and φ(Q) times it take N·L·M each"),
    Thing.SIMILARITIES: Price("N^2 L", "N L", "N² inner products of length L"),
    Thing.SCORES: Price("N^2 D", "N D", "N² inner products of length D"),
    Thing.MIXING: Price("N^2 M", "N M", "an N×N matrix times an N×M matrix"),
    Thing.ROWS: Price("N^2", "N", "one operation for each of N² weights"),
    Thing.NUMERATORS: Price("N L M", "L M", "a feature vector of length L times an L×M matrix for each query"),
    Thing.DENOMINATORS: Price("N L", "L", "an inner product of length L for each query"),
    Thing.DIVISIONS: Price("N M", "M", "M divisions for each of N rows"),
    Thing.UPDATE: Price("N L M", "L M", "an outer product of a feature vector and a value for each token", single=True),
    Thing.KEY_UPDATE: Price("N L", "L", "a feature vector of length L is added for each token", single=True),
    Thing.READING: Price("N L M", "L M", "a feature vector of length L times an L×M matrix for each query"),
    Thing.S: Price("N L M", "L M", "S sums N outer products of L features and M values"),
    Thing.Z: Price("N L", "L", "Z sums N feature vectors of length L"),
    Thing.SUMS: Price("N L M", "L M", "S sums N outer products of L features and M values"),
    Thing.STATE: Price("N L M", "L M", "each of N steps updates and reads an L×M state"),
    Thing.PROJECTIONS: Price("N R D", "R D", "N vectors of length D onto R directions"),
    Thing.WAVES: Price("N R", "R", "a sine and a cosine for each of N·R projections"),
    Thing.WEIGHING: Price("N L", "L", "one multiplication for each feature of each key", ("N D", "N D + N L")),
    Thing.NORMS: Price("N D", "D", "N vectors of length D"),
    Thing.DISTANCES: Price("B^2 D", "B D", "an inner product of length d for each of B² pairs", ("N^2 D", "D", "B D")),
}  # fmt: skip
WHOLES: Mapping[Thing, Price] = {
    Thing.SOFTMAX: Price("N^2 D + N^2 M", "N D + N M", "QKᵀ takes N²D and the weights times V take N²M"),
    Thing.LINEAR: Price("N L M", "L M", "the sums φ(K)ᵀV and φ(Q)S take N·L·M each"),
    Thing.POLYNOMIAL: Price("N D^2 M", "D^2 M", "degree-2 polynomial features number about D²/2, so the attention takes N·D²·M", ("N L M",)),
    Thing.CUBIC: Price("N D^3 M", "D^3 M", "degree-3 polynomial features number about D³/6, so the attention takes N·D³·M", ("N L M",)),
    Thing.RANDOM: Price("N R D + N R M", "R D + R M", "random-feature attention takes NRD for the projections and NRM for the sums"),
}  # fmt: skip
FEATURES_OF: Mapping[Thing, Price] = {
    Thing.POLYNOMIAL: Price("N D^2", "D^2", "one product of two coordinates for each of about D²/2 features"),
    Thing.RANDOM: Price("N R D", "R D", "N vectors of length D onto R directions, then N·R sines and cosines"),
}  # fmt: skip
MEMORY: Mapping[Thing, Price] = {
    Thing.ALL_STATES: Price("N L M", "N L M", "N states of L×M numbers"),
    Thing.CACHE: Price("N D + N M", "D + M", "N keys of length D and N values of length M"),
    Thing.WEIGHTS: Price("N^2", "N", "the attention matrix has N² entries"),
    Thing.SCORES: Price("N^2", "N", "QKᵀ has N² entries"),
    Thing.SIMILARITIES: Price("N^2", "N", "φ(Q)φ(K)ᵀ has N² entries"),
    Thing.LEFT: Price("N^2", "N", "φ(Q)φ(K)ᵀ has N² entries"),
    Thing.S: Price("L M", "L M", "S has L·M entries, however many tokens there are"),
    Thing.SUMS: Price("L M", "L M", "S is L×M and Z has length L, however many tokens there are"),
    Thing.STATE: Price("L M", "L M", "S is L×M and Z has length L, however many tokens there are"),
    Thing.Z: Price("L", "L", "Z has L entries, however many tokens there are"),
    Thing.DIRECTIONS: Price("R D", "R D", "R directions of length D"),
    Thing.DISTANCES: Price("B^2", "B^2", "one number for each of B² pairs", ("N^2",)),
}  # fmt: skip
_RUNNING = Price("L M", "L M", "the state S has L·M entries, however many tokens there are", ("N L", "N L M", "N L + L M", "N M + L M", "N L + N M + L M", "L"))  # fmt: skip
WHOLES_KEPT: Mapping[Thing, Price] = {
    Thing.SOFTMAX: Price("N^2", "N D + N M", "the attention matrix has N² entries", ("N D + N M", "N^2 + N D + N M", "N D", "N^2 + N D", "N^2 + N M", "N", "N M")),
    Thing.LINEAR: _RUNNING,
    Thing.POLYNOMIAL: Price("D^2 M", "D^2 M", "the state has D²·M entries", ("N D^2", "D^2 M + N D^2", "D^2", "N D^2 M", "D^2 M + N M", "N D^2 + N M", "L M")),
    Thing.RANDOM: Price("R M", "R M", "the sums are 2R×M, however many tokens there are", ("N R", "R M + N R", "R M + R D", "R D", "N R M", "N R + R M + R D", "N R + N M", "R", "L M")),
}  # fmt: skip
AGAIN = Price("N^2 L M", "N L M", "forming the sums afresh for each of N positions costs N²LM")
AGAIN_Z = Price("N^2 L", "N L", "forming Z afresh for each of N positions costs N²L")
UPDATED = frozenset({Thing.S, Thing.Z, Thing.SUMS, Thing.STATE})
SUMMED = frozenset({Thing.S, Thing.Z, Thing.UPDATE, Thing.SUMS, Thing.STATE, Thing.CAUSAL, Thing.LINEAR, Thing.RANDOM, Thing.NUMERATORS})  # fmt: skip


def parts_of(things: Sequence[Thing], *, memory: bool) -> list[Thing]:
    """The parts among the things, each once."""
    table = MEMORY if memory else TIME
    parts = [thing for place, thing in enumerate(things) if thing in table and thing not in things[:place]]
    # what is updated is no part beside its update
    return [part for part in parts if part not in UPDATED] if Thing.UPDATE in parts and not memory else parts


def together(prices: Sequence[Price]) -> Price:
    """What several parts cost together."""

    def added(costs: Sequence[str]) -> str:
        return " + ".join(dict.fromkeys(term for cost in costs for term in cost.split(" + ")))

    return Price(
        added([price.every for price in prices]),
        added([price.one for price in prices]),
        " and ".join(dict.fromkeys(price.says for price in prices)),
        tuple(other for price in prices for other in price.also) if len(prices) == 1 else (),
        all(price.single for price in prices),
    )


def cost_from(text: str) -> Cost:
    """A cost in the course's own letters."""
    return read_cost(text, {})
