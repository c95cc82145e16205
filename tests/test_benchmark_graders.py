"""The benchmark's pure parts: translation into three formats, the tests given to the others, the tables."""

from __future__ import annotations

import json
import math
import tomllib
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import nbformat
import pytest
import torch

from benchmarks import peer_tests
from benchmarks.contenders import LOCK, by_item, run
from benchmarks.graders import Measured, cheat_table, outcome, phase_table, speed_table
from benchmarks.phases import PARTS
from benchmarks.translate import (
    HARMFUL,
    NO_TEST,
    Assignment,
    attention_class,
    attention_tests,
    cheats_class,
    otter_test,
    rubric_points,
    write_nbgrader,
    write_otter,
    write_ours,
)
from grader.rubric import load_rubric
from reference import attention, costs, features
from reference.faults import fellows_of
from reference.fellows import Kind

FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "softmax_attention": attention.softmax_attention,
    "polynomial_features": features.polynomial_features,
    "kernelized_attention": attention.kernelized_attention,
    "gaussian_kernel": attention.gaussian_kernel,
    "gaussian_factors": attention.gaussian_factors,
    "sample_projections": features.sample_projections,
    "random_features": features.random_features,
    "random_feature_attention": attention.random_feature_attention,
    "causal_softmax_attention": attention.causal_softmax_attention,
    "causal_linear_attention": attention.causal_linear_attention,
}
RIGHT: Mapping[str, Any] = {**FUNCTIONS, "costs": costs.costs()}
TESTS = {test.name: test for test in attention_tests()}


def graded(code: str, names: Mapping[str, Any]) -> None:
    exec(code, {"names": names})  # noqa: S102 - our own test's text


@pytest.fixture(scope="module")
def assignment() -> Assignment:
    return attention_class(30)


@pytest.mark.parametrize("name", TESTS)
def test_every_peer_test_passes_the_reference(name: str) -> None:
    torch.manual_seed(0)
    graded(TESTS[name].code, RIGHT)


@pytest.mark.parametrize(
    ("name", "function", "of", "fault"),
    [
        ("softmax", "softmax_attention", "attention.softmax_attention", "no_scale"),
        (
            "polynomial_features",
            "polynomial_features",
            "features.polynomial_features",
            "products_without_root_two",
        ),
        ("gaussian_factors", "gaussian_factors", "attention.gaussian_factors", "sigma2_is_d"),
        ("projections", "sample_projections", "features.sample_projections", "not_scaled"),
        ("projections", "sample_projections", "features.sample_projections", "fixed_seed"),
        (
            "random_feature_attention",
            "random_feature_attention",
            "attention.random_feature_attention",
            "no_key_weight",
        ),
        (
            "causal_linear",
            "causal_linear_attention",
            "attention.causal_linear_attention",
            "sees_only_earlier_nan",
        ),
    ],
    ids=lambda value: value,
)
def test_peer_tests_see_the_faults_of_the_sample_class(name: str, function: str, of: str, fault: str) -> None:
    torch.manual_seed(0)
    wrong = next(fellow for fellow in fellows_of(of) if fellow.name == fault and fellow.kind is Kind.FAULT)
    with pytest.raises(AssertionError):
        graded(TESTS[name].code, {**RIGHT, function: wrong.function})


def test_tests_cover_the_points_of_every_item_but_two() -> None:
    points = {item: value for item, value in rubric_points().items() if item.startswith("attention.")}
    found = dict.fromkeys(points, 0.0)
    for test in TESTS.values():
        found[test.item] += test.points
    assert {item for item in points if found[item] == 0} == NO_TEST
    assert all(found[item] == points[item] for item in set(points) - NO_TEST)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("N^2 (D + M)", 45.0),
        ("O(N²D + N²M)", 45.0),
        ("Θ(N D² M)", 36.0),
        ("2NRD + 4N*D_random*M", 240.0),
        ("N*R*max(D, M)", 45.0),
        ("N**2 * 3", 27.0),
    ],
)
def test_costs_are_read_as_students_write_them(text: str, value: float) -> None:
    N, D, M, R = 3, 2, 3, 5
    assert peer_tests.formula(text)(N, D, M, R) == value


@pytest.mark.parametrize("text", ["__import__('os')", "N; D", "sum(N)"])
def test_what_is_no_cost_is_not_run(text: str) -> None:
    with pytest.raises(ValueError, match="belongs to no cost"):
        peer_tests.formula(text)


def test_a_growth_class_of_one_factor_less_is_wrong() -> None:
    with pytest.raises(AssertionError):
        peer_tests.cost({"costs": {"polynomial": "N D M"}}, "polynomial")


def test_no_two_of_the_class_are_alike_and_none_is_harmful(assignment: Assignment) -> None:
    assert len(assignment.entries) == 30
    assert len({entry.student for entry in assignment.entries}) == 30
    assert len({json.dumps(entry.cells) for entry in assignment.entries}) == 30
    assert not any(entry.student.startswith(tuple(HARMFUL)) for entry in assignment.entries)
    assert any(sum(entry.due.values()) < 50 for entry in assignment.entries)
    assert all(set(entry.due) == set(assignment.items) for entry in assignment.entries)


def test_a_smaller_class_is_the_beginning_of_a_larger_one(assignment: Assignment) -> None:
    names = [entry.student for entry in attention_class(5).entries]
    assert names == [entry.student for entry in assignment.entries[:5]]


def test_our_rubric_asks_for_these_items_only(tmp_path: Path) -> None:
    assignment = attention_class(2)
    write_ours(assignment, tmp_path)
    rubric = load_rubric(tmp_path / "rubric" / "rubric.toml")
    assert tuple(item.id for item in rubric.items) == assignment.items
    assert list(rubric.parts) == ["attention.ipynb"]
    assert sorted(path.name for path in (tmp_path / "class").iterdir()) == sorted(
        entry.student for entry in assignment.entries
    )


def test_nbgrader_gets_tests_in_the_source_and_none_in_what_was_handed_in(tmp_path: Path) -> None:
    assignment = attention_class(1)
    write_nbgrader(assignment, tmp_path)
    source = nbformat.read(tmp_path / "source" / "homework" / "attention.ipynb", as_version=4)
    nbformat.validate(source)
    assert {cell.metadata.nbgrader.grade_id: cell.metadata.nbgrader.points for cell in source.cells} == {
        test.name: test.points for test in assignment.tests
    }
    for cell in source.cells:
        exec(cell.source, dict(RIGHT))  # noqa: S102 - our own test's text
        with pytest.raises((AssertionError, KeyError)):
            exec(cell.source, {"costs": {}})  # noqa: S102 - likewise
    (path,) = (tmp_path / "submitted").glob("*/homework/attention.ipynb")
    handed_in = nbformat.read(path, as_version=4)
    assert len(handed_in.cells) == len(assignment.entries[0].cells) + len(assignment.tests)
    assert "assert" not in "".join(cell.source for cell in handed_in.cells if "nbgrader" in cell.metadata)


def test_otter_gets_a_test_file_for_every_test(tmp_path: Path) -> None:
    assignment = attention_class(1)
    write_otter(assignment, tmp_path)
    with zipfile.ZipFile(tmp_path / "autograder.zip") as archive:
        names = {name for name in archive.namelist() if name.startswith("tests/")}
        assert names == {f"tests/{test.name}.py" for test in assignment.tests}
        for name in sorted(names):
            compile(archive.read(name).decode(), name, "exec")
    assert f"points = {TESTS['softmax'].points!r}\n" in otter_test(TESTS["softmax"])


@pytest.mark.parametrize(
    ("student", "fails"),
    [
        ("warning", False),
        ("equal_to_everything", False),
        ("patched_results", True),
    ],
)
def test_cheats_do_what_they_say_to_plain_tests(student: str, fails: bool, tmp_path: Path) -> None:
    assignment, about = cheats_class(tmp_path / "marker.txt")
    assert set(about) == {entry.student for entry in assignment.entries}
    entry = next(one for one in assignment.entries if one.student == student)
    names: dict[str, Any] = {}
    exec(entry.cells[0]["source"], names)  # noqa: S102 - a harmless notebook of ours
    for test in assignment.tests:
        if fails:
            with pytest.raises(AssertionError):
                graded(test.code, names)
        elif student == "warning" and test.name == "histogram":
            with pytest.warns(UserWarning, match="slow"):
                graded(test.code, names)
        else:
            graded(test.code, names)


def test_points_of_tests_add_up_by_item() -> None:
    assignment = attention_class(1)
    found = by_item(assignment, {"costs_softmax": 1.0, "costs_polynomial": 1.0, "softmax": 3.0})
    assert found["attention.costs"] == 2.0
    assert found["attention.softmax"] == 3.0
    assert found["attention.kernelized"] == 0.0
    assert not NO_TEST & set(found)


def test_ratios_are_taken_pass_by_pass() -> None:
    measured = [
        Measured("grader grade", (10.0, 20.0), 4, 4, 50.0),
        Measured("nbgrader autograde", (100.0, 400.0), 3, 4, 44.0),
    ]
    rows = speed_table(measured, 5).splitlines()
    assert rows[2] == "| `grader grade` | 3.00 | 1 | 4 of 4 | 50 |"
    assert rows[3] == "| `nbgrader autograde` | 50.00 | 10.0, 20.0 | 3 of 4 | 44 |"


def test_a_missing_result_is_never_right() -> None:
    assert outcome(None, {"a": 0.0}, False) == "no result for 0"
    table = cheat_table(
        {"one": "does this"}, {"grader": {"one": "right"}, "other": {"one": "2 points for 0"}}
    )
    assert table.splitlines()[-1] == "| does this | right | 2 points for 0 |"
    assert table.splitlines()[1] == "|---|---|---|"


def test_the_cells_are_no_time_of_ours() -> None:
    spent = dict.fromkeys(PARTS, 0.01) | {"cells": 1.0}
    rows = phase_table({"notebooks": [spent]}).splitlines()
    assert rows[-2].startswith(f"| all | {round(1000 * math.fsum(spent.values()))} |")
    assert rows[-1].startswith("| all but the cells | 70 |")


def test_a_command_that_does_not_end_is_killed(tmp_path: Path) -> None:
    assert run(["sleep", "60"], tmp_path, 0.2) < 0


def test_the_peers_are_locked_to_one_version_each() -> None:
    lines = [line for line in LOCK.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert all(line.count("==") == 1 for line in lines)
    names = [line.split("==")[0].lower() for line in lines]
    assert {"nbgrader", "otter-grader"} <= set(names)
    assert len(names) == len(set(names))
    project = tomllib.loads((LOCK.parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    # The lock must not bring a second torch or kernel.
    assert not {"torch", "ipykernel", "nbclient"} & set(names)
    assert any(one.startswith("torch") for one in project["dependencies"])
