# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""What a stated cost is of, by its words, and what that costs in truth."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from grader.verify.costs.cost_phrases import SINGLE, Around, known_cost, without_means
from grader.verify.costs.cost_vocabulary import FILLING, KNOWN_ACTIONS, topic, unknown_words
from grader.verify.costs.operations import (
    MEMORY,
    METHOD_NAMES,
    PROJECTIONS,
    TIME,
    Operation,
    Whole,
    last_method,
    methods_in,
    nearest,
    normal,
)
from grader.verify.costs.work_truths import every_token, found_in
from grader.verify.costs.works import Shapes
from grader.verify.grammar.syntax import Expression
from grader.verify.scope.growth import Cost, Same, Ties, read_cost, same_growth, times, times_n

PER = re.compile(
    r"\beach\s+\$?\\?(?:phi|φ)|\b(?:per|each|every|one|a single|single)\s+(?:new |generated |decoding |time |decod\w+ )?(?:token|step|position|iteration|query|row|vector|\$?[ij]\b|key|update|output|element|input|example|sample)|\bper-(?:token|step)|per \$?[ijt]\b|\bfor (?:one|a single) |at each|per-step|\bupdat(?:e|es|ing)\b|a step\b|\$?\b[ijt]\$?-?th (?:token|step|position|query|row|output)",
    re.I,
)
WHOLE = re.compile(
    r"\b(?:total|overall|altogether|in all|for all|all N|entire|whole|N (?:steps|tokens|positions|iterations|times|rows|queries)|over (?:the )?(?:loop|sequence|N)|full sequence|for every|in sum|all (?:the )?(?:N )?(?:tokens|queries|positions|keys)|(?:the|whole|entire) loop|for (?:the|a) (?:whole |full |entire )?sequence|across (?:the )?(?:sequence|tokens|positions))\b",
    re.I,
)
OF_SOFTMAX = "N^2 D + N^2 M"
WEIGHTS_KEPT = re.compile(
    r"\b(?:weights?|attention matri(?:x|ces)|scores?|probabilit\w+|matri(?:x|ces))\b[^.;]{0,30}\b(?:(?:is|are|be|being|been) (?:\w+ly )?(?:stored|kept|saved|materiali[sz]ed|held)|in memory)\b"
    r"|\b(?:stor|keep|sav|materiali[sz]|hold)\w* (?:all |the |all the )?(?:attention |softmax |N² )?(?:weights|matrix|matrices|scores)\b",
    re.I,
)
MEMORY_WORDS = re.compile(
    r"\b(?:memory|storage|stor(?:e|es|ing)|space|footprint|(?<!with a )(?<!using a )(?<!with the )(?<!with )(?<!kv )caches?|entries(?! of)|numbers? to keep|(?:kv|key[- ]value)[- ]cache(?= (?:is|takes?|needs?|grows?|has|stays|of)\b)|states?(?= (?:of [\w -]{3,40} )?(?:is|stays|remains|does not grow|grows?|has)\b)|keep(?:s|ing)?(?= (?:\w+ ){0,3}(?:past|previous|all|every|the current|only|\$?S\b)))\b",
    re.I,
)
MEMORY_AFTER = re.compile(
    r"^\W*(?:\w+ )?(?:numbers|floats|entries|memory|space|storage|values to store)\b", re.I
)
TIME_AFTER = re.compile(r"^\W*(?:time|operations?|multiplications?|flops|steps)\b", re.I)
TIME_WORDS = re.compile(r"\b(?:time|operations?|multiplications?|flops|runtime|run-time)\b", re.I)
CONCLUDES = re.compile(
    r"[,;:]\s*(?:and\s+)?(?:hence|thus|therefore|so|giving|which gives|for a total|making|which makes|leading to|yielding)\b",
    re.IGNORECASE,
)
TOTAL = re.compile(
    r"(?:total|overall|entire|full)\s+(?:\w+\s+){0,2}(?:cost|complexity|time|run-?time|work)\b|\b(?:overall|altogether|in total|in all)\b|\bthe total (?:is|comes|amounts)\b",
    re.IGNORECASE,
)
# Totals that are looked up and may be verified, but are too loosely worded to refute one.
TOTAL_TOO = re.compile(
    r"\b(?:all|taken|put) together\b|\btotal\b|\bin sum\b|(?:^|[\s,])sum\W*(?:$|,)|\bcomplete\b(?: \w+)? (?:pass|run|forward|method|algorithm|computation)\b|"
    r"\ball (?:of )?(?:the |N |\$N\$ )?(?:tokens|queries|positions|outputs|stages|steps together)\b|\beverything\b",
    re.IGNORECASE,
)
BARE_TOTAL = re.compile(
    r"\W*(?:(?:in |the )?(?:total|sum|grand total|all together|altogether|overall|together))\W*",
    re.IGNORECASE,
)
_ONTO = r"\W*(?:time |work |operations |multiplications )?(?:(?:(?:goes?|(?:is|are)(?: spent| needed| due| paid)?|comes?|stems?) )?(?:for|to|in|on|from)|pays? for)\b"
FOLLOWS = re.compile(_ONTO)
# "O(...) for softmax; O(...) for random features": the words between two costs that both precede their subjects
OF_THE_COST_BEFORE = re.compile(
    rf"{_ONTO}[^.]*(?:[;,]\s*(?:and|but|yet)?|\b(?:and|but|versus|vs\.?|against|instead of|compared (?:with|to)))\W*"
)
SCOPE = re.compile(
    r"\b(?:cases?|sequences?|regimes?|limit|settings?|end|tokens?|layers?|heads?|batch|length|images?|dataset|network|model|whole|full|total|number|size|same|causal)\b",
    re.I,
)
PART = re.compile(r"\b(?:products?|parts?|half|stages?|multiplications?|first|second|last)\b", re.I)
TAIL = re.compile(r",\s+(?:and|but|while|whereas)\s+|;\s+")
AFTER_END = re.compile(r"[,;.]|\s(?:and|but|while|whereas|plus)\s(?!keys|values|queries)")
ONE_OF_THEM = re.compile(r"\beach\s*(?:costs?|takes?|at|is)?\s*$|\b(?:each|every|per)\b[^.;]{0,25}$", re.I)
ACTION = re.compile(r"(?:ing|tion|sition|[iy][sz]e[sd]?|verse|factors?)$", re.I)
PRONOUN = re.compile(r"\b(?:it|this|that|which|them|these|those)\b", re.I)


@dataclass(frozen=True)
class Stated:
    """One cost stated in a clause: the tree, the words around it, and what stands over it."""

    tree: Expression
    before: str
    after: str
    sentence: str = ""
    label: str = ""  # the bold words that the paragraph or item starts with, or the announcing sentence
    block: str = ""  # the paragraph
    heading: str = ""
    earlier: str = ""  # the section's text before it
    inherited: str = ""  # the block's text up to the words that are this cost's own
    after_one: bool = False  # whether the cost before is said to be one token's
    opposed: bool = False  # whether it stands against another method's cost: "O(A) against O(B)"
    scope: str = ""  # the words that say of how many tokens it is, where they are others than those before it


@dataclass(frozen=True)
class Truth:
    """What the cost is: right readings, readings that some recipe or another scope has, and how sure it is."""

    right: tuple[Cost, ...]
    says: str
    tolerated: tuple[Cost, ...] = ()
    certain: bool = True
    exact: bool = False  # whether shapes give it, so that the features' length is what they say
    understood: bool = False  # whether every word that says what it is of is known


SPENDS = re.compile(r"\b(?:costs?|takes?|needs?|requires?|uses?|spends?)\b")


def truth_of(stated: Stated, claimed: Cost, shapes: Shapes) -> Truth | str:
    """What the stated cost has to be, or why that is not known."""
    stated = _with_subject(_under_its_label(replace(stated, before=without_means(stated.before))))
    *reasons, phrase = CONCLUDES.split(stated.before[-200:])
    after = AFTER_END.split(stated.after[:70])[0]
    about = " ".join((stated.sentence, stated.label, stated.heading, stated.earlier[-400:]))
    if shapes.random and "R" in claimed.variables:
        about += " random features"
    last = TAIL.split(phrase)[-1]
    spends = SPENDS.search(last)
    memory = is_memory(last if spends and len(last.split()) > 1 else phrase, after, stated.label) or (
        # where the weights take so much memory, "while S takes" speaks of memory too
        COST.search(stated.inherited[-120:]) is not None
        and bool(MEMORY_WORDS.search(stated.sentence))
        and not TIME_WORDS.search(stated.sentence)
        and not re.search(r"\bcomput", stated.sentence)
    )
    counted = _of_work(stated, claimed, after, shapes, memory=memory)
    if counted is not None and counted.certain:
        return counted
    known = _of_things(stated, claimed, memory=memory)
    if known is not None and known.certain:
        return known
    named = _of_named(stated, claimed, phrase, last, reasons, after, about, memory=memory)
    if known is not None and isinstance(named, str) and counted is None:
        return known
    return counted if counted is not None and (isinstance(named, str) or not named.certain) else named


def _of_things(stated: Stated, claimed: Cost, *, memory: bool) -> Truth | None:
    """What the things that the words name cost."""
    known = known_cost(
        Around(
            stated.before, AFTER_END.split(stated.after[:90])[0], stated.sentence, stated.label, stated.block,
            stated.heading, stated.earlier, stated.scope, memory,
        ),
        claimed,
    )  # fmt: skip
    if known is None:
        return None
    return Truth(known.right, known.says, known.tolerated, known.certain, understood=known.certain)


def _of_named(
    stated: Stated,
    claimed: Cost,
    phrase: str,
    last: str,
    reasons: Sequence[str],
    after: str,
    about: str,
    *,
    memory: bool,
) -> Truth | str:
    """What the operation or the method that the words name has to cost."""
    spends = SPENDS.search(last)
    if not memory and "R" in claimed.variables and INCLUDED.search(f"{phrase} , {stated.after[:50]}"):
        random = METHOD_NAMES["random"].time
        return Truth((read_cost(random.total, {}),), random.says)
    if spends and len(last.split()) > 1:
        phrase = last
    table = MEMORY if memory else TIME
    if _is_of_something_else(after) and nearest(table, after, about) is None and not methods_in(after):
        return "what costs this is not recognised"
    own, said = _operation_of(phrase, after, stated, claimed, table, about)
    certain = True
    if own is None and stated.label:
        own, said = nearest(table, stated.label, about), f"{stated.label} {phrase}"
        certain = not unknown_words(phrase, own)
    if not memory and BARE_TOTAL.fullmatch(phrase):
        own, said, certain = topic(claimed, stated.heading, stated.earlier), phrase, False
        if own is None:
            return "what costs this is not recognised"
    if own is None and not memory and TOTAL_TOO.search(f"{phrase} , {after} , {stated.label}"):
        own, said = topic(claimed, stated.heading, stated.earlier), phrase
        if (
            own is None
            and "L" in claimed.variables
            and re.search(r"feature", f"{stated.earlier[-1500:]} {about}", re.I)
        ):
            own = METHOD_NAMES["linear"].time
        certain = False
    if own is None and reasons:
        own, said = nearest(table, reasons[-1][-120:], about), f"{reasons[-1]} {phrase}"
        certain = False
    if own is not None:
        others = [
            w for w in unknown_words(phrase, own) if ACTION.search(w) and w.lower() not in KNOWN_ACTIONS
        ]
        if own is PROJECTIONS and "R" not in claimed.variables:
            certain = certain and bool(
                re.search(r"random|frequenc|\\omega|ω|\bW", f"{stated.sentence} {stated.label}")
            )
        return _in_scope(
            own, said, phrase, after, stated, certain and not others and not _part_of(own, phrase)
        )
    return _whole_method(phrase, after, stated, claimed, memory)


def _with_subject(stated: Stated) -> Stated:
    """The cost with the words that say what it is of.

    "O(LM) for S, O(L) for Z": what stands between is of the first cost. "O(L) per j, total O(NL)": the second is of
    what the first was of.
    """
    phrase = CONCLUDES.split(stated.before[-200:])[-1]
    if FOLLOWS.match(stated.after) and OF_THE_COST_BEFORE.fullmatch(phrase):
        return replace(stated, before="", scope=COST.split(stated.sentence)[0])
    if not stated.after_one or _says_something(stated.before) or methods_in(stated.before):
        return stated
    scope = f"{stated.before} , {stated.after[:30]}"
    if not (AGAIN_OF.search(stated.before) or scope_of(scope)[1]):
        return stated
    of = COST.sub(" ", stated.inherited[-300:])
    return replace(
        stated, before=f"{of} {stated.before}", scope=f"{scope} {'' if scope_of(scope)[0] else 'in total'}"
    )


def _under_its_label(stated: Stated) -> Stated:
    """Without the words over a paragraph, where the sentence names a method of its own before a cost that names none.

    "One step: ... For comparison, generating token i with softmax costs O(iD), hence O(N²D) for all."
    """
    own = re.split(r"(?<=[.!?])\s", f"{stated.inherited}{stated.before}".rstrip())[-1]
    if not stated.label or stated.label in own or methods_in(stated.before) or not methods_in(own):
        return stated
    return replace(stated, label="")


AGAIN_OF = re.compile(
    r"\b(?:total|overall|altogether|in all|hence|so|thus|therefore|over|for|all|sum\w*|N|loop)\b|\$N\$|^\W*(?:i\.e\.)?\W*$",
    re.I,
)


def _is_of_something_else(after: str) -> bool:
    """Whether the words behind a cost say of what it is: "is due to the last product", but not "in the worst case"."""
    onto = FOLLOWS.match(after)
    if onto is None or not re.match(r"\s*(?:the|its|their|this|that|\w+ing)\b", after[onto.end() :]):
        return False
    return not SCOPE.search(after) and bool(PART.search(after) or unknown_words(after))


def scope_of(words: str) -> tuple[bool, bool]:
    """Whether one token, and whether all of them are spoken of."""
    plain = normal(words)
    return bool(PER.search(plain)), bool(WHOLE.search(plain))


def is_memory(phrase: str, after: str, label: str) -> bool:
    """Whether numbers that are kept are counted, not operations."""
    if MEMORY_AFTER.match(after) or TIME_AFTER.match(after):
        # the unit behind the cost says it, whatever else the clause speaks of
        return bool(MEMORY_AFTER.match(after))
    if MEMORY_WORDS.search(phrase) or MEMORY_WORDS.search(after[:30]):
        # "so much extra memory, while its time is"
        kept = max((one.end() for one in MEMORY_WORDS.finditer(phrase)), default=0)
        return not re.search(r"\b(?:time|operations|multiplications)\b(?: \w+){0,3}\W*$", phrase[kept:])
    return bool(
        MEMORY_WORDS.search(label) and not TIME_WORDS.search(phrase) and not TIME_WORDS.search(after[:30])
    )


AGAIN = re.compile(r"na[iï]ve|scratch|recomput|afresh|re-?evaluat|\bnew sum|no cach", re.I)
ALL = re.compile(r"\b(?:total|overall|altogether|in all|everything|sum)\b", re.I)
EVERY = re.compile(
    r"\ball (?:of )?(?:them|these|those|such|\$?N\b)|\bsumming (?:all|them|up)|\b(?:for|over) (?:all )?\$?[ijt]\b|\ball \$?N\s?(?:\^|²)",
    re.I,
)
ONE_PRODUCT = re.compile(r"\b(?:each|one|every|a single)\b[^.;,]{0,12}\b(?:products?|projections?)\b", re.I)


def _of_work(stated: Stated, claimed: Cost, after: str, shapes: Shapes, *, memory: bool) -> Truth | None:
    """The cost of the formula, or of the shapes, that the words name: once, or for all tokens as the words have it."""
    own = stated.before
    if AGAIN.search(f"{own} {stated.label} {stated.after[:60]}"):
        return None
    found, near = found_in(own, shapes, stated.inherited, kept=memory), True
    if found is None and FOLLOWS.match(stated.after):
        found = found_in(after, shapes, kept=memory, made=True)
    if found is None and not memory and not _says_something(own) and not METHOD.search(own):
        found, near = found_in(COST.sub(" ", stated.inherited[-300:]), shapes), False
        found = found if found is not None and found.adjacent else None
    if found is None:
        return None
    work = found.work
    words = f"{stated.scope or own} , {after}"
    per, whole = scope_of(words)
    whole = whole or found.every or bool(EVERY.search(words))
    if per and whole:
        per = not (found.every or ALL.search(words) or LOOP.search(words))
        whole = not per
    once = work.kept if memory else work.once
    if work.lean is not None and not memory:
        lean = replace(work, operations=work.lean, lean=None)
        for factor in (lean.once, every_token(work, lean.once)):
            if same_growth(claimed, factor, ONE_LENGTH).verdict is Same.SAME:
                work, once = lean, lean.once
    shown = f"{found.words} takes {once} {'numbers' if memory else 'operations'}"
    certain = found.adjacent and (near or bool(re.search(r"\bof (?:them|these|those)\b", own)))
    certain = certain and CONDITION.search(stated.sentence) is None
    if memory:
        every = every_token(work, once)
        if whole and work.tokens:
            return Truth((every,), f"{shown} for each of N tokens", (once,), certain=False)
        return Truth((once,), shown, (every,) if work.tokens else (), certain, exact=True)
    tokens = work.tokens or "N" not in once.variables
    if per and not tokens:
        once = Cost("", times(dict(once.terms), {(("N", Fraction(-1)),): Fraction(1)}))
        return Truth((once,), f"{shown} for one of N", (), certain, exact=True)
    if whole and tokens:
        every = every_token(work, once)
        more = (Cost("", times_n(once.terms)), once) if len(work.tokens) != 1 else ()
        return Truth((every,), f"{shown}, for all tokens {every}", more, certain, exact=True)
    if work.directions and (found.each or ONE_PRODUCT.search(own)):
        return Truth((Cost("", work.operations),), shown, (once,), certain, exact=True)
    if per:
        pairs = (Cost("", times_n(once.terms)),) if len(work.tokens) > 1 else ()
        return Truth((once,), f"{shown} for one token", pairs, certain, exact=True)
    looser = (every_token(work, once), Cost("", times_n(once.terms))) if tokens else ()
    return Truth((once,), shown, (*looser, Cost("", work.operations)), certain, exact=True)


METHOD = re.compile(
    r"\b(?:total|overall|altogether|in all|everything|sum|attention|methods?|algorithm|approach|version|variant|outputs?|softmax|state)\b",
    re.I,
)
CONDITION = re.compile(
    r"\b(?:for|if|when|with|as)\s+\$?[A-Za-z]\$?\s*(?:=|≪|<|≤|~|≈|\\ll|\\le|\\sim|\\approx|is (?:small|large|fixed|constant|a constant))|\b[A-Z]\$? is (?:a )?constant",
    re.I,
)
LOOP = re.compile(r"\bloop\b|\bN (?:steps|tokens|queries|positions|iterations|rows)\b", re.I)
ONE_LENGTH = Ties({"L": {(("R", Fraction(1)),): Fraction(2)}})
COST = re.compile(
    r"\$?\s?(?:\\mathcal\s*\{?\s*O\s*\}?|\\Theta|[OΘ𝒪])\s*(?:\\!|\\,)?\s*(?:\\left|\\[bB]igl?)?\s*\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)\s?\$?"
)


def _says_something(words: str) -> bool:
    """Whether words name anything that may cost something."""
    return any(word.lower() not in KNOWN_ACTIONS | REPEATS for word in unknown_words(words))


REPEATS = frozenset({"loop", "iterations", "iteration", "over", "there", "outputs", "summing", "all"})


def _operation_of(
    phrase: str, after: str, stated: Stated, claimed: Cost, table: Sequence[Operation], about: str
) -> tuple[Operation | None, str]:
    """The operation that the clause itself names, with the words that name it."""
    totals = list(TOTAL.finditer(phrase))
    if totals and table is TIME:
        # what stands before "the total" are its parts; what follows, or the section, says of what it is the total
        start = max(phrase.rfind(mark, 0, totals[-1].start()) for mark in (",", ";", ".", " so "))
        own = nearest(table, phrase[max(start, 0) :], about) or topic(claimed, stated.heading, stated.earlier)
        return own, phrase
    follows = nearest(table, after, about) if FOLLOWS.match(stated.after) else None
    if follows is not None:
        return follows, after
    return nearest(table, phrase, about), phrase


def _in_scope(
    own: Operation, said: str, phrase: str, after: str, stated: Stated, certain: bool
) -> Truth | str:
    """An operation's cost for one token or for all, as the words have it."""
    total = read_cost(own.total, {})
    step = read_cost(own.step, {}) if own.step else None
    also = tuple(read_cost(text, {}) for text in own.also)
    if own is TIME[0]:
        return Truth((total,), own.says, also, certain)
    per, whole = scope_of(f"{stated.scope or phrase} , {after}")
    if not per and not whole:
        per, whole = scope_of(f"{said} , {stated.label}")
    if re.search(r"\beach\s*$", phrase) or (
        ONE_OF_THEM.search(phrase) and step is None and own not in MEMORY
    ):
        return "what one of them costs is not in the table"
    if per and whole:
        if step is None:
            return "whether one token or all are meant is not clear"
        return Truth((total,), own.says, (step, *also), certain=False)
    if per or (own.single and not whole):
        if step is None:
            return "the cost of one step is not in the table"
        tolerated = also if per else (total, *also)
        return Truth((step,), f"for one token: {own.says}", tolerated, certain)
    if WEIGHTS_KEPT.search(stated.sentence):
        also = tuple(cost for cost in also if same_growth(cost, total).verdict in {Same.SAME, Same.MORE})
    # A linear cost said of softmax attention is one token's own only where single tokens are spoken of.
    said_of_all = whole or (
        own.total == OF_SOFTMAX and not SINGLE.search(f"{stated.sentence} {stated.label} {stated.heading}")
    )
    return Truth((total,), own.says, also if step is None or said_of_all else (step, *also), certain)


def _part_of(own: Operation, phrase: str) -> bool:
    """Whether the phrase speaks of a part of the operation: "the gradient of S", "in softmax attention, the maxima"."""
    plain = normal(phrase)
    matches = list(own.pattern.finditer(plain))
    if not matches:
        return False
    head = re.search(
        r"([A-Za-z][a-z]{2,})\s+(?:of|in|for|from|inside|within)\s+(?:(?:the|a|an|all|every|each|this|our)\s+)*$",
        plain[: matches[-1].start()],
    )
    if head and head.group(1).lower() not in FILLING and head.group(1).lower() not in KNOWN_ACTIONS:
        return True
    inside = re.match(r"\W*(?:in|for|within|with)\s[^,]*$", plain[: matches[-1].start()], re.I)
    subject = re.search(r",\s*(?:the|its|each|every|all)\s+([a-z]{3,})", plain[matches[-1].end() :])
    return bool(inside and subject and subject.group(1) not in FILLING)


OF_THE_WHOLE = frozenset(
    [
        "loop",
        "outputs",
        "output",
        "evaluation",
        "evaluating",
        "form",
        "formula",
        "resulting",
        "already",
        "computed",
    ]
)
FEATURES_THERE = re.compile(
    r"\b(?:given|once|with)\b[^,.;]{0,20}\b(?:features|sums|[φψ])\b[^,.;]{0,20}(?=[,.;]|$)|\b(?:given|once|with)\b (?:the )?(?:features|sums)\b",
    re.I,
)
INCLUDED = re.compile(
    r"\b(?:features|projections)\b[^.;]{0,30}\bincluded\b|\bincluding (?:the |all )?(?:features|projections)",
    re.I,
)


def _whole_method(phrase: str, after: str, stated: Stated, claimed: Cost, memory: bool) -> Truth | str:
    """A method's own cost, where the clause names nothing but a method, or nothing but "the total", "one step", "it"."""
    if set(map(str.lower, unknown_words(FEATURES_THERE.sub(" ", phrase)))) - OF_THE_WHOLE:
        return "what costs this is not recognised"
    about = topic(claimed, "", stated.earlier) if not methods_in(f"{phrase} {after} {stated.label}") else None
    if about is not None and not memory and "R" in claimed.variables:
        return _in_scope(about, phrase, phrase, after, stated, certain=False)
    told = list(COST.finditer(stated.sentence))
    until = next(
        (
            c.end()
            for c in told
            if stated.sentence[: c.start()].rstrip().endswith(stated.before[-20:].strip())
        ),
        None,
    )
    levels = (phrase, after, stated.label, stated.sentence[:until], stated.block, stated.heading)
    ours = bool(re.search(r"\bours?\b", phrase))
    found: list[Whole] = []
    for level in levels:
        found = [method for method in methods_in(level) if not (ours and method.name == "softmax")]
        if found:
            break
    certain = not PRONOUN.search(phrase) or level in {phrase, stated.label}
    if not found:
        found = [m for m in methods_in(stated.earlier[-1500:]) if not (ours and m.name == "softmax")]
        certain = ours and len(found) == 1
        if not ours:
            found = last_method(stated.earlier[-500:])
    if not found:
        return "what costs this is not recognised"
    operations = [method.memory if memory else method.time for method in found]
    truths = [_in_scope(own, phrase, phrase, after, stated, certain) for own in operations]
    read = [truth for truth in truths if isinstance(truth, Truth)]
    if len(read) < len(truths) or not read:
        return "the cost of one step is not in the table"
    right = tuple(cost for truth in read for cost in truth.right)
    tolerated = tuple(
        cost for truth in read for cost in (*truth.tolerated, *(truth.right if len(read) > 1 else ()))
    )
    return Truth(right, read[0].says, tolerated, certain and len(read) == 1)
