# ruff: noqa: E501 -- a pattern stays on one line
"""What a text says that its letters stand for: "s random frequencies", "v_j ∈ R^r", "queries x_1, …, x_T", √p under q·k."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from grader.verify.grammar.syntax import Call, Expression, Number, Product, Symbol
from grader.verify.reading.document import PLACE, Text
from grader.verify.scope.declarations import declaration_of
from grader.verify.worlds.settings import SIZE_NAMES

KEYS = "keys"  # the number of keys where that of the queries has another letter
Part: TypeAlias = tuple[int, bool]  # a section, and whether it is about attention there
WEAK = re.compile(
    r"\b(?:positive|negative)\b", re.IGNORECASE
)  # an estimate may be negative, a weight is positive
LEAST_WORDS = 2  # about attention, for a section about something else to be about both


@dataclass(frozen=True)
class Named:
    """A letter that the text gives to one of the course's sizes, on this line."""

    line: int
    letter: str
    size: str
    guessed: bool = False  # only a formula has it in the place of this size, which may be what is wrong there


_LETTER = r"\$?(?P<letter>\\(?:ell|rho|delta|mu|nu)(?![A-Za-z])|[ℓρδμν]|[A-Za-z](?:_\{?\w\}?)?)\$?"
# in "N R D", a product, its last letter is not what the next words name
_OR = r"(?<![A-Za-z\\_^{{(])(?<!\b[B-HJ-Z] ){letter},? (?:is |be |for |denotes |denote |stands for |= ?|: ?)?(?:the |of )?"
_BEFORE = _OR.format(letter=_LETTER)
_BESIDE = _BEFORE.replace(
    ",? ", " ", 1
)  # "d key width"; in "head size D, value size M" the comma parts two sizes
_ALONE = r"(?<![A-Za-z\\_^{(×*·])(?<![×x*·] )" + _LETTER
_IS = r" (?:is|be|are|equals?|of|by|=|:)? ?(?:denoted )?(?:by )?"
WORDS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), size)
    for pattern, size in (
        (_BEFORE + r"(?:number of )?(?:input |key |query )?tokens\b", "N"),
        (_BEFORE + r"(?:sequence length|(?:number|count) of (?:queries|positions|keys|tokens)|length of the sequence)\b", "N"),
        (r"\bsequences? of (?:length )?" + _LETTER + r"(?= (?:tokens|positions|vectors)|[\s,.;:)])(?! (?:functions|random))", "N"),
        (_BEFORE + r"(?:width|dimension|size|length|dimensionality) of (?:the |each |a |all )?(?:quer(?:y|ies)|keys?)\b", "D"),
        (r"\b(?:quer(?:y|ies)|keys?)\b(?: vectors?)? (?:(?:each|both|all) )?(?:has|have|of|with) (?:a )?(?:width|dimension(?:ality)?|size|length)s?" + _IS + _LETTER + r"(?![A-Za-z^_(²³])", "D"),
        (_BESIDE + r"(?:query|key|query and key|key and query) (?:width|dimension(?:ality)?|size|length)\b", "D"),
        (_LETTER + r"-dim(?:ensional)? (?:quer(?:y|ies)|keys?)\b", "D"),
        (r"\b(?:quer(?:y|ies)|keys?)\b(?: vectors?)?(?: are| is|:)? " + _LETTER + r"-dim(?:ensional)?\b", "D"),
        (_BEFORE + r"(?:that|width|dimension|size|length|dimensionality) of (?:the |each |a |all )?(?:values?|value vectors?)\b", "M"),
        (r"\bvalues?(?: vectors?)? (?:(?:each|both|all) )?(?:has |have |of |with )?(?:a )?(?:width|dimension(?:ality)?|size|length)s?" + _IS + _LETTER + r"(?![A-Za-z^_(²³])", "M"),
        (_ALONE + r" queries\b", "N"),
        (_ALONE + r" keys\b", KEYS),
        (r"\b(?:head|per-head|key) (?:width|dimension(?:ality)?|size)" + _IS + _LETTER + r"(?![A-Za-z^_(²³])", "D"),
        (_BESIDE + r"(?:random )?projections?\b(?=[^.;]{0,30}\bfeatures\b)", "R"),
        (_BESIDE + r"value (?:width|dimension(?:ality)?|size|length)\b", "M"),
        (_LETTER + r"-dim(?:ensional)? values?\b", "M"),
        (r"\bvalues?\b(?: vectors?)?(?: are| is|:)? " + _LETTER + r"-dim(?:ensional)?\b", "M"),
        (_BEFORE + r"(?:number of )?(?:independent |i\.i\.d\. |drawn )?(?:random )?(?:fourier )?(?:frequenc(?:y|ies)|(?<=random )(?:projections?|directions?|samples?|vectors?))\b(?! \$?[A-Za-z]\$?(?![A-Za-z]))", "R"),
        (r"\bnumber of (?:random )?(?:fourier )?(?:frequencies|projections|directions|random features)(?: is| be|:| =)? ?\(?" + _LETTER + r"(?![A-Za-z^_(²³])", "R"),
        # "m/2 frequencies, a sine and a cosine each": m counts the features
        (_LETTER + r" ?/ ?2\$? (?:independent |drawn )?(?:random )?(?:frequenc(?:y|ies)|projections?|directions?|sines|cosines)\b", "L"),
        # "R is the total number of random features, sines and cosines together"
        (_BEFORE + r"(?:total|whole|overall) (?:number|count) of (?:all |the )?(?:random |fourier )*features\b", "L"),
        (_BEFORE + r"(?:number of )?(?:all |the )?(?:random |fourier )*features[,;:]? \(?(?:with )?(?:the )?(?:sines|cosines) and (?:the )?(?:cosines|sines) (?:together|both|counted|included|taken together)", "L"),
        (_BEFORE + r"(?:number of )?(?:random |fourier |polynomial |different )*features (?:in all|in total|altogether|all told|per (?:token|vector|input))\b", "L"),
        (r"\bfeature maps?\b[^.]{0,60}\b(?:length|dimension)s? (?:is|be) " + _LETTER + r"(?![A-Za-z^_(²³])", "L"),
        (_BEFORE + r"(?:length|dimension|number|size) of (?:the |all |a |each |every )?(?:features?(?: vectors?| maps?)?|random feature vectors?|φ)\b", "L"),
        (r"\bfeature maps?\b(?: \$?\S{1,12})? (?:has|have|of|with) (?:a )?(?:length|dimension)s? " + _LETTER + r"(?![A-Za-z^_(²³])", "L"),
    )
)  # fmt: skip
# softmax(QKᵀ/√p) and exp(q·k/√p); σ² = √p
UNDER_ROOT = re.compile(
    r"(?:[qQ][^=]{0,40}?[kK][^=]{0,30}?(?:\\sqrt|√)|\\sigma\s*\^\s*\{?2\}?\s*=\s*(?:\\sqrt|√)|σ²\s*=\s*√)\s*[{(]?\s*(?P<letter>[A-Za-z](?:_\{?\w\}?)?)\s*(?![A-Za-z_^])"
)
# w_1, …, w_s
LAST_DIRECTION = re.compile(
    r"(?:\bw|\\omega|ω|\{w\})\}?_\{?1\}?\s*,\s*(?:\\[lc]?dots|…|\.\.\.)\s*,?\s*(?:\\(?:mathbf|boldsymbol|bm|vec)\s*\{?)?(?:w|\\omega|ω)\}?_\{?(?P<letter>[A-Za-z])\}?(?![A-Za-z_])"
)
# queries x_i, keys y_j and values u_j
VECTOR_WORDS = {
    role: re.compile(
        rf"\b(?:{words})(?: vectors?)?,? (?:called |denoted (?:by )?|are )?\$?(?:\\(?:mathbf|boldsymbol|bm)\s*\{{?\s*)?(?P<letter>[a-z])\}}?_\{{?[a-z]\}}?(?![A-Za-z])"
    )
    for role, words in (("q", "[Qq]uer(?:y|ies)"), ("k", "[Kk]eys?"), ("v", "[Vv]alues?"))
}
# "queries are x_1, …, x_T"; what stands behind a comma is the next list
LISTED_BEHIND = {
    role: re.compile(
        rf"\b(?:{words}) (?:are |called )?\$?(?P<letter>[a-z])_\{{?1\}}?\s*,\s*(?:\\[lc]?dots|…|\.\.\.)"
    )
    for role, words in (("q", "[Qq]ueries"), ("k", "[Kk]eys"), ("v", "[Vv]alues"))
}
# "x_1, …, x_T ∈ R^p be the queries"
LISTED_VECTORS = re.compile(
    r"(?<![A-Za-z\\])(?P<letter>[a-z])_\{?1\}?\s*,\s*(?:\\[lc]?dots|…|\.\.\.)\s*,?\s*(?P=letter)_\{?(?P<tokens>[A-Za-z])\}?\s*(?:\\in|∈)\s*(?:\\mathbb\s*\{?\s*R\s*\}?|ℝ|\\R\b)\s*\^\s*\{?(?P<width>[A-Za-z](?:_\w)?)\}?\$?,? (?:be |are |denote |for |as )?(?:the |our |all )?(?P<role>quer|key|value)(?:y|ies|s)?\b"
)
# φ: R^d → R^p
MAPS_TO = re.compile(
    r"(?:\\(?:var)?[pP]hi|\\[pP]si|\\(?:theta|eta|xi|chi|zeta)|[φψϕΦΨ])\s*(?::|\\colon)\s*(?:\\mathbb\s*\{?\s*R\s*\}?|ℝ|\\R\b|R)\s*\^\s*\{?\w+\}?\s*(?:\\(?:to|rightarrow|mapsto)|→|->)\s*(?:\\mathbb\s*\{?\s*R\s*\}?|ℝ|\\R\b|R)\s*\^\s*\{?(?P<letter>[A-Za-z](?:_\w)?)\}?(?![A-Za-z_^])"
)
# "its feature map θ": the course calls it φ
MAP_CALLED = re.compile(
    r"\bfeature maps?\b,? (?:is |are |called |denoted (?:by )?|named |be )*\$?\\(?P<letter>theta|eta|xi|chi|zeta)(?![A-Za-z])"
)
TRIPLETS = re.compile(
    r"\btriplets?\b|\banchors?\b|\bfacenet\b|\bpositives?\b|\bnegatives?\b|\bmargin\b", re.IGNORECASE
)
DEPTHS = re.compile(
    r"\bprediction depth\b|\bprobes?\b|\bk-?nn\b|\bresnet|\bhistogram|\bdifficult", re.IGNORECASE
)
ATTENTION = re.compile(
    r"\battention\b|\btokens?\b|\bquer(?:y|ies)\b|\bfeature maps?\b|\bkernels?\b|\bsoftmax\b|\bprefix sums?\b|\brandom features\b",
    re.IGNORECASE,
)
OF_WIDTH = {
    "q": "D",
    "k": "D",
    "x": "D",
    "w": "D",
    "omega": "D",
    "Q": "D",
    "K": "D",
    "v": "M",
    "V": "M",
}  # one vector's length
# Greek letters that may be a size or a bandwidth, by their signs
SIGNS = {
    "ℓ": "ell",
    "ρ": "rho",
    "δ": "delta",
    "μ": "mu",
    "ν": "nu",
    "β": "beta",
    "λ": "lambda",
    "τ": "tau",
    "γ": "gamma",
}
FEATURE_MAP = "\\phi"
GREEK = frozenset({*SIGNS.values(), "varsigma", "theta", "eta", "xi", "chi", "zeta"})
BANDWIDTH, VARIANCE = "σ", "(σ²)"
# exp(−‖x − y‖²/(2β²)): β is what the course calls σ; without the square it is σ²
OF_KERNEL = re.compile(
    r"(?:\\\||\\rVert|\\Vert|‖|\|)\s*(?:\^\s*\{?\s*2\s*\}?|²)\s*(?:/|\}\s*\{)\s*(?:\\left)?\(?\s*2\s*\\?(?P<letter>beta|tau|gamma|lambda|rho|varsigma|[βτγλρ]|[bchlrst](?=\s*(?:\^|²)))(?![a-z])\s*(?P<square>\^\s*\{?\s*2\s*\}?|²)?"
)
PLAINLY = str.maketrans("`\n", "$ ")
NO_SIZES = frozenset("aAIeEijoOqQkKvVxXwWyYzZS")  # letters of vectors, functions and sums
COURSE_SIZES = frozenset({*"NDMLR", KEYS})
SAID_SIZES = frozenset("E")  # unless words make it one: "E value width"


def plain_letter(token: str) -> str:
    """`d_{h}` as `d_h`, `\\ell` as `ell`."""
    plain = re.sub(r"\\(?:text|mathrm)|[{}\\]", "", token)
    return SIGNS.get(plain, plain)


def parts_of(text: Text) -> list[Part]:
    """For each block its section, and whether it is about attention, and not about triplets or the depth of examples.

    A section is about what most of its words are about; one that says neither goes on with what the one before it spoke
    of. Where a section about the others speaks of attention too, each of its blocks is about what its own words are.
    """
    words: dict[int, str] = {}
    for block in text.blocks:
        words[block.section] = f"{words.get(block.section, '')} {PLACE.sub(' ', block.text)}"
    subjects: dict[int, bool] = {}
    last = True
    for section, said in sorted(words.items()):
        attention, other = _votes(said)
        last = attention >= other if attention or other else last
        subjects[section] = last
    out: list[Part] = []
    for block in text.blocks:
        about = subjects[block.section]
        if not about and _votes(words[block.section])[0] >= LEAST_WORDS:
            own = " ".join((PLACE.sub(" ", block.text), *block.header))
            attention, other = _votes(WEAK.sub(" ", own))
            before = out[-1] if out else (block.section, True)
            about = attention > other if attention or other else before == (block.section, True)
        out.append((block.section, about))
    return out


def _votes(said: str) -> tuple[int, int]:
    """How many words speak of attention, and how many of triplets or depths."""
    return len(ATTENTION.findall(said)), len(TRIPLETS.findall(said)) + len(DEPTHS.findall(said))


def named_in(text: Text, parts: Sequence[Part]) -> Iterator[Named]:
    """What a text says of its letters; the keys are as many as the queries where no other letter counts these."""
    found = list(_named_in(text, parts))
    counts = {one.letter for one in found if one.size == "N"}
    for one in found:
        if one.size != KEYS:
            yield one
        elif not counts:
            yield replace(one, size="N")
        elif one.letter not in counts:
            yield one


def _named_in(text: Text, parts: Sequence[Part]) -> Iterator[Named]:
    vectors: dict[str, str] = {}
    for block, (_, about_attention) in zip(text.blocks, parts, strict=True):
        if not about_attention:
            continue
        # letters in code ticks, too, and declarations that run over a line
        spelled = re.sub(r"\s+", " ", text.spelled(block.text)).translate(PLAINLY)
        yield from _of_kernel(PLACE.sub(" ", block.text), block.line)
        for role, words in VECTOR_WORDS.items():
            for found in (*words.finditer(spelled), *LISTED_BEHIND[role].finditer(spelled)):
                letter = found.group("letter")
                if letter not in {"q", "k", "v", "i", "j", *vectors}:
                    vectors[letter] = role
                    yield Named(block.line, letter, role)
                    # the rows x_i make up X
                    if re.search(rf"(?<![A-Za-z\\_^]){letter.upper()}(?![A-Za-z_])", text.source):
                        vectors.setdefault(letter.upper(), role.upper())
                        yield Named(block.line, letter.upper(), role.upper())
        for found in LISTED_VECTORS.finditer(spelled):
            role = found.group("role")[0]
            if found.group("letter") not in {"q", "k", "v", *vectors}:
                vectors[found.group("letter")] = role
                yield Named(block.line, found.group("letter"), role)
            yield Named(block.line, found.group("tokens"), "N")
            yield Named(block.line, plain_letter(found.group("width")), "M" if role == "v" else "D")
        yield from (
            Named(block.line, found.group("letter"), FEATURE_MAP) for found in MAP_CALLED.finditer(spelled)
        )
        for pattern, size in WORDS:
            for found in pattern.finditer(spelled):
                letter = plain_letter(found.group("letter").strip("$"))
                if letter not in NO_SIZES - SAID_SIZES:
                    yield Named(block.line, letter, size)
        for row in [row for _, rows in text.formulas_of(block) for row in rows]:
            for declared in declaration_of(row.text, row.line, block.section):
                yield from _of_declaration(row.line, declared.what, declared.sizes, vectors)
            yield from _of_kernel(row.text, row.line)
            for pattern, size in ((UNDER_ROOT, "D"), (LAST_DIRECTION, "R"), (MAPS_TO, "L")):
                for found in pattern.finditer(row.text):
                    letter = plain_letter(found.group("letter"))
                    if letter not in NO_SIZES:
                        yield Named(row.line, letter, size, guessed=pattern is UNDER_ROOT)


def _of_kernel(formula: str, line: int) -> Iterator[Named]:
    """What the Gaussian kernel of a formula says of the letter under its squared distance."""
    for found in OF_KERNEL.finditer(formula):
        yield Named(
            line, plain_letter(found.group("letter")), BANDWIDTH if found.group("square") else VARIANCE
        )


# δ = x − y, ‖δ‖, wᵀδ: a vector, and μ = E[X] a mean, whatever else the letter counts
NO_COUNT = re.compile(
    r"(?:‖|\\\||\\lVert|\\Vert)\s*(?:\\(?P<a>delta|mu|nu)|(?P<b>[δμν]))(?![A-Za-z])|(?:\\(?P<c>delta|mu|nu)|(?P<d>[δμν]))\s*&?:?=\s*(?:\(?[A-Za-z](?:_\{?\w\}?)?\s*[-−]|(?:\\mathbb\s*\{?\s*)?E\b|𝔼)"
    r"|(?:\^\s*\{?\s*\\top\s*\}?|ᵀ|\^T)\s*(?:\\(?P<e>delta|mu|nu)|(?P<f>[δμν]))(?![A-Za-z])"
)


def no_counts(source: str) -> frozenset[str]:
    """The Greek letters that a text uses for vectors and means."""
    return frozenset(
        plain_letter(letter) for found in NO_COUNT.finditer(source) for letter in found.groups() if letter
    )


def without_guesses(named: Sequence[Named]) -> list[Named]:
    """What the text says of its letters, without the guesses that it contradicts."""
    said = {one.letter: one.size for one in named if not one.guessed}
    return [one for one in named if not one.guessed or said.get(one.letter, one.size) == one.size]


def said_letters(text: Text) -> dict[str, frozenset[str]]:
    """What the words of a text name its letters, each with all the sizes that it is."""
    out: dict[str, frozenset[str]] = {}
    for one in named_in(text, parts_of(text)):
        if not one.guessed and one.size in COURSE_SIZES:
            out[one.letter] = out.get(one.letter, frozenset()) | {one.size}
    return out


def _of_declaration(
    line: int, what: Expression, sizes: Sequence[Expression], vectors: Mapping[str, str]
) -> Iterator[Named]:
    """What `v_j ∈ R^r` and `Q ∈ R^{n×p}` say of r, n and p."""
    lengths = [size for size in sizes if not (isinstance(size, Number) and size.value == 1)]
    if isinstance(what, Symbol) and vectors.get(what.name, "") in {"Q", "K", "V"}:
        what = Symbol(vectors[what.name], what.indices)
    match what:
        case Symbol("W", ()) if len(lengths) == 2:
            usual = [SIZE_NAMES.get(size.name) if isinstance(size, Symbol) else None for size in lengths]
            # the directions are its rows, unless its letters say that they are its columns
            turned = usual[0] == "D" or usual[1] == "R"
            pairs = list(zip(lengths, "DR" if turned else "RD", strict=True))
        case Symbol(name, ()) if name in {"Q", "K", "V", "X"} and len(lengths) == 2:
            width = "M" if name == "V" else "D"
            tokens = [isinstance(size, Symbol) and SIZE_NAMES.get(size.name) == "N" for size in lengths]
            # the tokens are its rows or its columns; without a usual letter it is not known which
            pairs = (
                [(lengths[0], "N"), (lengths[1], width)]
                if tokens == [True, False]
                else [(lengths[0], width), (lengths[1], "N")]
                if tokens == [False, True]
                else []
            )
        case Symbol(name) if len(lengths) == 1 and vectors.get(name, name) in OF_WIDTH:
            pairs = [(lengths[0], OF_WIDTH[vectors.get(name, name)])]
        case Call(Symbol(name), _) if name.startswith(("phi", "psi", "Phi", "Psi")) and len(lengths) == 1:
            pairs = [(lengths[0], "L")]
        case _:
            pairs = []
    for size, role in pairs:
        match size:
            case Symbol("R", ()) if role == "L":
                pass  # R counts the directions unless words say otherwise: φ(x) ∈ R^R may be what is wrong
            case Symbol(letter, ()) if letter not in NO_SIZES:
                yield Named(line, letter, role)
            case Product((Number(two, _), Symbol(letter, ())), _) if (
                two == 2 and role == "L" and letter not in NO_SIZES
            ):
                yield Named(line, letter, "R")


__all__ = [
    "ATTENTION",
    "BANDWIDTH",
    "DEPTHS", "GREEK", "KEYS", "VARIANCE", "VECTOR_WORDS", "Named", "Part", "named_in", "no_counts", "parts_of", "plain_letter", "said_letters", "without_guesses",
]  # fmt: skip
