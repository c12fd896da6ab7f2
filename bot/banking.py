"""Takes a bank's file for a client and answers with what it changed: the account's tie-out and the exceptions left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from agents.findings import BankReconciliation
from agents.reconciliation.kept import Kept
from agents.reconciliation.reconcile import reconciliation
from agents.reconciliation.taking import TakenFile, take_file
from agents.scope import Scope
from books.clock import Clock
from books.firm import Client, Member
from books.period import Period
from bot.card import Card
from bot.cards.reconciliation import with_file
from xero_tools.gateway import Gateway

BY_FOLDER = "folder"
"""Who took a file that no person handed over."""


@dataclass(frozen=True)
class Banking:
    """Blocks; `draw` makes the card of a reconciliation."""

    clock: Clock
    gateway: Gateway
    kept: Kept
    draw: Callable[[BankReconciliation], Card]

    def take(self, member: Member | None, client: Client, name: str, content: bytes, text: str) -> Card:
        """Keeps the file's new lines and reconciles the month it ends in; raises Refusal and then keeps nothing."""
        taken, found = self.taken(member, client, name, content, text)
        return with_file(self.draw(found), taken)

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
    ) -> tuple[TakenFile, BankReconciliation]:
        """The same, as records for the command line."""
        taken = take_file(
            client,
            self.gateway,
            self.kept,
            content,
            name=name,
            account_words=text,
            member=member.id if member else BY_FOLDER,
            now=self.clock.now(),
            day_first=day_first,
            decimal_mark=decimal_mark,
        )
        today = self.clock.today(client.timezone)
        ends = max(part.statement.end for _, part, _ in taken.parts)
        period = min(Period.containing(ends), Period.containing(today))
        return taken, reconciliation(Scope(client, period, today, self.kept), self.gateway)
