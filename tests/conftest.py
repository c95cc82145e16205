"""What every test shares: the homework's rubric, its references in this process."""

from __future__ import annotations

from pathlib import Path

import hypothesis
import pytest

from grader.references import InProcess
from grader.rubric import Rubric, load_rubric

# Seeded, and without deadlines: the suite runs in parallel on small machines.
hypothesis.settings.register_profile("grader", deadline=None, derandomize=True)
hypothesis.settings.load_profile("grader")

ROOT = Path(__file__).parent.parent
HOMEWORK = ROOT / "rubrics" / "homework" / "rubric.toml"


@pytest.fixture(scope="session")
def homework() -> Rubric:
    return load_rubric(HOMEWORK)


@pytest.fixture(scope="session")
def references(homework: Rubric) -> InProcess:
    return InProcess(homework.path)
