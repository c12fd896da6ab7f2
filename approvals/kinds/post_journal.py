"""Post a manual journal: a balanced entry that an agent prepared with its calculation as evidence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal

import msgspec

from approvals import ground_rules
from approvals.kinds.kind import FormField, Found, PenKind
from approvals.proposal import Description, Draft, Proposal
from approvals.typed import typed_amount, typed_date
from books import records
from books.firm import ApprovalRule
from books.money import Money
from books.period import Period, spoken
from books.records import LedgerAccount, ManualJournal, Organisation
from books.refusal import Refusal
from xero_tools import journals
from xero_tools.gateway import Gateway
from xero_tools.links import Links
from xero_tools.writes import Pen, manual_journal_body

FORBIDDEN_SYSTEM = ("DEBTORS", "CREDITORS", "RETAINEDEARNINGS")
"""Xero's SystemAccount values that no manual journal may touch; bank and inventory accounts are refused by type."""


class JournalLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line: a positive amount is a debit, a negative one a credit, in the organisation's base currency."""

    account_code: str
    account_name: str
    description: str
    amount: Decimal
    tax_type: str = "NONE"
    tracking: tuple[tuple[str, str], ...] = ()


class PostJournal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The journal as Xero will get it, our mark aside."""

    date: dt.date
    narration: str
    currency: str
    lines: tuple[JournalLine, ...]

    @property
    def debits(self) -> Money:
        """The sum of the debit lines."""
        return Money.total((Money(line.amount, self.currency) for line in self.lines if line.amount > 0), self.currency)


class PostJournalKind(PenKind[PostJournal]):
    """A manual journal, posted through the pen."""

    name = "post_journal"
    payload: type[PostJournal] = PostJournal
    noun = "journal"
    needs_chart = True
    may_be_automatic = True
    authority = ApprovalRule(
        role="approver",
        limit=Decimal(10000),
        role_above_limit="partner",
        four_eyes_above=Decimal(50000),
        expires_hours=72,
    )

    def tidy(self, payload: PostJournal) -> PostJournal:
        """Every amount in the currency's minor units; raises Refusal when that would lose a part of it."""
        return msgspec.structs.replace(payload, lines=tuple(_tidied(line, payload.currency) for line in payload.lines))

    def check(self, draft: Draft, chart: Sequence[LedgerAccount] | None) -> None:
        """Balanced, at least two lines, dated in the period, for the amount it says, on accounts that Xero allows."""
        payload = self.read(draft)
        _check_figures(payload, draft)
        period = Period.of(draft.period)
        if payload.date not in period:
            raise _broken(f"is dated {spoken(payload.date)}, which is not in {period}", "outside_period")
        if not payload.narration.strip():
            raise _broken("has no narration", "no_narration")
        if chart is not None:
            by_code = {each.code: each for each in chart}
            for line in payload.lines:
                _check_account(line, by_code.get(line.account_code))

    def form(self, payload: PostJournal) -> tuple[FormField, ...]:
        """Its date, its narration and each line's amount."""
        lines = (
            FormField(
                name=f"line {number}",
                label=f"{'Debit' if line.amount > 0 else 'Credit'} {line.account_code} {line.account_name}",
                value=f"{abs(line.amount)}",
            )
            for number, line in enumerate(payload.lines, start=1)
        )
        return (
            FormField(name="date", label="Date", value=payload.date.isoformat()),
            FormField(name="narration", label="Narration", value=payload.narration),
            *lines,
        )

    def edited(
        self, payload: PostJournal, values: Mapping[str, str], amount: Money, chart: Sequence[LedgerAccount]
    ) -> tuple[PostJournal, Money]:
        """The journal with other amounts on the same accounts and sides, another date or narration."""
        lines = tuple(
            msgspec.structs.replace(
                line,
                amount=typed_amount(values.get(f"line {n}", str(abs(line.amount)))) * (1 if line.amount > 0 else -1),
            )
            for n, line in enumerate(payload.lines, start=1)
        )
        changed = msgspec.structs.replace(
            payload,
            date=typed_date(values.get("date", payload.date.isoformat())),
            narration=values.get("narration", payload.narration).strip(),
            lines=lines,
        )
        return changed, changed.debits

    def spread(self, payload: PostJournal) -> dict[str, Decimal]:
        """Each account with its debits or its credits, whichever are more."""
        sides: dict[str, list[Decimal]] = {}
        for line in payload.lines:
            side = sides.setdefault(f"account {line.account_code}", [Decimal(0), Decimal(0)])
            side[line.amount < 0] += abs(line.amount)
        return {name: max(side) for name, side in sides.items()}

    def moves(self, payload: PostJournal) -> dict[str, Decimal]:
        """Each account with the sum of its lines."""
        return ground_rules.summed((line.account_code, line.amount) for line in payload.lines)

    def undoing(self, proposal: Proposal, lock_date: dt.date | None) -> Draft:
        """A reversing journal."""
        # Imported here: a reversing journal is itself a journal, so its file imports this one.
        from approvals.kinds.reverse_journal import reversing

        return reversing(proposal, self.read(proposal), lock_date)

    def still_open(self, proposal: Proposal, lock_date: dt.date | None) -> Refusal | None:
        """The journal's date lies after the lock date."""
        date = self.read(proposal).date
        if lock_date is None or date > lock_date:
            return None
        return Refusal(
            f"Xero is locked up to {spoken(lock_date)}, and this journal is dated {spoken(date)}.",
            next_step="Ask a partner to move the lock date, or reject this and prepare it for an open period.",
            code="period_locked",
        )

    def describe(self, proposal: Proposal) -> Description:
        """The journal in full: its lines as debits and credits, and the mark it will carry."""
        payload = self.read(proposal)
        return Description(
            title=f"Journal of {payload.debits} dated {spoken(payload.date)}",
            sentence=payload.narration,
            facts=(
                ("Narration", payload.narration),
                ("Date", spoken(payload.date)),
                ("Amount", f"{proposal.amount} ({payload.currency})"),
            ),
            fine_print=(
                ("Client", proposal.client),
                ("Period", f"{Period.of(proposal.period)} ({proposal.period})"),
                ("Mark in Xero", proposal.mark),
                ("Xero organisation", proposal.organisation),
                *_plainness(payload),
            ),
            rows=_rows(payload),
            undo="A reversing journal takes it back; the journal itself can also be voided in Xero.",
        )

    def request(self, proposal: Proposal) -> bytes:
        """Xero's ManualJournals body, posted (not draft), with our mark in the narration."""
        payload = self.read(proposal)
        lines = [
            records.JournalLine(
                account_code=line.account_code,
                description=line.description,
                amount=Money(line.amount, payload.currency),
                tax_type=line.tax_type,
                tracking=line.tracking,
            )
            for line in payload.lines
        ]
        return manual_journal_body(narration=f"{payload.narration} [{proposal.mark}]", date=payload.date, lines=lines)

    def carry_out(self, pen: Pen, proposal: Proposal, body: bytes, *, key: str) -> Found:
        """Posts the journal."""
        receipt = pen.post_manual_journal(proposal.organisation, body, key=key)
        return Found(entity=receipt.entity, id=receipt.id, status=receipt.status)

    def find(self, pen: Pen, proposal: Proposal, *, since: dt.datetime) -> Found | None:
        """The journal that carries our mark, compared line by line with what was approved."""
        journal = pen.find_journal_by_mark(proposal.organisation, proposal.mark, since=since)
        return self._compared(proposal, journal) if journal else None

    def read_back(self, gateway: Gateway, proposal: Proposal, document_id: str) -> Found:
        """The journal by its id, compared in the same way."""
        return self._compared(proposal, journals.get(proposal.organisation, gateway, document_id))

    def _compared(self, proposal: Proposal, journal: ManualJournal) -> Found:
        differs = _difference(self.read(proposal), proposal.mark, journal)
        return Found(entity="ManualJournals", id=journal.id, status=journal.status, differs=differs)

    def link(self, links: Links, organisation: Organisation, proposal: Proposal, document_id: str) -> str:
        """The journal in Xero."""
        return links.journal(organisation, document_id)


def _broken(what: str, code: str) -> Refusal:
    return Refusal(f"This journal {what}.", next_step="Prepare it again.", code=code)


def _tidied(line: JournalLine, currency: str) -> JournalLine:
    rounded = Money.of(line.amount, currency).rounded().amount
    if rounded != line.amount:
        raise _broken(f"has an amount finer than {currency} is kept in: {line.amount}", "too_fine")
    return msgspec.structs.replace(line, amount=rounded)


def _check_figures(payload: PostJournal, draft: Draft) -> None:
    if len(payload.lines) < 2:
        raise _broken("has fewer than two lines", "too_few_lines")
    if any(not line.amount.is_finite() or line.amount == 0 for line in payload.lines):
        raise _broken("has a line without an amount", "empty_line")
    balance = sum((line.amount for line in payload.lines), Decimal(0))
    if balance != 0:
        raise _broken(f"does not balance: debits and credits differ by {abs(balance)}", "unbalanced")
    if draft.amount != payload.debits:
        # The bands look at the amount: it is never allowed to say less than the lines do.
        raise _broken(f"says {draft.amount}, but its debits are {payload.debits}", "wrong_amount")


def _check_account(line: JournalLine, ledger_account: LedgerAccount | None) -> None:
    if ledger_account is None:
        raise _broken(f"uses the account {line.account_code}, which Xero does not have", "unknown_account")
    if ledger_account.status != "ACTIVE":
        raise _broken(f"uses the account {line.account_code}, which is archived", "archived_account")
    if (
        ledger_account.is_bank
        or ledger_account.type == "INVENTORY"
        or ledger_account.system.upper() in FORBIDDEN_SYSTEM
    ):
        raise _broken(
            f"touches {ledger_account.name} ({line.account_code}), which only Xero itself posts to", "system_account"
        )


def _rows(payload: PostJournal) -> tuple[tuple[str, ...], ...]:
    """The lines under their heading row; descriptions, tax and tracking have columns only where the lines differ."""
    rows: list[tuple[str, ...]] = [("Account", "Debit", "Credit", "Description", "Tax type", "Tracking")]
    rows += [_row(line, payload.currency) for line in payload.lines]
    shown = [0, 1, 2] + [3] * (not _described(payload)) + [4, 5] * (not _is_plain(payload))
    return tuple(tuple(row[column] for column in shown) for row in rows)


def _row(line: JournalLine, currency: str) -> tuple[str, ...]:
    amount = str(abs(Money(line.amount, currency)))
    return (
        f"{line.account_code} {line.account_name}",
        amount if line.amount > 0 else "",
        amount if line.amount < 0 else "",
        line.description,
        line.tax_type,
        ", ".join(f"{category}: {option}" for category, option in line.tracking),
    )


def _is_plain(payload: PostJournal) -> bool:
    return all(line.tax_type == "NONE" and not line.tracking for line in payload.lines)


def _described(payload: PostJournal) -> str:
    """The description that every line has, if they all have the same."""
    words = {line.description for line in payload.lines}
    return words.pop() if len(words) == 1 else ""


def _plainness(payload: PostJournal) -> tuple[tuple[str, str], ...]:
    said = [("Description of every line", _described(payload))] if _described(payload) else []
    return (*said, ("Tax and tracking", "NONE on every line")) if _is_plain(payload) else tuple(said)


def _difference(payload: PostJournal, mark: str, journal: ManualJournal) -> str:
    if journal.status != "POSTED":
        return f"the journal is {journal.status} in Xero"
    if journal.date != payload.date:
        return f"the date in Xero is {spoken(journal.date)}"
    if mark not in journal.narration:
        return "its narration in Xero does not carry our mark"
    approved = sorted((line.account_code, line.amount) for line in payload.lines)
    actual = sorted((line.account_code, line.amount.amount) for line in journal.lines)
    return "" if approved == actual else "the lines in Xero are not those that were approved"


KIND = PostJournalKind()
