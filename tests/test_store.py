"""The record keeps what it was given, through interruptions, threads and damage."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.model import (
    CallError,
    Convention,
    Diagnosis,
    Ended,
    Evidence,
    Execution,
    Exhibit,
    Finding,
    GraderFault,
    Report,
    Run,
    Status,
    Verdict,
)
from grader.report import from_json, to_json
from grader.store import LARGEST_ARRAY, LARGEST_EXHIBITS, NAME, Store, open_store

SOFTMAX = Finding(
    "attention.softmax",
    Fraction(3),
    Fraction(3, 2),
    Verdict.PARTLY,
    True,
    "half of it",
    (Evidence(True, "one"), Evidence(False, "σ ≠ 1", points=Fraction(1, 3))),
    Diagnosis("no_scale", "the scale is missing"),
    Convention("summed", "summed", Fraction(1, 2)),
)
REPORT = Report(
    "homework",
    "ada",
    "Ada Lovelace",
    "ada",
    Status.FINAL,
    Fraction(3, 2),
    Fraction(100),
    "0" * 64,
    ("attention.ipynb",),
    (Execution("attention.ipynb", Ended.RAISED, 3, 1.25, "NameError"),),
    (SOFTMAX, Finding("difficulty.discussion", Fraction(0), Fraction(0), Verdict.WAITING, True, "a person")),
    Run("1.0.0", "1" * 64, "bwrap", "seed", {"torch": "2"}, "2026-01-01T00:00:00+00:00", 2.5),
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path) as opened:
        yield opened


def _with(exhibits: list[Exhibit | None]) -> Report:
    evidence = tuple(Evidence(True, str(number), one) for number, one in enumerate(exhibits))
    return replace(REPORT, items=(replace(SOFTMAX, evidence=evidence),))


# What is recorded comes back.


def test_a_report_comes_back_as_it_was(store: Store) -> None:
    assert store.latest("ada") is None
    store.record(REPORT, key="k")
    assert store.latest("ada") == REPORT
    assert store.reports() == (REPORT,)


@given(st.fractions(min_value=0, max_value=1000, max_denominator=400), st.text(), st.text())
def test_json_keeps_points_and_texts(points: Fraction, says: str, name: str) -> None:
    finding = replace(SOFTMAX, points=points, says=says)
    report = replace(REPORT, earned=points, display=name, items=(finding,))
    assert from_json(to_json(report)) == report


@pytest.mark.parametrize("field", ["student", "display"])
def test_half_a_surrogate_pair_never_stops_the_record(store: Store, field: str) -> None:
    report = replace(REPORT, **{field: "a\ud800"}, items=(replace(SOFTMAX, says="\udfff"),))
    store.record(report, key="k")
    (kept,) = store.reports()
    assert (getattr(kept, field), kept.items[0].says) == ("a\ufffd", "\ufffd")


def test_the_newest_report_counts_and_the_older_stay(store: Store, tmp_path: Path) -> None:
    for earned in (1, 2, 3):
        store.record(replace(REPORT, earned=Fraction(earned)), key="k")
    store.record(replace(REPORT, student="bob"), key="k")
    assert [(one.student, one.earned) for one in store.reports()] == [("ada", 3), ("bob", Fraction(3, 2))]
    with closing(sqlite3.connect(tmp_path / NAME)) as direct:
        assert direct.execute("SELECT count(*) FROM attempt").fetchone() == (4,)
        rows = direct.execute("SELECT earned, verdict FROM item WHERE item = 'attention.softmax'").fetchall()
    assert rows == [("3/2", "partly")] * 4


def test_unchanged_needs_the_newest_attempt_to_have_the_key(store: Store) -> None:
    store.record(REPORT, key="old")
    assert store.unchanged("ada", "old") == REPORT
    assert store.unchanged("ada", "new") is None
    assert store.unchanged("bob", "old") is None
    store.record(REPORT, key="new")
    assert store.unchanged("ada", "old") is None


def test_what_our_fault_spoiled_is_graded_again(store: Store) -> None:
    store.record(replace(REPORT, status=Status.NOT_GRADED), key="k")
    assert store.unchanged("ada", "k") is None
    assert store.latest("ada") is not None


def test_the_secret_stays_the_same(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        first = store.secret()
        assert len(bytes.fromhex(first)) == 16
    with open_store(tmp_path) as store:
        assert store.secret() == first
    with open_store(tmp_path / "other") as store:
        assert store.secret() != first


@pytest.mark.parametrize(
    "value",
    [
        np.arange(6.0).reshape(2, 3),
        np.array([np.nan, np.inf], np.float32),
        np.array(3),
        np.zeros((0, 4), bool),
        (np.ones(2), [1, "two", None, True], 0.1),
        {"a": np.ones(1), 2: {"b": ()}},
        "text \ud800",
        float("nan"),
        None,
    ],
    ids=lambda value: type(value).__name__,
)
def test_exhibits_come_back(store: Store, value: Any) -> None:
    exhibit = Exhibit({"Q": value}, value, value, public=True)
    store.record(_with([None, exhibit, None]), key="k")
    (kept,) = (one for one in store.exhibits("ada")["attention.softmax"] if one is not None)
    assert [one is not None for one in store.exhibits("ada")["attention.softmax"]] == [False, True, False]
    assert kept.public
    for got in (kept.inputs["Q"], kept.output, kept.reference):
        expected = "text ?" if isinstance(value, str) else value
        np.testing.assert_equal(got, expected)
        assert type(got) is type(expected)


def test_exhibits_of_nobody_are_none(store: Store) -> None:
    assert store.exhibits("ada") == {}


def test_a_large_array_keeps_its_first_elements(store: Store) -> None:
    store.record(_with([Exhibit(output=np.arange(10**6, dtype=float).reshape(1000, 1000))]), key="k")
    (kept,) = store.exhibits("ada")["attention.softmax"]
    assert kept is not None
    assert kept.output.tolist() == list(range(LARGEST_ARRAY // 8))


def test_many_exhibits_of_one_item_are_capped(store: Store) -> None:
    big = Exhibit(output=np.zeros(LARGEST_ARRAY // 8))
    store.record(_with([big] * 20), key="k")
    kept = [one is not None for one in store.exhibits("ada")["attention.softmax"]]
    assert kept == [number < LARGEST_EXHIBITS // LARGEST_ARRAY for number in range(20)]


def test_an_object_array_is_never_pickled(store: Store, tmp_path: Path) -> None:
    store.record(_with([Exhibit(output=np.array([{"a": 1}], dtype=object))]), key="k")
    (kept,) = store.exhibits("ada")["attention.softmax"]
    assert kept is not None
    assert isinstance(kept.output, str)


# What may not happen to it.


@pytest.mark.parametrize("table", ["secret", "attempt", "item", "exhibit"])
@pytest.mark.parametrize("change", ["DELETE FROM {}", "UPDATE {} SET rowid = 99"])
def test_nothing_recorded_can_be_changed(store: Store, tmp_path: Path, table: str, change: str) -> None:
    store.secret()
    store.record(_with([Exhibit(output=np.ones(1))]), key="k")
    with (
        closing(sqlite3.connect(tmp_path / NAME)) as direct,
        pytest.raises(sqlite3.IntegrityError, match="only added"),
    ):
        direct.execute(change.format(table))


def test_a_report_that_cannot_be_written_leaves_no_part_of_itself(store: Store, tmp_path: Path) -> None:
    twice = replace(REPORT, items=(SOFTMAX, SOFTMAX))
    with pytest.raises(GraderFault, match="Nothing recorded before is lost"):
        store.record(twice, key="k")
    assert store.reports() == ()
    store.record(REPORT, key="k")
    assert store.reports() == (REPORT,)


def test_a_full_disk_is_told_and_the_record_goes_on_when_there_is_room(store: Store, tmp_path: Path) -> None:
    store.record(REPORT, key="k")
    direct = store._connection
    (pages,) = direct.execute("PRAGMA page_count").fetchone()
    direct.execute(f"PRAGMA max_page_count = {pages}")
    big = replace(_with([Exhibit(output=np.random.default_rng(0).random(10_000))]), student="bob")
    with pytest.raises(GraderFault, match="full"):
        store.record(big, key="k")
    assert store.reports() == (REPORT,)
    direct.execute("PRAGMA max_page_count = 1000000")
    store.record(big, key="k")
    assert [one.student for one in store.reports()] == ["ada", "bob"]


def test_a_record_that_has_become_read_only_is_told(store: Store) -> None:
    store.record(REPORT, key="k")
    store._connection.execute("PRAGMA query_only = 1")
    with pytest.raises(GraderFault, match="readonly"):
        store.record(replace(REPORT, student="bob"), key="k")
    assert store.reports() == (REPORT,)


def test_threads_record_side_by_side(store: Store) -> None:
    names = [f"s{number:02}" for number in range(40)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda name: store.record(replace(REPORT, student=name), key="k"), names))
    assert [one.student for one in store.reports()] == names


def test_two_processes_may_have_it_open(tmp_path: Path) -> None:
    with open_store(tmp_path) as first, open_store(tmp_path) as second:
        first.record(REPORT, key="k")
        second.record(replace(REPORT, student="bob"), key="k")
        assert [one.student for one in first.reports()] == ["ada", "bob"]


WRITER = """
import sys
from dataclasses import replace
from pathlib import Path
sys.path.insert(0, sys.argv[2])
import test_store
from grader.store import open_store
with open_store(Path(sys.argv[1])) as store:
    for number in range(100_000):
        store.record(replace(test_store.REPORT, student=f"s{number}"), key="k")
        print(number, flush=True)
"""


@pytest.mark.parametrize("after", [1, 7, 30])
def test_a_killed_writer_loses_nothing_that_it_had_told(tmp_path: Path, after: int) -> None:
    folder = str(Path(__file__).parent)
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path), folder], stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        told = -1
        for _ in range(after):
            told = int(writer.stdout.readline())
        time.sleep(0.001)
        os.kill(writer.pid, signal.SIGKILL)
        told = max([told, *(int(line) for line in writer.stdout.read().split())])
    with open_store(tmp_path) as store:
        kept = {one.student for one in store.reports()}
    assert {f"s{number}" for number in range(told + 1)} <= kept
    assert len(kept) <= told + 2


# What is refused.


def test_a_damaged_record_is_refused_and_left_alone(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        for number in range(50):
            store.record(replace(REPORT, student=f"s{number}"), key="k")
    path = tmp_path / NAME
    raw = bytearray(path.read_bytes())
    raw[4096:12000] = b"\xff" * (12000 - 4096)
    path.write_bytes(raw)
    with pytest.raises(GraderFault, match=r"is damaged .* left as it is"), open_store(tmp_path):
        pytest.fail("it opened")
    assert path.read_bytes() == bytes(raw)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"hello" * 1000)
    with pytest.raises(GraderFault, match="is damaged"), open_store(tmp_path):
        pytest.fail("it opened")


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / NAME)) as other:
        other.execute("CREATE TABLE mine (x)")
    with pytest.raises(CallError, match="another program"), open_store(tmp_path):
        pytest.fail("it opened")


def test_another_versions_record_is_refused(tmp_path: Path) -> None:
    with open_store(tmp_path):
        pass
    with closing(sqlite3.connect(tmp_path / NAME)) as other:
        other.execute("PRAGMA user_version = 99")
    with pytest.raises(CallError, match="another version"), open_store(tmp_path):
        pytest.fail("it opened")


def test_a_folder_without_a_record_is_refused_unless_one_is_to_be_made(tmp_path: Path) -> None:
    with pytest.raises(CallError, match=r"holds no grades\.sqlite"), open_store(tmp_path, create=False):
        pytest.fail("it opened")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "file").write_text("")
    with pytest.raises(CallError, match="cannot be made into a folder"), open_store(tmp_path / "file"):
        pytest.fail("it opened")


def test_a_report_of_another_schema_is_refused() -> None:
    with pytest.raises(ValueError, match="schema 2"):
        from_json(to_json(REPORT) | {"schema": 2})
