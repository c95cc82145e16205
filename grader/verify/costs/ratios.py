# ruff: noqa: E501 -- a pattern stays on one line
"""How many times as much one way to attention counts as another: "four times as dear", "less than a third of that".

The ratio is that of two counts that the text has given in numbers, or of the two ways at the sizes that hold.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from grader.verify.claim import Judged, Kind, Method, Spanned, refuted, verified
from grader.verify.costs.contest import NAMES, Contest, contests_in
from grader.verify.costs.count_formulas import Counted
from grader.verify.costs.even_lengths import POINTS, SAME
from grader.verify.costs.scaling import effect_of, trigger_of
from grader.verify.costs.scaling_words import EFFECT, TRIGGER
from grader.verify.costs.surroundings import COUNTING, Surroundings
from grader.verify.numbers.reckoning import shown
from grader.verify.reading.numerals import FRACTION, fraction_of, in_digits
from grader.verify.reading.plain_signs import Flat, flattened
from grader.verify.shapes.told_sizes import sizes_in

_BOUND = r"(?P<bound>\b(?:(?:well |much |far )?(?:less|more|fewer) than|under|over|at least|at most|above|below|almost|nearly|about|around|roughly|approximately|some|only|just|exactly|already|≈)\s+)?"
_MUCH = r"(?:as (?:many|much|often|expensive|costly|dear|slow|fast|cheap|large|long)|more|fewer|less|cheaper|dearer|faster|slower|costlier|the (?:number|count|work|multiplications|cost|price|softmax)|(?:that|those|this)\b(?! of))"
RATIO = re.compile(
    rf"{_BOUND}(?P<times>\d+(?:\.\d+)?)\s?(?:x\b|×|times|-fold|fold)\s*(?P<much>{_MUCH})"
    rf"|(?P<often>\b(?:twice|thrice|half)) (?P<as>as (?:many|much|often|expensive|costly|dear|slow|fast|cheap))"
    r"|\b(?:factor|ratio|quotient|advantage|speed-?up|saving)s?\b(?:[^.;,\d=]{0,60}?\b(?:of|is|becomes|to|was|by|about|roughly|around|only|already|here|nearly|near)\b|\s?[:=≈])?\s?[≈~]?\s?(?P<factor>\d+(?:\.\d+)?)(?:\s?[×x](?![A-Za-z\d]))?(?!\s?(?:%|[kKMG]i?B)|[\d,])",
    re.I,
)
SHARE = re.compile(
    rf"(?P<bound>\b(?:(?:well |much |far )?(?:less|more|fewer) than|under|over|at least|at most|almost|nearly|about|around|roughly|approximately|some|only|just|exactly|barely|≈)\s+)?(?:only |just |about )?(?P<share>{FRACTION}|\d+(?:\.\d+)?\s?(?:%|percent\b|per cent\b))\s+(?:of|as (?:many|much)(?: multiplications)?(?: as)?)\s+(?:(?P<of>that|it|this|them|these|those|what|the (?:multiplications|work|count|cost|number|total)(?: of| for| that)?|softmax|the softmax))\b",
    re.I,
)
SAVED = re.compile(
    r"\bsav(?:es?|ed|ings?)\b(?: (?:us|you|in percent|is|are|of|here|then|therefore))*:? (?P<bound>(?:about |around |roughly |nearly |almost |some |over |only |just )+)?(?P<share>\d+(?:\.\d+)?)\s?(?:%|percent\b|per cent\b)(?! of\b)",
    re.I,
)
THAN = re.compile(r"(?: multiplications)? (?:than|as) (?:the |those |about )?")
OTHER_RATIO = re.compile(
    r"\b(?:pixels?|parameters?|memory|bytes|[kKMG]i?B|floats|cache|state|epochs?|images?|error|variance|deviation|std|features? as|entries|numbers|size of|loss|triplets?|pairs|accuracy|flops|in practice|measured?|wall[- ]clock|seconds?|ran|our code|implementation|frequencies|directions|samples|projections)\b",
    re.I,
)
# a ratio of what was measured
TIMED = re.compile(
    r"\b(?:medians?|means|averages|timings?|timed|runs?|ms|stopwatch|benchmarks?|laptop|GPU|CPU)\b", re.I
)
# what saves is something else than a way to attention
BY_OTHER = re.compile(
    r"\b(?:mask\w*|cach\w+|merg\w+|shar(?:es?|ing)|skip\w*|drop\w*|batch\w*|heads?|trick)\b", re.I
)
SAVES = re.compile(
    r"\b(?:sav(?:es?|ed|ing)|gains?|wins?|speeds? up|beats?|ahead|below|cheaper)\b[^.;]*$", re.I
)
GROWS_BY = re.compile(
    r"\b(?:grow|rise|increase|go up|goes up|shrink|fall|drop|decrease|multipl(?=y|ie)|doubl|tripl|quadrupl|halv)\w*\b[^.;]{0,50}$|\bfrom\s+\$?[A-Za-z]\$?\s?=\s?[\d,]+\$?\s+to\b|\b(?:if|when)\b[^.;]{0,60}\b(?:doubled|longer|becomes?)\b",
    re.I,
)
# "9.5 % of the softmax count, the other way round 10.6 times fewer": that is named only to be compared with
COMPARED_WITH = re.compile(
    r"\b(?:of|than|as|to|against|with|over|from|for)\s+(?:the |what |that of |those of )*$", re.I
)
CHEAP = re.compile(r"as cheap|as fast|fewer|less|cheaper|faster", re.I)
WORDED = {"twice": Fraction(2), "thrice": Fraction(3), "half": Fraction(1, 2)}
LOOSE = re.compile(r"about|around|roughly|approximately|nearly|almost|some|≈", re.I)
OFF = Fraction(1, 10)  # what "about twice" may be off


@dataclass(frozen=True)
class _Stated:
    """A ratio that is stated: its number, its bound, and whether it is of what is cheaper."""

    start: int
    end: int
    source: str
    value: Fraction
    last: Fraction
    bound: str
    cheap: bool
    share: bool
    much: str = ""
    saved: bool = False  # whether it tells what the cheaper way saves

    @property
    def exactly_printed(self) -> bool:
        """Whether it is printed with decimals."""
        return "." in self.source

    def holds(self, exact: Fraction) -> bool:
        """Whether a ratio is the stated one."""
        if re.search(r"(?:less|fewer) than|under|at most|below|barely", self.bound, re.I):
            return exact < self.value
        if re.search(r"more than|over|at least|above", self.bound, re.I):
            return exact > self.value
        if LOOSE.search(self.bound):
            # "about 7.1" is off in its last digit, "about twice" by a tenth
            return abs(exact - self.value) <= (self.last if self.exactly_printed else self.value * OFF)
        return abs(exact - self.value) <= max(self.last / 2, self.value / 100 if self.share else Fraction(0))

    def far(self, exact: Fraction) -> bool:
        """Whether a ratio is clearly another."""
        if (
            self.bound
            and not LOOSE.search(self.bound)
            and not re.search(r"only|just|exactly|already", self.bound, re.I)
        ):
            return not self.holds(exact)
        rough = LOOSE.search(self.bound) and not self.exactly_printed
        slack = self.value / 8 if rough else max(2 * self.last if self.bound else self.last, exact / 100)
        return abs(self.value - exact) > slack


def ratio_claims(
    flat: Flat, around: Surroundings, counts_before: Callable[[str], Sequence[Fraction]]
) -> Iterator[Spanned]:
    """(start, end, ruling) of each ratio of two ways to attention; `counts_before` reads the counts of a text in numbers."""
    about = f"{around.title} {around.before[-500:]} {flat.text}"
    if not COUNTING.search(about) and not re.search(r"softmax", about, re.I):
        return
    text, places = in_digits(flat.text, range(len(flat.text) + 1))
    for one in _stated_in(text):
        judged = _judged(one, text, around, counts_before)
        if judged is not None:
            yield places[one.start], places[one.end], judged


def _stated_in(text: str) -> Iterator[_Stated]:
    for found in SHARE.finditer(text):
        source = found.group("share")
        percent = re.match(r"(\d+(?:\.\d+)?)", source)
        value = Fraction(percent.group(1)) / 100 if percent else fraction_of(source)
        last = Fraction(1, 100 * 10 ** len(percent.group(1).partition(".")[2])) if percent else value / 50
        yield _Stated(
            found.start(),
            found.end(),
            source,
            value,
            last,
            found.group("bound") or "",
            cheap=False,
            share=True,
            saved=SAVES.search(re.split(r"[;.]\s", text[: found.start()])[-1][-90:]) is not None,
        )
    for saved in SAVED.finditer(text):
        printed = saved.group("share")
        last = Fraction(1, 100 * 10 ** len(printed.partition(".")[2]))
        bound = saved.group("bound") or ""
        yield _Stated(
            saved.start(),
            saved.end(),
            f"{printed} %",
            Fraction(printed) / 100,
            last,
            bound,
            cheap=False,
            share=True,
            saved=True,
        )
    for found in RATIO.finditer(text):
        source = found.group("times") or found.group("factor") or found.group("often")
        piece = re.split(r"[;.]\s", text[: found.start()])[-1][-90:]
        if GROWS_BY.search(piece) or re.match(r"\s?(?::|to\b)\s?\d", text[found.end() :]):
            continue  # of one method with itself; a ratio of two numbers of something
        if re.search(r"\d\s*[/:]\s*[\d,.]+\s*(?:≈|=)\s*$", text[: found.start()]):
            continue  # a quotient that is written out
        often = WORDED.get((found.group("often") or "").lower())
        value = often if often is not None else Fraction(source)
        last = value / 50 if often is not None else Fraction(1, 10 ** len(source.partition(".")[2]))
        much = found.group("much") or found.group("as") or ""
        near = re.search(
            r"(?:about|around|roughly|nearly|almost|≈|~)\s*$|speed-?up of roughly",
            text[
                : found.start(
                    "times" if found.group("times") else "often" if found.group("often") else "factor"
                )
            ],
            re.I,
        )
        bound = found.group("bound") or (near.group() if near else "")
        yield _Stated(
            found.start(),
            found.end(),
            source,
            value,
            last,
            bound,
            bool(CHEAP.search(much)),
            share=False,
            much=much,
            saved=SAVES.search(piece) is not None,
        )


def _judged(
    one: _Stated, text: str, around: Surroundings, counts_before: Callable[[str], Sequence[Fraction]]
) -> Judged | None:
    piece = re.split(r"[;.]\s", text[: one.start])[-1][-90:]
    if OTHER_RATIO.search(piece + text[one.start : one.end] + text[one.end : one.end + 40]):
        return None
    if TIMED.search(f"{around.title} {piece} {text[one.start : one.end + 40]}"):
        return None
    here = list(counts_before(text[: one.start]))
    earlier = list(counts_before(_sentences_before(around)))
    fresh = any(size == "N" for at, size, _ in sizes_in(text, around.named) if at < one.start) and not here
    told = here if len(here) > 1 or fresh else [*earlier, *here]
    than = THAN.match(text, one.end)
    after = list(counts_before(text[one.end : one.end + 60])) if than else []
    contests = [] if not _of_ways(text, around) else contests_in(text, around)
    subject = _subject(text, one)
    sizes = around.sizes_until(text, one.start)
    true = [ratio for ratio in (contest.ratio(sizes) for contest in contests) if ratio]
    if one.share and one.saved:
        return _of_saving(one, true, sure=bool(NAMES.search(piece)) and not BY_OTHER.search(piece))
    if one.share:
        return _of_share(one, told, here, true, subject)
    pair = (
        [*(here or earlier)[-1:], *after[:1]] if after else list(told) if len(told) == 2 and not fresh else []
    )
    stated_ratio = max(pair) / min(pair) if len(pair) == 2 and min(pair) > 0 else None
    if stated_ratio is None and here[-1:] and re.match(r"\s*(?:that|those|this)\b", text[one.end - 5 :]):
        stated_ratio = None
    directed = [_directed(ratio, one, subject) for ratio in true]
    ratios = [ratio for ratio in (stated_ratio, *directed) if ratio is not None]
    if not ratios:
        return None
    exact = ratios[0]
    says = f"the quotient is {float(exact):.6g}"
    agree = [one.holds(ratio) for ratio in ratios]
    if agree[0] or (stated_ratio is None and contests and any(agree[: _own(contests)])):
        return verified(Kind.ARITHMETIC, says, Method.COUNT)
    if re.match(r"as (?:much|many)", one.much, re.I) and not than and len(here) < 2:
        return None  # "a hundred times as much": as what is not said there
    if any(agree) or _of_any_two(one, [*earlier, *here]) or not all(one.far(ratio) for ratio in ratios):
        return None
    if one.value <= 1 and not one.share and one.source != "half":
        return None
    return refuted(
        Kind.ARITHMETIC, f"{says}, not {one.source}", Method.COUNT, {"quotient": f"{float(exact):.6g}", "stated": one.source}
    )  # fmt: skip


def _own(contests: Sequence[Contest]) -> int:
    return sum(contest.own for contest in contests)


def _directed(ratio: Fraction, one: _Stated, subject: str) -> Fraction:
    """The ratio that is to be stated: softmax attention's to the other's, or the other way round."""
    if not subject or one.saved:
        return max(ratio, 1 / ratio)
    times = ratio if subject == "softmax" else 1 / ratio
    return 1 / times if one.cheap else times


def _subject(text: str, one: _Stated) -> str:
    """Which of the two is said to be so many times as dear or as cheap; empty where that is open."""
    before = re.split(r"[;.]\s|,\s(?:and|but|so|while)\s", text[: one.start])[-1]
    named = list(NAMES.finditer(before))
    if len(named) != 1 or COMPARED_WITH.search(before[: named[0].start()]):
        return ""
    return "softmax" if named[0].group("softmax") else "other"


def _of_ways(text: str, around: Surroundings) -> bool:
    """Whether two ways to attention are spoken of, and not the halves of something else."""
    return bool(NAMES.search(text) or NAMES.search(around.before[-300:]))


def _of_share(
    one: _Stated, told: Sequence[Fraction], here: Sequence[Fraction], true: Sequence[Fraction], subject: str
) -> Judged | None:
    """`203,423,744, less than a third of that`: the last count by the one before it."""
    if len(told) >= 2 and here:
        exact = told[-1] / told[-2]
        says = f"{shown(told[-1])} / {shown(told[-2])} is {float(exact):.4g}"
    elif true and subject:
        exact = true[0] if subject == "softmax" else 1 / true[0]
        says = f"the quotient is {float(exact):.4g}"
    else:
        return None
    if one.holds(exact):
        return verified(Kind.ARITHMETIC, says, Method.COUNT)
    if not one.far(exact) or _of_any_two(one, told):
        return None
    return refuted(
        Kind.ARITHMETIC,
        says,
        Method.COUNT,
        {"quotient": f"{float(exact):.6g}", "stated": f"{one.bound}{one.source}"},
    )


def _of_saving(one: _Stated, true: Sequence[Fraction], *, sure: bool) -> Judged | None:
    """`random features save 62 %`: of the multiplications that the dearer way takes."""
    saved = [1 - min(ratio, 1 / ratio) for ratio in true]
    if not saved:
        return None
    says = f"{float(100 * saved[0]):.3g} % are saved"
    if any(one.holds(share) for share in saved[:1]):
        return verified(Kind.ARITHMETIC, says, Method.COUNT)
    if not sure or not all(one.far(share) for share in saved):
        return None
    witness = {"saved": f"{float(saved[0]):.4g}", "stated": f"{one.bound}{one.source}"}
    return refuted(Kind.ARITHMETIC, f"{says}, not {one.source}", Method.COUNT, witness)


def _sentences_before(around: Surroundings) -> str:
    """The last sentences before, near enough to be compared."""
    return " ".join(re.split(r"(?<=[.!?])\s+(?=[A-Z$])", around.before[-420:])[-3:])


def _of_any_two(one: _Stated, told: Sequence[Fraction]) -> bool:
    """Whether a ratio is that of two other counts than those that seem to be meant."""
    if one.bound and not LOOSE.search(one.bound):
        return False
    pairs = [pair for pair in combinations(told, 2) if min(pair) > 0]
    return any(
        one.holds(max(a, b) / min(a, b)) or (one.share and one.holds(min(a, b) / max(a, b))) for a, b in pairs
    )


def counts_of(flat_numbers: Callable[[Flat], Sequence[Counted]]) -> Callable[[str], list[Fraction]]:
    """A reader of the counts in numbers of a text."""
    return lambda text: [one.number for one in flat_numbers(flattened(text)) if one.number is not None]


RATIO_NAMED = re.compile(
    r"\b(?:the |their |this |that |its )?(?:ratio|quotient|advantage|speed-?up|saving factor)\b(?: (?:between|of) (?:the |these |both )?(?:two|them|both|counts|costs|methods|numbers|ways|versions|softmax and \w+(?: \w+)?|softmax to \w+(?: \w+)?))*(?: (?:counts|costs|methods|numbers|ways|versions))?",
    re.I,
)


EFFECT_AHEAD = re.compile(rf"(?:{EFFECT.pattern})(?=\s*$)", re.I)


def ratio_changes(text: str, _: str, contests: Sequence[Contest], around: Surroundings) -> Iterator[Spanned]:
    """`When N doubles, the ratio of the two counts doubles too`, `if N grows fourfold, the ratio stays the same`."""
    trigger = TRIGGER.search(text)
    changed = trigger_of(trigger) if trigger is not None else None
    if (
        trigger is None
        or changed is None
        or not set(changed[0].split("+")) <= set("NDMRL")
        or changed[1] <= 0
    ):
        return
    named = RATIO_NAMED.search(text, trigger.end())
    if named is None or re.search(r"\.\s", text[trigger.end() : named.start()]):
        return
    rest = re.split(r"[.;,]", text[named.end() :])[0]
    lead = len(rest) - len(rest.lstrip())
    same, ahead = SAME.match(rest.lstrip()), EFFECT_AHEAD.search(text, trigger.end(), named.start())
    effect = ahead or EFFECT.search(rest)
    claimed = Fraction(1) if same else effect_of(effect) if effect is not None else None
    if claimed is None or claimed <= 0:
        return
    sizes = around.sizes_until(text, trigger.start())
    factors = [_ratio_grown(one, set(changed[0].split("+")), changed[1], sizes) for one in contests]
    known = [one for one in factors if one]
    if not known:
        return
    end = named.end() + (lead + same.end() if same else 0 if ahead or effect is None else effect.end())
    says = f"with {float(changed[1]):g} times the {changed[0]} softmax attention counts {float(known[0]):.4g} times as much beside the other way"
    if any(abs(claimed - one) * 50 <= one for one in (known[0], 1 / known[0])):
        yield trigger.start(), end, verified(Kind.ARITHMETIC, says, Method.COUNT)
    elif all(abs(claimed - one) * 10 > one for factor in known for one in (factor, 1 / factor)):
        witness = {"factor": f"{float(known[0]):.4g}", "claimed": f"{float(claimed):.4g}"}
        yield trigger.start(), end, refuted(Kind.ARITHMETIC, says, Method.COUNT, witness)


def _ratio_grown(
    contest: Contest, changing: set[str], factor: Fraction, sizes: Mapping[str, Fraction]
) -> Fraction | None:
    """By what factor softmax attention's count beside the other's grows with a size."""
    at = {name: Fraction(value) for name, value in POINTS[2].items()} | {"N": Fraction(1000), **sizes}
    more = {name: value * factor if name in changing else value for name, value in at.items()}
    one, other = contest.ratio(at), contest.ratio(more)
    return other / one if one and other is not None else None


__all__ = ["RATIO", "RATIO_NAMED", "SAVED", "SHARE", "counts_of", "ratio_changes", "ratio_claims"]
