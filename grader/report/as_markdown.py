"""A student's report as Markdown."""

from __future__ import annotations

import re

from grader.model import Finding, Report
from grader.report.words import (
    MARKS,
    VERDICTS,
    beside_lead,
    ending,
    fresh_evidence,
    lead,
    losses,
    opens_with_convention,
    percent,
    points,
    sections,
    status_sentence,
    total,
    visible,
)

_special = re.compile(r"([\\`*\[\]<>|$&~])")
_outer_underscore = re.compile(r"(?<!\w)_|_(?!\w)")
_beginning = re.compile(r"^(\d*)([#+=.)-])")
_address = re.compile(r"(?i)\b(https?|ftp|www|mailto)(:|\.)")


def student_page(report: Report) -> str:
    """The report as a person reads it; no text of the student's becomes markup, a link or a picture."""
    return "\n".join([*_head(report), *_lost(report), *_items(report), *_story(report), *_foot(report)])


def plain(text: str) -> str:
    r"""A text that Markdown shows as it is.

    >>> plain("![x](http://e) a_b _c_ <b>")
    '!\\[x\\](http&#8203;://e) a_b \\_c\\_ \\<b\\>'
    """
    text = _special.sub(r"\\\1", visible(text))
    text = _outer_underscore.sub(r"\\_", text)
    # Some readers turn bare addresses into links; an entity within breaks them without being seen.
    text = _address.sub(r"\1&#8203;\2", text).replace("@", "@&#8203;")
    return _beginning.sub(r"\1\\\2", text.strip())


def _head(report: Report) -> list[str]:
    name = plain(report.display)
    if report.display != report.student:
        name += f" ({plain(report.student)})"
    score = f"**{points(report.earned)} of {points(report.out_of)} points**"
    return [
        f"# {plain(report.assignment)}: {name}",
        "",
        f"{score} ({percent(report.earned, report.out_of)}). {status_sentence(report)}",
        "",
    ]


def _lost(report: Report) -> list[str]:
    groups = losses(report.items)
    if not groups:
        return []
    lines = []
    for items, cost in groups:
        names = _code(items[0].item) + (f" and {len(items) - 1} more" if len(items) > 1 else "")
        lines.append(f"- {names} (−{points(cost)}): {plain(lead(items[0]))}")
    return ["## What cost points", "", *lines, ""]


def _items(report: Report) -> list[str]:
    lines = []
    for name, items in sections(report.items).items():
        earned, out_of = total(items)
        lines += [f"## {plain(name) or 'Items'}: {points(earned)} of {points(out_of)}", ""]
        for item in items:
            lines += _item(item)
    return lines


def _item(finding: Finding) -> list[str]:
    verdict = f"{MARKS[finding.verdict]} {VERDICTS[finding.verdict]}"
    lines = [
        f"### {_code(finding.item)}: {verdict}, {points(finding.earned)} of {points(finding.points)}",
        "",
    ]
    if finding.diagnosis:
        lines += [f"**What is wrong:** {plain(lead(finding))}", ""]
    elif not opens_with_convention(finding):
        lines += [plain(finding.says), ""]
    lines += [line for says in beside_lead(finding) for line in (plain(says), "")]
    if finding.convention:
        lines += [f"**Convention:** {plain(finding.convention.says)}", ""]
    evidence = fresh_evidence(finding)
    for one in evidence:
        worth = "" if one.points is None else f" ({points(one.points)})"
        lines.append(f"- {'✓' if one.ok else '✗'} {plain(one.says)}{worth}")
    return [*lines, ""] if evidence else lines


def _story(report: Report) -> list[str]:
    lines = ["## How the notebooks ran", ""]
    for one in report.execution:
        says = f" {plain(one.says)}" if one.says else ""
        lines.append(f"- {_code(one.notebook)} {ending(one)}.{says}")
    return [*lines, ""]


def _foot(report: Report) -> list[str]:
    run = report.run
    versions = ", ".join(f"{plain(name)} {plain(version)}" for name, version in run.versions.items())
    files = ", ".join(_code(name) for name in report.files) or "none"
    return [
        "## The run",
        "",
        f"- Files handed in: {files}",
        f"- Started {plain(run.started)}, took {run.seconds:.1f} s; isolation: {plain(run.isolation)}",
        f"- grader {plain(run.grader)}; {versions}",
        f"- Seed `{run.seed}`; submission `{report.submission_sha256[:16]}`; rubric `{run.rubric_sha256[:16]}`",
        "",
    ]


def _code(text: str) -> str:
    """A name in code letters; one that holds a backtick or line break is shown as a plain text."""
    shown = visible(text)
    return plain(text) if "`" in shown or "|" in shown or not shown.strip() else f"`{shown}`"
