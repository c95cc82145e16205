"""One step of a derivation -> its verdict."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from grader.verify.exact.proofs import prove
from grader.verify.grammar.reader import has_two_readings, read_chain
from grader.verify.grammar.syntax import (
    Chain,
    Expression,
    Function,
    Number,
    Power,
    Symbol,
    Unreadable,
    names,
    walk,
)
from grader.verify.grammar.vocabulary import Reading
from grader.verify.reading.derivation_reading import DerivationLine
from grader.verify.scope.derivation_setting import definition_of, environments
from grader.verify.worlds.comparison import Compared, compare
from grader.verify.worlds.settings import Setting

NO_STEP = re.compile(
    r"\\in\b|∈|\\forall|\\sim\b|\\mathcal\{?N|\\neq?\b|≠|\\to\b|→|\\propto|∝|[<>≤≥]|\\[lg]eq?\b"
)
MOST_STEPS = 200


class StepVerdict(StrEnum):
    """What became of one step."""

    VERIFIED = "verified"
    REFUTED = "refuted"
    UNCHECKED = "unchecked"


@dataclass(frozen=True)
class Step:
    """One row of the derivation, judged against the row before; `witness` holds the numbers that refute it."""

    line: int
    text: str
    verdict: StepVerdict
    says: str
    witness: dict[str, object] | None = None


def judge_pair(left: Expression, right: Expression, settings: Sequence[Setting]) -> Compared:
    """Compare two neighbours under each setting; true if one makes them equal."""
    for number, setting in enumerate(settings):
        result = compare(left, right, setting, only_equality=True)
        if result.equal:
            chosen = number > 0 and bool(setting.equations)
            why = prove(left, right, setting) or result.says
            return replace(result, says=why + (" with the choice of σ" if chosen else ""))
    results = [compare(left, right, setting) for setting in settings]
    refuted = [result for result in results if result.equal is False]
    undecided = [result for result in results if result.equal is None]
    if refuted and all(result.opaque == {"sigma"} for result in undecided):
        return refuted[-1]
    return undecided[0]


def _wide(text: str, functions: frozenset[str]) -> Chain | None:
    if not has_two_readings(text):
        return None
    try:
        return read_chain(text, Reading(wide_slash=True, functions=functions))
    except Unreadable:
        return None


def judge_steps(
    lines: Sequence[DerivationLine], setting: Setting
) -> tuple[list[Step], list[list[Expression]]]:
    """The steps, and the classes of expressions that verified steps connect."""
    steps: list[Step] = []
    classes: list[list[Expression]] = []
    previous: DerivationLine | None = None
    last: Expression | None = None
    defined: set[str] = set()
    solved = False
    settings = environments(setting)
    for line in lines[:MOST_STEPS]:
        if line.chain is None:
            equation = "=" in line.text and not NO_STEP.search(line.text)
            if (line.display or equation) and _matters(line.text):
                steps.append(
                    Step(line.line, line.text, StepVerdict.UNCHECKED, f"this row is not read: {line.trouble}")
                )
            continue
        chain = line.chain
        wide = _wide(line.text, line.functions)
        relations = list(chain.relations)
        parts: list[tuple[Expression, ...]] = [
            (part,) if wide is None else (part, other)
            for part, other in zip(chain.parts, wide.parts if wide else chain.parts, strict=False)
        ]
        if chain.open_left:
            if last is None:
                if line.display:
                    steps.append(
                        Step(line.line, line.text, StepVerdict.UNCHECKED, "nothing stands before this row")
                    )
                last = chain.parts[-1]
                continue
            parts.insert(0, (last,))
        elif len(chain.parts) == 1:
            last = _standalone(line, chain.parts[0], last, classes, steps, settings, previous)
            previous = line
            continue
        for number, relation in enumerate(relations):
            left, right = parts[number], parts[number + 1]
            if relation not in {"=", ":=", "~"}:
                continue
            single = (
                definition_of(left[0], right[0], line.line) if number == 0 and not chain.open_left else None
            )
            if single is not None and single.name in setting.definitions and single.name not in defined:
                defined.add(single.name)
                if setting.definitions[single.name].line == line.line:
                    connect(classes, left[0], right[0])
                    continue
            involved = names(left[0]) | names(right[0])
            if "sigma" in involved and involved <= {"sigma", "D", "d", "d_k", "pi", "e"}:
                if not solved:
                    solved = True
                    continue
                verdict = _sigma_again(left[0], right[0], setting, line)
                if verdict is not None:
                    steps.append(verdict)
                continue
            several = f" of = number {number + 1} on this line" if len(relations) > 1 else ""
            steps.append(_step(line, left, right, settings, classes, relation, several))
        last = chain.parts[-1]
        previous = line
    return steps, classes


def with_wrong_choice(steps: list[Step], lines: Sequence[DerivationLine], setting: Setting) -> list[Step]:
    """Refute a choice of σ that depends on D, is not σ² = √D, and that no step needs to hold."""
    if any(step.verdict is StepVerdict.REFUTED or "with the choice" in step.says for step in steps):
        return steps
    for line in lines:
        for left, right in zip(line.chain.parts, line.chain.parts[1:], strict=False) if line.chain else ():
            used = names(left) | names(right)
            if not ("sigma" in used and used & {"D", "d", "d_k"} and used <= {"sigma", "D", "d", "d_k"}):
                continue
            chosen = replace(setting, equations=(("sigma", left, right),))
            squared = Power(Symbol("sigma"), Number(Fraction(2)))
            result = compare(squared, Function("sqrt", (Symbol("D"),)), chosen)
            if result.equal is False and result.witness is not None:
                says = f"the exponent q·k/√D needs σ² = √D: with D = 4, σ² is {result.witness['left']} here, not 2"
                wrong = Step(line.line, line.text, StepVerdict.REFUTED, says, result.witness)
                return sorted([*steps, wrong], key=lambda step: step.line)
    return steps


def _matters(text: str) -> bool:
    return bool(re.search(r"=|≈|\\approx|exp|e\^", text))


def _sigma_again(left: Expression, right: Expression, setting: Setting, line: DerivationLine) -> Step | None:
    """A second equation for σ: it follows from the first or it contradicts it."""
    first = replace(setting, equations=setting.equations[:1])
    result = compare(left, right, first)
    if result.equal:
        return Step(line.line, line.text, StepVerdict.VERIFIED, "follows from the choice of σ above")
    if result.equal is False and not any(word in line.before.lower() for word in ("instead", "wrong", "not")):
        return Step(
            line.line, line.text, StepVerdict.REFUTED,
            f"this contradicts the choice of σ above: {result.says}", result.witness,
        )  # fmt: skip
    return None


def _step(
    line: DerivationLine,
    left: tuple[Expression, ...],
    right: tuple[Expression, ...],
    settings: Sequence[Setting],
    classes: list[list[Expression]],
    relation: str,
    several: str,
) -> Step:
    outcomes: list[Compared] = []
    for a, b in {(left[0], right[0]), (left[-1], right[-1]), (left[0], right[-1]), (left[-1], right[0])}:
        result = judge_pair(a, b, settings)
        outcomes.append(result)
        if result.equal:
            connect(classes, a, b)
            return Step(line.line, line.text, StepVerdict.VERIFIED, f"follows: {result.says}")
    if all(outcome.equal is False for outcome in outcomes):
        worst = outcomes[0]
        if worst.clash:
            return Step(
                line.line, line.text, StepVerdict.UNCHECKED, f"the shapes are not understood: {worst.says}"
            )
        if relation == "~":
            return Step(line.line, line.text, StepVerdict.UNCHECKED, "an approximation is not decided here")
        return Step(
            line.line, line.text, StepVerdict.REFUTED,
            f"the two sides{several} differ, for instance {_example(worst.witness)}", worst.witness,
        )  # fmt: skip
    undecided = next(outcome for outcome in outcomes if outcome.equal is not False)
    return Step(line.line, line.text, StepVerdict.UNCHECKED, f"not decided: {undecided.says}")


def _example(witness: dict[str, object] | None) -> str:
    if not witness:
        return "in a random world"
    given = ", ".join(f"{name} = {value}" for name, value in witness.items() if name not in {"left", "right"})
    return f"with {given}: left {witness.get('left')}, right {witness.get('right')}"


def _standalone(
    line: DerivationLine,
    expression: Expression,
    last: Expression | None,
    classes: list[list[Expression]],
    steps: list[Step],
    settings: Sequence[Setting],
    previous: DerivationLine | None,
) -> Expression | None:
    """An expression without a relation: a start, a mention, or a row that silently continues the one before."""
    if not line.display or not any(isinstance(below, Function) for below in walk(expression)):
        return last
    if last is not None:
        result = judge_pair(last, expression, settings)
        if result.equal:
            connect(classes, last, expression)
            steps.append(
                Step(line.line, line.text, StepVerdict.VERIFIED, f"equals the row before: {result.says}")
            )
        elif any(judge_pair(member, expression, settings).equal for group in classes for member in group[:2]):
            return expression
        elif _is_exponential(expression) and _is_exponential(last):
            same_block = previous is not None and previous.span == line.span
            steps.append(
                Step(
                    line.line, line.text, StepVerdict.UNCHECKED,
                    "this row stands without a relation and differs from the row before"
                    + (" in the same display" if same_block else ""),
                )
            )  # fmt: skip
    return expression


def _is_exponential(tree: Expression) -> bool:
    return any(isinstance(below, Function) and below.name == "exp" for below in walk(tree))


def connect(classes: list[list[Expression]], left: Expression, right: Expression) -> None:
    """Put two equal expressions into one class, with all that equals either."""
    mine = [group for group in classes if left in group or right in group]
    merged = [item for group in mine for item in group]
    merged += [item for item in (left, right) if item not in merged]
    for group in mine:
        classes.remove(group)
    classes.append(merged)
