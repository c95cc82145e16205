"""The shape of the sample class, of its verdict table and of the starter notebooks. Nothing is run in a box here."""

from __future__ import annotations

import ast
import json
import tomllib
from fractions import Fraction
from pathlib import Path
from typing import Any

import nbformat
import pytest

from grader.model import Ended, Status, Verdict
from grader.rubric import Rubric
from reference.faults import FELLOWS
from reference.fellows import Kind

ROOT = Path(__file__).parents[1]
HOMEWORK = ROOT / "rubrics" / "homework"
STARTER = HOMEWORK / "starter"
CLASS = ROOT / "submissions" / "homework"
TABLE: dict[str, Any] = tomllib.loads((CLASS.parent / "homework.verdicts.toml").read_text())
UNUSABLE = {Ended.MISSING.value, Ended.REJECTED.value}

STARTERS = sorted(STARTER.glob("*.ipynb"))
HANDED_IN = sorted(CLASS.glob("*/*.ipynb"))


def _label(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def _ending(student: str, notebook: str) -> str:
    return str(TABLE[student]["notebooks"].get(notebook, Ended.MISSING.value))


def _part(path: Path) -> str:
    """The rubric's name for a file of the class."""
    found = TABLE[path.parent.name].get("found", {})
    return next((name for name, file in found.items() if file == path.name), path.name)


def _file(student: str, notebook: str) -> Path:
    return CLASS / student / str(TABLE[student].get("found", {}).get(notebook, notebook))


def _cells(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_text())["cells"]
    return found


def _source(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def _code(path: Path) -> ast.Module:
    return ast.parse("\n".join(_source(cell) for cell in _cells(path) if cell["cell_type"] == "code"))


def _read(path: Path) -> None:
    notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    nbformat.validate(notebook)


@pytest.mark.parametrize("path", STARTERS, ids=_label)
def test_starters_are_valid_notebooks(path: Path) -> None:
    _read(path)


@pytest.mark.parametrize("path", HANDED_IN, ids=_label)
def test_usable_submissions_are_valid_and_the_others_are_not(path: Path) -> None:
    if _ending(path.parent.name, _part(path)) == Ended.REJECTED.value:
        with pytest.raises(Exception, match=r"JSON|is not valid"):
            _read(path)
    else:
        _read(path)


def test_the_table_names_exactly_the_folders_of_the_class() -> None:
    assert sorted(TABLE) == sorted(folder.name for folder in CLASS.iterdir())
    assert len(TABLE) >= 18


@pytest.mark.parametrize("student", TABLE)
def test_each_student_s_notebooks_are_there_and_no_others(student: str, homework: Rubric) -> None:
    expected = set(TABLE[student]["notebooks"])
    assert {_part(path) for path in (CLASS / student).glob("*.ipynb")} == expected
    assert expected <= set(homework.parts)


@pytest.mark.parametrize("student", TABLE)
def test_the_words_of_the_table_are_those_of_the_contract(student: str) -> None:
    row = TABLE[student]
    Status(row["status"])
    for ending in row["notebooks"].values():
        assert Ended(ending) is not Ended.MISSING
    for item in row.get("items", {}).values():
        Verdict(item["verdict"])
    assert set(row) <= {"about", "earned", "status", "notebooks", "found", "cells", "items"}


@pytest.mark.parametrize("student", TABLE)
def test_the_points_of_the_table_add_up(student: str, homework: Rubric) -> None:
    row = TABLE[student]
    listed = {name: Fraction(str(item["earned"])) for name, item in row.get("items", {}).items()}
    lost = set(listed) - {item.id for item in homework.items}
    assert not lost, f"the rubric has no {lost}"
    earned = Fraction(0)
    for item in homework.items:
        if _ending(student, item.notebook) in UNUSABLE:
            assert item.id not in listed, f"{item.id} is not_reached and need not be listed"
        else:
            assert listed.get(item.id, Fraction(0)) <= item.points
            earned += listed.get(item.id, item.points)
    assert earned == Fraction(str(row["earned"]))


@pytest.mark.parametrize("student", TABLE)
def test_a_spoilt_run_names_a_code_cell(student: str) -> None:
    row = TABLE[student]
    spoilt = {name for name, ending in row["notebooks"].items() if ending not in {"finished", "rejected"}}
    assert set(row.get("cells", {})) == spoilt
    for name, index in row.get("cells", {}).items():
        assert _cells(_file(student, name))[index]["cell_type"] == "code"


def test_the_table_names_faults_and_conventions_that_exist(homework: Rubric) -> None:
    named_in = (*HOMEWORK.glob("checks*.py"), ROOT / "grader" / "derived.py")
    checks = "".join(path.read_text(encoding="utf-8") for path in named_in)
    faults = {fellow.name for fellow in FELLOWS if fellow.kind is Kind.FAULT}
    conventions = {fellow.name for fellow in FELLOWS if fellow.kind is Kind.CONVENTION}
    for student, row in TABLE.items():
        for name, item in row.get("items", {}).items():
            fault, convention = item.get("fault"), item.get("convention")
            assert fault is None or fault in faults or f'"{fault}"' in checks, (student, name, fault)
            assert convention is None or convention in conventions, (student, name, convention)


def test_the_class_shows_every_ending_that_a_student_can_cause_cheaply() -> None:
    endings = {ending for row in TABLE.values() for ending in row["notebooks"].values()}
    assert {"finished", "raised", "timed_out", "died", "rejected"} <= endings


def test_the_class_has_right_and_wrong_answers_for_most_attention_items(homework: Rubric) -> None:
    spoilt = {name for row in TABLE.values() for name in row.get("items", {})}
    never = {item.id for item in homework.items if item.notebook == "attention.ipynb"} - spoilt
    assert never <= {"attention.gaussian_kernel"}


@pytest.mark.parametrize("path", STARTERS, ids=_label)
def test_starters_hold_a_skeleton_of_every_function_and_variable(path: Path, homework: Rubric) -> None:
    tree = _code(path)
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    assigned = {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    items = [item for item in homework.items if item.notebook == path.name]
    assert items
    for item in items:
        if item.variable:
            assert item.variable in assigned, item.id
        elif item.function:
            body = functions[item.function].body
            assert isinstance(body[-1], ast.Raise), f"{item.function} is solved in the starter"
            assert isinstance(body[-1].exc, ast.Name)
            assert body[-1].exc.id == "NotImplementedError"


@pytest.mark.parametrize("name", ["attention.ipynb", "triplet.ipynb"])
def test_starters_run_as_they_are_downloaded(name: str) -> None:
    namespace: dict[str, Any] = {}
    for cell in _cells(STARTER / name):
        if cell["cell_type"] == "code":
            exec(compile(_source(cell), name, "exec"), namespace)  # noqa: S102 — our own starter


def test_the_attention_starter_has_a_tagged_place_for_the_derivation() -> None:
    tagged = [
        cell
        for cell in _cells(STARTER / "attention.ipynb")
        if "derivation" in cell["metadata"].get("tags", [])
    ]
    assert [cell["cell_type"] for cell in tagged] == ["markdown"]


def test_the_difficulty_starter_has_one_cell_of_parameters() -> None:
    tagged = [
        cell
        for cell in _cells(STARTER / "example_difficulty.ipynb")
        if "parameters" in cell["metadata"].get("tags", [])
    ]
    assert [cell["cell_type"] for cell in tagged] == ["code"]


def test_the_model_solution_hands_in_everything_and_earns_everything(homework: Rubric) -> None:
    row = TABLE["model_solution"]
    assert set(row["notebooks"]) == set(homework.parts)
    assert row["earned"] == homework.out_of
    assert "items" not in row
