"""Fresh inputs: every case of every item is drawn from a seed that the student cannot know."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Draw:
    """What an input generator of a rubric draws from: `case` counts from 0 to `cases` − 1."""

    rng: np.random.Generator
    case: int
    cases: int


def seed_of(secret: str, *names: str) -> str:
    """A seed that follows from the run's secret and these names, as 32 hexadecimal digits.

    The secret is the key of an HMAC, so a seed that is published says nothing about the others.

    >>> seed_of("s", "ada", "attention.softmax") == seed_of("s", "ada", "attention.softmax")
    True
    """
    message = b"\0".join(name.encode("utf-8", "surrogatepass") for name in names)
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()[:32]


def draw(seed: str, item: str, case: int, cases: int) -> Draw:
    """The draw of one case of one item."""
    number = int(seed_of(seed, item, str(case)), 16)
    return Draw(np.random.default_rng(number), case, cases)
