# ruff: noqa: E501 -- a pattern stays on one line
"""What a sentence gives and states of one triplet at a time: its distances, its loss, whether it is easy, semi-hard or hard."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, Spanned, refuted, unchecked, verified
from grader.verify.triplets.embeddings import Triplet, hinge, plain, root_of
from grader.verify.triplets.example import Example, View
from grader.verify.triplets.general_words import OTHERS, POINTS_TOLD, in_general
from grader.verify.triplets.gradient_steps import LATER, loss_after
from grader.verify.triplets.phrases import (
    NUMBER,
    PREDICATE,
    ROLES,
    compared,
    hinge_in,
    sort_of,
    value_after,
    value_at,
)
from grader.verify.triplets.triplet_items import Item, items_in

_N = rf"(?:{NUMBER})(?![\d°%]|\.\d|\s?[·*/×^])"
_GAP = r"(?:\s|,|=|:|≈|\b(?:is|are|was|lies?|lying|sits?|sitting|stands?|at|with|has|have|a|the|its|squared|euclidean|distances?|of|from|anchor|to|only|now|then|just|exactly|moved?|moves|comes?|goes|brought|pushed|pulled|closer|nearer|farther|further|away|out|in|up|down|value|about|grows|rises|shrinks|falls|drops|increases|decreases|changes|becomes|be)\b)*?"
_NOT_EXTREME = r"(?<!is )(?<!are )(?<!both )(?<!hardest )(?<!farthest )(?<!furthest )(?<!nearest )(?<!closest )(?<!hard )(?<!easiest )(?<!mean )(?<!average )"
_FULL = r"(?:‖\s?(?:f\(a\)|a|x_a|f_a)\s?-\s?(?:f\({0}\)|{0}|x_{0}|f_{0})\s?‖(?:_2)?\s?\^\s?2|[dDδ]\(\s?a\s?,\s?{0}\s?\))\s(?:is|of|at|were|was|had been|would be|equals|equalled|reaches|hits|(?:now )?(?:grows|rises|moves|shrinks|falls|drops|increases|decreases|goes|changes|becomes)(?: up| down| out| in)?(?: to)?)\s"
P_SHORT = r"(?<![\w^])(?:[dDδ]|dist)(?:_\(?(?:p|pos|\+|ap|a,p|AP)\)?|\^\+)(?!\w)"
N_SHORT = r"(?<![\w^])(?:[dDδ]|dist)(?:_\(?(?:n|neg|-|an|a,n|AN)\)?|\^-)(?!\w)"
DISTANCES = re.compile(
    rf"(?:(?P<p_short>{P_SHORT})\s*(?:=|≈|:|is|of|at)\s*|{_FULL.replace('{0}', 'p')})(?P<p_value>{_N})|(?:(?P<n_short>{N_SHORT})\s*(?:=|≈|:|is|of|at)\s*|{_FULL.replace('{0}', 'n')})(?P<n_value>{_N})"
    rf"|(?P<value>{_N})(?: squared distance)?(?: away)?(?: from the anchor)? to (?:the|its) (?:(?P<to_p>{ROLES['p']})|(?P<to_n>{ROLES['n']}))\b"
    rf"|(?P<value2>{_N})\s?\((?:its |the )?(?:(?P<in_p>{ROLES['p']})|(?P<in_n>{ROLES['n']}))\)"
    rf"|\b{_NOT_EXTREME}(?:(?P<of_p>{ROLES['p']})|(?P<of_n>{ROLES['n']}))\b(?! pairs?\b){_GAP}(?P<value3>{_N})"
    rf"|\b[Ii]f it (?:were|was|is|had been|became|moved to|went to) (?:at )?(?P<it_value>{_N})"
    rf"|\b(?:one|another|a second one|a third one|the other)(?: negative)? (?:at|with)(?: (?:a |the )?(?:squared )?(?:distance )?)?(?:of )?(?P<value4>{_N})"
    rf"|\bdistances? (?:of )?(?P<first>{_N}) and (?P<second>{_N})(?! to\b)"
    rf"|(?<![\w.])(?P<less>{NUMBER})\s*-\s*(?P<more>{NUMBER})\s*\+\s*(?P<slack>{NUMBER})(?=\s*(?:[=\])}}≈,<>≤≥]|$))"
    rf"|\b(?:with|for|at) (?P<again_p>{_N}) and (?P<again_n>{_N})(?! to\b)"
    rf"|(?:^|[.;,]\s+|\n\s*)(?P<bare>{_N})(?=\s*(?::|→|⇒|gives?|has|leads? to|costs?)\s*(?:to |an? |the )?(?:loss|ℓ|semi|hard|easy|{NUMBER}))"
    rf"|(?:^|[.;]\s+)(?P<bare_p>{_N}) and (?P<bare_n>{_N})(?=\s*(?::|→|⇒|gives?|have|has|makes?|lead)\s*(?:to )?(?:an? |the )?(?:loss|semi|hard|easy))",
    re.I,
)
LOSS = re.compile(
    r"\b(?P<bracket>bracket|inner term|hinge argument|argument of the hinge)(?: (?:before|without) clipping)?\b"
    r"|\b(?:triplet |hinge |its |their |whole )?(?:loss|hinge|term|penalty)(?:\s(?:of|for|in) (?:the |this |that |such a |its )?(?:same )?(?:triplet|one|negative|it|case))?\b(?! function| term)"
    r"|(?<![\w^_∂/])(?:ℓ|L)(?![\w(/])"
    r"|\b(?:costs?|contributes?|pays|incurs|is charged)\b|(?P<it>\bit\b(?='?s?\s))",
    re.I,
)
LOWERS = re.compile(
    r"\b(?:this|that|such a|the|which|it)(?: \w+){0,2} (?:lowers|reduces|decreases|diminishes) the (?:\w+ )?(?:sum|total|loss|mean|average)(?: (?:loss|of the losses))? by (?:about )?(?P<value>\d*\.?\d+)",
    re.I,
)
SUBJECT = re.compile(
    r"\b(?:the |this |that |such a |our |same |its )*(?:triplet|negative|stranger|image|one|it|which|this|that|what|so|case)(?: (?:at|with|of) [^,;]{1,32}?)?\s*(?:,\s*)?(?:\b(?:is|are|was|becomes?|counts? as|would be|would|be|stays?|remains?|lies?|turns?|called|considered|then|thus|hence|therefore|again|also|already|still|now|only|just|clearly|a|an|to)\b[ ,]*)+$",
    re.I,
)
AFTER_VALUE = re.compile(
    r"(?:\d|‖|\))\s*(?:[,:;(→–—⇒](?!\s*\n)|\band\b|\bis\b|\bso\b|\bhence\b)(?:\s|\b(?:is|so|thus|hence|i\.e\.|that is|it is|this is|which is|a|an|again|therefore|then|and|the|negative|triplet|is)\b|[,:(])*$",
    re.I,
)
OF_ITEM = re.compile(
    r"^(?:[ ,:(→–—]|\b(?:is|are|was|were|becomes?|become|counts? as|count as|would|be|stays?|remains?|then|thus|also|already|still|now|both|all|again|only|just|a|an|the|turns?|into|called|considered|therefore|hence|has|have|at|negatives?|triplets?|ones?|images?)\b)*$",
    re.I,
)
DEFINES = re.compile(
    r"^(?:\s?(?:negatives?|triplets?|ones?))?\s*,?\s*(?:\b(?:when|whenever|if|iff|provided|means|where|who|which|requires|satisf\w+|needs|mining|selection|sampling)\b|:?\s*[dD]\(|:?\s*‖)",
    re.I,
)
SO_DOES = re.compile(
    r"\b(?:so (?:does|do|is|are)|(?:and )?likewise|the same (?:holds|goes) for|as (?:does|is|do|are)) (?:the (?:triplet|negative)s? )?$",
    re.I,
)
DENIAL = re.compile(
    r"\b(?:not|never|neither|nor|no longer|isn't|is no)\s(?:\w+\s){0,2}$|\b(?:rather|instead of|unlike|than)\s(?:a |an )?$",
    re.I,
)


@dataclass
class Reading:
    """The reading of one sentence, from left to right."""

    text: str
    example: Example
    margins: Sequence[tuple[int, int, Fraction]]
    out: list[Spanned]
    cut: int = 0  # the end of the last event
    lately: str = "n"  # the distance that has been set last
    lossy: bool = False  # the last statement was about a loss
    said: bool = False  # this sentence has named the triplet in view, or given its distances

    def margins_at(self, place: int) -> tuple[Fraction, ...]:
        """The margin that a claim at a place goes by, then those that it may go by as well."""
        before = [value for start, _, value in self.margins if start <= place]
        behind = [value for start, _, value in self.margins if start > place and not re.search(r"[.;]\s", self.text[place:start])]  # fmt: skip
        if before:
            return (before[-1],)
        if len(behind) == 1:
            return (behind[0], self.example.margin)
        return (self.example.margin, *self.example.other_margins)


def triplet_statements(
    text: str,
    example: Example,
    margins: Sequence[tuple[int, int, Fraction]],
    settings: Sequence[tuple[int, int, View]] = (),
) -> tuple[Example, list[Spanned]]:
    """The example after a sentence, and (start, end, ruling) of what it states of single triplets.

    `settings` are the views that the sentence sets one after the other, where it sets more than one.
    """
    reading = Reading(text, replace(example, view=View()) if settings else example, margins, [])
    items = sorted(items_in(text, example), key=lambda item: item.start)
    events: list[tuple[int, int, str, re.Match[str] | Item]] = [
        (item.start, item.end, "item", item)
        for item in (*items, *(Item(start, end, view) for start, end, view in settings))
    ]
    taken = [(item.start, item.end) for item in items if not item.number]
    for name, pattern in (("distance", DISTANCES), ("loss", LOSS), ("sort", PREDICATE), ("lowers", LOWERS)):
        for found in pattern.finditer(text):
            start = found.start()
            if not any(a <= start < b for a, b in taken):
                events.append((start, found.end(), name, found))
    previous: Judged | None = None
    for start, _end, name, event in sorted(events, key=lambda one: (one[0], one[2] != "distance")):
        if name != "sort" and start < reading.cut - 1 and name != "item":
            continue
        if isinstance(event, Item):
            if start >= reading.cut or not event.number:
                reading.example = replace(reading.example, view=event.view)
                reading.said = event.view.triplet is not None
            if not event.number:
                _written_out(reading, event)
            if SO_DOES.search(text[:start]) and previous is not None:
                _again(reading, event)
        elif name == "distance":
            _distance(reading, event)
            reading.said = not event.groupdict()["less"]
        elif name == "loss":
            _loss(reading, event)
        elif name == "lowers":
            _lowers(reading, event)
        else:
            previous = _sort(reading, event, items) or previous
            reading.lossy = False
    return reading.example, reading.out


# -- distances -----------------------------------------------------------------------------------------------------


def _distance(reading: Reading, found: re.Match[str]) -> None:
    groups = found.groupdict()
    view = reading.example.view
    on_line = any(one.vector is not None and len(one.vector) == 1 for one in reading.example.batch.points)
    if (on_line or POINTS_TOLD.search(reading.text)) and not (
        groups["p_short"] or groups["n_short"] or groups["less"] or "dist" in found.group().lower()
    ):
        return
    reading.cut = found.end()
    if groups["it_value"]:
        _place(reading, reading.lately, Fraction(groups["it_value"]), found)
    elif groups["p_value"] or groups["n_value"]:
        which = "p" if groups["p_value"] else "n"
        reading.lately = which
        _place(reading, which, Fraction(groups["p_value"] or groups["n_value"]), found)
    elif groups["value"] or groups["value2"] or groups["value3"]:
        which = "p" if groups["to_p"] or groups["in_p"] or groups["of_p"] else "n"
        _place(reading, which, Fraction(groups["value"] or groups["value2"] or groups["value3"]), found)
    elif groups["value4"] or groups["bare"]:
        if view.p is not None and not view.guessed:
            _place(reading, "n", Fraction(groups["value4"] or groups["bare"]), found, fresh=True)
    elif groups["less"]:
        # the hinge written out names its two distances and the margin
        scaled = re.search(r"(?:\d|\)|(?<!\w)[^\W\d_])\s?[\[({]+\s?$", reading.text[: found.start()]) and not re.search(r"max\s?[({]+\s?$", reading.text[: found.start()])  # fmt: skip
        if scaled:
            reading.example = replace(reading.example, view=View())
        elif view.triplet is None or not view.names[0]:
            reading.example = replace(
                reading.example,
                view=View(Fraction(groups["less"]), Fraction(groups["more"]), passing=True),
            )
            reading.margins = [*reading.margins, (found.start(), found.end(), Fraction(groups["slack"]))]
        else:
            _unsquared(reading, found, view.triplet)
        reading.cut = found.start()
    elif groups["first"] or groups["bare_p"]:
        p, n = (
            Fraction(groups["first"] or groups["bare_p"]),
            Fraction(groups["second"] or groups["bare_n"]),
        )
        if groups["first"] or view.p is not None:
            view = View(p, n, guessed=bool(groups["first"]), passing=True)
            reading.example = replace(reading.example, view=view)
    elif groups["again_p"] and view.p is not None and view.n is not None and not view.guessed:
        p, n = Fraction(groups["again_p"]), Fraction(groups["again_n"])
        reading.example = replace(reading.example, view=View(p, n, passing=True))


def _unsquared(reading: Reading, found: re.Match[str], triplet: Triplet) -> None:
    """A hinge written out with a distance of the triplet in view that is not squared."""
    stated = value_after(reading.text, found.start())
    told = tuple(Fraction(found.group(name)) for name in ("less", "more"))
    true = (triplet.p, triplet.n)
    margins = reading.margins_at(found.start())
    if (
        stated is None
        or stated.number is None
        or told == true
        or Fraction(found.group("slack")) != margins[0]
    ):
        return
    if any(mine not in {far, root_of(far)} for mine, far in zip(told, true, strict=True)):
        return
    says = f"with squared distances it is {triplet.shown(margins[0])} = {plain(triplet.loss(margins[0]))}"
    judged = unchecked(Kind.ARITHMETIC, f"the loss is of squared distances as a rule: {says}")
    if reading.example.squared and not stated.agrees(triplet.p - triplet.n + margins[0]):
        witness = {"computed": plain(triplet.loss(margins[0])), "stated": plain(stated.number)}
        judged = refuted(Kind.ARITHMETIC, says, Method.COUNT, witness)
    reading.out.append((found.start(), stated.end, judged))


def _place(
    reading: Reading, which: str, value: Fraction, found: re.Match[str], *, fresh: bool = False
) -> None:
    """A distance to the positive or the negative: stated, if the points give it, else given."""
    example = reading.example
    anchor, other = example.role("a"), example.role(which)
    known = example.batch.distance(anchor, other) if anchor and other else None
    moved = fresh or re.search(
        r"\b(?:mov|com|go|push|pull|brought|at|another|one|instead|would|were|had|if)\w*\b",
        found.group(),
        re.I,
    )
    view = example.view
    if known is not None and example.batch.vector(other) is not None and not moved:
        stated = value_at(reading.text, found.start() + re.search(NUMBER, found.group()).start())  # type: ignore[union-attr]
        if stated is not None:
            others = () if "squared" in found.group() or example.squared else (root_of(known),)
            judged = compared(
                stated,
                known,
                f"the squared distance of {anchor} and {other}",
                others,
                example.batch.slack(anchor, other),
            )
            if judged is not None:
                reading.out.append((found.start(), found.end(), judged))
        reading.example = replace(example, view=replace(example.role_view() or view, guessed=False))
        return
    if which == "p":
        view = replace(view, p=value, guessed=False, names=("", "", ""))
    else:
        view = replace(view, n=value, names=("", "", ""))
    reading.example = replace(example, view=view)


# -- losses --------------------------------------------------------------------------------------------------------


# what becomes of a negative argument
CUT_OFF = re.compile(
    r"^hinge\b|\b(?:is|→|=|⇒|gives|becomes) (?:a )?(?:loss )?(?:0|zero)\b(?![.\d])|\bclip|\bcut off\b|\binactive\b|\bno loss\b",
    re.I,
)
SEVERAL = re.compile(r"\b(?:have|get|both (?:cost|contribute)|each|all) (?:an? |the |each )?$", re.I)
AT_MARGIN = re.compile(r"\bloss\b.*\b(?:at|with|for) (?:a |the )?(?:margin|α)(?: of| =)? ?[\d.]+,? $", re.I)
FOR_NEGATIVE = re.compile(r"\b(?:[Ff]or|[Ww]ith|[Aa]t|[Ii]f) \$?d\(a,\s?n\)\s?=\s?(\d+(?:\.\d+)?)")


def _loss(reading: Reading, found: re.Match[str]) -> None:
    text, view = reading.text, reading.example.view
    triplet = view.triplet
    stated = value_after(text, found.end())
    if (
        stated is None
        or stated.number is None
        or stated.term.percent
        or (found.group("it") and not reading.lossy and not AT_MARGIN.search(text[: found.start()]))
    ):
        return
    start = found.start()
    if not reading.said and (in_general(text, start) or re.match(r"\W*(?:they|these|those)\b", text, re.I)):
        return
    written = hinge_in(text, found.end(), stated.end)
    if written is not None and stated.number < 0 and "=" not in text[found.end() : stated.end]:
        return  # "the hinge 0.4 - 0.8 + 0.2 is negative": what stands in it, and no value of it
    if written is not None and stated.number < 0 and stated.agrees(written[0] - written[1] + written[2]) and CUT_OFF.search(text[start:]):  # fmt: skip
        return  # "hinge: 0.4 - 0.8 + 0.2 = -0.2, so the loss is 0"
    if SEVERAL.search(text[:start]):
        return  # "the two above have loss 4"
    if written is not None and triplet is not None and (triplet.p, triplet.n) == written[:2]:
        written = None  # it is the triplet in view
    if written is not None and triplet is not None and triplet.p != written[0] and triplet.n != written[1]:
        return  # "the positive is 7" names a point on the line, and no distance
    if written is not None and not reading.said:
        # "loss 0.7 - 0.9 + 0.3 = 0.1" says itself which triplet it is of
        if triplet is not None and not view.passing:
            return
        view = View(*written[:2], passing=True)
        triplet = view.triplet
        reading.example = replace(reading.example, view=view)
        reading.margins = [*reading.margins, (start, stated.end, written[2])]
    behind = re.split(r"[.;,(]\s|\band\b", text[stated.end :])[0]
    if triplet is None or OTHERS.search(text[_since(text, start) : start]) or OTHERS.search(behind) or OTHERS.search(text[start : stated.start]):  # fmt: skip
        return
    if re.search(r"\b(?:before|after|first|second|third)\b", text[start : stated.start]) or AVERAGED.search(text[_piece(text, start) : stated.start]):  # fmt: skip
        return
    told = FOR_NEGATIVE.findall(text[:start])
    if told and view.n is not None and Fraction(told[-1]) != view.n:
        return  # "for d(a,n) = 0.8 the loss is 0" sets another negative
    margins = (written[2],) if written is not None and not reading.said else reading.margins_at(start)
    if found.group("bracket"):
        exact = triplet.p - triplet.n + margins[0]
        others = [triplet.p - triplet.n + margin for margin in margins[1:]]
        says = f"{plain(triplet.p)} − {plain(triplet.n)} + {plain(margins[0])}"
    else:
        exact, says = triplet.loss(margins[0]), triplet.shown(margins[0])
        others = [triplet.loss(margin) for margin in margins[1:]]
        if view.guessed:
            others += [hinge(triplet.n, triplet.p, margin) for margin in margins]
        if all(reading.example.batch.vector(name) is None for name in view.names):
            # distances that the loss squares
            others += [hinge(triplet.p**2, triplet.n**2, margin) for margin in margins]
    after = loss_after(reading.example)
    if after and not found.group("bracket"):
        if LATER.search(text[_piece(text, start) : stated.end]):
            exact, others, says = after[0], after[1:], "the loss after the step"
        else:
            others += after
    judged = compared(stated, exact, says, others, view.slack)
    reading.cut = stated.end
    reading.lossy = True
    if judged is not None:
        reading.example = replace(reading.example, losses=(*reading.example.losses, exact))
        reading.out.append((start, stated.end, judged))


def _written_out(reading: Reading, item: Item) -> None:
    """`(e_2, e_1, e_3): 0.4 - 0.08 + 0.2 = 0.52`."""
    sign = re.compile(r"\s*(?::|→|⇒|\bgives\b|\bcosts\b)\s*").match(reading.text, item.end)
    stated = value_after(reading.text, sign.end()) if sign is not None else None
    triplet = item.view.triplet
    if stated is None or stated.number is None or triplet is None or stated.term.percent:
        return
    if re.match(r"\s?[<>≤≥]", reading.text[stated.end :]):
        return
    margins = reading.margins_at(item.start)
    # without the hinge it is the bracket
    others = [triplet.loss(margin) for margin in margins[1:]] + [triplet.p - triplet.n + margins[0]]
    judged = compared(stated, triplet.loss(margins[0]), triplet.shown(margins[0]), others, item.view.slack)
    if judged is not None:
        reading.out.append((item.start, stated.end, judged))
        reading.cut = stated.end


AVERAGED = re.compile(r"\baverag\w+|\bmeans?\b|\bsum\b|\bbatch[- ]?(?:hard|all)\b", re.I)


def _piece(text: str, place: int) -> int:
    cuts = [one.end() for one in re.finditer(r"[;.]\s", text[:place])]
    return cuts[-1] if cuts else 0


def _since(text: str, place: int) -> int:
    """Where the words begin that may speak of something else than the triplet in view."""
    cuts = [one.end() for one in re.finditer(r"[;:.,(]\s|\band\b", text[:place])]
    return cuts[-1] if cuts else 0


def _lowers(reading: Reading, found: re.Match[str]) -> None:
    triplet = reading.example.view.triplet
    if triplet is None or not Fraction(found.group("value")):
        return
    margin = reading.margins_at(found.start())[0]
    says = f"{triplet.shown(margin)} is {plain(triplet.loss(margin))}: no term of the sum is negative"
    witness = {"term": plain(triplet.loss(margin)), "stated": f"−{found.group('value')}"}
    reading.out.append((found.start(), found.end(), refuted(Kind.ARITHMETIC, says, Method.COUNT, witness)))


# -- sorts ---------------------------------------------------------------------------------------------------------


def _sort(reading: Reading, found: re.Match[str], items: Sequence[Item]) -> Judged | None:
    text = reading.text
    start, end = found.span()
    if DEFINES.match(text[end:]) or DENIAL.search(text[:start]):
        return None
    sort = sort_of(found)
    named = _items_before(text, start, items)
    if named:
        judged = _ruled([item.view for item in named], sort, reading, start)
        if judged is not None:
            reading.out.append((named[0].start, end, judged))
        return judged
    view = reading.example.view
    before = text[:start]
    if not reading.said and in_general(text, start):
        return None
    told = SUBJECT.search(before) or (AFTER_VALUE.search(before) and start - reading.cut < 40)
    if (
        not told
        or view.triplet is None
        or re.match(r"\s?(?:negatives|triplets|ones|positives)\b", text[end:])
    ):
        return None
    if OTHERS.search(text[_since(text, start) : end]) or re.search(r"\b(?:a|any|every|each) (?:negative|triplet) (?:is|that)\s", before[-30:], re.I):  # fmt: skip
        return None
    judged = _ruled([view], sort, reading, start)
    if judged is not None:
        reading.out.append((start, end, judged))
    return judged


def _items_before(text: str, place: int, items: Sequence[Item]) -> list[Item]:
    """The items of the list that ends right before a sort."""
    found: list[Item] = []
    at = place
    for item in reversed([one for one in items if one.end <= place]):
        gap = text[item.end : at]
        if not found and not OF_ITEM.match(gap):
            break
        if found and not re.fullmatch(r"\s*(?:,|and|, and|&|\bthe\b|\bnegatives?\b|\bat\b|\s)*\s*", gap):
            break
        found.insert(0, item)
        at = item.start
    return found


def _again(reading: Reading, item: Item) -> None:
    """`and so does (e_5, e_3, e_2)`: the sort that the sentence has just named."""
    named = list(PREDICATE.finditer(reading.text[: item.start]))
    if not named:
        return
    judged = _ruled([item.view], sort_of(named[-1]), reading, item.start)
    if judged is not None:
        reading.out.append((item.start, item.end, judged))


def _ruled(views: Sequence[View], sort: str, reading: Reading, place: int) -> Judged | None:
    """Whether triplets are of a sort. To some, whatever still has a loss is hard, and a border has no name."""
    margins = reading.margins_at(place)
    triplets = [view.triplet for view in views]
    known = [one for one in triplets if one is not None]
    if not known or len(known) < len(triplets):
        return None
    wrong = [one for one in known if not _is(one, sort, margins[0])]
    says = "; ".join(_told(one, margins[0]) for one in (wrong or known)[:3])
    if not wrong:
        return (
            verified(Kind.DEFINITION, says, Method.COUNT)
            if all(_certain(view, sort, margins[0]) for view in views)
            else None
        )
    one = wrong[0]
    kind = one.kind(margins[0])
    if any(view.guessed for view in views) or any(_is(one, sort, margin) for margin in margins[1:]):
        return None
    if sort == "hard" and (kind is None or (kind == "semi-hard" and not reading.example.sorted_apart)):
        return None
    if any(
        view.slack and not _certain(view, kind or "", margins[0]) for view in views if view.triplet in wrong
    ):
        return None
    witness = {"d(a,p)": float(one.p), "d(a,n)": float(one.n), "margin": float(margins[0]), "kind": kind or "on the border to hard"}  # fmt: skip
    return refuted(Kind.DEFINITION, says, Method.COUNT, witness)


def _is(triplet: Triplet, sort: str, margin: Fraction) -> bool:
    if sort in {"active", "inactive"}:
        return (triplet.loss(margin) > 0) == (sort == "active")
    return triplet.kind(margin) == sort


def _certain(view: View, sort: str, margin: Fraction) -> bool:
    """Whether rounded entries could not change the sort."""
    triplet = view.triplet
    if triplet is None or not view.slack:
        return True
    return all(
        _is(Triplet(triplet.p, triplet.n + off), sort, margin) for off in (-2 * view.slack, 2 * view.slack)
    )


def _told(triplet: Triplet, margin: Fraction) -> str:
    kind = triplet.kind(margin) or "on the border to hard"
    return f"with distances {plain(triplet.p)} and {plain(triplet.n)} and margin {plain(margin)} the negative is {kind}"


__all__ = ["triplet_statements"]
