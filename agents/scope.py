"""What a skill is about: one client, one month and the business date; it never comes from a model alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from agents.reconciliation.kept import Kept
from books.firm import Client
from books.period import Period


@dataclass(frozen=True, slots=True)
class Scope:
    """The client whose books are read, the month that is asked about, and the business date where the client is.

    `kept` is what stands on the shelf of bank statements, None where no statement can have been given.
    """

    client: Client
    period: Period
    today: date
    kept: Kept | None = None

    @property
    def organisation(self) -> str:
        """The Xero organisation that holds the client's books."""
        return self.client.organisation
