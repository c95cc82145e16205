"""What lies below a folder or in an archive: leaves, each with its path and, for a notebook, its cells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from grader.intake.reading import Draft, Unreadable, read_notebook

METADATA = "submission_metadata.yml"
LARGEST_METADATA = 64 * 10**6
"""Bytes of a Gradescope export's list of submitters."""

MOST_FILES = 5_000
"""Files kept of one student, and files that lie loose beside students; that there are more is told once."""

MOST_NOTEBOOKS = 30
"""Notebooks read of one student."""

MOST_ENTRIES = 100_000
"""Files kept of a whole archive; after these, only notebooks are."""

_ARCHIVES = (".zip", ".tar.gz", ".tgz", ".tar")
_IGNORED = frozenset(
    (
        "__MACOSX",
        ".ipynb_checkpoints",
        "__pycache__",
        ".git",
        ".DS_Store",
        ".Trash",
        "Thumbs.db",
        "desktop.ini",
    )
)


class Other(Enum):
    """What lies there that is no notebook."""

    FILE = "file"
    FOLDER = "folder"


@dataclass(frozen=True)
class Refused:
    """Something that was not read; `says` ends the sentence "NAME …"."""

    says: str


IS_A_FOLDER = Refused("is a folder")


@dataclass(frozen=True)
class Metadata:
    """The list of submitters that lies in a Gradescope export, undecoded."""

    raw: bytes


@dataclass(frozen=True)
class Leaf:
    """One thing that lies below the root at `path`."""

    path: tuple[str, ...]
    content: Draft | Refused | Metadata | Other

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path[-1]

    @property
    def at(self) -> str:
        """The path as one text."""
        return "/".join(self.path)

    def below(self, folders: tuple[str, ...]) -> Leaf:
        """The same leaf, seen from further up."""
        return Leaf((*folders, *self.path), self.content)


def is_ignored(path: Iterable[str]) -> bool:
    """Whether operating systems and programs leave things of such a name behind by themselves.

    >>> is_ignored(["ada", ".ipynb_checkpoints", "a.ipynb"]), is_ignored(["._a.ipynb"]), is_ignored(["a.ipynb"])
    (True, True, False)
    """
    return any(name in _IGNORED or name.startswith("._") for name in path)


def is_notebook(name: str) -> bool:
    """Whether a file of this name should be a notebook."""
    return name.casefold().endswith(".ipynb")


def is_archive(name: str) -> bool:
    """Whether a file of this name should be an archive that can be opened."""
    return name.casefold().endswith(_ARCHIVES)


def stem(name: str) -> str:
    """The name without the ending that says what sort of file it is.

    >>> stem("ada.ipynb"), stem("ada.tar.gz"), stem("ada.b")
    ('ada', 'ada', 'ada.b')
    """
    for ending in (".ipynb", *_ARCHIVES):
        if name.casefold().endswith(ending) and len(name) > len(ending):
            return name[: -len(ending)]
    return name


def read_draft(raw: bytes) -> Draft | Refused:
    """The cells of a notebook, or why there are none."""
    try:
        return read_notebook(raw)
    except Unreadable as error:
        return Refused(str(error))


def read_metadata(raw: bytes) -> Metadata | Refused:
    """A Gradescope list, unless it is absurdly large."""
    if len(raw) > LARGEST_METADATA:
        return Refused(f"is larger than {LARGEST_METADATA // 10**6} MB")
    return Metadata(raw)


class Quota:
    """Counts what is kept of each student, so that one cannot fill the memory for all."""

    def __init__(self, depth: int) -> None:
        """A student is told by the first `depth` parts of a path; a shorter path is someone's loose file."""
        self._depth = depth
        self._seen: Counter[tuple[tuple[str, ...], bool]] = Counter()

    def turn_away(self, path: tuple[str, ...]) -> tuple[Leaf, ...] | None:
        """None if the thing at `path` may be kept; else the leaf that tells of it, which the first one gets."""
        notebook = is_notebook(path[-1])
        loose = len(path) <= self._depth
        most = MOST_NOTEBOOKS if notebook and not loose else MOST_FILES
        owner = (path[: self._depth - 1] if loose else path[: self._depth], notebook)
        self._seen[owner] += 1
        if self._seen[owner] <= most:
            return None
        if self._seen[owner] > most + 1:
            return ()
        sort = "notebooks" if notebook else "files"
        return (Leaf(path, Refused(f"and what follows was not read: more than {most:,} {sort} lie here")),)


def without_twins(leaves: Iterable[Leaf]) -> tuple[Leaf, ...]:
    """One leaf per path: where an archive holds two different things of one name, neither is believed."""
    kept: dict[tuple[str, ...], Leaf] = {}
    for leaf in leaves:
        before = kept.get(leaf.path)
        if before is None or before.content is Other.FOLDER:
            kept[leaf.path] = leaf
        elif leaf.content not in (before.content, Other.FOLDER):
            says = "lies there twice, with different contents; hand in one of the two"
            kept[leaf.path] = Leaf(leaf.path, Refused(says))
    return tuple(kept.values())
