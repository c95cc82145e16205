# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""Whether a clause asserts: what a text denies, asks, supposes, retracts or attributes is not the author's claim."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from grader.verify.reading.document import Block
from grader.verify.reading.quotations import quotations

LONGEST_SENTENCE = 3000  # what is longer is a log or a table, and not read as a whole


class Mood(Enum):
    """How a clause is said."""

    ASSERTED = "asserted"
    DENIED = "it is denied"
    ASKED = "it is asked"
    SUPPOSED = "it is supposed"
    CONDITIONAL = "it is said with would"
    RETRACTED = "it is taken back"
    ATTRIBUTED = "it is what someone else says"
    ELSEWHERE = "it speaks of another system"
    RELATED = "it speaks of another network of the family"
    QUOTED = "it stands in quotation marks"


# what stands under a premise
PREMISED = frozenset({Mood.SUPPOSED, Mood.CONDITIONAL})


@dataclass(frozen=True)
class Clause:
    """A piece of a block that asserts at most a few things. `offset` is its place in the block's text."""

    block: Block
    text: str
    offset: int
    mood: Mood
    sentence: str
    before: str = ""  # the sentence before it


ABBREVIATIONS = re.compile(
    r"(?:\b(?i:e\.g|i\.e|cf|vs|et al|eq|eqs|fig|sec|resp|approx|no|ca|w\.r\.t|ch|tab|dr|prof|deg|dim)"
    r"|(?:^|[A-Z][a-z]+,? |[A-Z]\. )[A-Z])\.$"
)
ANSWERS_NO = re.compile(r"\b[Nn]o\.$")  # "No. A probe is ..." is no number
SENTENCE_END = re.compile(
    r"(?<=[.!?])[\"'”’)*_]*\s+(?=[\"'“(*_]*(?:[→⇒A-Z0-9\ue000$\\√‖∥Σ∑∏𝔼α-ωΑ-Ωϕ-]|[a-z](?:[_ᵀ²₀-₉(]|\s*[=·])|[a-z] ?[a-z]ᵀ|k-?NN\b|(?:bn|conv|layer)\d\b))|\n(?=\s*(?:[-*+]|\d+[.)])\s)|(?P<line>\n)(?=\s*[A-Z][a-z'’]+ )"
)
DENIED = re.compile(
    r"\b(?:not|isn't|aren't|doesn't|don't|didn't|cannot|can't|never|neither|nor|no longer|incorrect(?:ly)?|wrong(?:ly)?|"
    r"false|falsely|mistaken(?:ly)?|erroneous(?:ly)?|misconception|myth|rather than|instead of|as opposed to|unlike|"
    r"without|fails? to|fails?(?=\s*(?:[.,;:)]|$))|in error|won't|wouldn't|contrary to|rejects?|hardly|no one|nobody)\b"
    r"|\b(?:is|are|was|gives?|be) no (?:\w+ )?(?:identity|identities|equality|equation|theorem|law|rule|definition|kernel|solution|formula)\b"
    r"|\b(?:does|do)(?:es)? no such\b|\bfails? (?:for|in|when|if|at|already|badly|even|as soon|here|completely|because)\b|\b(?:breaks? down|is broken|is violated|is nonsense|is absurd|is bogus|is invalid|is untrue)\b|[✗✘❌✖]",
    re.I,
)
# what is not significant, not far, not a coincidence: the figures beside these words are asserted all the same
STILL_ASSERTED = re.compile(
    r"\bno longer (?:contributes?|counts?|matters?|changes?)\b|\b(?:is|are|was|were) not (?:even |at all |statistically )*(?:significant(?:ly)?|surprising|a surprise|a coincidence|an accident|by chance|far|negligible|trivial|obvious|needed|necessary|required|affected|changed|changing)\b"
    # "10 entries when equal products are merged and 13 when they are not" counts twice and supposes nothing
    r"|\b(?:if|when|once|after|unless) (?:\w+ ){0,3}(?:products?|ones|terms|monomials|entries|features|repeats|duplicates|they|these) are (?:all |not )?(?:kept|merged|combined|counted|collected)\b|\b(?:if|when) they are not\b(?=\s*[.,;]|\s*$)"
    # "if the weights are stored they take", "storing every S_i would take": what it costs is asserted
    r"|\bif (?:\S+ ){0,3}(?:is|are) (?:all |actually |explicitly )?(?:kept|stored|held|saved|cached|materiali[sz]ed|overwritten)\b|^\W*(?:and |but |so )?\w{3,}ing\b(?:(?!\bif\b|\bhad\b|\bwere\b)[^.;,?])*?\bwould (?:then |only |still |even |thus )?(?:cost|take|need|require|use|occupy)\b"
    # "if N doubles, it takes four times as long": how it grows is asserted
    r"|\bif (?:we |one |you )?(?:the |both )?(?:sequence |context |number of (?:\w+ )?)?(?:[NnTLDdMRCr]\b|\ue000\d+\ue001|lengths?|widths?|tokens|keys|sequence|context|text|frequencies|directions|features|doubl|tripl|quadrupl|halv)(?: is| are| gets?| becomes?| were)?(?: ?(?:doubl|tripl|quadrupl|halv)(?:es|ed|e)\b| (?:grows?|increases?|rises?|is|gets|becomes?) (?:\w+[ -]?fold\b|by a factor\b|\w+ times\b)|e (?:the )?(?:\ue000|[NnTLDMRC]\b|length|sequence|number of))"
    r"|\bnot (?:statistically )?significant(?:ly)?\b|\b(?:does|do|did)(?: not|n['’]t) (?:change|matter|depend|vary|affect|influence|grow|need)\b|\b(?:not|never) (?:surprisingly|to mention|by chance)\b|\bwhether or not\b|\bis without loss\b|\bwithout (?:loss|any loss)\b",
    re.I,
)
BOUND = re.compile(
    r"\b(?:never|not?|can(?:not|['’]t| never)) (?:be )?(?:larger|more|greater|bigger|higher|less|smaller|lower|fewer|exceeds?|above|below)\b|\bdoes(?: not|n['’]t) exceed\b|\bnever (?:exceeds?|changes?|negative)\b",
    re.I,
)
OR_NOT = re.compile(r"\bor not\b|\bwhether (?:it is |they are )?(?:\w+ )?or not\b", re.I)  # "causal or not"
MISCLASSIFIED = re.compile(
    r"\b(?:an?|each|every|one) wrong (?:image|example|prediction|answer of the network)\b|\b(?:points|images|examples|samples|predictions|digits|ones|networks|models|members|of them|of \d[\d,]*|\d+)(?: \w+)? (?:are|were|is|was) wrong\b|\bwrong with probability\b|\blikely to be wrong\b|\b(?:\d[\d,]*|the|these|those|all|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve) (?:are |were )?wrong (?:ones|images|examples|predictions)\b|\b\d[\d,]* are wrong\b|\b(?:consensus|ensemble|majority|vote|plurality|prediction|answer)(?: class| label| vote)? (?:is|was)(?: therefore| thus| then| hence)? (?:wrong|incorrect|mistaken)\b",
    re.I,
)
SUPPOSED = re.compile(
    r"\b(?:suppose|supposing|assume|assuming|imagine|pretend|hypothetical(?:ly)?|if|unless|were (?:we|it|one|they|this|that|there)|would|could|might|"
    r"may be|perhaps|maybe|possibly|let us try|try|(?:i|we|my|our|best|wild|educated|first) guess|guess(?:ing)? (?:that|is|was|it)|conjecture|had we|should it|say we|what if|in case|"
    r"tempting|naively|at first glance|one (?:may|might|could)|probably|presumably|unclear|not sure)\b",
    re.I,
)
SLOPES = re.compile(r"\bgradient|\bderivative|\\nabla|∇|\\partial|∂", re.I)
# where a hinge is not flat: all that is ever said of its gradients
WHERE_ACTIVE = re.compile(
    r"\b(?:if|when|whenever|where|while|as long as|provided(?: that)?)\s+(?:the |its |this )?(?:triplet |hinge )?(?:loss|hinge|triplet|term|bracket|it) (?:is|stays) (?:active|positive|non-?zero|violated|not zero)\b,?",
    re.I,
)
DECLARES = re.compile(
    r"\W*if\s+\S+\s+(?:has (?:length|size|dimension|shape)|is (?:an? )?(?:row |column )?(?:vector|matrix)|denotes?|stands? for)\b[^,]{0,60},\s*(?:then\s+)?",
    re.I,
)
SOFT = re.compile(
    r"\bwould\b(?! be (?:wrong|incorrect))|\b(?:could|might)\b|\bone (?:may|might|could)\b|(?<=[\w$)\ue001] )if\b",
    re.I,
)
ATTRIBUTED = re.compile(
    r"\b(?:(?:my|a|one|some|another|many|other|several|most|our|your|their|the other) (?:\w+ )?(?:students?|classmates?|friends?|"
    r"colleagues?|people|reviewers?|readers?|authors?|bloggers?|textbooks?|sources?|solutions?|TAs?|posts?|forums?|blogs?|peers?|"
    r"partners?|neighbou?rs?|teammates?|tutors?|models?(?=[^.]{0,60}?\b(?:sa(?:ys?|id)|claim|th(?:ink|ought)|writ|wrote|believ|stat(?:es?|ed)\b|argu|suggest|insist))|assistants?|answers?|books?|notes)\b[^.]{0,60}?\b(?:says?|said|claims?|claimed|thinks?|"
    r"thought|writes?|wrote|believes?|believed|states?|stated|argues?|argued|suggests?|suggested|insists?|insisted|has|have|had|got|gets|put|puts|used|uses|took|takes|chose|set|forgot|wanted|computed|found)|"
    r"(?:someone|somebody|he|she|they|wikipedia|chatgpt|gpt-?4|gemini|copilot|stack ?overflow|the (?:handout|lecture|slides?|blog|forum|post|tutorial|"
    r"web ?site|teaching assistant|TA|original solution|old solution|draft|first draft|textbook|previous answer|other answer|lecturer|professor|(?:other |same |previous )?(?:student|classmate|colleague|person|user|candidate|group|author of \w+)))\b"
    r"[^.]{0,40}?\b(?:says?|said|claims?|claimed|thinks?|writes?|wrote|believes?|states?|stated|argues?|prints?|printed|has|gives|gave|insists?|put|puts|suggests?|suggested|told|tells)|"
    r"\b(?:my|his|her|their|your|our) (?!own|results?|formulas?|derivations?|calculations?|computations?|counts?|numbers?|tables?|answers? (?:is|are))[\w-]+ (?:says?|said|claims?|claimed|thinks?|thought|believes?|believed|insists?|insisted|reckons?|tells?|told|wants?|swears?)\b|"
    r"\b(?:my|his|her|our|a) (?:\w+ )?(?:neighbou?r|room-?mate|friend|classmate|colleague|partner|tutor|teammate|student)['’]s (?:answer|result|claim|value|solution|reading) (?:is|was)\b|"
    r"according to (?:my|a|some|the (?:handout|lecture|slides?|blog|forum|TA|textbook))|it is (?:often|sometimes|commonly|widely) (?:said|claimed|believed|stated)|"
    r"(?:so-called|rumou?rs?|hearsay|legend|folklore|alleged(?:ly)?|supposed(?:ly)?|reportedly)\b|(?:common(?:est)?|popular|frequent|usual|typical(?! error (?:of|is|by|in|at|falls|shrinks|drops|goes|decreases|then|therefore|only))|classic(?:al)?|beginners?['’]?s?) (?:claim|belief|mistake|answer|error|slip|pitfall|confusion|trap|fallacy)|"
    r"(?:an? |the )?(?:mistake|error|slip|trap|fallacy) (?:that )?(?:\w+ ){0,3}(?:often |commonly |easily )?(?:make|made|makes|fall|is to|would be to)\b|"
    r"\b(?:tempting|easy) to (?:write|think|say|believe|conclude|claim|assume|read|confuse|forget)\b|\bone is tempted to\b)",
    re.I,
)
ATTRIBUTED_TO_PAPER = re.compile(
    r"\b(?:the (?:paper|authors?)|\w+ et al\.?)\b[^.]{0,30}?\b(?:claims?|claimed|argues?|argued|conjectures?|suggests?)\b",
    re.I,
)
# `> **Sanity check.** Let D = 4 ...` is set apart, and quotes nobody
CALLOUT = re.compile(
    r"\W*(?:sanity check|(?:quick |numeric(?:al)? |worked |small |tiny )?(?:check|test|example)|note|remark|tip|hint|warning|caution|key (?:point|takeaway|idea|observation|insight)|takeaway|summary|in short|result|in numbers|numbers|definition|theorem|lemma|proposition|proof|answer|solution|aside|important|bottom line|recap)\b(?=[^\n]{0,40}?[.:*])",
    re.I,
)
# "I first wrote that z has M entries, scratch that": it takes back what it says itself
OWN_SLIP = re.compile(
    r"\b(?:I|we) (?:first |had |at first |initially |originally )*(?:wrote|claimed|said|thought|put|noted)\b[^.;]*?\b(?:scratch|strike|forget|disregard) (?:that|it)\b",
    re.I,
)
RETRACTS = re.compile(
    r"^\W*(?:(?:hmm+|oh|ah|no|oops|sorry|ok|okay|well)\W+)*(?:wait|oops|scratch that|strike that|correction|no,|never ?mind|hold on|hang on|actually,? (?:no|that|this|the|it|i)|"
    r"that(?:['’]s| is| was| can['’]t| cannot)(?: be)? (?:(?:not|the|a|an|all|of course|clearly|just|plainly) )*(?:right(?=\?)|(?<=not )right|wrong|incorrect|mistaken?|false|error|nonsense|bogus)|this is (?:wrong|incorrect|not right|a mistake)|"
    r"i (?:made|was|take|mis|retract|withdraw)|let me (?:redo|recompute|re-?check|double-?check|correct|fix|try again|reconsider)|ignore (?:that|the)|my mistake|"
    r"the (?:line|claim|statement|formula|sentence|step|paragraph|bullet|value) above is (?:wrong|incorrect|false)|(?:that|the above) (?:is|was) (?:wrong|incorrect|false|an error)|on second thought)|"
    r"\b(?:scratch|strike|forget|disregard) (?:that|the (?:last|previous)|it)\b"
    # the answer to "True or false": what stands before it is false
    r"|^\W*(?:(?:\\?\w+\s*\{)?(?:solution|answer|verdict|reply|a)\b\W*:?\W*)?(?:false|no|nope|wrong|incorrect|untrue|not true|not quite)\b\s*(?:[,;.!:—–]|$)",
    re.I,
)
# who speaks stands before the answer: a tutor says No to the student above
SPEAKER = re.compile(r"^\W*[A-Z]\w{0,15}(?: [A-Z]?\w{1,15})?\W{0,3}:\W*(?=no\b|wrong\b|not quite\b)", re.I)
WAITS = re.compile(
    r"\b(?:wait,|wait —|wait -|scratch that|oops|on second thought|i earlier (?:said|wrote|claimed)|i (?:first|initially|originally|previously) (?:said|wrote|claimed|thought|had)|earlier i (?:said|wrote|claimed|had)|(?:an|my) earlier (?:draft|version)|my (?:first|previous|old|initial) (?:draft|version|attempt|try|answer) (?:had|said|was|gave|read)|previously i|taken back|retract|which I withdraw)",
    re.I,
)
ELSEWHERE = re.compile(
    r"\b(?:[Ii]n (?:another|a different|the other|last year's|the previous|an? earlier) (?:assignment|homework|course|exercise|problem|class|project|paper|system)|"
    r"BERT|GPT-?[0-9]?|LLaMA|Mixtral|Reformer|Longformer|FlashAttention|Linformer|Performer|Mamba|AlexNet|VGG|DenseNet|EfficientNet|"
    r"MobileNet|ViT|DeepFace|ArcFace|SphereFace|CosFace|LSTM|GRU|DeepID|CLIP|YOLO|quicksort|merge ?sort|Nystr[oö]m(?:former)?|cosformer)\b"
)
# "Exercise sheet 3: my solutions" asks nothing
SOLVED = re.compile(
    r"\b(?:questions?|exercises?|prompts?)\b(?=.*\b(?:solutions?|solved|answers?|answered|write-?up)\b)|(?<=\bsolutions )(?:to|of|for) .*|(?<=\banswers )(?:to|of|for) .*",
    re.I | re.DOTALL,
)
# A layer without padding is a kind of layer, and features without repetitions are some; nothing is denied.
BARE_LAYER = re.compile(
    r"\bwithout (?:any |an? |the |its )?(?:(?:zero[- ])?padding|(?:causal )?mask(?:ing)?|bias(?:es)?|dilation|overlap|merging|repetitions?|repeats|duplicates|squares?|index|indices|subscripts?|arguments?|hats?|tildes?|primes?|sines?|cosines?|divisions?|exponentials?|norms|denominators?|normali[sz](?:ers?|ation)|key weights|projections)\b",
    re.I,
)
RELATED = re.compile(r"(?:ResNet-?(?:18|34|101|152)|VGG)\b")
HEADING_NOT_ASSERTED = re.compile(
    r"\b(?:mistakes?|misconceptions?|pitfalls?|wrong|incorrect|errors?|slips?|traps?|fallac(?:y|ies)|gotchas?|myths?|retracted|draft|rejected|not to|discarded|questions?(?!\s*\W?\s*(?:\d|\(?[a-h]\b))|problem statement|exercises?(?!\s*\W?\s*(?:\d|\(?[a-h]\b))|prompt)\b",
    re.I,
)


def clauses(block: Block, heading: str, following: str = "") -> list[Clause]:
    """A block as clauses, each with its mood. `following` is the text of the next block, which may take this back."""
    pieces = sentences(block.text)
    following = next((sentence for _, sentence in sentences(following)), "")
    quoted = quotations(block.text)
    found: list[Clause] = []
    for number, (offset, sentence) in enumerate(pieces):
        after = pieces[number + 1][1] if number + 1 < len(pieces) else following
        before = pieces[number - 1][1] if number else ""
        for start, text in split_clauses(sentence):
            mood = mood_of(text, sentence, after, heading, block)
            if mood is Mood.ASSERTED and any(
                a <= offset + start + 1 and offset + start + len(text.rstrip()) <= b + 1 for a, b in quoted
            ):
                mood = Mood.QUOTED
            found.append(Clause(block, text, offset + start, mood, sentence, before))
    return found


def clause_at(pieces: Sequence[Clause], offset: int) -> Clause | None:
    """The clause in which the character at an offset of the block stands, or the last before it."""
    best = None
    for clause in pieces:
        if clause.offset <= offset <= clause.offset + len(clause.text):
            return clause
        if clause.offset <= offset:
            best = clause
    return best


PIECE = re.compile(r"[,;:(–—→⇒]\s?|\)\s?|\s[-=]>\s|\bbut\b|\band\b")
DENIES_A_VALUE = re.compile(
    r"\b(?:wrong\w*|incorrect\w*|false\w*|mistak\w*|err\w*|untrue|instead|rather|no longer|contrary|neither|nor)\b|\bnot (?:true|correct|right|the case|equal|that|as)\b|\bnot\W+\d|[✗✘❌✖]",
    re.I,
)


def mood_of_figure(clause: Clause, first: int, last: int) -> Mood:
    """The mood of a calculation at a place of the block: what is denied beside it takes nothing from its own numbers.

    `256 · 64 = 16,384 floats, doesn't grow with N` asserts its product.
    """
    if clause.mood is not Mood.DENIED or DENIES_A_VALUE.search(clause.sentence):
        return clause.mood
    if not DENIED.search(clause.text):
        return clause.mood  # its heading or the end of its sentence denies all of it
    start, end = max(first - clause.offset, 0), max(last - clause.offset, 0)
    begin = max((one.end() for one in PIECE.finditer(clause.text, 0, start)), default=0)
    after = PIECE.search(clause.text, end)
    own = clause.text[begin : after.start() if after else len(clause.text)]
    return Mood.DENIED if DENIED.search(own) else Mood.ASSERTED


def sentences(text: str) -> list[tuple[int, str]]:
    """(offset, sentence) of a text, abbreviations and decimal points kept whole."""
    out: list[tuple[int, str]] = []
    start = 0
    for end in SENTENCE_END.finditer(text):
        piece = text[start : end.start()]
        bare = piece.rstrip("\"'”’)*_")
        answers = ANSWERS_NO.search(bare) is not None and text[end.end() : end.end() + 1].isalpha()
        if ABBREVIATIONS.search(bare) and not answers and "**" not in end.group():
            continue
        if end.group("line") and not _is_formula_line(piece.rsplit("\n", 1)[-1]):
            continue
        if piece.strip():
            out.append((start, piece))
        start = end.end()
    if text[start:].strip():
        out.append((start, text[start:]))
    return out


PAIR = re.compile(r"\b(?:between|both) (?:\S+ )?\S+$")
# "..., but this is false: 1/σ² = 1/√D", "Correction: that was wrong, it should be N(0, I/σ²)": what follows is asserted
DENIAL_ENDS = re.compile(
    r"\b(?:this|that|it|which|the (?:claim|guess|formula|answer|statement|idea|equation|line)(?: above)?|both|neither)\s+(?:is|was|are|were|would be|can(?:no|['’])t be|cannot be)\s+(?:of course |clearly |plainly |simply |just |both )?(?:not (?:true|right|correct|so|the case)|false|wrong|incorrect|mistaken|untrue|a mistake|an error|a slip|nonsense)(?: in general)?"
    r"(?:\s*:\s+|,\s+(?=(?:it|this|the \w+|we|one|that) (?:should|must|has to|have to|ought to|is|are|was|need)\b)|,\s+(?=the (?:right|correct|true) (?:\w+ )?(?:is|are|reads)\b))",
    re.I,
)
DENIAL_EXPLAINED = re.compile(
    r"[^:;]*\b(?:is|are|was|does|do)(?: not|n['’]t) (?!(?:true|right|correct|valid|so|the case|hold|hold true|how|what|allowed|write|say|read|to|that|this)\b)"
    r"[^:;,]{1,40}:(?=\s)",
    re.I,
)


def _end_of_denial(sentence: str) -> re.Match[str] | None:
    """Where a denial ends and its correction begins; "this is wrong: A = B" denies what follows, if nothing stands before it."""
    ended = DENIAL_ENDS.search(sentence)
    if ended is None:
        return None
    before = sentence[: ended.start()]
    denied_before = ("\ue000" in before or "=" in before) and not re.search(
        r"\b(?:following|below)\b", before, re.I
    )
    return ended if denied_before or not ended.group().rstrip().endswith(":") else None


def _is_formula_line(line: str) -> bool:
    """Whether a line is a formula on its own, so that a sentence may begin below it without a full stop."""
    words = [word for word in re.findall(r"[A-Za-z]{4,}", line) if word not in {"softmax", "sqrt"}]
    return bool(re.search(r"[=≈<>≤≥∈]", line)) and len(words) <= 1 and not line.rstrip().endswith((",", ":"))


# "it has R entries, hmm, no: it has 2R": what stands before is taken back, what follows is asserted
TAKEN_BACK = re.compile(
    r"(?:[,;.]|\s[—–-]+)\s+(?:hmm+,? |oh,? |ah,? |wait,? )*(?:no|scratch that|strike that|oops|correction)\s*[,:;.—–]+\s+(?=\S)",
    re.I,
)
STRUCK = (
    r"(?<=~~)[,.;:]?\s+(?:(?:no|correct(?:ion|ed)?|better|rather|instead|fixed)\s*[,:;.—–]\s*)?(?=[^~]*$)"
)
CLAUSE_END = re.compile(
    TAKEN_BACK.pattern
    + "|"
    + STRUCK
    + r"|;\s+|,?\s+(?:—|–|--)\s+|,\s+(?:but|while|whereas|although|though|yet)\s+|\s+but\s+|,\s+(?:and|so|hence|thus|therefore|which (?:means|gives|is|makes))\s+|"
    # "the query's factor cancels, the key's does not"
    r",\s+(?=(?:the|its|their|that of) [^,;]{1,40}\b(?:does|do|is|are|has|have|can)(?:n['’]t| not)\b)|"
    r"\bbecause\b|\bsince\b|\s+and (?=(?:the|its|a|each|every|that|then|it|all)\b)"
)


def split_clauses(sentence: str) -> list[tuple[int, str]]:
    """(offset, clause) of a sentence: split where a conjunction starts a new assertion."""
    out: list[tuple[int, str]] = []
    start = 0
    ended = _end_of_denial(sentence)
    denial = None if ended else DENIAL_EXPLAINED.match(sentence)
    if denial:
        # "it is not zero: it equals ...": the denial ends at the colon
        out.append((0, denial.group()))
        start = denial.end()
    cuts = sorted(
        [*CLAUSE_END.finditer(sentence, start), *([ended] if ended else [])], key=lambda cut: cut.end()
    )
    for end in cuts:
        if end is ended:
            out.append((start, sentence[start : end.end()].rstrip()))
            start = end.end()
            continue
        if (
            end.start() < start
            or _inside_brackets(sentence, end.start())
            or PAIR.search(sentence[: end.start()])
        ):
            continue
        out.append((start, sentence[start : end.start()]))
        start = end.end()
    out.append((start, sentence[start:]))
    apart: list[tuple[int, str]] = []
    for offset, text in out:
        # "instead of O(N²)", "without forming N x N," deny their own words only
        place = 0
        for aside in ASIDE.finditer(text):
            if _inside_brackets(text, aside.start()) and text[aside.start()] != "(":
                continue
            apart += [(offset + place, text[place : aside.start()]), (offset + aside.start(), aside.group())]
            place = aside.end()
        apart.append((offset + place, text[place:]))
    return [(offset, text) for offset, text in apart if text.strip(" ,.;:")]


# "(my draft had 4NRD, which I withdraw)" takes back its own words only
WITHDRAWN = r"\([^()]*\b(?:which (?:I|we) withdraw|my (?:first |old |earlier )?(?:draft|attempt|version) (?:had|said|gave|used|put|claimed))\b[^()]*\)"
ASIDE = re.compile(
    WITHDRAWN
    + r"|\b(?:instead of|rather than|as opposed to|without(?! (?:any |an? |the |its )?(?:(?:zero[- ])?padding|(?:causal )?mask(?:ing)?|bias(?:es)?|dilation|overlap|merging|repetitions?|repeats|duplicates|squares?|index|indices|subscripts?|arguments?|hats?|tildes?|primes?)\b)|unlike|not just|not only)\b(?:(?!\s(?:has|have|is|are|gives?|costs?|takes?|needs?|yields?)\b|(?<!\bthat)(?<!\bwhat)(?<!\bwhich)(?<!\bas)(?<!\bif)(?<!\bwhen)(?<!\bwhere)\s(?:(?-i:I)|we|you|they)\s)[^,;])*",
    re.I,
)


def _inside_brackets(text: str, place: int) -> bool:
    """Whether a bracket is open at a place; an interval such as (0, 1] closes with the other kind.

    >>> _inside_brackets("[sin a; cos a]", 6), _inside_brackets("in (0, 1]; so", 9), _inside_brackets("a [b; c", 4)
    (True, False, False)
    """
    places, depths, last = _brackets(text)
    before = bisect_left(places, place)
    return before > 0 and depths[before - 1] > 0 and place <= last


@lru_cache(maxsize=8)
def _brackets(text: str) -> tuple[tuple[int, ...], tuple[int, ...], int]:
    """Where the brackets of a text stand, how many are open behind each, and where the last one closes.

    A sentence without end is cut in thousands of places, and each of them asks.
    """
    places, depths = list[int](), list[int]()
    depth = 0
    for found in re.finditer(r"[()[\]]", text):
        depth = max(depth + (1 if found.group() in "([" else -1), 0)
        places.append(found.start())
        depths.append(depth)
    return tuple(places), tuple(depths), max(text.rfind(")"), text.rfind("]"))


# "ChatGPT said:" above an answer that is pasted from a chat names who speaks, and attributes nothing
ANSWERS = re.compile(
    r"^\W*(?:ChatGPT|GPT-?\d?\w*|Claude|Gemini|Copilot|(?:the |AI )?assistant|(?:the )?(?:chat)?bot|(?:the )?model)(?: \S+)? (?:said|says|wrote|answered|replied|responded)\W*:",
    re.I,
)
ASKS = re.compile(r"^\W*(?:you|me|user|student) (?:said|asked|wrote)\W*:", re.I)


def mood_of(text: str, sentence: str, after: str, heading: str, block: Block) -> Mood:
    """The mood of one clause, judged by its own words, its sentence, and what follows."""
    if ASKS.match(block.text):
        return Mood.ASKED
    sentence = ANSWERS.sub(" ", sentence)
    ended = _end_of_denial(sentence)
    place = sentence.find(text)
    own = _part_of(sentence, place)
    if ended is not None and place >= ended.end():
        # what corrects a denial is judged by itself
        sentence = sentence[ended.end() :]
    declares = DECLARES.match(sentence)
    if declares:
        # "if x has length D, then ..." declares x and supposes nothing
        text = text[declares.end() :] if sentence.startswith(text) and len(text) > declares.end() else text
        sentence = sentence[declares.end() :]
    if (
        sentence.rstrip(' *_"”)').endswith("?")
        # a chat's questions often go on behind their mark, or have none
        or re.search(r"\?\?\s*(?:is|are|does|do|so)\b|\b(?:is|are) it the (?:one|case)s?\b", sentence, re.I)
        or re.match(r"\W*(?:user|human|question|prompt|q)\s*:", sentence, re.I)
    ):
        return Mood.ASKED
    taken_back = TAKEN_BACK.search(sentence)
    if taken_back and place >= taken_back.end():
        sentence = sentence[taken_back.end() :]
    elif taken_back:
        return Mood.RETRACTED
    if re.search(WITHDRAWN, text):
        return Mood.RETRACTED
    sentence = re.sub(WITHDRAWN, " ", sentence)
    if RETRACTS.search(OWN_SLIP.sub(" ", SPEAKER.sub("", after))) or WAITS.search(sentence) or "~~" in text:
        return Mood.RETRACTED
    if re.search(
        r"(?:is|are|was) (?:wrong|incorrect|false|not (?:true|correct|right))\W*$|would be (?:wrong|incorrect)",
        MISCLASSIFIED.sub(" ", sentence),
        re.I,
    ):
        return Mood.DENIED
    if (
        ATTRIBUTED.search(sentence)
        or ATTRIBUTED_TO_PAPER.search(sentence)
        or (block.kind == "quote" and not CALLOUT.match(block.text))
    ):
        return Mood.ATTRIBUTED
    if HEADING_NOT_ASSERTED.search(SOLVED.sub(" ", heading)):
        return Mood.DENIED
    text = re.sub(r"\b(?:is|are|called)\s+[\w-]+\s+(?:if and only if|if|when)\b", " ", text)  # a definition
    text = STILL_ASSERTED.sub(
        " ", MISCLASSIFIED.sub(" ", BOUND.sub(" ", OR_NOT.sub(" ", BARE_LAYER.sub(" ", text))))
    )
    if DENIED.search(text):
        return Mood.DENIED
    elsewhere = ELSEWHERE.search(sentence)
    if elsewhere and ELSEWHERE.search(RELATED.sub("", sentence)):
        return Mood.ELSEWHERE
    if SLOPES.search(sentence):
        text, sentence = WHERE_ACTIVE.sub(" ", text), WHERE_ACTIVE.sub(" ", sentence)
    begins = re.match(
        r"\W*(?:if|suppose|assume|imagine|had|were|unless)\b",
        STILL_ASSERTED.sub(" ", own if own in sentence else sentence),
        re.I,
    )
    if SUPPOSED.search(text) or begins:
        plain = SOFT.sub("", text)
        return Mood.SUPPOSED if SUPPOSED.search(plain) or begins else Mood.CONDITIONAL
    return Mood.RELATED if elsewhere else Mood.ASSERTED


def _part_of(sentence: str, place: int) -> str:
    """What stands behind the last semicolon before a place: a supposition before it has ended there."""
    return sentence if place < 0 else sentence[sentence.rfind("; ", 0, place) + 1 :]


def lead_of(blocks: Sequence[Block], number: int) -> str:
    """The last sentence of the block before, if it announces this one."""
    if not number:
        return ""
    before = blocks[number - 1].text.rstrip()
    if blocks[number - 1].kind == "heading":
        return ""
    return (
        re.split(r"(?<=[.!?])\s", before)[-1]
        if before.endswith((":", ",")) or not re.search(r"[.!?]$", before)
        else ""
    )
