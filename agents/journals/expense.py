"""Which expense account bears a prepayment: the one it was charged to before, or the one that its words name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from agents.journals.amortised import Credit, Prepayment, telling_words
from agents.journals.survey import Survey
from agents.ledger import Ledger
from books.records import JournalLine, LedgerAccount, ManualJournal

_COSTS = ("EXPENSE", "REVENUE")


@dataclass(frozen=True, slots=True)
class Bearer:
    """The expense account, why it was chosen, and the tracking its line carries."""

    ledger_account: LedgerAccount
    why: str
    tracking: tuple[tuple[str, str], ...]


def bearer_of(prepayment: Prepayment, found: Survey, ledger: Ledger) -> Bearer | None:
    """The expense account of its earlier journals, else of the supplier's earlier prepayment in the same words.

    Else the only active expense account whose name stands in its words; None when that leaves a choice.
    """
    if bearer := _charged_before(found.placed.credits(prepayment), ledger, "as its earlier journals"):
        return bearer
    for other in reversed(found.prepayments):
        if other is not prepayment and _is_like(other, prepayment):
            why = f"as {other.what} before"
            if bearer := _charged_before(found.placed.credits(other), ledger, why):
                return Bearer(bearer.ledger_account, why, prepayment.entry.tracking)
    named = [each for each in ledger.chart if _is_named(each, prepayment)]
    if len(named) != 1:
        return None
    return Bearer(named[0], f"its words name {named[0].name}", prepayment.entry.tracking)


def _is_like(other: Prepayment, prepayment: Prepayment) -> bool:
    same_supplier = bool(other.entry.contact) and other.entry.contact == prepayment.entry.contact
    return same_supplier and telling_words(other.entry.words) == telling_words(prepayment.entry.words)


def _is_named(ledger_account: LedgerAccount, prepayment: Prepayment) -> bool:
    if ledger_account.klass != "EXPENSE" or ledger_account.status != "ACTIVE" or ledger_account.system:
        return False
    named = _stems(telling_words(ledger_account.name))
    return bool(named) and named <= _stems(telling_words(prepayment.entry.words))


def _stems(words: Iterable[str]) -> set[str]:
    return {word.removesuffix("s") for word in words}


def _charged_before(credited: Sequence[Credit], ledger: Ledger, why: str) -> Bearer | None:
    journals = {each.id: each for each in ledger.posted_journals}
    for credit in sorted(credited, key=lambda each: each.entry.date, reverse=True):
        journal = journals.get(credit.entry.document)
        if journal and (line := _expense_line(journal, credit, ledger)):
            ledger_account = ledger.by_code(line.account_code)
            if ledger_account and ledger_account.status == "ACTIVE":
                return Bearer(ledger_account, why, line.tracking)
    return None


def _expense_line(journal: ManualJournal, credit: Credit, ledger: Ledger) -> JournalLine | None:
    """The journal's debit that bears this credit: the only expense account, else the only one with the amount."""
    costs = {each.code for each in ledger.chart if each.klass in _COSTS}
    debits = [each for each in journal.lines if each.amount.amount > 0 and each.account_code in costs]
    if len({each.account_code for each in debits}) > 1:
        debits = [each for each in debits if each.amount == credit.amount]
    return debits[0] if len({each.account_code for each in debits}) == 1 else None
