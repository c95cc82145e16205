"""What `check` and `explain` print."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from grader.model import Evidence, Exhibit, Finding, Report
from grader.report.words import (
    MARKS,
    VERDICTS,
    beside_lead,
    counted,
    ending,
    fresh_evidence,
    is_lost,
    lead,
    points,
    status_sentence,
    visible,
)

MOST_NUMBERS = 200
"""Numbers of one array that are printed before it is summarised."""


def checked(report: Report, hints: Mapping[str, str]) -> str:
    """A student's self-check: every item with its verdict; for each that falls short what is wrong, and a hint."""
    lines = []
    for execution in report.execution:
        says = f" {visible(execution.says)}" if execution.says else ""
        lines.append(f"{visible(execution.notebook)} {ending(execution)}.{says}")
    wide = max((len(one.item) for one in report.items), default=0)
    for item in report.items:
        score = f"{points(item.earned)}/{points(item.points)}"
        lines.append(f"{MARKS[item.verdict]} {item.item:<{wide}}  {score:>7}  {VERDICTS[item.verdict]}")
        if is_lost(item) or item.convention:
            told = [lead(item), *beside_lead(item)]
            told += [item.convention.says] if item.convention else []
            told += [one.says for one in fresh_evidence(item) if not one.ok]
            lines += [f"    {visible(says)}" for says in dict.fromkeys(told)]
        if is_lost(item) and item.item in hints:
            lines.append(f"    Hint: {hints[item.item]}")
    total = (
        f"{points(report.earned)} of {points(report.out_of)} points on {counted(len(report.items), 'item')}."
    )
    return "\n".join([*lines, f"{total} {status_sentence(report)}"])


def explained(report: Report, finding: Finding, exhibits: Sequence[Exhibit | None]) -> str:
    """One verdict replayed from the record: the sentences, then inputs, output, reference and their difference.

    `exhibits` has one entry for each of the finding's evidence sentences, as the store gives them.
    """
    score = f"{points(finding.earned)} of {points(finding.points)} points"
    lines = [
        f"{visible(report.display)}, {finding.item}: {VERDICTS[finding.verdict]}, {score}",
        *map(visible, beside_lead(finding) if finding.diagnosis else [finding.says]),
    ]
    if finding.diagnosis:
        lines.append(f"Named fault: {visible(finding.diagnosis.fault)}: {visible(finding.diagnosis.says)}")
    if finding.convention:
        share = "" if finding.convention.share == 1 else f" (worth {finding.convention.share} of the points)"
        lines.append(
            f"Convention: {visible(finding.convention.name)}{share}: {visible(finding.convention.says)}"
        )
    shown = [*exhibits, *[None] * (len(finding.evidence) - len(exhibits))]
    for evidence, exhibit in zip(finding.evidence, shown, strict=False):
        lines += ["", *_replayed(evidence, exhibit)]
    if not any(exhibits):
        lines += ["", "No arrays are on record for this verdict."]
    return "\n".join(lines)


def _replayed(evidence: Evidence, exhibit: Exhibit | None) -> Iterator[str]:
    yield f"{'✓' if evidence.ok else '✗'} {visible(evidence.says)}"
    if exhibit is None:
        return
    for name, value in exhibit.inputs.items():
        yield from _value(f"input {visible(name)}", value)
    if exhibit.output is not None:
        yield from _value("the student's output", exhibit.output)
    if exhibit.reference is not None:
        yield from _value("the reference's output", exhibit.reference)
    yield from _difference(exhibit.output, exhibit.reference)


def _value(name: str, value: Any) -> Iterator[str]:
    parts = _parts(value)
    if len(parts) > 1:
        for number, one in enumerate(parts):
            yield from _value(f"{name}, part {number + 1}", one)
    elif parts[0] is not value:
        yield from _value(name, parts[0])
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from _value(f"{name}, {visible(str(key))}", one)
    elif isinstance(value, np.ndarray) and value.ndim:
        yield f"  {name}, shape {value.shape}, {value.dtype}:"
        text = np.array2string(value, precision=6, threshold=MOST_NUMBERS, edgeitems=3, max_line_width=100)
        yield from (f"    {line}" for line in text.splitlines())
    else:
        yield f"  {name}: {visible(str(value))}"


def _difference(output: Any, reference: Any) -> Iterator[str]:
    got, expected = _parts(output), _parts(reference)
    for number, (one, other) in enumerate(zip(got, expected, strict=False)):
        part = f" of part {number + 1}" if len(expected) > 1 else ""
        where = largest_difference(one, other)
        if where is not None:
            place, difference = where
            at = f" at {list(place)}" if place else ""
            yield f"  largest difference{part}: {difference:.6g}{at}"


def _parts(value: Any) -> Sequence[Any]:
    """A tuple of arrays part by part; anything else is one part."""
    if isinstance(value, tuple | list) and any(isinstance(one, np.ndarray) for one in value):
        return value
    return [value]


def largest_difference(got: Any, expected: Any) -> tuple[tuple[int, ...], float] | None:
    """Where two arrays of one shape, dimensions of 1 aside, differ most, and by how much; else None.

    The place is one in the second array. What is finite in one and not in the other differs without bound.

    >>> largest_difference(np.array([[1.0, 2.0]]), np.array([[1.0, 5.0]]))
    ((0, 1), 3.0)
    """
    one, other = np.asarray(got), np.asarray(expected)
    if one.dtype.kind not in "biuf" or other.dtype.kind not in "biuf" or not one.size:
        return None
    if one.squeeze().shape != other.squeeze().shape:
        return None
    first, second = one.astype(np.float64).reshape(other.shape), other.astype(np.float64)
    with np.errstate(invalid="ignore"):
        apart = np.abs(first - second)
    same = (first == second) | (np.isnan(first) & np.isnan(second))
    apart = np.where(same, 0.0, np.where(np.isnan(apart), np.inf, apart))
    place = np.unravel_index(int(np.argmax(apart)), apart.shape)
    return tuple(int(index) for index in place), float(apart[place])
