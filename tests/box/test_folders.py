"""Folders that hostile code leaves: measured and removed without following where they lead."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from grader.box import folders

LIMIT = 2**20


def deep(folder: Path, name: str, levels: int) -> None:
    """Folders within folders, deeper than any path may name."""
    here = os.open(folder, os.O_RDONLY)
    for _ in range(levels):
        os.mkdir(name, dir_fd=here)
        below = os.open(name, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(os.open("bottom", os.O_CREAT | os.O_WRONLY, dir_fd=here))
    os.close(here)


def test_a_small_folder_is_within_its_limits(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "file").write_bytes(b"x" * 1000)
    (tmp_path / "loop").symlink_to(tmp_path)
    assert folders.folder_within(str(tmp_path), LIMIT, 10)


@pytest.mark.parametrize(
    "fill",
    [
        pytest.param(lambda path: (path / "file").write_bytes(b"x" * 2 * LIMIT), id="bytes"),
        pytest.param(lambda path: [(path / f"file{n}").touch() for n in range(11)], id="files"),
        pytest.param(lambda path: [(path / f"folder{n}").mkdir() for n in range(11)], id="folders"),
    ],
)
def test_too_much_is_seen(tmp_path: Path, fill: object) -> None:
    fill(tmp_path)  # type: ignore[operator]
    assert not folders.folder_within(str(tmp_path), LIMIT, 10)


@pytest.mark.parametrize(
    ("name", "levels"),
    [("d", 3000), ("d", 10_000), ("d" * 200, 60)],
    ids=["short names", "ten thousand", "long names"],
)
def test_a_folder_too_deep_to_look_into_is_beyond_its_limits_and_can_be_removed(
    tmp_path: Path, name: str, levels: int
) -> None:
    folder = tmp_path / "box"
    folder.mkdir()
    deep(folder, name, levels)
    assert not folders.folder_within(str(folder), 2**30, 100_000)
    before = time.process_time()
    folders.remove_folder(str(folder))
    assert not folder.exists()
    # whoever waits for this cannot look after other boxes
    assert time.process_time() - before < 5


def test_a_folder_is_removed_whatever_it_holds_and_nothing_else(tmp_path: Path) -> None:
    beside = tmp_path / "beside"
    beside.mkdir()
    (beside / "kept").touch()
    folder = tmp_path / "box"
    (folder / "a" / "b" / "c").mkdir(parents=True)
    (folder / "a" / "b" / "file").touch()
    (folder / "a" / "link").symlink_to(beside)
    (folder / "out").symlink_to(beside)
    os.mkfifo(folder / "a" / "fifo")
    (folder / "a" / "b").chmod(0)
    (folder / "a").chmod(0)
    folders.remove_folder(str(folder))
    assert [path.name for path in tmp_path.iterdir()] == ["beside"]
    assert (beside / "kept").exists()


def test_what_cannot_be_removed_keeps_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("before", "stuck", "within", "zlast"):
        (tmp_path / "box" / name / "inner").mkdir(parents=True)
        (tmp_path / "box" / name / "inner" / "file").write_text("x")
    removes = os.unlink

    def refusing(path: str, *, dir_fd: int | None = None) -> None:
        if dir_fd is not None and Path(f"/proc/self/fd/{dir_fd}").readlink().match("stuck/inner"):
            raise PermissionError(path)
        removes(path, dir_fd=dir_fd)

    monkeypatch.setattr(os, "unlink", refusing)
    folders.remove_folder(str(tmp_path / "box"))

    left = sorted(str(path.relative_to(tmp_path)) for path in (tmp_path / "box").rglob("*"))
    assert left == ["box/stuck", "box/stuck/inner", "box/stuck/inner/file"]
