"""A written derivation whose goal is told by its claims: the causal recursion, the cost of random features."""

from __future__ import annotations

from grader.verify.claim import Kind, Ruling
from grader.verify.derivation import Derivation
from grader.verify.derivations.steps import Step, StepVerdict
from grader.verify.examine import examine_with_derivations
from grader.verify.goals import progress
from grader.verify.reading.document import Text

VERDICTS = {
    Ruling.VERIFIED: StepVerdict.VERIFIED,
    Ruling.REFUTED: StepVerdict.REFUTED,
    Ruling.UNCHECKED: StepVerdict.UNCHECKED,
}
STEPS = frozenset({Kind.IDENTITY, Kind.STEP, Kind.DEFINITION, Kind.DIMENSION, Kind.COMPLEXITY})
SECONDS = 10.0


def check_by_claims(document: Text, goal: str) -> Derivation:
    """Judge a text claim by claim: it arrives if nothing is refuted and no required step is missing.

    A formula that cannot be read matters only where a required step is missing. Raises `ValueError` for a goal that
    is not known.
    """
    required = progress(goal, {})
    claims, derivations = examine_with_derivations(document, SECONDS)
    required = next((one for one in derivations if one.name == goal), required)
    steps = tuple(
        Step(
            claim.line, claim.text, VERDICTS[claim.ruling], claim.says,
            dict(claim.witness) if claim.witness else None,
        )
        for claim in claims
        if claim.kind in STEPS and (claim.ruling is not Ruling.UNCHECKED or _matters(claim.says, required.missing))
    )  # fmt: skip
    wrong = next((step for step in steps if step.verdict is StepVerdict.REFUTED), None)
    if wrong is not None:
        says = f"line {wrong.line} does not hold: {wrong.says}"
    elif required.missing:
        says = f"missing: {'; '.join(step.says for step in required.missing)}"
    else:
        says = f"all {len(required.steps)} required steps are there"
    return Derivation(steps, wrong is None and not required.missing, says, required)


def _matters(says: str, missing: tuple[object, ...]) -> bool:
    return bool(missing) and says.startswith("not read")
