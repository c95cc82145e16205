# ruff: noqa: E501 -- a table row stays on one line
"""What the ways to attention are made of: each step with the shape of what it makes and the operations that it takes.

N positions, D the width of queries and keys, M of values, R random directions, L the length of the features whatever
they are (2R of random ones, about D²/2 of the polynomial kernel of degree 2), B the size of a batch. Every count, every
growth class and every amount of memory of the attention methods follows from these tables.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.verify.costs.cost_nouns import Thing
from grader.verify.scope.growth import Cost, read_cost

METHODS = (Thing.CUBIC, Thing.POLYNOMIAL, Thing.RANDOM, Thing.SOFTMAX, Thing.LINEAR)


@dataclass(frozen=True)
class Step:
    """One step for the whole sequence: what it makes, its multiplications, all its operations, and those for one token."""

    shape: tuple[str, ...]
    multiplications: (
        str  # scalar multiplications as the course counts them; none of sums, exponentials and divisions
    )
    operations: str
    one: str
    says: str
    kept: str = ""  # why it has so many numbers, where they are spoken of
    also: tuple[str, ...] = ()  # what some texts mean instead
    single: bool = False  # whether one token's is meant unless all are spoken of
    turns: bool = False  # whether its sides may stand the other way round, where vectors are columns


STEPS: Mapping[Thing, Step] = {
    Thing.SCORES: Step(("N", "N"), "N^2 D", "N^2 D", "N D", "N² inner products of length D", "QKᵀ has N² entries"),
    Thing.ROWS: Step(("N", "N"), "", "N^2", "N", "one operation for each of N² weights"),
    Thing.WEIGHTS: Step(("N", "N"), "", "", "", "", "the attention matrix has N² entries"),
    Thing.MIXING: Step(("N", "M"), "N^2 M", "N^2 M", "N M", "an N×N matrix times an N×M matrix"),
    Thing.SIMILARITIES: Step(("N", "N"), "N^2 L", "N^2 L", "N L", "N² inner products of length L", "φ(Q)φ(K)ᵀ has N² entries"),
    Thing.LEFT: Step(("N", "M"), "N^2 L + N^2 M", "N^2 L + N^2 M", "N L + N M", "an N×N matrix is made from L features and multiplied by V", "φ(Q)φ(K)ᵀ has N² entries"),
    Thing.RIGHT: Step(("N", "M"), "2 N L M", "N L M", "L M", "φ(K)ᵀV and φ(Q) times it take N·L·M each"),
    Thing.PROJECTIONS: Step(("N", "R"), "N R D", "N R D", "R D", "N vectors of length D onto R directions"),
    Thing.WAVES: Step(("N", "L"), "", "N R", "R", "a sine and a cosine for each of N·R projections"),
    Thing.WEIGHING: Step(("N", "L"), "N L", "N L", "L", "one multiplication for each feature of each key", also=("N D", "N D + N L", "N", "N M")),
    Thing.NORMS: Step(("N",), "N D", "N D", "D", "N vectors of length D"),
    Thing.S: Step(("L", "M"), "N L M", "N L M", "L M", "S sums N outer products of L features and M values", "S has L·M entries, however many tokens there are", turns=True),
    Thing.Z: Step(("L",), "", "N L", "L", "Z sums N feature vectors of length L", "Z has L entries, however many tokens there are"),
    Thing.SUMS: Step((), "N L M", "N L M", "L M", "S sums N outer products of L features and M values", "S is L×M and Z has length L, however many tokens there are"),
    Thing.STATE: Step((), "2 N L M", "N L M", "L M", "each of N steps updates and reads an L×M state", "S is L×M and Z has length L, however many tokens there are"),
    Thing.NUMERATORS: Step(("N", "M"), "N L M", "N L M", "L M", "a feature vector of length L times an L×M matrix for each query"),
    Thing.DENOMINATORS: Step(("N",), "N L", "N L", "L", "an inner product of length L for each query"),
    Thing.DIVISIONS: Step(("N", "M"), "", "N M", "M", "M divisions for each of N rows"),
    Thing.UPDATE: Step(("L", "M"), "N L M", "N L M", "L M", "an outer product of a feature vector and a value for each token", single=True),
    Thing.KEY_UPDATE: Step(("L",), "", "N L", "L", "a feature vector of length L is added for each token", single=True),
    Thing.READING: Step(("N", "M"), "N L M", "N L M", "L M", "a feature vector of length L times an L×M matrix for each query"),
    Thing.DIRECTIONS: Step(("R", "D"), "", "", "", "", "R directions of length D"),
    Thing.ALL_STATES: Step(("N", "L", "M"), "", "", "", "", "N states of L×M numbers"),
    Thing.OUTPUTS: Step(("N", "M"), "", "", "", "", "N outputs of M numbers"),
    Thing.FEATURES: Step(("N", "L"), "", "", "", "", "N feature vectors of length L"),
    Thing.DISTANCES: Step(("B", "B"), "B^2 D", "B^2 D", "B D", "an inner product of length d for each of B² pairs", "one number for each of B² pairs", ("N^2 D", "D", "B D")),
}  # fmt: skip
NUMBERS: Mapping[Thing, tuple[str, str]] = {
    Thing.SUMS: ("L M + L", "S is L×M and Z has L entries"),
    Thing.STATE: ("L M + L", "S is L×M and Z has L entries"),
    Thing.CACHE: ("N D + N M", "N keys of length D and N values of length M"),
}  # fmt: skip


@dataclass(frozen=True)
class Way:
    """A whole way to attention: the steps that multiply, its growth, and what it keeps."""

    steps: tuple[Thing, ...]
    every: str
    one: str
    says: str
    features: str  # how the number of its features grows; "" without any
    counted: str = ""
    also: tuple[str, ...] = ()


SUMMING = (Thing.S, Thing.NUMERATORS, Thing.DENOMINATORS)
WAYS: Mapping[Thing, Way] = {
    Thing.SOFTMAX: Way((Thing.SCORES, Thing.MIXING), "N^2 D + N^2 M", "N D + N M", "QKᵀ takes N²D and the weights times V take N²M", "", "N²D for QKᵀ, N²M for the weights times V"),
    Thing.LINEAR: Way(SUMMING, "N L M", "L M", "the sums φ(K)ᵀV and φ(Q)S take N·L·M each", "L", "NLM for S, NLM for the numerators, NL for the denominators"),
    Thing.POLYNOMIAL: Way(SUMMING, "N D^2 M", "D^2 M", "degree-2 polynomial features number about D²/2, so the attention takes N·D²·M", "D^2", "NLM for S, NLM for the numerators, NL for the denominators", ("N L M",)),
    Thing.CUBIC: Way(SUMMING, "N D^3 M", "D^3 M", "degree-3 polynomial features number about D³/6, so the attention takes N·D³·M", "D^3", "NLM for S, NLM for the numerators, NL for the denominators", ("N L M",)),
    Thing.RANDOM: Way((Thing.PROJECTIONS, Thing.PROJECTIONS, Thing.WEIGHING, *SUMMING), "N R D + N R M", "R D + R M", "random-feature attention takes NRD for the projections and NRM for the sums", "R", "2NRD for the projections, 2NR for the key weights, 2NRM for each of S and φ(Q)S, 2NR for φ(Q)Z"),
}  # fmt: skip
TWICE_R = "2 R"


def total_of(way: Thing) -> str:
    """The multiplications of a way to attention in all, with L for the length of its features.

    >>> str(cost_from(total_of(Thing.RANDOM).replace("L", "2 R")))
    '2NRD + 4NR + 4NRM'
    """
    return " + ".join(STEPS[step].multiplications for step in WAYS[way].steps)


def numbers_of(thing: Thing) -> str:
    """How many numbers something has: the product of its sides."""
    if thing in NUMBERS:
        return NUMBERS[thing][0]
    return " ".join(STEPS[thing].shape)


@dataclass(frozen=True)
class Price:
    """What something costs for all tokens, and for one of them; why, and what some texts mean instead."""

    every: str
    one: str
    says: str
    also: tuple[str, ...] = ()
    single: bool = False  # whether one token's is meant unless all are spoken of


TIME: Mapping[Thing, Price] = {
    thing: Price(step.operations, step.one, step.says, step.also, step.single)
    for thing, step in STEPS.items()
    if step.operations
}
WHOLES: Mapping[Thing, Price] = {
    thing: Price(way.every, way.one, way.says, way.also) for thing, way in WAYS.items()
}
FEATURES_OF: Mapping[Thing, Price] = {
    Thing.POLYNOMIAL: Price("N D^2", "D^2", "one product of two coordinates for each of about D²/2 features"),
    Thing.RANDOM: Price("N R D", "R D", "N vectors of length D onto R directions, then N·R sines and cosines"),
}  # fmt: skip
MEMORY: Mapping[Thing, Price] = {
    Thing.ALL_STATES: Price("N L M", "N L M", STEPS[Thing.ALL_STATES].kept),
    Thing.CACHE: Price("N D + N M", "D + M", NUMBERS[Thing.CACHE][1]),
    **{
        thing: Price("N^2", "N", STEPS[thing].kept)
        for thing in (Thing.WEIGHTS, Thing.SCORES, Thing.SIMILARITIES, Thing.LEFT)
    },
    **{thing: Price("L M", "L M", STEPS[thing].kept) for thing in (Thing.S, Thing.SUMS, Thing.STATE)},
    Thing.Z: Price("L", "L", STEPS[Thing.Z].kept),
    Thing.DIRECTIONS: Price("R D", "R D", STEPS[Thing.DIRECTIONS].kept),
    Thing.DISTANCES: Price("B^2", "B^2", STEPS[Thing.DISTANCES].kept, ("N^2",)),
}
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
