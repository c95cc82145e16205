# ruff: noqa: E501 -- a pattern stays on one line
"""A document in its own letters for sizes -> the same document in the course's, character for character.

Texts call the number of tokens n or T, the width of queries and keys d, p or h, that of values r or d_v, the number of
random directions m, s or F. What a letter stands for is taken from what the text itself says of it: the sets in which
it puts queries, values and directions, the roots under which it divides, and its words ("s random frequencies"). The
renamed text has every character at its old place, so that what is found there is quoted from the original.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from grader.verify.grammar.syntax import Call, Expression, Number, Product, Symbol
from grader.verify.reading.document import MATHEMATICS, PLACE, Block, Text
from grader.verify.scope.declarations import declaration_of
from grader.verify.scope.formula_reading import sides
from grader.verify.worlds.settings import SIZE_NAMES

COURSE = ("N", "D", "M", "L", "R")


@dataclass(frozen=True)
class Named:
    """A letter that the text gives to one of the course's sizes, on this line."""

    line: int
    letter: str
    size: str
    guessed: bool = False  # only a formula has it in the place of this size, which may be what is wrong there


_LETTER = r"\$?(?P<letter>\\ell|ℓ|\\rho|ρ|[A-Za-z](?:_\{?\w\}?)?)\$?"
_OR = r"(?<![A-Za-z\\_^{{(]){letter},? (?:is |be |for |denotes |denote |stands for |= ?|: ?)?(?:the |of )?"
_BEFORE = _OR.format(letter=_LETTER)
_BESIDE = _BEFORE.replace(
    ",? ", " ", 1
)  # "d key width"; in "head size D, value size M" the comma parts two sizes
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
        (_BESIDE + r"value (?:width|dimension(?:ality)?|size|length)\b", "M"),
        (_LETTER + r"-dim(?:ensional)? values?\b", "M"),
        (r"\bvalues?\b(?: vectors?)?(?: are| is|:)? " + _LETTER + r"-dim(?:ensional)?\b", "M"),
        (_BEFORE + r"(?:number of )?(?:independent |i\.i\.d\. |drawn )?(?:random )?(?:fourier )?(?:frequenc(?:y|ies)|(?<=random )(?:projections?|directions?|samples?|vectors?))\b", "R"),
        (r"\bnumber of (?:random )?(?:fourier )?(?:frequencies|projections|directions|random features)(?: is| be|:| =)? ?\(?" + _LETTER + r"(?![A-Za-z^_(²³])", "R"),
        (r"\bfeature maps?\b[^.]{0,60}\b(?:length|dimension)s? (?:is|be) " + _LETTER + r"(?![A-Za-z^_(²³])", "L"),
        (_BEFORE + r"(?:length|dimension|number|size) of (?:the |all |a |each |every )?(?:features?(?: vectors?| maps?)?|random feature vectors?|φ)\b", "L"),
        (r"(?<![\w\\{(^+*·/-])" + _LETTER.replace(r"\$?\$", "") + r"/2\$? (?:random |independent |drawn )*(?:fourier )?(?:frequencies|directions|projections)\b", "L"),
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
# φ: R^d → R^p
MAPS_TO = re.compile(
    r"(?:\\(?:var)?[pP]hi|\\[pP]si|[φψϕΦΨ])\s*(?::|\\colon)\s*(?:\\mathbb\s*\{?\s*R\s*\}?|ℝ|\\R\b|R)\s*\^\s*\{?\w+\}?\s*(?:\\(?:to|rightarrow|mapsto)|→|->)\s*(?:\\mathbb\s*\{?\s*R\s*\}?|ℝ|\\R\b|R)\s*\^\s*\{?(?P<letter>[A-Za-z](?:_\w)?)\}?(?![A-Za-z_^])"
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
SIGNS = {"ℓ": "ell", "ρ": "rho", "β": "beta", "λ": "lambda", "τ": "tau", "γ": "gamma"}
GREEK = frozenset({*SIGNS.values(), "varsigma"})
BANDWIDTH, VARIANCE = "σ", "(σ²)"
# exp(−‖x − y‖²/(2β²)): β is what the course calls σ; without the square it is σ²
OF_KERNEL = re.compile(
    r"(?:\\\||\\rVert|\\Vert|‖|\|)\s*(?:\^\s*\{?\s*2\s*\}?|²)\s*(?:/|\}\s*\{)\s*(?:\\left)?\(?\s*2\s*\\?(?P<letter>beta|tau|gamma|lambda|rho|varsigma|[βτγλρ]|[bchlrst](?=\s*(?:\^|²)))(?![a-z])\s*(?P<square>\^\s*\{?\s*2\s*\}?|²)?"
)
NO_SIZES = frozenset("aAIeEijoOqQkKvVxXwWyYzZS")  # letters of vectors, functions and sums
TOKEN = re.compile(
    r"\\(?:text|mathrm|operatorname|mathit|label|tag|begin|end|textbf|emph)\*?\s*\{[^{}]*\}|\\[A-Za-z]+|\\.|[ℓρβλτγ]"
    r"|[A-Za-z](?:_(?:\{(?:\\(?:text|mathrm)\{\w+\}|\w+)\}|\w))?"
)
DRESSED = re.compile(r"\\(?:hat|tilde|bar|vec|mathbf|boldsymbol|bm|mathcal|mathbb|mathsf|mathfrak)\s*\{?\s*$")
BOLD = re.compile(r"\\(?:mathbf|boldsymbol|bm)")
OF_SIZES = re.compile(
    r"\s*(?:\\left)?\(\s*[A-Za-z0-9_{}]+(?:\s*(?:[+−-]|\\cdot|·)\s*[A-Za-z0-9_{}]+)+\s*(?:\\right)?\)"
)
PLAIN_GROWTH = re.compile(r"(?<![A-Za-z])[OΘΩ]\((?:[^()]|\([^()]*\))*\)")
PLAIN_LETTER = re.compile(r"(?<![A-Za-zρ\\_^'’.-])(?:[A-Za-z]|ρ)(?:_\w)?(?![A-Za-zρ_'’^-]|\.[a-z])")
PLAIN_PRODUCT = re.compile(r"(?<![A-Za-zρ\d.\\_])\d*(?:[A-Za-zρ][²³]?){2,4}(?![A-Za-zρ(_'’])")
NO_PRODUCTS = frozenset({"Mr", "Dr", "Md", "nd", "rd", "cd", "mm", "TM", "RT", "ML"})


def in_course_letters(text: Text) -> Text:
    """The document with the sizes in the course's letters; itself where nothing is to be renamed.

    >>> from grader.verify.reading.document import read_text
    >>> told = read_text("Attention: $q_i, k_j \\\\in \\\\mathbb{R}^p$ for $n$ tokens. All scores cost $O(n^2 p)$.")
    >>> [rows[0].text for rows in in_course_letters(told).formulas.values()][-1]
    'O(n^2 D)'
    """
    subjects = _subjects(text)
    named = sorted(_without_guesses([*_named_in(text, subjects)]), key=lambda one: one.line)
    if any(one.size == "N" and one.letter != "t" for one in named):
        # "after t tokens" of T counts, and names no size
        named = [one for one in named if one.letter != "t"]
    own = {one.letter for one in named if one.letter == one.size}
    # a letter that one line gives two meanings keeps its own
    meant = {(one.line, one.letter, one.size) for one in named}
    own |= {
        letter
        for line, letter, size in meant
        for at, same, other in meant
        if (at, same) == (line, letter) and size != other
    }
    foreign = {one.letter for one in named if SIZE_NAMES.get(one.letter) != one.size} - own
    if not foreign:
        return text
    renamable = [one for one in named if one.letter in foreign]
    mappings = {section: _mapping(text, section, renamable, subjects) for section in subjects}
    if not any(mappings.values()):
        return text
    formulas = dict(text.formulas)
    blocks = []
    for block in text.blocks:
        letters = mappings.get(block.section, {})
        if letters:
            for place in PLACE.finditer(block.text):
                number = int(place.group(1))
                formulas[number] = tuple(
                    replace(row, text=renamed(row.text, letters)) for row in text.formulas.get(number, ())
                )
        blocks.append(_renamed_block(block, letters) if letters else block)
    return Text(text.name, _renamed_source(text, mappings), tuple(blocks), formulas, text.cells)


def quoted(found: str, block: Block, original: Text, changed: Text, own: Block) -> str:
    """What the author typed where `found` stands in the block of the text that was judged.

    The letters are the author's own again, and so are the commands. A text that is put together from several places,
    the two ends of a derivation, is translated side by side.
    """
    mine = [row for _, rows in original.formulas_of(own) for row in rows]
    if block is own and not any(row.typed for row in mine):
        return found
    judged = [row for _, rows in changed.formulas_of(block) for row in rows]
    spelled, source = changed.spelled(block.text), original.spelled(own.text)
    at = spelled.find(found)
    whole = at >= 0 and len(spelled) == len(source)
    out = source[at : _end_of_command(source, at + len(found))] if whole else found
    for before, after in [] if whole else zip(judged, mine, strict=True):
        out = _replaced(out, before.text, after.text)
    for row in mine:
        out = _replaced(out, row.text, row.typed or row.text)
    return out


def _end_of_command(source: str, end: int) -> int:
    """The end of a piece, or of the command that it cuts in two."""
    cut = re.search(r"\\[A-Za-z]+$", source[:end])
    rest = re.match(r"[A-Za-z]*", source[end:]) if cut else None
    return end + rest.end() if rest else end


def _replaced(text: str, before: str, after: str) -> str:
    """A text with a formula in it, or with whole sides of it, written otherwise."""
    if before == after:
        return text
    whole, parts = (
        (before.strip(" .,;&"), after.strip(" .,;&")),
        zip(sides(before), sides(after), strict=False),
    )
    for left, right in (whole, *parts):
        if len(left.strip(" .,;")) > 2:
            text = text.replace(left.strip(" .,;"), right.strip(" .,;"))
    return text


def explained(says: str, found: str, quote: str) -> str:
    """A reason in the course's letters, with what the author's own letters are called in it.

    >>> explained("QKᵀ takes N²D", "O(N^2 D)", "O(n^2 p)")
    'QKᵀ takes N²D (n is called N here, p is called D)'
    """
    if len(found) != len(quote):
        return says
    called: dict[str, str] = {}
    for place, (course, own) in enumerate(zip(found, quote, strict=True)):
        if course == own:
            continue
        command = re.match(r"\\[A-Za-z]+", quote[place:])
        name = command.group() if command else own
        if (course in COURSE and re.search(rf"{course}(?![a-z])", says)) or (
            course in VECTOR_WORDS and own.isalpha() and re.search(rf"(?<![A-Za-z]){course}(?![a-z])", says)
        ):
            called[name] = course
        elif found.startswith((BANDWIDTH, VARIANCE), place) and re.search("σ|sigma", says):
            called[name] = "σ²" if course == "(" else BANDWIDTH
    told = [f"{own} is called {course}" for own, course in called.items()]
    return f"{says} ({', '.join([f'{told[0]} here', *told[1:]])})" if told else says


def renamed(formula: str, letters: Mapping[str, str]) -> str:
    """A formula with its letters replaced, padded to its old length.

    >>> renamed("O(n^2 p)", {"p": "D"})
    'O(n^2 D)'
    >>> renamed("p(x) + d_h", {"p": "D", "d_h": "M"})
    'p(x) + M  '
    """
    angles = {letter for letter in letters if letters[letter] in VECTOR_WORDS and _is_angle(letter, formula)}
    kept = {letter: one for letter, one in letters.items() if letter not in angles}
    return TOKEN.sub(lambda found: _renamed_token(found, formula, kept), formula)


def _is_angle(letter: str, formula: str) -> bool:
    """Whether a formula takes the sine or the cosine of a letter, which is no vector then: sin a sin b."""
    return re.search(rf"(?:sin|cos)\s*(?:\\left)?\(?\s*{letter}(?![A-Za-z_^])", formula) is not None


def _renamed_token(found: re.Match[str], formula: str, letters: Mapping[str, str]) -> str:
    token = found.group()
    name = _plain(token)
    if token.startswith("\\"):
        fits = name in GREEK and len(letters.get(name, token)) <= len(token)
        return letters.get(name, token).ljust(len(token)) if fits else token
    after = formula[found.end() :]
    dress = DRESSED.search(formula[: found.start()])
    if dress and not (letters.get(name[:1]) in VECTOR_WORDS and BOLD.match(dress.group())):
        return token
    if name in letters and len(letters[name]) <= len(token):
        called = re.match(r"\s*(?:\\left)?\(", after) and not OF_SIZES.match(after)
        return token if called or after[:1] in {"'", "_"} else letters[name].ljust(len(token))
    base, mark, below = token.partition("_")
    if mark and letters.get(base) in VECTOR_WORDS:
        return f"{letters[base]}_{below}"
    inside = below.strip("{}")
    if mark and inside in letters and base in {"w", "k", "q", "v", "x", "I"}:
        return f"{base}_{below.replace(inside, letters[inside].ljust(len(inside)))}"
    return token


def _plain(token: str) -> str:
    """`d_{h}` as `d_h`, `\\ell` as `ell`."""
    plain = re.sub(r"\\(?:text|mathrm)|[{}\\]", "", token)
    return SIGNS.get(plain, plain)


def _renamed_block(block: Block, letters: Mapping[str, str]) -> Block:
    return replace(
        block,
        text=_renamed_prose(block.text, letters),
        cells=tuple(_renamed_prose(cell, letters) for cell in block.cells),
        header=tuple(_renamed_prose(cell, letters) for cell in block.header),
    )


def _renamed_prose(prose: str, letters: Mapping[str, str]) -> str:
    """Plain words with the letters that stand alone in them replaced, and those in growth classes and products."""

    def of_product(found: re.Match[str]) -> str:
        parts = re.sub(r"[\d²³]", "", found.group())
        if parts in NO_PRODUCTS:
            return found.group()
        sized = all(_plain(letter) in letters or letter in SIZE_NAMES for letter in parts)
        return renamed(found.group(), letters) if sized else found.group()

    prose = PLAIN_GROWTH.sub(lambda found: renamed(found.group(), letters), prose)
    prose = PLAIN_PRODUCT.sub(of_product, prose)
    return PLAIN_LETTER.sub(
        lambda found: letters.get(_plain(found.group()), found.group()).ljust(len(found.group())), prose
    )


def _renamed_source(text: Text, mappings: Mapping[int, Mapping[str, str]]) -> str:
    """The source with the formulas of renamed sections renamed."""
    starts = sorted((block.line, block.section) for block in text.blocks)

    def letters_at(line: int) -> Mapping[str, str]:
        section = next((section for start, section in reversed(starts) if start <= line), 0)
        return mappings.get(section, {})

    def replaced(found: re.Match[str]) -> str:
        letters = letters_at(text.source.count("\n", 0, found.start()) + 1)
        return renamed(found.group(), letters) if letters else found.group()

    return MATHEMATICS.sub(replaced, text.source)


# -- what the text says of its letters -------------------------------------------------------------------------------


def _subjects(text: Text) -> dict[int, bool]:
    """For each section whether it is about attention, and not about triplets or the depth of examples."""
    words: dict[int, str] = {}
    for block in text.blocks:
        words[block.section] = f"{words.get(block.section, '')} {PLACE.sub(' ', block.text)}"
    out = {}
    last = True
    for section, said in sorted(words.items()):
        attention, other = (
            len(ATTENTION.findall(said)),
            len(TRIPLETS.findall(said)) + len(DEPTHS.findall(said)),
        )
        # a section that says neither goes on with what the one before it spoke of
        last = attention >= other if attention or other else last
        out[section] = last
    return out


def _named_in(text: Text, subjects: Mapping[int, bool]) -> Iterator[Named]:
    vectors: dict[str, str] = {}
    for block in text.blocks:
        if not subjects.get(block.section, True):
            continue
        spelled = text.spelled(block.text)
        yield from _of_kernel(PLACE.sub(" ", block.text), block.line)
        for role, words in VECTOR_WORDS.items():
            for found in words.finditer(spelled):
                letter = found.group("letter")
                if letter not in {"q", "k", "v", "i", "j", *vectors}:
                    vectors[letter] = role
                    yield Named(block.line, letter, role)
        for pattern, size in WORDS:
            for found in pattern.finditer(spelled):
                letter = _plain(found.group("letter").strip("$"))
                if letter not in NO_SIZES:
                    yield Named(block.line, letter, size)
        for row in [row for _, rows in text.formulas_of(block) for row in rows]:
            for declared in declaration_of(row.text, row.line, block.section):
                yield from _of_declaration(row.line, declared.what, declared.sizes, vectors)
            yield from _of_kernel(row.text, row.line)
            for pattern, size in ((UNDER_ROOT, "D"), (LAST_DIRECTION, "R"), (MAPS_TO, "L")):
                for found in pattern.finditer(row.text):
                    letter = _plain(found.group("letter"))
                    if letter not in NO_SIZES:
                        yield Named(row.line, letter, size, guessed=pattern is UNDER_ROOT)


def _of_kernel(formula: str, line: int) -> Iterator[Named]:
    """What the Gaussian kernel of a formula says of the letter under its squared distance."""
    for found in OF_KERNEL.finditer(formula):
        yield Named(line, _plain(found.group("letter")), BANDWIDTH if found.group("square") else VARIANCE)


def _without_guesses(named: Sequence[Named]) -> list[Named]:
    """What the text says of its letters, without the guesses that it contradicts."""
    said = {one.letter: one.size for one in named if not one.guessed}
    return [one for one in named if not one.guessed or said.get(one.letter, one.size) == one.size]


def _of_declaration(
    line: int, what: Expression, sizes: Sequence[Expression], vectors: Mapping[str, str]
) -> Iterator[Named]:
    """What `v_j ∈ R^r` and `Q ∈ R^{n×p}` say of r, n and p."""
    lengths = [size for size in sizes if not (isinstance(size, Number) and size.value == 1)]
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
            case Symbol(letter, ()) if letter not in NO_SIZES:
                yield Named(line, letter, role)
            case Product((Number(two, _), Symbol(letter, ())), _) if (
                two == 2 and role == "L" and letter not in NO_SIZES
            ):
                yield Named(line, letter, "R")


def _mapping(
    text: Text, section: int, named: Sequence[Named], subjects: Mapping[int, bool]
) -> dict[str, str]:
    """The letters to be renamed in a section: by what was said last before its end, else first after it."""
    if not subjects.get(section, True):
        return {}
    blocks = [block for block in text.blocks if block.section == section]
    end = max(block.line for block in blocks)
    rows = [
        row for block in blocks for row in (text.formulas[n] for n in _numbers(block) if n in text.formulas)
    ]
    formulas = " ; ".join(row.text for group in rows for row in group)
    present = {
        _plain(found.group())
        for found in TOKEN.finditer(formulas)
        if not DRESSED.search(formulas[: found.start()])
    }
    out: dict[str, str] = {}
    for letter in sorted({one.letter for one in named}):
        mine = [one for one in named if one.letter == letter]
        size = ([one for one in mine if one.line <= end] or mine[:1])[-1].size
        index = re.search(
            rf"_\s*\{{?\s*{re.escape(letter)}\s*(?:=|\\in|\\le)|\bfor (?:all |each |every )?\$?{re.escape(letter)}\$? ?=",
            formulas,
        )
        of_kernel = size in {BANDWIDTH, VARIANCE}
        taken = (
            (of_kernel and ("sigma" in present or "σ" in formulas))
            or size in present
            or any(name.startswith(f"{size}_") for name in present if size in VECTOR_WORDS)
        )
        if SIZE_NAMES.get(letter) == size or index or taken:
            continue
        if size not in out.values():
            out[letter] = size
    return out


def _numbers(block: Block) -> list[int]:
    return [int(place.group(1)) for place in PLACE.finditer(block.text)]


__all__ = ["Named", "explained", "in_course_letters", "quoted", "renamed"]
