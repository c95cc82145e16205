# ruff: noqa: E501 -- a pattern stays on one line
"""Which of the groups that have been counted a clause speaks of: by their depths, their place or their name, or of all."""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.verify.depth.groups import Group, Groups
from grader.verify.depth.histograms import THINGS

EVERY = re.compile(
    rf"\boverall\b|\b(?:all )?together\b|\baltogether\b|\bin total\b|\bin all\b|\ball in all\b|\bon the whole\b|\b(?:whole|entire|full|complete)(?: test)?(?: set| sample| data)?\b|\bcombined\b|\btotal\b|\bpooled\b|\bglobal(?:ly)?\b|\bweighted\b|\b(?:on|over|across|for|of|among|in) all(?: the| of the| of these| our| my)?(?: \d[\d,]*| hundred| thousand)?(?: (?:{THINGS}|of them|groups))?\b|\ball (?:the )?(?:\d[\d,]*|hundred) (?:{THINGS})\b|\b(?:on|over|of) (?:the|these|those|our) (?:\d[\d,]*|hundred) (?:{THINGS})\b",
    re.I,
)
NOT_ALL = re.compile(r"\b(?:not|n['’]t|never|instead of|rather than|unlike)\b", re.I)
ORDINAL = re.compile(
    r"\b(?:the )?(?P<which>first|second|third|fourth|fifth|middle|last|deepest|shallowest|most shallow|easiest|hardest|lowest|highest|largest|smallest|biggest)(?: (?P<many>two|three|2|3))?\s+(?:group|bin|band|bucket|row|set|class|column)s?\b(?:['’]s?)?|\bgroup (?P<letter>[A-Z]|\d)\b",
    re.I,
)
PLACES = {"first": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4, "shallowest": 0, "most shallow": 0, "easiest": 0, "last": -1, "deepest": -1, "hardest": -1}  # fmt: skip


def of_depths(told: Groups, named: Sequence[tuple[int, int]]) -> list[Group]:
    """The groups that make up the depths that a text names; none if they do not."""
    if not named or any(group.depths is None for group in told.groups):
        return []
    inside: list[Group] = []
    for first, last in named:
        met = [
            group
            for group in told.groups
            if group.depths is not None and group.depths[0] <= last and group.depths[1] >= first
        ]
        if not met or any(
            group.depths is None
            or group.depths[0] < first
            or (group.depths[1] > last and group.depths[1] != 99)
            for group in met
        ):
            return []
        covered = sum(
            min(group.depths[1], last) - group.depths[0] + 1 for group in met if group.depths is not None
        )
        if last != 99 and covered < last - first + 1 and first != 0:
            return []
        inside += [group for group in met if group not in inside]
    return inside


def by_place(told: Groups, found: re.Match[str]) -> list[Group]:
    """The groups of a match of ORDINAL, such as `the last two groups`."""
    groups = told.groups
    if found.group("letter"):
        return [
            group
            for group in groups
            if group.name in {found.group("letter").lower(), f"group {found.group('letter').lower()}"}
        ][:1]
    which = found.group("which").lower()
    many = {"two": 2, "three": 3}.get(
        (found.group("many") or "").lower(),
        int(found.group("many") or 1) if (found.group("many") or "1").isdigit() else 1,
    )
    if which == "middle":
        return [groups[len(groups) // 2]] if len(groups) % 2 and many == 1 else []
    if which in {"largest", "biggest", "smallest"}:
        ordered = sorted(groups, key=lambda group: group.count)
        return (
            [ordered[-1 if which != "smallest" else 0]]
            if many == 1 and len({group.count for group in groups}) == len(groups)
            else []
        )
    if which not in PLACES or abs(PLACES[which]) >= len(groups) + (PLACES[which] < 0):
        return []
    place = PLACES[which]
    if many > 1:
        return list(groups[:many]) if place == 0 else list(groups[-many:]) if place == -1 else []
    return [groups[place]]


def by_name(told: Groups, clause: str) -> list[Group]:
    """The one group whose name stands in a clause."""
    names = [group.name for group in told.groups]
    if len(set(names)) != len(names):
        return []
    words = clause.lower()
    met = [
        group
        for group in told.groups
        if group.name
        and len(group.name) > 1
        and not group.name.isdigit()
        and re.search(rf"(?<![\w-]){re.escape(group.name)}(?:er|est|s)?(?![\w-])", words)
    ]
    return met if len(met) == 1 else []


__all__ = ["EVERY", "NOT_ALL", "ORDINAL", "by_name", "by_place", "of_depths"]
