"""Item + Student -> Finding. The one place where an exception becomes a verdict."""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from inspect import signature
from typing import Any

import numpy as np

from grader.compare import compare_all
from grader.derived import derivation
from grader.diagnose import fellow_that_matches
from grader.examples import only_the_example
from grader.model import (
    Convention,
    Diagnosis,
    Ended,
    Evidence,
    Execution,
    Exhibit,
    Finding,
    GraderFault,
    Item,
    Problem,
    Student,
    StudentFailed,
    Verdict,
    Waiting,
)
from grader.questions import Questions
from grader.references import Expected, Inputs, References
from grader.rubric import Rubric
from grader.symptoms import Observed, symptom

STOPPED = {Ended.TIMED_OUT, Ended.OUT_OF_MEMORY, Ended.OUTPUT_LIMIT, Ended.DIED}
ABSENT = {Ended.MISSING, Ended.REJECTED}
# An answer of a wrong shape that is larger than this is not kept: nothing more than its shape could be told of it.
KEPT_BYTES = 2**20
FATAL = {Problem.MISSING, Problem.TIMED_OUT, Problem.DIED, Problem.OUT_OF_MEMORY, Problem.OUTPUT_LIMIT}

Word = Evidence | Diagnosis | Convention | Waiting


@dataclass(frozen=True)
class Ask:
    """What a rubric's own check may ask the trusted side."""

    item: Item
    rubric: Rubric
    references: References

    def value(self, name: str, *inputs: Any) -> Any:
        """What `reference.<module>.<function>` gives on these inputs, as numpy arrays."""
        return self.references.value(name, *inputs)

    def explain(self, cases: Sequence[Inputs], got: Sequence[Any]) -> Diagnosis | Convention | None:
        """The fellow that explains what the student's code gave on these cases, observed as the item says.

        An entry of `got` is an observation, or the `StudentFailed` that came instead.
        """
        expected = self.references.expected(self.item, self.rubric.tolerances[self.item.within], cases)
        observed = [
            Observed(None, truth, one.says) if isinstance(one, StudentFailed) else Observed(one, truth)
            for one, truth in zip(got, expected, strict=True)
        ]
        return self.named(observed, cases)

    def named_value(self, key: str, agrees: Callable[[Any], bool]) -> Iterable[Diagnosis]:
        """The known fault whose dict has, under this key, a value that agrees with the student's, if there is one."""
        variants = self.references.variants(self.item)
        right = variants[""][1].get(key)
        for name, (says, value) in variants.items():
            if (
                name
                and isinstance(value, dict)
                and key in value
                and value[key] != right
                and agrees(value[key])
            ):
                yield Diagnosis(name, says)
                return

    def explain_as(self, reference: str, inputs: Inputs, got: Any) -> Diagnosis | Convention | None:
        """The fellow of another reference that gives the student's value on the student's own inputs."""
        other = replace(self.item, agrees_with=reference, observe=None)
        return Ask(other, self.rubric, self.references).explain([inputs], [got])

    def named(self, observed: Sequence[Observed], cases: Sequence[Inputs]) -> Diagnosis | Convention | None:
        fellows = self.references.fellows(self.item, cases)
        of = (self.item.agrees_with or "").removeprefix("reference.")
        return fellow_that_matches(observed, fellows, self.rubric.conventions, of)


def judge(
    item: Item,
    questions: Questions,
    student: Student | None,
    execution: Execution,
    earlier: Mapping[str, Finding],
) -> Finding:
    """The verdict on one item; never raises, for whatever goes wrong on our side is the verdict `fault`."""
    if item.graded_by == "person":
        return _finding(item, Verdict.WAITING, says="A person marks this item.")
    if student is None or execution.ended in ABSENT:
        return _finding(
            item, Verdict.NOT_REACHED, says=execution.says or f"{item.notebook} was not handed in."
        )
    for required in item.requires:
        before = earlier[required]
        if before.verdict is not Verdict.MET:
            verdict = Verdict.NOT_REACHED if before.verdict is Verdict.NOT_REACHED else Verdict.NOT_MET
            says = f"Judged only where {required} is met."
            return _finding(item, verdict, [Evidence(False, says)], says=says)
    try:
        words = list(_words(item, questions, student))
        if not any(isinstance(word, (Evidence, Waiting)) for word in words):
            raise GraderFault(f"{item.id} produced no evidence: nothing was compared")
    except StudentFailed as failure:
        words = [Evidence(False, failure.says), Diagnosis(failure.problem.value, failure.says)]
        if failure.problem is Problem.MISSING and execution.ended in STOPPED:
            says = f"The run ended before {item.function or item.variable} was defined: {execution.says}"
            return _finding(item, Verdict.NOT_REACHED, [Evidence(False, says)], says=says)
    # Ours, whatever it is: the student must not pay, and the report must not look final.
    except Exception as error:  # noqa: BLE001
        where = traceback.extract_tb(error.__traceback__)[-1]
        says = f"The grader failed on this item: {type(error).__name__}: {error} ({where.name}, line {where.lineno})"
        return _finding(item, Verdict.FAULT, says=says)
    return _weighed(item, words)


def _words(item: Item, questions: Questions, student: Student) -> Iterable[Word]:
    if item.derivation is not None:
        yield from derivation(item, student, questions.references)
        return
    words = list(_values(item, questions, student)) if item.on is not None else []
    yield from words
    if item.check is not None and all(word.ok for word in words if isinstance(word, Evidence)):
        ask = Ask(item, questions.rubric, questions.references)
        yield from ask.rubric.checks[item.check](student, questions.drawn(item), ask)


def _values(item: Item, questions: Questions, student: Student) -> Iterable[Word]:
    rubric, question = questions.rubric, questions.of(item)
    cases, expected = question.cases, question.expected
    observed: list[Observed] = []
    failed: list[Evidence] = []
    granted: Convention | None = None
    closest = (-1.0, "")
    fatal = False
    for inputs, truth in zip(cases, expected, strict=True):
        got: Any = None
        refused: str | None = None
        raised: str | None = None
        if not fatal:
            try:
                got = questions.observed(item, student, inputs)
                match = compare_all(got, truth.values, truth.allowances)
                granted = granted or match.convention
                closest = max(closest, (match.worst, match.says))
                if not match.ok:
                    failed.append(_evidence(item, rubric, False, inputs, match.says, got, truth.values))
            except StudentFailed as failure:
                fatal = failure.problem in FATAL
                bad = failure.problem is Problem.BAD_VALUE
                got = got if _size(got) <= KEPT_BYTES else None
                refused, raised = (failure.says, None) if bad else (None, failure.says)
                refused = refused if got is None else None
                failed.append(_evidence(item, rubric, False, inputs, failure.says, got, truth.values))
                if failure.problem is Problem.MISSING:
                    raise
        observed.append(Observed(got, truth, refused, raised))
    if failed:
        yield failed[0]
        if len(failed) > 1:
            yield Evidence(False, f"{len(failed)} of {len(cases)} cases differ.")
        named = Ask(item, rubric, questions.references).named(observed, cases)
        if named is None and not fatal:
            named = (
                _unsteady(item, questions, student, cases[0], observed[0])
                or only_the_example(item, questions, student, observed)
                or symptom(observed, cases)
            )
        if named is not None:
            yield named
        return
    says = f"All {len(cases)} cases agree; {closest[1]}"
    yield _evidence(item, rubric, True, cases[0], says, observed[0].got, expected[0].values)
    if granted is not None:
        yield granted


def _unsteady(
    item: Item, questions: Questions, student: Student, inputs: Inputs, before: Observed
) -> Diagnosis | None:
    """Whether the same call gives another answer the second time."""
    if before.got is None:
        return None
    try:
        first = tuple(np.asarray(one, dtype=np.float64) for one in _outputs(before.got, before.expected))
        again = compare_all(questions.observed(item, student, inputs), first, before.expected.allowances)
    except (StudentFailed, ValueError, TypeError):
        return None
    if again.ok:
        return None
    return Diagnosis(
        "changes_between_calls",
        "the same call gives another answer the second time: is there a random step, such as dropout or a fresh "
        "draw, or something kept from call to call?",
    )


def _outputs(got: Any, expected: Expected) -> tuple[Any, ...]:
    several = len(expected.values) > 1 and (isinstance(got, (tuple, list)) or np.ndim(got) == 1)
    return tuple(got) if several else (got,)


def _size(value: Any) -> int:
    """The bytes of the arrays and texts in an answer."""
    if isinstance(value, dict):
        return sum(map(_size, value.values()))
    if isinstance(value, (tuple, list)):
        return sum(map(_size, value))
    return value.nbytes if isinstance(value, np.ndarray) else len(value) if isinstance(value, str) else 0


def asked_again(item: Item, finding: Finding, questions: Questions, student: Student | None) -> Finding:
    """The finding, or what becomes of it when the first case, asked once more after all items, comes out otherwise.

    A function that answers rightly until it has been called so many times is found out here.
    """
    if student is None or item.on is None or finding.verdict is not Verdict.MET:
        return finding
    # Right under a convention: the values differ from the reference's by right.
    if not all(one.ok for one in finding.evidence):
        return finding
    question = questions.of(item)
    first, truth = question.cases[0], question.expected[0]
    try:
        match = compare_all(questions.observed(item, student, first), truth.values, truth.allowances)
        if match.ok:
            return finding
        says = match.says
    except StudentFailed as failure:
        says = failure.says
    says = f"the first case, asked again after all items, comes out otherwise: {says}"
    again = [*finding.evidence, Evidence(False, says)]
    changed = Diagnosis(
        "changes_with_calls", "The same call gives another answer later: does it keep a count or a cache?"
    )
    return _finding(item, Verdict.NOT_MET, again, changed, says=_sentence(says))


def _evidence(
    item: Item, rubric: Rubric, ok: bool, inputs: Inputs, says: str, got: Any, expected: Any
) -> Evidence:
    names = _argument_names(item, rubric, len(inputs))
    shapes = ", ".join(
        f"{name} {value.shape}"
        if isinstance(value, np.ndarray) and value.ndim
        else f"{name} = {_plain(value)}"
        for name, value in zip(names, inputs, strict=True)
    )
    exhibit = Exhibit(dict(zip(names, inputs, strict=True)), got, expected)
    return Evidence(ok, says if ok else f"With {shapes}: {says}{_compared(item, rubric)}", exhibit)


def _compared(item: Item, rubric: Rubric) -> str:
    """Of an experiment, whose docstring says so, what stands in the place of the output."""
    if item.observe is None:
        return ""
    told = (rubric.checks[item.observe].__doc__ or item.observe).strip().splitlines()[0].rstrip(".")
    return f" (compared: {told})"


def _plain(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _argument_names(item: Item, rubric: Rubric, count: int) -> list[str]:
    if item.observe is not None:
        return list(signature(rubric.checks[item.observe]).parameters)[1 : count + 1]
    found = re.search(rf"{re.escape(item.function or '')}\(([^)]*)\)", item.says)
    names = [name.split("=")[0].strip() for name in found[1].split(",")] if found else []
    return names if len(names) == count else [f"argument {k + 1}" for k in range(count)]


def _weighed(item: Item, words: Sequence[Word]) -> Finding:
    # A check may compare numpy values, whose truth is a numpy boolean that no JSON takes.
    evidence = [replace(word, ok=bool(word.ok)) for word in words if isinstance(word, Evidence)]
    diagnosis = next(
        (replace(one, says=_sentence(one.says)) for one in words if isinstance(one, Diagnosis)), None
    )
    convention = next(
        (replace(one, says=_sentence(one.says)) for one in words if isinstance(one, Convention)), None
    )
    waiting = next((word for word in words if isinstance(word, Waiting)), None)
    if waiting is not None:
        return _finding(item, Verdict.WAITING, evidence, says=waiting.says)
    parts = [one for one in evidence if one.points is not None]
    whole = [one for one in evidence if one.points is None]
    failed = [one for one in evidence if not one.ok]
    if parts and all(one.ok for one in whole):
        earned = sum((one.points or Fraction(0) for one in parts if one.ok), Fraction(0))
    elif not failed:
        earned = item.points * (convention.share if convention else 1)
    elif convention is not None:
        earned = item.points * convention.share
    else:
        earned = Fraction(0)
    if failed and convention is None:
        verdict = Verdict.PARTLY if earned else Verdict.NOT_MET
    else:
        verdict = Verdict.MET if earned == item.points else Verdict.PARTLY if earned else Verdict.NOT_MET
    if verdict is Verdict.MET:
        diagnosis = None
    spoken = (convention and failed and convention.says) or (diagnosis and diagnosis.says)
    says = spoken or _closed(failed[0].says if failed else evidence[0].says)
    return _finding(item, verdict, evidence, diagnosis, convention, earned, says)


def _sentence(text: str) -> str:
    # A sentence that starts with a name in code keeps its first letter.
    code = re.search(r"[_\d\[]", text.split(" ")[0])
    return _closed(text if code else text[:1].upper() + text[1:])


def _closed(text: str) -> str:
    return text if text.endswith((".", "?", "!", ")")) else text + "."


def _finding(
    item: Item,
    verdict: Verdict,
    evidence: Sequence[Evidence] = (),
    diagnosis: Diagnosis | None = None,
    convention: Convention | None = None,
    earned: Fraction = Fraction(0),
    says: str = "",
) -> Finding:
    return Finding(
        item.id, item.points, earned, verdict, item.public, says, tuple(evidence), diagnosis, convention
    )


def charged_once(findings: Sequence[Finding], rubric: Rubric) -> list[Finding]:
    """The findings, in rubric order, with a convention that the rubric charges once charged at its first item only.

    Later items with the same convention earn their full points and say where it was charged.
    """
    charged: dict[str, str] = {}
    settled = []
    for finding in findings:
        name = finding.convention.name if finding.convention else ""
        if (
            finding.convention is None
            or name not in rubric.charged_once
            or finding.verdict is not Verdict.PARTLY
        ):
            settled.append(finding)
        elif name not in charged:
            charged[name] = finding.item
            settled.append(finding)
        else:
            says = f"{finding.convention.says} This was already charged at {charged[name]}; here it costs nothing."
            granted = replace(finding.convention, says=says, share=Fraction(1))
            settled.append(
                replace(finding, verdict=Verdict.MET, earned=finding.points, convention=granted, says=says)
            )
    return settled
