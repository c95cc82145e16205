"""Formulas about the homework's own quantities under any letters: each decider is asked in turn."""

from __future__ import annotations

from grader.verify import depth_sets, expectations, mining, normalised, softmax_forms, triplet_gradients
from grader.verify.claim import Judged
from grader.verify.context import Context, Formula


def judge(formula: Formula, sentence: str, about: str, context: Context) -> Judged | None:
    """The first ruling of a decider that knows what the formula speaks of; None if none does.

    `sentence` is the formula's sentence with what announces it, `about` what stands before it in its section.
    """
    line = formula.row.line
    return (
        depth_sets.judge(formula.text, sentence, about)
        or mining.judge(formula.text, sentence)
        or triplet_gradients.judge(formula.text, sentence, about)
        or expectations.judge(formula.chain, sentence)
        or softmax_forms.judge(formula.chain, sentence, context, line)
        or normalised.judge(formula.chain, sentence, about, context, line)
    )


__all__ = ["judge"]
