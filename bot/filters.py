"""What a member wants to see of the queue, read from words: “bondi october journals over 1000 older than 2 days”."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from agents import naming
from agents.months import month_asked
from approvals.kinds import KINDS
from approvals.proposal import Proposal
from books.firm import Client
from books.period import Period
from books.refusal import Refusal

_AGE = re.compile(
    r"\b(?:(?:older|longer|more) than|over|for)\s+(\d{1,4})\s*(hours?|h|days?|d|weeks?|w)\b", re.IGNORECASE
)
_OVER = re.compile(
    r"(?:\b(?:over|above|more than)|>)\s*(?:[A-Z]{1,3}\$?|[$€£])?\s*(\d[\d,]*(?:\.\d{1,4})?)", re.IGNORECASE
)
_HOURS = {"h": 1, "d": 24, "w": 168}
_MONTHS = "|".join(f"{name[:3]}({name[3:]})?" for name in calendar.month_name if name)
_SAID = re.compile(
    rf"\b({_MONTHS}|sept|(last|this|next) month|\d{{4}}([-/.]\d{{1,2}})?|\d{{1,2}}[-/.]\d{{4}}|"
    r"queue|my|the|for|in|of|and|approvals?|proposals?|all|that|wait(s|ing)?|open|mine)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Wanted:
    """The filters; None and an empty string filter nothing. `over` is in each client's base currency."""

    clients: tuple[Client, ...]
    period: Period | None = None
    kind: str = ""
    over: Decimal | None = None
    older_than: dt.timedelta | None = None

    def passes(self, proposal: Proposal, *, now: dt.datetime) -> bool:
        """Whether a proposal of these clients, kind and period is large and old enough."""
        is_large = self.over is None or abs(proposal.amount).amount > self.over
        return is_large and (self.older_than is None or proposal.created_at <= now - self.older_than)


def wanted_in(words: str, *, clients: Sequence[Client], today: dt.date) -> Wanted:
    """The filters that words name; raises Refusal for a word that is none, so that nothing is left out unsaid."""
    older_than, over, kind = None, None, ""
    if found := _AGE.search(words):
        older_than = dt.timedelta(hours=int(found[1]) * _HOURS[found[2][0].lower()])
        words = _AGE.sub(" ", words, count=1)
    if found := _OVER.search(words):
        over = Decimal(found[1].replace(",", ""))
        words = _OVER.sub(" ", words, count=1)
    kind, words = _kind_in(words)
    named = naming.named_in(_unled(words), clients)
    if not named.clients and named.stranger:
        raise naming.unknown_client(clients)
    period = month_asked(named.rest, today=today)
    if left := " ".join(re.findall(r"\w+", _SAID.sub(" ", named.rest))):
        raise Refusal(
            f"I do not know what “{left}” means for the queue.",
            next_step="For example: queue bondi october journals over 1000 older than 2 days",
            code="unknown_filter",
        )
    return Wanted(named.clients or tuple(clients), period, kind, over, older_than)


def _unled(words: str) -> str:
    return re.sub(r"^\s*(my\s+)?queue\b", "", words, flags=re.IGNORECASE)


def _kind_in(words: str) -> tuple[str, str]:
    """The kind by its name or its noun, in one or many; the longest first, lest a part is taken for the whole."""
    said = [(kind.name, kind.name) for kind in KINDS] + [(kind.noun, kind.name) for kind in KINDS]
    for noun, name in sorted(said, key=lambda one: -len(one[0])):
        pattern = re.compile(rf"\b{re.escape(noun)}s?\b", re.IGNORECASE)
        if pattern.search(words):
            return name, pattern.sub(" ", words, count=1)
    return "", words
