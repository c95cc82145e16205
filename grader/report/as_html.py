"""The student's page and the class's page: self-contained HTML in which no text of a student's is live.

Jinja escapes every text; `visible` spells out what would reorder or hide letters; the content security policy
forbids everything but our own style sheet and our own sorting script, each told by its digest.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from statistics import mean, median
from typing import Any

import jinja2
from markupsafe import Markup

from grader.model import Exhibit, Finding, Report, Status, Verdict
from grader.report import plots, words

HERE = Path(__file__).parent

HISTOGRAMS = "histograms"
"""An exhibit with this input, a mapping of names to counts, is drawn side by side."""

_STATUS_CLASS = {Status.FINAL: "met", Status.WAITING: "waiting", Status.NOT_GRADED: "fault"}
_COUNTED = (Verdict.MET, Verdict.PARTLY, Verdict.NOT_MET, Verdict.NOT_REACHED)


@dataclass(frozen=True)
class ItemRow:
    """One item over the class: mean share of its points, and how many students have which verdict."""

    item: str
    points: Fraction
    rate: float
    rate_words: str
    bar: Markup
    counts: tuple[int, ...]


@dataclass(frozen=True)
class FaultRow:
    """One named fault at one item, with those who made it."""

    item: str
    says: str
    students: tuple[Report, ...]


def student_page(report: Report, exhibits: Mapping[str, Sequence[Exhibit | None]]) -> str:
    """The page of one student; exhibits that hold histograms are drawn at their item."""
    verdicts = Counter(one.verdict for one in report.items)
    weights = {
        verdict: sum((one.points for one in report.items if one.verdict is verdict), Fraction(0))
        for verdict in Verdict
    }
    return _page(
        "student.html",
        script="",
        report=report,
        share=words.percent(report.earned, report.out_of),
        bar=_verdict_bar(weights, "points by verdict", "points"),
        tally={verdict: verdicts[verdict] for verdict in Verdict if verdicts[verdict]},
        status=words.status_sentence(report),
        losses=words.losses(report.items),
        sections=words.sections(report.items),
        anchors={one.item: f"item-{number}" for number, one in enumerate(report.items)},
        figures={one.item: _figures(one, exhibits.get(one.item, ())) for one in report.items},
    )


def class_page(reports: Sequence[Report], title: str) -> str:
    """The page of the class: scores, items, commonest faults, every verdict."""
    graded = [one for one in reports if one.status is not Status.NOT_GRADED]
    scores = [float(one.earned) for one in graded]
    out_of = max((one.out_of for one in reports), default=Fraction(0))
    statuses = Counter(one.status for one in reports)
    names = list(dict.fromkeys(one.item for report in reports for one in report.items))
    return _page(
        "class.html",
        script=_file("sort.js"),
        title=title,
        reports=reports,
        graded=graded,
        not_graded=[one for one in reports if one.status is Status.NOT_GRADED],
        mean=f"{mean(scores):.1f}" if scores else "–",
        median=f"{median(scores):.1f}" if scores else "–",
        out_of=words.points(out_of),
        statuses={status: statuses[status] for status in Status if statuses[status]},
        status_class=_STATUS_CLASS,
        histogram=plots.score_histogram(scores, float(out_of), "how many students have how many points"),
        items=[_item_row(name, reports) for name in names],
        faults=_fault_rows(reports),
        cells={report.student: _cells(report, names) for report in reports},
        runs=_runs(reports),
    )


def _page(name: str, script: str, **told: Any) -> str:
    style = _file("style.css")
    policy = ["default-src 'none'", f"style-src '{_digest(style)}'", "base-uri 'none'", "form-action 'none'"]
    if script:
        policy.append(f"script-src '{_digest(script)}'")
    # The style sheet and the script are ours and hold no text of anyone else's.
    ours = {"style": Markup(style), "script": Markup(script)}  # noqa: S704
    return _environment().get_template(name).render(policy="; ".join(policy), **ours, **told)


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "visible": words.visible,
        "points": words.points,
        "lead": words.lead,
        "beside_lead": words.beside_lead,
        "fresh_evidence": words.fresh_evidence,
        "opens_with_convention": words.opens_with_convention,
        "ending": words.ending,
        "briefly": words.briefly,
        "total": words.total,
        "percent": lambda report: words.percent(report.earned, report.out_of),
        "share": lambda report: float(report.earned / report.out_of) if report.out_of else 0.0,
        "lost_count": lambda report: sum(map(words.is_lost, report.items)),
    }
    environment.globals |= {
        "marks": words.MARKS,
        "verdicts": words.VERDICTS,
        "status_words": words.STATUSES,
        "counted": words.counted,
    }
    return environment


@cache
def _file(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _verdict_bar(weights: Mapping[Verdict, Fraction | int], title: str, noun: str) -> Markup:
    total = Fraction(sum(weights.values()))
    parts = [
        (
            f"fill-{verdict.value}",
            float(weight / total),
            f"{words.VERDICTS[verdict]}: {words.points(Fraction(weight))} of {words.points(total)} {noun}",
        )
        for verdict, weight in weights.items()
        if weight
    ]
    return plots.stacked(parts, title)


def _figures(finding: Finding, exhibits: Sequence[Exhibit | None]) -> list[Markup]:
    figures = []
    for exhibit in exhibits:
        histograms = exhibit.inputs.get(HISTOGRAMS) if exhibit else None
        if isinstance(histograms, Mapping) and histograms:
            title = f"{finding.item}: " + ", ".join(map(str, histograms))
            figures.append(plots.side_by_side(histograms, title))
    return figures


def _item_row(name: str, reports: Sequence[Report]) -> ItemRow:
    found = [one for report in reports for one in report.items if one.item == name]
    judged = [one for one in found if one.verdict in _COUNTED]
    counts = Counter(one.verdict for one in found)
    possible = sum((one.points for one in judged), Fraction(0))
    rate = sum((one.earned for one in judged), Fraction(0)) / possible if possible else Fraction(0)
    bar = _verdict_bar({verdict: counts[verdict] for verdict in Verdict}, f"verdicts on {name}", "students")
    return ItemRow(
        item=name,
        points=found[0].points,
        rate=float(rate),
        rate_words=words.percent(rate, Fraction(1)) if possible else "–",
        bar=bar,
        counts=tuple(counts[verdict] for verdict in _COUNTED),
    )


def _fault_rows(reports: Sequence[Report]) -> list[FaultRow]:
    made: dict[tuple[str, str], list[tuple[Report, str]]] = {}
    for report in reports:
        for one in report.items:
            if one.diagnosis:
                made.setdefault((one.item, one.diagnosis.fault), []).append((report, one.diagnosis.says))
    rows = [FaultRow(item, who[0][1], tuple(report for report, _ in who)) for (item, _), who in made.items()]
    return sorted(rows, key=lambda row: -len(row.students))


def _cells(report: Report, names: Sequence[str]) -> list[Finding | None]:
    found = {one.item: one for one in report.items}
    return [found.get(name) for name in names]


def _runs(reports: Sequence[Report]) -> dict[str, list[str]]:
    """What the runs were made with; more than one value in a line means that they are not alike."""
    told = {
        "Isolation": [one.run.isolation for one in reports],
        "Program": [f"grader {one.run.grader}" for one in reports],
        "Versions": [
            " ".join(f"{name} {version}" for name, version in one.run.versions.items()) for one in reports
        ],
        "Rubric": [one.run.rubric_sha256 for one in reports],
        "Last run": [max((one.run.started for one in reports), default="never")],
    }
    return {name: list(dict.fromkeys(values)) for name, values in told.items()}
