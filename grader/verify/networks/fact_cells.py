# ruff: noqa: E501 -- a pattern stays on one line
"""A table's cell without a unit, read with the unit that stands in its column's header: `140` under `parameters (M)`."""

from __future__ import annotations

import re

UNITS = {
    "million": re.compile(r"[(\[,/]\s*(?:in\s+)?(?:M|millions?|mio\.?|(?:[×x]\s*)?10\s*(?:\^\s*\{?6\}?|⁶)|1e6)\s*[)\]]?|\bin (?:M|millions?)\b|\bmillions? of\b", re.I),
    "billion": re.compile(r"[(\[,/]\s*(?:in\s+)?(?:B|G|billions?|bn|(?:[×x]\s*)?10\s*(?:\^\s*\{?9\}?|⁹)|1e9|GFLOPs?)\s*[)\]]?|\bin (?:B|G|billions?)\b|\bGFLOPs?\b|\bbillions? of\b", re.I),
}  # fmt: skip
COUNTED = re.compile(r"\bparam|\bweights?\b|flops|multiply-adds|mult-adds", re.I)
BARE = re.compile(r"[~≈]?\s*\d+(?:\.\d+)?(?:\s*[-–—]\s*\d+(?:\.\d+)?)?")


def with_unit(body: str, title: str) -> str:
    """The cell with the unit of its header, if it counts parameters or operations and has none of its own.

    >>> with_unit("140", "parameters (M)"), with_unit("1.6", "FLOPS [billions]"), with_unit("12", "layers")
    ('140 million', '1.6 billion', '12')
    """
    if not COUNTED.search(title) or not BARE.fullmatch(body.strip()):
        return body
    units = [unit for unit, pattern in UNITS.items() if pattern.search(re.sub(r"[$\\]|\\times", "", title))]
    return f"{body.strip()} {units[0]}" if len(units) == 1 else body


__all__ = ["with_unit"]
