"""The length of a feature vector that stacks a sine and a cosine for each random direction: 2R, and not R."""

from __future__ import annotations

from collections.abc import Sequence

from grader.verify.claim import Judged, Kind, Method, refuted
from grader.verify.context import Context
from grader.verify.settings import FEATURE_MAPS
from grader.verify.syntax import Call, Expression, Symbol


def judge(tree: Expression, sizes: Sequence[Expression], context: Context, line: int) -> Judged | None:
    """A refutation of `φ(X) is N×R` where the text writes φ as √(1/R) [sines, cosines] of R directions; else None.

    With another factor R may be the number of all the features.
    """
    if not isinstance(tree, Call) or tree.function.name not in FEATURE_MAPS or context.scale_at(line) != 1:
        return None
    letters = [
        size.name
        for size in sizes
        if isinstance(size, Symbol) and not size.indices and context.aliases.get(size.name) == "R"
    ]
    if len(letters) != 1:
        return None
    letter = letters[0]
    says = f"the map stacks {letter} sines and {letter} cosines, so that its values have the length 2{letter}"
    witness = {letter: 3, "entries": "sin, sin, sin, cos, cos, cos", "length": 6, "stated": 3}
    return refuted(Kind.DIMENSION, says, Method.COUNT, witness)


__all__ = ["judge"]
