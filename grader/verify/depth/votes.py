# ruff: noqa: E501 -- a pattern stays on one line
"""The answers of the probes for one image, as a text lists them: in a line, between brackets, along a table's row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from grader.verify.depth.plain_blocks import PlainBlock

# the prediction depth with the layers behind the least one only
STRICT = re.compile(r"\b[a-z]\s*>\s*L\b")
# words that go on with the sentence behind a list of votes
GOES_ON = r"(?:then|so|the|its|this|that|and|hence|thus|which|with|but|or|we|it|depth|therefore|has|have|gives?|where|for|at|on|in|of|is|are|as|while|again|say|says|also|network|from|to|they|them|because|since|here|now|thus|not|final)"
VOTE = rf"[\"'‘’“”`]?(?!{GOES_ON}\b)(?:[A-Za-z]{{1,12}}|\d{{1,2}})(?![\w.]*[\d_])[\"'‘’“”`]?"
SEPARATOR = r"(?:\s*(?:,\s*and\b|,|→|⇒|->|;)\s*)"
LISTED = rf"{VOTE}(?:{SEPARATOR}{VOTE}){{2,15}}(?:\s+and\s+{VOTE}(?=\s*(?:[.,;:)]|$)))?"
SPACED = r"(?:\d|[A-Za-z])(?: {1,3}(?:\d|[A-Za-z])(?!\w)){3,15}"
NAMED_CLASSES = r"[a-z]{3,10}(?: [a-z]{3,10}){3,15}"
DASHED = r"\d(?:[-–]\d){3,15}"
TELLS = r"[Pp]redictions?|[Ll]ayers|[Vv]otes?|[Pp]robes|[Ss]equences?|[Aa]nswers?|[Oo]utputs?|[Ll]abels?|[Cc]lasses|say|says|said|saying|predicts?|predicted|predicting|vote|voted|voting|answer|answered|answering|give|gave|giving|read|reads|returns?|returned|responded?|labell?ed|chose|choose|showed?|shows|produced?|are|were|is|for|with|of|in|take|list|row|vector|string|:"
SEQUENCE = re.compile(
    rf"(?<![\w,)])(?:[(\[⟨`{{])\s*(?P<inside>{LISTED}|{SPACED}|{NAMED_CLASSES}|{DASHED})\s*(?:[)\]⟩`}}])"
    rf"|(?:^\W*|[.:;(]\s+|(?<![LDdℓ])(?<![LDdℓ] )=|[(:]|\b(?i:and|if|{TELLS})[:\s]+(?:of\s+)?)\s*(?P<listed>{LISTED})(?![\w(])"
    rf"|(?:^\W*|[.:;(,]\s+|(?<![LDdℓ])(?<![LDdℓ] )=|[(:]|\b(?i:and|if|{TELLS})[:\s]+(?:of\s+)?)\s*(?P<spaced>{SPACED})(?! ?\w(?!\w)|[\w.,]\d)"
    rf"|\b(?:[Vv]otes?|[Pp]redictions?|[Ss]equence|[Pp]robes(?: \d+ to \d+| \d+[-–]\d+)? (?:say|vote|answer|predict|give))[:\s]+(?:of\s+)?(?:(?P<joined>[A-E]{{3,15}})\b|(?P<words>{NAMED_CLASSES})(?=\s*(?:[.,;:)→]|$|\bso\b|\band\b|\bfor\b)))"
    rf"|(?:[:=]|\b(?:{TELLS}))\s+(?P<dashed>{DASHED})(?![\w.,]*\d)"
)
# "layer 0 1 2 3 / vote cat dog cat cat", typed in two lines
TWO_LINES = re.compile(
    r"\b(?:layers?|probes?|points?|m|L)\b:?\s+(?P<numbers>[01](?:\s+\d{1,2}){2,15})\s+(?:votes?|answers?|predictions?|predicts?|class(?:es)?|says?|labels?|K(?:_m)?)\b:?\s+(?P<votes>[A-Za-z\d]{1,12}(?:\s+[A-Za-z\d]{1,12}){2,40})",
    re.I,
)
# What such a list may be instead of votes.
NO_VOTES = re.compile(
    r"\b(?:sizes?|shapes?|dimensions|images?|kernels?|channels?|tensors?|values?|numbers|seeds|layers|for (?:the )?classes)(?: (?:of|for|are|is|were|reads?)\b)?\s*[:=]?\s*$"
    r"|\b(?:depths?|counts?|counted|histograms?|bins?|bars?|epochs?|accurac\w+|channels|tuple|margins?|distances?|losses)\b[^.;\d]{0,30}[:=]?\s*$|(?-i:\bk)\s*=\s*$|\bhistograms?\b[^.;(\[]{0,60}$",
    re.I,
)
OF_VOTES = re.compile(
    r"\b(?:votes|answers|predictions|probes)\b[^.;:\d]{0,30}$|\b(?:probes?['’]?|k-?NN) (?:predictions?|answers?|votes?|outputs?)\b[^.;:]{0,50}\b(?:image|picture|photo|example)\s*:\s*$|\bdepth (?:of|for|with) (?:the )?(?:list|sequence|votes|answers|row|predictions)?\s*[(\[{`]?\s*$",
    re.I,
)
OF_SHAPES = re.compile(r"\W{0,2}\s*(?:maps|tensors?|images|arrays?|shapes?|kernels?|channels)\b", re.I)
NEIGHBOURS = re.compile(r"\bneighbou?rs\b[^.;]{0,50}$", re.I)  # what these are is one probe's vote
DEPTH_BEFORE = re.compile(r"(?<!\w)(?:L|ℓ|D(?:\(\w\))?|pd(?:\(\w\))?)\s*=\s*$")
MORE_VOTES = re.compile(r"\s*(?:,\s*)?(?:…|\.\.\.)|\s*,\s*(?:and\s+)?\d")
RANGE = re.compile(
    r"(?:\b(?:probes?|layers?|points?|places|blocks?|indices|numbers|numbered|m|L|ℓ)\b|[KkPpLl]_?\{?)\s*(?:points? |layers? )?(?:=|:|∈|\(|from|are|run|numbered|indexed)?\s*(?:\{?\s*)?(?P<first>[01])\s*(?:,\s*(?:…|\.\.\.|1,\s*(?:…|\.\.\.)|2,\s*(?:…|\.\.\.))\s*,?|to|–|-|—|…|\.{2,3}|through|,\s*1\s*,\s*2\s*,?\s*(?:…|\.\.\.)\s*,?)\s*(?:[KkPpLl]_?\{?)?(?P<last>\d{1,2})(?!\d)",
)
CLASS = r"(?:an? |the |class )?[\"'‘’“”`]?(?P<class>\d{1,2}|[A-Za-z]{1,12})[\"'‘’“”`]?"
NETWORK = r"(?:(?:the )?(?:trained |full |whole )?(?:network|net|model|ResNet(?:-?18)?)\b(?:['’]s)?)"
FINAL = re.compile(
    rf"\b{NETWORK}(?: itself| again| finally| also| too| in the end| at the end| eventually)*(?:,? (?:whose|which)? ?)?(?: (?:final|own|last))?(?: (?:prediction|answer|class|output|decision|vote))?(?: (?:itself|again|finally|also|too|eventually))*\s*(?:(?:is|says?|said|saying|predicts?|predicted|predicting|answers?|answered|answering|outputs?|votes?|being|gives?|decides? (?:for|on)|chooses?|settles? on)\b\s*|[=:]\s*)?(?:again |also |finally )?{CLASS}(?!\w)"
    rf"|\b(?:[Ff]inal|[Ll]ast) (?:prediction|answer|class|output|decision|vote|label)s?(?: of the (?:network|net|model))?\s*(?:(?:is|being|was|says?)\b\s*|[=:]\s*)?{CLASS.replace('class>', 'class2>')}(?!\w)",
)
NO_CLASS = frozenset(
    {"the", "a", "an", "is", "are", "was", "of", "and", "or", "if", "in", "at", "on", "for", "with", "to", "by", "all", "no", "not", "one", "its", "his", "our", "my", "it", "this", "that", "prediction", "answer", "class", "probe", "probes", "layer", "layers", "equal", "equals", "same", "right", "wrong", "correct", "different", "still", "again", "disagree", "disagrees", "differ", "other", "others", "something", "every", "each", "only", "alone", "nothing", "from", "final", "last", "says", "say", "network", "vote", "votes", "as", "so", "then", "when", "given", "agrees", "agree", "itself", "differs", "has", "have", "already", "also", "never", "always", "output"}
)  # fmt: skip
REACH = 160
MOST_CLASSES = 20
LAST_IS_FINAL = re.compile(
    r"\b(?:last|final) (?:probe|answer|vote|one|layer)[^.;]{0,30}\b(?:is|as|gives|=|for|stands for|taken (?:as|to be)|counts as)\b[^.;]{0,25}\b(?:final|network|prediction|last)|\bfinal\s*=\s*(?:the )?last|\banswer of p\d+ is the final",
    re.I,
)


@dataclass(frozen=True)
class Votes:
    """What the probes answer for one image; None for a probe that says what is not told.

    `numbered` if the text says from which number on it counts the probes.
    """

    answers: tuple[str | None, ...]
    first: int = 0
    numbered: bool = False
    final: str | None = None
    name: str = ""
    start: int = 0
    end: int = 0
    listed: bool = True
    truth: str | None = None  # the image's own label, where a table has it

    @property
    def depth(self) -> int | None:
        """The least number from which on every probe gives the final class; None where that is not told."""
        found = self.last_disagreement
        last = self.answers[-1] if self.answers else None
        if last is None or (self.final is not None and self.final != last):
            return None
        if found is None:
            return None if None in self.answers else self.first
        return found + 1

    @property
    def last_disagreement(self) -> int | None:
        """The number of the last probe that says something else than the last one, if it is told."""
        for place in range(len(self.answers) - 1, -1, -1):
            answer = self.answers[place]
            if answer is None:
                return None
            if answer != self.answers[-1]:
                return self.first + place
        return None

    @property
    def shown(self) -> str:
        """The answers as a list."""
        return ", ".join("?" if one is None else one for one in self.answers)


def true_depth(votes: Sequence[str]) -> int:
    """The least L, from 0, so that all votes from L on are the last one.

    >>> true_depth("ABAA")
    2
    """
    last = votes[-1]
    return next(start for start in range(len(votes)) if all(vote == last for vote in votes[start:]))


def votes_in(text: str) -> list[Votes]:
    """The votes that a text lists.

    >>> [(one.name, one.depth) for one in votes_in("The probes say 2, 7, 7; image B: 3 5 3 5 3 3")]
    [('', 1), ('B', 4)]
    """
    out = []
    for found in SEQUENCE.finditer(text):
        key = next(key for key, body in found.groupdict().items() if body)
        start, end = found.span(key)
        answers = _answers(key, found.group(key))
        before = text[:start]
        answers, end = _of_one_sort(answers, text, start, end)
        if (
            MORE_VOTES.match(text, end)
            or OF_SHAPES.match(text, found.end())
            or (
                not _at_layers(answers, before)
                and NO_VOTES.search(re.sub(r"[(\[{⟨`\s]+$", " ", before))
                and not OF_VOTES.search(before)
            )
            or NEIGHBOURS.search(before[-70:])
        ):
            continue
        if not _may_be_votes(answers, key) or (key in {"listed", "spaced"} and DEPTH_BEFORE.search(before)):
            continue
        first, numbered = _first(text, start, end, len(answers))
        out.append(
            Votes(tuple(answers), first, numbered, _final(text, start, end), _name(before), start, end)
        )
    for found in TWO_LINES.finditer(text):
        numbers, answers = (
            found.group("numbers").split(),
            found.group("votes").split()[: len(found.group("numbers").split())],
        )
        if len(answers) == len(numbers) and [int(one) for one in numbers] == list(
            range(int(numbers[0]), int(numbers[0]) + len(numbers))
        ):
            out = [one for one in out if one.end <= found.start() or found.end() <= one.start]
            end = (
                found.start("votes")
                + (re.match(rf"(?:\S+\s+){{{len(answers) - 1}}}\S+", found.group("votes")) or found).end()
            )
            out.append(Votes(tuple(answers), int(numbers[0]), True, None, "", found.start(), end))
    return sorted(out, key=lambda one: one.start)


STAGES = frozenset({"conv", "pool", "maxpool", "avgpool", "relu", "fc", "bn", "block", "input", "stem", "linear", "dense", "output"})  # fmt: skip


def _at_layers(answers: Sequence[str], before: str) -> bool:
    """Whether a list behind "for layers" names classes, not the layers' sizes or kinds."""
    said = {one.lower() for one in answers}
    return re.search(r"\bfor (?:the )?layers\s*$", before, re.I) is not None and not (
        said & STAGES or any(one.isdigit() for one in said)
    )


def _of_one_sort(answers: list[str], text: str, start: int, end: int) -> tuple[list[str], int]:
    """The numbers at the beginning of a list that goes on with words of the sentence."""
    cut = next((place for place, answer in enumerate(answers) if not answer.isdigit()), len(answers))
    if cut < 3 or cut == len(answers):
        return answers, end
    numbers = list(re.finditer(r"\d+", text[start:end]))[:cut]
    return answers[:cut], start + numbers[-1].end()


def _answers(key: str, body: str) -> list[str]:
    if key == "joined":
        return list(body)
    if key == "dashed" or re.fullmatch(DASHED, body):
        return re.split(r"[-–]", body)
    parts = (
        re.split(r"\s*(?:,\s*and\b|,|→|⇒|->|;|\band\b)\s*", body)
        if re.search(r"[,→⇒;]|->", body)
        else body.split()
    )
    return [part.strip("\"'‘’“”` ") for part in parts if part.strip()]


def _may_be_votes(answers: Sequence[str], key: str) -> bool:
    numbers = [int(answer) for answer in answers if answer.isdigit()]
    if len(numbers) not in {0, len(answers)} or len(answers) < 3:
        return False
    if any(len(answer) > 1 and answer.lower() in NO_CLASS for answer in answers):
        return False
    if numbers:
        # what only rises counts something, and larger numbers are no classes
        return numbers != sorted(set(numbers)) and max(numbers) <= MOST_CLASSES
    return len(set(answers)) < len(answers) or key == "inside"


def _first(text: str, start: int, end: int, many: int) -> tuple[int, bool]:
    """From which number on the probes of a list are counted, and whether the text around it says so."""
    around = text[max(0, start - 3 * REACH) : end + REACH]
    for found in RANGE.finditer(around):
        first, last = int(found.group("first")), int(found.group("last"))
        if last - first + 1 == many:
            return first, True
    return 0, False


def _final(text: str, start: int, end: int) -> str | None:
    """The network's own answer, where the sentence or the next one gives it."""
    later = re.split(r"[;.](?=\s)", text[end : end + REACH])
    for piece in (later[0], re.split(r"[;.](?=\s)", text[max(0, start - REACH) : start])[-1], *later[1:2]):
        for found in FINAL.finditer(piece):
            named = found.group("class") or found.group("class2")
            if named.lower() not in NO_CLASS and (len(named) <= 2 or not named.endswith("s")):
                return named
    return None


NAME = re.compile(
    r"(?:\b(?:image|picture|example|photo|row|case|sample|instance|img)\s+)?(?:\(?(?P<name>[A-Z][a-z]?\d{0,3}|[a-z]\d{1,3}|\d{1,4}|[ivx]{1,4}|[a-h]|[A-Za-z]{3,12})\)?)\s*(?::|=|→|—|–|\bhas\b)?\s*[(\[{`\"]?\s*$"
)
# an image that is named before its votes: "Image 3 (a cat): K_0, ..., K_7 ="
OPENS = re.compile(
    r"(?:^|[.;:]\s|\n)\W*(?:[Ii]mage|[Pp]icture|[Ee]xample|[Pp]hoto|[Ss]ample)\s+(?P<name>[A-Z]|\d{1,3}|[ivx]{1,4})\b(?:\s*\([^()]{1,30}\))?\s*[:,—–]?\s*(?:(?:the )?(?:votes|answers|predictions|probes)(?: \w+){0,3}\s*[:=]?\s*|[A-Za-z]_?\{?0\}?\s*(?:,?\s*(?:…|\.\.\.|to|–|-)\s*,?)\s*[A-Za-z]?_?\{?\d{1,2}\}?\s*[:=]\s*)?[(\[{`]?\s*$"
)
NO_NAMES = re.compile(r"^(?:probes?|layers?|votes?|answers?|say|says|predictions?|list|sequence|for|with|of|if|take|the|are|is|were|was|and|example|image|network|answering|saying|from|vote|predict|answer|give|gives|final|output|outputs|read|reads|labels?|classes|class|or|row|returns?)$", re.I)  # fmt: skip


def _name(before: str) -> str:
    """What the text calls the image whose votes follow: `A:`, `image 17 has`."""
    opened = OPENS.search(before[-90:])
    if opened is not None:
        return opened.group("name")
    found = NAME.search(before[-40:])
    if found is None or NO_NAMES.match(found.group("name")):
        return ""
    told = found.group()
    if len(found.group("name")) == 1 and "=" in told:
        return ""  # "K = (2, 5, 5)" names the answers and no image
    labelled = bool(
        re.match(r"\s*(?:image|picture|example|photo|row|case|sample|instance|img)\s", told)
    ) or bool(re.search(r"[:=→—–]\s*[(\[{`\"]?\s*$", told))
    if not labelled or (
        found.group("name").isdigit()
        and not re.match(r"\s*(?:image|picture|example|photo|row|case|sample|img)", told)
    ):
        return ""
    if len(found.group("name")) > 2 and not re.search(
        r"(?:^|[.,;:(]\s*|\b(?:image|picture|example)\s+)\W*$", before[-40:][: found.start("name")]
    ):
        return ""  # the last word of a sentence that goes on
    return found.group("name")


# -- tables ------------------------------------------------------------------------------------------------------------

NUMBERED_TITLE = re.compile(
    r"^\W*(?:(?:probe|layer|point|[a-z])\s?_?\{?)?\s*(?P<number>\d{1,2})\}?\W*$", re.I
)
DEPTH_TITLE = re.compile(
    r"^\W*(?:(?:its |the |prediction )*depth(?:\s*\(?[A-Za-z(), ]{0,12}\)?|\s*\([\w ,-]{1,30}\))?|L|ℓ|D|D\(x\)|pd|PD|pd\(x\))\W*$",
    re.I,
)
POINT_TITLE = re.compile(
    r"^\W*(?:input(?: image)?|pixels|stem|conv\d?|bn\d?|relu|max-?pool|layer\s?\d|block\s?\d|stage\s?\d|avg-?pool|fc|logits)\W*$",
    re.I,
)
COUNTED_FROM = re.compile(
    r"\b(?:counted |starting )?(?:from |at )(?P<from>[01])\b|\b(?P<based>[01])-based", re.I
)
COUNTS = re.compile(
    r"\b(?:images?|examples?|counts?|number|samples?|accuracy|correct|right|share|histogram|frequency|depths?)\b(?! of)|%|#",
    re.I,
)
ONE_IMAGE = re.compile(
    r"\b(?:image|example|sample)\b(?! counts?\b)", re.I
)  # the title of a row, not of counts
FINAL_TITLE = re.compile(r"\b(?:final|network|prediction|output|answer)\b", re.I)
IN_CELL = re.compile(
    rf"^[(\[{{⟨\"]*\s*(?P<body>{LISTED}|\d(?: \d){{2,15}}|{SPACED}|{NAMED_CLASSES}|{DASHED}|[A-E]{{4,15}}|[a-c]{{4,15}})\s*[)\]}}⟩\"]*$"
)


@dataclass(frozen=True)
class Row:
    """A table's row with the votes that it gives, and the column in which its depth stands, if there is one."""

    block: PlainBlock
    votes: Votes
    depth_column: int | None


def rows_of_votes(rows: Sequence[PlainBlock]) -> Iterator[Row]:
    """The votes of each row of a table: along columns of numbered probes, or within one cell."""
    header = rows[0].header
    by_columns = list(_columns(rows, header))
    yield from by_columns
    if by_columns:
        return  # "| layer | x1 | x2 |": the images stand above, not the probes
    depths = [place for place, title in enumerate(header) if DEPTH_TITLE.match(title)]
    numbered = [
        (place, int(found.group("number")))
        for place, title in enumerate(header)
        if (found := NUMBERED_TITLE.match(title))
    ]
    points = [place for place, title in enumerate(header) if POINT_TITLE.match(title)]
    of_network = len(points) >= 3 and len(numbered) < len(points) == points[-1] - points[0] + 1
    base = COUNTED_FROM.search(header[depths[0]]) if len(depths) == 1 else None
    # the network's points in their order, whatever number a layer has by its name
    across = list(zip(points, range(len(points)), strict=True)) if of_network else _consecutive(numbered)
    about = f"{' '.join(header)}"
    for row in rows:
        column = depths[0] if len(depths) == 1 and depths[0] < len(row.cells) else None
        votes = _across(row, across) if across else _within(row, about)
        if votes is not None and across and base is not None:
            votes = replace(votes, first=int(base.group("from") or base.group("based")), numbered=True)
        elif votes is not None and of_network:
            votes = replace(votes, numbered=False)
        if votes is not None:
            yield Row(row, votes, column)


PROBE_TITLE = re.compile(r"^\W*(?:k-?NN )?(?:probes?|layers?|points?|m|L|l|ℓ)(?: no\.?| number)?\W*$", re.I)
FEWEST_COLUMNS = 3
DEPTH_ROW = re.compile(r"^\W*(?:prediction )?depth\W*$", re.I)


def _columns(rows: Sequence[PlainBlock], header: Sequence[str]) -> Iterator[Row]:
    """A table with a probe in each row and an image in each column, perhaps with the depths in its last row."""
    if (
        not header
        or not PROBE_TITLE.match(header[0])
        or len(header) < 2
        or any(COUNTS.search(title) or len(title) > 20 for title in header[1:])
    ):
        return
    deep = [row for row in rows if row.cells and DEPTH_ROW.match(row.cells[0])]
    probes = [row for row in rows if row not in deep]
    numbers = [NUMBERED_TITLE.match(row.cells[0]) if row.cells else None for row in probes]
    told = [int(found.group("number")) for found in numbers if found is not None]
    if (
        len(told) != len(probes)
        or len(told) < 3
        or told[0] not in {0, 1}
        or told != list(range(told[0], told[0] + len(told)))
    ):
        return
    winner = winner_column(probes)
    for place in range(1, len(header)) if winner is None else (winner,):
        cells = [row.cells[place] if place < len(row.cells) else "" for row in probes]
        if all(re.fullmatch(r"\d{1,2}|[A-Za-z]{1,12}", cell) for cell in cells) and not any(
            cell.isdigit() and int(cell) > MOST_CLASSES for cell in cells
        ):
            block, column = (deep[0], place) if deep else (rows[-1], None)
            yield Row(block, Votes(tuple(cells), told[0], True, None, header[place] if winner is None else ""), column)  # fmt: skip


def _sum_of(cells: Sequence[str]) -> int:
    return sum(int(cell) for cell in cells if cell.isdigit())


def winner_column(rows: Sequence[PlainBlock]) -> int | None:
    """The column that names a class for each probe, where the others count its neighbours by class; else None."""
    header = rows[0].header if rows else ()
    for place in range(1, len(header)):
        named = {row.cells[place] for row in rows if place < len(row.cells)}
        counted = [other for other in range(1, len(header)) if header[other] in named]
        if (
            all(len(row.cells) == len(header) for row in rows)
            and named <= set(header[1:])
            and all(re.fullmatch(r"[A-Za-z]\w+", name) for name in named)
            and all(row.cells[other].isdigit() for row in rows for other in counted)
            and len({_sum_of(row.cells[1:]) for row in rows}) == 1
            and len(header) > FEWEST_COLUMNS
        ):
            return place
    return None


def _consecutive(numbered: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    numbers = [number for _, number in numbered]
    return (
        list(numbered)
        if len(numbers) >= 3
        and numbers[0] in {0, 1}
        and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
        else []
    )


def _across(row: PlainBlock, across: Sequence[tuple[int, int]]) -> Votes | None:
    cells = [row.cells[place] if place < len(row.cells) else "" for place, _ in across]
    titles = ONE_IMAGE.sub(" ", f"{row.cells[0]} {row.header[0]}")
    if not all(re.fullmatch(r"\d{1,2}|[A-Za-z]{1,12}", cell) for cell in cells) or COUNTS.search(titles):
        return None
    if any(cell.isdigit() and int(cell) > MOST_CLASSES for cell in cells):
        return None
    name, truth = _named_with_truth(row.cells[0]) if across[0][0] > 0 else ("", None)
    return Votes(tuple(cells), across[0][1], True, _final_cell(row), name, truth=_true_cell(row) or truth)


WITH_CLASS = re.compile(
    r"(?P<name>\w{1,12})\s*\((?:an? |true |label |class |is )*(?P<truth>\d{1,2}|[A-Za-z]{1,12})\)"
)


def _named_with_truth(cell: str) -> tuple[str, str | None]:
    """The name of an image, and its class if that stands behind it in brackets: `u (cat)`."""
    found = WITH_CLASS.fullmatch(cell.strip())
    return (found.group("name"), found.group("truth")) if found is not None else (cell, None)


def _within(row: PlainBlock, about: str) -> Votes | None:
    found = [(place, one) for place, cell in enumerate(row.cells) if (one := IN_CELL.match(cell)) is not None]
    if len(found) != 1:
        return None
    place, one = found[0]
    body = one.group("body")
    answers = list(body) if re.fullmatch(r"[A-E]+|[a-c]+", body) else _answers("inside", body)
    if len(answers) < 3 or re.search(
        r"depths?$|histogram|counts?$", row.header[place] if place < len(row.header) else "", re.I
    ):
        return None
    title = row.header[place] if place < len(row.header) else ""
    from_title = re.search(r"(?<!\d)([01])\D{1,12}?(\d{1,2})(?!\d)", title)
    first, numbered = 0, False
    each = [int(number) for number in re.findall(r"\d+", title)]  # "L0 L1 L2 L3"
    if len(each) == len(answers) and each[0] in {0, 1} and each == list(range(each[0], each[0] + len(each))):
        first, numbered = each[0], True
    elif from_title is not None and int(from_title.group(2)) - int(from_title.group(1)) + 1 == len(answers):
        first, numbered = int(from_title.group(1)), True
    else:
        first, numbered = _first(about, 0, 0, len(answers))
    name = row.cells[0] if place > 0 else ""
    return Votes(tuple(answers), first, numbered, _final_cell(row, place), name, truth=_true_cell(row))


TRUE_TITLE = re.compile(
    r"^\W*(?:true|truth|(?:true |correct |right |given )?label|(?:true |correct |right )class|ground[- ]truth|target|actual)\W*$",
    re.I,
)


def _true_cell(row: PlainBlock) -> str | None:
    places = [place for place, title in enumerate(row.header) if TRUE_TITLE.match(title)]
    cell = row.cells[places[0]] if len(places) == 1 and places[0] < len(row.cells) else ""
    return cell if re.fullmatch(r"\d{1,2}|[A-Za-z]{1,12}", cell) else None


def _final_cell(row: PlainBlock, votes: int = -1) -> str | None:
    for place, title in enumerate(row.header):
        cell = row.cells[place] if place < len(row.cells) else ""
        if place != votes and FINAL_TITLE.search(title) and re.fullmatch(r"\d{1,2}|[A-Za-z]{1,12}", cell):
            return cell
    return None


__all__ = [
    "DEPTH_TITLE",
    "LAST_IS_FINAL",
    "RANGE",
    "STRICT",
    "Row",
    "Votes",
    "rows_of_votes",
    "true_depth",
    "votes_in",
    "winner_column",
]
