"""How many labelled claims of written solutions `grader verify` decides, and how many of its rulings are wrong.

    python -m benchmarks.claims [FOLDER | DOCUMENT ...] [--list]

A labelled document has `NAME.labels` beside it, four fields a line with a tab between them: the line of a claim, its
verdict (`right`, `wrong`, or `open` for what nobody can decide), its text, and the reason.
"""

from __future__ import annotations

import argparse
import difflib
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from grader.verify.claim import Claim, Ruling
from grader.verify.examine import examine
from grader.verify.reading.document import read_document

LABELLED = Path(__file__).parents[1] / "tests" / "verify" / "labelled"
PARAGRAPH = 12  # lines over which one claim may run


@dataclass(frozen=True)
class Label:
    """What a person says of one claim."""

    line: int
    verdict: str
    text: str
    reason: str


@dataclass(frozen=True)
class Measured:
    """The labels of one document with the rulings that met them, and the rulings that met none."""

    document: str
    seconds: float
    met: tuple[tuple[Label, frozenset[Ruling], tuple[Claim, ...]], ...]
    unlabelled: tuple[Claim, ...]


def labels_of(path: Path) -> tuple[Label, ...]:
    """The labels beside a document, by line. Raises `ValueError` where a label's text is not on its line."""
    lines = path.read_text(encoding="utf-8").splitlines()
    found = []
    for number, row in enumerate(path.with_suffix(".labels").read_text(encoding="utf-8").splitlines(), 1):
        if not row.strip():
            continue
        fields = row.split("\t")
        if len(fields) < 3 or fields[1] not in {"right", "wrong", "open"}:
            raise ValueError(f"{path.stem}.labels:{number}: expected line, right|wrong|open, text, reason")
        line, verdict, text = int(fields[0]), fields[1], fields[2]
        if text not in lines[line - 1]:
            raise ValueError(f"{path.stem}.labels:{number}: line {line} of the document has no {text!r}")
        found.append(Label(line, verdict, text, fields[3] if len(fields) > 3 else ""))
    return tuple(found)


def _spans(source: str, starts: Sequence[int], line: int, text: str, occurrence: int = 0) -> tuple[int, int]:
    """Where a text that starts on a line stands in the source; the line's whole paragraph if it is not found there."""
    first, last = starts[line - 1], starts[min(len(starts) - 1, line - 1 + PARAGRAPH)]
    exact = [re.escape(piece) for piece in text.split()]
    undressed = [rf"[$*`]*{re.escape(piece.strip('$*`'))}[$*`]*" for piece in text.split()]
    hits: list[tuple[int, int]] = []
    for pieces in (exact, undressed):
        hits = hits or [
            hit.span()
            for hit in re.finditer(r"\s+(?:>\s*)?".join(pieces), source[first:last])
            if hit.start() < starts[line] - first
        ]
    if hits:
        start, end = hits[min(occurrence, len(hits) - 1)]
        return first + start, first + end
    # quoted with a sign or a mark of Markdown less: the stretch of its line that has most of it
    row = source[first : starts[line]]
    matched = difflib.SequenceMatcher(None, row, text, autojunk=False)
    blocks = [block for block in matched.get_matching_blocks() if block.size > 2]
    if not blocks:
        return first, starts[line] - 1
    return first + blocks[0].a, first + blocks[-1].a + blocks[-1].size


def measure(path: Path) -> Measured:
    """Verify a labelled document and pair its claims with the labels that they share most of their text with."""
    source = path.read_text(encoding="utf-8")
    labels = labels_of(path)
    began = time.process_time()
    claims = examine(read_document(path))
    seconds = time.process_time() - began
    starts = [0]
    for row in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(row))
    spans = [_spans(source, starts, label.line, label.text) for label in labels]
    met: list[list[Claim]] = [[] for _ in labels]
    unlabelled = []
    for claim in claims:
        if claim.ruling is Ruling.UNCHECKED:
            continue
        start, end = _spans(source, starts, claim.line, claim.text, claim.occurrence)
        shared = [
            (min(end, last) - max(start, first), -(last - first), number)
            for number, (first, last) in enumerate(spans)
            if min(end, last) - max(start, first) > 0
        ]
        # a refuted claim that holds a wrong one may be wider than it
        if claim.ruling is Ruling.REFUTED:
            shared = [one for one in shared if labels[one[2]].verdict == "wrong"] or shared
        if shared:
            met[max(shared)[2]].append(claim)
        else:
            unlabelled.append(claim)
    pairs = zip(labels, met, strict=True)
    return Measured(
        path.name,
        seconds,
        tuple((label, frozenset(one.ruling for one in mine), tuple(mine)) for label, mine in pairs),
        tuple(unlabelled),
    )


def counted(measured: Measured) -> Counter[str]:
    """How often each verdict met each ruling; a label that met both counts as refuted."""
    count: Counter[str] = Counter()
    for label, rulings, _ in measured.met:
        count[label.verdict] += 1
        for ruling in (Ruling.REFUTED, Ruling.VERIFIED):
            if ruling in rulings:
                count[f"{label.verdict} {ruling.value}"] += 1
                break
    count["unlabelled refuted"] = sum(claim.ruling is Ruling.REFUTED for claim in measured.unlabelled)
    return count


def documents_in(places: Sequence[Path]) -> Iterator[Path]:
    """Each labelled document named or in a folder named."""
    for place in places:
        inside = sorted(place.iterdir()) if place.is_dir() else [place]
        yield from (
            path for path in inside if path.suffix != ".labels" and path.with_suffix(".labels").is_file()
        )


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({100 * part / whole:.0f} %)" if whole else "none"


def _row(name: str, count: Counter[str], seconds: float) -> str:
    alarms = count["right refuted"] + count["open refuted"]
    return (
        f"{name:12} wrong refuted {_share(count['wrong refuted'], count['wrong']):18} right verified"
        f" {_share(count['right verified'], count['right']):18} alarms {alarms:2} (+{count['unlabelled refuted']}"
        f" without a label) wrong verified {count['wrong verified']:2}  {seconds:5.1f} s"
    )


def _details(measured: Measured) -> Iterator[str]:
    name = measured.document
    for label, rulings, claims in measured.met:
        says = "".join(f"\n      {one.ruling.value}: {one.text[:110]!r} {one.says[:160]}" for one in claims)
        met = (
            "refuted" if Ruling.REFUTED in rulings else "verified" if Ruling.VERIFIED in rulings else "missed"
        )
        if (label.verdict, met) in {
            ("wrong", "refuted"),
            ("right", "verified"),
            ("open", "missed"),
            ("open", "verified"),
        }:
            continue
        yield f"{label.verdict} {met}: {name}:{label.line} {label.text[:150]!r} [{label.reason[:120]}]{says}"
    for claim in measured.unlabelled:
        if claim.ruling is Ruling.REFUTED:
            yield f"unlabelled refuted: {name}:{claim.line} {claim.text[:150]!r} {claim.says[:160]}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print one line a document and one for all; with `--list` every label that was not met as it should be."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("places", nargs="*", type=Path, default=[LABELLED])
    parser.add_argument(
        "--list", action="store_true", help="list what was missed or met with the wrong ruling"
    )
    options = parser.parse_args(arguments)
    total: Counter[str] = Counter()
    seconds = 0.0
    with ProcessPoolExecutor() as pool:
        for measured in pool.map(measure, documents_in(options.places)):
            count = counted(measured)
            total += count
            seconds += measured.seconds
            print(_row(measured.document, count, measured.seconds))
            for line in _details(measured) if options.list else ():
                print("  " + line)
    print(_row("all", total, seconds))
    return 0


if __name__ == "__main__":
    sys.exit(main())
