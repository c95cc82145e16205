# ruff: noqa: E501 -- a pattern stays on one line
"""The formulas of a sentence that count something, each with the parts that its words name."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.verify.costs.count_formulas import Counted, formulas_in
from grader.verify.costs.count_parts import PARTS, Mention, Part, Way, mentions_in, ways_in
from grader.verify.reading.plain_signs import Flat
from grader.verify.scope.growth import Cost

EXACTLY = re.compile(r"\bexact(?:ly)?\b", re.I)
THEREFORE = re.compile(r"\b(?:i\.e\.|that is|so|hence|thus),?\s*$")
VALUE = r"(?:\s*[=≈]\s*[\d.,·*×+⁰-⁹²³^ ]*\d[⁰-⁹²³]*)?"  # the formula's value may stand behind it
EACH = re.compile(
    rf"^{VALUE}\s*(?:(?:scalar )?(?:multiplications?|mults)\s*)?(?:each|apiece|per product|for each)\b", re.I
)
TOGETHER = re.compile(r"\b(?:together|altogether|in total|in all|combined|jointly|both|in sum)\b", re.I)
TOTAL = re.compile(
    r"\b(?:totals?|sums?(?: up)?(?: to)?|altogether|in all|all in all|in total|add(?:s|ed|ing)? up|adding (?:up|them|these|everything)|summing|summed|overall|grand total|amounts? to|comes? to|makes?(?: up)?)\b|→\s*$|=\s*$",
    re.I,
)
TOTAL_AFTER = re.compile(
    r"^\s*(?:(?:scalar )?(?:multiplications?|mults|operations)\s*)?,?\s*(?:in (?:all|total|sum)|altogether|overall|all told)\b|^\s*with (?:the )?denominators",
    re.I,
)
BEHIND = re.compile(
    rf"^{VALUE}\s*(?:(?:scalar |more )?(?:multiplications?|mults|operations|products|of them)\s*)?(?:are |is )?(?:(?:spent|needed|used|required|due) )?(?:(?:numbers|entries|floats|scalars|values|elements)?\s*(?:more\s*)?(?:(?:sit|lie|suffice|remain|have to be (?:kept|stored|held)|are (?:kept|stored|needed|held))\s*)?)?(?:for|on|to|in|of|if|when|attach|go(?:es)? (?:in)?to|come from|comes from|multiply|produce|build|form|make|give|project)\b",
    re.I,
)
# what only explains or excludes: no part that is counted here
ASIDE = re.compile(
    r"\b(?:with|where|using|for) [φψ]\([^()]*\)\s?=[^:;,|]*|\b(?:with|without|including|excluding|except|besides) (?:the )?(?:denominators?|normali[sz]ers?|key weights|projections)\b|\bonce [^,;.]*,|\bgiven [^,;.]*,",
    re.I,
)
SOFT = re.compile(
    r"[;|]|,|\bbut\b|\bwhile\b|\bwhereas\b|\bthen\b|\bagain\b|\bplus\b|\bwhich leaves\b|\bafter which\b|\s[—–]\s|(?<=[a-z0-9)])\.\s"
)
CLAUSE = re.compile(r"[,;.:]\s")
HARD = re.compile(r"[;|]|(?<=[a-z0-9)])[.:]\s|\s[—–]\s|→")


@dataclass(frozen=True)
class Read:
    """A formula of a sentence with what its words count."""

    at: Counted
    parts: tuple[Part, ...]
    way: Way | None
    each: bool
    together: bool
    total: bool
    words: str
    start: int  # of the claim: the formula with the part's name
    end: int
    listed: tuple[Part, ...] = ()  # those of one list with the parts, which the formula may count as well
    unread: bool = False  # whether something stands in that list that names no known part

    @property
    def cost(self) -> Cost:
        """The formula in the course's letters."""
        return self.at.cost or Cost("", {})


def read_counts(flat: Flat, named: Mapping[str, str], table: Sequence[Part] = PARTS) -> list[Read]:
    """Each formula of a sentence with the parts that its words name.

    >>> from grader.verify.reading.plain_signs import flattened
    >>> [(str(one.at.cost), [part.name for part in one.parts]) for one in read_counts(flattened("2NRM for S and 2NR for the denominators"), {})]
    [('2NRM', ['S']), ('2NR', ['denominators'])]
    """
    text = ASIDE.sub(lambda found: " " * len(found.group()), flat.text)
    parts, ways = mentions_in(text, table), ways_in(text)
    inside = [(mention.start, mention.end) for mention in parts]
    formulas = [
        one for one in formulas_in(flat, named) if not any(a <= one.start and one.end <= b for a, b in inside)
    ]
    out: list[Read] = []
    left = 0  # where the words of the next formula begin
    for number, one in enumerate(formulas):
        until = formulas[number + 1].start if number + 1 < len(formulas) else len(text)
        behind = text[one.end : until]
        cut = HARD.search(behind)
        behind = behind[: cut.start()] if cut else behind
        before = text[left : one.start]
        stop = one.end
        follows = [mention for mention in parts if one.end <= mention.start < one.end + len(behind)]
        chosen: list[Part] = []
        listed: tuple[Part, ...] = ()
        unread = False
        near_by = follows and not re.search(r"[,;]", text[one.end : follows[0].start])
        if near_by and BEHIND.match(behind) and not _ends_with_subject(before, parts, left):
            first = follows[0]
            chosen = [_part_of(first.what)]
            stop = first.end
            more = re.match(r"\s*(?:,|and|as well as)\s*(?:the |for |on )?", text[first.end :])
            if len(follows) > 1 and more and first.end + more.end() == follows[1].start:
                chosen.append(_part_of(follows[1].what))
                stop = follows[1].end
            words = before + text[one.end : stop]
            span = (one.start, stop)
        else:
            start = _segment(
                before,
                [(m.start - left, m.end - left) for m in parts if left <= m.start and m.end <= one.start],
            )
            chosen = [
                _part_of(mention.what)
                for mention in parts
                if left + start <= mention.start and mention.end <= one.start
            ]
            words = before[start:]
            named_at = [
                mention.start
                for mention in parts
                if left + start <= mention.start and mention.end <= one.start
            ]
            span = (min([one.start, *named_at]), one.end)
            listed, unread = _list_of(
                before, [m for m in parts if left <= m.start and m.end <= one.start], left
            )
        distinct = list({part.name: part for part in chosen}.values())
        near = f"{words} {re.split(CLAUSE, behind)[0][:40]}"
        way = next(
            (
                m.what
                for m in reversed(ways)
                if left <= m.start and m.end <= one.start and isinstance(m.what, Way)
            ),
            None,
        )
        if way is None and not distinct:
            way = next(
                (
                    m.what
                    for m in ways
                    if m.start >= one.end and m.end <= one.end + len(behind) and isinstance(m.what, Way)
                ),
                None,
            )
        summed = TOTAL.search(words)
        follows_from = not distinct and (THEREFORE.search(before) or TOGETHER.match(text[one.end :].lstrip()))
        total = bool(
            summed
            or follows_from
            or TOTAL_AFTER.match(text[one.end :])
            or (not distinct and EXACTLY.search(before))
        )
        if summed and not distinct:
            span = (
                (one.start - len(words) + summed.start(), one.end)
                if words == before[len(before) - len(words) :]
                else span
            )
        left = max(stop, one.end)
        if one.cost is None:
            continue
        out.append(
            Read(
                one,
                tuple(distinct),
                way,
                bool(EACH.match(text[one.end :])),
                bool(TOGETHER.search(near)),
                total,
                near,
                *span,
                listed,
                unread,
            )
        )
    return out


def _part_of(what: Part | Way) -> Part:
    if not isinstance(what, Part):
        raise TypeError("a mention of a part is a part")
    return what


INTRODUCES = re.compile(
    r"(?:^|[.;:|(]\s*)(?:for|in|with|at|then|here|thus|so|first|second|next|finally|and|once|if|when|as|to|without|counting|again)\b[^,;:]*,\s*$",
    re.I,
)
COUNTED_BEFORE = re.compile(r"^\s*(?:scalar )?(?:multiplications?|mults|operations|products)\b")
# a list that goes on: "φ(Q)Z and the remaining scalings"
GOES_ON = re.compile(
    r"\s*(?:and|plus|\+|as well as)\s+(?!(?:takes?|needs?|costs?|is|are|each|both|all|together|so|we|it|that|this|then|has|have|therefore|hence|thus|again|another|one|its?)\b)(?:the |a |an )?[a-z]{3}[^|,;:]*\|"
)
IN_LIST = re.compile(r"[^\s,(](?:\s*,\s*(?:and |plus )?|\s+(?:and|plus)\s+)(?:the )?$")


def _list_of(before: str, mentions: Sequence[Mention], left: int) -> tuple[tuple[Part, ...], bool]:
    """All parts of the list that ends before a formula, and whether it has members that name no part."""
    if not mentions:
        return (), False
    last = mentions[-1].start - left
    cut = max((found.end() for found in HARD.finditer(before[:last])), default=0)
    members = [mention for mention in mentions if mention.start - left >= cut]
    ahead = COUNTED_BEFORE.sub("", before[cut : members[0].start - left])
    unread = IN_LIST.search(ahead) is not None and INTRODUCES.search(ahead) is None
    unread = unread or GOES_ON.match(before[mentions[-1].end - left :]) is not None
    # "the denominators φ(Q)Z" names one part twice
    parts = {part.name: part for part in (_part_of(mention.what) for mention in members)}
    return tuple(parts.values()), unread


def _ends_with_subject(before: str, parts: Sequence[Mention], left: int) -> bool:
    """`S takes NLM for each ...`: the subject with its verb stands right before."""
    return bool(
        re.search(
            r"\b(?:needs?|takes?|costs?|requires?|uses?|spends?|accounts? for|has|have)\s+(?:exactly |only |just |another )?$",
            before,
        )
    ) and any(left <= one.start and one.end <= left + len(before) for one in parts)


def _segment(before: str, mentions: Sequence[tuple[int, int]]) -> int:
    """Where the words begin that belong to a formula behind them: the last piece that names a part."""
    cuts = [
        0,
        *(
            found.end()
            for found in SOFT.finditer(before)
            if not any(a < found.end() and found.start() < b for a, b in mentions)
        ),
    ]
    for cut in reversed(cuts):
        if any(start >= cut for start, _ in mentions):
            # "φ(Q)S, i.e. the numerators", "S, numerators": a list of parts is one subject
            joined = [
                (a, b)
                for a, b in mentions
                if a < cut
                and re.fullmatch(
                    r"[^,|]{0,2}\|\s?|,\s?(?:and )?(?:the )?",
                    before[b : min(start for start, _ in mentions if start >= cut)],
                )
            ]
            return min([cut, *(a for a, _ in joined)])
    return cuts[-1]


__all__ = ["EXACTLY", "TOTAL_AFTER", "VALUE", "Read", "read_counts"]
