# ruff: noqa: E501 -- a pattern stays on one line
"""Which way to attention is the cheaper one for which lengths: `below the break-even length random features are faster`.

Softmax attention costs N²(D + M) and any way by features a multiple of N, so that softmax is the cheaper one for short
sequences and features for long ones. What a text says follows from that, or from the break-even length that it gives.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.verify.claim import Kind, Method, Spanned, refuted, verified
from grader.verify.reading.plain_signs import plain_signs
from grader.verify.words.beside import blanked, harmless, is_read

_FORM = r"(?: (?:attention|form|version|variant|method|recipe|way|approach|one|model))?"
SOFTMAX = rf"(?:the |exact |ordinary |plain |standard |usual |full |quadratic )*soft-?max{_FORM}|(?:the )?(?:exact|quadratic|ordinary) (?:attention|method|form|version)"
FEATURES = rf"(?:the |degree-2 |causal )*(?:random[- ](?:fourier[- ])?features?|RFA|RFF|polynomial(?: features?)?|linear(?:i[sz]ed)?(?= attention)|kerneli[sz]ed|feature(?=s| map| method| form)|features){_FORM}|(?:the )?(?:feature|linear|kernel) (?:attention|method|form|version|map)"
PRONOUN = r"they|it|these|the latter|this one"
METHOD = rf"(?:(?P<softmax>{SOFTMAX})|(?P<features>{FEATURES})|(?P<pronoun>{PRONOUN}))"
_STILL = r"(?:(?:still|then|therefore|thus|hence|also|already|always|even|in fact|actually|clearly|just|only|usually|indeed|again|now|really|start to|starts to|begins? to) )*"
_BE = r"(?:is|are|becomes?|gets?|remains?|stays?|turns? out|would be|will be|can be)"
_CHOICE = r"(?: (?:choice|method|option|one|way|variant|of the two|alternative|form))*"
_COUNTED = r"(?:multiplications?|operations?|work|time|FLOPs?|products?|steps|effort)"
CHEAPER = rf"(?:{_STILL}{_BE} {_STILL}(?:the |a |much |far |by far )*(?P<better>cheaper|faster|cheapest|fastest|quicker|better|more efficient|preferable|superior|ahead|favou?rable|worth(?: it|while)?|profitable|more economical|less expensive|the (?:right|method of) choice){_CHOICE}|{_STILL}(?:needs?|takes?|costs?|requires?|uses?|saves?|does|do) (?:then )?(?P<less>less|fewer|the fewer|the smaller number of)(?: {_COUNTED})?|{_STILL}(?:wins?|pays? off|comes? out ahead|has the (?:advantage|edge)|beats?|overtakes?|undercuts?|outperforms?|should be (?:used|preferred|chosen)|is to be preferred|saves? {_COUNTED}|gains?))"
DEARER = rf"(?:{_STILL}{_BE} {_STILL}(?:the |a |much |far |by far )*(?:dearer|slower|costlier|more expensive|less efficient|worse|inferior|behind|not worth (?:it|while)|not (?:the )?(?:cheaper|faster)){_CHOICE}|{_STILL}(?:needs?|takes?|costs?|requires?|uses?|does|do) (?:then )?(?:more|longer)(?: {_COUNTED})?|{_STILL}(?:loses?|does not pay(?: off)?|do not pay(?: off)?|is beaten|falls? behind))"
_POINT = r"(?P<point>(?:(?:the|this|that|its|their|a) )*(?:break-?even(?: (?:length|point|value|number))?|cross(?:ing|-?over)?(?: (?:length|point|value))?|length|point|threshold|value|number|limit|bound)|it|that|this|(?-i:[NnT])(?:\^?\*|\^?\{?(?:\*|⋆|\\ast|\\star)\}?|_\{?0\}?|_\*|⋆)|\d{1,3}(?:,\d{3})+|\d+)"
_N = r"(?-i:N|n|T)"
_SEQ = r"(?:sequences?|inputs?|texts?|lengths?|prompts?|contexts?|ones|sentences?)"
BELOW = rf"(?:below|under|left of|before(?: reaching)?|up to|until|short of) {_POINT}|(?:for |on |with |at |when |if |as long as |while |where )?(?:{_N}|{_SEQ}|the (?:sequence|length|text)) (?:(?:is|are|stays?|remains?|that are|lies) )?(?:<|≤|smaller than|less than|shorter than|below|under|at most) {_POINT.replace('?P<point>', '?P<point2>')}|(?:for |on |with )?(?:shorter|short|small|smaller) {_SEQ}(?: than {_POINT.replace('?P<point>', '?P<point3>')})?|(?:for|at|when|with|if) (?:small|short|tiny) (?:{_N}|{_SEQ})|(?:for|if|when|where|while) {_N} is (?:small|short)"
ABOVE = rf"(?:above|beyond|past|over|after|right of|behind) {_POINT}|from {_POINT.replace('?P<point>', '?P<point2>')} on(?:wards?)?|(?:for |on |with |at |when |if |once |as soon as |where |only when |only once )?(?:{_N}|{_SEQ}|the (?:sequence|length|text)) (?:(?:is|are|gets?|becomes?|that are|lies|grows?) )?(?:>|≥|larger than|greater than|more than|longer than|above|beyond|exceeds?|exceed|reaches|passes) {_POINT.replace('?P<point>', '?P<point3>')}|(?:for |on |with )?(?:longer|long|large|larger|very long) {_SEQ}(?: than {_POINT.replace('?P<point>', '?P<point4>')})?|(?:for|at|when|with|if) (?:large|long|big) (?:{_N}|{_SEQ})|(?:for|if|when|where|once) {_N} is (?:large|big)"
AT = rf"(?:at|for|with|already at|even at) {_N} ?= ?(?P<at>\d{{1,3}}(?:,\d{{3}})+|\d+)|(?:a |for a |with a )?{_SEQ} (?:of|with) (?:length )?(?P<at2>\d{{1,3}}(?:,\d{{3}})+|\d+)(?: tokens)?|(?:for|at|with) (?P<at3>\d{{1,3}}(?:,\d{{3}})+|\d+) tokens"
ALWAYS = r"(?:always|for (?:every|all|any) (?:(?-i:N)|lengths?|sequence lengths?|sequences?)|at (?:every|any) length|whatever the length|no matter how (?:long|short)[^,.;]*|regardless of (?:the )?(?:sequence )?length|for any number of tokens)"
EVEN = re.compile(r"(?:equal|break-?even|cross\w*|meet|same (?:number|cost|count)|even)\b[^.;]{0,70}?(?:(?-i:[NnT])\S{0,8} ?(?:=|≈|is|at)|(?:at|is|of)) ?(?:[^.;=]{0,30}= ?)?(?P<length>\d{1,3}(?:,\d{3})+|\d{2,6})(?![\d.]*\d|%)|(?-i:[NnT])(?:\^?\*|\^?\{?(?:\*|⋆|\\ast|\\star)\}?) ?(?:=|≈)[^.;]{0,60}?(?<!\d)(?P<length2>\d{1,3}(?:,\d{3})+|\d{2,6})(?![\d.]*\d|%| ?[·*(/+])", re.I)  # fmt: skip
SCOPE = re.compile(r"\A(?:(?=.*soft-?max)(?=.*(?:random[- ]feature|\bRFA\b|polynomial|linear(?:i[sz]ed)? attention|kerneli[sz]ed|feature))|(?=.*attention)(?=.*random[- ]feature))", re.I | re.S)  # fmt: skip
ELSEWHERE = re.compile(r"\b(?:memory|storage|MiB|GiB|measur\w+|seconds?|GPU|laptop|in practice|our|my|accura\w+|error|quality|causal mask|would|could|suppose|seems?|says?|claims?|think|question|unless|approximately|roughly|about twice|times)\b|\?", re.I)  # fmt: skip
SEGMENT = re.compile(r";\s|\.\s|,?\s(?:but|while|whereas|though|although|yet)\s|,\s(?:and|so)\s", re.I)
HARMLESS = harmless(
    """
    be break-even choice comparison compute conversely count counting counts hand however i.e larger length lengths
    linear longer make makes method multiplications namely operations other point sequence sequences shorter since
    smaller so-called such terms than two up
    """
)


@dataclass(frozen=True)
class _Region:
    """The lengths that are spoken of: below or above the break-even, or all."""

    below: bool
    above: bool
    start: int
    end: int


def cheaper(sentence: str, before: str) -> Iterator[Spanned]:
    """(start, end, ruling) of each statement of which way is cheaper for which lengths.

    >>> told = "Below the break-even length random features are the cheaper choice."
    >>> [judged.ruling.value for _, _, judged in cheaper(told, "Softmax attention against random features.")]
    ['refuted']
    """
    plain, places = plain_signs(sentence)
    past = plain_signs(before[-2500:])[0]
    if not SCOPE.search(f"{past} {plain}"):
        return
    told = f"{past[-900:]} {plain}"
    evens = [
        float((one.group("length") or one.group("length2")).replace(",", ""))
        for one in EVEN.finditer(told)
        if not OF_PRODUCTS.search(told[max(0, one.start() - NEAR) : one.start()])  # the other map's
    ]
    at = 0
    for cut in (*SEGMENT.finditer(plain), None):
        end = cut.start() if cut is not None else len(plain)
        for start, last, judged in (
            *_said(
                plain[at:end], f"{past[-600:]} {plain[:at]}", _even_there(plain[at:end], past, plain, evens)
            ),
            *_of_the_point(plain[at:end], past),
            *_causal(plain[at:end], f"{past} {plain}"),
        ):
            yield places[at + start], places[at + last], judged
        at = cut.end() if cut is not None else end


NEAR = 250
OF_PRODUCTS = re.compile(r"\bpolynomial|\bdegree[- ]?(?:2|two)\b|\bquadratic (?:map|features|kernel)", re.I)
WIDTH = re.compile(r"(?<![\w^])(?P<names>[DdMm](?:\s?=\s?[DdMm])*)\s?=\s?(?P<value>\d+)(?![\d.,]*\d)")


def _even_there(segment: str, past: str, sentence: str, evens: Sequence[float]) -> float | None:
    """The break-even length with the map of a segment: what the text gives, or for the polynomial one by its widths."""
    if not OF_PRODUCTS.search(segment):
        return evens[-1] if evens else None
    sizes = {
        letter.upper(): int(found.group("value"))
        for found in WIDTH.finditer(f"{past[-900:]} {sentence}")
        for letter in re.findall("[DdMm]", found.group("names"))
    }
    if "D" not in sizes:
        return None
    features = (sizes["D"] + 1) * (sizes["D"] + 2) / 2
    value = sizes.get("M", sizes["D"])
    return features * (2 * value + 1) / (sizes["D"] + value)


_PATTERNS = tuple(
    re.compile(rf"(?<![\w-])(?:{words})(?![\w-])", re.I)
    for words in (METHOD, CHEAPER, DEARER, BELOW, ABOVE, AT, ALWAYS)
)


def _said(text: str, past: str, even: float | None) -> Iterator[Spanned]:
    method, cheap, dear, below, above, exact, always = _PATTERNS
    good, bad = list(cheap.finditer(text)), list(dear.finditer(text))
    good = [
        one
        for one in good
        if not any(other.start() <= one.start() and one.end() <= other.end() for other in bad)
    ]
    if len(good) + len(bad) != 1 or ELSEWHERE.search(text):
        return
    verdict = (good or bad)[0]
    region = _region(text, below, above, exact, always, even)
    if region is None:
        return
    apart = region.end <= verdict.start() or verdict.end() <= region.start
    if not apart and not (region.below and region.above):
        return
    named = [
        one
        for one in method.finditer(text)
        if not (region.start <= one.start() < region.end)
        and not verdict.start() <= one.start() < verdict.end()
    ]
    before = [one for one in named if one.end() <= verdict.start()]
    after = [one for one in named if one.start() >= verdict.end()]
    subject = (
        before[-1]
        if before
        else after[0]
        if after and re.match(r"\s*(?:with|for|by|in|using)\s*$", text[verdict.end() : after[0].start()])
        else None
    )
    if subject is None:
        return
    softmax = _is_softmax(subject, text, past)
    if softmax is None or re.search(
        r"\b(?:not|never|no|neither|nor)\b|n['’]t\b", _beside(text, region, verdict)
    ):
        return
    spans = [(region.start, region.end), verdict.span(), subject.span()]
    if not is_read(blanked(text, [*spans, *(one.span() for one in after)]), HARMLESS):
        return
    wins = softmax == bool(good)  # whether softmax is said to be the cheaper one
    start, end = min(one[0] for one in spans), max(one[1] for one in spans)
    says = "N²(D + M) grows with N² and the cost by features with N: softmax is cheaper below the break-even length, features above it"
    holds = wins == region.below and not (region.below and region.above)
    if holds:
        yield start, end, verified(Kind.COMPLEXITY, says, Method.COUNT)
    else:
        yield (
            start,
            end,
            refuted(
                Kind.COMPLEXITY,
                says,
                Method.COUNT,
                {
                    "D = M": 64,
                    "R": 128,
                    "break-even": 388,
                    "N = 100": "softmax 1.28 million, random features 4.97 million",
                    "N = 1000": "softmax 128 million, random features 49.7 million",
                },
            ),
        )


def _beside(text: str, region: _Region, verdict: re.Match[str]) -> str:
    return blanked(text, [(region.start, region.end), verdict.span()])


def _is_softmax(subject: re.Match[str], text: str, past: str) -> bool | None:
    if subject.group("pronoun") is None:
        return subject.group("softmax") is not None
    last = re.split(r"(?<=[.!?])\s", past.strip())[-1] if past.strip() else ""
    named = [
        one.group("softmax") is not None
        for one in _PATTERNS[0].finditer(f"{last} {text[: subject.start()]}")
        if one.group("pronoun") is None
    ]
    return named[-1] if named and len(set(named)) == 1 else None


def _region(
    text: str,
    below: re.Pattern[str],
    above: re.Pattern[str],
    exact: re.Pattern[str],
    always: re.Pattern[str],
    even: float | None,
) -> _Region | None:
    """The one range of lengths of a text; None if there is none, or more, or it lies on both sides."""
    found: list[_Region] = []
    for pattern, is_below in ((below, True), (above, False)):
        for one in pattern.finditer(text):
            point = next(
                (
                    one.group(name)
                    for name in ("point", "point2", "point3", "point4")
                    if one.groupdict().get(name)
                ),
                "",
            )
            number = float(point.replace(",", "")) if point and point[0].isdigit() else None
            if number is not None and (
                even is None or (number > even * 1.02 if is_below else number < even * 0.98)
            ):
                return None
            found.append(_Region(is_below, not is_below, one.start(), one.end()))
    for one in exact.finditer(text):
        number = float(
            next(one.group(name) for name in ("at", "at2", "at3") if one.group(name)).replace(",", "")
        )
        if even is None or math.isclose(number, even, rel_tol=0.02):
            return None
        found.append(_Region(number < even, number > even, one.start(), one.end()))
    found += [_Region(True, True, one.start(), one.end()) for one in always.finditer(text)]
    kept: list[_Region] = []
    for region in sorted(found, key=lambda one: one.start - one.end):
        if all(region.end <= other.start or other.end <= region.start for other in kept):
            kept.append(region)
    return kept[0] if len(kept) == 1 else None


# -- what the break-even length depends on -----------------------------------------------------------------------------

_STEP = r"(?P<step>doubling|halving|tripling|quadrupling)"
POINT_MOVES = re.compile(
    rf"\b{_STEP} (?:(?P<R>(?:(?-i:R|r)(?!\w)|(?:the )?number of (?:random )?(?:features|frequencies|projections|directions)))|(?P<widths>(?:both |the |all )*widths?|(?-i:D|d) and (?-i:M|m|p)|(?-i:D ?= ?M)|both (?-i:D and M)))(?: (?:to|from|at|while|with)(?: [^,.;]{{1,40}}?)?)?,? (?:also |therefore |then |thus |about |roughly |hardly |barely |nearly )*(?P<effect>doubles|halves|triples|quadruples|leaves|hardly (?:changes|moves)|barely (?:changes|moves)|does not (?:change|move)|changes nothing (?:in|about))[^,.;]{{0,12}}? (?:the |this |that |its )?(?:break-?even(?: (?:length|point))?|cross(?:ing|-?over)(?: (?:length|point))?|(?-i:[NnT])\^?\{{?(?:\*|⋆|\\ast|\\star)\}}?)(?P<stays> (?:nearly |almost |practically |about )*(?:unchanged|as it is|where it is|the same|untouched))?",
    re.I,
)
TIMES = {"doubl": 2.0, "halv": 0.5, "tripl": 3.0, "quadrupl": 4.0}


def _of_the_point(text: str, past: str) -> Iterator[Spanned]:
    """`doubling R doubles the break-even length`: it is R(2D + 4M + 4)/(D + M)."""
    found = POINT_MOVES.search(text)
    if found is None or not re.search(r"random|\bR\b|frequenc", f"{past} {text}"):
        return
    step = next(times for stem, times in TIMES.items() if found.group("step").lower().startswith(stem))
    exact = step if found.group("R") else _even(128, 64 * step) / _even(128, 64)
    effect = found.group("effect").lower()
    claimed = next((times for stem, times in TIMES.items() if effect.startswith(stem)), 1.0)
    if effect == "leaves" and not found.group("stays"):
        return
    says = f"the break-even length is R(2D + 4M + 4)/(D + M): it is then {exact:.3g} times as large"
    if math.isclose(claimed, exact, rel_tol=0.03):
        yield found.start(), found.end(), verified(Kind.COMPLEXITY, says, Method.COUNT)
    elif not math.isclose(claimed, exact, rel_tol=0.2):
        yield (
            found.start(),
            found.end(),
            refuted(
                Kind.COMPLEXITY,
                says,
                Method.COUNT,
                {"R": 128, "D = M": 64, "break-even": 388, "after": round(388 * exact, 1)},
            ),
        )


def _even(frequencies: float, width: float) -> float:
    return frequencies * (6 * width + 4) / (2 * width)


# -- the causal form ---------------------------------------------------------------------------------------------------

CAUSAL = re.compile(
    r"\b(?:the |a )?causal (?:form|version|variant|case|linear attention|random[- ]feature attention|recursion|attention)(?: of (?:linear|random[- ]feature) attention)? (?:(?:therefore|thus|hence|then|also|still|only) )*"
    r"(?:(?P<more>(?:costs?|takes?|needs?|requires?|is) (?:by )?(?:then )?(?:a factor (?:of )?(?-i:N)(?: (?:more|dearer|slower|larger))?|(?-i:N) times (?:as much|more|the (?:work|time)|as many|slower|as expensive|dearer)|more (?:than the non-causal (?:one|form) )?by a factor (?:of )?(?-i:N)|quadratic(?:ally)?(?: time| again)?|(?-i:O\(N\^2)[^ ]*))"
    r"|(?P<same>(?:stays|remains|is still|is also|is) (?:linear(?: in (?-i:N))?|of the same order)|(?:costs?|takes?|needs?) (?:no more(?: time| work)?|the same(?: order(?: of (?:time|work))?)?|just as much|asymptotically the same)|does not (?:change|increase|raise) the (?:order|cost|complexity|time)|has the same (?:order|asymptotic cost|complexity|cost)))",
    re.I,
)


def _causal(text: str, around: str) -> Iterator[Spanned]:
    """`the causal form costs a factor N more`: with running sums each token costs as much as before."""
    found = CAUSAL.search(text)
    if (
        found is None
        or ELSEWHERE.search(text)
        or not re.search(
            r"running|prefix|recursion|recurren|S_\{?i|linear attention|random[- ]feature", around, re.I
        )
    ):
        return
    if re.search(r"softmax|\bnot\b|n['’]t|\bnaive|\bif\b|stor", text, re.I):
        return
    says = "with running sums each token updates and reads S_i and Z_i once: N times the work of one token, as without the mask"
    if found.group("same"):
        yield found.start(), found.end(), verified(Kind.COMPLEXITY, says, Method.COUNT)
    else:
        yield (
            found.start(),
            found.end(),
            refuted(
                Kind.COMPLEXITY,
                says,
                Method.COUNT,
                {"tokens": 1000, "updates of S": 1000, "stated": " ".join(found.group().split())},
            ),
        )


__all__ = ["cheaper"]
