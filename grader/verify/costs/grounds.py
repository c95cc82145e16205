"""What a passage's stated costs rest on: its letters, the sizes in numbers, the map of its random features."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction

from grader.verify.costs.amounts import Ground
from grader.verify.costs.complexity import letters_of, ties_of
from grader.verify.costs.exact_counts import SHIFTED
from grader.verify.costs.held_counts import STACKED
from grader.verify.passage import Passage
from grader.verify.reading.plain_signs import flattened
from grader.verify.scope.context import Context
from grader.verify.scope.growth import Polynomial
from grader.verify.shapes.told_sizes import letters_of_document, sizes_before

TWICE_R: Polynomial = {(("R", Fraction(1)),): Fraction(2)}
REACH = 2000
PHASE = re.compile(r"cos\s?\([^()]*\+\s?b")


def ground_of(passage: Passage, start: int = 0) -> Ground:
    """What the claims of a block from a place on rest on."""
    context = passage.context
    named = letters_of_document(context.used, context.aliases)
    line = passage.block.line
    flat = flattened(f"{passage.earlier[-REACH:]} {passage.in_block_before(start)}").text
    scale = context.scale_at(line)
    return Ground(
        {**letters_of(context), **named},
        dict(sizes_before(passage, start, named)),
        context.random_features,
        passage.stacks(start) or doubled(context) or bool(STACKED.search(flat)),
        _is_odd(flat, scale, named),
        any(context.aliases.get(name) == "L" or named.get(name) == "L" for name in context.used),
        not context.value_width,
        tuple(ties_of(context.lasting(line), passage.block.section, line)),
    )


def _is_odd(flat: str, scale: Fraction | None, named: Mapping[str, str]) -> bool:
    """Whether the map is none of sines and cosines scaled by √(1/R), or by √(2/m) where m counts all features."""
    counts_all = "L" in named.values() and "R" not in named.values()
    if PHASE.search(flat) or (SHIFTED.search(flat) and scale is None and not counts_all):
        return True
    return scale not in {None, Fraction(1)}


def one_width(context: Context, named: Mapping[str, str]) -> bool:
    """Whether the text has one width for keys and values: it says so, or its counts have no letter for another."""
    counts_none = bool(named) and "M" not in named.values() and not context.names_values
    return not context.value_width or counts_none


def doubled(context: Context) -> bool:
    """Whether the text says that its features number twice the directions: `L = 2R`."""
    return any(name in {"L", "C", "F"} and tie == TWICE_R for _, _, name, tie in context.ties)


__all__ = ["doubled", "ground_of", "one_width"]
