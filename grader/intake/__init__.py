"""What students handed in: folders, archives and exports → submissions.

Nothing is followed, unpacked, run or written here, and nothing that cannot be read is passed over: it becomes a
submission with rejected parts.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from grader.intake.archives import BadArchive, from_archive
from grader.intake.folders import from_folder, open_regular, printable, read_file
from grader.intake.layout import Hand, hands
from grader.intake.leaves import Leaf, Refused, is_archive, is_ignored, is_notebook, stem
from grader.intake.names import display, slugs
from grader.intake.parts import digest, find_parts, listed
from grader.model import CallError, Submission

__all__ = ["find_submissions", "read_one"]


def find_submissions(path: Path, notebooks: Mapping[str, frozenset[str]]) -> tuple[Submission, ...]:
    """Every submission at `path`, in the order of the students' names.

    `path` is a folder of students' folders, a folder of notebooks named after students, a zip or tar.gz archive of
    either, an export of Gradescope or Canvas, an nbgrader `submitted` tree, one student's folder or one notebook.
    `notebooks` maps each notebook file of the rubric to the names that its items call or read: by these, notebooks
    that are named otherwise are recognised.

    Raises `CallError` if there is nothing to grade; whatever else is odd becomes a part that is `Rejected`.
    """
    path = _settled(path)
    if path.is_dir():
        path = _only_archive(path) or path
    leaves = _leaves(path)
    found = hands(_own_name(path), leaves, notebooks, packed=not path.is_dir())
    if not found:
        raise CallError(
            f"{path} holds no submission: no student's folder, no notebook (.ipynb) and no archive lies there."
        )
    safe = slugs(hand.student for hand in found)
    ordered = sorted(found, key=lambda hand: (hand.student.casefold(), hand.student))
    return tuple(_submission(hand, safe[hand.student], notebooks) for hand in ordered)


def read_one(path: Path, notebooks: Mapping[str, frozenset[str]]) -> Submission:
    """The one submission that a notebook, a folder or an archive is; raises `CallError` if nothing is there."""
    path = _settled(path)
    name = _own_name(path)
    leaves = _leaves(path)
    if not leaves:
        raise CallError(f"{path} is empty; hand in a notebook (.ipynb) or a folder that holds one.")
    return _submission(Hand(name, display(name), leaves), slugs([name])[name], notebooks)


def _submission(hand: Hand, slug: str, notebooks: Mapping[str, frozenset[str]]) -> Submission:
    parts = find_parts(hand.leaves, notebooks)
    return Submission(hand.student, hand.display, slug, parts, listed(hand.leaves), digest(parts))


def _settled(path: Path) -> Path:
    """The path itself, of a link to a folder the folder: whoever names a folder means what it leads to."""
    if not os.path.lexists(path):
        raise CallError(f"{path} does not exist.")
    return path.resolve() if path.is_dir() else path.absolute()


def _only_archive(folder: Path) -> Path | None:
    try:
        entries = [entry for entry in folder.iterdir() if not is_ignored([entry.name])]
    except OSError as error:
        raise CallError(f"{folder} cannot be listed: {error.strerror}.") from error
    only = entries[0] if len(entries) == 1 and is_archive(entries[0].name) else None
    return only if only is not None and stat.S_ISREG(os.lstat(only).st_mode) else None


def _own_name(path: Path) -> str:
    name = printable(path.name)
    return name if path.is_dir() else stem(name)


def _leaves(path: Path) -> tuple[Leaf, ...]:
    name = printable(path.name)
    try:
        if path.is_dir():
            return tuple(from_folder(path))
        if is_notebook(name):
            return tuple(_one_file(path, name))
        if not path.is_file():
            raise CallError(
                f"{path} is neither a folder, a notebook (.ipynb) nor an archive (.zip, .tar.gz)."
            )
        with open_regular(path.resolve()) as file:
            return from_archive(file)
    except BadArchive as error:
        raise CallError(f"{path} {error}.") from error
    except OSError as error:
        raise CallError(f"{path} cannot be read: {error.strerror or error}.") from error


def _one_file(path: Path, name: str) -> tuple[Leaf, ...]:
    sort = os.lstat(path).st_mode
    if stat.S_ISREG(sort):
        return tuple(read_file(path, (name,)))
    linked = stat.S_ISLNK(sort)
    says = (
        "is a link, and links are never followed"
        if linked
        else "is not a file but a pipe, a socket or a device"
    )
    return (Leaf((name,), Refused(says)),)
