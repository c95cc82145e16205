"""The reports as they were last looked at. `GRADER_GOLDEN=write pytest tests/report/test_golden.py` writes them anew:
look at the difference before it is kept."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.model import Exhibit, Report
from grader.report import as_csv, as_html, as_markdown, checked, explained, to_json

GOLDEN = Path(__file__).parent.parent / "golden" / "report"


def _json(report: Report, _: Any) -> str:
    return json.dumps(to_json(report), indent=2, ensure_ascii=False) + "\n"


def _markdown(report: Report, _: Any) -> str:
    return as_markdown.student_page(report)


def _html(report: Report, exhibits: Any) -> str:
    return as_html.student_page(report, exhibits)


def _class(report: Report, _: Any) -> str:
    return as_html.class_page([report], "The homework")


def _csv(report: Report, _: Any) -> str:
    return as_csv.scores([report])


def _checked(report: Report, _: Any) -> str:
    return checked(report, {"attention.kernelized": "Which axis?"}) + "\n"


def _explained(report: Report, _: Any) -> str:
    exhibit = Exhibit({"Q": np.eye(2), "margin": 0.2}, (np.zeros((2, 2)), 1.0), (np.eye(2), 3.0))
    return explained(report, report.items[1], [exhibit, None]) + "\n"


@pytest.mark.parametrize("who", ["rich", "hostile"])
@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("report.json", _json),
        ("report.md", _markdown),
        ("report.html", _html),
        ("index.html", _class),
        ("scores.csv", _csv),
        ("checked.txt", _checked),
        ("explained.txt", _explained),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_golden(
    who: str,
    name: str,
    make: Callable[[Report, Any], str],
    exhibits: Callable[[Report], Any],
    request: pytest.FixtureRequest,
) -> None:
    report = request.getfixturevalue(who)
    text = make(report, exhibits(report))
    if name.endswith(".html"):
        # The style sheet and its digest change with every touch of a colour.
        text = re.sub(r"<(style|script)>.*?</\1>", r"<\1></\1>", text, flags=re.DOTALL)
        text = re.sub(r"sha256-[\w+/=]+", "sha256-", text)
    path = GOLDEN / who / name
    if os.environ.get("GRADER_GOLDEN") == "write":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    assert path.is_file(), f"there is no {path}; write it with GRADER_GOLDEN=write, and look at it"
    assert text == path.read_bytes().decode()
