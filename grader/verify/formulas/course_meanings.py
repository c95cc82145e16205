"""What a text says with a kernel or a map that it has defined wrongly: the error is charged at the definition."""

from __future__ import annotations

from dataclasses import replace

from grader.verify.claim import Judged, Ruling, unchecked
from grader.verify.formulas.equations import judge_row
from grader.verify.grammar.syntax import Expression, Function, Norm, names, walk
from grader.verify.scope.context import Context
from grader.verify.scope.formula_reading import Formula
from grader.verify.worlds.settings import FEATURE_MAPS, GAUSSIANS, Definition


def judge_in_course(
    formula: Formula, previous: Expression | None, context: Context, sentence: str
) -> Judged | None:
    """The ruling on a row of equations; not refuted where it holds for the kernel or the map that the course means.

    A text that forgets the square in its Gaussian and goes on with the right factorisation has one error, not two.
    """
    judged = judge_row(formula, previous, context, sentence)
    if judged is None or judged.ruling is not Ruling.REFUTED or formula.chain is None:
        return judged
    used = frozenset[str]().union(*map(names, (*formula.chain.parts, *([previous] if previous else []))))
    own = {
        one.name
        for _, one in context.definitions
        if one.name in used and one.line != formula.row.line and _is_of_course(one)
    }
    if not own:
        return judged
    kept = tuple((section, one) for section, one in context.definitions if one.name not in own)
    course = replace(context, definitions=kept, gaussians=context.gaussians | own - FEATURE_MAPS)
    again = judge_row(formula, previous, course, sentence)
    if again is not None and again.ruling is Ruling.VERIFIED:
        name = min(own)
        return unchecked(
            judged.kind, f"it holds for the course's {name}, and not for the {name} that the text defines"
        )
    return judged


def _is_of_course(definition: Definition) -> bool:
    """Whether a definition gives its own form to the Gaussian of two vectors, or to a map of features."""
    if definition.name in FEATURE_MAPS:
        return bool(definition.parameters)
    nodes = list(walk(definition.body))
    exponential = any(isinstance(node, Function) and node.name == "exp" for node in nodes) or "e" in names(
        definition.body
    )
    of_distance = any(isinstance(node, Norm) for node in nodes)
    return definition.name in GAUSSIANS | {"K", "k", "kappa", "calK", "g"} and exponential and of_distance


__all__ = ["judge_in_course"]
