"""The folder of results."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.model import Report
from grader.report import from_json, to_json, write_class, write_student


def test_a_student_has_three_files_and_a_class_two(
    tmp_path: Path, rich: Report, hostile: Report, exhibits: Callable[[Report], Any]
) -> None:
    for report in (rich, hostile):
        write_student(tmp_path, report, exhibits(report))
    write_class(tmp_path, [rich, hostile], "The homework")
    found = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert found == {"index.html", "scores.csv"} | {
        f"students/{slug}/report.{sort}"
        for slug in ("submission_1", "evil")
        for sort in ("json", "md", "html")
    }
    assert "<h1><bdi>The homework</bdi></h1>" in (tmp_path / "index.html").read_text(encoding="utf-8")


def test_writing_again_changes_nothing(
    tmp_path: Path, rich: Report, exhibits: Callable[[Report], Any]
) -> None:
    def written() -> dict[str, bytes]:
        write_student(tmp_path, rich, exhibits(rich))
        write_class(tmp_path, [rich])
        return {str(path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    assert written() == written()


def test_leftovers_of_a_killed_run_go(tmp_path: Path, simple: Report) -> None:
    folder = tmp_path / "students" / "bob"
    folder.mkdir(parents=True)
    for place in (tmp_path, folder):
        (place / f".report.html.{os.getpid()}.part").write_text("half")
    write_student(tmp_path, simple, {})
    write_class(tmp_path, [simple])
    assert not list(tmp_path.rglob("*.part"))


def test_the_json_has_the_promised_fields(rich: Report) -> None:
    data = json.loads(json.dumps(to_json(rich)))
    assert {
        "schema",
        "assignment",
        "student",
        "status",
        "earned",
        "out_of",
        "submission",
        "execution",
        "items",
        "run",
    } <= set(data)
    assert (data["schema"], data["earned"], data["out_of"], data["status"]) == (1, 8.5, 22, "not_graded")
    assert type(data["out_of"]) is int
    assert data["execution"][0] == {
        "notebook": "attention.ipynb",
        "ended": "timed_out",
        "cell": 3,
        "seconds": 31.4,
        "says": "Cell 3 took longer than 30 s.",
    }
    for item in data["items"]:
        assert {
            "id",
            "points",
            "earned",
            "verdict",
            "public",
            "says",
            "evidence",
            "diagnosis",
            "convention",
        } == set(item)
    assert data["items"][1]["diagnosis"]["fault"] == "no_scale"
    assert data["items"][4]["convention"] == {"name": "summed", "says": "The loss is summed.", "share": 0.5}
    assert data["run"]["versions"] == {"torch": "2.14.1"}


@pytest.mark.parametrize("who", ["rich", "simple"])
def test_json_comes_back_as_the_report_without_exhibits(who: str, request: pytest.FixtureRequest) -> None:
    report: Report = request.getfixturevalue(who)
    back = from_json(json.loads(json.dumps(to_json(report))))
    assert to_json(back) == to_json(report)
    assert back.earned == report.earned
