# ruff: noqa: E501 -- a pattern stays on one line
"""What the words around a stated cost say that it is of: the thing, whether it is time or memory, and for how many tokens.

The words are read from the cost outwards: its own part of the sentence, what follows it, then what a pronoun or a bare
"the layer" may stand for: earlier parts of the sentence, the sentence before, the heading.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from grader.verify.costs.cost_nouns import Reading, Thing, read_things
from grader.verify.costs.operations import normal
from grader.verify.costs.steps import (
    AGAIN,
    AGAIN_Z,
    FEATURES_OF,
    MEMORY,
    METHODS,
    SUMMED,
    TIME,
    WHOLES,
    WHOLES_KEPT,
    Price,
    cost_from,
    parts_of,
    together,
)
from grader.verify.scope.growth import Cost


@dataclass(frozen=True)
class Around:
    """The words around a cost."""

    before: str
    after: str
    sentence: str
    label: str
    block: str
    heading: str
    earlier: str
    scope: str = ""  # the words that say of how many tokens it is, where they are others than those before it
    memory: bool = False  # whether numbers that are kept are counted, by the words of the sentence


@dataclass(frozen=True)
class Known:
    """What the cost has to be: `right`, and readings that some texts mean; certain if every word is understood."""

    right: tuple[Cost, ...]
    says: str
    tolerated: tuple[Cost, ...]
    certain: bool


UNIT = r"(?:time|work|operations|multiplications|memory|numbers|space|storage|steps|flops|entries)"
KEPT = re.compile(
    r"\b(?:memory|storage|stor(?:e|es|ed|ing)|space|footprint|kept|keep(?:s|ing)?|held|hold(?:s|ing)?|occup(?:y|ies|ying)|"
    r"fills?(?= (?:\w+ )?(?:numbers|entries|memory))|entries|numbers|floats|materiali[sz]\w+|sav(?:e|es|ing)(?= (?:all|every|each|the)))\b",
    re.I,
)
SPENT = re.compile(
    r"\b(?:time|operations?|multiplications?|additions?|flops|run-?time|comput\w+|evaluat\w+|work|takes? O)\b|^\W*Fill",
    re.I,
)
NUMBERS_AFTER = re.compile(
    r"^\W*(?:\w+ ){0,2}(?:numbers|floats|entries|memory|space|storage|values to store)\b", re.I
)
STEPS_AFTER = re.compile(r"^\W*(?:\w+ )?(?:time|operations?|multiplications?|additions?|flops|steps)\b", re.I)
_THERE = r"(?:given|there|known|computed|ready|at hand|in place|available|evaluated|precomputed)"
_FEATURES = r"(?:\bfeatures\b|\bfeature (?:vectors|map)\b|[φψ]\S*)"
# what is said to be there already costs nothing more
GIVEN = re.compile(
    rf"\b(?:given|once|with|after|taking|assuming|knowing|starting from)\b[^,.;:]{{0,30}}?{_FEATURES}[^,.;:]{{0,30}}?\b{_THERE}\b"
    rf"|\b(?:given|after|starting from)\b[^,.;:]{{0,20}}?{_FEATURES}(?=[,.;:]|$)"
    r"|\b(?:already|previously) (?:computed|evaluated|known|given)\b|\bonce the (?:features|projections) are \w+"
    r"|\b(?:beyond|besides|beside|apart from|without|not counting|excluding|except for|on top of|leaving out|aside from)\b[^,.;:]{0,25}\b(?:projections?|features?|inputs?|outputs?)\b",
    re.I,
)
GIVEN_SUMS = re.compile(
    rf"\b(?:given|once|with|after)\b[^,.;:]{{0,20}}?\b(?:sums?|states?|S|Z)\b[^,.;:]{{0,20}}?\b{_THERE}\b|\b(?:given|knowing) (?:the |both )*(?:sums|state)\b",
    re.I,
)
CONDITION = re.compile(r"\b(?:once|if|when|provided|given|assuming|unless|as long as)\b", re.I)
# "with running sums each token costs": how it is done is not what costs
STEP = re.compile(
    r"\b(?:one|each|every|a|a single) (?:(?:decoding|decoder|causal|generation|further|more|new|next|single|such) )*(?:step|token)s?\b",
    re.I,
)
BY_SUMS = re.compile(
    r"\b(?:with|using|by|thanks to|via|given) (?:the |two |these |those )*(?:(?:running|prefix|cumulative|partial) )?(?:sums?|states?)(?: S and [Zz])?\b,?(?=\s+(?:each|every|one|a|an|the|it|we|you|this|all|costs?|takes?|needs?|is)\b)",
    re.I,
)
ALL_PAIRS = re.compile(r"\b(?:all|every|each)\b[^.;]{0,25}\b(?:pairs?|pairwise|distances)\b|\bmatrix\b", re.I)
PARTLY = re.compile(
    r"\b(?:products?|parts?|half|stages?|multiplications?|first|second|last|bookkeeping)\b", re.I
)
OTHER_PROJECTIONS = re.compile(
    r"\b(?:output|query|key|value|linear|input|learned|QKV|final) projections?\b|\bproject\w* (?:\w+ )?(?:in)?to (?:the )?(?:queries|keys|values|[QKV]\b)|projections? (?:for|to|of|into) (?:the )?(?:[QKV]\b|inputs?|outputs?|values?)",
    re.I,
)
RANDOM_THERE = re.compile(r"random|frequenc|fourier|\\omega|ω|\bW\b|\bw_|sines?|directions", re.I)
STORED = re.compile(
    r"\b(?:weights?|scores?|matri(?:x|ces)|probabilit\w+)\b[^.;,]{0,20}\b(?:is|are|be|being) (?!not\b)(?:\w+ly )?(?:stored|kept|saved|held|materiali[sz]ed)\b",
    re.I,
)
WITH_CACHE = re.compile(
    r"\b(?:over|with|using|from|against|of)\W+(?:an?|the|its)? ?(?:kv |key[- ]value )?cache", re.I
)
CUT = re.compile(
    r"[;:](?=\s|$)|,(?=\s)|\.\s|\s(?:but|while|whereas|because|since|so|hence|thus|therefore|although|though|which|where)\s"
)
JOINED = re.compile(r"\s(?:and|or)\s(?=[^,;]*$)")
FINITE = re.compile(
    r"\b(?:is|are|has|have|does|do|takes?|costs?|needs?|gives?|meets?|makes?|updates?|requires?|uses?|holds?|becomes?|stays?|equals?|contains?|can|must)\b",
    re.I,
)
PRONOUN = re.compile(r"\b(?:it|this|that|which|they|them|these|those|its|their)\b", re.I)
OF_IT = re.compile(rf"^\W*(?:{UNIT}\s+)?(?:more\s+)?(?:(?:goes|go|is|are|spent|needed|due|paid)\s+)*(?:for|to|on|in|from|by)\s+(?P<what>[^,;.:]*)", re.I)  # fmt: skip
VERBAL = re.compile(r"^\W*(?:\w+\s+)?(?:goes|go|is|are|spent|needed|due|paid)\b", re.I)
ONE = re.compile(
    r"\b(?:per|each|every|one|a single|single|an individual|any)\W+(?:(?:new|generated|next|further|incoming|decoded|decoding|decoder|causal|extra|additional|more|such|time) )*(?:token|step|position|iteration|query|quer(?:y|ies)|row|vector|key|update|output|element|input|read-?out|\$?[ijtn]\b)|\bper-?(?:token|step|query)|\bfor (?:one|a single)\b|\bat each\b|\bper \$?[ijtn]\b|\b[ijt]\$?-?th\b|\btoken (?:number )?\$?[ijtn]\b",
    re.I,
)
ALL = re.compile(
    r"\b(?:total|overall|altogether|in all|for all|all N|all (?:the )?(?:N |n |T )?(?:tokens|queries|positions|outputs|steps|keys|denominators|numerators)|(?:entire|whole) (?:sequence|loop|pass|text)|N (?:steps|tokens|positions|iterations|times|rows|queries|updates|outputs)|over (?:the |all )?(?:loop|sequence|N|tokens|queries|positions)|full sequence|across|each of the N|the N|all (?:of )?(?:them|these|those))\b",
    re.I,
)
RUNNING = re.compile(
    r"\b(?:generat\w+|decod\w+|running|in place|overwrit\w+|current|online|stream\w+|inference|recurren\w+|state)\b",
    re.I,
)
# "comparing every query with every key" speaks of all of them
MEETING = re.compile(
    r"\b(?:every|each|one|a|all|the) (?:quer\w+|tokens?) (?:and|with|to|against|meets?|by) (?:every|each|one|a|all|the)(?: other)? (?:keys?|tokens?)|\bpairs? of\b[^,;.]*",
    re.I,
)
# "O(N²D) for the scores plus O(N²M) for": the words between are of the cost before
SCORES_THERE = re.compile(
    r"\b(?:after|given|once|with) (?:\w+ ){0,3}(?:QKᵀ|scores?|logits?)[^,;]{0,20},(?: then)? (?:the )?softmax\W+(?:itself )?(?:costs?|takes?|needs?|is)",
    re.I,
)
SOFTMAX_ITSELF = re.compile(r"attention|layer|method|version|variant|decoder", re.I)
BELONGS_BEFORE = re.compile(r"^\W*(?:time |work |operations )?(?:for|to|in|on|from)\b.*", re.I)
OF_ONE_BEFORE = re.compile(
    r"(?:[OΘ𝒪]\}?\s*(?:\\left)?\([^.;]{0,60}\bper\b|\b(?:per|(?:for )?each|(?:for )?every)\b[^.;]{0,120}[OΘ𝒪]\}?\s*(?:\\left)?\()",
    re.I,
)
ONE_ENTRY = re.compile(
    r"\b(?:an?|one|each|every|single|per|individual|first|any|last)\W+(?:of the |single |individual |new )*(?:(?:attention )?scores?|logits?|inner products?|dot products?|scalar products?|projections?|weights?|similarit(?:y|ies)|exponentials?|columns?|entr(?:y|ies)|coordinates?|components?|divisions?|sines?|cosines?|norms?|distances?|frequenc(?:y|ies)|directions?|features?|pairs?)\b(?! (?:plus|matrix|vector|map))",
    re.I,
)
COUNTS = re.compile(
    r"^\W*(?:\w+ )?(?:features|monomials|weights|outer products|products|scores|pairs|rows|columns)\b", re.I
)
# Words by which a cost may be one token's own though none says so outright.
SINGLE = re.compile(
    r"\b(?:per|each|every|one|single|next|new|current|step\w*|positions?|tokens?|quer(?:y|ies)|rows?|generat\w+|decod\w+|online|"
    r"stream\w*|incremental\w*|autoregressive\w*|recurrent|updat\w+|inference|cach\w+|time[- ]?steps?)\b|_\{?[ijt]\b|\$[ijt]\$|ᵢ|ⱼ",
    re.I,
)
HYPOTHETICAL_MAP = re.compile(r"\bfeature map had\b", re.I)
BY_FEATURES = (Thing.LINEAR, Thing.RANDOM, Thing.POLYNOMIAL, Thing.FEATURES, Thing.S, Thing.Z, Thing.CAUSAL, Thing.SIMILARITIES, Thing.STATE, Thing.RIGHT)  # fmt: skip
SIGNALS: dict[Thing, Thing] = {
    Thing.SCORES: Thing.SOFTMAX, Thing.MIXING: Thing.SOFTMAX, Thing.ROWS: Thing.SOFTMAX, Thing.WEIGHTS: Thing.SOFTMAX,
    Thing.S: Thing.LINEAR, Thing.Z: Thing.LINEAR, Thing.SIMILARITIES: Thing.LINEAR, Thing.RIGHT: Thing.LINEAR, Thing.LEFT: Thing.LINEAR,
    Thing.NUMERATORS: Thing.LINEAR, Thing.PROJECTIONS: Thing.RANDOM, Thing.WAVES: Thing.RANDOM, Thing.DIRECTIONS: Thing.RANDOM,
}  # fmt: skip


# "with R random projections the total time is": by what the whole is done, not what costs this
BY_DIRECTIONS = re.compile(
    r"\b(?P<by>with|using|given|for|from|by)\s+(?P<many>(?:(?:the|all|only|just|these|our)\s+)*(?:\$?\\?[A-Za-z_\d{}\\]{1,14}\$?\s+)?)(?:random\s+)?(?:projections?|directions?|frequenc(?:y|ies))\b(?=[^.;]*\b(?:total|overall|altogether|in all|whole|entire|everything|attention)\b)",
    re.I,
)


def without_means(words: str) -> str:
    """The words of a cost without what it is done by: "each step with the running sums", "with R projections the total".

    >>> without_means("with $R$ random projections the total time is")
    'with $R$ random features the total time is'
    """
    words = BY_DIRECTIONS.sub(r"\g<by> \g<many>random features", words)
    return BY_SUMS.sub(" ", words) if ONE.search(words) else words


def known_cost(around: Around, claimed: Cost) -> Known | None:
    """What the cost that the words speak of has to be; None where they name nothing that is known."""
    if HYPOTHETICAL_MAP.search(around.sentence) or COUNTS.match(around.after):
        return None
    if GIVEN_SUMS.search(around.sentence):
        return None
    given = GIVEN.search(normal(around.sentence)) is not None
    own, sure, scope, antecedent = _subject(around)
    if own is None:
        return None
    memory = _is_memory(around, scope)
    scope = MEETING.sub(" ", scope)
    per, whole = bool(ONE.search(scope)), bool(ALL.search(scope)) or own.has(Thing.TOTAL)
    if ONE_ENTRY.search(MEETING.sub(" ", scope)):
        return None
    price, certain, others = _price(own, around, claimed, memory=memory, given=given, whole=whole)
    if price is None:
        return None
    if Thing.DISTANCES in own.things and ALL_PAIRS.search(around.sentence):
        price = replace(price, also=("N^2 D", "N^2"))
    every, one = cost_from(price.every), cost_from(price.one)
    also = tuple(cost_from(text) for text in price.also)
    certain = certain and sure and not own.unknown
    certain = certain and not CONDITION.search(GIVEN.sub(" ", normal(around.after)))
    if memory and RUNNING.search(f"{around.before} {around.label} {around.after}"):
        also = ()
    if price in {AGAIN, AGAIN_Z} and not re.search(r"\bper\b", scope):
        # "afresh at every position" speaks of them all
        right, also = every, (*also, one)
    elif per and whole:
        right, also = every, (one, *also)
        certain = certain and bool(re.search(r"\b(?:total|overall|altogether|in all)\b", scope, re.I))
    elif per or (price.single and not whole):
        right, also = one, (*also, *(() if per else (every,)))
    elif whole:
        right = every
    else:
        of_one = SINGLE.search(f"{around.sentence} {around.label} {around.heading}")
        right, also = every, (*also, one) if of_one or memory else also
    return Known((right,), _shown(price, right, every), (*also, *others, *antecedent), certain)


def _shown(price: Price, right: Cost, every: Cost) -> str:
    return price.says if right == every else f"for one token: {price.says}"


def _segments(text: str) -> list[str]:
    """The parts of a sentence's beginning, the last first; a bare "and" cuts where a verb stands before it."""
    parts: list[str] = []
    start = 0
    for cut in CUT.finditer(text):
        if text.count("(", 0, cut.start()) > text.count(")", 0, cut.start()):
            continue
        parts.append(text[start : cut.start()])
        start = cut.end()
    parts.append(text[start:])
    out: list[str] = []
    for part in reversed(parts):
        joined = JOINED.search(part)
        if (
            joined
            and FINITE.search(part[: joined.start()])
            and re.search(r"[A-Za-z]{2,}", part[joined.end() :])
        ):
            out += [part[joined.end() :], part[: joined.start()]]
        else:
            out.append(part)
    return out


def _subject(around: Around) -> tuple[Reading | None, bool, str, tuple[Cost, ...]]:
    """What the cost is of; whether that is sure; the words that say of how many tokens; other costs that may be meant."""
    before = GIVEN.sub(" ", normal(around.before[-260:]))
    segments = [part for part in _segments(before) if re.search(r"\w", part)]
    onto = OF_IT.match(normal(around.after))
    behind = read_things(GIVEN.sub(" ", onto.group("what"))) if onto else Reading((), ())
    own_words = segments[0] if segments else ""
    own = read_things(own_words)
    scope = f"{own_words} , {around.after} {around.scope}"
    bare = not [t for t in own.things if t not in {Thing.TOTAL, Thing.OUTPUTS}]
    listed = BELONGS_BEFORE.match(own_words) is not None
    if (bare or listed) and [t for t in behind.things if t is not Thing.TOTAL]:
        own = Reading((), ()) if listed else own
        unknown = () if not own.unknown else own.unknown
        return Reading(behind.things, (*behind.unknown, *unknown)), True, scope, ()
    if set(own.things) == {Thing.TOTAL} and OF_ONE_BEFORE.search(f"{around.block[-300:]} {around.sentence}"):
        return None, False, scope, ()  # the total of what was one token's before
    behind_parts = parts_of(behind.things, memory=around.memory)
    if behind_parts and not behind.unknown and not parts_of(own.things, memory=around.memory):
        # softmax attention takes so much for its scores
        return Reading((*own.things, *behind_parts), own.unknown), True, scope, ()
    if onto and (PARTLY.search(onto.group("what")) or VERBAL.match(onto.group())):
        return None, False, scope, ()
    if not bare or own.has(Thing.OUTPUTS):
        return own, True, scope, ()
    if not own.things and not own.unknown and not behind.unknown and STEP.search(own_words):
        return own, True, scope, ()  # "one decoding step costs": of the method that its cost belongs to
    if behind.unknown:
        return None, False, scope, ()
    if own.has(Thing.TOTAL) and not own.unknown:
        return own, True, scope, ()
    if own.unknown:
        return None, False, scope, ()
    # a pronoun, or nothing at all: what the words before it name
    named = re.search(r"\b(?:Fill|Form|Comput|Build|Evaluat|Stor|Keep|Hold|Mak)\w*\s+(?:it|them|this|that|these)\b", own_words, re.I)  # fmt: skip
    pronoun = PRONOUN.search(own_words)
    for part in segments[1:3]:
        reading = read_things(part)
        if [t for t in reading.things if t not in {Thing.TOTAL, Thing.WHOLE, Thing.OUTPUTS}]:
            named_there = reading.things if Thing.AGAIN in reading.things else reading.things[-1:]
            return Reading(named_there, ()), bool(pronoun) and len(reading.things) == 1, scope, ()
    if not pronoun and not named and segments:
        return None, False, scope, ()
    if not segments and around.label:
        reading = read_things(around.label)
        if reading.things and not reading.unknown:
            return reading, True, scope, ()
    last = _sentence_before(around)
    reading = read_things(last)
    things = [t for t in reading.things if t not in {Thing.TOTAL, Thing.WHOLE, Thing.OUTPUTS}]
    if not things or not (pronoun or named):
        return None, False, scope, ()
    return (
        Reading((things[-1],), ()),
        len(set(things)) == 1 and not (set(reading.unknown) and not named),
        scope,
        (),
    )


def _sentence_before(around: Around) -> str:
    text = f"{around.earlier[-400:]} {around.block[-400:]}".strip()
    pieces = [piece for piece in re.split(r"(?<=[.!?])\s+", text) if re.search(r"\w", piece)]
    if pieces and around.before.strip() and pieces[-1].strip().endswith(around.before.strip()[-20:]):
        pieces = pieces[:-1]
    return pieces[-1] if pieces else ""


def _is_memory(around: Around, scope: str) -> bool:
    """Whether numbers that are kept are counted."""
    if NUMBERS_AFTER.match(around.after) or STEPS_AFTER.match(around.after):
        return bool(NUMBERS_AFTER.match(around.after))
    own = scope.split(" , ")[0]
    if around.memory:
        return True
    kept, spent = list(KEPT.finditer(own)), list(SPENT.finditer(own))
    if kept or spent:
        return bool(kept) and (not spent or kept[-1].start() > spent[-1].start())
    if KEPT.search(around.after[:30]):
        return True
    return bool(KEPT.search(around.label)) and not SPENT.search(around.label)


def _price(
    own: Reading, around: Around, claimed: Cost, *, memory: bool, given: bool, whole: bool
) -> tuple[Price | None, bool, tuple[Cost, ...]]:
    """The price of what is named; whether that is sure; what it would be of the other methods that may be meant."""
    things = list(own.things)
    if not memory and Thing.AGAIN in things:
        if Thing.Z in things and Thing.S not in things:
            return AGAIN_Z, True, ()
        there = SUMMED & {*things, *read_things(f"{around.sentence} {around.label} {around.heading}").things}
        return (
            (AGAIN, bool(SUMMED & set(things)), (cost_from("N L M"), cost_from("N^2 L")))
            if there
            else (None, False, ())
        )
    if Thing.OTHER_ORDER in things and Thing.LEFT not in things and not memory:
        near = read_things(f"{_sentence_before(around)} {around.sentence}")
        return (TIME[Thing.LEFT], True, (cost_from("N L M"),)) if near.has(Thing.RIGHT) else (None, False, ())
    parts = parts_of(things, memory=memory)
    about = f"{around.sentence} {around.label} {around.heading} {around.earlier[-500:]}"
    if Thing.PROJECTIONS in parts and (
        OTHER_PROJECTIONS.search(around.sentence) or not RANDOM_THERE.search(about)
    ):
        return None, False, ()
    if {Thing.NUMERATORS, Thing.DENOMINATORS} & set(parts):
        near = read_things(around.sentence)
        afar = read_things(about)
        if near.has(Thing.SOFTMAX, Thing.WEIGHTS, Thing.SCORES) or not afar.has(*BY_FEATURES):
            return None, False, ()
    if Thing.CACHE in parts and WITH_CACHE.search(around.before):
        return None, False, ()
    methods = [thing for thing in things if thing in METHODS]
    table = MEMORY if memory else TIME
    if (
        Thing.FEATURES in things
        and not parts
        and not methods
        and not {Thing.WHOLE, Thing.TOTAL} & set(things)
    ):
        of = _method(around, claimed, own)
        if of and of[0] in FEATURES_OF and not memory:
            return FEATURES_OF[of[0]], False, ()
        return (
            (Price("N L", "L", "N feature vectors of length L"), False, ()) if memory else (None, False, ())
        )
    if (
        Thing.FEATURES in things
        and not parts
        and methods
        and things.index(Thing.FEATURES) < things.index(methods[0])
    ):
        return None, False, ()
    # "with the product by V the whole layer is": what stands last is the subject
    if parts and not (things[-1] in {Thing.WHOLE} and len(things) > 1):
        price = together([table[part] for part in parts])
        if memory and Thing.STATE in parts and Thing.POLYNOMIAL in methods:
            price = WHOLES_KEPT[Thing.POLYNOMIAL]
        if memory and Thing.CACHE in parts:
            price = table[Thing.CACHE]
        return price, memory or parts != [Thing.STATE] or ONE.search(around.sentence) is not None, ()
    wholes = WHOLES_KEPT if memory else WHOLES
    if methods:
        method = methods[-1] if Thing.SOFTMAX not in methods or len(set(methods)) == 1 else methods[0]
        found = wholes.get(method)
        if method is Thing.SOFTMAX and not memory and SCORES_THERE.search(normal(around.before)):
            return TIME[Thing.ROWS], False, ()
        if method is Thing.SOFTMAX and found is not None and not SOFTMAX_ITSELF.search(normal(around.before)):
            found = replace(found, also=(*found.also, "N^2"))
        if given and method is Thing.RANDOM:
            found = wholes[Thing.LINEAR]
        if memory and method is Thing.SOFTMAX and found is not None and STORED.search(around.sentence):
            found = replace(found, also=())
        if own.features_only and not memory and method in FEATURES_OF and found is not None:
            found = replace(found, also=(*found.also, FEATURES_OF[method].every, FEATURES_OF[method].one))
        return found, len(set(methods)) == 1, ()
    if "R" in claimed.variables and not memory:
        random = WHOLES[Thing.LINEAR] if given else WHOLES[Thing.RANDOM]
        alone = given or bool(
            re.search(r"\bfeatures\b[^.;]{0,40}\b(?:given|known|computed|there)\b", around.block[-500:], re.I)
        )
        loose = () if whole and not alone else (cost_from("N R M"), cost_from("R M"))
        return random, True, loose
    named = _method(around, claimed, own)
    if not named:
        return None, False, ()
    others = tuple(
        cost_from(text)
        for method in named[1:]
        if method in wholes
        for text in (wholes[method].every, wholes[method].one)
    )
    if named[0] not in wholes:
        return None, False, ()
    return wholes[named[0]], True, others


def _method(around: Around, claimed: Cost, own: Reading) -> list[Thing]:
    """The methods that "the layer" may stand for, the nearest first."""
    levels: Sequence[str] = (
        around.sentence.split(around.before.strip()[-25:])[0] if around.before.strip() else "",
        around.label,
        around.block[-600:],
        around.heading,
        around.earlier[-600:],
    )
    found: list[Thing] = []
    for level in levels:
        things = read_things(level).things
        found += [t if t in METHODS else SIGNALS[t] for t in reversed(things) if t in METHODS or t in SIGNALS]
    if own.has(Thing.CAUSAL) and Thing.SOFTMAX in found and Thing.MASK not in own.things:
        found = [method for method in found if method is not Thing.SOFTMAX]
    if "L" in claimed.variables:
        return [Thing.LINEAR, *(m for m in dict.fromkeys(found) if m is not Thing.LINEAR)]
    return list(dict.fromkeys(found))
