"""Report → JSON, Markdown, HTML, CSV and text. Pure functions of what the store holds, and two that write them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from grader.model import Exhibit, Report
from grader.report import as_csv, as_html, as_markdown
from grader.report.as_json import from_json, to_json
from grader.report.as_text import checked, explained
from grader.report.files import sweep, write_whole
from grader.report.words import visible

__all__ = ["checked", "explained", "from_json", "to_json", "visible", "write_class", "write_student"]


def write_student(out: Path, report: Report, exhibits: Mapping[str, Sequence[Exhibit | None]]) -> None:
    """Write `report.json`, `report.md` and `report.html` into `out/students/<slug>`; each whole or not at all.

    `exhibits` has, per item, one entry for each evidence sentence. Raises `OSError` if a file cannot be written.
    """
    folder = out / "students" / report.slug
    folder.mkdir(parents=True, exist_ok=True)
    sweep(folder)
    write_whole(folder / "report.json", json.dumps(to_json(report), indent=2, ensure_ascii=False) + "\n")
    write_whole(folder / "report.md", as_markdown.student_page(report))
    write_whole(folder / "report.html", as_html.student_page(report, exhibits))


def write_class(out: Path, reports: Sequence[Report], title: str = "") -> None:
    """Write `scores.csv` and `index.html` into `out`; each whole or not at all.

    `title` heads the page; without one, the assignment's name does. Raises `OSError` if a file cannot be written.
    """
    out.mkdir(parents=True, exist_ok=True)
    sweep(out)
    heading = title or next((one.assignment for one in reports), "No submissions")
    write_whole(out / "scores.csv", as_csv.scores(reports))
    write_whole(out / "index.html", as_html.class_page(reports, heading))
