"""One student's leaves → the rubric's notebooks among them."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping

from grader.intake.leaves import Leaf, Other, Refused, is_notebook, stem
from grader.intake.reading import Draft
from grader.model import Notebook, Rejected

MOST_LISTED = 200
"""File names kept in a report."""

_copy_number = re.compile(r"(?:[ _-]*(?:\(\d{1,3}\)|copy|[-_]\d{1,2}))+$")


def find_parts(
    leaves: Iterable[Leaf], notebooks: Mapping[str, frozenset[str]]
) -> dict[str, Notebook | Rejected]:
    """The rubric's notebooks, by name: found, or rejected with a sentence; one that is missing has no entry.

    A notebook is known by its name, else by its name but for case and a copy's number, else by the functions that
    it defines. The leaf nearest to the top counts; of two equally near ones none does.
    """
    leaves = tuple(leaves)
    candidates = [leaf for leaf in leaves if is_notebook(leaf.name) and leaf.content is not Other.FILE]
    refused = [leaf for leaf in leaves if isinstance(leaf.content, Refused) and leaf not in candidates]
    parts: dict[str, Notebook | Rejected] = {}
    for known in (_same_name, _similar_name):
        for name in notebooks:
            mine = [leaf for leaf in candidates if known(leaf.name, name)]
            if name not in parts and mine:
                parts[name] = _chosen(name, mine)
                candidates = [leaf for leaf in candidates if leaf not in mine]
    _add_by_functions(parts, candidates, refused, notebooks)
    return {name: parts[name] for name in notebooks if name in parts}


def digest(parts: Mapping[str, Notebook | Rejected]) -> str:
    """SHA-256 of what is graded: each part's name and its cells, or why it was rejected."""
    told = [
        [name, part.sha256 if isinstance(part, Notebook) else ["rejected", part.says]]
        for name, part in sorted(parts.items())
    ]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def listed(leaves: Iterable[Leaf]) -> tuple[str, ...]:
    """The files of a student as a report tells them, what was refused with its reason."""
    files = []
    for leaf in leaves:
        if isinstance(leaf.content, Refused) and not is_notebook(leaf.name):
            files.append(f"{leaf.at} ({leaf.content.says})")
        elif leaf.content is not Other.FOLDER:
            files.append(leaf.at)
    rest = len(files) - MOST_LISTED
    return tuple(files[:MOST_LISTED]) + ((f"and {rest} more",) if rest > 0 else ())


def by_functions(draft: Draft, notebooks: Mapping[str, frozenset[str]]) -> str | None:
    """The one notebook of the rubric most of whose names this one defines; None if none or two fit."""
    common = {name: len(draft.defines & wanted) for name, wanted in notebooks.items()}
    best = max(common.values(), default=0)
    fitting = [name for name, count in common.items() if count == best]
    return fitting[0] if best and len(fitting) == 1 else None


def _same_name(found: str, name: str) -> bool:
    return found == name


def _similar_name(found: str, name: str) -> bool:
    return _bare(found) == _bare(name)


def _bare(name: str) -> str:
    """
    >>> _bare("Attention (1).ipynb"), _bare("attention-2.ipynb"), _bare("attention.ipynb")
    ('attention', 'attention', 'attention')
    """
    return _copy_number.sub("", stem(name).casefold())


def _chosen(name: str, leaves: list[Leaf]) -> Notebook | Rejected:
    top = min(len(leaf.path) for leaf in leaves)
    nearest = [leaf for leaf in leaves if len(leaf.path) == top]
    first = nearest[0]
    if any(leaf.content != first.content for leaf in nearest):
        places = " and ".join(leaf.at for leaf in nearest[:3])
        return Rejected(name, first.at, f"{places} could each be {name}; hand in one of them.")
    return _part(name, first)


def _part(name: str, leaf: Leaf) -> Notebook | Rejected:
    if isinstance(leaf.content, Draft):
        return Notebook(name, leaf.at, leaf.content.cells, leaf.content.sha256)
    says = leaf.content.says if isinstance(leaf.content, Refused) else "is not a notebook"
    return Rejected(name, leaf.at, f"{leaf.at} {says}.")


def _add_by_functions(
    parts: dict[str, Notebook | Rejected],
    candidates: list[Leaf],
    refused: list[Leaf],
    notebooks: Mapping[str, frozenset[str]],
) -> None:
    missing = {name: wanted for name, wanted in notebooks.items() if name not in parts}
    strangers: list[Leaf] = []
    for leaf in candidates:
        name = by_functions(leaf.content, missing) if isinstance(leaf.content, Draft) else None
        if name is None:
            strangers.append(leaf)
        else:
            mine = [other for other in candidates if _fits(other, name, missing)]
            parts.setdefault(name, _chosen(name, mine))
    # Who handed in nothing that can be used is told why, and not that nothing came.
    if not parts and (strangers or refused):
        parts.update({name: _stranger(name, [*strangers, *refused][0], missing) for name in missing})


def _fits(leaf: Leaf, name: str, missing: Mapping[str, frozenset[str]]) -> bool:
    return isinstance(leaf.content, Draft) and by_functions(leaf.content, missing) == name


def _stranger(name: str, leaf: Leaf, notebooks: Mapping[str, frozenset[str]]) -> Rejected:
    if not isinstance(leaf.content, Draft):
        part = _part(name, leaf)
        return (
            part if isinstance(part, Rejected) else Rejected(name, leaf.at, f"{leaf.at} is not a notebook.")
        )
    few = ", ".join(sorted(notebooks[name])[:3])
    says = (
        f"{leaf.at} is not named {name}, and the functions that it defines do not tell which notebook it is"
    )
    return Rejected(name, leaf.at, f"{says}; {name} should define {few}." if few else f"{says}.")
