"""Patterns of tables that are compiled when a sentence first asks for them, and kept: `re` itself keeps only some."""

from __future__ import annotations

import re
from functools import cache


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern whose case does not matter. Asked for patterns of our own tables only, so that it stays small."""
    return re.compile(pattern, re.IGNORECASE)


__all__ = ["compiled"]
