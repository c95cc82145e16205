"""The main job on small classes: odd submissions, continuing, one student only."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path
from typing import Any

import pytest

from grader.cli import main
from grader.grade import imports_named
from grader.intake import find_submissions
from grader.rubric import load_rubric
from tests.conftest import HOMEWORK

pytestmark = pytest.mark.box

RIGHT = """import torch
def gaussian_kernel(Q, K, sigma2):
    return torch.exp(-torch.cdist(Q, K) ** 2 / (2 * sigma2))
"""


def _notebook(*sources: str, kind: str = "code") -> str:
    cells: list[dict[str, Any]] = [
        {"cell_type": kind, "id": f"c{k}", "metadata": {}, "source": source}
        | ({"outputs": [], "execution_count": None} if kind == "code" else {})
        for k, source in enumerate(sources)
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def _hand_in(folder: Path, student: str, text: str) -> None:
    (folder / student).mkdir(parents=True)
    (folder / student / "attention.ipynb").write_text(text, encoding="utf-8")


def _grade(submissions: Path, out: Path, *more: str) -> int:
    return main(["grade", str(submissions), "--rubric", str(HOMEWORK), "--out", str(out), *more])


def _report(out: Path, slug: str) -> dict[str, Any]:
    report: dict[str, Any] = json.loads((out / "students" / slug / "report.json").read_text(encoding="utf-8"))
    return report


def _items(report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {item["id"]: item for item in report["items"]}


def test_odd_submissions_get_a_verdict_each_and_the_good_one_its_points(tmp_path: Path) -> None:
    submissions, out = tmp_path / "class", tmp_path / "out"
    secret = tmp_path / "secret.txt"
    secret.write_text(_notebook(RIGHT))
    for student, text in {"empty": "", "a_list": "[]", "null": "null", "prose": "Dear grader,"}.items():
        _hand_in(submissions, student, text)
    for student in ("link", "pipe", "folder", "nobody"):
        (submissions / student).mkdir()
    (submissions / "link" / "attention.ipynb").symlink_to(secret)
    os.mkfifo(submissions / "pipe" / "attention.ipynb")
    (submissions / "folder" / "attention.ipynb").mkdir()
    _hand_in(submissions, "zada", _notebook(RIGHT))
    _hand_in(submissions, "no_code", _notebook("I will do it later.", kind="markdown"))
    before = sorted(str(path) for path in submissions.rglob("*"))

    assert _grade(submissions, out, "--quiet") == 0

    for student in ("empty", "a_list", "null", "prose", "link", "pipe", "folder"):
        report = _report(out, student)
        run = next(one for one in report["execution"] if one["notebook"] == "attention.ipynb")
        assert (run["ended"], report["earned"]) == ("rejected", 0), student
        assert len(run["says"]) > 10
    assert _report(out, "nobody")["execution"][0]["ended"] == "missing"
    assert _items(_report(out, "zada"))["attention.gaussian_kernel"]["verdict"] == "met"
    assert "no code" in _report(out, "no_code")["execution"][0]["says"]
    assert sorted(str(path) for path in submissions.rglob("*")) == before


def test_a_later_run_continues_and_grades_what_changed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    submissions, out = tmp_path / "class", tmp_path / "out"
    for student in ("ada", "bob", "Ada"):
        _hand_in(submissions, student, _notebook(RIGHT))
    assert _grade(submissions, out, "--only", "ada") == 0
    assert _grade(submissions, out) == 0
    assert capsys.readouterr().err.count("(unchanged)") == 1
    wrong = RIGHT.replace("2 * sigma2", "sigma2")
    (submissions / "bob" / "attention.ipynb").write_text(_notebook(wrong), encoding="utf-8")
    assert _grade(submissions, out) == 0
    assert capsys.readouterr().err.count("(unchanged)") == 2
    with (out / "scores.csv").open(encoding="utf-8", newline="") as file:
        scores = {row["student"]: float(row["earned"]) for row in csv.DictReader(file)}
    assert scores == {"ada": 2, "Ada": 2, "bob": 0}
    found = _items(_report(out, "bob"))["attention.gaussian_kernel"]
    assert found["diagnosis"]["fault"] == "missing_half"


def test_a_hanging_and_a_dying_function_cost_their_own_item_only(tmp_path: Path) -> None:
    submissions, out = tmp_path / "class", tmp_path / "out"
    hanging = "def softmax_attention(Q, K, V):\n    import os\n    os._exit(3)\n"
    dying = "def sample_projections(d_random, D, sigma2, generator=None):\n    import ctypes\n    ctypes.string_at(0)\n"
    _hand_in(submissions, "ada", _notebook(RIGHT, hanging, dying))
    assert _grade(submissions, out, "--quiet") == 0
    found = _items(_report(out, "ada"))
    assert found["attention.gaussian_kernel"]["verdict"] == "met"
    for item in ("attention.softmax", "attention.projections"):
        assert found[item]["verdict"] == "not_met"
        assert "process" in found[item]["says"] or "died" in found[item]["says"], found[item]["says"]


def test_hard_coded_and_always_equal_answers_earn_nothing(tmp_path: Path) -> None:
    submissions, out = tmp_path / "class", tmp_path / "out"
    equal = (
        "class Equal:\n    def __eq__(self, other):\n        return True\n    __hash__ = None\n"
        "    def __float__(self):\n        return 1.0\n"
        "def gaussian_kernel(Q, K, sigma2):\n    return Equal()\n"
    )
    _hand_in(submissions, "eve", _notebook(equal))
    assert _grade(submissions, out, "--quiet") == 0
    found = _items(_report(out, "eve"))["attention.gaussian_kernel"]
    assert (found["verdict"], found["earned"]) == ("not_met", 0)
    assert "Equal" in found["says"]


@pytest.mark.parametrize(
    ("sources", "named"),
    [
        pytest.param(["import numpy as np"], ("torch", "numpy"), id="numpy"),
        pytest.param(["%matplotlib inline"], ("torch", "matplotlib.pyplot"), id="a_magic"),
        pytest.param(
            ["", "from sklearn import svm"], ("torch", "sklearn.neighbors"), id="another_of_its_modules"
        ),
        pytest.param(["x = 1"], ("torch",), id="torch_always"),
    ],
)
def test_only_what_a_notebook_names_is_imported_ahead(
    tmp_path: Path, sources: list[str], named: tuple[str, ...]
) -> None:
    _hand_in(
        tmp_path / "class", "nobody_else", _notebook("print('numpy is not imported here')", kind="markdown")
    )
    _hand_in(tmp_path / "class", "zada", _notebook(*sources))
    rubric = load_rubric(HOMEWORK)
    found = find_submissions(tmp_path / "class", {name: rubric.names_in(name) for name in rubric.parts})

    assert imports_named(rubric, found) == named


def test_a_notebook_may_hide_its_imports(tmp_path: Path) -> None:
    hidden = """import importlib
vision = importlib.import_module("torch" + "vision")
vision.models.resnet18
"""
    _hand_in(tmp_path / "class", "zada", _notebook(hidden, RIGHT))

    assert _grade(tmp_path / "class", tmp_path / "out", "--quiet") == 0

    report = _report(tmp_path / "out", "zada")
    assert report["execution"][0]["ended"] == "finished"
    assert _items(report)["attention.gaussian_kernel"]["verdict"] == "met"
