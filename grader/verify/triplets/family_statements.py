# ruff: noqa: E501 -- a pattern stays on one line
"""What a sentence states of all the triplets of an example: how many are of a sort, their losses in order, means, sums, shares."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, Spanned, refuted, verified
from grader.verify.reading.numerals import value_of
from grader.verify.triplets.embeddings import Anchor, Family, Triplet, plain
from grader.verify.triplets.example import Example
from grader.verify.triplets.phrases import (
    NUMBER,
    PREDICATE,
    Stated,
    compared,
    numbers_at,
    sort_of,
    value_after,
)
from grader.verify.triplets.triplet_items import Item, items_in

Margins = Sequence[tuple[int, int, Fraction]]
_N = rf"(?:{NUMBER})(?![\d°%]|\.\d|\s?[·*/×^])"
_SEPARATOR = r"(?:\s?[,;]\s?(?:and\s+)?|\s+and\s+)"
FEWEST = 2  # one triplet has no mean

# -- statements ----------------------------------------------------------------------------------------------------


def family_statements(text: str, example: Example, margins: Margins, before: str) -> Iterator[Spanned]:
    """(start, end, ruling) of each statement about the triplets in scope; `before` is the block's text up to it."""
    family = example.family
    if family is None or len(family.triplets) < FEWEST:
        return
    yield from _counts(text, example, family, margins)
    yield from _listed_sorts(text, example, margins)
    yield from _listed_losses(text, example, family, margins, before)
    yield from _means(text, example, family, margins, before)
    yield from _shares(text, example, family, margins)
    batch = family if family.whole else example.batch.family
    if batch is not None:
        yield from _batch_hard(text, example, batch, margins, before)


def margins_at(text: str, example: Example, margins: Margins, place: int) -> tuple[Fraction, ...]:
    """The margin that a statement at a place goes by, then those that it may go by as well."""
    before = [value for start, _, value in margins if start <= place]
    behind = [value for start, _, value in margins if start > place and not re.search(r"[.;]\s", text[place:start])]  # fmt: skip
    if before:
        return (before[-1],)
    if behind:
        return (behind[0],)
    return (example.margin, *example.other_margins)


_MANY = r"(?P<many>\d{1,7}|no|none|neither|all|only one|exactly one|just one|a single)"
_OF = r"(?: (?:two|three|four|five|six|seven|eight|nine|ten|\d+)(?= (?:triplets|negatives|of|ones|are)))?(?: of (?:the|these|those|its|all|our|them|this batch's)(?: (?P<of>\d{1,7}))?)?"
_WHAT = r"(?: (?:valid|ordered|possible|such|distinct|candidate))*(?: (?P<what>triplets?|negatives?|ones?|terms?|anchors?|losses|hinges))?"
_WHERE = r"(?: (?:of|in|from) (?:the|this|our|its|my) (?:batch|example|table|list|toy batch|anchor))?"
COUNTED = re.compile(rf"(?<![\w.,/=-])(?<!= ){_MANY}{_OF}{_WHAT}{_WHERE}(?: (?:that|which|whose),?)?(?: (?:is|are|were|was|be|have|has|with|turns? out|come out|remain|stay|count as|to be|then|still|also|here|now|already|would))*\s(?:{PREDICATE.pattern})", re.I)  # fmt: skip
NUMBERED = re.compile(r"(?:\b(?:no|nos|numbers?|triplets?|rows?|case|T)\.?|#)\s?$", re.I)
SOME = re.compile(r"\b(?:at least|at most|about|roughly|around|more than|fewer than|less than|up to|almost|nearly|usually|often|training|epoch\w*|network|after|per (?:batch|step)|paper|if one|random)\b", re.I)  # fmt: skip


def _counts(text: str, example: Example, family: Family, margins: Margins) -> Iterator[Spanned]:
    for found in COUNTED.finditer(text):
        many = found.group("many").lower()
        sort = sort_of(found)
        clause = text[_clause(text, found.start()) : found.end()]
        if SOME.search(clause) or re.match(r"\s?(?:pairs?|mining)\b", text[found.end() :]):
            continue
        if many == "all" and not found.group("what") and re.fullmatch(r"all\s\S+", found.group(), re.I):
            continue  # "the sum of all active triplets" names them
        here = _of_anchor(text, found.start(), family) or family
        what = (found.group("what") or "").lower()
        if what.startswith("anchor") or NUMBERED.search(text[: found.start()]):
            continue
        if many.isdigit() and many != "1" and re.match(r"\d+ (?:is|has|was)\b", found.group()):
            continue  # "no. 2 is semi-hard"
        if what.startswith("negative") and len(here.anchors) > 1:
            continue
        margin, *others = margins_at(text, example, margins, found.start())
        total = int(found.group("of")) if found.group("of") else None
        named = re.match(r"all (two|three|four|five|six|\d+)\b", text[found.start("many") :], re.I)
        if named is not None and value_of(named.group(1)) != len(here.triplets):
            continue  # "all four are hard" speaks of those that were named
        stated = _stated_count(many, len(here.triplets))
        exact = len(here.of_kind(sort, margin))
        alternatives = {len(here.of_kind(sort, other)) for other in others}
        if sort == "hard":
            alternatives |= {len(here.of_kind("active", one)) for one in (margin, *others)}
        says = f"{exact} of {len(here.triplets)} triplets {'are' if exact != 1 else 'is'} {sort} with margin {plain(margin)}"
        if total is not None and total != len(here.triplets):
            continue
        if stated == exact:
            yield found.start(), found.end(), verified(Kind.ARITHMETIC, says, Method.COUNT)
        elif stated not in alternatives:
            shown = [f"({one.anchor}, {one.positive}, {one.negative})" if one.positive and one.anchor else f"d(a,n) = {plain(one.n)}" for one in here.of_kind(sort, margin)[:6]]  # fmt: skip
            witness = {"margin": float(margin), sort: shown, "stated": stated}
            yield found.start(), found.end(), refuted(Kind.ARITHMETIC, says, Method.COUNT, witness)


def _stated_count(many: str, total: int) -> int:
    if many == "all":
        return total
    return 0 if many in {"no", "none", "neither"} else 1 if not many.isdigit() else value_of(many)


def _clause(text: str, place: int, cut: str = r"[;:.,(]\s|\band\b|\bbut\b") -> int:
    return max((one.end() for one in re.finditer(cut, text[:place])), default=0)


OF_ANCHOR = re.compile(r"\b(?:for|of|with|at) (?:the )?(?:anchor )?(?P<name>[A-Za-z](?:_?\w{1,3})?|\d{1,2})\b[^.;]{0,25}$")  # fmt: skip


def _of_anchor(text: str, place: int, family: Family) -> Family | None:
    """The triplets of the one anchor of which a clause speaks."""
    found = OF_ANCHOR.search(text[_clause(text, max(place - 1, 0)) : place]) or OF_ANCHOR.search(text[:place])
    if found is None:
        return None
    anchor = family.anchor(found.group("name").replace("_", ""))
    return Family((anchor,)) if anchor is not None else None


FORWARD = re.compile(
    r"^(?:\s(?:ones?|negatives?|triplets?))?(?:\s(?:are|is|here|would be|being|then|among them))*\s*(?:[:=,]|→)?\s*(?:just |only |exactly |the (?:ones?|negatives?) at |at |those at )?$"
)


def _listed_sorts(text: str, example: Example, margins: Margins) -> Iterator[Spanned]:
    """`semi-hard: 0.55 and 0.68`, `the hard negatives are n_1 and n_4`."""
    items = list(items_in(text, example))
    for found in PREDICATE.finditer(text):
        if not found.group("sort"):
            continue
        after = [item for item in items if item.start >= found.end()]
        listed: list[Item] = []
        at = found.end()
        for item in after:
            gap = text[at : item.start]
            if not (FORWARD.match(gap) if not listed else re.fullmatch(r"\s*(?:,|and|, and|&)\s*", gap)):
                break
            listed.append(item)
            at = item.end
        # "0.45 is hard, 0.55 semi-hard": the list belongs to the next sort
        if not listed or re.match(r"\s*(?:\b(?:is|are|being|both)\b\s*)*(?:semi-?\s?hard|hard|easy)\b|\s*(?:is|are|has|have|gives?)\b|\s*[:→]", text[at:], re.I):  # fmt: skip
            continue
        if re.search(r"\d(?:\)|:)?[ ]*(?:is|are|,|:)?[ ]*(?:a |an )?$", text[: found.start()]):
            continue
        margin, *others = margins_at(text, example, margins, found.start())
        sort = sort_of(found)
        triplets = [item.view.triplet for item in listed if item.view.triplet is not None]
        wrong = [one for one in triplets if one.kind(margin) != sort]
        known = len(triplets) == len(listed)
        if not known or (sort == "hard" and any(one.kind(margin) != "easy" for one in wrong)):
            continue
        says = "; ".join(
            f"{plain(one.n)} against {plain(one.p)} with margin {plain(margin)} is {one.kind(margin) or 'on the border to hard'}"
            for one in (wrong or triplets)[:3]
        )
        if not wrong:
            yield found.start(), at, verified(Kind.DEFINITION, says, Method.COUNT)
        elif not any(all(one.kind(other) == sort for one in triplets) for other in others):
            one = wrong[0]
            witness = {"d(a,p)": float(one.p), "d(a,n)": float(one.n), "margin": float(margin), "kind": one.kind(margin) or "none"}  # fmt: skip
            yield found.start(), at, refuted(Kind.DEFINITION, says, Method.COUNT, witness)


LOSSES = re.compile(rf"\b(?:losses|terms|hinges)\b(?:\s|:|=|,|\b(?:are|of|then|respectively|in order|in turn|the|come to|in this order)\b)*(?P<list>{_N}(?:{_SEPARATOR}{_N}){{1,}})", re.I)  # fmt: skip


def _listed_losses(
    text: str, example: Example, family: Family, margins: Margins, before: str
) -> Iterator[Spanned]:
    """`The losses are 0.3, 0.15, 0.05, 0 and 0`: in the order of the negatives, or of the anchors of batch-hard."""
    for found in LOSSES.finditer(text):
        stated = numbers_at(text, found.start("list"))
        for margin in margins_at(text, example, margins, found.start())[:1]:
            exact = [one.loss(margin) for one in family.triplets]
            of_hardest = BATCH_HARD.search(f"{before} {text[: found.start()]}") is not None
            if of_hardest and len(stated) == len(family.hardest):
                exact = [one.loss(margin) for one in family.hardest]
            elif len(stated) == len([one for one in exact if one]) < len(exact):
                exact = [one for one in exact if one]
            if len(stated) != len(exact):
                continue
            wrong = [
                (said, true)
                for (said, start, end), true in zip(stated, exact, strict=True)
                if abs(said - true) > _half(text[start:end])
            ]
            says = f"the losses are {', '.join(map(plain, exact))}"
            if not wrong:
                yield found.start(), found.end(), verified(Kind.ARITHMETIC, says, Method.COUNT)
            elif len(wrong) <= len(exact) / 2:
                said, true = wrong[0]
                witness = {"computed": plain(true), "stated": plain(said)}
                yield found.start(), found.end(), refuted(Kind.ARITHMETIC, f"{says}: {plain(true)}, not {plain(said)}", Method.COUNT, witness)  # fmt: skip


def _half(printed: str) -> Fraction:
    decimals = len(printed.partition(".")[2])
    return Fraction(1, 2 * 10**decimals) if decimals else Fraction(0)


LISTED_MEAN = re.compile(r"\b(?:mean|average)(?: loss)? (?:of|over) (?:the |these |both |all )*(?P<many>two|2|both|three|3|four|4)(?: losses| triplets| of them)?\s*(?:is|=|:|comes to|becomes)\s(?=[\d.])|\b(?P<both>mean|average) (?:of|over) both(?: losses)?\s*(?:is|=|:|comes to)\s(?=[\d.])", re.I)  # fmt: skip
COUNTED_OUT = {"two": 2, "both": 2, "three": 3, "four": 4}


def listed_means(text: str, example: Example) -> Iterator[Spanned]:
    """`..., so the mean of the two is 0.05`: of the losses that have just been told."""
    for found in LISTED_MEAN.finditer(text):
        many = (found.group("many") or "both").lower()
        stated = value_after(text, found.end())
        if (
            stated is None
            or stated.number is None
            or len(example.losses) != (COUNTED_OUT.get(many) or int(many))
        ):
            continue
        judged = _of(stated, example.losses, "the losses")
        if judged is not None:
            yield found.start(), stated.end, judged


# -- means, sums and shares ----------------------------------------------------------------------------------------

_WORD = r"two|three|four|five|six|seven|eight|nine|ten|twelve"
_NONZERO = r"non-?\s?zero|positive|active|violating|contributing|not zero|that are positive|with (?:a )?(?:positive|non-?zero) loss|above zero"
_MEAN_GAP = rf"(?:\s|,|:|=|≈|\(|\)|\b(?:the|of|over|all|both|these|those|this|that|its|their|it|is|are|then|loss(?:es)?|hinges?|triplets?|cases|examples|negatives?|ones?|terms?|valid|{_NONZERO}|\d{{1,6}}|in|batch|them|value|{_WORD}|comes? to|amounts? to|equals?|about|roughly|gives?|which|makes|anchors?|only|just|by|for|taken|every|rows?|here|alone|becomes?|hence|thus|so|batch-hard|batch-all)\b)*?"
MEAN = re.compile(rf"(?:\b(?P<how>mean|averaged?s?|averaging|averages)\b|(?<=[;,] )over\b(?= (?:the |all |only )))(?P<gap>{_MEAN_GAP})(?P<value>(?<![\w.])(?<!over )(?<!all )(?<!both )(?:{NUMBER})(?![\w°]|\.\d|\s?[·*×^-]\s?\d))(?!\s*(?:triplets|negatives|ones|terms|anchors|valid|positive|active|non-?zero|of the|of them|losses|%|rows|images|cases|examples|samples|points|pairs|(?:is|are)\b))", re.I)  # fmt: skip
SUM = re.compile(rf"\b(?:sum(?:s)?(?: up)?(?: of (?:the|all|these)(?: \w+)? losses)?|add up|total(?: loss)?)\b(?:\s|,|:|=|\b(?:is|to|of|are|the|then|loss(?:es)?|in all|comes?|therefore|about|hence|over all)\b)*?(?P<value>(?<![\w.])(?:{NUMBER})(?![\w°%]|\.\d|\s?[·*/×^]))(?!\s*(?:triplets|negatives|ones|terms|anchors|valid|images|pairs))", re.I)  # fmt: skip
BATCH_HARD = re.compile(r"\bbatch[- ]?hard\b|\bhardest (?:triplets?|mining)\b", re.I)
BATCH_ALL = re.compile(r"\bbatch[- ]?all\b", re.I)


def _means(text: str, example: Example, family: Family, margins: Margins, before: str) -> Iterator[Spanned]:
    for found in MEAN.finditer(text):
        opened = text[: found.start("value")].endswith("(")  # "(0.2 + 0.4)/2 = 0.3"
        stated = value_after(text, found.start("value") - opened)
        if stated is None or stated.number is None:
            continue
        if found.group("how") is None and not re.search(r"\b(?:mean|average)\b", text[: found.start()], re.I):
            continue
        clause = text[_clause(text, found.start(), r"[;.]\s") : found.end()]
        margin, *others = margins_at(text, example, margins, found.start())
        judged = _mean(stated, found.group("gap"), clause, f"{before[-300:]} {text[: found.start()]}", family, margin, others)  # fmt: skip
        if judged is not None:
            yield found.start(), stated.end, judged
    for found in SUM.finditer(text):
        stated = value_after(text, found.start("value"))
        if stated is None or BATCH_HARD.search(text) or not re.search(r"\bloss|\bterms?\b|\btheir\b|\bhinge", f"{before[-160:]} {text[: found.end()]}", re.I):  # fmt: skip
            continue
        margin, *others = margins_at(text, example, margins, found.start())
        exact, *also = (sum((one.loss(each) for one in family.triplets), Fraction(0)) for each in (margin, *others))  # fmt: skip
        judged = compared(stated, exact, "the sum of the losses", also)
        if judged is not None and example.own_family:
            yield found.start(), stated.end, judged


def _mean(
    stated: Stated, gap: str, clause: str, before: str, family: Family, margin: Fraction, others: Sequence[Fraction]
) -> Judged | None:  # fmt: skip
    every = [one.loss(margin) for one in family.triplets]
    active = [loss for loss in every if loss]
    hard = [one.loss(margin) for one in family.hardest]
    numbers = [value_of(one) for one in re.findall(rf"\b(?:\d{{1,6}}|{_WORD})\b(?!\.\d)", gap, re.I)]
    many = numbers[0] if numbers else None
    if BATCH_HARD.search(clause) or (re.search(r"\banchors?\b", gap) and len(family.anchors) > 1):
        if many is not None and many != len(hard):
            return None
        return _of(stated, hard, "batch-hard's terms")
    if re.search(_NONZERO, gap, re.I):
        return _of(stated, active, "the positive losses") if many in {None, len(active)} else None
    if many is not None:
        if many == len(every):
            return _of(stated, every, "all losses")
        return _of(stated, active, "the positive losses") if many == len(active) else None
    if re.search(r"\b(?:all|every|valid)\b", gap, re.I):
        return _of(stated, every, "all losses")
    if re.search(r"\btheir\b|\bthese\b|\bthose\b|\bthem\b", f"{before[-8:]}{gap}", re.I) and re.search(_NONZERO, before[-90:], re.I):  # fmt: skip
        return _of(stated, active, "the positive losses")
    if not re.search(r"\bloss|\bterm|\bhinge|\btriplet", f"{before[-120:]} {gap}", re.I):
        return None
    alternatives = [
        sum(losses, Fraction(0)) / many
        for other in others
        if (losses := [one.loss(other) for one in family.triplets])
        for many in {len(every), max(sum(1 for one in losses if one), 1)}
    ]
    of_active = _of(stated, active, "the positive losses") if active else None
    of_all = _of(stated, every, "all losses", alternatives)
    if of_active is not None and of_active.ruling == "verified":
        return of_active
    return of_all


def _of(
    stated: Stated, losses: Sequence[Fraction], what: str, others: Sequence[Fraction] = ()
) -> Judged | None:
    if not losses:
        return None
    exact = sum(losses, Fraction(0)) / len(losses)
    return compared(stated, exact, f"the mean of {what}, {' + '.join(map(plain, losses[:8]))}{' + …' if len(losses) > 8 else ''} over {len(losses)},", others)  # fmt: skip


SHARE = re.compile(r"\b(?:share|fraction|proportion|part|percentage|portion)\b(?P<between>(?:[^.;\d=]|[<>] ?0){0,60}?)(?:\s*(?:=|:)\s*|\s(?:is|are|of|comes to|equals|makes)\s)(?P<near>about |roughly )?(?=[\d½])", re.I)  # fmt: skip
ACTIVE_SHARE = re.compile(r"\b(?:active|positive|non-?zero|violat\w+|contribut\w+|ℓ ?> ?0|loss ?> ?0)\b|ℓ ?> ?0|L ?> ?0", re.I)  # fmt: skip


def _shares(text: str, example: Example, family: Family, margins: Margins) -> Iterator[Spanned]:
    """`the share of triplets with a positive loss is 3/4`, `batch-all gives 0.52 with a fraction of 0.25`."""
    for found in SHARE.finditer(text):
        stated = value_after(text, found.end())
        between = found.group("between")
        named = PREDICATE.search(between)
        all_of = BATCH_ALL.search(text[: found.start()]) is not None
        if stated is None or stated.number is None or re.search(r"pairs|accepted|images", between):
            continue
        beside = re.search(r"\b(?:active|non-?zero) $", text[: found.start()], re.I) is not None
        if named is None and not beside and not ACTIVE_SHARE.search(between) and not all_of:
            continue
        sort = sort_of(named) if named is not None else "active"
        margin, *others = margins_at(text, example, margins, found.start())
        count = len(family.triplets)
        told = re.match(r"\d+\s?/\s?(\d+)", text[stated.start :])
        if told is not None and int(told.group(1)) > count:
            continue  # of more triplets than these
        exact, *also = (Fraction(len(family.of_kind(sort, one)), count) for one in (margin, *others))
        judged = compared(stated, exact, f"{len(family.of_kind(sort, margin))} of {count} triplets", also)
        if judged is not None:
            yield found.start(), stated.end, judged
    for found in BATCH_ALL.finditer(text):
        gap = re.compile(r"(?:\s(?:loss|mining|version|variant|mean))?(?:\s*[=:]\s*|\s(?:is|gives|yields|comes to|reports|equals)\s)(?:a loss of |the loss )?").match(text, found.end())  # fmt: skip
        stated = value_after(text, gap.end()) if gap is not None else None
        if stated is None or stated.number is None:
            continue
        margin = margins_at(text, example, margins, found.start())[0]
        every = [one.loss(margin) for one in family.triplets]
        active = [loss for loss in every if loss]
        first = _of(stated, active, "the positive losses")
        judged = first if first is not None and first.ruling == "verified" else _of(stated, every, "all losses", [sum(active, Fraction(0)) / len(active)] if active else ())  # fmt: skip
        if judged is not None:
            yield found.start(), stated.end, judged


# -- batch-hard ----------------------------------------------------------------------------------------------------

_NAME = r"[A-Za-z](?:_?\w{1,3})?(?![\w(])"
_NAMES = rf"{_NAME}(?:{_SEPARATOR}{_NAME})*"
TERM_OF = re.compile(
    rf"\b(?:terms?|loss(?:es)?|hinges?) (?:of|for) (?:the )?(?:anchors? )?(?P<names>{_NAMES})\s(?:is|are|=|equals?|both|all|vanish|each)(?= |$)"
    rf"|\b(?:for|at|anchor) (?:the )?(?:anchors? )?(?P<names2>{_NAMES}),? (?:the )?(?:batch-hard )?(?:term|loss|it|hinge)s? (?:is|are|=|equals?)(?= )"
)
ITS_LOSS = re.compile(r"\bbatch[- ]?hard(?: loss| mean| version| variant| mining)?(?:\s*[=:]\s*|\s(?:is|gives|yields|comes to|has|equals|also gives|averages(?: to)?)\s)(?:a loss of |the (?:mean )?loss (?:is )?)?", re.I)  # fmt: skip
HARDEST = re.compile(r"\b(?P<far>hardest|farthest|furthest|most distant) (?P<p>positive)s?\b|\b(?:hardest|nearest|closest|most similar) (?P<n>negative)s?\b", re.I)  # fmt: skip


def _batch_hard(
    text: str, example: Example, family: Family, margins: Margins, before: str
) -> Iterator[Spanned]:
    spoken_of = BATCH_HARD.search(f"{before} {text}") or re.search(r"\bhardest\b", f"{before} {text}")
    if spoken_of and len(family.anchors) > 1:
        yield from _terms(text, example, family, margins)
    for found in ITS_LOSS.finditer(text):
        stated = value_after(text, found.end())
        if stated is None or stated.number is None:
            continue
        margin, *others = margins_at(text, example, margins, found.start())
        hard = [one.loss(margin) for one in family.hardest]
        judged = _of(
            stated, hard, "batch-hard's terms", [_mean_of(family.hardest, other) for other in others]
        )
        if judged is not None:
            yield found.start(), stated.end, judged
    for found in HARDEST.finditer(text):
        anchor = _anchor_before(text, found.start(), family)
        if anchor is None or anchor.hardest is None:
            continue
        yield from _hardest(text, found, anchor, anchor.hardest)


def _mean_of(triplets: Sequence[Triplet], margin: Fraction) -> Fraction:
    return sum((one.loss(margin) for one in triplets), Fraction(0)) / max(len(triplets), 1)


def _terms(text: str, example: Example, family: Family, margins: Margins) -> Iterator[Spanned]:
    """`the terms of e_1 and e_4 are 0; for e_2 it is 0.52`."""
    for found in TERM_OF.finditer(text):
        listed = found.group("names") or found.group("names2")
        names = [one.replace("_", "") for one in re.split(_SEPARATOR, listed)]
        anchors = [family.anchor(name) for name in names]
        stated = value_after(text, found.end())
        if "vanish" in found.group():
            continue
        if (
            stated is None
            or stated.number is None
            or any(one is None or one.hardest is None for one in anchors)
        ):
            continue
        margin, *others = margins_at(text, example, margins, found.start())
        hardest = [one.hardest for one in anchors if one is not None and one.hardest is not None]
        rulings = [
            compared(stated, one.loss(margin), f"batch-hard's term of {one.anchor}, {one.shown(margin)},", [one.loss(other) for other in others])
            for one in hardest
        ]  # fmt: skip
        wrong = [one for one in rulings if one is not None and one.ruling == "refuted"]
        if wrong:
            yield found.start(), stated.end, wrong[0]
        elif rulings and all(one is not None for one in rulings) and rulings[0] is not None:
            yield found.start(), stated.end, rulings[0]


def _anchor_before(text: str, place: int, family: Family) -> Anchor | None:
    if len(family.anchors) == 1:
        return family.anchors[0]
    named = [anchor for found in re.finditer(_NAME, text[max(0, place - 40) : place]) if (anchor := family.anchor(found.group().replace("_", "")))]  # fmt: skip
    behind = re.compile(r"[^.;,]{0,24}? (?:of|for) (?:the )?(?:anchor )?(?P<name>[A-Za-z]_?\w{0,3})\b").match(text, place)  # fmt: skip
    if behind is not None and (anchor := family.anchor(behind.group("name").replace("_", ""))) is not None:
        return anchor
    return named[-1] if named else None


def _hardest(text: str, found: re.Match[str], anchor: Anchor, true: Triplet) -> Iterator[Spanned]:
    """`its hardest positive is e_1 at 0.4`: the point or its distance."""
    positive = bool(found.group("p"))
    far, name = (true.p, true.positive) if positive else (true.n, true.negative)
    which = "farthest positive" if positive else "nearest negative"
    gap = re.compile(r"(?:\s(?:of|for) (?:the )?(?:anchor )?[A-Za-z]_?\w{0,3})?(?:\s|,|:|=|\(|\b(?:is|are|the|one|lies|at|has|with|distance|squared|of|a|has the distance)\b)*").match(text, found.end())  # fmt: skip
    at = gap.end() if gap is not None else found.end()
    others = dict(anchor.positives if positive else anchor.negatives)
    said = re.compile(_NAME).match(text, at)
    if said is not None and said.group().replace("_", "") in others:
        stated_name = said.group().replace("_", "")
        says = f"the {which} of {anchor.name or 'the anchor'} is {name} at {plain(far)}"
        if others[stated_name] == far:
            yield found.start(), said.end(), verified(Kind.DEFINITION, says, Method.COUNT)
        else:
            witness = {name: plain(far), stated_name: plain(others[stated_name])}
            yield found.start(), said.end(), refuted(Kind.DEFINITION, says, Method.COUNT, witness)
        return
    stated = value_after(text, at)
    if stated is not None and stated.number is not None:
        judged = compared(stated, far, f"the distance of the {which}")
        if judged is not None:
            yield found.start(), stated.end, judged


__all__ = ["family_statements", "listed_means", "margins_at"]
