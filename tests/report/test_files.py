"""Files are whole or absent; leftovers go."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader.report.files import sweep, write_whole


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "report.md"
    write_whole(path, "first\r\n")
    write_whole(path, "zweite σ \ud800\n")
    assert path.read_bytes() == "zweite σ ?\n".encode()
    assert list(tmp_path.iterdir()) == [path]


def test_a_failed_write_leaves_the_old_file_and_no_leftover(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "report.md"
    write_whole(path, "old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(path, "new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_leftovers_of_dead_writers_are_swept_and_nothing_else(tmp_path: Path) -> None:
    dead = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True
    )
    keep = [tmp_path / f".report.md.{os.getppid()}.part", tmp_path / "report.md", tmp_path / ".part"]
    gone = [tmp_path / f".report.md.{int(dead.stdout)}.part", tmp_path / f".x.{os.getpid()}.part"]
    gone.append(tmp_path / f".x.{10**30}.part")
    for path in keep + gone:
        path.write_text("")
    sweep(tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted(keep)
