"""A student in this process, for the audit and for tests. Never for a submission: nothing is isolated here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from grader.model import Answer, Problem, StudentFailed
from grader.references import on_numpy, tensors


@dataclass(frozen=True)
class PlainStudent:
    """Torch functions called with numpy arrays, variables and markdown texts, each by its name."""

    functions: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    variables: Mapping[str, Any] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)

    def call(
        self,
        function: str,
        *arguments: Any,
        count_work: bool = False,
        evaluating: bool = False,
        **keywords: Any,
    ) -> Answer:
        if function not in self.functions:
            raise StudentFailed(Problem.MISSING, f"{function} is not defined")
        put_into_eval_mode = getattr(self.functions[function], "eval", None)
        if evaluating and put_into_eval_mode is not None:
            put_into_eval_mode()
        called = on_numpy(self.functions[function], double=False)
        work = None
        try:
            if count_work:
                work = self._work(function, *arguments, **keywords)
            value = called(*arguments, **keywords)
        # Whatever a student's function raises is the student's.
        except Exception as error:
            raise StudentFailed(
                Problem.RAISED, f"{function} raised {type(error).__name__}: {error}"
            ) from error
        return Answer(value, type(value).__name__, work)

    def _work(self, function: str, *arguments: Any, **keywords: Any) -> int:
        from grader.box.counting import Stopped, counted

        try:
            return counted(self.functions[function], list(tensors(arguments)), keywords)[1]
        except Stopped as stopped:
            return stopped.work

    def variable(self, name: str, rows: tuple[int, ...] | None = None, part: int | None = None) -> Answer:
        if name not in self.variables:
            raise StudentFailed(Problem.MISSING, f"{name} is not defined")
        value = self.variables[name]
        if part is not None:
            value = list(value.values() if isinstance(value, dict) else value)[part]
        return Answer(_picked(value, rows) if rows is not None else value, type(value).__name__)

    def written(self, tag: str) -> str | None:
        return self.texts.get(tag)


def _picked(value: Any, rows: tuple[int, ...]) -> Any:
    if isinstance(value, (tuple, list)):
        return tuple(_picked(one, rows) for one in value)
    if isinstance(value, dict):
        return {key: _picked(one, rows) for key, one in value.items()}
    if not isinstance(value, np.ndarray) or value.ndim == 0:
        return value
    if max(rows) >= len(value):
        raise StudentFailed(
            Problem.BAD_VALUE, f"row {max(rows)} was asked for, but there are {len(value)} rows"
        )
    return value[np.array(rows)]
