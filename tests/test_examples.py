from __future__ import annotations

import contextlib
import io
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest
import torch

from grader.draw import seed_of
from grader.examples import example_of
from grader.judge import judge
from grader.model import Ended, Execution, Finding, Item, Verdict
from grader.plain_student import PlainStudent
from grader.questions import Questions
from grader.references import InProcess, function_named
from grader.rubric import Rubric

STARTER = Path("rubrics/homework/starter")


def _item(rubric: Rubric, name: str) -> Item:
    return next(item for item in rubric.items if item.id == name)


def _judged(rubric: Rubric, references: InProcess, name: str, function: Callable[..., Any]) -> Finding:
    item = _item(rubric, name)
    questions = Questions(rubric, references, seed_of("examples"))
    met = {one: Finding(one, Fraction(1), Fraction(1), Verdict.MET, True, "") for one in item.requires}
    student = PlainStudent({str(item.function): function})
    return judge(item, questions, student, Execution(item.notebook, Ended.FINISHED), met)


def _typed_in(item: Item, otherwise: Any) -> Callable[..., Any]:
    """The right answer on the example's inputs, something else on all others."""
    example, reference = example_of(item), function_named(str(item.agrees_with))

    def function(*inputs: Any) -> Any:
        known = len(inputs) == len(example) and all(
            np.shape(a) == np.shape(b) and np.array_equal(a, b) for a, b in zip(inputs, example, strict=True)
        )
        return reference(*inputs) if known else otherwise(reference, inputs)

    return function


ITEMS = [
    "attention.softmax",
    "attention.kernelized",
    "attention.gaussian_kernel",
    "attention.random_features",
    "attention.causal_softmax",
    "attention.causal_linear",
    "triplet.distances",
    "triplet.valid",
    "triplet.semi_hard",
    "difficulty.depth",
]


def _torn(reference: Callable[..., Any], inputs: Any) -> Any:
    right = reference(*inputs)
    noise = torch.rand(right.shape, generator=torch.Generator().manual_seed(0))
    if right.dtype is torch.bool:
        return noise > 0.5
    if not right.is_floating_point():
        return (right + 1 + (noise * 3).long()).to(right.dtype)
    return (noise * 7).to(right.dtype)


@pytest.mark.parametrize("name", ITEMS)
def test_an_answer_that_is_typed_in_is_suspected(homework: Rubric, references: InProcess, name: str) -> None:
    found = _judged(homework, references, name, _typed_in(_item(homework, name), _torn))
    assert (found.verdict, found.earned) == (Verdict.NOT_MET, 0)
    assert found.diagnosis is not None
    assert found.diagnosis.fault == "only_the_example"


def test_the_examples_answer_whatever_the_input_is_suspected(homework: Rubric, references: InProcess) -> None:
    item = _item(homework, "attention.softmax")
    answer = function_named(str(item.agrees_with))(*map(torch.from_numpy, example_of(item)))
    found = _judged(homework, references, item.id, lambda *_: answer)
    assert found.earned == 0
    assert found.diagnosis is not None
    assert found.diagnosis.fault == "always_the_example"


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("attention.softmax", lambda Q, K, V: torch.softmax(1.3 * Q @ K.T / Q.shape[1] ** 0.5, 1) @ V),
        (
            "attention.causal_softmax",
            lambda Q, K, V: torch.cumsum(V, 0) / torch.arange(1, len(V) + 1)[:, None],
        ),
        ("triplet.distances", lambda E: (E[:, None] - E[None]).pow(2).sum(-1) * (1 + (E.sum() - 13).abs())),
    ],
    ids=["identical-keys-hide-the-scale", "equal-keys-hide-the-weights", "a-formula-right-by-luck"],
)
def test_a_formula_that_is_right_there_by_luck_is_not_suspected(
    homework: Rubric, references: InProcess, name: str, function: Callable[..., Any]
) -> None:
    found = _judged(homework, references, name, function)
    assert found.earned == 0
    assert found.diagnosis is None or found.diagnosis.fault != "only_the_example"


def test_the_rubrics_examples_are_the_handouts(homework: Rubric) -> None:
    """Every call that the starter makes on typed-in numbers is its item's example, and none is missing."""
    items = {item.function: item for item in homework.items if item.example}
    seen = set()
    for path in sorted(STARTER.glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            if cell.cell_type == "code" and cell.source.lstrip().startswith("try:"):
                for name, calls in _calls(cell.source, set(items)).items():
                    _same(items[name], calls)
                    seen.add(name)
    assert seen == set(items)


def _calls(source: str, names: set[Any]) -> dict[str, list[tuple[Any, ...]]]:
    calls: dict[str, list[tuple[Any, ...]]] = {}

    def recorder(name: str) -> Callable[..., Any]:
        def called(*inputs: Any, **keywords: Any) -> Any:
            calls.setdefault(name, []).append((*inputs, *keywords.values()))
            return function_named(next(k for k in REFERENCES if k.endswith("." + name)))(*inputs, **keywords)

        return called

    if "random_feature_attention(" in source:
        # Drawn, not typed in.
        return {}
    space: dict[str, Any] = {"torch": torch, "math": __import__("math")}
    space |= {name.rpartition(".")[2]: recorder(name.rpartition(".")[2]) for name in REFERENCES}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(source, space)  # noqa: S102 - the course's own handout
    return {name: found for name, found in calls.items() if name in names}


REFERENCES = [
    "reference.attention.softmax_attention",
    "reference.features.polynomial_features",
    "reference.attention.kernelized_attention",
    "reference.attention.gaussian_kernel",
    "reference.attention.gaussian_factors",
    "reference.features.sample_projections",
    "reference.features.random_features",
    "reference.attention.causal_softmax_attention",
    "reference.attention.causal_linear_attention",
    "reference.triplet.squared_distances",
    "reference.triplet.triplet_loss",
    "reference.triplet.valid_triplets",
    "reference.triplet.semi_hard_triplets",
    "reference.triplet.batch_all_triplet_loss",
    "reference.triplet.batch_hard_triplet_loss",
    "reference.neighbours.knn_predictions",
    "reference.depth.prediction_depth",
    "reference.depth.depth_histogram",
]


def _same(item: Item, calls: list[tuple[Any, ...]]) -> None:
    # A map is observed through its inner products: the example has the inputs of both calls.
    inputs = tuple(one for call in calls for one in call) if item.observe == "inner_products" else calls[0]
    example = example_of(item)
    assert len(inputs) == len(example), item.id
    for given, listed in zip(inputs, example, strict=True):
        assert np.allclose(np.asarray(given), listed), item.id
