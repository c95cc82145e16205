"""Students' names: kept as found, with a safe file name beside each."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable

LONGEST_SLUG = 60

_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
_unsafe = re.compile(r"[^A-Za-z0-9._-]+")
_dots = re.compile(r"\.{2,}")
_moodle = re.compile(r"(?P<name>.+)_\d+_assignsubmission_[a-z]+_?", re.DOTALL)


def display(student: str) -> str:
    """A name for people. Moodle's folders carry a number and the plug-in's name besides.

    >>> display("Ada Lovelace_4711_assignsubmission_file_"), display("ada")
    ('Ada Lovelace', 'ada')
    """
    match = _moodle.fullmatch(student)
    return match["name"] if match else student


def slugs(students: Iterable[str]) -> dict[str, str]:
    """Student → a file name that is safe and unique on every file system, also where `Ada` and `ada` are one.

    A name that is safe already keeps it; where two would clash, the plainest keeps it and the others get some
    digits of their name's SHA-256. So a name's slug depends on the rest of the class only where it must.

    >>> slugs(["ada", "Ada", "Zoë Ng", "CON", "../x"])
    {'ada': 'ada', 'Ada': 'Ada-99a563ab', 'Zoë Ng': 'Zoe-Ng', 'CON': 'student-CON', '../x': 'x'}
    """
    names = list(dict.fromkeys(students))
    taken: set[str] = set()
    chosen: dict[str, str] = {}
    for name in sorted(names, key=lambda name: (_safe(name) != name, name != name.casefold(), name)):
        slug = _safe(name)
        if slug.casefold() in taken or _is_lossy(name):
            slug = f"{slug}-{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"
        while slug.casefold() in taken:
            slug += "-2"
        taken.add(slug.casefold())
        chosen[name] = slug
    return {name: chosen[name] for name in names}


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name)
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _safe(name: str) -> str:
    slug = (
        _dots.sub(".", _unsafe.sub("-", _plain(name))).lstrip("-.").rstrip("-.")[:LONGEST_SLUG].rstrip("-.")
        or "student"
    )
    return f"student-{slug}" if _RESERVED.fullmatch(slug) else slug


def _is_lossy(name: str) -> bool:
    """Whether letters or much of the length got lost, so that others' names would likely give the same slug."""
    plain = _plain(name)
    return len(plain) > LONGEST_SLUG or any(letter.isalnum() and not letter.isascii() for letter in plain)
