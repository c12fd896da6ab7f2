"""Confirm a reconciliation: a person clicks OK beside the bank's lines in Xero (its API cannot), and it is proved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

import msgspec

from approvals import ground_rules, sources
from approvals.ground_rules import broken
from approvals.kinds.kind import Found, PersonKind
from approvals.proposal import Description, Draft, Proposal
from approvals.sources import Source
from books.firm import ApprovalRule
from books.money import Money
from books.period import spoken
from books.records import LedgerAccount, Organisation
from books.refusal import Refusal
from xero_tools import bank, batch_payments
from xero_tools.gateway import Gateway
from xero_tools.links import Links

ENTRIES = (sources.BANK_TRANSACTION, sources.PAYMENT, sources.BATCH_PAYMENT)
"""What Xero offers beside a line of the bank; a transfer by the bank transaction of its side."""


LEAST_LISTED = 4
"""From how many entries on a list is read in place of each by itself."""


class LedgerEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One entry of the ledger and the bank's line that it belongs to; received is positive, spent negative.

    `statement` are the bank's own words for its line, `statement_date` its day.
    """

    entity: str
    document_id: str
    words: str
    date: dt.date
    amount: Decimal
    statement: str
    statement_date: dt.date


class ConfirmReconciliation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Entries of one bank account, in its currency, that a person is to confirm on Xero's reconcile page."""

    bank_account: str
    bank_account_code: str
    bank_account_id: str
    currency: str
    entries: tuple[LedgerEntry, ...]


class ConfirmReconciliationKind(PersonKind[ConfirmReconciliation]):
    """A person clicks OK for each entry; done once Xero shows every one of them as reconciled.

    Xero's IsReconciled can be written, but it is a flag and no match to a line of the bank, so we never write it.
    """

    name = "confirm_reconciliation"
    payload = ConfirmReconciliation
    noun = "reconciliation"
    needs_chart = True
    authority = ApprovalRule(role="approver", limit=None, role_above_limit="approver", expires_hours=168)

    def tidy(self, payload: ConfirmReconciliation) -> ConfirmReconciliation:
        """Every amount in the currency's minor units."""
        entries = tuple(
            msgspec.structs.replace(each, amount=ground_rules.exact(each.amount, payload.currency, self.noun))
            for each in payload.entries
        )
        return msgspec.structs.replace(payload, entries=entries)

    def check(self, draft: Draft, chart: Sequence[LedgerAccount] | None) -> None:
        """At least one entry, each once, bound as evidence, through a bank account; no money moves."""
        payload = self.read(draft)
        if not payload.entries or any(each.entity not in ENTRIES for each in payload.entries):
            raise broken(self.noun, "names no entry that Xero offers beside a line of the bank", "nothing_to_confirm")
        if len({each.document_id for each in payload.entries}) < len(payload.entries):
            raise broken(self.noun, "names the same entry twice", "named_twice")
        for each in payload.entries:
            ground_rules.evidence_names(draft, each.entity, each.document_id, self.noun)
        if draft.amount:
            raise broken(self.noun, f"says {draft.amount}, and no money moves", "wrong_amount")
        if chart is not None:
            ground_rules.bank_account(chart, payload.bank_account_id, payload.bank_account_code, self.noun)

    def check_books(self, draft: Draft, bound: Sequence[Source], gateway: Gateway) -> None:
        """Each entry stands, has that amount and day, and waits to be reconciled."""
        payload = self.read(draft)
        for each in payload.entries:
            now = ground_rules.read_now(bound, each.entity, each.document_id, self.noun)
            if now.fields.get("reconciled") == "yes":
                raise Refusal(
                    f"{each.words} is reconciled already.",
                    next_step="Nothing needs to be confirmed; leave it out.",
                    code="already_reconciled",
                )
            total = str(abs(Money(each.amount, payload.currency)))
            expected = {"status": "AUTHORISED", "date": each.date.isoformat(), "total": total}
            if each.entity == sources.PAYMENT:
                del expected["total"]  # in the document's currency, which need not be the bank's
            ground_rules.agrees(now, self.noun, expected)

    def still_open(self, proposal: Proposal, lock_date: dt.date | None) -> Refusal | None:
        """An OK changes no figure, so that a lock does not forbid it."""
        return None

    def describe(self, proposal: Proposal) -> Description:
        """Each entry beside the bank's line that it belongs to."""
        payload = self.read(proposal)
        count = len(payload.entries)
        entries = "1 entry" if count == 1 else f"{count} entries"
        rows = [("Entry", "Date", "Amount", "The bank's line", "Its day", "In Xero")]
        for each in payload.entries:
            amount = str(Money(each.amount, payload.currency))
            record = f"{each.entity} {each.document_id}"
            days = (spoken(each.date), spoken(each.statement_date))
            rows.append((each.words, days[0], amount, each.statement, days[1], record))
        return Description(
            title=f"Reconcile {entries} of {payload.bank_account}",
            sentence=f"A person clicks OK beside {entries} of {payload.bank_account} in Xero.",
            facts=(
                ("Bank account", f"{payload.bank_account_code} {payload.bank_account} ({payload.currency})"),
                ("Done by", "a person in Xero, by the link given after the approval"),
                ("Effect", f"no figure changes; {entries} not reconciled now, reconciled after"),
            ),
            fine_print=(
                *ground_rules.fine_print(proposal),
                ("Amount", f"{proposal.amount} ({proposal.amount.currency})"),
                ("Bank account's id in Xero", payload.bank_account_id),
            ),
            rows=tuple(rows),
            undo="A person opens the entry in Xero and chooses Options, Unreconcile.",
        )

    def instruction(self, proposal: Proposal) -> str:
        """Where to click."""
        payload = self.read(proposal)
        return (
            f"Open the reconcile page of {payload.bank_account} by the link, click OK beside the lines named here and "
            "only those; then say here that it is done."
        )

    def link(self, links: Links, organisation: Organisation, proposal: Proposal) -> str:
        """The account's reconcile page."""
        return links.reconcile(organisation, self.read(proposal).bank_account_id)

    def verify(self, proposal: Proposal, organisation: Organisation, gateway: Gateway) -> Found | None:
        """Done once Xero shows every entry as reconciled."""
        payload = self.read(proposal)
        first, *rest = payload.entries
        if not _is_reconciled(proposal.organisation, gateway, first):
            return None  # while a person has not clicked yet, nothing more is asked
        listed = _listed_as_reconciled(proposal.organisation, gateway, rest)
        left = [each for each in rest if each.document_id not in listed]
        if not all(_is_reconciled(proposal.organisation, gateway, each) for each in left):
            return None
        count = len(payload.entries)
        return Found(entity=first.entity, id=first.document_id, status=f"{count} of {count} reconciled")


def _listed_as_reconciled(organisation: str, gateway: Gateway, entries: Sequence[LedgerEntry]) -> set[str]:
    """The ids of those that a list shows as reconciled: forty payments are one call and not forty."""
    if len(entries) < LEAST_LISTED:
        return set()
    found = set[str]()
    days = [each.date for each in entries]
    for entity, read in ((sources.PAYMENT, bank.payments), (sources.BANK_TRANSACTION, bank.transactions)):
        if any(each.entity == entity for each in entries):
            done = read(organisation, gateway, since=min(days), until=max(days), reconciled=True)
            found.update(each.id for each in done)
    return found


def _is_reconciled(organisation: str, gateway: Gateway, entry: LedgerEntry) -> bool:
    match entry.entity:
        case sources.PAYMENT:
            return bank.payment(organisation, gateway, entry.document_id).is_reconciled
        case sources.BATCH_PAYMENT:
            return batch_payments.get(organisation, gateway, entry.document_id).is_reconciled
        case _:
            return bank.transaction(organisation, gateway, entry.document_id).is_reconciled


KIND = ConfirmReconciliationKind()
