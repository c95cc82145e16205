"""The scores as a table for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from grader.model import Report, Verdict
from grader.report.as_json import number, whole_characters

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def scores(reports: Iterable[Report]) -> str:
    """One row a student: student, earned, out_of, status, then one column an item, in the rubric's order.

    An item that a fault of ours kept from being judged is left empty: 0 would read as lost.
    """
    reports = tuple(reports)
    items = list(dict.fromkeys(one.item for report in reports for one in report.items))
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(["student", "earned", "out_of", "status", *map(harmless, items)])
    for report in reports:
        told = {one.item: "" if one.verdict is Verdict.FAULT else number(one.earned) for one in report.items}
        writer.writerow(
            [
                harmless(report.student),
                number(report.earned),
                number(report.out_of),
                report.status.value,
                *(told.get(item, "") for item in items),
            ]
        )
    return table.getvalue()


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula.

    >>> harmless("=cmd()"), harmless("ada")
    ("'=cmd()", 'ada')
    """
    text = whole_characters(text)
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text
