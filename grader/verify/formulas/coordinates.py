# ruff: noqa: E501 -- a pattern stays on one line
"""Products of vectors written out in their coordinates: (q·k + 1)² = (q₁k₁)² + (q₂k₂)² + ... for two dimensions.

Numbers as indices name coordinates where the same letters also stand alone, as whole vectors.
"""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np

from grader.verify.claim import Judged, Kind, Method, refuted, verified
from grader.verify.grammar.syntax import (
    Addition,
    Call,
    Chain,
    Expression,
    Number,
    Symbol,
    names,
    symbols,
    walk,
    with_symbols,
)
from grader.verify.worlds.settings import Array, Clash, Setting, Undecidable
from grader.verify.worlds.world import World

# what says that q_1 is a coordinate of q and not the first query
SAID = re.compile(
    r"\(\s*[qkxyuz]_\{?1\}?\s*,|\bcoordinates?\b|(?<![A-Za-z])D\s*=\s*[2-6](?!\d)|\b(?:two|three|2|3) dimensions\b|\bdimension (?:two|three|2|3)\b|\bentries\b",
    re.IGNORECASE,
)
VECTORS = frozenset({"q", "k", "x", "y", "u", "z"})
MOST = 6


def judge(chain: Chain | None, previous: Expression | None, about: str) -> Judged | None:
    """A ruling on equations between vectors and their coordinates; None for anything else.

    What is written in coordinates alone is refuted only if the text `about` it says that they are coordinates.
    """
    if chain is None or set(chain.relations) - {"="}:
        return None
    parts = [*([previous] if chain.open_left and previous is not None else []), *chain.parts]
    met = [symbol for part in parts for symbol in symbols(part)]
    letters = {symbol.name for symbol in met}
    alone = {symbol.name for symbol in met if not symbol.indices}
    numbers = [index for symbol in met for index in symbol.indices]
    if len(parts) < 2 or not 2 <= len(letters) <= 3 or not letters <= VECTORS or not numbers:
        return None
    if any(isinstance(below, Call) for part in parts for below in walk(part)):
        return None
    places = [int(index.value) if isinstance(index, Number) else 0 for index in numbers]
    dimension = max(places)
    if min(places) < 1 or not 2 <= dimension <= MOST or any(len(symbol.indices) > 1 for symbol in met):
        return None
    if any(names(part) and not {s.name for s in symbols(part)} for part in parts):
        return None
    try:
        found = [_values(parts, sorted(letters), dimension, seed) for seed in range(5)]
    except (Clash, Undecidable):
        return None
    agree = [all(abs(a - b) <= 1e-9 * max(1.0, abs(a)) for a, b in pairwise(values)) for values in found]
    kind = Kind.STEP if chain.open_left else Kind.IDENTITY
    if all(agree):
        return verified(
            kind, f"both sides agree for random vectors with {dimension} coordinates", Method.NUMERIC
        )
    if alone != letters and not SAID.search(about):
        return None
    if any(agree) or not any(isinstance(part, Addition) for part in parts):
        return None
    given = {letter: [1 + place] * dimension for place, letter in enumerate(sorted(letters))}
    values = [round(value, 6) for value in found[0]]
    told = ", ".join(f"{letter} = {vector}" for letter, vector in given.items())
    says = f"the sides differ: with {told} they are {', '.join(f'{value:g}' for value in values)}"
    return refuted(kind, says, Method.NUMERIC, {**given, "values": values})


def _values(parts: list[Expression], letters: list[str], dimension: int, seed: int) -> list[float]:
    random = np.random.default_rng(seed)
    bound: dict[str, Array] = {}
    for place, letter in enumerate(letters):
        vector = np.full(dimension, 1.0 + place) if seed == 0 else random.normal(size=dimension)
        bound[letter] = vector
        bound |= {f"{letter} {at + 1}": np.asarray(entry) for at, entry in enumerate(vector)}

    def entry(symbol: Symbol) -> Symbol:
        match symbol.indices:
            case (Number(at),):
                return Symbol(f"{symbol.name} {int(at)}")
            case _:
                return symbol

    return [World(Setting(), 1).number(with_symbols(part, entry), bound) for part in parts]


__all__ = ["judge"]
