"""Where a document speaks of depths, probes and accuracies: what its other parts count are no images."""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.verify.depth.plain_blocks import PlainBlock

DEPTHS = re.compile(
    r"\b(?:depths?|probes?|probed|k-?NN|nearest[- ]neighbou?rs?|neighbou?rs|histograms?|vot(?:e|es|ed|ing)|settles?"
    r"|shallow|difficulty|Baldock|answers?|predictions?|layers?|bins?|bars?)\b",
    re.IGNORECASE,
)
RATES = re.compile(
    r"\b(?:accura\w+|(?:mis)?classif\w+|correctly|(?:test|training|validation) (?:set|points?)"
    r"|images?|examples|pictures?|digits?|photos?|groups)\b",
    re.IGNORECASE,
)
NEAR = 3  # blocks before one whose words still tell what its numbers are
CLOSE = 2  # blocks behind one in which its numbers may be taken up without a word of what they are


def speaks_of_depths(blocks: Sequence[PlainBlock], number: int, *, of_rates: bool = False) -> bool:
    """Whether a block, its heading or what stands right before it speaks of depths or, `of_rates`, of what is right."""
    block = blocks[number]
    words = " ".join((block.heading, *block.header, block.text, *_before(blocks, number)))
    return DEPTHS.search(words) is not None or (of_rates and RATES.search(words) is not None)


def takes_up(blocks: Sequence[PlainBlock], number: int, giver: int, *, of_rates: bool = False) -> bool:
    """Whether a block may speak of the counts that another one gives."""
    block = blocks[number]
    if giver == number or number - giver <= CLOSE:
        return True
    words = f"{block.heading} {block.text}"
    return DEPTHS.search(words) is not None or (of_rates and RATES.search(words) is not None)


def _before(blocks: Sequence[PlainBlock], number: int) -> list[str]:
    """The texts of the blocks before one in its section; a table or a list counts as one."""
    out: list[str] = []
    steps, back, kind = 0, number - 1, blocks[number].kind
    while back >= 0 and steps < NEAR and blocks[back].section == blocks[number].section:
        steps += blocks[back].kind != kind or kind not in {"row", "item"}
        kind = blocks[back].kind
        out.append(blocks[back].text)
        back -= 1
    return out


__all__ = ["speaks_of_depths", "takes_up"]
