"""The rubric itself under test: a check is proved by what it refuses.

The references are handed in as the model solution, every known fault as a student with that one mistake, and junk
as students who know nothing. All of it happens in this process, without a kernel.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.draw import seed_of
from grader.judge import judge
from grader.model import CallError, Ended, Execution, Finding, Item, Verdict
from grader.plain_student import PlainStudent
from grader.questions import Questions
from grader.references import (
    Expected,
    FellowOutput,
    InProcess,
    Inputs,
    References,
    Variants,
    function_named,
    on_numpy,
)
from grader.rubric import Rubric, Tolerance, load_rubric

if TYPE_CHECKING:
    from grader.verify.derivation import Derivation

FINISHED = Ended.FINISHED


@dataclass(frozen=True)
class FaultTried:
    """One known fault handed in against one item: did it lose points, and was it called by its name?"""

    fault: str
    item: str
    caught: bool
    named: bool
    called: str = ""


@dataclass(frozen=True)
class Audit:
    """What the audit found; `holes` are sentences, and a rubric with any should not be released."""

    items: Mapping[str, tuple[str, ...]]
    faults: tuple[FaultTried, ...]
    equivalents: Mapping[str, str]
    exempt: tuple[str, ...]
    holes: tuple[str, ...] = field(default=())

    @property
    def named(self) -> Fraction:
        """The share of the faults that were called by their own name."""
        return Fraction(sum(one.named for one in self.faults), max(len(self.faults), 1))


def audit_rubric(path: Path) -> Audit:
    """Prove a rubric; raises `CallError` if it can't be read."""
    import torch

    torch.set_num_threads(1)
    rubric = load_rubric(path)
    references = _Remembered(InProcess(rubric.path))
    auditor = _Auditor(rubric, references)
    for item in rubric.items:
        if item.graded_by == "person":
            auditor.exempt.append(item.id)
        else:
            auditor.prove(item)
    return Audit(
        {item: tuple(faults) for item, faults in auditor.caught.items()},
        tuple(auditor.tried),
        dict(auditor.equivalents),
        tuple(auditor.exempt),
        tuple(auditor.holes),
    )


class _Remembered:
    """The references' answers, kept: most faults of an item are judged on the same inputs."""

    def __init__(self, references: References) -> None:
        self._references = references
        self._expected: dict[str, list[Expected]] = {}
        self._fellows: dict[str, list[FellowOutput]] = {}
        self._variants: dict[str, Variants] = {}
        self._values: dict[str, Any] = {}

    def expected(self, item: Item, tolerance: Tolerance, cases: Sequence[Inputs]) -> list[Expected]:
        key = _key(item, cases)
        if key not in self._expected:
            self._expected[key] = self._references.expected(item, tolerance, cases)
        return self._expected[key]

    def fellows(self, item: Item, cases: Sequence[Inputs]) -> list[FellowOutput]:
        key = _key(item, cases)
        if key not in self._fellows:
            self._fellows[key] = self._references.fellows(item, cases)
        return self._fellows[key]

    def variants(self, item: Item) -> Variants:
        if item.id not in self._variants:
            self._variants[item.id] = self._references.variants(item)
        return self._variants[item.id]

    def value(self, name: str, *inputs: Any) -> Any:
        if inputs:
            return self._references.value(name, *inputs)
        if name not in self._values:
            self._values[name] = self._references.value(name)
        return self._values[name]

    def derivation(self, text: str, goal: str) -> Derivation:
        return self._references.derivation(text, goal)

    def await_texts(self) -> None:
        self._references.await_texts()


def _key(item: Item, cases: Sequence[Inputs]) -> str:
    return item.id + hashlib.sha256(pickle.dumps(list(cases))).hexdigest()


class _Auditor:
    def __init__(self, rubric: Rubric, references: References) -> None:
        self.rubric = rubric
        self.model = model_solution(rubric)
        self.questions = Questions(rubric, references, seed_of("audit", rubric.sha256))
        self.caught: dict[str, list[str]] = {
            item.id: [] for item in rubric.items if item.graded_by != "person"
        }
        self.tried: list[FaultTried] = []
        self.equivalents: dict[str, str] = {}
        self.exempt: list[str] = []
        self.holes: list[str] = []

    def prove(self, item: Item) -> None:
        found = self.judged(item, self.model)
        if found.verdict is not Verdict.MET:
            self.holes.append(f"{item.id}: the model solution is {found.verdict.value}: {found.says}")
            return
        self._fellows(item)
        if not self.caught[item.id]:
            self.holes.append(f"{item.id}: no known fault loses it")
        for name, student in junk(item, self.model):
            found = self.judged(item, student)
            earned = found.earned
            if found.verdict is Verdict.FAULT:
                self.holes.append(f"{item.id}: junk ({name}) makes the check itself fail: {found.says}")
            if earned > 0:
                self.holes.append(
                    f"{item.id}: junk ({name}) earns {float(earned):g} of {float(item.points):g}"
                )

    def judged(self, item: Item, student: PlainStudent) -> Finding:
        required = [one for one in self.rubric.items if one.id in item.requires]
        earlier = {one.id: self.judged(one, student) for one in required}
        execution = Execution(item.notebook, FINISHED)
        return judge(item, self.questions, student, execution, earlier)

    def _fellows(self, item: Item) -> None:
        from reference.faults import fellows_of
        from reference.fellows import Kind

        if item.agrees_with is None:
            return
        for fellow in fellows_of(item.agrees_with.removeprefix("reference.")):
            if fellow.aspect != item.aspect and not (
                fellow.kind is Kind.EQUIVALENT and item.aspect == "values"
            ):
                continue
            found = self.judged(item, with_function(self.model, item, fellow.function))
            where = f"{item.id}: {fellow.kind.value} {fellow.name!r}"
            if found.verdict is Verdict.FAULT:
                self.holes.append(f"{where}: {found.says}")
            elif fellow.kind is Kind.EQUIVALENT:
                self.equivalents[f"{item.id}:{fellow.name}"] = fellow.reason
                if found.verdict is not Verdict.MET:
                    self.holes.append(f"{where} is right in other words, yet loses points: {found.says}")
            elif fellow.kind is Kind.CONVENTION:
                self._convention(item, fellow.name, found, where)
            else:
                self._fault(item, fellow.name, found, where)

    def _concerns(self, item: Item, aspect: str) -> bool:
        if aspect == item.aspect:
            return True
        # An aspect that no item of its own judges must show in the values.
        judged = {one.aspect for one in self.rubric.items if one.agrees_with == item.agrees_with}
        return item.aspect == "values" and aspect not in judged

    def _convention(self, item: Item, name: str, found: Finding, where: str) -> None:
        of = (item.agrees_with or "").removeprefix("reference.")
        due = item.points * self.rubric.conventions.get(f"{of}:{name}", Fraction(1))
        if found.earned != due:
            self.holes.append(
                f"{where} earns {float(found.earned):g}, the rubric says {float(due):g}: {found.says}"
            )
        # Other numbers than the reference's at full points must be meant, not forgotten.
        differs = not all(one.ok for one in found.evidence)
        if differs and f"{of}:{name}" not in self.rubric.conventions:
            self.holes.append(
                f"{where} gives other values at full points; give it a share in [conventions], 1 if that is meant"
            )

    def _fault(self, item: Item, name: str, found: Finding, where: str) -> None:
        called = found.diagnosis.fault if found.diagnosis else ""
        caught = found.earned < item.points
        self.tried.append(FaultTried(name, item.id, caught, caught and bool(called), called))
        if caught:
            self.caught[item.id].append(name)
        else:
            self.holes.append(f"{where} keeps all its points")


def model_solution(rubric: Rubric) -> PlainStudent:
    """The references as one student: functions, variables and written texts under the rubric's names.

    Raises `CallError` with every item whose reference does not exist.
    """
    student = PlainStudent()
    complaints = []
    made: dict[str, Callable[..., Any]] = {}
    for item in rubric.items:
        if item.agrees_with is None:
            continue
        try:
            function = function_named(item.agrees_with)
        except (ImportError, AttributeError) as error:
            complaints.append(f"{rubric.path}: item {item.id}: agrees_with = {item.agrees_with!r}: {error}")
            continue
        # Several items may look at one namespace, which can take long to make.
        made.setdefault(
            item.agrees_with, lru_cache(maxsize=1)(function) if item.function is None else function
        )
        student = with_function(student, item, made[item.agrees_with])
    if complaints:
        raise CallError(*complaints)
    return student


def with_function(student: PlainStudent, item: Item, function: Callable[..., Any]) -> PlainStudent:
    """The student with this item's function, variable or text replaced by what `function` is or gives.

    The fellow of a reference that gives a whole namespace gives the changed variables of it.
    """
    if item.written is not None:
        return replace(student, texts={**student.texts, item.written: function()})
    if item.variable is None:
        return replace(student, functions={**student.functions, str(item.function): function})
    given = function()
    names = given if isinstance(given, dict) and item.variable in given else {item.variable: given}
    functions = {name: value for name, value in names.items() if callable(value)}
    values = {
        name: on_numpy(lambda value=value: value)() for name, value in names.items() if not callable(value)
    }
    return replace(
        student, functions={**student.functions, **functions}, variables={**student.variables, **values}
    )


def junk(item: Item, model: PlainStudent) -> list[tuple[str, PlainStudent]]:
    """Students who know nothing of this item: they must earn nothing."""
    if item.written is not None:
        texts = {
            "nothing": "",
            "prose": "This follows easily.",
            "a truth about something else": "$1 + 1 = 2$",
        }
        return [(name, with_function(model, item, lambda text=text: text)) for name, text in texts.items()]
    if item.variable is not None:
        values = {
            "None": None,
            "zero": np.zeros(()),
            "an empty dict": {},
            "an empty list": (),
            "noise": _noise((11, 5)),
        }
        missing = replace(model, variables={k: v for k, v in model.variables.items() if k != item.variable})
        students = [
            (name, replace(model, variables={**model.variables, item.variable: value}))
            for name, value in values.items()
        ]
        return [("missing", missing), *students]
    right = model.functions[str(item.function)]
    makers: dict[str, Callable[[Any], Any]] = {
        "None": lambda _: None,
        "zeros": np.zeros_like,
        "ones": np.ones_like,
        "NaN": lambda value: np.full(np.shape(value), np.nan),
        "noise": lambda value: _noise(np.shape(value)),
    }
    missing = replace(model, functions={k: v for k, v in model.functions.items() if k != item.function})
    students = [
        (name, replace(model, functions={**model.functions, str(item.function): _made(right, maker)}))
        for name, maker in makers.items()
    ]
    return [("missing", missing), *students]


def _made(right: Callable[..., Any], maker: Callable[[Any], Any]) -> Callable[..., Any]:
    def function(*arguments: Any, **keywords: Any) -> Any:
        value = right(*arguments, **keywords)
        if isinstance(value, tuple):
            return tuple(maker(np.asarray(one)) for one in value)
        return maker(np.asarray(value))

    return function


def _noise(shape: tuple[int, ...]) -> Any:
    return np.random.default_rng(7).normal(size=shape)


def as_json(audit: Audit) -> dict[str, Any]:
    """The audit as the JSON that `grader audit --json` writes."""
    return {
        "items": [{"id": item, "caught_by": list(faults)} for item, faults in audit.items.items()],
        "faults": [
            {"fault": one.fault, "item": one.item, "caught": one.caught, "named": one.named}
            for one in audit.faults
        ],
        "holes": list(audit.holes),
    }


def as_text(audit: Audit) -> str:
    """The audit as a table for a terminal: each item with the faults that lose it, then the holes."""
    lines = []
    for item, faults in audit.items.items():
        tried = [one for one in audit.faults if one.item == item]
        named = sum(one.named for one in tried)
        lines.append(f"{item:<36} {len(faults):>3} of {len(tried):>3} faults caught, {named:>3} named")
        lines += [
            f"{'':<36}     {one.fault} is called {one.called or 'nothing'}"
            for one in tried
            if one.called != one.fault
        ]
    caught = sum(one.caught for one in audit.faults)
    lines.append("")
    lines.append(
        f"{caught} of {len(audit.faults)} faults caught, {float(audit.named):.0%} named; "
        f"{len(audit.equivalents)} variants declared right in other words; {len(audit.exempt)} marked by a person."
    )
    lines += [f"hole: {hole}" for hole in audit.holes] or ["No hole found."]
    return "\n".join(lines)
