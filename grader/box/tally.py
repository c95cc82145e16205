"""The sum of a call's work while it is counted, and the lists that add to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

STEPS = 3_000_000


class Stopped(BaseException):
    """The call was stopped because its work went beyond the budget."""

    def __init__(self, work: int) -> None:
        super().__init__(f"stopped after {work:,} units of work")
        self.work = work


class Tally:
    """The sum so far, while one call runs; while `aside` is not 0, lines of Python are not the student's."""

    def __init__(self) -> None:
        self.work = 0
        self.steps = 0
        self.aside = 0

    def add(self, units: int, steps: int = 0) -> None:
        """Work of one operation: at least one unit."""
        self.work += max(1, int(units))
        self.steps += steps

    def step(self) -> None:
        """One line of Python."""
        self.work += 1
        self.steps += 1
        if self.steps > STEPS:
            raise Stopped(self.work)


class CountedList(list[Any]):
    """What `.tolist()` gives: a list whose reading is counted also where C code reads it (`sum`, `map`, `zip`)."""

    tally: Tally

    def __iter__(self) -> Iterator[Any]:
        self.tally.add(len(self))
        return super().__iter__()

    def __getitem__(self, key: Any) -> Any:
        value = super().__getitem__(key)
        if isinstance(key, slice):
            self.tally.add(len(value))
            return counted_list(value, self.tally, deep=False)
        return value

    def __add__(self, other: Any) -> Any:
        value = super().__add__(other)
        self.tally.add(len(value))
        return counted_list(value, self.tally, deep=False)

    def __mul__(self, times: Any) -> Any:
        value = super().__mul__(times)
        self.tally.add(len(value))
        return counted_list(value, self.tally, deep=False)


def counted_list(value: Any, tally: Tally, deep: bool = True) -> Any:
    """Nested lists as counted ones."""
    if not isinstance(value, list):
        return value
    parts: Iterable[Any] = (counted_list(part, tally) for part in value) if deep else list.__iter__(value)
    made = CountedList(parts)
    made.tally = tally
    return made
