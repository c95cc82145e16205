"""A report as the JSON that is promised, and back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from grader.model import (
    Convention,
    Diagnosis,
    Ended,
    Evidence,
    Execution,
    Finding,
    Report,
    Run,
    Status,
    Verdict,
)

SCHEMA = 1

FINEST_POINTS = 10**6
"""No share of a point has a larger denominator; it lets 0.333… become a third again."""

_half_pair = re.compile("[\ud800-\udfff]")


def to_json(report: Report) -> dict[str, Any]:
    """The report as plain data: whole points as integers, others as floats; every text can be encoded as UTF-8."""
    told = {
        "schema": SCHEMA,
        "assignment": report.assignment,
        "student": report.student,
        "display": report.display,
        "slug": report.slug,
        "status": report.status.value,
        "earned": number(report.earned),
        "out_of": number(report.out_of),
        "submission": {
            "sha256": report.submission_sha256,
            "files": list(report.files),
        },
        "execution": [_execution(one) for one in report.execution],
        "items": [finding_to_json(one) for one in report.items],
        "run": {
            "grader": report.run.grader,
            "rubric_sha256": report.run.rubric_sha256,
            "isolation": report.run.isolation,
            "seed": report.run.seed,
            "versions": dict(report.run.versions),
            "started": report.run.started,
            "seconds": report.run.seconds,
        },
    }
    return {name: _encodable(value) for name, value in told.items()}


def finding_to_json(finding: Finding) -> dict[str, Any]:
    """One item's verdict as plain data."""
    diagnosis, convention = finding.diagnosis, finding.convention
    told = {
        "id": finding.item,
        "points": number(finding.points),
        "earned": number(finding.earned),
        "verdict": finding.verdict.value,
        "public": finding.public,
        "says": finding.says,
        "evidence": [_evidence(one) for one in finding.evidence],
        "diagnosis": {"fault": diagnosis.fault, "says": diagnosis.says} if diagnosis else None,
        "convention": {
            "name": convention.name,
            "says": convention.says,
            "share": number(convention.share),
        }
        if convention
        else None,
    }
    return {name: _encodable(value) for name, value in told.items()}


def number(points: Fraction) -> int | float:
    """
    >>> number(Fraction(123, 2)), number(Fraction(100))
    (61.5, 100)
    """
    return points.numerator if points.denominator == 1 else float(points)


def from_json(data: Mapping[str, Any]) -> Report:
    """The report that `to_json` made `data` of, without the exhibits.

    Raises `ValueError` for another schema, `KeyError` or `TypeError` for data that is none.
    """
    if data["schema"] != SCHEMA:
        raise ValueError(f"the report has schema {data['schema']!r}; this program reads schema {SCHEMA}")
    run = data["run"]
    return Report(
        assignment=data["assignment"],
        student=data["student"],
        display=data["display"],
        slug=data["slug"],
        status=Status(data["status"]),
        earned=_fraction(data["earned"]),
        out_of=_fraction(data["out_of"]),
        submission_sha256=data["submission"]["sha256"],
        files=tuple(data["submission"]["files"]),
        execution=tuple(
            Execution(one["notebook"], Ended(one["ended"]), one["cell"], one["seconds"], one["says"])
            for one in data["execution"]
        ),
        items=tuple(_finding(one) for one in data["items"]),
        run=Run(
            run["grader"],
            run["rubric_sha256"],
            run["isolation"],
            run["seed"],
            run["versions"],
            run["started"],
            run["seconds"],
        ),
    )


def _execution(execution: Execution) -> dict[str, Any]:
    return {
        "notebook": execution.notebook,
        "ended": execution.ended.value,
        "cell": execution.cell,
        "seconds": execution.seconds,
        "says": execution.says,
    }


def _evidence(evidence: Evidence) -> dict[str, Any]:
    told = {"ok": evidence.ok, "says": evidence.says}
    return told if evidence.points is None else told | {"points": number(evidence.points)}


def _finding(data: Mapping[str, Any]) -> Finding:
    diagnosis, convention = data["diagnosis"], data["convention"]
    return Finding(
        item=data["id"],
        points=_fraction(data["points"]),
        earned=_fraction(data["earned"]),
        verdict=Verdict(data["verdict"]),
        public=data["public"],
        says=data["says"],
        evidence=tuple(
            Evidence(one["ok"], one["says"], points=_fraction(one["points"]) if "points" in one else None)
            for one in data["evidence"]
        ),
        diagnosis=Diagnosis(diagnosis["fault"], diagnosis["says"]) if diagnosis else None,
        convention=Convention(convention["name"], convention["says"], _fraction(convention["share"]))
        if convention
        else None,
    )


def _fraction(value: float) -> Fraction:
    return Fraction(value).limit_denominator(FINEST_POINTS)


def _encodable(value: Any) -> Any:
    """The same data in which every text can be written as UTF-8."""
    if isinstance(value, str):
        return whole_characters(value)
    if isinstance(value, list):
        return [_encodable(one) for one in value]
    if isinstance(value, dict):
        return {whole_characters(key): _encodable(one) for key, one in value.items()}
    return value


def whole_characters(text: str) -> str:
    r"""The text with half surrogate pairs, which no file or database takes, replaced.

    >>> whole_characters("a\ud800")
    'a\ufffd'
    """
    return _half_pair.sub("\ufffd", text)
