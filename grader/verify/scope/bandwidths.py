# ruff: noqa: E501 -- a pattern stays on one line
"""What σ is in a text's Gaussian kernel: exp(−‖x − y‖²/(2σ²)) as in the course, or exp(−‖x − y‖²/(2σ)), or both."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from grader.verify.reading.plain_signs import plain_signs

_NORM = r"(?:‖[^‖\n]{1,24}‖|\|[^|\n]{1,24}\|)(?:_\{?2\}?)?\s*\^\s*\{?2\}?|⟨[^⟨⟩\n]{1,24}⟩|\([^()\n]{1,12}-[^()\n]{1,12}\)\s*\^\s*\{?2\}?"
_SIGMA = r"(?P<two>2\s*[·*]?\s*)?(?:σ|\\sigma|sigma)(?![A-Za-z_])\s*(?P<square>\^\s*\{?\s*2\s*\}?)?(?P<other>\s*\^)?"
OVER_SIGMA = re.compile(rf"(?:{_NORM})\s*[)}}]?\s*/\s*[({{]?\s*{_SIGMA}")
BEFORE_NORM = re.compile(rf"1\s*/\s*[({{]?\s*{_SIGMA}\s*[)}}]?\s*[·*]?\s*[(\[]?\s*(?:{_NORM})")
DEFINES = re.compile(
    r"(?:(?<![A-Za-z\\])(?:\\?[A-Za-z]+|[κγ])(?:_\{?[^{}()\s=]{1,8}\}?)?\s*\([^()=\[\]]{1,6},[^()=\[\]]{1,6}\)|(?<![A-Za-z\\])[κGgKk](?:_\{?[^{}()\s=]{1,8}\}?)?\s*\([^()=\[\]]{1,12}\)|(?<![A-Za-z])[GK]_\{?ij\}?)\s*&?\s*:?=\s*(?:exp\s*[({\[]*|e\s*\^\s*[{(]*)\s*-\s*[({]*\s*$"
    r"|\bkernel\b(?:\s+(?:is|reads|equals|here|then|given by|defined (?:as|by)|of the form)|\s*[,:])*\s*(?:exp\s*[({\[]*|e\s*\^\s*[{(]*)\s*-\s*[({]*\s*$"
)
# "here σ denotes the variance", "recall that σ is a variance"
NAMED_VARIANCE = re.compile(
    r"(?:σ|\\sigma)\$?\s*(?:\(?without (?:a|the) square\)?\s*)?,?\s*(?:here\s+)?(?:denotes?|is|means?|stands for|will be)\s+(?:here\s+)?(?:the |a |its |\\(?:emph|textbf|textit)\s*\{?)*(?:kernel['’]s |Gaussian['’]s )?variance\b",
    re.IGNORECASE,
)


class Form(Enum):
    """How σ stands in the exponent."""

    SQUARED = "2σ²"
    PLAIN = "2σ"
    OTHER = "σ², without the 2"


@dataclass(frozen=True)
class Bandwidth:
    """The forms in a text, the latest one last; empty where it has no such exponent."""

    forms: tuple[Form, ...]

    @property
    def is_course(self) -> bool:
        """Whether nothing in the text has σ otherwise than as 2σ²."""
        return set(self.forms) <= {Form.SQUARED}

    @property
    def is_variance(self) -> bool:
        """Whether σ is the variance itself wherever the text has it."""
        return set(self.forms) == {Form.PLAIN}

    def variance(self, sigma: Fraction) -> Fraction:
        """The variance of the kernel, and the reciprocal of that of its projections, by the latest form."""
        return {Form.SQUARED: sigma**2, Form.PLAIN: sigma, Form.OTHER: sigma**2 / 2}[self.latest]

    @property
    def latest(self) -> Form:
        """The form that was last seen; the course's own where there is none."""
        return self.forms[-1] if self.forms else Form.SQUARED


NO_BANDWIDTH = Bandwidth(())


def bandwidth_in(text: str) -> Bandwidth:
    """What the exponents of a text have under a squared distance.

    >>> bandwidth_in("exp(−‖q − k‖²/(2σ²))").latest, bandwidth_in(r"$G(x,y) = e^{-\\|x-y\\|^2/(2\\sigma)}$").latest
    (<Form.SQUARED: '2σ²'>, <Form.PLAIN: '2σ'>)
    >>> bandwidth_in("the variance of w·δ is ‖δ‖²/σ²").forms
    ()
    """
    plain, _ = plain_signs(text)
    found: list[tuple[int, Form]] = [(one.start(), Form.PLAIN) for one in NAMED_VARIANCE.finditer(plain)]
    for pattern in (OVER_SIGMA, BEFORE_NORM):
        for one in pattern.finditer(plain):
            form = _form(one)
            # a kernel is defined so; a claim with another exponent may be a slip
            if form is Form.SQUARED or (
                form and DEFINES.search(plain[max(0, one.start() - 80) : one.start()])
            ):
                found.append((one.start(), form))
    known = [form for _, form in sorted(found, key=lambda one: one[0])]
    if any(form is not Form.OTHER for form in known):
        # G² = exp(−‖δ‖²/σ²) is the square of the kernel
        known = [form for form in known if form is not Form.OTHER]
    return Bandwidth(tuple(known))


def _form(found: re.Match[str]) -> Form | None:
    if found.group("other"):
        return None
    if not found.group("two"):
        return Form.OTHER if found.group("square") else None
    return Form.SQUARED if found.group("square") else Form.PLAIN


__all__ = ["NO_BANDWIDTH", "Bandwidth", "Form", "bandwidth_in"]
