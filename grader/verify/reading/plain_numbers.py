"""Numbers in mathematics mode that say nothing else: `$140$ million` is 140 million."""

from __future__ import annotations

import re

BARE_NUMBER = re.compile(
    r"\d{1,3}(?:(?:\{,\}|\\,|,)\d{3})+(?:\.\d+)?(?:\s*(?:\\,|~)?\s*\\?%)?|\d+(?:\.\d+)?(?:\s*(?:\\,|~)?\s*\\?%)?"
)


def plain_number(content: str) -> str:
    """A number in mathematics mode as plain text.

    >>> [plain_number(content) for content in (r"1\\,200", "1{,}200", r"87.9\\,\\%")]
    ['1,200', '1,200', '87.9 %']
    """
    grouped = re.sub(r"(?<=\d)(?:\{,\}|\\,)(?=\d{3})", ",", content)
    return re.sub(r"\s*(?:\\,|~)?\s*\\?%", " %", grouped)


__all__ = ["BARE_NUMBER", "plain_number"]
