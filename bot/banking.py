"""Takes a bank's file for a client and answers with what it changed: the account's tie-out and the exceptions left."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from agents.findings import BankReconciliation
from agents.reconciliation.kept import Kept
from agents.reconciliation.reconcile import reconciliation
from agents.reconciliation.taking import TakenFile, take_fed, take_file
from agents.scope import Scope
from agents.wording import counted
from books.clock import Clock
from books.firm import Client, Member
from books.period import Period
from books.refusal import Refusal
from bot.card import Card
from bot.cards.plain_words import words_card
from bot.cards.reconciliation import with_file
from xero_tools.gateway import Gateway
from xero_tools.sitting import Sitting

BY_FOLDER = "folder"
"""Who took a file that no person handed over."""
BY_SCHEDULE = "schedule"
"""Who took what was read from Xero by itself."""
TOGETHER = dt.timedelta(seconds=15)
"""Files of one client that come within this are read against one look at its books: three accounts, one look."""


@dataclass(frozen=True)
class Banking:
    """Blocks; `draw` makes the card of a reconciliation. Threads may share it."""

    clock: Clock
    gateway: Gateway
    kept: Kept
    draw: Callable[[BankReconciliation], Card]
    _sittings: dict[str, tuple[dt.datetime, Sitting]] = field(default_factory=dict)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def take(self, member: Member | None, client: Client, name: str, content: bytes, text: str) -> Card:
        """Keeps the file's new lines and reconciles the month it ends in; raises Refusal and then keeps nothing."""
        taken, found = self.taken(member, client, name, content, text)
        return with_file(self.draw(found), taken, client.id)

    def taken(
        self,
        member: Member | None,
        client: Client,
        name: str,
        content: bytes,
        text: str,
        *,
        day_first: bool | None = None,
        decimal_mark: str = "",
        roles: tuple[tuple[int, str], ...] = (),
    ) -> tuple[TakenFile, BankReconciliation]:
        """The same, as records for the command line."""
        sitting = self._sitting(client)
        today = self.clock.today(client.timezone)
        taken = take_file(
            client,
            sitting,
            self.kept,
            content,
            name=name,
            account_words=text,
            member=member.id if member else BY_FOLDER,
            now=self.clock.now(),
            day_first=day_first,
            decimal_mark=decimal_mark,
            roles=roles,
            month=_month_said(text, today),
        )
        ends = max(part.statement.end for _, part, _ in taken.parts)
        period = min(Period.containing(ends), Period.containing(today))
        return taken, reconciliation(Scope(client, period, today, self.kept), sitting)

    def fetched(self, member: Member, client: Client, period: Period) -> tuple[TakenFile, BankReconciliation]:
        """Takes what Xero's Finance API holds of the client's bank for a month, and reconciles the month."""
        sitting, today = self._sitting(client), self.clock.today(client.timezone)
        taken = self._fetch(member.id, client, period, sitting)
        return taken, reconciliation(Scope(client, period, today, self.kept), sitting)

    def fetch_by_schedule(self, client: Client, period: Period) -> TakenFile:
        """The same without a person and without the reconciliation, which nobody would see; people's calls go first."""
        return self._fetch(BY_SCHEDULE, client, period, Sitting(self.gateway, interactive=False))

    def _fetch(self, who: str, client: Client, period: Period, sitting: Sitting) -> TakenFile:
        """What Xero holds of the month up to yesterday.

        Xero refuses days that have not come, by a clock it does not name; a day that is over here is not one anywhere.
        """
        today = self.clock.today(client.timezone)
        end = min(period.end, today - dt.timedelta(days=1))
        if end < period.start:
            raise Refusal(
                f"No day of {period} is over yet.", next_step="Name an earlier month.", code="no_bank_statement"
            )
        now = self.clock.now()
        return take_fed(client, sitting, self.kept, member=who, now=now, start=period.start, end=end)

    def columns(self, member: Member, client: Client, account: str, *, right: bool) -> Card:
        """A person says whether an account's first table was read rightly; if not, its lines are taken out again."""
        if right:
            self.kept.memories.confirm_columns(client.id, account, member=member.id, at=self.clock.now())
            return words_card("Remembered", "This account's tables are read so from now on; a changed header is asked.")
        gone = self.kept.shelf.give_back(client.organisation, account)
        if gone is None:
            raise Refusal(
                "More than this one statement of the account was taken meanwhile; nothing was taken out.",
                next_step="Ask whoever looks after Tieout to look at how the files are read.",
                code="not_the_only_one",
            )
        words = f"{counted(gone, 'line')} taken out. Export another format, or a table with other names, and drop it."
        return words_card("Taken out again", words)

    def _sitting(self, client: Client) -> Sitting:
        """The look at the client's books that has just begun, or a new one; what is over is let go of."""
        now = self.clock.now()
        with self._guard:
            for organisation in [each for each, (begun, _) in self._sittings.items() if now - begun >= TOGETHER]:
                del self._sittings[organisation]
            return self._sittings.setdefault(client.organisation, (now, Sitting(self.gateway)))[1]


def _month_said(text: str, today: dt.date) -> tuple[dt.date, dt.date] | None:
    """The days of the month that words with a file name, as far as they are over; None where they name none."""
    named = Period.in_words(text, today=today)
    return (named.start, min(named.end, today)) if named is not None and named.start <= today else None
