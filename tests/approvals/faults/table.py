"""One cell of the fault table: a piece of approved work, one dial turned, a process that dies or not; then judged."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from approvals.kinds import describe, kind_of
from approvals.kinds.kind import PersonKind
from approvals.proposal import AWAITING_PERSON, FAILED, POSTED, UNDER_WAY, Proposal
from bot.cards.proposal import proposal_card
from bot.plain import plain
from tests.approvals.faults.bench import Bench
from tests.approvals.faults.dials import CRASHES, DIALS, LATE, LIVES, SOON, Dial
from tests.approvals.faults.samples import Sample

DOUBLED, LOST, SILENT = "doubled", "lost", "silent"


@dataclass(frozen=True)
class Usual:
    """What a run without any fault does: how many writes, and where the first of them (or the reading) goes."""

    writes: int
    method: str
    endpoint: str


@dataclass(frozen=True)
class Cell:
    """One row's name, dial and crash; `soon` says whether sweeps come while Xero still knows the key."""

    row: str
    dial: Dial
    crash: str
    soon: bool

    def __str__(self) -> str:
        return f"{self.row} × {self.dial.name} × {self.crash}, {'soon' if self.soon else 'late'}"


@dataclass(frozen=True)
class Outcome:
    """How it ended, in the words of the proposal's status, and what was wrong with it."""

    cell: Cell
    status: str
    wrong: tuple[str, ...]
    told: str
    writes: tuple[dict[str, Any], ...]


def cells_of(row: str) -> list[Cell]:
    """All of one row: each dial with each crash, before and after Xero forgets the key."""
    return [Cell(row, dial, crash, soon) for dial in DIALS for crash in CRASHES for soon in (True, False)]


def slice_of(rows: Sequence[str], most: int, seed: int) -> dict[str, list[Cell]]:
    """As many cells as asked, drawn so that every row, dial and crash takes part as evenly as the number allows."""
    chance, taken = random.Random(seed), Counter[str]()
    drawn: dict[str, list[Cell]] = {}
    for row in rows:
        left = cells_of(row)
        chance.shuffle(left)
        drawn[row] = []
        for _ in range(max(3, most // len(rows))):
            best = min(left, key=lambda cell: taken[cell.dial.name] * len(DIALS) + taken[cell.crash] * len(CRASHES))
            left.remove(best)
            taken.update((best.dial.name, best.crash))
            drawn[row].append(best)
    return drawn


def usual(bench: Bench, row: str, sample: Sample) -> Usual:
    """Runs it once with no fault."""
    outcome = run(bench, Cell(row, DIALS[0], LIVES, soon=True), sample, None)
    assert not outcome.wrong, f"{row} does not work without any fault: {outcome.wrong}, {outcome.status} {outcome.told}"
    if not outcome.writes:
        return Usual(0, "GET", "Organisation")
    first = outcome.writes[0]
    return Usual(_done(outcome.writes), first["method"], first["path"].strip("/").split("/")[0])


def run(bench: Bench, cell: Cell, sample: Sample, known: Usual | None) -> Outcome:
    """Plays one cell; `known` is what a run without faults does (None: this is that run)."""
    bench.new_cell(cell.dial)
    draft = sample.prepare(bench)
    proposal = bench.approved(draft)
    bench.xero.control("DELETE", "log")
    wrong: list[str] = []
    try:
        if known is not None:
            _turn(bench, cell.dial, known)
        bench.life(proposal, cell.crash, cell.dial)
        _sweeps(bench, cell, sample, proposal, wrong)
        now = bench.proposal(proposal)
        writes = bench.writes()
        wrong += _judged(now, _done(writes), known)
        return Outcome(cell, now.status, tuple(dict.fromkeys(wrong)), now.problem, tuple(writes))
    finally:
        sample.clear(bench)


def _turn(bench: Bench, dial: Dial, known: Usual) -> None:
    if dial.fault is None:
        return
    aim: dict[str, Any] = {} if dial.stands else {"method": known.method, "endpoint": known.endpoint}
    bench.xero.control("POST", "faults", {**dial.fault, **aim})


def _sweeps(bench: Bench, cell: Cell, sample: Sample, proposal: Proposal, wrong: list[str]) -> None:
    """New processes come until nothing is left to do; what stands in the way is mended after the third."""
    for place, seconds in enumerate(SOON if cell.soon else LATE):
        bench.forward(seconds)
        if place == 3:
            bench.mend()
        bench.sweep(cell.dial)
        now = bench.proposal(proposal)
        if place >= 2 and now.status in UNDER_WAY and not _says(now):
            wrong.append(SILENT)
        if now.status == AWAITING_PERSON and isinstance(kind_of(now.kind), PersonKind):
            sample.by_hand(bench)
        elif now.status not in UNDER_WAY and not bench.owed(now):
            return


def _done(writes: Sequence[dict[str, Any]]) -> int:
    """How many of these writes Xero really did."""
    return sum(row["work"] == "done" for row in writes)


def _judged(now: Proposal, done: int, known: Usual | None) -> Iterable[str]:
    if known is not None and done > known.writes:
        yield DOUBLED
    if now.status == POSTED:
        if known is not None and done < known.writes:
            yield LOST
    elif now.status == FAILED:
        if done:
            yield LOST  # it stands in Xero, and people are told that it does not
        if not _says(now):
            yield SILENT
    elif now.status not in UNDER_WAY or not _says(now):
        yield LOST


def _says(proposal: Proposal) -> bool:
    """Whether the card tells a person what stands in the way, or what to do."""
    words = proposal.problem or str(proposal.receipt.get("instruction", ""))
    card = plain(proposal_card(proposal, describe(proposal), client="Wattle", names={}))
    return bool(words) and " ".join(words.split()) in " ".join(card.split())


def report(outcomes: Sequence[Outcome]) -> str:
    """The table: a line for each row and dial, how its cells ended, and what was wrong."""
    lines = []
    for row in dict.fromkeys(each.cell.row for each in outcomes):
        for dial in DIALS:
            here = [each for each in outcomes if each.cell.row == row and each.cell.dial.name == dial.name]
            if here:
                ended = ", ".join(
                    f"{count} {status}" for status, count in Counter(each.status for each in here).items()
                )
                wrong = Counter(word for each in here for word in each.wrong)
                bad = ", ".join(f"{count} {word}" for word, count in wrong.items()) or "none wrong"
                lines.append(f"{row:28} {dial.name:40} {len(here):3} cells: {ended}; {bad}")
    totals = Counter(word for each in outcomes for word in each.wrong)
    lines.append(f"{len(outcomes)} cells: {totals[DOUBLED]} doubled, {totals[LOST]} lost, {totals[SILENT]} silent")
    lines += [
        f"WRONG {each.cell}: {', '.join(each.wrong)} ({each.status}: {each.told})" for each in outcomes if each.wrong
    ]
    return "\n".join(lines)
