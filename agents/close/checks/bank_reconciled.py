"""Has every line of the bank accounts in the ledger been matched with the bank's statement?"""

from __future__ import annotations

from collections.abc import Iterable

from agents.findings import CheckResult, Figure, Finding, SourceDocument
from agents.ledger import Ledger
from agents.scope import Scope
from agents.wording import counted
from books.money import Money
from books.period import spoken
from books.records import BankTransaction, LedgerAccount, Payment

CODE = "bank_reconciled"
QUESTION = "Is every bank line in the ledger reconciled up to the cut-off?"


def check(scope: Scope, ledger: Ledger) -> CheckResult:
    """One finding for each bank account with unreconciled ledger lines, which are its documents, oldest first.

    Xero shows apps the ledger's lines and the book balance, never the bank's own statement: what stands on the
    statement and not in the ledger cannot be seen here. Payments through a clearing account are not bank lines.
    """
    lines = [*_transactions(ledger), *_payments(ledger)]
    findings = []
    for bank_account in (each for each in ledger.chart if each.is_bank):
        own = sorted((line for account_id, line in lines if account_id == bank_account.id), key=_oldest_first)
        if own:
            findings.append(_finding(scope, ledger, bank_account, own))
    return CheckResult(code=CODE, question=QUESTION, findings=tuple(findings), figures=_book_balances(scope, ledger))


def _transactions(ledger: Ledger) -> Iterable[tuple[str, SourceDocument]]:
    for each in ledger.unreconciled:
        yield each.bank_account_id, _transaction_line(ledger, each)


def _transaction_line(ledger: Ledger, entry: BankTransaction) -> SourceDocument:
    what = "Money in" if entry.is_receipt else "Money out"
    who = f", {entry.contact.name}" if entry.contact else ""
    reference = f", {entry.reference}" if entry.reference else ""
    return SourceDocument(
        source=entry.id,
        label=f"{what}{who}{reference}",
        date=entry.date,
        amount=entry.total if entry.is_receipt else -entry.total,
        link=ledger.links.bank_transaction(ledger.organisation, entry.id),
    )


def _payments(ledger: Ledger) -> Iterable[tuple[str, SourceDocument]]:
    for each in ledger.unreconciled_payments:
        yield each.bank_account_id, _payment_line(ledger, each)


def _payment_line(ledger: Ledger, payment: Payment) -> SourceDocument:
    who = f", {payment.contact.name}" if payment.contact else ""
    what = "Payment received" if payment.is_receipt else "Payment made"
    return SourceDocument(
        source=payment.id,
        label=f"{what}{who}, {payment.invoice_number or payment.reference}".rstrip(", "),
        date=payment.date,
        amount=payment.bank_amount if payment.is_receipt else -payment.bank_amount,
        link=ledger.links.bank_transaction(ledger.organisation, payment.id),
    )


def _oldest_first(line: SourceDocument) -> tuple[str, str]:
    return (line.date.isoformat() if line.date else "", line.source)


def _finding(scope: Scope, ledger: Ledger, bank_account: LedgerAccount, lines: list[SourceDocument]) -> Finding:
    currency = lines[0].amount.currency
    money_in = Money.total((line.amount for line in lines if line.amount.amount > 0), currency)
    money_out = Money.total((-line.amount for line in lines if line.amount.amount < 0), currency)
    oldest = lines[0].date
    age = f"; oldest {spoken(oldest)}, {(scope.period.end - oldest).days} days before the cut-off" if oldest else ""
    converted = ", in the base currency" if _is_foreign(ledger, bank_account) else ""
    books = f" Book balance {ledger.balance(bank_account.id)}{converted}."
    return Finding(
        code=CODE,
        title=f"{bank_account.name}: {counted(len(lines), 'ledger line')} not reconciled",
        detail=f"{money_in} in and {money_out} out{age}.{books}",
        amount=money_in - money_out,
        who="preparer",
        link=ledger.links.reconcile(ledger.organisation, bank_account.id),
        source=bank_account.id,
        number=bank_account.code,
        date=oldest,
        documents=tuple(lines),
    )


def _book_balances(scope: Scope, ledger: Ledger) -> tuple[Figure, ...]:
    """From the trial balance, which costs no call of its own; as every report it is in the base currency."""
    source = f"Trial Balance report to {spoken(scope.period.end)}"
    return tuple(
        Figure(
            name=f"Book balance of {each.name}{' in the base currency' if _is_foreign(ledger, each) else ''}",
            amount=ledger.balance(each.id),
            source=source,
        )
        for each in ledger.bank_accounts
    )


def _is_foreign(ledger: Ledger, bank_account: LedgerAccount) -> bool:
    return bank_account.currency not in ("", ledger.currency)
