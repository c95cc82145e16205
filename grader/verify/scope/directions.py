# ruff: noqa: E501 -- a pattern stays on one line
"""How a text stacks its random directions in W: as rows (XWᵀ, Wx) or as columns (XW, Wᵀx)."""

from __future__ import annotations

import re

_POINT = r"(?:\\(?:mathbf|boldsymbol|bm)\s*\{?\s*)?[xXqQkK]\}?(?:_\{?\w\}?)?"
_TURNED = r"(?:\s*\^\s*\{?\s*(?:\\top|\\intercal|T|\\mathsf\s*\{?T\}?)(?![a-z])\s*\}?|ᵀ)"
_W = r"(?:\\(?:mathbf|boldsymbol|bm)\s*\{?\s*)?W\}?"
ROWS = re.compile(
    rf"{_POINT}\s*{_W}{_TURNED}|(?<![A-Za-z]){_W}\s*{_POINT}(?![A-Za-z_^'ᵀ({{])|\brows? (?:\S+ )?of \$?{_W}(?![A-Za-z_])|\b(?:as|into|in) (?:the )?rows of"
)
COLUMNS = re.compile(
    rf"{_POINT}\s*{_W}(?![A-Za-z_^'ᵀ({{\s]|\\(?!in\b|[,;:)\s]))|{_W}{_TURNED}\s*{_POINT}|\bcolumns? (?:\S+ )?of \$?{_W}(?![A-Za-z_])"
)


def direction_way(source: str) -> str:
    r""" "row" or "column" where every use of W in the text agrees; "" otherwise.

    >>> direction_way(r"draw the rows of $W$ and set $\phi(x) = [\sin xW^\top, \cos xW^\top]$")
    'row'
    >>> direction_way("the projections XW, N × R"), direction_way("W holds the directions")
    ('column', '')
    >>> direction_way(r"\newcommand{\tp}{^\top} $QW\tp$")  # a macro of the text's own
    ''
    """
    found = {way for way, pattern in (("row", ROWS), ("column", COLUMNS)) if pattern.search(source)}
    return found.pop() if len(found) == 1 else ""
