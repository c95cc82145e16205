"""The list of submitters in a Gradescope export.

    submission_123:
      :submitters:
      - :name: Ada Lovelace
        :email: ada@example.org

The file also holds whatever autograders printed, so it is read event by event: nothing is constructed from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import yaml


class BadMetadata(Exception):
    """The file is no YAML; the message ends the sentence "submission_metadata.yml …"."""


def submitters(raw: bytes) -> dict[str, str]:
    """Folder → the names of those who handed it in, joined by ", "; empty where none is told.

    >>> submitters(b"submission_1:\\n  :submitters:\\n  - :name: Ada\\n  - :name: Bob\\nsubmission_2: {}\\n")
    {'submission_1': 'Ada, Bob', 'submission_2': ''}
    """
    names: dict[str, list[str]] = {}
    try:
        for path, value in _scalars(raw):
            people = names.setdefault(path[0], []) if path else []
            if len(path) == 4 and path[1].strip(":") == "submitters" and path[3].strip(":") == "name":
                people.append(value)
    except (yaml.YAMLError, UnicodeError) as error:
        raise BadMetadata("is not readable as YAML; put back the file that Gradescope exported") from error
    return {folder: ", ".join(people) for folder, people in names.items()}


@dataclass
class _Level:
    """A mapping or list that is open: the key whose value comes next, None while a key is awaited."""

    is_list: bool
    key: str | None = None

    @property
    def awaits_key(self) -> bool:
        return not self.is_list and self.key is None


def _scalars(raw: bytes) -> Iterator[tuple[tuple[str, ...], str]]:
    """Each scalar of the document with the keys that lead to it; a list's place counts as "-".

    The beginning of a mapping or list is told as an empty text, so that no top-level key is lost.
    """
    loader = getattr(
        yaml, "CBaseLoader", yaml.BaseLoader
    )  # the C one is there wherever a wheel was installed
    levels: list[_Level] = []
    for event in yaml.parse(raw, Loader=loader):
        if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            yield _keys(levels), ""
            levels.append(_Level(is_list=isinstance(event, yaml.SequenceStartEvent)))
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            levels.pop()
            _value_read(levels)
        elif isinstance(event, yaml.ScalarEvent | yaml.AliasEvent):
            text = event.value if isinstance(event, yaml.ScalarEvent) else ""
            if levels and levels[-1].awaits_key:
                levels[-1].key = text
            else:
                yield _keys(levels), text
                _value_read(levels)


def _keys(levels: list[_Level]) -> tuple[str, ...]:
    return tuple("-" if level.is_list else level.key or "" for level in levels)


def _value_read(levels: list[_Level]) -> None:
    if levels:
        levels[-1].key = None
