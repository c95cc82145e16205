"""The rubric that rubrics/README.md shows as an example works as it stands there."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest
import torch
from torch import Tensor

from grader.judge import judge
from grader.model import Ended, Execution, Finding, Item, Limits, Verdict
from grader.plain_student import PlainStudent
from grader.questions import Questions
from grader.references import InProcess
from grader.rubric import PART, TOP, load_rubric

README = (Path(__file__).parents[2] / "rubrics" / "README.md").read_text()


def _block(language: str) -> str:
    found = re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)
    assert len(found) == 1
    return str(found[0])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "rubric.toml").write_text(_block("toml"))
    (tmp_path / "checks.py").write_text(_block("python"))
    return tmp_path


def _right(Q: Tensor, K: Tensor, V: Tensor) -> Tensor:
    return torch.softmax(Q @ K.T / Q.shape[1] ** 0.5, dim=1) @ V


def _without_scale(Q: Tensor, K: Tensor, V: Tensor) -> Tensor:
    return torch.softmax(Q @ K.T, dim=1) @ V


def _without_sum(Q: Tensor, K: Tensor, V: Tensor) -> Tensor:
    return torch.exp(Q @ K.T / Q.shape[1] ** 0.5) @ V


def _judged(folder: Path, function: object) -> dict[str, Finding]:
    rubric = load_rubric(folder)
    questions = Questions(rubric, InProcess(rubric.path), "seed")
    student = PlainStudent({"softmax_attention": function})  # type: ignore[dict-item]
    run = Execution("warm_up.ipynb", Ended.FINISHED)
    return {item.id: judge(item, questions, student, run, {}) for item in rubric.items}


def test_the_example_gives_a_right_student_everything(folder: Path) -> None:
    found = _judged(folder, _right)
    assert [one.verdict for one in found.values()] == [Verdict.MET, Verdict.MET]
    assert sum(one.earned for one in found.values()) == 4


@pytest.mark.parametrize(
    ("function", "fault", "weights"),
    [(_without_scale, "no_scale", Verdict.MET), (_without_sum, "no_normaliser", Verdict.NOT_MET)],
    ids=["without-scale", "without-sum"],
)
def test_the_example_names_a_fault_and_looks_at_the_weights(
    folder: Path, function: object, fault: str, weights: Verdict
) -> None:
    found = _judged(folder, function)
    named = found["warm_up.softmax"].diagnosis
    assert named is not None
    assert named.fault == fault
    assert found["warm_up.weights"].verdict is weights


KEYS = {*TOP, *PART, *(one.name for kind in (Item, Limits) for one in fields(kind))}


@pytest.mark.parametrize("key", sorted(KEYS))
def test_every_key_of_the_format_is_explained(key: str) -> None:
    assert re.search(rf"`\[*{key}\b", README), key
