# ruff: noqa: E501 -- a pattern stays on one line
"""Growth said without a formula: "isn't quadratic any more", "a little dearer with each token", "independent of N".

Each such clause says of a method how its whole cost grows with the length, or its cost for one token with the
position. It reads its own negations, which is why it stands beside the claims that a denial takes away.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from grader.verify.claim import Judged, Kind, Method, refuted, verified
from grader.verify.costs.cost_nouns import Reading, Thing, read_things
from grader.verify.costs.steps import METHODS
from grader.verify.passage import Found, Passage
from grader.verify.reading.mood import Clause, Mood

_NOT = r"(?:(?:is|are|was|does|has|do)(?:n[’']t| not)|no longer|not|never|stops? being|ceases? to be|loses? its|nothing)"
QUADRATIC = re.compile(
    rf"(?P<not>\b{_NOT} (?:any longer |longer |at all |even )?)?(?:\b(?:is|are|stays?|remains?|becomes?|turns?|runs? in|grows?|scales?|gets?) )?(?:still |only |just |even |therefore |thus |now |also |already |asymptotically )*(?P<degree>quadratic|linear|sub-?quadratic|cubic|constant)(?:ally|ly)?(?P<more> any ?more| any longer)?(?! (?:attention|kernel|map|form|version|combination|function|polynomial|features?|in [DdMRrCL]\b|with [DdMRrCL]\b|layer|term|algebra|decoder|method|variant|projection|probe|classifier|model|softmax|loss|penalty|growth rate))",
    re.I,
)
SLOWER = re.compile(
    r"\bgrows? (?:more slowly|slower|less quickly|less) than (?:\$?\s*)(?P<n>[NnT])\s*(?:\^\s*\{?2\}?|²)|\b(?:gets?|is|falls?|drops?) below (?:\$?\s*)(?:[NnT])\s*(?:\^\s*\{?2\}?|²)|\bsub-?quadratic\b",
    re.I,
)
DEARER = re.compile(
    r"\b(?:each|every|a|the next|later|new) (?:new |next |further |later )*(?:tokens?|steps?|positions?|quer(?:y|ies)|updates?)\b[^.;]{0,25}\b(?:dearer|more expensive|costlier|slower|costs? more|takes? longer|takes? more|longer)\b"
    r"|\b(?:work|cost|time|effort|price)\b[^.;]{0,40}\b(?:per|of (?:a|one|each|every)|for (?:a|one|each|every)) (?:new |single |next )?(?:token|step|position|query)\b[^.;]{0,15}\b(?:grows?|rises?|increases?|goes up|climbs?)\b"
    r"|\b(?:step|token)s? (?:gets?|becomes?|grows?) (?:\w+ )?(?:dearer|slower|more expensive|costlier)\b",
    re.I,
)
EVEN = re.compile(
    r"\b(?:each|every|one|a|an update|per)\b[^.;]{0,40}\b(?:token|step|position|update)s?\b[^.;]{0,40}\b(?:costs? (?:the same|just as much|as much|no more)|is (?:equally|just as|no) (?:dear|expensive|cheap|dearer|slower|more expensive)|takes? (?:the same|just as long|no longer)|constant (?:time|cost|work)|(?:does not|doesn[’']t) (?:depend on|grow with|get))|\b(?:cost|work|time) per (?:token|step|position) (?:is|stays|remains) (?:the same|constant|independent)\b|\bone step costs the same\b|\bconstant (?:cost|time|work)? ?per (?:token|step|position)\b",
    re.I,
)
STATE = re.compile(
    r"\b(?:state|S(?:_i)? and [Zz](?:_i)?|running sums?|sums)\b[^.;]{0,60}?(?P<says>(?P<no>\b(?:does|do) not |\bdoes?n[’']t |\bnever |\bno longer )?(?:grows?|get (?:larger|bigger)|becomes? larger|increases?)\s+(?:linearly )?(?:with|as)\b[^.;,]{0,30}|(?:does|do)(?: not|n[’']t) depend (?:up)?on (?:the )?(?:\$?\s*[NniT]\b|(?:sequence )?length|number of tokens|position)|\bindependent(?:ly)? of (?:the )?(?:\$?\s*[NniT]\b|sequence length|number of tokens|length|position)|\b(?:has|keeps|is of) (?:a )?(?:fixed|constant) size)",
    re.I,
)
# what has to be kept of the past
PAST = r"(?:all |every |each |any )?(?:of )?(?:the |its )?(?:past|earlier|previous|old|seen|preceding)(?: seen)? (?:keys?(?: and values?)?|values?|tokens?|key vectors?|keys, values)"
KEPT_PAST = re.compile(
    rf"\b(?P<a>{PAST}) (?:(?:have|has|need|needs) to be|must (?:all )?be|must stay|are|stay|remain|has to stay|have to stay) (?:still |all |always )?(?:kept|stored|saved|held|remembered|cached|in memory|around|available)"
    rf"|\b(?:has|have|needs?|must) (?:to )?(?:still )?(?:keep|store|save|hold|remember|cache) (?:on to )?(?P<b>{PAST})",
    re.I,
)
FORGOTTEN = re.compile(
    rf"\b(?P<a>{PAST}) (?:(?:can|may|could|are) (?:then |now |all )?(?:be )?(?:thrown away|forgotten|discarded|dropped|deleted|released)|(?:need|needs|have|has) not (?:to )?be (?:kept|stored|held)|(?:do|does)(?: not|n[’']t) (?:have|need) to be (?:kept|stored|held)|are (?:no longer|not) (?:needed|kept|stored))",
    re.I,
)
SIZES = re.compile(r"\b(?:[NniTt]|length|sequence|tokens?|position|prefix|context)\b", re.I)
FIXED_OTHERWISE = re.compile(
    r"\b(?:window|sparse|local|hash|low[- ]rank|flash|chunk|block|Linformer|Reformer|Performer|Mamba|RNN|LSTM)\w*",
    re.I,
)
ON_A_MACHINE = re.compile(
    r"\b(?:laptop|machine|GPU|CPU|measur\w+|seconds?|ms|benchmark|epochs?|plot|timings?|ran)\b", re.I
)
# "grows with the number of features" speaks of no position
OTHER_OBJECT = re.compile(
    r"(?:\s+(?:linearly|quadratically|slowly))?\s+(?:with|on|in|as|like)\s++(?!(?:the |its |every |each |more |increasing |growing )*(?:[iNntT]\b|position|index|length|sequence|prefix|context|tokens?|number of (?:\w+ )?tokens|steps?|past))",
    re.I,
)
NO_SIZE_OF_IT = re.compile(
    r"\b(?:norms?|entr(?:y|ies)|values?|magnitudes?|ranks?|errors?|variance|elements?|coordinates?|sum of squares)\b",
    re.I,
)
SKIPPED = frozenset(
    {Mood.ASKED, Mood.SUPPOSED, Mood.CONDITIONAL, Mood.RETRACTED, Mood.ATTRIBUTED, Mood.ELSEWHERE}
)
BY_FEATURES = frozenset({Thing.LINEAR, Thing.RANDOM, Thing.POLYNOMIAL, Thing.CUBIC})
HINTS = {Thing.S: Thing.LINEAR, Thing.Z: Thing.LINEAR, Thing.STATE: Thing.LINEAR, Thing.UPDATE: Thing.LINEAR, Thing.CAUSAL: Thing.LINEAR, Thing.SCORES: Thing.SOFTMAX, Thing.CACHE: Thing.SOFTMAX}  # fmt: skip
SOFTMAX_SAYS = "N queries meet N keys; the mask leaves N(N + 1)/2 pairs, still of the order N²"
LINEAR_SAYS = "each of N tokens updates and reads sums of a fixed size"


def growth_words(passage: Passage, pieces: Sequence[Clause]) -> Iterator[Found]:
    """What the clauses of a block say of growth in words."""
    for clause in pieces:
        if clause.mood in SKIPPED:
            continue
        spelled, places = passage.spelled(clause.text)
        plain = re.sub(r"[$*`\n]", " ", spelled)
        for start, end, judged in _judged(plain, clause, passage):
            lead = len(spelled[start:end]) - len(spelled[start:end].lstrip())
            at = min(start + lead, len(places) - 1)
            yield Found(clause.offset + places[at], spelled[start:end].strip(), judged)


def _judged(plain: str, clause: Clause, passage: Passage) -> Iterator[tuple[int, int, Judged]]:
    sentence = passage.text.spelled(clause.sentence)
    if FIXED_OTHERWISE.search(sentence):
        return
    own = read_things(plain)
    state = STATE.search(plain)
    if (
        state is not None
        and SIZES.search(state.group("says"))
        and not NO_SIZE_OF_IT.search(plain[: state.end()])
    ):
        if _feature_state(own, plain, passage):
            grows = re.match(r"(?:grow|get|become|increase)", state.group("says"), re.I) is not None
            yield (
                0,
                state.end(),
                _ruled(not grows, "the sums are L×M and of length L, however many tokens there are", "0"),
            )
        return
    for pattern, kept in ((KEPT_PAST, True), (FORGOTTEN, False)):
        found = pattern.search(plain)
        if found is None:
            continue
        denied = re.search(rf"\b{_NOT}\b|\bno\b|\bwithout\b", plain[: found.start()], re.I) is not None
        method = _method(plain, clause, passage)
        if (
            method is not None
            and not denied
            and not re.search(r"\bif\b|\bgradient|\bbackprop|\btraining", sentence, re.I)
        ):
            features = method in BY_FEATURES
            says = (
                "the sums S and Z are all that a token needs of those before it"
                if features
                else "a query meets every key before it"
            )
            yield found.start(), found.end(), _ruled(kept != features, says, "0" if features else "1")
        return
    for pattern, even in ((DEARER, False), (EVEN, True)):
        found = pattern.search(plain)
        if found is None:
            continue
        if re.search(rf"\b{_NOT}\b|\bno (?:dearer|longer|slower|more)\b", found.group(), re.I) and not even:
            return
        if ON_A_MACHINE.search(sentence) or OTHER_OBJECT.match(plain[found.end() :]):
            return
        method = _method(plain, clause, passage)
        if method is not None:
            right = even if method in BY_FEATURES else not even
            says = (
                f"{LINEAR_SAYS}, so that one token costs the same at every position"
                if method in BY_FEATURES
                else "query i meets i keys"
            )
            yield 0, len(plain.rstrip(" .")), _ruled(right, says, "0" if method in BY_FEATURES else "1")
        return
    said = QUADRATIC.search(plain)
    slower = SLOWER.search(plain)
    if said is None and slower is None:
        return
    # it speaks of softmax attention itself, by name, and of nothing else
    if (
        not own.has(Thing.SOFTMAX)
        or own.unknown_but(KNOWN_HERE)
        or any(thing in BY_FEATURES for thing in own.things)
    ):
        return
    if re.search(
        r"\bmemory|\bspace\b|\bstorage\b|\bper (?:token|step|query)|\beach (?:token|step|query)|\bin [DdMRr]\b|\bwidth",
        plain,
        re.I,
    ):
        return
    if slower is not None:
        if re.search(rf"\b{_NOT}\b", plain[: slower.start()], re.I):
            return
        yield 0, slower.end(), _ruled(False, SOFTMAX_SAYS, "2")
        return
    if said is None:
        return
    denied = (
        bool(said.group("not") or said.group("more"))
        or re.search(rf"\b{_NOT} (?:\w+ )?$", plain[: said.start("degree")], re.I) is not None
    )
    if said.group("more") and not denied:
        return
    if not denied and re.match(r"\s+(?:in|with|of)\s", plain[said.end() :]):
        return  # a size is named: `scaling` decides
    degree = said.group("degree").lower()
    if degree == "quadratic":
        yield 0, said.end(), _ruled(not denied, SOFTMAX_SAYS, "2")
    elif not denied:
        yield 0, said.end(), _ruled(False, SOFTMAX_SAYS, "2")


KNOWN_HERE = frozenset(
    {"half", "pairs", "than", "even", "more", "quadratic", "linear", "cubic", "constant", "slowly", "slower", "isn't", "isn’t", "stays", "longer", "anymore", "still", "less", "quickly", "subquadratic", "sub", "quadratically", "linearly"}
)  # fmt: skip


def _ruled(right: bool, says: str, power: str) -> Judged:
    if right:
        return verified(Kind.COMPLEXITY, says, Method.COUNT)
    return refuted(Kind.COMPLEXITY, says, Method.COUNT, {"power": power})


def _feature_state(own: Reading, plain: str, passage: Passage) -> bool:
    """Whether the state is that of sums of features."""
    about = (
        f"{plain} {passage.earlier[-600:]} {passage.heading} {passage.text.spelled(passage.block.text)[:600]}"
    )
    return not own.has(Thing.SOFTMAX, Thing.CACHE, Thing.ALL_STATES) and read_things(about).has(
        *BY_FEATURES, Thing.S, Thing.FEATURES
    )


def _method(plain: str, clause: Clause, passage: Passage) -> Thing | None:
    """The method whose tokens are spoken of: by its name in the clause, else the only one of the paragraph."""
    levels = (
        plain,
        passage.text.spelled(clause.sentence),
        passage.text.spelled(passage.block.text),
        passage.heading,
    )
    # past keys are kept by no feature method, whatever the text says: they name one only where nothing else does
    for passed_over in (frozenset({Thing.CACHE}), frozenset[Thing]()):
        for words in levels:
            things = read_things(words).things
            named = {
                HINTS.get(thing, thing)
                for thing in things
                if thing in METHODS or (thing in HINTS and thing not in passed_over)
            }
            kinds = {thing in BY_FEATURES for thing in named}
            if len(kinds) == 1:
                return sorted(named, key=lambda thing: thing.name)[0]
            if kinds:
                return None
    return None
