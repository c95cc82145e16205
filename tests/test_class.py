"""The sample class, graded for real: every student must get the verdicts that lie beside the class."""

from __future__ import annotations

import csv
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from grader.cli import main
from grader.model import Item
from grader.rubric import Rubric
from tests.conftest import HOMEWORK, ROOT

CLASS = ROOT / "submissions" / "homework"
TABLE: dict[str, Any] = tomllib.loads(
    (ROOT / "submissions" / "homework.verdicts.toml").read_text(encoding="utf-8")
)

pytestmark = [pytest.mark.box, pytest.mark.timeout(1800)]


def _content() -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(CLASS.rglob("*")) if path.is_file()}


@pytest.fixture(scope="session")
def before() -> dict[str, bytes]:
    return _content()


@pytest.fixture(scope="session")
def graded(tmp_path_factory: pytest.TempPathFactory, before: dict[str, bytes]) -> Path:
    out = tmp_path_factory.mktemp("class") / "grades"
    assert main(["grade", str(CLASS), "--rubric", str(HOMEWORK), "--out", str(out), "--quiet"]) == 0
    return out


def _report(graded: Path, student: str) -> dict[str, Any]:
    for path in sorted((graded / "students").glob("*/report.json")):
        report: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if report["student"] == student:
            return report
    raise AssertionError(f"no report of {student}")


def _expected(item: Item, row: Mapping[str, Any]) -> dict[str, Any]:
    listed: Mapping[str, Any] | None = row.get("items", {}).get(item.id)
    if listed is not None:
        return dict(listed)
    if item.graded_by == "person":
        return {"verdict": "waiting", "earned": 0}
    if row["notebooks"].get(item.notebook, "missing") in ("missing", "rejected"):
        return {"verdict": "not_reached", "earned": 0}
    return {"verdict": "met", "earned": float(item.points)}


def test_the_table_covers_the_class_and_no_one_else(graded: Path) -> None:
    with (graded / "scores.csv").open(encoding="utf-8", newline="") as file:
        assert {row["student"] for row in csv.DictReader(file)} == set(TABLE)


@pytest.mark.parametrize("student", TABLE)
def test_everyone_gets_the_verdicts_that_are_due(graded: Path, homework: Rubric, student: str) -> None:
    row = TABLE[student]
    report = _report(graded, student)
    assert {one["notebook"]: one["ended"] for one in report["execution"]} == {
        name: row["notebooks"].get(name, "missing") for name in homework.parts
    }
    for notebook, cell in row.get("cells", {}).items():
        assert next(one["cell"] for one in report["execution"] if one["notebook"] == notebook) == cell
    found = {item["id"]: item for item in report["items"]}
    for item in homework.items:
        due, got = _expected(item, row), found[item.id]
        assert (got["verdict"], got["earned"]) == (due["verdict"], due["earned"]), f"{item.id}: {got['says']}"
        if "fault" in due:
            assert got["diagnosis"], f"{item.id} has no diagnosis: {got['says']}"
            assert got["diagnosis"]["fault"] == due["fault"]
        if "convention" in due:
            assert got["convention"]["name"] == due["convention"]
    assert report["earned"] == row["earned"]
    assert report["status"] == row["status"]


def test_every_lost_item_says_what_is_wrong(graded: Path) -> None:
    for path in (graded / "students").glob("*/report.json"):
        for item in json.loads(path.read_text(encoding="utf-8"))["items"]:
            if item["verdict"] in ("not_met", "partly"):
                failed = [one["says"] for one in item["evidence"] if not one["ok"]]
                assert item["diagnosis"] or item["convention"] or any(failed), (
                    f"{path.parent.name} {item['id']}"
                )


def test_a_second_run_changes_and_runs_nothing(graded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path: path.read_bytes() for path in sorted(graded.rglob("*.json"))}
    assert main(["grade", str(CLASS), "--rubric", str(HOMEWORK), "--out", str(graded)]) == 0
    assert capsys.readouterr().err.count("(unchanged)") == len(TABLE)
    assert {path: path.read_bytes() for path in sorted(graded.rglob("*.json"))} == before


def test_regrading_gives_the_same_report_but_for_times(graded: Path, tmp_path: Path) -> None:
    def without_times(report: dict[str, Any]) -> dict[str, Any]:
        run = {key: value for key, value in report["run"].items() if key not in ("started", "seconds")}
        execution = [{**one, "seconds": 0} for one in report["execution"]]
        return {**report, "run": run, "execution": execution}

    student = "gwen_price"
    before = without_times(_report(graded, student))
    again = [
        "grade",
        str(CLASS),
        "--rubric",
        str(HOMEWORK),
        "--out",
        str(graded),
        "--only",
        student,
        "--regrade",
        "--quiet",
    ]
    assert main(again) == 0
    assert without_times(_report(graded, student)) == before


def test_explain_replays_a_verdict(graded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(graded), "hiro_sato", "attention.softmax"]) == 0
    said = capsys.readouterr().out
    assert "no_scale" in said
    assert "reference" in said


def test_grading_leaves_the_submissions_alone(graded: Path, before: dict[str, bytes]) -> None:
    assert _content() == before
