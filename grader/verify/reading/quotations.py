"""What stands wholly within quotation marks is quoted for discussion, and not asserted there."""

from __future__ import annotations

import re

FEWEST_WORDS = 3  # fewer are a term, such as "semi-hard"
QUOTATIONS = re.compile(
    r"“[^“”]+[”“]|„[^„“”]+[“”]|«[^«»]+»|»[^«»]+«|``(?:(?!``|'').)+''|(?<![\w\"])\"(?=\S)[^\"]+(?<=\S)\"(?!\w)"
    r"|(?<![\w‘])‘(?=\S)(?:[^‘’]|’(?=\w))+’(?!\w)|(?<![\w'’\\])'(?=[A-Z])(?:[^'’]|['’](?=\w))+'(?!\w)",
    re.DOTALL,
)
WORD = re.compile(r"[^\s\"“”„«»`'*_]+")


def quotations(text: str) -> list[tuple[int, int]]:
    """Where a text quotes, by its quotation marks, more than a term.

    >>> said = '**"The key cancels, too."** The "semi-hard" ones do not; "it is 5" is wrong.'
    >>> [said[start:end] for start, end in quotations(said)]
    ['"The key cancels, too."', '"it is 5"']
    """
    return [
        found.span()
        for found in QUOTATIONS.finditer(text)
        if len(WORD.findall(found.group())) >= FEWEST_WORDS
    ]


__all__ = ["quotations"]
