"""The record: `grades.sqlite`, to which attempts are only ever added.

One attempt is written in one transaction that is on the disk before `record` returns. So wherever a run is
interrupted, each student is either recorded or not, and the next run goes on from there.
"""

from __future__ import annotations

import io
import json
import secrets
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from grader.model import CallError, Evidence, Exhibit, GraderFault, Report, Status
from grader.report.as_json import finding_to_json, from_json, to_json

NAME = "grades.sqlite"
APPLICATION = 0x67726431
VERSION = 1
LARGEST_ARRAY = 2**18
"""Bytes kept of one array; of a larger one, the first elements are kept with its shape."""

LARGEST_EXHIBITS = 2**22
"""Bytes of arrays kept of one item; exhibits that come after are not kept."""

LONGEST_WAIT = 60.0
"""Seconds to wait for another process that is writing."""

_TABLES = """
CREATE TABLE secret (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    value TEXT NOT NULL
) STRICT;
CREATE TABLE attempt (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    student TEXT NOT NULL,
    key TEXT NOT NULL,
    status TEXT NOT NULL,
    started TEXT NOT NULL,
    ended TEXT NOT NULL,
    isolation TEXT NOT NULL,
    report TEXT NOT NULL
) STRICT;
CREATE INDEX attempt_student ON attempt (student, id);
CREATE TABLE item (
    attempt INTEGER NOT NULL REFERENCES attempt (id),
    student TEXT NOT NULL,
    item TEXT NOT NULL,
    place INTEGER NOT NULL,
    points TEXT NOT NULL,
    earned TEXT NOT NULL,
    verdict TEXT NOT NULL,
    says TEXT NOT NULL,
    evidence TEXT NOT NULL,
    diagnosis TEXT,
    convention TEXT,
    PRIMARY KEY (attempt, item)
) STRICT;
CREATE TABLE exhibit (
    attempt INTEGER NOT NULL REFERENCES attempt (id),
    item TEXT NOT NULL,
    place INTEGER NOT NULL,
    public INTEGER NOT NULL,
    layout TEXT NOT NULL,
    arrays BLOB NOT NULL,
    PRIMARY KEY (attempt, item, place)
) STRICT;
"""
_APPEND_ONLY = """
CREATE TRIGGER {table}_never_{change}s BEFORE {change} ON {table}
BEGIN SELECT RAISE(ABORT, 'the record is only added to'); END;
"""

Exhibits = Mapping[str, tuple[Exhibit | None, ...]]
"""Item → one entry for each of its evidence sentences."""


@contextmanager
def open_store(folder: Path, *, create: bool = True) -> Iterator[Store]:
    """Open the record in `folder`; with `create`, make both where they are missing.

    Raises `CallError` if the folder is none or (without `create`) holds no record, `GraderFault` if the record
    is damaged: it is never repaired or replaced without being asked.
    """
    path = folder / NAME
    if create:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CallError(
                f"{folder} cannot be made into a folder for results: {error.strerror}."
            ) from error
    elif not path.is_file():
        raise CallError(f"{folder} holds no {NAME}; name the folder that `grader grade` wrote with --out.")
    with _faults(path), closing(_connected(path)) as connection:
        yield Store(path, connection)


class Store:
    """An open record. Every method may be called from any thread."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self._path = path
        self._connection = connection
        self._lock = threading.Lock()

    def secret(self) -> str:
        """The secret that all fresh inputs derive from: made at the first run into this folder, then kept.

        So grading again gives the same inputs, and a disputed verdict can be replayed.
        """
        with self._writing() as write:
            write.execute("INSERT OR IGNORE INTO secret VALUES (1, ?)", (secrets.token_hex(16),))
            return str(write.execute("SELECT value FROM secret").fetchone()[0])

    def record(self, report: Report, *, key: str) -> None:
        """Add an attempt with its items and exhibits; it is on the disk when this returns.

        `key` is a digest of all that the result depends on. Raises `GraderFault` if it cannot be written.
        """
        data = to_json(report)
        ended = datetime.now(UTC).isoformat(timespec="seconds")
        run = data["run"]
        row = (data["student"], key, data["status"], run["started"], ended, run["isolation"], _dumped(data))
        with self._writing() as write:
            attempt = write.execute("INSERT INTO attempt VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)", row).lastrowid
            for place, finding in enumerate(report.items):
                told = finding_to_json(finding)
                write.execute(
                    "INSERT INTO item VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        attempt,
                        data["student"],
                        told["id"],
                        place,
                        str(finding.points),
                        str(finding.earned),
                        told["verdict"],
                        told["says"],
                        _dumped(told["evidence"]),
                        _dumped(told["diagnosis"]) if finding.diagnosis else None,
                        _dumped(told["convention"]) if finding.convention else None,
                    ),
                )
                write.executemany(
                    "INSERT INTO exhibit VALUES (?, ?, ?, ?, ?, ?)",
                    [(attempt, told["id"], *packed) for packed in _packed(finding.evidence)],
                )

    def latest(self, student: str) -> Report | None:
        """The newest report on this student, without exhibits; None if there is none."""
        row = self._newest(student)
        return None if row is None else from_json(json.loads(row[2]))

    def unchanged(self, student: str, key: str) -> Report | None:
        """The newest report on this student if it was made under the same key and no fault of ours spoiled it."""
        row = self._newest(student)
        if row is None or row[1] != key:
            return None
        report = from_json(json.loads(row[2]))
        return None if report.status is Status.NOT_GRADED else report

    def reports(self) -> tuple[Report, ...]:
        """The newest report on each student, by student."""
        newest = "SELECT report FROM attempt WHERE id IN (SELECT max(id) FROM attempt GROUP BY student)"
        with self._reading() as read:
            rows = read.execute(f"{newest} ORDER BY student").fetchall()
        return tuple(from_json(json.loads(row[0])) for row in rows)

    def exhibits(self, student: str) -> Exhibits:
        """The arrays behind the newest report's evidence: per item, one entry for each sentence."""
        row = self._newest(student)
        if row is None:
            return {}
        with self._reading() as read:
            rows = read.execute(
                "SELECT item, place, public, layout, arrays FROM exhibit WHERE attempt = ?", (row[0],)
            ).fetchall()
        found = {(item, place): _unpacked(*rest) for item, place, *rest in rows}
        report = from_json(json.loads(row[2]))
        return {
            one.item: tuple(found.get((one.item, place)) for place in range(len(one.evidence)))
            for one in report.items
        }

    def _newest(self, student: str) -> tuple[int, str, str] | None:
        query = "SELECT id, key, report FROM attempt WHERE student = ? ORDER BY id DESC LIMIT 1"
        with self._reading() as read:
            row: tuple[int, str, str] | None = read.execute(query, (student,)).fetchone()
        return row

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock, _faults(self._path):
            yield self._connection

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: committed as a whole, or not at all."""
        with self._lock, _faults(self._path), self._connection as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection


def _connected(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=LONGEST_WAIT, isolation_level=None, check_same_thread=False)
    try:
        # Where the file system cannot share memory (some network disks), SQLite keeps its older journal.
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("BEGIN IMMEDIATE")
        application, version = (
            connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")
        )
        if application == 0 and not connection.execute("SELECT 1 FROM sqlite_schema").fetchone():
            _create(connection)
        elif application != APPLICATION:
            raise CallError(f"{path} is a database of another program; choose another folder with --out.")
        elif version != VERSION:
            raise CallError(
                f"{path} was written by another version of grader; choose another folder with --out."
            )
        connection.execute("COMMIT")
        damage = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if damage != "ok":
            raise sqlite3.DatabaseError(" ".join(damage.split()))
    except BaseException:
        connection.close()
        raise
    return connection


def _create(connection: sqlite3.Connection) -> None:
    statements = _TABLES.split(";\n")
    for table in ("secret", "attempt", "item", "exhibit"):
        statements += [_APPEND_ONLY.format(table=table, change=change) for change in ("UPDATE", "DELETE")]
    for statement in statements:
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION}")
    connection.execute(f"PRAGMA user_version = {VERSION}")


@contextmanager
def _faults(path: Path) -> Iterator[None]:
    """A disk that is full and a record that is damaged are faults of the machine, and nobody's score."""
    try:
        yield
    except (sqlite3.OperationalError, sqlite3.IntegrityError) as error:
        raise GraderFault(f"{path} cannot be used: {error}. Nothing recorded before is lost.") from error
    except sqlite3.DatabaseError as error:
        raise GraderFault(
            f"{path} is damaged ({error}) and was left as it is; put back a copy, or move it away to grade afresh."
        ) from error


def _dumped(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False)


def _packed(evidence: tuple[Evidence, ...]) -> Iterator[tuple[int, bool, str, bytes]]:
    """Each sentence's exhibit as a layout in JSON and the arrays it speaks of, until the item's share is used up."""
    left = LARGEST_EXHIBITS
    for place, one in enumerate(evidence):
        if one.exhibit is None:
            continue
        arrays: list[np.ndarray[Any, Any]] = []
        whole = {
            "inputs": dict(one.exhibit.inputs),
            "output": one.exhibit.output,
            "reference": one.exhibit.reference,
        }
        layout = _laid_out(whole, arrays)
        left -= sum(array.nbytes for array in arrays)
        if left < 0:
            return
        raw = io.BytesIO()
        np.savez_compressed(
            raw, allow_pickle=False, **{str(number): array for number, array in enumerate(arrays)}
        )
        yield place, one.exhibit.public, _dumped(layout), raw.getvalue()


def _laid_out(value: Any, arrays: list[np.ndarray[Any, Any]]) -> Any:
    """The value as JSON in which ["array", 3, [8, 4]] stands for the third array, of that shape before it was cut."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, np.ndarray) and value.dtype.kind in "biufc":
        kept = value.reshape(-1)[: LARGEST_ARRAY // max(1, value.itemsize)]
        arrays.append(np.ascontiguousarray(kept))
        return ["array", len(arrays) - 1, list(value.shape)]
    if isinstance(value, tuple | list):
        return ["tuple" if isinstance(value, tuple) else "list", [_laid_out(one, arrays) for one in value]]
    if isinstance(value, Mapping):
        return ["dict", [[_laid_out(key, arrays), _laid_out(one, arrays)] for key, one in value.items()]]
    if value is None or isinstance(value, bool | int | float):
        return ["plain", value]
    return ["plain", str(value).encode("utf-8", "replace").decode()]


def _unpacked(public: int, layout: str, raw: bytes) -> Exhibit:
    with np.load(io.BytesIO(raw), allow_pickle=False) as file:
        arrays = {int(name): file[name] for name in file.files}
    whole = _rebuilt(json.loads(layout), arrays)
    return Exhibit(whole["inputs"], whole["output"], whole["reference"], bool(public))


def _rebuilt(layout: Any, arrays: Mapping[int, np.ndarray[Any, Any]]) -> Any:
    sort, *rest = layout
    if sort == "array":
        number, shape = rest
        kept = arrays[number]
        # Of an array that was cut, its first elements are left in a row.
        return kept.reshape(shape) if kept.size == np.prod(shape, dtype=int) else kept
    if sort in ("tuple", "list"):
        values = [_rebuilt(one, arrays) for one in rest[0]]
        return tuple(values) if sort == "tuple" else values
    if sort == "dict":
        return {_rebuilt(key, arrays): _rebuilt(one, arrays) for key, one in rest[0]}
    return rest[0]
