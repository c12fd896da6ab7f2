"""What must hold after every commit, every request and every step, judged without the code under test.

It reads the records by plain SQL, knows the rules in its own few lines, and follows the audit to see that it tells all.
"""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from approvals import audit
from books.refusal import Refusal
from tests.simulation.people import approved_by_enough, may_reject
from tests.simulation.records import Card, Records
from tests.simulation.telling import Telling, content_digest
from tests.simulation.verdict import must

if TYPE_CHECKING:
    from tests.simulation.process import Process
    from tests.simulation.world import World

NEVER = ("rejected", "withdrawn", "expired", "failed")
FINAL = (*NEVER, "posted")
LIVE = ("proposed", "approved", "unknown", "awaiting_person")
UNDER_WAY = ("approved", "unknown", "awaiting_person")
NOT_TOLD = ("no_reason", "xero_unreachable", "unknown_member")
"""Refusals that stand before the transaction: nothing was decided, so nothing is written down."""


class Oracle:
    """Looks at the world; nothing here calls `approvals.policy`."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.records = Records(world.store)
        self.stopped: set[str] = set()
        self.wrote: dict[str, set[str]] = {}
        self.writes = 0
        self._telling = Telling(self.records)
        self._statuses: dict[str, str] = {}
        self._executions: set[tuple[str, int, object]] = set()
        self._followed: object = None
        self._claims: dict[str, tuple[int, dt.datetime, Process | None]] = {}
        self._looked_at: tuple[object, int] | None = None

    # As it happens

    def committed(self, process: Process) -> None:
        """After each transaction: every change is told by the audit, and every decision was one that may be made."""
        version = self.records.version()
        if version == self._followed:
            return
        self._followed = version
        told = self._telling.follow()
        process.refusals_told += sum(each.what == "refused" for each in told)
        statuses = dict(self.records.rows("SELECT id, status FROM proposals"))
        if statuses != self._telling.status:
            unsaid = {each for _, each in statuses.items() - self._telling.status.items()} or {"gone"}
            must(False, f"I4 {', '.join(sorted(unsaid))}, and the audit does not say so")
        before, self._statuses = self._statuses, statuses
        for proposal_id, _ in sorted(statuses.items() - before.items()):
            self._turned(self.records.card(proposal_id), before.get(proposal_id, ""), process)
        executions = set(self.records.rows("SELECT proposal, fence, lease_until FROM executions"))
        changed, self._executions = executions - self._executions, executions
        for proposal, fence, lease in sorted(changed):
            self._claimed(proposal, fence, self.records.moment(lease), process)

    def sent(self, process: Process, organisation: str, path: str, body: bytes, key: str) -> None:
        """I1, I2, I5 to I8: asked of every request as it leaves."""
        must(not self.stopped & {"", organisation}, "I7 no send while a stop stands")
        content = json.loads(body)
        if "ManualJournals" not in content:
            return
        self.writes += 1
        [journal] = content["ManualJournals"]
        mark = journal["Narration"].rsplit("[", 1)[1].rstrip("]")
        [card] = [each for each in self.records.cards().values() if each.mark == mark]
        must(card.organisation == organisation, "I5 written to another organisation's books")
        must(card.status == "approved", f"I8 sent while {card.status}")
        must(self.world.now < card.expires_at + dt.timedelta(seconds=30), "I7 sent after its time ran out")
        must(content_digest(card) == card.digest, "I1 other content than was approved")
        lines = [(line["AccountCode"], Decimal(str(line["LineAmount"]))) for line in journal["JournalLines"]]
        must(lines == card.lines and journal["Date"] == card.date.isoformat(), "I1 other lines than were approved")
        approved_by_enough(self.world, card)
        self._built_on_what_stands(card, process)
        self._by_its_holder(card, process, key, body)

    def refused(self, process: Process, refusal: Refusal) -> None:
        """A click that was not allowed is kept in the audit."""
        told = refusal.code in NOT_TOLD or process.refusals_told == 1
        must(told, f"I4 a click was refused ({refusal.code}), and the audit does not say so")

    # After each step

    def after_each_step(self) -> None:
        """I2, I5, I8 in the books and the records; nothing to look at when neither changed."""
        seen = (self.records.version(), sum(len(each.journals) for each in self.world.xero.books.values()))
        if seen == self._looked_at:
            return
        self._looked_at = seen
        self._telling.follow()
        cards = self.records.cards().values()
        effects = self._effects({each.mark: each for each in cards})
        live: set[tuple[str, str]] = set()
        posted: set[tuple[str, str]] = set()
        for card in cards:
            must(card.status != "posted" or effects.get(card.mark) == 1, "I2 posted without an effect")
            work = (card.organisation, card.key)
            must(card.status not in LIVE or work not in live | posted, "I2 one piece of work stands twice")
            must(card.status != "posted" or work not in posted, "I2 one piece of work was posted twice")
            live |= {work} if card.status in LIVE else set()
            posted |= {work} if card.status == "posted" else set()
            for given in card.approvals:
                must((card.id, given.member) in self._telling.approvals, "I4 an approval that the audit does not tell")

    def told(self) -> int:
        """How many rows the audit has."""
        self._telling.follow()
        return self._telling.rows

    def is_quiet(self) -> bool:
        """Whether nothing is under way, here or on the wire."""
        statuses = {each.status for each in self.records.cards().values()}
        return not statuses & set(UNDER_WAY) and not self.world.xero.under_way

    def at_the_end(self) -> None:
        """I3, I4: everything approved came to an end that people can see, and the chain holds."""
        notes = {each.mark: self._notes(each) for each in self.records.cards().values()}
        for card in self.records.cards().values():
            must(card.status not in UNDER_WAY, f"I3 never finished: {card.status} ({card.problem})")
            must(card.status != "failed" or card.problem, "I3 failed and nobody is told why")
            must(card.status != "posted" or notes[card.mark] == 1, f"I3 {notes[card.mark]} notes of what was posted")
        report = audit.verify(self.world.store)
        must(report.holds and report.rows == self._telling.rows, f"I4 {report.problem}")

    # The parts

    def _turned(self, card: Card, before: str, process: Process) -> None:
        must(before not in FINAL, f"I8 what was {before} became {card.status}")
        press = process.press
        if not before:
            self.wrote[card.id] = {card.preparer} | (self.wrote[process.edits] if process.edits else set())
        if card.status == "approved" and before == "proposed":
            must(press and press.digest == card.digest, "I1 approved by a card that shows other content")
            must(press and press.who == card.decided_by, "I1 approved in another's name")
            must(content_digest(card) == card.digest, "I1 approved while the record was not what was submitted")
            must(self.world.now < card.expires_at, "I7 approved after its time ran out")
            approved_by_enough(self.world, card)
            self._built_on_what_stands(card, process)
        if card.status == "rejected":
            must(card.reason.strip(), "I1 rejected without a reason")
            must(may_reject(self.world, card), "I1 rejected by somebody who may not")

    def _claimed(self, proposal: str, fence: int, lease: dt.datetime, process: Process) -> None:
        known, until, holder = self._claims.get(proposal, (0, self.world.now, None))
        if fence != known:
            must(fence == known + 1, "I2 a fence that does not grow")
            must(until <= self.world.now, "I2 claimed while the lease of another runs")
            holder = process
            process.saw.clear()
        self._claims[proposal] = (fence, lease, holder)

    def _by_its_holder(self, card: Card, process: Process, key: str, body: bytes) -> None:
        _, until, holder = self._claims[card.id]
        must(holder is process, "I2 sent by a worker whose claim was taken over")
        must(self.world.now < until, "I2 sent after the lease ran out")
        must(process.drained_at in (None, process.commits), "I7 begun after the process was asked to end")
        written = self.records.rows("SELECT outcome, body FROM attempts WHERE key = ?", key)
        must(
            [(each[0], bytes(each[1])) for each in written] == [("sending", body)], "I2 sent before it was written down"
        )
        open_ones = self.records.rows(
            "SELECT key FROM attempts WHERE proposal = ? AND outcome = 'sending' AND key <> ?", card.id, key
        )
        must(not open_ones, "I2 sent under a new key while an older request is open")

    def _built_on_what_stands(self, card: Card, process: Process) -> None:
        """The lock date and the sources, as this process was shown them since it took the work up."""
        books = card.organisation
        must((books, "lock date") in process.saw, "I6 the lock date was not read")
        locked: Any = process.saw[books, "lock date"]
        must(locked is None or card.date > locked, "I6 dated in a locked period")
        for each in card.parsed["evidence"]:
            if each["source"] == "premium" and each["version"]:
                must(process.saw.get((books, "premium")) == each["version"], "I1 its source changed since")

    def _effects(self, cards: dict[str, Card]) -> dict[str, int]:
        """How many journals carry each mark."""
        effects: dict[str, int] = {}
        for name, books in self.world.xero.books.items():
            for journal in books.journals.values():
                for mark in journal.marks:
                    effects[mark] = effects.get(mark, 0) + 1
                    must(effects[mark] == 1, "I2 two effects of one proposal")
                    must(cards[mark].organisation == name, "I5 an effect in another organisation")
                    must(cards[mark].status not in NEVER, f"I8 an effect of what is {cards[mark].status}")
        return effects

    def _notes(self, card: Card) -> int:
        journals = self.world.xero.books[card.organisation].journals.values()
        return sum(note.startswith(f"{card.mark}:") for each in journals for note in each.notes)
