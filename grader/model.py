"""The nouns: what a submission, an item, a finding and a report are.

Everything here is frozen and imports the standard library only, so any module may use it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction
from pathlib import Path
from typing import Any, Protocol, runtime_checkable


class Verdict(Enum):
    """What became of one item."""

    MET = "met"
    PARTLY = "partly"
    NOT_MET = "not_met"
    NOT_REACHED = "not_reached"
    WAITING = "waiting"
    FAULT = "fault"


class Ended(Enum):
    """How the run of one notebook ended."""

    FINISHED = "finished"
    RAISED = "raised"
    TIMED_OUT = "timed_out"
    OUT_OF_MEMORY = "out_of_memory"
    OUTPUT_LIMIT = "output_limit"
    DIED = "died"
    REJECTED = "rejected"
    MISSING = "missing"


class Status(Enum):
    """Whether a report can be published."""

    FINAL = "final"
    WAITING = "waiting"
    NOT_GRADED = "not_graded"


class Problem(Enum):
    """Why a student's function or variable gave no value."""

    MISSING = "missing"
    RAISED = "raised"
    TIMED_OUT = "timed_out"
    OUT_OF_MEMORY = "out_of_memory"
    OUTPUT_LIMIT = "output_limit"
    DIED = "died"
    BAD_VALUE = "bad_value"
    BAD_ANSWER = "bad_answer"


class StudentFailed(Exception):
    """The student's code gave no usable value: their fault, charged to one item.

    Every other exception in a check is ours and never costs a point.
    """

    def __init__(self, problem: Problem, says: str) -> None:
        super().__init__(says)
        self.problem = problem
        self.says = says


class GraderFault(Exception):
    """Something of ours or of the machine failed; the report is `not_graded`, nobody loses a point."""


class CallError(Exception):
    """The command line or a rubric is wrong. Carries every complaint at once (exit code 2)."""

    def __init__(self, *complaints: str) -> None:
        super().__init__("\n".join(complaints))
        self.complaints = complaints


@dataclass(frozen=True)
class Answer:
    """What the box sent back: numpy arrays, numbers, strings, booleans, None, tuples or dicts of these.

    `form` says in words what the student's object was ("a tensor of shape (3, 4), float32");
    `work` is the counted work where it was asked for.
    """

    value: Any
    form: str
    work: int | None = None


@runtime_checkable
class Student(Protocol):
    """Anything whose functions can be called and whose variables can be read."""

    def call(
        self,
        function: str,
        *arguments: Any,
        count_work: bool = False,
        evaluating: bool = False,
        **keywords: Any,
    ) -> Answer:
        """Call a function by name with numpy arrays and plain values; raises `StudentFailed`.

        `evaluating` puts a torch module into eval mode first and keeps no gradients.
        """

    def variable(self, name: str, rows: tuple[int, ...] | None = None, part: int | None = None) -> Answer:
        """Read a top-level variable: one `part` of a list or dict, and only these rows of each array.

        Raises `StudentFailed`.
        """

    def written(self, tag: str) -> str | None:
        """The source of the markdown cell with this tag, or headed by this word; None if there is none."""


@dataclass(frozen=True)
class Exhibit:
    """The arrays behind one piece of evidence, kept so that `explain` can replay a verdict."""

    inputs: Mapping[str, Any] = field(default_factory=dict)
    output: Any = None
    reference: Any = None
    public: bool = False


@dataclass(frozen=True)
class Evidence:
    """One sentence for the student, with the number, the place and the allowance."""

    ok: bool
    says: str
    exhibit: Exhibit | None = None
    points: Fraction | None = None
    """What this sentence alone is worth, where an item's points are the sum of its sentences."""


@dataclass(frozen=True)
class Waiting:
    """A check's word that a person has to look: the sentence says at what."""

    says: str


@dataclass(frozen=True)
class Diagnosis:
    """The named mistake that explains a wrong output."""

    fault: str
    says: str


@dataclass(frozen=True)
class Convention:
    """A known other way of saying the same, with the share of the points that the rubric gives it."""

    name: str
    says: str
    share: Fraction = Fraction(1)


@dataclass(frozen=True)
class Finding:
    """The verdict on one item."""

    item: str
    points: Fraction
    earned: Fraction
    verdict: Verdict
    public: bool
    says: str
    evidence: tuple[Evidence, ...] = ()
    diagnosis: Diagnosis | None = None
    convention: Convention | None = None


@dataclass(frozen=True)
class Execution:
    """How one notebook's run went; `cell` is the index, from 0, of the first cell that raised or ended it."""

    notebook: str
    ended: Ended
    cell: int | None = None
    seconds: float = 0.0
    says: str = ""


@dataclass(frozen=True)
class Cell:
    """One cell of a notebook, without its stored outputs."""

    kind: str
    source: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Notebook:
    """A notebook that could be read: `name` is the rubric's name for it, `found` where it lay."""

    name: str
    found: str
    cells: tuple[Cell, ...]
    sha256: str


@dataclass(frozen=True)
class Rejected:
    """A file that should have been a notebook and is none, with the reason in one sentence."""

    name: str
    found: str
    says: str


@dataclass(frozen=True)
class Submission:
    """What one student handed in.

    `student` is the name as found, `display` a name for people, `slug` a safe file name.
    """

    student: str
    display: str
    slug: str
    parts: Mapping[str, Notebook | Rejected]
    files: tuple[str, ...]
    sha256: str


@dataclass(frozen=True)
class Limits:
    """What a student's process may use. Seconds, bytes and counts."""

    cell_seconds: float = 30.0
    notebook_seconds: float = 600.0
    call_seconds: float = 10.0
    memory_bytes: int = 3 * 2**30
    disk_bytes: int = 2**30
    output_bytes: int = 20 * 10**6
    processes: int = 64


@dataclass(frozen=True)
class Part:
    """One notebook that a rubric asks for."""

    file: str
    limits: Limits = Limits()
    files: tuple[Path, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    makes: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Renamed:
    """A student whose notebook uses other names: what is asked as a key of `names` is read as its value."""

    student: Student
    names: Mapping[str, str]

    def call(
        self,
        function: str,
        *arguments: Any,
        count_work: bool = False,
        evaluating: bool = False,
        **keywords: Any,
    ) -> Answer:
        name = self.names.get(function, function)
        return self.student.call(name, *arguments, count_work=count_work, evaluating=evaluating, **keywords)

    def variable(self, name: str, rows: tuple[int, ...] | None = None, part: int | None = None) -> Answer:
        return self.student.variable(self.names.get(name, name), rows, part)

    def written(self, tag: str) -> str | None:
        return self.student.written(self.names.get(tag, tag))


@dataclass(frozen=True)
class Item:
    """One line of a rubric, as the TOML has it."""

    id: str
    notebook: str
    points: Fraction
    says: str
    hint: str = ""
    public: bool = True
    agrees_with: str | None = None
    function: str | None = None
    variable: str | None = None
    written: str | None = None
    derivation: str | None = None
    by_step: bool = False
    on: str | None = None
    observe: str | None = None
    check: str | None = None
    within: str = "float32"
    cases: int = 6
    aspect: str = "values"
    requires: tuple[str, ...] = ()
    graded_by: str = "grader"
    criteria: tuple[str, ...] = ()
    example: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Run:
    """Where, when and with what a report was made."""

    grader: str
    rubric_sha256: str
    isolation: str
    seed: str
    versions: Mapping[str, str]
    started: str
    seconds: float


@dataclass(frozen=True)
class Report:
    """Everything that is said about one student."""

    assignment: str
    student: str
    display: str
    slug: str
    status: Status
    earned: Fraction
    out_of: Fraction
    submission_sha256: str
    files: tuple[str, ...]
    execution: tuple[Execution, ...]
    items: tuple[Finding, ...]
    run: Run
