# ruff: noqa: E501 -- a pattern stays on one line
"""What a text says of votes that it has counted by class: who wins, with which share, by an absolute majority or not, and how many are right."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, Spanned, refuted, verified
from grader.verify.depth.circumstances import elsewhere
from grader.verify.depth.polls import VOTERS, Poll, plain_class
from grader.verify.depth.stated_values import VALUE, Stated, judged, stated_of, value_after

_CLASS = r"[\"'‘“`]?(?P<name>(?:class )?[A-Za-z][A-Za-z_-]{0,14}|(?:class )?\d{1,2})[\"'’”`]?(?!\w)"
_DECIDES = r"(?:says?|said|answers?|predicts?|votes?(?: for)?|goes to|went to|is|was|decides? (?:for|on|in favour of)|chooses?|picks?|outputs?|gives|returns|falls on|favours?|ends up (?:as|with|at)|comes out as|agrees? on|becomes|:|=|→)"
WINNER = (
    re.compile(rf"\b(?:probe|vote|votes|k-?NN(?: classifier| probe)?|classifier|neighbours|ensemble|result|(?:probe['’]s |final |predicted |consensus |winning |majority |plurality |most (?:common|frequent|voted) |most )*(?:prediction|answer|decision|class|label|winner|majority|plurality|consensus|vote|votes))\s+(?:itself |then |thus |therefore |hence |so |still |here |of the (?:probe|ensemble|networks|neighbours) )*{_DECIDES}\s*(?:(?:for|the|class|an?|again|then|clearly|to)\s+)*{_CLASS}", re.I),
    re.compile(rf"(?<![\w-])(?:the )?{_CLASS}\s+(?:therefore |then |thus |still |clearly |narrowly |hence |again )*(?:wins?\b|won\b|prevails\b|leads\b|(?:is|are|becomes|would be|was) (?:therefore |then |thus |hence )*(?:the )?(?:winner|winning class|consensus(?: class| label)?|majority (?:class|vote)|predicted(?: class)?|plurality class|chosen|prediction|answer|most (?:common|frequent)(?: class)?)\b|(?:get|gets|has|have|receives?|got) (?:the )?most votes\b|comes? (?:out )?(?:on top|first)\b|takes it\b|carries the vote\b)", re.I),
)  # fmt: skip
ABOVE = r"(?:an? |the |with an? |has an? )?(?:absolute|strict|outright|true|real) majority|majority of (?:all |the )?(?:votes|neighbou?rs|networks)|(?:more|over|above|greater) than (?:one )?half|(?:over|above) half|more than 50 ?%|over 50 ?%"
BELOW = r"(?:less|fewer) than (?:one )?half|below half|under half|(?:not even|short of|no) half|less than 50 ?%|(?:only|merely|just|a mere|nothing but) (?:with )?(?:an? )?(?:plurality|relative majority)|(?:plurality|relative majority) only|not a majority"
EXACTLY = r"(?:exactly|precisely) (?:one )?half|half of (?:the|all(?: the)?) (?:\d+ )?(?:votes|neighbou?rs|networks)"
SECOND = re.compile(r"\brunner-?up\b|\bsecond (?:class|place|one|best|most)\b|\bnext\b", re.I)
OTHER_CLASS = re.compile(
    r"\b(?:third|last|smallest|least|others?|rest|remaining|each|together|both|losers?)\b", re.I
)
MAJORITY = re.compile(
    rf"(?P<above>\b(?:{ABOVE})\b)|(?P<below>\b(?:{BELOW})\b)|(?P<exactly>\b(?:{EXACTLY})\b)", re.I
)
NEGATED = re.compile(
    r"\b(?:no|not|never|none|without|neither|nobody|lacks?|misses|falls short of|fails to (?:have|reach|get)|short of)\b[^.;,]{0,30}$|n['’]t\b[^.;,]{0,30}$",
    re.I,
)
GENERAL = re.compile(
    r"\b(?:need(?:s|ed)?|requires?|would|could|can|may|might|must|always|if|in general|never|any|enough|necessary|possible|suffices?|unless|called|required|requires?)\b",
    re.I,
)
TIE = re.compile(
    r"\b(?:an? |it is an? |it['’]s an? |ends in an? |there is an? |no )?(?:tie\b|draw\b|tied\b)(?:\s+(?:between|of|for)\b[^.;]{0,40})?",
    re.I,
)
MARGIN = re.compile(
    r"\b(?:wins?|won|leads?|ahead|lead|margin|beats?|prevails)\b[^.;\d]{0,40}?\b(?:by|of|is|over)\s+(?:only |just |a margin of |a lead of )?(?P<many>\d{1,4}|one|a single)\s+(?:votes?|neighbou?rs?)?",
    re.I,
)
SHARE_WORDS = re.compile(r"\b(?:shares?|fraction|proportion|part|portion|percentage)\b[^.;\d]{0,40}$", re.I)
OF_VOTES = re.compile(rf"\s*(?:of|out of) (?:the |all |all the |its |these )*(?:\d{{1,5}} )?{VOTERS}\b", re.I)
WITH_SHARE = re.compile(
    r"\b(?:with|has|have|gets?|had|wins|holds?|collects?|that is|that['’]s|i\.e\.|or|=|\()\s*(?:a (?:vote )?share of |about |roughly |only |just |exactly |a mere |some )*$",
    re.I,
)
RIGHT_ONES = re.compile(
    r"\b(?:are|is|were|was|get it|got it|gets? the label)?\s*(?:all |in fact )?(?:correct|right|accurate)\b|\baccurac(?:y|ies)\b|\bcorrect(?:ness| answers?)?\b",
    re.I,
)
WRONG_ONES = re.compile(r"\b(?:wrong|incorrect|mistaken|errors?|err)\b", re.I)
AGREES = re.compile(r"\bagree(?:s|ment|ing)?\b|\bconsistency\b|\bconsensus (?:score|rate|strength)\b", re.I)
CONSENSUS_RIGHT = re.compile(
    r"\b(?:the )?(?:consensus|ensemble|probe|majority|vote|plurality|winner|prediction)(?: class| vote| label)?\s+(?:is|was|gets? it|would be)\s+(?:therefore |thus |then |hence )?(?P<how>right|correct|wrong|incorrect|mistaken)\b",
    re.I,
)
OTHER_POLL = re.compile(
    r"\bpaper\b|\bBaldock\b|\b(?:another|a second|the other|the next|a different) (?:image|picture|probe|example|network|vote)\b|\bin (?:the paper|our run|my run)\b",
    re.I,
)
OTHER_K = re.compile(r"\bk\s*=\s*(\d+)")
HYPOTHETICAL = re.compile(r"\b(?:if|had|were|would|could|might|suppose|unless)\b", re.I)


# "Five networks vote cat, cat, dog": other votes than those that were counted
LISTS_VOTES = re.compile(r"\bvot(?:e|es|ed|ing)\b:? [a-z]+(?:, [a-z]+){2,}", re.I)


def poll_claims(text: str, start: int, poll: Poll, *, own: bool) -> Iterator[Spanned]:
    """(start, end, ruling) of what a text says of the votes from a place on; `own` if the text itself counts them.

    >>> told = Poll({"cat": 12, "dog": 11, "frog": 7}, 30)
    >>> [judged.says for *_, judged in poll_claims("The probe says dog, with an absolute majority.", 0, told, own=False)]
    ['cat has the most votes, 12 of 30: cat 12, dog 11, frog 7', '12 of 30 is not more than half']
    """
    for at, piece in _pieces(text, start, poll.total, own=own):
        if (HYPOTHETICAL.search(piece) and not (own and at == start)) or (
            not own and LISTS_VOTES.search(piece)
        ):
            continue
        made = [
            *_winners(piece, poll), *_majorities(piece, poll), *_ties(piece, poll), *_margins(piece, poll), *_shares(piece, poll), *_consensus(piece, poll),
        ]  # fmt: skip
        for begin, end, ruling in made:
            yield at + begin, at + end, ruling


def _pieces(text: str, start: int, total: int, *, own: bool) -> Iterator[tuple[int, str]]:
    at = start
    for piece in re.split(r"(?<=[!?;])(?=\s)|(?<=[\w%)]\.)(?=\s+[A-Z])", text[start:]):
        if at > start and own and elsewhere(piece):
            return
        if OTHER_POLL.search(piece) and at == start:
            at += len(piece)
            continue
        if at > start and (
            OTHER_POLL.search(piece) or any(int(one) != total for one in OTHER_K.findall(piece))
        ):
            return
        yield at, piece
        at += len(piece)


def _named(found: re.Match[str], poll: Poll) -> str | None:
    name = plain_class(found.group("name"))
    return name if name in poll.counts else None


def _winners(piece: str, poll: Poll) -> Iterator[Spanned]:
    if not poll.winners:
        return
    for pattern in WINNER:
        for found in pattern.finditer(piece):
            name = _named(found, poll)
            before = piece[: found.start()]
            if (
                name is None
                or NEGATED.search(before[-30:])
                or re.search(r"\bif\b|\btrue\b|\blabel(?:led)?\b|\bsecond\b", found.group(), re.I)
            ):
                continue
            said = poll.names.get(poll.winners[0], poll.winners[0])
            says = f"{said} has the most votes, {poll.top} of {poll.total}: {poll.shown}"
            if poll.winners == (name,):
                yield found.start(), found.end(), verified(Kind.ARITHMETIC, says, Method.COUNT)
            elif name not in poll.winners:
                witness = {"votes": poll.shown, "winner": said, "stated": found.group("name")}
                yield found.start(), found.end(), refuted(Kind.ARITHMETIC, says, Method.COUNT, witness)


def _subject(piece: str, at: int, poll: Poll) -> int | None:
    """The votes of the class that is named last before a place of its clause, else the most votes of a class."""
    before = re.split(r"[,:;]\s|\bbut\b|\bwhile\b", piece[:at])[-1]
    names = [plain_class(word) for word in re.findall(r"[A-Za-z][A-Za-z_-]*", before)]
    if SECOND.search(before):
        return (
            sorted(poll.counts.values())[-2]
            if len(poll.counts) > 1 and len(set(poll.counts.values())) == len(poll.counts)
            else None
        )
    if OTHER_CLASS.search(before):
        return None
    own = [name for name in names if name in poll.counts and name != "a"]
    if len(set(own)) > 1:
        return None
    return poll.counts[own[0]] if own else (poll.top if poll.winners else None)


def _majorities(piece: str, poll: Poll) -> Iterator[Spanned]:
    for found in MAJORITY.finditer(piece):
        clause = re.split(r"[;:]\s", piece[: found.start()])[-1]
        around = clause[-60:] + found.group() + re.split(r"[,;:]", piece[found.end() : found.end() + 25])[0]
        votes = _subject(piece, found.start(), poll)
        if (
            GENERAL.search(around)
            or votes is None
            or re.search(r"\b\d+ (?:are |is )?(?:needed|enough)", around)
        ):
            continue
        negated = NEGATED.search(clause[-45:]) is not None
        above, half = 2 * votes > poll.total, 2 * votes == poll.total
        if found.group("exactly"):
            if not re.match(r"exactly|precisely", found.group(), re.I):
                # "without having half of the votes", "not half of the votes"
                if not negated:
                    continue
                truth, says = (
                    2 * votes < poll.total,
                    f"{votes} of {poll.total} is {'less than' if 2 * votes < poll.total else 'at least'} half",
                )
            else:
                truth, says = half != negated, f"{votes} of {poll.total} is {'' if half else 'not '}half"
        elif found.group("below"):
            truth = (
                not above
                if re.search("plurality|relative|not a majority", found.group(), re.I)
                else 2 * votes < poll.total
            ) != (negated and not re.match(r"no|not", found.group(), re.I))
            says = f"{votes} of {poll.total} is {'more' if above else 'not more'} than half"
        else:
            truth, says = (
                above != negated,
                f"{votes} of {poll.total} is {'' if above else 'not '}more than half",
            )
        start = found.start()
        if truth:
            yield start, found.end(), verified(Kind.ARITHMETIC, says, Method.COUNT)
        else:
            yield (
                start,
                found.end(),
                refuted(Kind.ARITHMETIC, says, Method.COUNT, {"votes": votes, "of": poll.total}),
            )


def _ties(piece: str, poll: Poll) -> Iterator[Spanned]:
    for found in TIE.finditer(piece):
        if (
            not poll.winners
            or GENERAL.search(piece[max(0, found.start() - 50) : found.end() + 30])
            or re.search(r"tie-?break|\bties\b", piece, re.I)
        ):
            continue
        tied = len(poll.winners) > 1
        negated = bool(NEGATED.search(piece[: found.start()][-30:])) or found.group().lower().startswith(
            "no "
        )
        says = f"the most votes are {poll.top}, of {' and '.join(poll.names.get(name, name) for name in poll.winners)}: {poll.shown}"
        if tied != negated:
            yield found.start(), found.end(), verified(Kind.ARITHMETIC, says, Method.COUNT)
        else:
            yield (
                found.start(),
                found.end(),
                refuted(Kind.ARITHMETIC, says, Method.COUNT, {"votes": poll.shown}),
            )


def _margins(piece: str, poll: Poll) -> Iterator[Spanned]:
    counts = sorted(poll.counts.values())
    if len(counts) < 2 or poll.rest > counts[-2]:
        return
    for found in MARGIN.finditer(piece):
        word = (found.group("many") or found.group("behind")).lower()
        stated = int(word) if word.isdigit() else 1
        exact = counts[-1] - counts[-2]
        says = f"{counts[-1]} − {counts[-2]} is {exact}"
        if stated == exact:
            yield found.start(), found.end(), verified(Kind.ARITHMETIC, says, Method.COUNT)
        elif re.search(r"vote|neighbou?r", found.group()):
            yield (
                found.start(),
                found.end(),
                refuted(
                    Kind.ARITHMETIC,
                    f"{says}, not {stated}",
                    Method.COUNT,
                    {"margin": exact, "stated": stated},
                ),
            )


def _shares(piece: str, poll: Poll) -> Iterator[Spanned]:
    """Percentages, decimals and fractions of the votes, of the networks that are right, and of those that agree."""
    majorities = list(MAJORITY.finditer(piece))
    for found in VALUE.finditer(piece):
        stated = stated_of(found)
        if (
            stated is None
            or not _is_share(stated, found)
            or any(one.start() <= found.start() < one.end() for one in majorities)
            or re.match(r"\s?(?:points|more|less|higher|lower)\b|\.\d|\d", piece[found.end() :])
        ):
            continue
        before, after = piece[: found.start()], piece[found.end() :]
        clause = (
            re.split(r"[,;:]\s|\band\b|\bbut\b", before)[-1]
            + " "
            + found.group()
            + re.split(r"[,;:]|\band\b|\bbut\b", after)[0]
        )
        span = found.start(), found.end()
        about_right = RIGHT_ONES.search(clause) or WRONG_ONES.search(clause)
        if AGREES.search(clause) and not re.search(r"\blabel\b|\btruth\b", clause):
            if poll.winners:
                yield from _value(
                    stated,
                    Fraction(poll.top, poll.total),
                    f"{poll.top} of {poll.total} are for the consensus, which",
                    span,
                )
        elif about_right:
            if poll.label is None or not poll.networks:
                continue
            right = poll.counts[poll.label]
            exact = Fraction(right, poll.total)
            if WRONG_ONES.search(clause) and not RIGHT_ONES.search(clause):
                exact = 1 - exact
            yield from _value(
                stated,
                exact,
                f"{right} of {poll.total} give the true class, which"
                if exact == Fraction(right, poll.total)
                else f"{poll.total - right} of {poll.total} do not give the true class, which",
                span,
            )
        elif (
            OF_VOTES.match(after)
            or SHARE_WORDS.search(before[-60:])
            or (WITH_SHARE.search(before) and (stated.figure.percent or re.search(r"\bshare", piece)))
        ):
            votes = _subject(piece, found.start(), poll)
            if votes is not None:
                yield from _value(stated, Fraction(votes, poll.total), f"{votes} of {poll.total}", span)
    for found in re.finditer(r"\b(?:(?:mean|average|individual|single) )?accuracy\b", piece, re.I):
        told = value_after(piece, found.end())
        if (
            told is not None
            and poll.label is not None
            and poll.networks
            and 0 < told.figure.value < 1
            and not VALUE.search(piece[: found.start()])
        ):
            right = poll.counts[poll.label]
            yield from _value(
                told,
                Fraction(right, poll.total),
                f"{right} of {poll.total} give the true class, which",
                (found.start(), told.end),
            )


def _is_share(stated: Stated, found: re.Match[str]) -> bool:
    if stated.figure.percent or found.group("word"):
        return 0 <= stated.figure.value <= 1 and (found.group("word") or "").lower() not in {"zero", "none"}
    if found.group("a") or found.group("part"):
        return 0 < stated.figure.value < 1
    return 0 < stated.figure.value < 1 and "." in found.group()


def _value(stated: Stated, exact: Fraction, says: str, span: tuple[int, int]) -> Iterator[Spanned]:
    made: Judged | None = judged(stated, exact, says)
    if made is not None:
        yield *span, made


def _consensus(piece: str, poll: Poll) -> Iterator[Spanned]:
    """`the consensus is wrong` of an image whose label is told."""
    if poll.label is None or len(poll.winners) != 1:
        return
    for found in CONSENSUS_RIGHT.finditer(piece):
        if NEGATED.search(piece[: found.start()][-30:]) or re.search(r"\bimages\b|%|\boften\b", piece):
            continue
        right = poll.winners[0] == poll.label
        says = f"the most votes are for {poll.winners[0]}, and the true class is {poll.label}"
        if right == bool(re.match(r"right|correct", found.group("how"), re.I)):
            yield found.start(), found.end(), verified(Kind.ARITHMETIC, says, Method.COUNT)
        else:
            yield (
                found.start(),
                found.end(),
                refuted(
                    Kind.ARITHMETIC, says, Method.COUNT, {"winner": poll.winners[0], "label": poll.label}
                ),
            )


__all__ = ["poll_claims"]
