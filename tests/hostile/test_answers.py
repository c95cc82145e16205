"""Answers that hostile code may send to any item: none earns a point, none makes the grader itself fail or grow."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import torch

from grader.box import frames
from grader.draw import seed_of
from grader.judge import asked_again, judge
from grader.model import Answer, Ended, Execution, Finding, Verdict
from grader.plain_student import PlainStudent
from grader.questions import Questions
from grader.references import InProcess
from grader.rubric import Rubric, load_rubric
from tests.conftest import HOMEWORK

ITEMS = [
    item.id for item in load_rubric(HOMEWORK).items if item.graded_by == "grader" and item.written is None
]
MOST_BYTES = 120 * 2**20
LARGE = frames.BLOB_BYTES


@dataclass(frozen=True)
class Sends:
    """Whatever is asked, these values arrive, as they do from a box: through frames."""

    value: Any

    def call(self, function: str, *arguments: Any, count_work: bool = False, **_: Any) -> Answer:
        del function, arguments
        blob = bytearray()
        tree = frames.encode(self.value, blob)
        return Answer(frames.decode(tree, blob), "a value", 5 if count_work else None)

    def variable(self, name: str, rows: tuple[int, ...] | None = None, part: int | None = None) -> Answer:
        del rows, part
        return self.call(name)

    def written(self, tag: str) -> str | None:
        del tag
        return None


VALUES: dict[str, Any] = {
    "a truth": True,
    "a text": "full marks",
    "the largest integer": 2**63 - 1,
    "infinity": float("inf"),
    "nothing in a tuple": (None, None, None),
    "parts of many shapes": (np.ones(2), "text", {"a": np.ones((2, 2))}, ()),
    "ones in eight dimensions": np.ones((1,) * 8),
    "millions of rows of nothing": np.zeros((frames.EMPTY_LENGTH, 0)),
    "millions of rows": np.zeros((LARGE, 1), np.int8),
    "many large parts": tuple(np.zeros(2**20, np.uint8) for _ in range(LARGE // 2**20)),
    "keys of every item with infinities": dict.fromkeys(
        (
            "margin",
            "resnet50_flops",
            "softmax",
            "best_embedding_dimension",
        ),
        float("inf"),
    ),
    "keys of every item with the largest number": dict.fromkeys(("margin", "resnet50_flops"), 1.7e308),
    "costs that are never computed to their end": dict.fromkeys(
        ("softmax", "polynomial", "random_features_exact"), "(((((((9)^12)^12)^12)^12)^12)^12)^12"
    ),
    "costs that are divided by zero": dict.fromkeys(("softmax", "random_features_exact"), "0^(-1)"),
}


def _earlier(rubric: Rubric) -> dict[str, Finding]:
    return {
        item.id: Finding(item.id, item.points, item.points, Verdict.MET, True, "") for item in rubric.items
    }


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
@pytest.mark.parametrize("name", ITEMS)
def test_no_answer_is_the_graders_fault_or_earns_what_is_not_due(
    homework: Rubric, references: InProcess, name: str, value: Any
) -> None:
    item = next(item for item in homework.items if item.id == name)
    questions = Questions(homework, references, seed_of("odd answers"))
    if item.on is not None:
        questions.of(item)
    tracemalloc.start()
    try:
        finding = judge(
            item, questions, Sends(value), Execution(item.notebook, Ended.FINISHED), _earlier(homework)
        )
        finding = asked_again(item, finding, questions, Sends(value))
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (finding.verdict, finding.earned) == (Verdict.NOT_MET, 0), finding.says
    assert most < MOST_BYTES


def _depths(value: Any, images: int = 600) -> dict[str, Any]:
    depths = np.arange(images) % 11
    depths[0] = value
    predictions = np.arange(11 * images).reshape(11, images) % 6
    return {"depths": depths, "layer_predictions": predictions, "histogram": np.arange(11)}


@pytest.mark.parametrize("name", ["difficulty.depths", "difficulty.histogram"])
@pytest.mark.parametrize(
    "variables",
    [_depths(11), _depths(-1), _depths(2**62), _depths(-(2**62)), _depths(3, 20), _depths(3, 500_000)],
    ids=["one too deep", "negative", "beyond all memory", "the other way", "few images", "many images"],
)
def test_variables_that_do_not_fit_together_are_the_students_mistake(
    homework: Rubric, references: InProcess, name: str, variables: dict[str, Any]
) -> None:
    item = next(item for item in homework.items if item.id == name)
    questions = Questions(homework, references, seed_of("odd variables"))
    student = PlainStudent(variables=variables)
    finding = judge(item, questions, student, Execution(item.notebook, Ended.FINISHED), _earlier(homework))
    assert (finding.verdict, finding.earned) == (Verdict.NOT_MET, 0), finding.says
    assert finding.diagnosis is not None or any(not one.ok for one in finding.evidence)


def _linear(phi_q: Any, phi_k: Any, v: Any) -> Any:
    return (phi_q @ (phi_k.T @ v)) / (phi_q @ phi_k.sum(0))[:, None]


def _by_loops(phi_q: Any, phi_k: Any, v: Any) -> Any:
    sums, total = phi_k.T @ v, phi_k.sum(0)
    return torch.stack([(row @ sums) / (row @ total) for row in phi_q])


def _quadratic(phi_q: Any, phi_k: Any, v: Any) -> Any:
    weights = phi_q @ phi_k.T
    return (weights @ v) / weights.sum(1, keepdim=True)


def _uncounted(phi_q: Any, phi_k: Any, v: Any) -> Any:
    from torch.utils._python_dispatch import _disable_current_modes

    with _disable_current_modes():
        return _quadratic(phi_q, phi_k, v)


def _uncounted_after_some_work(phi_q: Any, phi_k: Any, v: Any) -> Any:
    for one in (phi_q, phi_k, v):
        one.exp().sum()
    return _uncounted(phi_q, phi_k, v)


def _cheap_where_it_is_counted(phi_q: Any, phi_k: Any, v: Any) -> Any:
    return v if 48 < len(v) <= 512 else _quadratic(phi_q, phi_k, v)


def _cheap_where_it_is_timed(phi_q: Any, phi_k: Any, v: Any) -> Any:
    return v if len(v) > 512 else _linear(phi_q, phi_k, v)


@pytest.mark.parametrize(
    ("function", "verdict"),
    [
        (_linear, Verdict.MET),
        (_by_loops, Verdict.MET),
        (_quadratic, Verdict.NOT_MET),
        (_uncounted, Verdict.WAITING),
        (_uncounted_after_some_work, Verdict.WAITING),
        (_cheap_where_it_is_counted, Verdict.NOT_MET),
        (_cheap_where_it_is_timed, Verdict.NOT_MET),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_work_that_is_hidden_from_the_count_earns_nothing(
    homework: Rubric, references: InProcess, function: Callable[..., Any], verdict: Verdict
) -> None:
    item = next(item for item in homework.items if item.id == "attention.kernelized_cost")
    torch.set_num_threads(1)
    questions = Questions(homework, references, seed_of("hidden work"))
    student = PlainStudent({"kernelized_attention": function})
    finding = judge(item, questions, student, Execution(item.notebook, Ended.FINISHED), _earlier(homework))
    assert finding.verdict is verdict, finding.says
    assert finding.earned == (Fraction(2) if verdict is Verdict.MET else 0)
