"""Every reading that needs only a sentence and the text before it, and decides by counting or by the papers."""

from __future__ import annotations

from collections.abc import Iterator

from grader.verify.claim import Judged
from grader.verify.costs import causal_sizes
from grader.verify.networks import arxiv_years
from grader.verify.numbers import short_lists
from grader.verify.triplets import mining_words
from grader.verify.words import feature_counts


def statements_in(sentence: str, before: str) -> Iterator[tuple[int, int, Judged]]:
    """(start, end, ruling) of each such statement of a sentence; `before` is the text of its section so far."""
    yield from feature_counts.feature_counts(sentence, before)
    yield from feature_counts.kernel_counts(sentence)
    yield from short_lists.list_claims(sentence, before)
    yield from mining_words.mining_claims(sentence, before)
    yield from causal_sizes.growing_states(sentence, before)
    yield from causal_sizes.row_counts(sentence, before)
    yield from arxiv_years.arxiv_years(sentence)


__all__ = ["statements_in"]
