# ruff: noqa: E501 -- a pattern stays on one line
"""Tables of worked examples: embeddings with their labels, distances between points, triplets with their losses and sorts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, Ruling, Spanned, refuted, verified
from grader.verify.triplets.embeddings import Anchor, Family, Point, Triplet, plain, root_of
from grader.verify.triplets.example import Example, View
from grader.verify.triplets.givens import ENTRIES, NAME, margins_in
from grader.verify.triplets.phrases import NUMBER, Stated, compared, value_at
from grader.verify.triplets.terms import key, term_at
from grader.verify.triplets.triplet_items import TRIPLE
from grader.verify.triplets.triplet_regions import sort_claims
from grader.verify.triplets.triplet_statements import N_SHORT, P_SHORT

Cells = Sequence[Sequence[str]]
_P = rf"(?:(?:hardest|farthest) positive )?(?:{P_SHORT})|(?:hardest|farthest) positive(?: (?:squared )?(?:d|distance))?|[dD]\(\s?a\s?,\s?p\s?\)|‖\s?(?:f\(a\)|a|f_a|x_a)\s?-\s?(?:f\(p\)|p|f_p|x_p)\s?‖(?:_2)?(?:\s?\^\s?2)?|(?:squared )?distance to (?:the |its )?(?:positive|mate|match)|(?:anchor ?[-–—/] ?)?positive(?: distance)?|a ?[-–—/] ?p|same(?:[- ]person)? distance"
_N = rf"(?:(?:hardest|nearest|closest) negative )?(?:{N_SHORT})|(?:hardest|nearest|closest) negative(?: (?:squared )?(?:d|distance))?|[dD]\(\s?a\s?,\s?n\s?\)|‖\s?(?:f\(a\)|a|f_a|x_a)\s?-\s?(?:f\(n\)|n|f_n|x_n)\s?‖(?:_2)?(?:\s?\^\s?2)?|(?:squared )?distance to (?:the |its )?(?:negative|stranger)|(?:anchor ?[-–—/] ?)?negative(?: distance)?|a ?[-–—/] ?n|different(?:[- ]person)? distance"
TITLES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(rf"\W*(?:{words})\W*", re.I))
    for name, words in (
        ("p", _P),
        ("n", rf"{_N}|(?:squared )?distance|d|d²|d\^2"),
        ("margin", r"margin|α|m"),
        (
            "loss",
            r"(?:the )?(?:triplet |its )?loss(?: \w{1,8})?|hinge|ℓ|L|term|\[?[^|]{0,40}\]_?\+|max\s?[({][^|]{0,40}|ℓ ?=[^|]{0,40}",
        ),
        (
            "kind",
            r"(?:kind|type|sort|category|class|which|case|verdict|status|the negative is|negative is|triplet is|what|difficulty)\??",
        ),
        ("semi-hard", r"semi-?\s?hard\s*\??"),
        ("hard", r"hard\s*\??"),
        ("easy", r"easy\s*\??"),
        ("active", r"active\s*\??|positive loss\s*\??|contributes\s*\??|violates? (?:the )?margin\s*\??"),
    )
)
YES = {"yes": True, "y": True, "true": True, "✓": True, "✔": True, "no": False, "n": False, "false": False, "✗": False, "✘": False, "×": False, "–": False, "-": False}  # fmt: skip
WHO = re.compile(r"\W*(?:labels?|identity|identities|person|class|who|ID|people|subject|y|y_i|name of the person)\W*", re.I)  # fmt: skip
ASIDE = re.compile(r"\([^()]*(?:α|margin|\bm\b)[^()]*\)\s*$")
BLANK = re.compile(r"[-–—·\s]*")
NAMED = re.compile(rf"(?:{NAME}|\d{{1,2}})")


@dataclass(frozen=True)
class Read:
    """A table that has been read: the example after it, and (row, column, ruling) of its cells."""

    example: Example
    cells: tuple[Spanned, ...] = ()


def read_table(cells: Cells, header: Sequence[str], example: Example, block: int) -> Read:
    """A table in plain signs, read as the first kind that it is."""
    told = tuple(_sorts_told(cells, header))
    if told:
        return Read(example, told)
    for reader in (_embeddings, _matrix, _triplets):
        made = reader(cells, header, example, block)
        if made is not None:
            return made
    turned = _turned(cells, header)
    if turned is not None:
        made = _triplets(turned[1:], turned[0], example, block)
        if made is not None:
            # (row, column) of the turned table are (column − 1, row + 1) of the one that stands there
            return Read(made.example, tuple((column - 1, row + 1, judged) for row, column, judged in made.cells if column))  # fmt: skip
    return Read(example)


def _sorts_told(cells: Cells, header: Sequence[str]) -> Iterator[Spanned]:
    """`| semi-hard | between 0 and α |` under "negative" and "loss": what the losses of each sort can be."""
    about = f"triplet {' '.join(cell for row in cells for cell in row)}"
    for row, line in enumerate(cells):
        sort = re.match(r"\W*(?P<sort>semi-?\s?hard|hard|easy)\b", line[0], re.I) if line else None
        for column, cell in enumerate(line[1:], start=1):
            title = header[column] if column < len(header) else ""
            if sort is None or not re.search(r"\bloss|\bhinge", title, re.I) or _stated(cell) is not None:
                continue
            rulings = [
                one
                for *_, one in sort_claims(f"For a {sort.group('sort')} negative the loss is {cell}.", about)
            ]
            if len(rulings) == 1:
                yield row, column, rulings[0]


def _turned(cells: Cells, header: Sequence[str]) -> Cells | None:
    """The table with its rows as columns, if its first column has the titles."""
    rows = [header, *cells]
    if len({len(row) for row in rows}) != 1 or len(rows) < 2:
        return None
    return list(zip(*rows, strict=True))


# -- embeddings ----------------------------------------------------------------------------------------------------


def _embeddings(cells: Cells, header: Sequence[str], example: Example, block: int) -> Read | None:
    """`| 1 | A | (1, 0) |`: points with their labels."""
    width = min(len(row) for row in cells)
    vectors = [
        column for column in range(width) if all(re.fullmatch(ENTRIES, row[column].strip()) for row in cells)
    ]
    if len(vectors) != 1 or len(cells) < 2:
        return None
    names = [
        column
        for column in range(width)
        if column not in vectors
        and not any(
            pattern.fullmatch(title) for title in header[column : column + 1] for _, pattern in TITLES
        )
        and all(NAMED.fullmatch(row[column].strip()) for row in cells)
        and len({row[column].strip() for row in cells}) == len(cells)
    ]
    who = [column for column in range(width) if column < len(header) and WHO.fullmatch(header[column])]
    if not names and not who and any(pattern.fullmatch(title.strip()) for title in header for name, pattern in TITLES if name in {"loss", "kind"}):  # fmt: skip
        return None  # the negatives of one anchor, each with its loss
    points = []
    for number, row in enumerate(cells, 1):
        term = term_at(row[vectors[0]].strip(), 0)
        if term is None or not isinstance(term.value, tuple):
            return None
        own = [column for column in names if column not in who]
        name = key(row[own[0]].strip()) if own else str(number)
        points.append(Point(name, term.value, row[who[0]].strip() if who else None))
    fresh = replace(example, since=-2)
    return Read(fresh.with_points(tuple(points), block, Fraction(0)))


# -- distances between points --------------------------------------------------------------------------------------


def _matrix(cells: Cells, header: Sequence[str], example: Example, _: int) -> Read | None:
    """A table of distances with points above and beside it."""
    columns = [example.resolved(_bare(title)) if NAMED.fullmatch(_bare(title)) else "" for title in header]
    rows = [example.resolved(_bare(row[0])) if row and NAMED.fullmatch(_bare(row[0])) else "" for row in cells]  # fmt: skip
    known = set(example.batch.by_name)
    if len(columns) < 3 or not all(columns[1:]) or not all(rows) or len(cells) < 2:
        return None
    if known and not (set(columns[1:]) <= known and set(rows) <= known):
        return None
    if not known and not (set(rows) <= set(columns[1:]) and len(set(columns[1:])) == len(columns) - 1):
        return None
    cosines = re.search(r"cos|·|inner|similarit|⟨", header[0], re.I) is not None
    found: list[tuple[int, int, Stated, Fraction]] = []
    for row, line in enumerate(cells):
        for column in range(1, min(len(line), len(columns))):
            if BLANK.fullmatch(line[column]):
                continue
            stated = _stated(line[column])
            if stated is None or stated.number is None:
                return None
            far = example.batch.distance(rows[row], columns[column])
            if far is None:
                value = 2 - 2 * stated.number if cosines else stated.number
                example = example.with_told(rows[row], columns[column], value)
            else:
                found.append((row, column, stated, 1 - far / 2 if cosines else far))
    out: list[Spanned] = []
    plainly = sum(stated.agrees(root_of(far)) for *_, stated, far in found if far >= 0) if not cosines else 0
    squares = sum(stated.agrees(far) for *_, stated, far in found)
    for row, column, stated, far in found:
        exact = root_of(far) if plainly > squares and not cosines else far
        what = "cosine" if cosines else "distance" if exact != far else "squared distance"
        judged = compared(
            stated,
            exact,
            f"the {what} of {rows[row]} and {columns[column]}",
            (),
            example.batch.slack(rows[row], columns[column]),
        )
        if judged is not None:
            out.append((row, column, judged))
    right = sum(judged.ruling is Ruling.VERIFIED for *_, judged in out)
    return Read(example, tuple(out) if 2 * right >= len(out) else ())


def _bare(cell: str) -> str:
    return re.sub(r"^[dD²^2]*\\|[\s$]", "", cell).strip()


def _stated(cell: str) -> Stated | None:
    """The number of a cell, if it is one."""
    body = cell.strip().lstrip("≈~ ")
    lead = len(cell) - len(body)
    found = value_at(body, 0)
    if found is None or found.number is None or body[found.end :].strip(" .*"):
        return None
    near = lead > 0 and re.search(r"[≈~]", cell) is not None
    return Stated(0, found.end, found.term, near)


# -- triplets ------------------------------------------------------------------------------------------------------


def _triplets(cells: Cells, header: Sequence[str], example: Example, _: int) -> Read | None:
    """A table of triplets or of one anchor's negatives with distances, losses and sorts."""
    if _names_points(cells, header):
        return None
    columns: dict[str, int] = {}
    set_there: list[Fraction] = []  # "loss (α = 0.2)"
    for column, title in enumerate(header):
        aside = ASIDE.search(title)
        if aside is not None:
            set_there += [margin for *_, margin in margins_in(aside.group())]
        bare = ASIDE.sub("", title).strip()
        name = next((name for name, pattern in TITLES if pattern.fullmatch(bare)), None)
        if name in {"p", "n"} and not any(column < len(row) and _stated(row[column]) for row in cells):
            continue  # the negatives themselves, by their entries
        if name is not None and name not in columns:
            columns[name] = column
    if len(set_there) == 1:
        example, margin_before = example.with_margin(set_there[0]), example
    else:
        margin_before = example
    told = columns.keys() & {"loss", "kind", "semi-hard", "hard", "easy", "active"}
    hardest = any(re.search(r"hardest|farthest|nearest", title, re.I) for title in header)
    views = [(_anchors_view(row, example) if hardest else None) or _view_of(row, columns, example) for row in cells]  # fmt: skip
    if not told and "n" not in columns:
        return None
    known = [view for view in views if view is not None and view.triplet is not None]
    if len(known) < max(1, len(cells) - 1) or not (told or "p" in columns):
        return None
    margins = (
        [float(example.margin)] if "margin" not in columns else []
    )  # a table of margins has its own in each row
    found: dict[str, list[Spanned]] = {}
    triplets: list[Triplet] = []
    names: list[str] = []  # what the first column calls them
    for row, (line, view) in enumerate(zip(cells, views, strict=True)):
        triplet = view.triplet if view is not None else None
        if triplet is None or view is None:
            continue
        triplets.append(triplet)
        names.append(_row_name(line))
        own = _stated(line[columns["margin"]]) if "margin" in columns else None
        if not margins and (own is None or own.number is None):
            continue
        margin = own.number if own is not None and own.number is not None else example.margin
        for name, column in columns.items():
            if column >= len(line):
                continue
            judged = _cell(name, line[column], triplet, margin, example, view)
            if judged is not None:
                found.setdefault(name, []).append((row, column, judged))
    out = [one for rulings in found.values() for one in _consistent(rulings)]
    made = replace(margin_before, family=_family_of(triplets, names, example, hardest=hardest), own_family=True) if len(triplets) > 1 else margin_before  # fmt: skip
    return Read(made, tuple(out))


def _names_points(cells: Cells, header: Sequence[str]) -> bool:
    """Whether the columns "anchor", "positive" and "negative" hold the numbers of images, and no distances."""
    titles = [title.strip(" *").lower() for title in header]
    if "anchor" not in titles or not {"positive", "negative"} & set(titles):
        return False
    at = titles.index("anchor")
    return all(at < len(row) and _stated(row[at]) is not None for row in cells)


def _view_of(row: Sequence[str], columns: Mapping[str, int], example: Example) -> View | None:
    """The triplet of a row: by its names, by its two distances, or by the negative's alone with the positive's given above."""
    for cell in row:
        triple = TRIPLE.fullmatch(cell.strip())
        if triple is not None:
            view = example.of_names(triple.group("a"), triple.group("p"), triple.group("n"))
            return view or _by_entries(cell, example)
        if OF_NUMBERS.fullmatch(cell.strip()):
            return _by_entries(cell, example)
    numbers = {
        name: stated.number
        for name in ("p", "n")
        if name in columns
        and columns[name] < len(row)
        and (stated := _stated(row[columns[name]])) is not None
    }
    if "n" not in numbers:
        anchor, positive = example.role("a"), example.role("p")
        named = [example.resolved(cell.strip()) for cell in row if NAMED.fullmatch(cell.strip())]
        points = [name for name in named if name in example.batch.by_name and name not in {anchor, positive}]
        return (
            example.of_names(anchor, positive, points[0])
            if anchor and positive and len(points) == 1
            else None
        )
    given = (
        example.view.p
        if example.view.p is not None
        else example.distance(example.role("a"), example.role("p"))
    )
    p = numbers.get("p") if "p" in columns else given
    return View(p, numbers["n"]) if p is not None else None


def _anchors_view(row: Sequence[str], example: Example) -> View | None:
    """Batch-hard's triplet of the anchor that a row names, by its name or its entries, where the batch is given."""
    family = example.batch.family
    if family is None or not row:
        return None
    said = row[0].strip()
    term = term_at(said, 0) if re.fullmatch(ENTRIES, said) else None
    names = [one.name for one in example.batch.points if term is not None and one.vector == term.value]
    if not names and NAMED.fullmatch(said):
        names = [example.resolved(said)]
    anchor = family.anchor(names[0]) if len(names) == 1 else None
    hardest = anchor.hardest if anchor is not None else None
    if hardest is None:
        return None
    return View(hardest.p, hardest.n, (hardest.anchor, hardest.positive, hardest.negative))


OF_NUMBERS = re.compile(rf"\(\s?(?:{NUMBER})\s?,\s?(?:{NUMBER})\s?,\s?(?:{NUMBER})\s?\)")


def _by_entries(cell: str, example: Example) -> View | None:
    """The triplet of points on a line that a cell names by the points themselves: `(0, 0.5, 0.6)`."""
    numbers = [Fraction(one) for one in re.findall(NUMBER, cell)]
    there = {one.vector[0]: one.name for one in example.batch.points if one.vector and len(one.vector) == 1}
    if len(there) != len(example.batch.points) or not all(one in there for one in numbers):
        return None
    anchor, positive, negative = (there[one] for one in numbers)
    return example.of_names(anchor, positive, negative)


def _cell(
    name: str, cell: str, triplet: Triplet, margin: Fraction, example: Example, view: View
) -> Judged | None:
    if name in {"p", "n"}:
        if not view.names[0]:
            return None
        stated = _stated(cell)
        exact = triplet.p if name == "p" else triplet.n
        others = () if example.squared else (root_of(exact),)
        return compared(stated, exact, f"the squared distance in {triplet.shown(margin)}", others, view.slack) if stated else None  # fmt: skip
    if name == "loss":
        stated = _stated(cell)
        if stated is None:
            return None
        return compared(stated, triplet.loss(margin), triplet.shown(margin), (), view.slack)
    if name in {"semi-hard", "hard", "easy", "active"}:
        word = YES.get(cell.strip().lower())
        return None if word is None else _sorted(triplet, margin, name, word)
    if name == "kind":
        told = re.match(
            r"\W*(?:an? )?(?P<sort>semi-?\s?hard|hard|easy|active|inactive)\b", cell.strip(), re.I
        )
        if told is None:
            return None
        return _sorted(triplet, margin, re.sub(r"semi-?\s?hard", "semi-hard", told.group("sort").lower()), True)  # fmt: skip
    return None


def _sorted(triplet: Triplet, margin: Fraction, sort: str, said: bool) -> Judged | None:
    kind = triplet.kind(margin)
    holds = (
        (triplet.loss(margin) > 0) == (sort == "active") if sort in {"active", "inactive"} else kind == sort
    )
    told = kind or "on the border to hard"
    says = f"with distances {plain(triplet.p)} and {plain(triplet.n)} and margin {plain(margin)} the negative is {told}"
    if holds == said:
        return verified(Kind.DEFINITION, says, Method.COUNT)
    if kind is None and sort == "hard":
        return None
    witness = {
        "d(a,p)": float(triplet.p),
        "d(a,n)": float(triplet.n),
        "margin": float(margin),
        "kind": told,
    }
    return refuted(Kind.DEFINITION, says, Method.COUNT, witness)


ROW_NAME = re.compile(
    rf"\W*(?:(?:triplet|negative|row|case) )?(?P<name>[IVX]{{1,4}}|{NAME})\s*(?:[=:]\s*\(.*)?", re.I
)


def _row_name(line: Sequence[str]) -> str:
    """`II`, `n_2`, `n_2 = (1, 0)` in the first cell of a row."""
    found = ROW_NAME.fullmatch(line[0].strip()) if line else None
    return key(found.group("name")) if found is not None else ""


def _family_of(
    triplets: Sequence[Triplet], names: Sequence[str], example: Example, *, hardest: bool
) -> Family:
    """The rows as one family: negatives of one anchor where all have the one positive that the text gives above.

    Else each row is a triplet, and its anchor's hardest one only where the titles say so.
    """
    if len({one.p for one in triplets}) == 1 and example.view.p is not None:
        negatives = tuple(
            (one.negative or name or str(number), one.n)
            for number, (one, name) in enumerate(zip(triplets, names, strict=True), 1)
        )
        return Family((Anchor(example.view.names[0], (("", triplets[0].p),), negatives),))
    return Family(
        tuple(
            Anchor(one.anchor or name or str(number), ((one.positive, one.p),), ((one.negative, one.n),))
            for number, (one, name) in enumerate(zip(triplets, names, strict=True), 1)
        ),
        whole=hardest,
    )


def _consistent(found: Sequence[Spanned]) -> Iterator[Spanned]:
    """The rulings of one column, unless it is wrong so often that it must mean something else."""
    right = sum(judged.ruling is Ruling.VERIFIED for _, _, judged in found)
    if right and 2 * right >= len(found):
        yield from found


Reader = Callable[[Cells, Sequence[str], Example, int], Read | None]

__all__ = ["Read", "read_table"]
