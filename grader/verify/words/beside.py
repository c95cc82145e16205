"""What stands beside the parts of a statement that were read: blanked out, and counted in words that may change it."""

from __future__ import annotations

import re
from collections.abc import Iterable

WORD = re.compile(r"[A-Za-z][A-Za-z'’-]+")
MOST_UNREAD = 2
# words that change nothing in any statement about attention
_COMMON = """
a again also an and any are as at attention both by can clearly course exactly fact first for from given hence here
in indeed is it just means note now of on once one only or so that the their then therefore these this those thus to
token tokens too under we what when where which with
"""


def harmless(own: str) -> frozenset[str]:
    """The words that change nothing in a kind of statement: those of every kind, and its own.

    >>> sorted(harmless("queries")) == sorted({*harmless(""), "queries"})
    True
    """
    return frozenset((*_COMMON.split(), *own.split()))


def blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """A text with blanks for its parts that were read.

    >>> blanked("the mask hides it", [(4, 8)])
    'the      hides it'
    """
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def is_read(rest: str, words: frozenset[str]) -> bool:
    """Whether so few words of what is left are not harmless that nothing is missed.

    >>> is_read("then clearly", harmless("")), is_read("unless sparse local windows", harmless(""))
    (True, False)
    """
    return sum(word.lower() not in words for word in WORD.findall(rest)) <= MOST_UNREAD


__all__ = ["MOST_UNREAD", "WORD", "blanked", "harmless", "is_read"]
