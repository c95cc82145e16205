# ruff: noqa: E501 -- a pattern stays on one line
"""Which of two ways to attention is cheaper where, and everything else that a text says of two counts.

What a text compares are two counts (`contest`); whatever it says of them is evaluated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, Spanned, refuted, verified
from grader.verify.costs.contest import NAMES, Contest, contests_in
from grader.verify.costs.even_lengths import (
    EVEN,
    GROWS,
    SIDE,
    even_changes,
    even_formulas,
    even_lengths,
    even_limits,
    is_even_length,
)
from grader.verify.costs.ratios import RATIO_NAMED, ratio_changes
from grader.verify.costs.surroundings import Surroundings
from grader.verify.numbers.reckoning import shown
from grader.verify.reading.numerals import in_digits
from grader.verify.reading.plain_signs import Flat

WORTH = re.compile(
    r"\b(?:pays? off|loses?|wins?|cheaper|dearer|worth(?:while)?|beats?|better off|faster|fewer|less)\b", re.I
)
MEASURED = re.compile(
    r"\b(?:measured?|laptop|machine|GPU|CPU|in practice|timed|timings?|wall[- ]clock|ran|run ?times?|experiment\w*|my (?:code|notebook|implementation))\b",
    re.I,
)
STAR = re.compile(
    r"(?<![A-Za-z])(?P<n>[NnT])\s*(?:\^\s*(?:\\star|\\ast|\*|⋆|∗)|[⋆∗*](?=\s?[=<>≈→≤≥ ])|_\s?(?:0|be|eq|c|cross|even|\*)(?![A-Za-z]))"
)
BELOW = re.compile(
    r"\b(?:below|under|beneath|short of|before|up to|until|shorter than|smaller than|less than|fewer than|shorter|smaller|short (?:sequences?|texts?|inputs?|lengths?)|small [NnT]\b)|(?<![\w^])[NnT]\s*(?:<|≤|≪)|\bfor short\b",
    re.I,
)
ABOVE = re.compile(
    r"\b(?:above|beyond|over|past|after|longer than|larger than|greater than|more than|exceeds?|longer|larger|long (?:sequences?|texts?|inputs?|lengths?)|large [NnT]\b|from (?:there|then|here) on)|(?<![\w^])[NnT]\s*(?:>|≥|≫)|\bfrom\b[^.;,]{0,25}\bon(?:wards?)?\b",
    re.I,
)
BY_FORMULA = re.compile(
    rf"(?<![\w^])[NnT]\s*(?:is |are |becomes |gets )?(?P<how><|≤|>|≥|(?:much )?(?:larger|greater|more|longer|smaller|less|shorter) than|above|below|under|over|exceeds)\s*(?P<right>{SIDE})(?![\w^])"
)
OF_LENGTH = re.compile(
    r"^\W*(?:the |this |that |these |those |its |it\b|N\b|n\b|T\b|break|cross|length|point|threshold|lengths|tie|there\b|then\b|here\b|388)",
    re.I,
)
AT = re.compile(
    r"(?<![\w^])[NnT]\s*=\s*(?P<n>\d[\d,]*)|\b(?:sequences?|texts?|inputs?|prompts?)\s+(?:of|with)\s+(?:length )?(?P<of>\d[\d,]*)(?: tokens)?|\b(?:at|for|with)\s+(?P<tokens>\d[\d,]*) (?:tokens|positions)"
)
HERE = re.compile(
    r"\bat (?:this|that|the given|our) (?:sequence )?length\b|\b(?:at|for|with) (?:these|the given|our) (?:sizes|numbers|values)\b",
    re.I,
)
BOUND = re.compile(
    r"(?:[NnT]\s*(?P<sign><|≤|≪|>|≥|≫)\s*|\b(?:below|under|up to|until|above|beyond|over|past|from|exceeds|longer than|shorter than|more than|fewer than)\s+(?:a length of |about )?(?:[NnT]\s?=\s?)?)(?P<value>\d[\d,]*)(?![\d.,]*\d|\s?[%·×])"
)
CHEAP = re.compile(
    r"\b(?:cheaper|less (?:expensive|costly|work|dear)|(?:needs?|takes?|costs?|uses?|has|have|requires?) (?:\w+ )?(?:fewer|less)|fewer (?:multiplications|products|operations)|faster|quicker|the better (?:choice|option|method|one|way)|wins?|won|ahead|preferable|pays? off|worth(?:while| it)?|beats?|outperforms?|more efficient|undercuts?|profitable|saves? (?:work|multiplications|time))\b",
    re.I,
)
DEAR = re.compile(
    r"\b(?:dearer|more (?:expensive|costly)|costlier|slower|(?:needs?|takes?|costs?|uses?|requires?) (?:\w+ )?more|loses?|worse|less efficient|the worse (?:choice|option)|not worth)\b",
    re.I,
)
PIECES = re.compile(
    r";\s|,\s(?=(?:below|above|beyond|under)\b)|,\s(?:and|but|while|whereas|so|hence|although)\s|\s(?:but|while|whereas)\s|\.\s|:\s|\s(?:and)\s(?=(?:for|below|above|beyond|at|from|more at|fewer at|less at)\b)"
)
PRONOUN = re.compile(r"\b(?:they|it|them|these|the latter|this one|that one|the features)\b", re.I)
MORE = re.compile(r"\b(?:times|factor|%|percent|half|twice|third|quarter)\b|\d\s?[x×]", re.I)


def rival_claims(flat: Flat, around: Surroundings) -> Iterator[Spanned]:
    """(start, end, ruling) of everything that a sentence says of two counts, in flattened text."""
    plain = STAR.sub(lambda found: found.group("n").ljust(len(found.group())), flat.text)
    text, places = in_digits(plain, range(len(plain) + 1))
    last = re.split(r"(?<=[a-z0-9)])[.!?]\s", around.before.strip())[-1]
    about = f"{around.before[-400:] if plain != flat.text or GROWS.search(text) else last} {text}"
    starred = plain != flat.text  # N* is the length at which two counts are equal
    if MEASURED.search(text) or not (
        starred or EVEN.search(about) or WORTH.search(about) or RATIO_NAMED.search(text)
    ):
        return
    contests = contests_in(text, around)
    if not contests:
        return
    taken: list[tuple[int, int]] = []
    for maker in (even_formulas, even_lengths, even_limits, even_changes, ratio_changes, winners):
        for start, end, judged in maker(text, last, contests, around):
            if not any(a < end and start < b for a, b in taken):
                taken.append((start, end))
                yield places[start], places[end], judged


@dataclass(frozen=True)
class _Where:
    """Where a clause speaks of: below (−1) or above (+1) a length, or at one; None is the length at which they are even."""

    side: int
    length: Fraction | None
    exactly_from: bool = False


def winners(text: str, last: str, contests: Sequence[Contest], around: Surroundings) -> Iterator[Spanned]:
    """`below the break-even length softmax is cheaper`, `a sequence of 1000 tokens is still cheaper with softmax`."""
    start = 0
    owner: str | None = None
    for cut in [*PIECES.finditer(text), None]:
        end = cut.start() if cut is not None else len(text)
        piece = text[start:end]
        where = _where(piece, f"{last} {text[:start]}", contests, around)
        winner = _winner(piece, text[:start], owner)
        named = list(NAMES.finditer(piece))
        if named:
            owner = "softmax" if named[0].group("softmax") else "other"
        if where is not None and winner is not None and not MORE.search(piece):
            judged = _won(where, winner, text, start, contests, around)
            if judged is not None:
                lead = len(piece) - len(piece.lstrip(" ,;:"))
                yield start + lead, end, judged
        start = cut.end() if cut is not None else end


def _where(piece: str, before: str, contests: Sequence[Contest], around: Surroundings) -> _Where | None:
    by_formula = BY_FORMULA.search(piece)
    if by_formula is not None and is_even_length(by_formula.group("right"), contests, around):
        return _Where(
            -1 if re.search(r"<|≤|smaller|less|shorter|below|under", by_formula.group("how")) else 1, None
        )
    bound = BOUND.search(piece)
    if bound is not None:
        value = Fraction(bound.group("value").replace(",", ""))
        below = bound.group("sign") in {"<", "≤", "≪"} or re.match(
            r"below|under|up to|until|shorter|fewer", bound.group(), re.I
        )
        first = bool(re.search(r"\bonly\b", piece[: bound.end()], re.I)) and not below
        return _Where(-1 if below else 1, value, first)
    at = AT.search(piece)
    if at is not None:
        value = Fraction(next(group for group in at.groups() if group).replace(",", ""))
        return _Where(0, value)
    length = dict(around.sizes).get("N") if HERE.search(piece) else None
    if length is not None:
        return _Where(0, length)
    below, above = BELOW.search(piece), ABOVE.search(piece)
    found = below or above
    if found is None or (below and above):
        return None
    general = re.search(
        r"\b(?:short|long|small|large|shorter|longer) (?:sequences?|texts?|inputs?|lengths?|[NnT]\b)",
        found.group(),
        re.I,
    )
    follows = OF_LENGTH.match(piece[found.end() :])
    if not general and not follows and not re.search(r"\bthere\b|\bthen\b", found.group()):
        return None
    if not (general or EVEN.search(f"{before} {piece}") or re.search(r"(?<![\w^])[NnT]\b", piece)):
        return None
    return _Where(-1 if below else 1, None)


def _winner(piece: str, before: str, owner: str | None) -> str | None:
    """Who is said to be cheaper: "softmax" or "other"."""
    cheap, dear = CHEAP.search(piece), DEAR.search(piece)
    found = dear if dear is not None and (cheap is None or dear.start() <= cheap.start()) else cheap
    if found is None or (cheap and dear and cheap.start() != dear.start() and "than" not in piece):
        return None
    wins = found is cheap
    named = [(one.start(), "softmax" if one.group("softmax") else "other") for one in NAMES.finditer(piece)]
    than = piece.find(" than ", found.end())
    ahead = [who for at, who in named if at < found.start()]
    behind = [who for at, who in named if at >= found.end() and (than < 0 or at < than)]
    against = [who for at, who in named if than >= 0 and at > than]
    beaten = (
        [who for at, who in named if at >= found.end()]
        if re.match(r"beats?|outperforms?|undercuts?", found.group(), re.I)
        else []
    )
    if ahead:
        who = ahead[-1] if len(set(ahead)) == 1 else None
    elif beaten or against:
        other = (beaten or against)[0]
        who = "other" if other == "softmax" else "softmax"
    elif behind:
        who = behind[0]
    elif PRONOUN.search(piece[: found.start()]) or re.match(r"\W*(?:more|fewer|less)\b", piece):
        told = {"softmax" if one.group("softmax") else "other" for one in NAMES.finditer(before)}
        who = (
            next(iter(told))
            if len(told) == 1
            else owner
            if re.match(r"\W*(?:more|fewer|less)\b", piece)
            else None
        )
    else:
        who = None
    if who is None:
        return None
    return who if wins else ("other" if who == "softmax" else "softmax")


def _won(
    where: _Where, winner: str, text: str, start: int, contests: Sequence[Contest], around: Surroundings
) -> Judged | None:
    sizes = around.sizes_until(text, start)
    if where.length is None:
        right = (winner == "softmax") == (where.side < 0)
        says = "softmax attention grows like N² and the other way like N, so that softmax is cheaper below the length at which they are even and the other above it"
        return _ruling(right, says, {"below": "softmax", "above": contests[0].way.name})
    lengths = [one for one in (contest.length(sizes) for contest in contests) if one is not None]
    if not lengths:
        return None
    even = lengths[0]
    says = f"{contests[0].softmax} and {contests[0].other} are equal at N = {shown(even)}, softmax is cheaper below and the other above"
    truths = []
    for one in lengths:
        if where.side == 0:
            truths.append(where.length != one and (winner == "softmax") == (where.length < one))
        elif where.side < 0:
            truths.append(winner == "softmax" and where.length <= one + 1)
        else:
            enough = winner == "other" and where.length + 1 > one
            truths.append(enough and (not where.exactly_from or abs(where.length - one) <= 1))
    if (
        where.side
        and not any(truths)
        and (winner == "softmax") == (where.side < 0)
        and not where.exactly_from
    ):
        return None  # true of a part of the lengths
    if len(set(truths)) > 1:
        return verified(Kind.ARITHMETIC, says, Method.COUNT) if truths[0] and contests[0].own else None
    return _ruling(truths[0], says, {"break-even": shown(even), "stated": shown(where.length)})


def _ruling(right: bool, says: str, witness: dict[str, object]) -> Judged:
    if right:
        return verified(Kind.ARITHMETIC, says, Method.COUNT)
    return refuted(Kind.ARITHMETIC, says, Method.COUNT, witness)


__all__ = ["rival_claims"]
