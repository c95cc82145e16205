# ruff: noqa: E501 -- a pattern stays on one line
"""Experiments with attention in words: `adding the same vector to all keys leaves every output as it is`.

A sentence is read as what is done and what is said to come of it, in any order (`experiment_readings`); the experiment is
then carried out in a small world (`attention_model`) and what comes of it compared with what is said.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from grader.verify.claim import Judged, Kind, Method, Spanned, refuted, verified
from grader.verify.reading.plain_signs import plain_signs
from grader.verify.words.attention_model import (
    OF_EMBEDDINGS,
    Act,
    Done,
    Kernel,
    Observed,
    Outcome,
    Target,
    outcome,
    small_outcome,
)
from grader.verify.words.experiment_readings import (
    DIMENSION,
    ELSEWHERE,
    JOINS_IF,
    NUMBERS,
    THIS,
    TIMES,
    Effect,
    Operation,
    Says,
    operations_in,
    pairs,
)
from grader.verify.words.ranges import SQUARED_THROUGHOUT, squared_letter

SUBJECT = re.compile(r"attention|softmax|kernel|smoother|triplet|facenet|embedding", re.I)
LONGEST_BEFORE, NEAR_BEFORE = 1500, 1500
SEGMENT = re.compile(r";\s|(?<=[a-z)\d])\.\s|,?\s(?:whereas|while|but|yet|though|although|however)\s", re.I)
REASON = re.compile(r",?\s*\b(?:because|since|as (?=(?:the|it|this|they|all|each|every|q|k|a)\b)(?!(?:it|they) (?:is|are|was|were)\b)|for (?=it )|given that|due to|thanks to)\b[^;]*$", re.I)  # fmt: skip
REASON_FIRST = re.compile(r"^\W*(?:because|since|as|given that)\b[^,;]*,", re.I)
LITTLE = re.compile(
    r"\b(?:slightly|a (?:bit|little)|somewhat|noticeably|considerably|strongly)\b", re.I
)  # how much is not decided
# "multiplying them does not either": as what was said before
ELLIPTIC = re.compile(
    r"\s*,?\s*(?:(?:does|do|would|will)(?P<not> not|n['’]t)?(?: either| too| so| as well)?)(?=\s*(?:$|[,.;)]))",
    re.I,
)
THEM = re.compile(
    r"(?:multiply|scal|divid)ing them by (?:a|any|the same) (?:positive )?(?:constant|factor|number)|(?:doubl|halv|tripl)ing them|shifting them by a (?:common )?(?:constant|vector)|(?:adding|subtracting) (?:the same|a) (?:constant|number|vector) (?:to|from) them|permuting them",
    re.I,
)


# "doubling the keys leaves them unchanged, too": what the sentence before has spoken of
OF_THEM = re.compile(r"\b(?:leav|keep)\w* .{0,30}\b(?:them|it)\b", re.I)
WEIGHTS_OR_OUTPUTS = re.compile(r"\b(?:weights?|outputs?|softmax)\b", re.I)
OTHER_THINGS = re.compile(
    r"\b(?:scores?|logits?|products?|distances?|norms?|kernel|estimates?|loss|values?)\b", re.I
)


def _meant(operation: Operation, before: str, told: str) -> bool:
    """Whether `them` are the weights or the outputs, and the operation treats both alike."""
    past = re.split(r"(?<=[.!?;])\s", plain_signs(f"{before[-300:]} {told}".strip())[0])[-1]
    alike = operation.done.target in {Target.QUERIES, Target.KEYS, Target.BOTH, Target.SCORES}
    return alike and WEIGHTS_OR_OUTPUTS.search(past) is not None and OTHER_THINGS.search(past) is None


def experiments(sentence: str, before: str) -> Iterator[Spanned]:
    """(start, end, ruling) of each experiment whose outcome a sentence states.

    >>> said = "In softmax attention adding the same vector to all queries leaves the outputs unchanged."
    >>> [judged.ruling.value for _, _, judged in experiments(said, "")]
    ['refuted']
    """
    around = f"{before[-LONGEST_BEFORE:]} {sentence}"
    if not SUBJECT.search(around):
        return
    plain, places = plain_signs(sentence)
    earlier: Operation | None = None
    last: Effect | None = None
    at = 0
    for cut in (*SEGMENT.finditer(plain), None):
        end = cut.start() if cut is not None else len(plain)
        text = plain[at:end]
        reason = REASON_FIRST.match(text)
        lead = reason.end() if reason else 0
        body = REASON.sub("", text[lead:])
        operations = operations_in(body)
        if not operations and earlier is None and at == 0 and THIS.match(body):
            told_before = re.split(r"(?<=[.!?;])\s", plain_signs(before[-400:].strip())[0])[-1]
            earlier = (
                next(iter(operations_in(told_before)[-1:]), None)
                if not ELSEWHERE.search(told_before)
                else None
            )
        for operation, effect in pairs(body, operations, earlier):
            said = body[effect.start : effect.end]
            if effect.observed is None and OF_THEM.search(said) and not _meant(operation, before, plain[:at]):
                continue
            last = effect
            judged = _judged(
                operation.done, operation, effect, body, f"{plain_signs(before[-NEAR_BEFORE:])[0]} {plain}"
            )
            if judged is None:
                continue
            marks = [effect.start, effect.end]
            if operation in operations:
                marks += [operation.start, operation.end]
                joined = JOINS_IF.search(body[: operation.start])
                marks += [joined.start()] if joined else []
            yield places[at + lead + min(marks)], places[at + lead + max(marks)], judged
        them = THEM.search(body)
        if them is not None and not operations and earlier is not None and last is not None:
            rest = ELLIPTIC.match(body, them.end())
            if rest is not None and last.says in {Says.STAYS, Says.CHANGES}:
                act = (
                    Act.PERMUTE
                    if "permut" in them.group()
                    else Act.ADD
                    if re.match(r"shift|add|subtr", them.group(), re.I)
                    else Act.SCALE
                )
                denied = (
                    rest.group("not") is not None
                )  # "does not either": whether what was said was a denial, too
                says = Says.STAYS if denied else Says.CHANGES
                judged = _judged(
                    Done(act, earlier.done.target),
                    earlier,
                    Effect(says, last.observed, them.start(), rest.end()),
                    body,
                    f"{before[-300:]} {plain}",
                )
                if judged is not None:
                    yield places[at + lead + them.start()], places[at + lead + rest.end()], judged
        earlier = operations[-1] if operations else earlier
        at = cut.end() if cut is not None else end


GAUSSIAN = re.compile(r"gauss|\bRBF\b|(?<!\w)G(?!\w)|kernel attention", re.I)
POLYNOMIAL = re.compile(r"polynomial|\+ ?1\)\^2|quadratic kernel", re.I)
BY_FEATURES = re.compile(
    r"linear(?:i[sz]ed)? attention|kerneli[sz]ed|random[- ]feature|feature map|\bφ|features", re.I
)


def _kernels(done: Done, observed: Observed, text: str, near: str) -> list[Kernel]:
    """The kinds of attention that may be meant: what is said must be so, or not, in all of them."""
    if done.target in {Target.FEATURES, Target.KEY_FEATURES}:
        return [Kernel.FEATURES]
    if done.target is Target.SCORES:
        return [Kernel.SOFTMAX]
    if observed not in {Observed.OUTPUT, Observed.WEIGHTS}:
        return [Kernel.SOFTMAX]
    if done.target is Target.KEY_EXPONENTS:
        return [Kernel.SOFTMAX, Kernel.GAUSSIAN]
    if POLYNOMIAL.search(text):
        return [Kernel.POLYNOMIAL]
    if GAUSSIAN.search(text) and not re.search(r"softmax", text, re.I):
        return [Kernel.GAUSSIAN]
    if BY_FEATURES.search(text):
        return [Kernel.SOFTMAX, Kernel.GAUSSIAN, Kernel.FEATURES]
    if re.search(r"softmax|attention", near, re.I) and not (
        GAUSSIAN.search(near) and not re.search("softmax", near, re.I)
    ):
        return [Kernel.SOFTMAX]
    return [Kernel.SOFTMAX, Kernel.GAUSSIAN]


def _of_embeddings(observed: Observed, effect: Effect, text: str, near: str) -> Observed | None:
    """What is looked at where the embeddings of a triplet are meant."""
    if observed in {Observed.LOSS, Observed.COSINES}:
        return observed
    if observed is Observed.SCORES:
        return Observed.PRODUCTS
    if observed in {Observed.SQUARED, Observed.DISTANCE}:
        said = text[effect.start : effect.end]
        if re.search(r"squared|‖\^2", said):
            return Observed.SQUARED
        if re.search(r"plain|unsquared|not squared", said, re.I):
            return Observed.PLAIN
        letter = squared_letter(near)
        if SQUARED_THROUGHOUT.search(near) or (
            letter is not None and re.search(rf"(?<!\w){letter}(?!\w)", said)
        ):
            return Observed.SQUARED
        # both kinds of distance stay or change together, but not by the same factor
        return Observed.PLAIN if effect.says in {Says.STAYS, Says.CHANGES} else None
    return None


def _judged(done: Done, operation: Operation, effect: Effect, text: str, near: str) -> Judged | None:
    if effect.says is Says.SCALES:
        return _scale(done)
    observed = effect.observed or (Observed.LOSS if done.target is Target.EMBEDDINGS else Observed.OUTPUT)
    if done.target is Target.EMBEDDINGS:
        named = _of_embeddings(observed, effect, text, near)
        if named is None:
            return None
        observed = named
    elif observed in OF_EMBEDDINGS:
        return None
    kernels = _kernels(done, observed, text, near)
    outcomes = [outcome(done, observed, kernel) for kernel in kernels]
    verdicts = {None if one is None else _holds(one, done, operation, effect) for one in outcomes}
    if len(verdicts) != 1:
        return None
    holds = verdicts.pop()
    result = outcomes[0]
    if holds is None or result is None:
        return None
    says = f"{done.act.value}, {done.target.value}: the {observed.value} {_shown(result)}"
    if holds:
        return None if LITTLE.search(text) else verified(Kind.FACT, says, Method.NUMERIC)
    return refuted(
        Kind.FACT, says, Method.NUMERIC, small_outcome(done, observed, kernels[0]) or {"outcome": says}
    )


def _shown(result: Outcome) -> str:
    if result.stays:
        return "stay as they are"
    if result.factor is not None:
        return "change by a factor"
    if result.moves_along:
        return "move by the same vector"
    return "are permuted likewise" if result.permuted else "change"


def _holds(result: Outcome, done: Done, operation: Operation, effect: Effect) -> bool | None:
    match effect.says:
        case Says.STAYS:
            return result.stays
        case Says.CHANGES:
            return not result.stays
        case Says.MOVED:
            return result.moves_along if done.act is Act.ADD else None
        case Says.PERMUTED:
            return (result.permuted and not result.stays) if done.act is Act.PERMUTE else None
        case _:
            wanted = _wanted(effect.factor, done, operation)
            if wanted is None or done.act is not Act.SCALE:
                return None
            return result.factor is not None and math.isclose(result.factor, wanted, rel_tol=1e-6)


def _wanted(factor: str, done: Done, operation: Operation) -> float | None:
    """The number by which something is said to be multiplied."""
    stem = next((number for stem, number in TIMES.items() if factor.lower().startswith(stem)), None)
    if stem is not None:
        return None if math.isnan(stem) else stem
    if re.match(
        r"(?:it|the same|that|this|likewise|accordingly|in the same|by the same|too)\b", factor, re.I
    ):
        return done.number
    power = re.fullmatch(r"(?P<letter>[a-zλβγα])(?:\^\{?(?P<power>\d)\}?)?", factor.rstrip(".,"))
    if power and power.group("letter") == operation.letter:
        return float(done.number ** int(power.group("power") or 1))
    if factor.lower() in NUMBERS:
        return NUMBERS[factor.lower()]
    plain = re.fullmatch(r"\d+(?:\.\d+)?", factor.rstrip(".,"))
    return float(plain.group()) if plain else None


def _scale(done: Done) -> Judged | None:
    """Whether dividing queries or keys does what 1/√D does to the scores."""
    if (
        done.act is not Act.SCALE
        or done.target not in {Target.QUERIES, Target.KEYS, Target.BOTH}
        or done.number == 3.0
    ):
        return None
    scores = done.number**2 if done.target is Target.BOTH else done.number
    says = f"the scores q·k are then multiplied by {scores:g} where D = {DIMENSION:g}, and 1/√D is {1 / math.sqrt(DIMENSION):g}"
    if math.isclose(scores, 1 / math.sqrt(DIMENSION)):
        return verified(Kind.FACT, says, Method.NUMERIC)
    return refuted(
        Kind.FACT,
        says,
        Method.NUMERIC,
        {"D": DIMENSION, "factor of the scores": scores, "1/√D": 1 / math.sqrt(DIMENSION)},
    )


__all__ = ["experiments"]
