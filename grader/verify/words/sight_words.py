# ruff: noqa: E501 -- a pattern stays on one line
"""How it is told who sees whom under a causal mask: sets of positions, verbs of sight and of change, and what they name.

All patterns read text in plain signs (`plain_signs`). A set of positions may depend on the position that sees (`the keys
up to i`) or stand for itself (`keys 1 and 2`, `the last token`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from grader.verify.words.beside import harmless, is_read

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
class NamedSet:
    """Positions as words name them; `exact` where a formula or a list says which and no others."""

    of: Positions
    start: int
    end: int
    exact: bool = False


def between(first: int, last: int) -> frozenset[int]:
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
    (rf"{_ALL}(?:{_IN} )?(?:with |for which |where )?(?:the )?(?:index )?(?-i:[jst]) ?≤ ?{_I}|{_ALL}(?:{_IN} )?(?:1|one) ?(?:to|,? ?(?:…|\.\.\.),?|–|-|through|up to) ?{_I}(?! ?[-+−])|{_ALL}first {_I}(?: {_IN})?|{_I} {_IN}", lambda i, _n: between(1, i), True),
    (rf"{_ALL}(?:{_IN} )?(?:with |for which |where )?(?:the )?(?:index )?(?-i:[jst]) ?< ?{_I}|{_ALL}(?:{_IN} )?(?:1|one) ?(?:to|,? ?(?:…|\.\.\.),?|–|-|through|up to) ?{_I} ?[-−] ?1|{_ALL}first {_I} ?[-−] ?1(?: {_IN})?|{_I} ?[-−] ?1 {_IN}", lambda i, _n: between(1, i - 1), True),
    (rf"{_ALL}(?:{_IN} )?(?:with |for which |where )?(?:the )?(?:index )?(?-i:[jst]) ?≥ ?{_I}", lambda i, n: between(i, n), True),
    (rf"{_ALL}(?:{_IN} )?(?:with |for which |where )?(?:the )?(?:index )?(?-i:[jst]) ?> ?{_I}", lambda i, n: between(i + 1, n), True),
    (rf"{_ALL}(?:{_IN} )?up to (?:and including )?(?:itself|it|position {_I}|{_I}|its own position|the current (?:one|token|position))(?: itself)?|(?:{_ALL}(?:itself|its own {_IN}|the current (?:token|one|position)),? (?:and|plus|together with|as well as) (?:to )?{_ALL}(?:{_IN} )?(?:everything )?(?:before(?: it)?|earlier(?: {_IN})?|previous(?: {_IN})?|preceding(?: {_IN})?|past(?: {_IN})?)|{_ALL}(?:earlier|previous|preceding|past) {_IN} (?:and|plus|as well as|including) (?:to )?(?:itself|its own(?: {_IN})?|the current (?:one|token))|{_ALL}(?:past|prefix)(?: and the present| including itself| and (?:to )?itself))", lambda i, _n: between(1, i), True),
    (rf"{_ALL}(?:{_IN} )?(?:strictly )(?:before (?:itself|it|{_I})|earlier(?: {_IN})?)|only {_ALL}(?:earlier|previous|preceding|past) {_IN}", lambda i, _n: between(1, i - 1), True),
    (rf"{_ALL}(?:(?:earlier|previous|preceding|past|prior)(?: {_IN})?|{_IN} (?:that (?:come|stand|lie|are) )?(?:before|to the left of) (?:it|itself|{_I}|that position)|{_IN} (?:on|to) (?:its|the) left|past|everything before(?: it)?|what (?:came|comes|stands) before(?: it)?)", lambda i, _n: between(1, i - 1), False),
    (rf"{_ALL}(?:(?:later|future|following|subsequent|coming|upcoming)(?: {_IN})?|{_IN} (?:that (?:come|stand|lie|are) )?(?:after|behind|beyond|to the right of) (?:it|itself|{_I}|that position|the current (?:one|position|token))|{_IN} (?:on|to) (?:its|the) right|future|everything (?:after|behind)(?: it)?|(?:anything|what(?:ever)?) (?:comes |stands |that comes )?(?:later|after(?: it)?|behind(?: it)?)|nothing after(?: it)?)", lambda i, n: between(i + 1, n), False),
    (rf"{_ALL}{_IN} {_I} ?\+ ?1|{_ALL}next {_IN}|{_IN} (?-i:[jst]) ?= ?{_I} ?\+ ?1", lambda i, _n: frozenset({i + 1}), False),
    (rf"{_ALL}{_IN} {_I} ?[-−] ?1", lambda i, _n: frozenset({i - 1}), False),
    (rf"(?:to )?(?:itself|{_ALL}own {_IN}|the (?:current|present) (?:token|one|position|key)|its own)(?! output)", lambda i, _n: frozenset({i}), False),
    (rf"(?:all|every|each)(?: of the)?(?: (?-i:[NnT]))? {_IN}|(?:the )?(?:whole|entire|full|complete) (?:sequence|input|text)|everything|all of them|all others", lambda _i, n: between(1, n), False),
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
    rf"(?<![\w-])(?:(?:a change (?:of|in|to)|{_VERB}|an edit (?:of|to))(?: only| just)? (?:(?P<any>{ANY_CHANGED})|(?:the )?{CHANGED})|(?:if|when)(?: only| just)? (?:we |one )?(?:(?:change|replace|alter|modify|perturb|edit) )?(?:the )?{CHANGED.replace('?P<c', '?P<d')}(?: (?:is|are|gets?|was|were) (?:changed|replaced|altered|modified|perturbed|edited|different)(?: (?:to|by) (?:-?[\d.]+|\([-\d., ]+\)))?| changes?)?)(?: vector)?(?: by (?:something else|another (?:one|vector|value)|anything(?: else)?))?",
    re.I,
)
_SAME = (
    r"(?:unchanged|untouched|unaffected|unaltered|intact|alone|the same|as (?:it|they) (?:is|are|was|were))"
)
# the outputs as seen from the token that is changed
OUTPUTS: tuple[tuple[str, Positions], ...] = (
    (rf"(?:all |the |of the |any )*(?:earlier|previous|preceding|past) {_OUT}|(?:all |the )*{_OUT} before (?:it|that(?: one| position)?)|(?:no|any) {_OUT} before (?:it|that(?: one)?)", lambda p, _n: between(1, p - 1)),
    (rf"(?:all |the |of the |any )*(?:later|following|subsequent) {_OUT}|(?:all |the )*{_OUT} after (?:it|that(?: one| position)?)", lambda p, n: between(p + 1, n)),
    (rf"(?:its|the) own {_OUT}|{_OUT} of (?:its|the same) position", lambda p, _n: frozenset({p})),
    (rf"(?:all|every|each)(?: of)?(?: the)?(?: (?-i:[NnT]|\d))? {_OUT}(?! (?:from|after|before|\d|up))", lambda _p, n: between(1, n)),
)  # fmt: skip
_OUTSIDE = "|".join(f"(?P<s{place}>{words})" for place, (words, _) in enumerate(OUTPUTS)) + "|" + rf"(?:all |the )*{_OUT} from (?:position )?(?P<from>\d{{1,2}}) on(?:wards?)?|" + _fixed("e", r"(?:causal |masked )?" + _OUT, OUT_LETTER)  # fmt: skip
REACHES = re.compile(
    rf"\s*,?\s*(?:(?P<only>only )?(?:then |also |thus |never |therefore )*(?P<changes>changes|affects|influences|alters|moves|touches|reaches|can (?:only )?(?:change|affect|influence|reach|alter|touch)|(?:may|would) (?:also |still |only )?(?:change|affect|influence|alter|reach))(?P<only2> only| just)? (?:{_OUTSIDE})|(?:leaves|keeps) (?:all (?:of )?)?(?:{_OUTSIDE.replace('?P<', '?P<l')}) {_SAME}|(?:has no (?:effect|influence) on|(?:does|can|will|would)(?: not|n['’]t) (?:change|affect|influence|alter|touch|reach)|cannot (?:change|affect|influence|alter|touch|reach)|never (?:changes|affects|reaches|influences|touches)) (?:{_OUTSIDE.replace('?P<', '?P<n')})|(?:then |, )?(?:{_OUTSIDE.replace('?P<', '?P<m')}) (?:(?P<mchanges>changes?|(?:is|are) (?:changed|affected|altered|different)|moves?|differs?|would (?:also |still )?(?:change|differ|move|be (?:changed|affected|altered|different))(?: too| as well)?)|(?:is|are|stays?|remains?|would (?:be|stay|remain)) (?:still )?{_SAME}|(?:does|do|would)(?: not|n['’]t) (?:change|be (?:changed|affected|altered))))",
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
ENTERS = re.compile(rf"(?<![\w-])(?:the )?(?P<what>(?:token|key|position|value) {_I}(?: itself)?|(?:its|the) own {_IN}|{_IN} {_I} itself|the current {_IN}|{_ALL}(?:later|future|earlier|previous|past) {_IN}) (?:(?P<no>(?:does|do|must|may)(?: not|n['’]t) |never )|(?:also |already |itself )*)(?:enters?|contributes? to|counts? (?:in|for)|takes? part in|is (?:not )?(?:included|counted|contained) in|is (?:not )?part of|(?P<out>is (?:not )?(?:itself )?(?:excluded|left out|missing|omitted|removed|absent|dropped) (?:from|of|in)|(?:are|stays?|remains?) (?:itself )?(?:excluded|left out|missing|absent|omitted|dropped) (?:from|of|in))) (?:{OBSERVER}|(?P<own>(?:its|the) own (?:output|sum|result)s?))(?!\w)", re.I)  # fmt: skip
NOTHING_CHANGES = re.compile(rf"for (?:the )?(?:{OBSERVER.replace('?P<', '?P<x')}) (?:(?P<same>nothing changes|the mask (?:changes nothing|has no effect|does nothing|makes no difference)|(?:mask and no mask|masking or not|with and without (?:the )?mask)(?: is| are| makes?| make)* (?:no difference|the same))|(?P<other>something changes|the mask (?:changes something|matters)))", re.I)  # fmt: skip
AT_PLACE = re.compile(r"\b(?:for|at) (?-i:[it]) ?= ?(?P<place>(?-i:[NnT])|\d{1,2})(?!\d)", re.I)
BOTH_WAYS = re.compile(rf"(?:the )?(?:{OBSERVER.replace('?P<', '?P<x')}) (?:(?P<same>is (?:exactly )?(?:the same|equal|identical)|does not change|agrees|coincides)|(?P<other>is (?:not the same|different)|differs|changes)) (?:with and without|with or without|whether or not there is) (?:the |a )?(?:causal )?mask", re.I)  # fmt: skip
IS_VALUE = re.compile(
    rf"(?<![\w-])(?:the )?(?:{OBSERVER.replace('?P<', '?P<x')})(?: of the (?:causal|masked) (?:form|version|attention))? (?:(?:is|equals|=|becomes|must be)(?P<not> not|n['’]t)?) (?:(?:always|just|simply|exactly|only|nothing but|again|therefore|thus|then|equal to|the same as) )*(?:(?P<first>v_1(?!\w)|the first value(?: vector)?(?: itself)?|the first row of V)|(?P<own>its own value(?: vector)?|the value of (?:its own|the same) (?:token|position))|(?P<mean>(?:the )?(?:plain |simple )?(?:mean|average) of (?:all )?(?:the )?(?:values?(?: vectors)?|v_j))|(?P<none>(?:the )?zero(?: vector)?|0|undefined|not defined))(?!\w|\.\d)",
    re.I,
)
LENGTH = re.compile(r"(?<!\w)(?-i:[NnT]) ?= ?(\d{1,2})(?!\d)")
HARMLESS = harmless(
    """
    all always attending be because but case causal causality computed construction definition diagonal each earlier
    either form future however i.e its itself key keys later layer left likewise linear lower mask masked matrix model
    namely order our output outputs past position property query random recall requirement right row rows same say see
    sequence simply since softmax still such sum sums than them there they triangular value values version via while
    words
    """
)
SO = re.compile(r",? so (?=(?:the|its|a|each|every|it|token|key|position|output)\b)", re.I)
UNREAL = re.compile(r"\b(?:if|would|without|unless|suppose|were|when|once|provided)\b", re.I)
SEGMENT = re.compile(r";\s|(?<=[a-z)\d])\.\s|,?\s(?:whereas|while|but (?=the|a|every|each|position|token|output)|though|although)\s|,? because |,? since ", re.I)  # fmt: skip


NONZERO = re.compile(
    r"\((?:where|if|when|provided|for|as long as)[^()]*(?:\([^()]*\)[^()]*)*\)|(?:where|when|if|provided)\s\S*φ\S*[^,.;]*(?:≠|\\ne|not) ?\S*0",
    re.I,
)


def is_plain_beside(text: str, start: int, end: int) -> bool:
    rest = NONZERO.sub(" ", text[:start] + " " + text[end:])
    if re.search(r"\b(?:not|never|no|nor|neither|if|when|only|except)\b|n['’]t\b", rest, re.I):
        return False
    return is_read(rest, HARMLESS)


# -- positions ---------------------------------------------------------------------------------------------------------


def sequence_length(places: Sequence[int], given: int) -> int:
    return given or max([SHORTEST, *(place + 2 for place in places)])


def named_positions(groups: dict[str, str], prefix: str, given: int) -> tuple[list[int], int] | None:
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
    length = sequence_length(numbers, given)
    if get.get("rank", "").lower() == "last" or get.get("n") or get.get("letter") or numbers:
        numbers = numbers or [length]
        return (numbers, length) if all(1 <= one <= length for one in numbers) else None
    return None


def observing_positions(groups: dict[str, str], prefix: str, given: int) -> tuple[list[int], int] | None:
    if groups.get(("x" if prefix.startswith("x") else "") + "generic"):
        return list(range(2, sequence_length([], given))) or [1], sequence_length([], given)
    return named_positions(groups, prefix, given)


def set_at(text: str, start: int) -> NamedSet | None:
    """The set of inputs that is named at a place, the longest reading."""
    best: NamedSet | None = None
    for words, positions, exact in INPUTS:
        found = re.compile(rf"(?:the |to |at |of )?(?:{words})(?![\w-])", re.I).match(text, start)
        if found is not None and (best is None or found.end() > best.end):
            best = NamedSet(positions, found.start(), found.end(), exact)
    fixed = re.compile(rf"(?:{_fixed('f', _IN, _LETTERED)})(?![\w-])", re.I).match(text, start)
    if fixed is not None and (best is None or fixed.end() > best.end):
        groups = fixed.groupdict()
        named = named_positions(groups, "f", 0)
        last = (
            (groups.get("frank") or "").lower() == "last"
            or groups.get("fn")
            or (groups.get("fletter") or "1").isalpha()
        )
        if named is not None:
            numbers = frozenset(named[0])
            exact = bool(groups.get("frange") or groups.get("flist") or groups.get("fcount"))
            of: Positions = (lambda _i, n: frozenset({n})) if last else (lambda _i, _n: numbers)
            return NamedSet(of, fixed.start(), fixed.end(), exact)
    return best


__all__ = [
    "ALSO",
    "ANY",
    "AT_PLACE",
    "BOTH_WAYS",
    "CHANGE",
    "COMPARED",
    "ELSEWHERE",
    "ENTERS",
    "HIDDEN",
    "IS_VALUE",
    "LENGTH",
    "MASKING",
    "MASK_HIDES",
    "NOTHING_CHANGES",
    "OUTPUTS",
    "PASSIVE",
    "REACHES",
    "RELATIVE",
    "SCOPE",
    "SEGMENT",
    "SHORTEST",
    "SIGHT",
    "SO",
    "UNMASKED",
    "UNREAL",
    "Positions",
    "between",
    "is_plain_beside",
    "named_positions",
    "observing_positions",
    "sequence_length",
    "set_at",
]
