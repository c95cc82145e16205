"""How far a class is: a bar on a terminal, plain lines elsewhere, nothing where quiet."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.grade import Progress


@contextmanager
def progress(quiet: bool = False) -> Iterator[Callable[[Progress], None] | None]:
    """Gives the function that is told of each finished submission."""
    if quiet:
        yield None
    elif sys.stderr.isatty():
        with _bar() as tell:
            yield tell
    else:
        yield lambda step: print(_line(step), file=sys.stderr, flush=True)


def _line(step: Progress) -> str:
    report = step.report
    again = " (unchanged)" if step.again else ""
    return (
        f"{step.done}/{step.total} {printable(report.student)}: {float(report.earned):g} of {float(report.out_of):g}, "
        f"{report.status.value}{again}"
    )


def printable(text: str) -> str:
    r"""A text for a terminal, which the control characters in a student's name would otherwise steer.

    >>> printable("ada\x1b[2J")
    'ada\\x1b[2J'
    """
    return "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in text)


@contextmanager
def _bar() -> Iterator[Callable[[Progress], None]]:
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Bar(*columns) as bar:
        task = bar.add_task("grading", total=None)

        def tell(step: Progress) -> None:
            bar.update(
                task, completed=step.done, total=step.total, description=printable(step.report.student)[:30]
            )

        yield tell
