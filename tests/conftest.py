"""What every test shares: the homework's rubric, its references in this process, and students without a kernel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from grader.model import Answer, Problem, StudentFailed
from grader.references import InProcess, on_numpy
from grader.rubric import Rubric, load_rubric

# Seeded, and without deadlines: the suite runs in parallel on small machines.
hypothesis.settings.register_profile("grader", deadline=None, derandomize=True)
hypothesis.settings.load_profile("grader")

ROOT = Path(__file__).parent.parent
HOMEWORK = ROOT / "rubrics" / "homework" / "rubric.toml"


@dataclass(frozen=True)
class PlainStudent:
    """A student in this process: torch functions called with numpy arrays, variables and markdown by name."""

    functions: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    variables: Mapping[str, Any] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    work: Callable[[int], int] = lambda n: n

    def call(self, function: str, *arguments: Any, count_work: bool = False, **keywords: Any) -> Answer:
        if function not in self.functions:
            raise StudentFailed(Problem.MISSING, f"{function} is not defined")
        try:
            value = on_numpy(self.functions[function], double=False)(*arguments, **keywords)
        except Exception as error:
            raise StudentFailed(
                Problem.RAISED, f"{function} raised {type(error).__name__}: {error}"
            ) from error
        return Answer(value, type(value).__name__, self.work(len(arguments[0])) if count_work else None)

    def variable(self, name: str, rows: tuple[int, ...] | None = None) -> Answer:
        if name not in self.variables:
            raise StudentFailed(Problem.MISSING, f"{name} is not defined")
        return Answer(self.variables[name], type(self.variables[name]).__name__)

    def written(self, tag: str) -> str | None:
        return self.texts.get(tag)


@pytest.fixture(scope="session")
def homework() -> Rubric:
    return load_rubric(HOMEWORK)


@pytest.fixture(scope="session")
def references(homework: Rubric) -> InProcess:
    return InProcess(homework.path)
