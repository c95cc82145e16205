"""What one submission is asked: the inputs of every item, drawn from its seed, and the truth about them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import numpy as np

from grader.draw import Draw, draw
from grader.model import Item, Student
from grader.references import Expected, Inputs, References
from grader.rubric import Rubric


@dataclass(frozen=True)
class Question:
    """The inputs of every case of an item, and what the reference gives on each."""

    cases: list[Inputs]
    expected: list[Expected]


class Questions:
    """The questions of one submission, each made once; `ahead` makes them while the notebook runs."""

    def __init__(self, rubric: Rubric, references: References, seed: str) -> None:
        self.rubric = rubric
        self.references = references
        self.seed = seed
        self._made: dict[str, Question] = {}
        self._begun: dict[str, Future[Question]] = {}
        self._thread = ThreadPoolExecutor(1)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._thread.shutdown(cancel_futures=True)

    def ahead(self, items: Iterable[Item]) -> None:
        """Makes the questions of these items from now on, beside whatever else goes on; returns at once."""
        for item in items:
            if item.derivation is not None:
                self.references.await_texts()
            if item.on is not None:
                self._begun[item.id] = self._thread.submit(self._question, item)

    def of(self, item: Item) -> Question:
        """The question of an item that draws inputs; raises whatever went wrong in making it."""
        if item.id not in self._made:
            begun = self._begun.get(item.id)
            self._made[item.id] = begun.result() if begun is not None else self._question(item)
        return self._made[item.id]

    def observed(self, item: Item, student: Student, inputs: Inputs) -> Any:
        """What the student's function gives on these inputs, seen through the item's experiment if it has one."""
        name = item.function or ""

        def function(*arguments: Any, **keywords: Any) -> Any:
            return student.call(name, *arguments, **keywords).value

        if item.observe is None:
            return function(*inputs)
        with np.errstate(all="ignore"):
            return self.rubric.checks[item.observe](function, *inputs)

    def drawn(self, item: Item) -> Draw:
        """The draw that a rubric's own check of this item makes its inputs from: the one after the last case."""
        return draw(self.seed, item.id, item.cases, item.cases + 1)

    def _question(self, item: Item) -> Question:
        generator: Callable[[Draw], Inputs] = self.rubric.checks[item.on or ""]
        cases = [tuple(generator(draw(self.seed, item.id, case, item.cases))) for case in range(item.cases)]
        tolerance = self.rubric.tolerances[item.within]
        return Question(cases, self.references.expected(item, tolerance, cases))
