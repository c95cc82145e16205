# ruff: noqa: E501 -- a pattern stays on one line
"""The two distances of a triplet as texts write them, in LaTeX, in plain signs and in words."""

from __future__ import annotations

BAR = r"(?:\\\||\\lVert|\\rVert|‖|\|\|)"
SQUARE = r"(?:_\{?2\}?)?\s*(?:\^\s*\{?2\}?|²)"
LINK = r"\s*(?:=|≈|:|\bis\b|\bof\b|\bat\b|\b(?:grows|rises|moves|shrinks|falls|drops|increases|decreases|goes|changes|becomes)(?: up| down| out| in)?(?: to)?\b)\s*"


def _vector(letter: str, below: str) -> str:
    """An embedding in any letter: f(a), f(x_a), f(x_i^a), h_a, f^a, hₐ, a."""
    mark = rf"(?:[_^]\s*\{{?\s*{letter}\s*\}}?|{below})"
    index = r"(?:_\{?i\}?)?"
    return rf"(?:f\({letter}{index}\)|f\(x{index}{mark}{index}\)|(?:\\(?:mathbf|boldsymbol|bm|vec)\s*\{{?)?[A-Za-z]\}}?{mark}|{letter}{index})"


def _distance(letter: str, sign: str, word: str, below: str) -> str:
    end, start = _vector(letter, below), _vector("a", "ₐ")
    return (
        rf"(?:{BAR}\s*(?:{start}\s*[-−]\s*{end}|{end}\s*[-−]\s*{start})\s*{BAR}{SQUARE}"
        rf"|\b[dD](?:²|\^\{{?2\}}?)?\s?(?:_\{{?\s*a,?\s*{letter}\s*\}}?|\(\s*a\s*,\s*{letter}\s*\)|\(\s*f\(a\)\s*,\s*f\({letter}\)\s*\)|_\{{?(?:{letter}|{sign})\}}?(?!\w)|\^\{{?{sign}\}}?)"
        rf"|\b(?:anchor[-– ]+)?{word}[- ](?:squared )?distance|\b(?:squared )?distance (?:from the anchor )?to (?:the|its) {word})"
    )


POSITIVE_DISTANCE = _distance("p", r"\+", "positive", "ₚ")
NEGATIVE_DISTANCE = _distance("n", r"[-−]", "negative", "ₙ")

__all__ = ["LINK", "NEGATIVE_DISTANCE", "POSITIVE_DISTANCE"]
