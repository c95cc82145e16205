"""Whose is what: the forms in which a class comes, told apart by the leaves alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from grader.intake.gradescope import BadMetadata, submitters
from grader.intake.leaves import (
    IS_A_FOLDER,
    METADATA,
    Leaf,
    Metadata,
    Other,
    Refused,
    is_archive,
    is_notebook,
    stem,
)
from grader.intake.names import display
from grader.intake.parts import by_functions
from grader.intake.reading import Draft
from grader.model import CallError

Wanted = Mapping[str, frozenset[str]]
"""The rubric's notebooks: file name → the names that its items call or read."""

DEEPEST_WRAPPER = 3

_PAPERS = (".pdf", ".doc", ".docx", ".odt", ".rar", ".7z")
_canvas = re.compile(r"(?P<name>.+?)(?:_LATE)?_(?P<user>\d+)_\d+_(?P<file>.+)", re.DOTALL)


@dataclass(frozen=True)
class Hand:
    """One student and what lies there of theirs, with paths from their own folder on."""

    student: str
    display: str
    leaves: tuple[Leaf, ...]


def hands(name: str, leaves: tuple[Leaf, ...], wanted: Wanted, *, packed: bool) -> tuple[Hand, ...]:
    """Sort the leaves of the folder or archive called `name` by student; `packed` says that it is an archive.

    Raises `CallError` if nothing is there that anyone could have handed in.
    """
    for _ in range(DEEPEST_WRAPPER):
        exported = _gradescope(leaves)
        if exported:
            return exported
        if _is_one_student(leaves, wanted):
            return (Hand(name, display(name), leaves),)
        inner = _nbgrader(leaves) or _wrapped(leaves, wanted, packed=packed)
        if inner is None:
            break
        name, leaves = inner
    return _class(leaves)


def _gradescope(leaves: tuple[Leaf, ...]) -> tuple[Hand, ...]:
    lists = sorted((leaf for leaf in leaves if leaf.name == METADATA and len(leaf.path) <= 2), key=_depth)
    if not lists:
        return ()
    content = lists[0].content
    try:
        if not isinstance(content, Metadata):
            raise BadMetadata(content.says if isinstance(content, Refused) else "is not a file")
        names = submitters(content.raw)
    except BadMetadata as error:
        raise CallError(f"{lists[0].at} {error}.") from error
    root = lists[0].path[:-1]
    mine: dict[str, list[Leaf]] = {folder: [] for folder in names}
    for leaf in leaves:
        inner = leaf.path[len(root) :]
        if leaf.path[: len(root)] == root and (len(inner) > 1 or leaf.content is Other.FOLDER) and inner:
            mine.setdefault(inner[0], []).extend([Leaf(inner[1:], leaf.content)] if len(inner) > 1 else [])
    return tuple(Hand(folder, names.get(folder) or folder, tuple(own)) for folder, own in mine.items())


def _is_one_student(leaves: tuple[Leaf, ...], wanted: Wanted) -> bool:
    """Whether a notebook of the rubric lies at the top; not if students' folders lie beside it."""
    at_top = any(len(leaf.path) == 1 and leaf.name in wanted for leaf in leaves)
    students = {leaf.path[0] for leaf in leaves if len(leaf.path) == 2 and leaf.name in wanted}
    return at_top and len(students) < 2


def _nbgrader(leaves: tuple[Leaf, ...]) -> tuple[str, tuple[Leaf, ...]] | None:
    return ("submitted", below) if (below := _below("submitted", leaves)) else None


def _wrapped(
    leaves: tuple[Leaf, ...], wanted: Wanted, *, packed: bool
) -> tuple[str, tuple[Leaf, ...]] | None:
    """The one folder that holds the class, if the top holds nothing else; refused entries come along."""
    folders = {leaf.path[0] for leaf in leaves if _is_folder(leaf)}
    loose = [leaf for leaf in leaves if leaf.path[0] not in folders]
    if len(folders) != 1 or any(isinstance(leaf.content, Draft) or is_archive(leaf.name) for leaf in loose):
        return None
    (folder,) = folders
    inner = _below(folder, leaves)
    if not inner or any(len(leaf.path) == 1 and leaf.name in wanted for leaf in inner):
        return None
    at_top = [leaf for leaf in inner if len(leaf.path) == 1 and is_notebook(leaf.name)]
    packs_folders = packed and not at_top and any(is_notebook(leaf.name) for leaf in inner)
    if packs_folders or _holds_several_students(inner, at_top, wanted):
        return folder, (*inner, *(leaf for leaf in loose if isinstance(leaf.content, Refused)))
    return None


def _holds_several_students(inner: tuple[Leaf, ...], at_top: list[Leaf], wanted: Wanted) -> bool:
    named = Counter(leaf.name for leaf in inner if len(leaf.path) == 2 and leaf.name in wanted)
    fitting = Counter(
        by_functions(leaf.content, wanted) for leaf in at_top if isinstance(leaf.content, Draft)
    )
    canvas = {match["name"] for leaf in at_top if (match := _canvas.fullmatch(leaf.name))}
    most = max((count for part, count in fitting.items() if part is not None), default=0)
    return max(named.values(), default=0) > 1 or most > 1 or len(canvas) > 1


def _class(leaves: tuple[Leaf, ...]) -> tuple[Hand, ...]:
    folders = {leaf.path[0] for leaf in leaves if _is_folder(leaf)}
    folders -= {leaf.path[0] for leaf in leaves if len(leaf.path) == 1 and leaf.content is Other.FILE}
    ids: dict[str, dict[str, None]] = {}
    for leaf in leaves:
        match = _canvas.fullmatch(leaf.path[0]) if leaf.path[0] not in folders else None
        if match:
            ids.setdefault(match["name"], {})[match["user"]] = None
    mine: dict[str, list[Leaf]] = {}
    for leaf in leaves:
        if leaf.path[0] in folders:
            own = mine.setdefault(leaf.path[0], [])
            if len(leaf.path) > 1:
                own.append(Leaf(leaf.path[1:], leaf.content))
            elif leaf.content == IS_A_FOLDER:
                own.append(leaf)
        elif match := _canvas.fullmatch(leaf.path[0]):
            twins = len(ids[match["name"]]) > 1
            student = f"{match['name']}_{match['user']}" if twins else match["name"]
            mine.setdefault(student, []).append(Leaf((match["file"], *leaf.path[1:]), leaf.content))
        elif _is_handed_in(leaf):
            mine.setdefault(stem(leaf.path[0]), []).append(leaf)
    return tuple(
        Hand(student, display(student), tuple(own))
        for student, own in mine.items()
        if not (student.startswith(".") and not any(is_notebook(leaf.name) for leaf in own))
    )


def _is_handed_in(leaf: Leaf) -> bool:
    """Whether a loose file can be someone's work; notes and tables that lie beside a class are not."""
    if len(leaf.path) > 1 or isinstance(leaf.content, Draft | Refused):
        return True
    return is_archive(leaf.name) or leaf.name.casefold().endswith(_PAPERS)


def _is_folder(leaf: Leaf) -> bool:
    # What lies in a refused entry's folder has that folder's name in front, too.
    return len(leaf.path) > 1 or leaf.content is Other.FOLDER or leaf.content == IS_A_FOLDER


def _below(folder: str, leaves: tuple[Leaf, ...]) -> tuple[Leaf, ...]:
    return tuple(
        Leaf(leaf.path[1:], leaf.content) for leaf in leaves if leaf.path[0] == folder and len(leaf.path) > 1
    )


def _depth(leaf: Leaf) -> int:
    return len(leaf.path)
