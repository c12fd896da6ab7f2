"""What a skill is about: one client, one month and the business date; it never comes from a model alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from books.firm import Client
from books.period import Period


@dataclass(frozen=True, slots=True)
class Scope:
    """The client whose books are read, the month that is asked about, and the business date where the client is."""

    client: Client
    period: Period
    today: date

    @property
    def organisation(self) -> str:
        """The Xero organisation that holds the client's books."""
        return self.client.organisation
