"""Formulas about the homework's own quantities under any letters: each decider is asked in turn."""

from __future__ import annotations

from grader.verify.claim import Judged
from grader.verify.formulas import (
    coordinates,
    entry_moments,
    expectations,
    fourier_sums,
    gaussian_factors,
    independent_entries,
    kernel_values,
    normalised,
    outputs,
    phases,
    prefixes,
    softmax_slopes,
)
from grader.verify.grammar.syntax import Expression
from grader.verify.scope import softmax_forms
from grader.verify.scope.context import Context
from grader.verify.scope.formula_reading import Formula
from grader.verify.triplets import embedding_steps, mining, rate_definitions, triplet_gradients
from grader.verify.words import depth_sets


def judge(
    formula: Formula, previous: Expression | None, sentence: str, about: str, context: Context
) -> Judged | None:
    """The first ruling of a decider that knows what the formula speaks of; None if none does.

    `previous` is the expression before a row that starts with `=`.
    `sentence` is the formula's sentence with what announces it, `about` what stands before it in its section.
    """
    line = formula.row.line
    return (
        depth_sets.judge(formula.text, sentence, about)
        or mining.judge(formula.text, sentence)
        or rate_definitions.rate_formula(formula.text)
        or triplet_gradients.judge(formula.text, sentence, about)
        or embedding_steps.judge(formula.chain, previous, sentence, about)
        or coordinates.judge(formula.chain, previous, f"{about[-600:]} {sentence}")
        or kernel_values.judge(formula.chain, previous, formula.row.aligned, sentence, about, context, line)
        or independent_entries.judge(formula.chain, sentence, about, context)
        or phases.judge(formula.chain, sentence, about)
        or entry_moments.judge(formula.chain, context)
        or expectations.judge(formula.chain, sentence)
        or softmax_slopes.judge(formula.chain, sentence, about)
        or softmax_forms.judge(formula.chain, sentence, context, line)
        or fourier_sums.judge(formula.chain, previous, formula.row.aligned, about, context, line)
        or gaussian_factors.judge(formula.chain, sentence, about, context)
        or gaussian_factors.judge_weighted_features(formula.chain, sentence, about)
        or prefixes.judge(formula, sentence, about, context)
        or outputs.judge(formula, previous, sentence, about, context)
        or normalised.judge(formula.chain, sentence, about, context, line)
    )


__all__ = ["judge"]
