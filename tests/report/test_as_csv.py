"""The table keeps its columns, and no cell is a formula."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from fractions import Fraction

import pytest

from grader.model import Report
from grader.report.as_csv import scores


def _rows(*reports: Report) -> list[list[str]]:
    return list(csv.reader(io.StringIO(scores(reports), newline="")))


def test_one_row_a_student_and_one_column_an_item(simple: Report, rich: Report) -> None:
    head, first, second = _rows(simple, rich)
    assert head[:6] == ["student", "earned", "out_of", "status", "attention.softmax", "attention.kernelized"]
    assert first[:6] == ["bob", "7", "7", "final", "3", "4"]
    assert second[:6] == ["submission_1", "8.5", "22", "not_graded", "3", "0"]
    assert {len(row) for row in (head, first, second)} == {12}
    told = dict(zip(head, second, strict=True))
    assert (told["triplet.loss"], told["triplet.valid"], told["difficulty.discussion"]) == ("1.5", "", "0")
    assert dict(zip(head, first, strict=True))["triplet.loss"] == ""


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", " =", "＝"])
def test_a_name_that_begins_like_a_formula_is_neutralised(simple: Report, start: str) -> None:
    name = f'{start}HYPERLINK("http://e.example","x")'
    (_, row) = _rows(replace(simple, student=name))
    assert row[0] == f"'{name}"


@pytest.mark.parametrize("name", ['a"b', "a,b", "a\nb", "a;b", "Zoë"])
def test_other_names_stay_as_they_are(simple: Report, name: str) -> None:
    (_, row) = _rows(replace(simple, student=name, earned=Fraction(1, 3)))
    assert (row[0], row[1]) == (name, "0.3333333333333333")


def test_an_empty_class_has_a_head() -> None:
    assert scores([]) == "student,earned,out_of,status\n"
