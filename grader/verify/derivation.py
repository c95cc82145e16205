"""A written derivation, step by step: does each row follow from the one before, and does the chain arrive?

Every pair of neighbours in a chain is evaluated in random worlds under what the text itself defines. A row that
cannot be read is `unchecked`; a row that differs in the worlds is `refuted`, with the numbers of one world.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from grader.verify.derivations.arrival import reaches
from grader.verify.derivations.steps import Step, StepVerdict, judge_steps, with_wrong_choice
from grader.verify.goals import Progress, progress
from grader.verify.grammar.syntax import names
from grader.verify.reading.derivation_reading import lines_of
from grader.verify.reading.document import Text, read_text
from grader.verify.scope.derivation_setting import setting_of

GAUSSIAN_GOAL = "gaussian_factorisation"
LONGEST_DERIVATION = 60_000


@dataclass(frozen=True)
class Derivation:
    """The whole: every step, whether the goal is reached by verified steps, and one sentence."""

    steps: tuple[Step, ...]
    reaches_goal: bool
    says: str
    required: Progress

    @property
    def first_wrong(self) -> Step | None:
        """The first refuted step."""
        return next((step for step in self.steps if step.verdict is StepVerdict.REFUTED), None)

    @property
    def unreadable(self) -> tuple[Step, ...]:
        """Steps that nothing decided."""
        return tuple(step for step in self.steps if step.verdict is StepVerdict.UNCHECKED)


def check_derivation(text: str, goal: str = "gaussian_factorisation") -> Derivation:
    """Judge a derivation, written in LaTeX, Unicode or plain text, and say which of its required steps are there.

    The goals are `gaussian_factorisation` of exp(q·k/√D), `causal_recursion` and `random_feature_cost`.
    Raises `ValueError` for a goal that is not known.

    >>> check_derivation("exp(q·k/√D) = exp(‖q‖²/(2√D)) exp(−‖q−k‖²/(2√D)) exp(‖k‖²/(2√D))").reaches_goal
    True
    """
    if len(text) > LONGEST_DERIVATION:
        says = f"the text has {len(text)} characters; at most {LONGEST_DERIVATION} are read"
        return Derivation((), False, says, progress(goal, {}))
    document = read_text(re.sub(r"(?m)^[ \t]*(?:`{3,}|~{3,}).*$", "", text))
    if goal != GAUSSIAN_GOAL:
        from grader.verify.written import check_by_claims

        return check_by_claims(document, goal)
    first = _check(document, wide=False)
    if "/" not in text or (first.reaches_goal and not first.unreadable):
        return first
    # `‖q‖²/2σ²` may mean either, and a text means the same throughout: the more charitable reading counts
    second = _check(document, wide=True)
    return min((first, second), key=_trouble)


def _trouble(derivation: Derivation) -> tuple[int, int, int]:
    wrong = sum(step.verdict is StepVerdict.REFUTED for step in derivation.steps)
    return (wrong, len(derivation.unreadable), 0 if derivation.reaches_goal else 1)


def _check(document: Text, *, wide: bool) -> Derivation:
    lines = list(lines_of(document, wide))
    if not lines:
        return Derivation((), False, "no formula was found in the derivation", progress(GAUSSIAN_GOAL, {}))
    chains = [line.chain for line in lines if line.chain is not None]
    setting = setting_of(chains, lines)
    steps, classes = judge_steps(lines, setting)
    steps = with_wrong_choice(steps, lines, setting)
    reached = reaches(classes, setting)
    wrong = next((step for step in steps if step.verdict is StepVerdict.REFUTED), None)
    if wrong is not None:
        says = f"line {wrong.line} does not follow: {wrong.says}"
    elif any(step.verdict is StepVerdict.UNCHECKED for step in steps):
        says = "a step could not be read or decided; a person has to look at it"
    elif reached:
        says = f"all {len(steps)} steps follow, and the Gaussian factorisation is reached"
    elif "sigma" in {name for chain in chains for part in chain.parts for name in names(part)} and not any(
        equation[0] == "sigma" for equation in setting.equations
    ):
        says = "the steps follow, but σ² = √D is never set, so exp(q·k/√D) is not reached"
    else:
        says = "the chain never states exp(q·k/√D) as a factor of q, the Gaussian kernel and a factor of k"
    if reached and wrong is None:
        return Derivation(tuple(steps), True, says, progress(GAUSSIAN_GOAL, {}, lines[-1].line))
    from grader.verify.derivations.required import gaussian_in, neighbours

    spoiled = {(step.line, step.text) for step in steps if step.verdict is StepVerdict.REFUTED}
    # As for the judgement of the steps, a row that starts with = continues the one before, in whatever paragraph.
    sound = [(line.chain, line.line, 0) for line in lines if (line.line, line.text) not in spoiled]
    return Derivation(tuple(steps), False, says, gaussian_in(neighbours(sound), setting))
