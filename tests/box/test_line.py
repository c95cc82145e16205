"""The grader's end of a line on which hostile code writes what it likes: refused at once, and nothing is kept."""

from __future__ import annotations

import resource
import socket
import struct
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.box import frames
from grader.box.line import Broken, Late, Process
from grader.box.run import Run, Step
from grader.model import Ended, Limits

SECONDS = 1.0
GROWN_BYTES = 16 * 2**20


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def header(data: bytes, blob: int = 0) -> bytes:
    return struct.pack("<II", len(data), blob) + data


TINY = header(b"{}")


@pytest.fixture
def ends() -> Iterator[tuple[Process, socket.socket]]:
    line, theirs = socket.socketpair()
    status, parents = socket.socketpair()
    process = Process(line, status)
    with theirs, parents:
        yield process, theirs
        parents.close()
        process.end()


@pytest.mark.parametrize(
    "data",
    [
        struct.pack("<II", 2**32 - 1, 2**32 - 1),
        struct.pack("<II", 0, 2**32 - 1),
        struct.pack("<ii", -1, 0),
        struct.pack("<ii", -(2**31), -(2**31)),
        struct.pack("<ii", 2, -1) + b"{}",
        header(b"\xff\xfe\x00\x80" * 2),
        header(b'{"a": ' + b"[" * 20_000 + b"]" * 20_000 + b"}"),
        header(b'{"a":' * 10_000 + b"1" + b"}" * 10_000),
        header(b"1" * 60_000),
        header(b"[]"),
        header(b""),
    ],
    ids=[
        "four GiB twice",
        "a blob of four GiB",
        "minus one",
        "the most negative",
        "a negative blob",
        "no UTF-8",
        "deep lists",
        "deep objects",
        "an endless number",
        "a list",
        "nothing",
    ],
)
def test_what_is_no_frame_is_refused_at_once(ends: tuple[Process, socket.socket], data: bytes) -> None:
    process, theirs = ends
    theirs.setblocking(True)
    size, started = resident_bytes(), time.monotonic()
    theirs.sendall(data + b"x" * 1000)
    with pytest.raises(Broken):
        process.receive(started + 30)
    assert time.monotonic() - started < SECONDS
    assert resident_bytes() - size < GROWN_BYTES


def test_a_frame_that_is_announced_and_never_sent_is_late_and_takes_no_memory(
    ends: tuple[Process, socket.socket],
) -> None:
    process, theirs = ends
    size = resident_bytes()
    theirs.sendall(struct.pack("<II", frames.HEADER_BYTES, frames.BLOB_BYTES) + b"x" * 1000)
    with pytest.raises(Late):
        process.receive(time.monotonic() + 0.2)
    assert resident_bytes() - size < GROWN_BYTES


def _flood(theirs: socket.socket, data: bytes, times: int) -> threading.Thread:
    def write() -> None:
        try:
            for _ in range(times):
                theirs.sendall(data)
        except OSError:
            return

    thread = threading.Thread(target=write)
    thread.start()
    return thread


@pytest.mark.parametrize(
    "frame",
    [TINY, header(b'{"event":"cell"}'), header(b'{"event":1}')],
    ids=["empty", "cells", "no event"],
)
def test_a_million_tiny_frames_end_a_run_at_once(ends: tuple[Process, socket.socket], frame: bytes) -> None:
    process, theirs = ends
    size, started = resident_bytes(), time.monotonic()
    writer = _flood(theirs, frame * 1000, 1000)
    outcome = Run(process, (Step(0, "x = 1"),), Limits()).outcome()
    took, grown = time.monotonic() - started, resident_bytes() - size
    theirs.shutdown(socket.SHUT_RDWR)
    writer.join(10)
    assert outcome.ended is Ended.DIED
    assert "no message" in outcome.says
    assert took < SECONDS
    assert grown < GROWN_BYTES


def test_frames_that_are_read_one_by_one_do_not_pile_up(ends: tuple[Process, socket.socket]) -> None:
    process, theirs = ends
    size = resident_bytes()
    writer = _flood(theirs, TINY * 1000, 1000)
    for _ in range(20_000):
        assert process.receive(time.monotonic() + 5).header == {}
    grown = resident_bytes() - size
    theirs.shutdown(socket.SHUT_RDWR)
    writer.join(10)
    assert grown < GROWN_BYTES
