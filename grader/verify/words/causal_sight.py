# ruff: noqa: E501 -- a pattern stays on one line
"""Who sees whom under a causal mask, in words: `position i sees the keys up to i`, `replacing v_3 leaves outputs 1 and 2`.

Output i sums over j ≤ i. A statement is read as positions on one side and positions on the other, each a set that may
depend on the first; it holds if it holds for every position that is meant, in a sequence of a few tokens.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from grader.verify.claim import Judged, Kind, Method, Spanned, refuted, verified
from grader.verify.reading.plain_signs import plain_signs

SHORTEST, ANY = 6, 3  # tokens, and the position that stands for any between the first and the last
SCOPE = re.compile(
    r"causal|\bmask|auto-?regress|\bdecoder|running sums?|prefix sums?|j ?≤ ?i|j ?\\leq? ?i", re.I
)
UNMASKED = re.compile(r"\b(?:without (?:the |a |any )?(?:causal )?mask|unmasked|non-?causal|not causal|bidirectional)\b", re.I)  # fmt: skip
ELSEWHERE = re.compile(
    r"\b(?:unless|if (?:the|a) (?:weight|key|denominator)|would|could|might|suppose|imagine|assum\w+|gradients?|backward|layers? (?:above|below|2|two)|second layer|deep|anti-?causal|reversed mask|features?|dimensions?|batch|encoder|cross-?attention|padding|window|stride|cost|time|memory|work|seems?|claims?|wrong|mistake|strict(?:ly)? (?:lower|causal) mask|off by one|instead|convolution|probe|depth)\b|\?",
    re.I,
)
RANKS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10}  # fmt: skip
NUMBERS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
}
Positions = Callable[[int, int], frozenset[int]]  # from the position that is meant and the length


@dataclass(frozen=True)
class _Set:
    """Positions as words name them; `exact` where a formula or a list says which and no others."""

    of: Positions
    start: int
    end: int
    exact: bool = False


def _between(first: int, last: int) -> frozenset[int]:
    return frozenset(range(first, last + 1))


_RANK = "|".join(RANKS)
_IN = r"(?:tokens?|positions?|keys?|values?|key[-–]value pairs?|keys? and values?|values? and keys?|inputs?|words?|ones?|entries|columns?|elements?|terms?)"
_OUT = r"(?:outputs?|rows?|positions?|tokens?|results?|quer(?:y|ies)|words?)"
_ALL = r"(?:(?:the|all|every|each|any|of|a|an|some|only|just|exactly|its|their|both|single|other) )*"
_I = r"(?-i:[itn])(?![\w(])"
_N = r"(?-i:[NnTL])(?![\w(])"
_LIST = r"\d{1,2}(?:(?:, ?\d{1,2})*,? ?(?:and|or|&) ?\d{1,2}|(?:, ?\d{1,2})+)?"
# inputs seen from position i; the longer names first
INPUTS: tuple[tuple[str, Positions, bool], ...] = (
    (rf"{_ALL}(?:{_IN} )?(?:with |for which |where )?(?:the )?(?:index )?(?-i:[jst]) ?≤ ?{_I}|{_ALL}(?:{_IN} )?(?:1|one) ?(?:to|,? ?(?:…|\.\.\.),?|–|-|through|up to) ?{_I}(?! ?[-+−])|{_ALL}first {_I}(?: {_IN})?|{_I} {_IN}", lambda i, n: _between(1, i), True),
    (rf"{_ALL}(?:{_IN} )?(?:with |for which |where )?(?:the )?(?:index )?(?-i:[jst]) ?< ?{_I}|{_ALL}(?:{_IN} )?(?:1|one) ?(?:to|,? ?(?:…|\.\.\.),?|–|-|through|up to) ?{_I} ?[-−] ?1|{_ALL}first {_I} ?[-−] ?1(?: {_IN})?|{_I} ?[-−] ?1 {_IN}", lambda i, n: _between(1, i - 1), True),
    (rf"{_ALL}(?:{_IN} )?(?:with |for which |where )?(?:the )?(?:index )?(?-i:[jst]) ?≥ ?{_I}", lambda i, n: _between(i, n), True),
    (rf"{_ALL}(?:{_IN} )?(?:with |for which |where )?(?:the )?(?:index )?(?-i:[jst]) ?> ?{_I}", lambda i, n: _between(i + 1, n), True),
    (rf"{_ALL}(?:{_IN} )?up to (?:and including )?(?:itself|it|position {_I}|{_I}|its own position|the current (?:one|token|position))(?: itself)?|(?:{_ALL}(?:itself|its own {_IN}|the current (?:token|one|position)),? (?:and|plus|together with|as well as) (?:to )?{_ALL}(?:{_IN} )?(?:everything )?(?:before(?: it)?|earlier(?: {_IN})?|previous(?: {_IN})?|preceding(?: {_IN})?|past(?: {_IN})?)|{_ALL}(?:earlier|previous|preceding|past) {_IN} (?:and|plus|as well as|including) (?:to )?(?:itself|its own(?: {_IN})?|the current (?:one|token))|{_ALL}(?:past|prefix)(?: and the present| including itself| and (?:to )?itself))", lambda i, n: _between(1, i), True),
    (rf"{_ALL}(?:{_IN} )?(?:strictly )(?:before (?:itself|it|{_I})|earlier(?: {_IN})?)|only {_ALL}(?:earlier|previous|preceding|past) {_IN}", lambda i, n: _between(1, i - 1), True),
    (rf"{_ALL}(?:(?:earlier|previous|preceding|past|prior)(?: {_IN})?|{_IN} (?:that (?:come|stand|lie|are) )?(?:before|to the left of) (?:it|itself|{_I}|that position)|{_IN} (?:on|to) (?:its|the) left|past|everything before(?: it)?|what (?:came|comes|stands) before(?: it)?)", lambda i, n: _between(1, i - 1), False),
    (rf"{_ALL}(?:(?:later|future|following|subsequent|coming|upcoming)(?: {_IN})?|{_IN} (?:that (?:come|stand|lie|are) )?(?:after|behind|beyond|to the right of) (?:it|itself|{_I}|that position|the current (?:one|position|token))|{_IN} (?:on|to) (?:its|the) right|future|everything (?:after|behind)(?: it)?|(?:anything|what(?:ever)?) (?:comes |stands |that comes )?(?:later|after(?: it)?|behind(?: it)?)|nothing after(?: it)?)", lambda i, n: _between(i + 1, n), False),
    (rf"{_ALL}{_IN} {_I} ?\+ ?1|{_ALL}next {_IN}|{_IN} (?-i:[jst]) ?= ?{_I} ?\+ ?1", lambda i, n: frozenset({i + 1}), False),
    (rf"{_ALL}{_IN} {_I} ?[-−] ?1", lambda i, n: frozenset({i - 1}), False),
    (rf"(?:to )?(?:itself|{_ALL}own {_IN}|the (?:current|present) (?:token|one|position|key)|its own)(?! output)", lambda i, n: frozenset({i}), False),
    (rf"(?:all|every|each)(?: of the)?(?: (?-i:[NnT]))? {_IN}|(?:the )?(?:whole|entire|full|complete) (?:sequence|input|text)|everything|all of them|all others", lambda i, n: _between(1, n), False),
)  # fmt: skip
_LETTERED = r"(?-i:[kvxz])_\{?(?P<PREletter>\d{1,2}|[NnT])\}?(?![\w(])"
FIXED = rf"(?:(?:the |very )*(?P<PRErank>{_RANK}|last)(?: causal| masked)? (?P<PREwhat>NOUN)|(?:the )?(?P<PREnoun>NOUN) (?:number )?(?P<PRErange>\d{{1,2}} ?(?:to|–|-|through) ?\d{{1,2}})|(?:the )?(?:first (?P<PREcount>two|three|four|five|\d) (?:NOUN))|(?:the )?(?P<PREnoun2>NOUN) (?:number )?(?P<PRElist>{_LIST})(?![\d.]*\d)|(?:the )?(?P<PREnoun3>NOUN) (?P<PREn>{_N}))"
GENERIC_OUT = rf"(?:(?:no|none of the) {_OUT}(?: (?:ever|may|can))?|(?:the )?{_OUT} (?:at (?:position )?)?{_I}|(?:a|an|each|every|any|the current|one) (?:single )?{_OUT}|(?-i:[yoz]_[it]|[vV]['’′]_[it]|q_[it])(?!\w)|(?:the )?{_I}-th {_OUT}|it)"
OUT_LETTER = r"(?-i:[yoO]|[vV]['’′])_\{?(?P<PREletter>\d{1,2}|[NnT])\}?(?![\w(])"


def _fixed(prefix: str, noun: str, letters: str) -> str:
    return f"(?:{FIXED}|{letters})".replace("PRE", prefix).replace("NOUN", noun)


_NAMED_SO = r"(?: (?-i:[VvOoyY]['’′]?_?\{?[NnTit\d]\}?['’′]?)(?![\w(]))?"
OBSERVER = rf"(?P<generic>{GENERIC_OUT})|{_fixed('o', _OUT, OUT_LETTER)}"
CHANGED = _fixed("c", _IN.replace("(?:tokens", "(?:quer(?:y|ies)|tokens"), _LETTERED)
ANY_CHANGED = rf"(?:(?:a|an|any|one|some|the) )?(?:{_IN} (?:at position )?{_I}|(?-i:[kvx])_{_I})"
_SEES = r"(?:(?:can|may|does|do|will) )?(?:only |just |exactly |thus |therefore |also |already |still |hence |then |indeed )*(?:sees?|attends?(?: only| just)? to|looks?(?: only)? (?:at|back at)|has access to|have access to|uses?|reads?|depends?(?: only| solely)? on|is (?:only )?(?:computed|formed|built|made) (?:only )?(?:from|of|out of)|averages?(?: only)? over|sums?(?: only)? over|draws on|mixes|involves?|knows?(?: of| about)?|is (?:a|the) (?:weighted )?(?:mean|average|function|combination)(?: only)? of(?: (?:the )?values? of)?|takes? into account|covers?|includes?|is allowed to (?:see|look at|attend to))"
_SEES_NOT = r"never (?:sees?|attends? to|looks? (?:ahead )?(?:at|to)|uses?|reads?|depends? on)|(?:(?:does|do|can|may|must|will)(?: not|n['’]t)|cannot|can never|never)(?: \w+ly)? (?:see|attend to|look at|look ahead(?: to)?|use|read|depend on|access|have access to|know(?: of| about)?|involve|include)|ignores?|is (?:blind|insensitive|indifferent) to|is independent of|(?:has|have) no access to|knows nothing (?:of|about)|is (?:shielded|cut off|protected) from|excludes?|leaves? out"
SIGHT = re.compile(rf"(?<![\w-])(?:{OBSERVER})(?: thus| therefore| then| hence| always| here|,)* (?:(?P<no>{_SEES_NOT})|(?P<yes>{_SEES}))(?P<only> (?:only|just|nothing but|exactly|precisely|solely))? ", re.I)  # fmt: skip
ALSO = re.compile(r",?\s*(?:(?P<no>(?:and |but )?(?:not|never|nothing of|none of|and no|but no|and nothing|but nothing|not even|without)(?: (?:of|to|at))?)|(?P<yes>and|including|also)) ", re.I)  # fmt: skip
HIDDEN = re.compile(
    rf"(?P<what>\S[^,;:.]{{2,60}}?) (?:is|are|remains?|stays?) (?:(?P<no>(?:hidden|masked(?: out)?|invisible|unseen|concealed|excluded|not visible|never (?:seen|visible)|not (?:seen|accessible|available)|removed)) (?:from|for|to|by)|(?P<yes>(?:also |already |still )?(?:visible|seen|accessible|available|known)) (?:to|by|for)) (?:{OBSERVER})",
    re.I,
)
_VERB = r"(?:chang(?:ing|e|es)|replac(?:ing|e)|perturb(?:ing)?|alter(?:ing)?|modify(?:ing)?|edit(?:ing)?|exchanging|swapping|overwriting|varying|touching)"
CHANGE = re.compile(
    rf"(?<![\w-])(?:(?:a change (?:of|in|to)|{_VERB}|an edit (?:of|to))(?: only| just)? (?:(?P<any>{ANY_CHANGED})|(?:the )?{CHANGED})|(?:if|when)(?: only| just)? (?:we |one )?(?:(?:change|replace|alter|modify|perturb|edit) )?(?:the )?{CHANGED.replace('?P<c', '?P<d')}(?: (?:is|are|gets?|was) (?:changed|replaced|altered|modified|perturbed|edited|different)| changes?)?)(?: vector)?(?: by (?:something else|another (?:one|vector|value)|anything(?: else)?))?",
    re.I,
)
_SAME = (
    r"(?:unchanged|untouched|unaffected|unaltered|intact|alone|the same|as (?:it|they) (?:is|are|was|were))"
)
# the outputs as seen from the token that is changed
OUTPUTS: tuple[tuple[str, Positions], ...] = (
    (rf"(?:all |the |of the |any )*(?:earlier|previous|preceding|past) {_OUT}|(?:all |the )*{_OUT} before (?:it|that(?: one| position)?)|(?:no|any) {_OUT} before (?:it|that(?: one)?)", lambda p, n: _between(1, p - 1)),
    (rf"(?:all |the |of the |any )*(?:later|following|subsequent) {_OUT}|(?:all |the )*{_OUT} after (?:it|that(?: one| position)?)", lambda p, n: _between(p + 1, n)),
    (rf"(?:its|the) own {_OUT}|{_OUT} of (?:its|the same) position", lambda p, n: frozenset({p})),
    (rf"(?:all|every|each)(?: of)?(?: the)?(?: (?-i:[NnT]|\d))? {_OUT}(?! (?:from|after|before|\d|up))", lambda p, n: _between(1, n)),
)  # fmt: skip
_OUTSIDE = "|".join(f"(?P<s{place}>{words})" for place, (words, _) in enumerate(OUTPUTS)) + "|" + rf"(?:all |the )*{_OUT} from (?:position )?(?P<from>\d{{1,2}}) on(?:wards?)?|" + _fixed("e", r"(?:causal |masked )?" + _OUT, OUT_LETTER)  # fmt: skip
REACHES = re.compile(
    rf"\s*,?\s*(?:(?P<only>only )?(?:then |also |thus |never |therefore )*(?P<changes>changes|affects|influences|alters|moves|touches|reaches|can (?:only )?(?:change|affect|influence|reach|alter|touch)|may change)(?P<only2> only| just)? (?:{_OUTSIDE})|(?:leaves|keeps) (?:all (?:of )?)?(?:{_OUTSIDE.replace('?P<', '?P<l')}) {_SAME}|(?:has no (?:effect|influence) on|(?:does|can|will)(?: not|n['’]t) (?:change|affect|influence|alter|touch|reach)|cannot (?:change|affect|influence|alter|touch|reach)|never (?:changes|affects|reaches|influences|touches)) (?:{_OUTSIDE.replace('?P<', '?P<n')})|(?:then |, )?(?:{_OUTSIDE.replace('?P<', '?P<m')}) (?:(?P<mchanges>changes?|(?:is|are) (?:changed|affected|altered|different)|moves?|differs?)|(?:is|are|stays?|remains?) (?:still )?{_SAME}|(?:does|do) not change))",
    re.I,
)
PASSIVE = re.compile(
    rf"(?:{_OUTSIDE}) (?:(?P<changes>changes?|(?:is|are) (?:changed|affected|altered))|(?P<stays>(?:is|are|stays?|remains?) {_SAME}|(?:does|do) not change|(?:is|are) not (?:changed|affected|altered)))\s*(?:,? (?:if|when|by|whenever))?\s*$",
    re.I,
)
COMPARED = re.compile(
    rf"(?<![\w-])(?:the )?(?:{OBSERVER.replace('?P<', '?P<x')}|(?P<plain>(?:causal|masked) (?:output|row|result|one))){_NAMED_SO}(?: of the (?:causal|masked) (?:version|attention|form))? (?:(?P<same>(?:is|are) (?:exactly |still |then )*(?:the same|equal|identical|unchanged|unaffected)|equals|coincides?(?: with)?|agrees?(?: with)?|matches|(?:does|do) not (?:change|differ))|(?P<other>differs?|(?:is|are) (?:in general )?(?:different|another one|changed|altered)|changes?|(?:does|do)(?: not|n['’]t) (?:equal|coincide|agree|match)))(?: (?:as|to|from|with|in general|that of|of|by|when|if|in|both))* (?:the )?(?:non-?causal|unmasked|full|bidirectional|one without|without|mask(?:ing)?\b|mask is)",
    re.I,
)
MASKING = re.compile(
    rf"(?:the (?:causal )?mask|masking) (?:(?P<same>(?:changes nothing (?:in|for|at|about)|(?:does|has) (?:no|not) (?:change|effect|influence|affect)(?: on| for)?|leaves|has no effect on))|(?P<other>changes|affects|alters)) (?:the )?(?:{OBSERVER.replace('?P<', '?P<x')})(?P<end> (?:unchanged|untouched|alone|as it is))?",
    re.I,
)
_LATER, _EARLIER = (
    r"(?:later|future|following|subsequent|coming)",
    r"(?:earlier|previous|past|preceding|prior)",
)
_SOME = r"(?:(?:a|an|any|the|some|all|no|one|every|of) )*"
# "a later token never changes an earlier output"
RELATIVE = re.compile(
    rf"(?<![\w-])(?:(?:changing|a change (?:of|in|to)|replacing|altering|editing) )?(?P<nobody>no )?{_SOME}(?:(?P<later>{_LATER})|(?P<earlier>{_EARLIER})) {_IN}(?: (?:and|or) {_IN})?(?: {_I})? (?P<no>(?:(?:can|may|does|do|will)(?: not|n['’]t)|cannot|can never|never)(?: ever)? (?:changes?|affects?|influences?|alters?|reach(?:es)?|touch(?:es)?|enters?)|(?:has|have|had) no (?:influence|effect|bearing) on|leaves?)?(?P<yes>(?:(?:can|may|will) (?:also )?)?(?:changes?|affects?|influences?|alters?|reach(?:es)?|touch(?:es)?|enters?|(?:has|have) an? (?:influence|effect) on))? {_SOME}(?:(?P<after>{_LATER}) {_OUT}|(?P<before>{_EARLIER}) {_OUT}|(?P<own>(?-i:[yo]_[it]|[vV]['’′]_[it])(?!\w)|output {_I}))(?P<same> {_SAME})?",
    re.I,
)
MASK_HIDES = re.compile(rf"(?:the )?(?:causal )?mask(?:ing)? (?:thus |therefore |only )*(?P<hides>hides|removes|blocks|excludes|cuts off|forbids|conceals|masks(?: out)?|shuts out) (?:the |all |all the |every )*(?:(?P<later>future|{_LATER} {_IN}|{_IN} after it)|(?P<earlier>past|{_EARLIER} {_IN}))", re.I)  # fmt: skip
ENTERS = re.compile(rf"(?<![\w-])(?:the )?(?P<what>(?:token|key|position|value) {_I}(?: itself)?|(?:its|the) own {_IN}|{_IN} {_I} itself|the current {_IN}|{_ALL}(?:later|future|earlier|previous|past) {_IN}) (?:(?P<no>(?:does|do|must|may)(?: not|n['’]t) |never )|(?:also |already |itself )*)(?:enters?|contributes? to|counts? (?:in|for)|takes? part in|is (?:not )?(?:included|counted|contained) in|is (?:not )?part of) (?:{OBSERVER})", re.I)  # fmt: skip
NOTHING_CHANGES = re.compile(rf"for (?:the )?(?:{OBSERVER.replace('?P<', '?P<x')}) (?:(?P<same>nothing changes|the mask (?:changes nothing|has no effect|does nothing|makes no difference)|(?:mask and no mask|masking or not|with and without (?:the )?mask)(?: is| are| makes?| make)* (?:no difference|the same))|(?P<other>something changes|the mask (?:changes something|matters)))", re.I)  # fmt: skip
AT_PLACE = re.compile(r"\b(?:for|at) (?-i:[it]) ?= ?(?P<place>(?-i:[NnT])|\d{1,2})(?!\d)", re.I)
BOTH_WAYS = re.compile(rf"(?:the )?(?:{OBSERVER.replace('?P<', '?P<x')}) (?:(?P<same>is (?:exactly )?(?:the same|equal|identical)|does not change|agrees|coincides)|(?P<other>is (?:not the same|different)|differs|changes)) (?:with and without|with or without|whether or not there is) (?:the |a )?(?:causal )?mask", re.I)  # fmt: skip
IS_VALUE = re.compile(
    rf"(?<![\w-])(?:the )?(?:{OBSERVER.replace('?P<', '?P<x')})(?: of the (?:causal|masked) (?:form|version|attention))? (?:(?:is|equals|=|becomes|must be)(?P<not> not|n['’]t)?) (?:(?:always|just|simply|exactly|only|nothing but|again|therefore|thus|then|equal to|the same as) )*(?:(?P<first>v_1(?!\w)|the first value(?: vector)?(?: itself)?|the first row of V)|(?P<own>its own value(?: vector)?|the value of (?:its own|the same) (?:token|position))|(?P<mean>(?:the )?(?:plain |simple )?(?:mean|average) of (?:all )?(?:the )?(?:values?(?: vectors)?|v_j))|(?P<none>(?:the )?zero(?: vector)?|0|undefined|not defined))(?!\w|\.\d)",
    re.I,
)
LENGTH = re.compile(r"(?<!\w)(?-i:[NnT]) ?= ?(\d{1,2})(?!\d)")
WORD = re.compile(r"[A-Za-z][A-Za-z'’-]+")
HARMLESS = frozenset(
    [
        "a",
        "again",
        "all",
        "also",
        "always",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "attention",
        "be",
        "because",
        "both",
        "but",
        "by",
        "can",
        "case",
        "causal",
        "causality",
        "clearly",
        "computed",
        "course",
        "each",
        "either",
        "exactly",
        "fact",
        "first",
        "for",
        "form",
        "from",
        "given",
        "hence",
        "here",
        "however",
        "i.e",
        "in",
        "indeed",
        "is",
        "it",
        "its",
        "itself",
        "just",
        "keys",
        "layer",
        "likewise",
        "linear",
        "mask",
        "masked",
        "means",
        "model",
        "namely",
        "note",
        "now",
        "of",
        "on",
        "once",
        "one",
        "only",
        "or",
        "our",
        "output",
        "outputs",
        "position",
        "query",
        "random",
        "recall",
        "same",
        "say",
        "see",
        "simply",
        "since",
        "so",
        "softmax",
        "still",
        "such",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "therefore",
        "these",
        "they",
        "this",
        "those",
        "thus",
        "to",
        "token",
        "too",
        "tokens",
        "under",
        "version",
        "via",
        "we",
        "what",
        "when",
        "where",
        "which",
        "while",
        "with",
        "words",
        "row",
        "rows",
        "sum",
        "sums",
        "matrix",
        "diagonal",
        "definition",
        "construction",
        "by",
        "attending",
        "future",
        "past",
        "later",
        "earlier",
        "values",
        "value",
        "key",
        "keys",
        "sequence",
        "right",
        "left",
        "order",
        "property",
        "requirement",
        "triangular",
        "lower",
    ]
)
MOST_UNREAD = 2
SEGMENT = re.compile(r";\s|(?<=[a-z)\d])\.\s|,?\s(?:whereas|while|but (?=the|a|every|each|position|token|output)|though|although)\s|,? because |,? since ", re.I)  # fmt: skip


def causal_sight(sentence: str, before: str) -> Iterator[Spanned]:
    """(start, end, ruling) of each statement about who sees whom, or whom a change reaches.

    >>> told = "Under the causal mask position i sees the keys with j < i and not its own."
    >>> [judged.ruling.value for _, _, judged in causal_sight(told, "")]
    ['refuted']
    """
    plain, places = plain_signs(sentence)
    past = plain_signs(before[-1500:])[0]
    if not SCOPE.search(f"{past} {plain}") or ELSEWHERE.search(plain):
        return
    given = [int(found) for found in LENGTH.findall(f"{past[-600:]} {plain}")]
    at = 0
    for cut in (*SEGMENT.finditer(plain), None):
        end = cut.start() if cut is not None else len(plain)
        text = plain[at:end]
        length = given[-1] if given and given[-1] > 1 else 0
        for first, last, judged in _statements(text, length):
            yield places[at + first], places[at + last], judged
        at = cut.end() if cut is not None else end


def _statements(text: str, length: int) -> Iterator[Spanned]:
    masked = UNMASKED.search(text) is None
    relative = RELATIVE.search(text)
    if relative is not None and bool(relative.group("yes")) != bool(relative.group("no")):
        yield from _relative(relative, text, masked)
        return
    hides = MASK_HIDES.search(text)
    if hides is not None:
        holds = hides.group("later") is not None
        if _plain_beside(text, hides.start(), hides.end()):
            yield hides.start(), hides.end(), _ruling(holds, ANY, SHORTEST, True)
        return
    enters = ENTERS.search(text)
    if enters is not None:
        yield from _enters(enters, text, length, masked)
        return
    value = IS_VALUE.search(text)
    if value is not None and masked:
        yield from _value(value, text, length)
        return
    compared = (
        BOTH_WAYS.search(text)
        or NOTHING_CHANGES.search(text)
        or COMPARED.search(text)
        or MASKING.search(text)
    )
    if compared is not None:
        yield from _compared(compared, text, length)
        return
    change = CHANGE.search(text)
    if change is not None:
        yield from _reached(change, text, length, masked)
        return
    hidden = HIDDEN.search(text)
    sight = SIGHT.search(text)
    if sight is not None:
        yield from _seen(sight, text, length, masked)
    elif hidden is not None:
        yield from _hidden(hidden, text, length, masked)


NONZERO = re.compile(
    r"\((?:where|if|when|provided|for|as long as)[^()]*(?:\([^()]*\)[^()]*)*\)|(?:where|when|if|provided)\s\S*φ\S*[^,.;]*(?:≠|\\ne|not) ?\S*0",
    re.I,
)


def _plain_beside(text: str, start: int, end: int) -> bool:
    rest = NONZERO.sub(" ", text[:start] + " " + text[end:])
    if re.search(r"\b(?:not|never|no|nor|neither|if|when|only|except)\b|n['’]t\b", rest, re.I):
        return False
    return sum(word.lower() not in HARMLESS for word in WORD.findall(rest)) <= MOST_UNREAD


# -- positions ---------------------------------------------------------------------------------------------------------


def _length(places: Sequence[int], given: int) -> int:
    return given or max([SHORTEST, *(place + 2 for place in places)])


def _named(groups: dict[str, str], prefix: str, given: int) -> tuple[list[int], int] | None:
    """The positions that words name by number or rank, and the length of the sequence; None if they name none."""
    get = {key[len(prefix) :]: value for key, value in groups.items() if key.startswith(prefix) and value}
    numbers: list[int] = []
    if get.get("range"):
        first, last = (int(one) for one in re.findall(r"\d+", get["range"]))
        numbers = list(range(first, last + 1))
    elif get.get("list"):
        numbers = [int(one) for one in re.findall(r"\d+", get["list"])]
    elif get.get("count"):
        numbers = list(range(1, (NUMBERS.get(get["count"].lower()) or int(get["count"])) + 1))
    elif get.get("letter", "").isdigit():
        numbers = [int(get["letter"])]
    elif get.get("rank", "").lower() in RANKS:
        numbers = [RANKS[get["rank"].lower()]]
    length = _length(numbers, given)
    if get.get("rank", "").lower() == "last" or get.get("n") or get.get("letter") or numbers:
        numbers = numbers or [length]
        return (numbers, length) if all(1 <= one <= length for one in numbers) else None
    return None


def _observers(groups: dict[str, str], prefix: str, given: int) -> tuple[list[int], int] | None:
    if groups.get(("x" if prefix.startswith("x") else "") + "generic"):
        return list(range(2, _length([], given))) or [1], _length([], given)
    return _named(groups, prefix, given)


def _set_at(text: str, start: int) -> _Set | None:
    """The set of inputs that is named at a place, the longest reading."""
    best: _Set | None = None
    for words, of, exact in INPUTS:
        found = re.compile(rf"(?:the |to |at |of )?(?:{words})(?![\w-])", re.I).match(text, start)
        if found is not None and (best is None or found.end() > best.end):
            best = _Set(of, found.start(), found.end(), exact)
    fixed = re.compile(rf"(?:{_fixed('f', _IN, _LETTERED)})(?![\w-])", re.I).match(text, start)
    if fixed is not None and (best is None or fixed.end() > best.end):
        groups = fixed.groupdict()
        named = _named(groups, "f", 0)
        last = (
            (groups.get("frank") or "").lower() == "last"
            or groups.get("fn")
            or (groups.get("fletter") or "1").isalpha()
        )
        if named is not None:
            numbers = frozenset(named[0])
            exact = bool(groups.get("frange") or groups.get("flist") or groups.get("fcount"))
            of: Positions = (lambda i, n: frozenset({n})) if last else (lambda i, n: numbers)
            return _Set(of, fixed.start(), fixed.end(), exact)
    return best


# -- what is said ------------------------------------------------------------------------------------------------------


def _seen(sight: re.Match[str], text: str, given: int, masked: bool) -> Iterator[Spanned]:
    told = _observers(sight.groupdict(), "o", given)
    what = _set_at(text, sight.end())
    if told is None or what is None:
        return
    positions, length = told
    exactly = (
        bool(sight.group("only"))
        or re.search(r"\b(?:only|just|exactly|solely|nothing but)\b", sight.group(), re.I) is not None
    )
    only = (
        re.search(r"^(?:only|just|exactly|nothing but)\b|\bonly\b", text[what.start : what.end], re.I)
        is not None
    )
    nobody = re.match(r"no\b|none\b", sight.group(), re.I) is not None
    if nobody and (sight.group("no") or exactly or only):
        return
    yes = sight.group("no") is None and not nobody
    claims: list[tuple[Positions, bool, bool]] = [(what.of, yes, exactly or only or (what.exact and yes))]
    end = what.end
    tail = re.compile(r"\s*(?:only|alone)\b", re.I).match(text, end)
    if tail:
        claims[0], end = (claims[0][0], claims[0][1], True), tail.end()
    more = ALSO.match(text, end)
    while more is not None:
        other = _set_at(text, more.end())
        if other is None:
            break
        positive = more.group("no") is None and yes
        if positive and claims[0][2]:
            first = claims[0][0]
            claims[0] = (_both(first, other.of), True, claims[0][2])
        else:
            claims.append((other.of, positive, False))
        end = other.end
        more = ALSO.match(text, end)
    if not _plain_beside(text, sight.start(), end):
        return

    def holds(i: int) -> bool:
        seen = _between(1, i) if masked else _between(1, length)
        return all(_fits(of(i, length), seen, yes, exact) for of, yes, exact in claims)

    verdicts = {holds(i) for i in positions}
    if len(verdicts) != 1:
        return
    yield sight.start(), end, _ruling(verdicts.pop(), positions[-1], length, masked)


def _both(first: Positions, second: Positions) -> Positions:
    return lambda i, n: first(i, n) | second(i, n)


def _fits(named: frozenset[int], seen: frozenset[int], yes: bool, exact: bool) -> bool:
    if not yes:
        return not named & seen
    return named == seen if exact else bool(named) and named <= seen


def _ruling(holds: bool, position: int, length: int, masked: bool) -> Judged:
    seen = list(range(1, position + 1)) if masked else list(range(1, length + 1))
    says = (
        "output i sums over j ≤ i, itself included and nothing later"
        if masked
        else "without a mask every position sees all"
    )
    if holds:
        return verified(Kind.FACT, says, Method.COUNT)
    return refuted(Kind.FACT, says, Method.COUNT, {"tokens": length, "position": position, "sees": seen})


def _hidden(hidden: re.Match[str], text: str, given: int, masked: bool) -> Iterator[Spanned]:
    told = _observers(hidden.groupdict(), "o", given)
    start = hidden.start("what")
    what = next(
        (
            one
            for place in range(start, hidden.end("what"))
            if (place == start or not text[place - 1].isalnum())
            and (one := _set_at(text, place)) is not None
            and one.end == hidden.end("what")
        ),
        None,
    )
    if told is None or what is None or not _plain_beside(text, what.start, hidden.end()):
        return
    positions, length = told
    yes = hidden.group("yes") is not None
    verdicts = {
        _fits(what.of(i, length), _between(1, i) if masked else _between(1, length), yes, False)
        for i in positions
    }
    if len(verdicts) == 1:
        yield what.start, hidden.end(), _ruling(verdicts.pop(), positions[-1], length, masked)


def _reached(change: re.Match[str], text: str, given: int, masked: bool) -> Iterator[Spanned]:
    groups = {key: value for key, value in change.groupdict().items() if value}
    if change.group("any"):
        places, length = [ANY], _length([], given)
    else:
        named = _named(groups, "c", given) or _named(groups, "d", given)
        if named is None or len(named[0]) != 1:
            return
        places, length = named
    effect = REACHES.match(text, change.end())
    passive = None if effect else PASSIVE.search(text[: change.start()])
    found = effect or passive
    if found is None:
        return
    said = {key: value for key, value in found.groupdict().items() if value}
    numbers = [int(one) for one in re.findall(r"\d+", found.group())]
    length = given or max([length, *(one + 1 for one in numbers)])
    outputs = next(
        (one for prefix in ("", "l", "n", "m") if (one := _outputs(said, prefix, length)) is not None), None
    )
    if outputs is None:
        return
    start, end = min(change.start(), found.start()), max(change.end(), found.end())
    if found is effect:
        start += len(text[start:end]) - len(text[start:end].lstrip())
    nobody = re.match(r"\W*(?:then )?no\b", found.group(), re.I) is not None
    tail = re.compile(r"\s*(?:only|alone)\b", re.I).match(text, found.end()) if found is effect else None
    if tail is not None:
        said["only"], end = "only", tail.end()
    changes = ("changes" in said or "mchanges" in said) != nobody
    only = "only" in said or "only2" in said
    if not _plain_beside(text, start, end):
        return
    query = re.search(r"\bquer(?:y|ies)\b", change.group(), re.I) is not None
    verdicts = set()
    for place in places:
        reached = frozenset({place}) if query else _between(place, length) if masked else _between(1, length)
        claimed = outputs(place, length)
        if not claimed:
            return
        verdicts.add(claimed == reached if only else claimed <= reached if changes else not claimed & reached)
    holds = verdicts.pop()
    says = (
        f"output i sums over j ≤ i: a change at {places[0]} reaches the outputs from {places[0]} on and no other"
        if masked and not query
        else "output i alone has query i"
        if query
        else "without a mask every output sees every token"
    )
    if holds:
        yield start, end, verified(Kind.FACT, says, Method.COUNT)
    else:
        witness = {
            "tokens": length,
            "changed": places[0],
            "outputs that change": sorted(
                frozenset({places[0]})
                if query
                else _between(places[0], length)
                if masked
                else _between(1, length)
            ),
            "stated": " ".join(text[start:end].split()),
        }
        yield start, end, refuted(Kind.FACT, says, Method.COUNT, witness)


def _outputs(said: dict[str, str], prefix: str, length: int) -> Positions | None:
    for place, (_, of) in enumerate(OUTPUTS):
        if f"{prefix}s{place}" in said:
            return of
    if f"{prefix}from" in said:
        first = int(said[f"{prefix}from"])
        return lambda p, n: _between(first, n)
    named = _named(said, f"{prefix}e", length)
    if named is None:
        return None
    last = (
        said.get(f"{prefix}erank", "").lower() == "last"
        or f"{prefix}en" in said
        or said.get(f"{prefix}eletter", "1").isalpha()
    )
    numbers = frozenset(named[0])
    return (lambda p, n: frozenset({n})) if last else (lambda p, n: numbers)


def _relative(found: re.Match[str], text: str, masked: bool) -> Iterator[Spanned]:
    """`later tokens have no influence on earlier outputs`."""
    leaves = (found.group("no") or "").lower().startswith("leave")
    if leaves != bool(found.group("same")) or not _plain_beside(text, found.start(), found.end()):
        return
    denied = (found.group("no") is not None) != (found.group("nobody") is not None)
    if found.group("no") and found.group("nobody"):
        return
    reaches = not masked or (found.group("earlier") is not None and found.group("before") is None)
    if found.group("later") is not None and found.group("after") is not None:
        return  # a later token and a later output may stand in any order
    if found.group("earlier") is not None and found.group("before") is not None:
        return
    yield found.start(), found.end(), _ruling(reaches != denied, ANY, SHORTEST, masked)


def _enters(found: re.Match[str], text: str, given: int, masked: bool) -> Iterator[Spanned]:
    """`token i itself enters its output`."""
    told = _observers(found.groupdict(), "o", given)
    own = re.search(
        r"itself|own|current|(?:token|key|position|value) (?-i:[it])\b", found.group("what"), re.I
    )
    what = (lambda i, n: frozenset({i})) if own else None
    if what is None:
        named = _set_at(found.group("what"), 0)
        what = named.of if named is not None else None
    if told is None or what is None or not _plain_beside(text, found.start(), found.end()):
        return
    no = found.group("no") is not None or re.search(r"\bis not\b", found.group(), re.I) is not None
    positions, length = told
    verdicts = {
        _fits(what(i, length), _between(1, i) if masked else _between(1, length), not no, False)
        for i in positions
    }
    if len(verdicts) == 1:
        yield found.start(), found.end(), _ruling(verdicts.pop(), positions[-1], length, masked)


def _value(found: re.Match[str], text: str, given: int) -> Iterator[Spanned]:
    """`the first output is v_1`: a single key has the weight 1."""
    told = _observers(
        {key[1:]: value for key, value in found.groupdict().items() if key.startswith("x")}, "o", given
    )
    if told is None or not _plain_beside(text, found.start(), found.end()):
        return
    positions, _ = told
    if positions == [1]:
        holds = found.group("first") is not None or found.group("own") is not None
    elif found.group("mean") or found.group("none"):
        return
    else:
        holds = False
    denied = found.group("not") is not None
    says = "the first output sees the first key only, with the weight 1; a later one sees several"
    if holds != denied:
        yield found.start(), found.end(), verified(Kind.FACT, says, Method.COUNT)
    else:
        yield (
            found.start(),
            found.end(),
            refuted(
                Kind.FACT,
                says,
                Method.COUNT,
                {
                    "output 1": "v_1",
                    "output 2": "a mean of v_1 and v_2",
                    "stated": " ".join(found.group().split()),
                },
            ),
        )


def _compared(found: re.Match[str], text: str, given: int) -> Iterator[Spanned]:
    groups = {key[1:] if key.startswith("x") else key: value for key, value in found.groupdict().items()}
    at_place = AT_PLACE.search(text)
    if groups.get("plain") or (at_place is not None and groups.get("generic")):
        if at_place is None:
            return
        place = at_place.group("place")
        length = _length([], given)
        told: tuple[list[int], int] | None = ([length if not place.isdigit() else int(place)], length)
    else:
        told = _observers(groups, "o", given)
    if told is None or (found.re is MASKING and "leaves" in found.group().lower() and not groups.get("end")):
        return
    positions, length = told
    same = groups.get("same") is not None
    verdicts = {(position == length) == same for position in positions}
    if len(verdicts) != 1 or not _plain_beside(text, found.start(), len(text)):
        return
    says = "the last output sums over all keys with the mask as without it, an earlier one over fewer"
    if verdicts.pop():
        yield found.start(), found.end(), verified(Kind.FACT, says, Method.COUNT)
    else:
        position = positions[0]
        witness = {
            "tokens": length,
            "output": position,
            "keys with the mask": position,
            "keys without": length,
        }
        yield found.start(), found.end(), refuted(Kind.FACT, says, Method.COUNT, witness)


__all__ = ["causal_sight"]
