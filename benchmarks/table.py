"""The figures of all benchmarks in one table: what was measured, its bar, each size, the growth, the verdict."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

BEGIN, END = "<!-- bench:begin -->", "<!-- bench:end -->"
BAR_PAGE_MS, BAR_RATIO = 100, 1.3


@dataclass(frozen=True)
class Line:
    """One line: seconds or milliseconds per size. `ratio_bar` binds the largest size to the smallest one."""

    what: str
    unit: str
    bar: float | None
    figures: Mapping[int, float]
    ratio_bar: float | None = None

    def ratio(self, sizes: Sequence[int]) -> float | None:
        """How much the largest size takes of the smallest one."""
        small, large = self.figures.get(sizes[0]), self.figures.get(sizes[-1])
        return large / small if small and large and sizes[0] != sizes[-1] else None

    def is_met(self, sizes: Sequence[int]) -> bool | None:
        """Whether the largest size is within the bars; None where there is no bar or no figure."""
        large, ratio = self.figures.get(sizes[-1]), self.ratio(sizes)
        if large is None or self.bar is None:
            return None
        return large <= self.bar and (self.ratio_bar is None or ratio is None or ratio <= self.ratio_bar)


@dataclass(frozen=True)
class Pattern:
    """Where a benchmark prints a figure in seconds: the expression's one group is the number."""

    what: str
    bar: float | None
    expression: str
    unit: str = "s"


#: What is read from the output of each part.
PATTERNS: dict[str, tuple[Pattern, ...]] = {
    "screening": (
        Pattern("screening, location policy", 3, r"^location: .* in ([\d.]+) s"),
        Pattern("screening, shift policy", 3, r"^shift: .* in ([\d.]+) s"),
        Pattern("screening, dynamic policy", 3, r"^dynamic: .* in ([\d.]+) s"),
        Pattern("a stored screening run", None, r"^stored run: ([\d.]+) s"),
    ),
    "simulation": (
        Pattern("simulation, judged and stored", 3, r"^second: .*: ([\d.]+) s to judge"),
        Pattern("simulation, the worker's whole message", None, r"whole message: ([\d.]+) s"),
    ),
    "determination": tuple(
        Pattern(f"determination of 1,000 people, {where}, {step}", bar, rf"^\| {where}, [^|]*(?:\|[^|]*){{3}}{columns}")
        for where in ("one office", "all over the agency")
        for step, bar, columns in (
            ("plan", 5, r"\| ([\d.]+) \("),
            ("decision", 30, r"\|[^|]*\|[^|]*\| ([\d.]+) \("),
        )
    ),
    "workdays": (
        Pattern("a month of work days", 30, r"^month: .* in ([\d.]+) s"),
        Pattern("the same month, nothing changed", None, r"^again: .* in ([\d.]+) s"),
        Pattern("the same month after one new holiday", None, r"^holiday: .* in ([\d.]+) s"),
        Pattern("a month of one person", None, r"^one person: .* in ([\d.]+) s"),
    ),
    "integrity": (),  # not seconds but people; its tables are in the document by hand
    "checkin": (Pattern("entries of presence, p95", 100, r"^check-in: .* p95 ([\d.]+) ms", "ms"),),
    "rotation": (Pattern("rotation of 1,000 people over 26 weeks", 3, r": ([\d.]+) s,"),),
    "letters": (
        Pattern("1,000 excerpts rendered and joined", 300, r"^all: ([\d.]+) s"),
        Pattern("joining 1,000 excerpts", None, r"^together: ([\d.]+) s"),
    ),
    "roster": (Pattern("proposal for a roster of 60 people and 31 days", 60, r"^month.*: ([\d.]+) s,"),),
}


def lines_of(part: str, outputs: Mapping[int, str]) -> list[Line]:
    """The lines of one part from what it printed per size; of several figures the largest counts."""
    lines = []
    for pattern in PATTERNS[part]:
        found = {
            size: max(map(float, numbers))
            for size, text in outputs.items()
            if (numbers := re.findall(pattern.expression, text, re.MULTILINE))
        }
        lines.append(Line(pattern.what, pattern.unit, pattern.bar, found))
    return lines


def lines_of_pages(found: Mapping[str, Mapping[str, Sequence[float]]]) -> list[Line]:
    """Two lines per page: its 95th percentile with four users at once, and its best time alone."""
    lines = []
    for name, sizes in sorted(found.items()):
        at_once = {int(size): p95 for size, (_p50, p95, _alone) in sizes.items()}
        alone = {int(size): best for size, (_p50, _p95, best) in sizes.items()}
        lines.append(Line(f"{name}, p95", "ms", BAR_PAGE_MS, at_once, BAR_RATIO))
        lines.append(Line(f"{name}, alone", "ms", None, alone))
    return lines


def markdown(lines: Iterable[Line], sizes: Sequence[int]) -> str:
    """The table, the slowest against its bar first in each unit, under a line about machine and day."""
    heads = ["What", "Bar", *(f"{size:,}" for size in sizes), f"{sizes[-1]:,} to {sizes[0]:,}", "Met"]
    rows = [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    for line in lines:
        ratio = line.ratio(sizes)
        bar = "" if line.bar is None else f"{line.bar:g} {line.unit}"
        cells = [_number(line.figures.get(size), line.unit) for size in sizes]
        met = {True: "yes", False: "**no**", None: ""}[line.is_met(sizes)]
        rows.append(
            f"| {line.what} | {bar} | {' | '.join(cells)} | {'' if ratio is None else f'{ratio:.2f}'} | {met} |"
        )
    return "\n".join(rows)


def _number(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    return f"{value:.1f} s" if unit == "s" else f"{value:.0f} ms"


def machine(load_before: float) -> str:
    """The machine and the day in a sentence, with the load it had."""
    model = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    processor = model.group(1).strip() if model else platform.processor()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    day = datetime.now().astimezone().date().isoformat()
    return (
        f"Measured on {day}: {os.cpu_count()} cores ({processor}), {memory:.0f} GB of memory,"
        f" Python {platform.python_version()}, load {load_before:.1f} before and {os.getloadavg()[0]:.1f} after."
    )


def write_between_markers(path: Path, text: str) -> None:
    """Put the text into the document in place of what stood there. Raises ValueError without the markers."""
    before, begin, rest = path.read_text().partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{path} has no {BEGIN} … {END}")
    path.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}")
