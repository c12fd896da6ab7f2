"""What is proposed for a line of the bank: written so that Xero itself then offers the match beside that line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal

from agents.ledger import Ledger
from agents.reconciliation.account_view import Entry
from agents.reconciliation.coding.at_a_rate import fits_a_rate, implied_rate
from agents.reconciliation.matching.records import LIKELY, LineMatch
from agents.reconciliation.paying import paying, reference_of
from agents.scope import Scope
from approvals.kinds.apply_payment import ApplyPayment
from approvals.kinds.bank_transfer import BankTransfer, TransferSide
from approvals.kinds.confirm_reconciliation import ConfirmReconciliation, LedgerEntry
from approvals.kinds.receive_or_spend_money import MoneyLine, ReceiveOrSpendMoney
from approvals.proposal import Draft, Evidence
from books.money import Money
from books.period import Period, spoken
from books.records import Invoice, LedgerAccount, StatementLine

MOST_AT_ONCE = 40
"""How many entries one person's step names: more do not fit on one page of Xero's."""


def statement_words(line: StatementLine) -> str:
    """The bank's own words for a line, once each."""
    return " ".join(
        dict.fromkeys(each.strip() for each in (line.payer, line.reference, line.description) if each.strip())
    )


def line_evidence(line: StatementLine, account: LedgerAccount, match: LineMatch | None) -> Evidence:
    """The line itself, and why it is taken to be what it is; a likely match is looked at singly."""
    said = f"{spoken(line.date)}, {line.amount}: {statement_words(line)}"
    why = f". {match.because}" if match else ""
    return Evidence(
        label=f"Bank line of {account.name}",
        detail=f"{said}{why}",
        unsure="It is likely, not certain" if match is not None and match.tier == LIKELY else "",
    )


def payment(
    scope: Scope,
    ledger: Ledger,
    account: LedgerAccount,
    line: StatementLine,
    match: LineMatch,
    documents: Mapping[str, Invoice],
) -> tuple[Draft, ...]:
    """The payment of the documents that a line settles; what came beyond them stays with the contact as a credit.

    Empty where one proposal cannot say it: documents of several contacts, a fee kept back, or two currencies for
    several documents. Those are exceptions, and a person decides how to enter them.
    """
    paid = [(documents[each.item_id], abs(each.amount)) for each in match.allocations if each.item_id in documents]
    if len(paid) != len(match.allocations) or len({each.contact.id for each, _ in paid}) != 1:
        return ()
    first = paid[0][0]
    if {each.kind for each, _ in paid} != {first.kind} or first.kind not in ("ACCREC", "ACCPAY"):
        return ()
    rate = _rate(ledger, account, line, first, [amount for _, amount in paid], at_days_rate=match.at_days_rate)
    difference = match.difference
    if rate is None or (difference is not None and _falls_short(line, difference)):
        return ()
    payload = paying(line, account, paid, rate)
    base = Money(payload.total.amount / rate, ledger.currency).rounded()
    drafts = [
        _draft(
            scope,
            "apply_payment",
            payload,
            base,
            key=f"line:{line.id}",
            day=line.date,
            because=f"The bank's line of {spoken(line.date)} pays it: {match.because}",
            evidence=(line_evidence(line, account, match), *(_document(ledger, each) for each, _ in paid)),
        )
    ]
    if difference is not None and difference:
        drafts.append(_on_account(scope, ledger, account, line, match, first, abs(difference)))
    return tuple(drafts)


def confirmation(
    scope: Scope, account: LedgerAccount, currency: str, base: str, pairs: Sequence[tuple[StatementLine, Entry]]
) -> tuple[Draft, ...]:
    """A person's OK beside the lines whose entries stand in the ledger already."""
    drafts = []
    for start in range(0, len(pairs), MOST_AT_ONCE):
        part = pairs[start : start + MOST_AT_ONCE]
        payload = ConfirmReconciliation(
            bank_account=account.name,
            bank_account_code=account.code,
            bank_account_id=account.id,
            currency=currency,
            entries=tuple(
                LedgerEntry(
                    entity=entry.entity,
                    document_id=entry.id,
                    words=entry.words,
                    date=entry.date,
                    amount=entry.amount.amount,
                    statement=statement_words(line) or "a line without words",
                    statement_date=line.date,
                )
                for line, entry in part
            ),
        )
        evidence = tuple(
            Evidence(
                label=entry.words, detail=f"{entry.amount}, {spoken(entry.date)}", source=f"{entry.entity}/{entry.id}"
            )
            for _, entry in part
        )
        count = f"{len(part)} {'entry' if len(part) == 1 else 'entries'}"
        because = f"The bank's statement shows {count} that the ledger has and nobody has confirmed yet."
        key = f"confirm:{account.id}:{scope.period.code}:{part[0][1].id}"
        drafts.append(
            _draft(
                scope,
                "confirm_reconciliation",
                payload,
                Money.zero(base),
                key=key,
                day=scope.period.end,
                because=because,
                evidence=evidence,
            )
        )
    return tuple(drafts)


def transfer(
    scope: Scope,
    ledger: Ledger,
    left: tuple[LedgerAccount, StatementLine],
    reached: tuple[LedgerAccount, StatementLine],
    match: LineMatch,
) -> Draft | None:
    """The transfer that two lines of the client's own accounts are the two sides of; None across currencies."""
    (out, sent), (into, came) = left, reached
    if sent.amount.currency != came.amount.currency or sent.date > came.date:
        return None
    if sent.amount.currency != ledger.currency:
        return None
    sides = [
        TransferSide(
            account=each.name,
            account_code=each.code,
            account_id=each.id,
            date=line.date,
            amount=abs(line.amount.amount),
        )
        for each, line in ((out, sent), (into, came))
    ]
    payload = BankTransfer(
        left=sides[0],
        reached=sides[1],
        currency=sent.amount.currency,
        reference=(sent.reference or came.reference)[:200],
    )
    return _draft(
        scope,
        "bank_transfer",
        payload,
        payload.money,
        key=f"line:{sent.id}",
        day=sent.date,
        because=f"{payload.money} left {out.name} and reached {into.name}.",
        evidence=(line_evidence(sent, out, match), line_evidence(came, into, None)),
    )


def _falls_short(line: StatementLine, difference: Money) -> bool:
    """Whether the documents come to more than the line brought or took: a fee or a deduction."""
    return difference.amount != 0 and (difference.amount < 0) == (line.amount.amount > 0)


def _rate(
    ledger: Ledger,
    account: LedgerAccount,
    line: StatementLine,
    document: Invoice,
    amounts: Sequence[Money],
    *,
    at_days_rate: bool,
) -> Decimal | None:
    """Xero's CurrencyRate: units of the document's currency for one of the base; None where no one rate says it.

    A base-currency line's rate must be the day's, or near the document's own where nobody knows the day's.
    """
    own, base = account.currency or ledger.currency, ledger.currency
    if document.total.currency == base:
        return Decimal(1) if own == base else None
    if own == base and len(amounts) == 1:
        is_plausible = at_days_rate or fits_a_rate(line, document, amounts[0])
        return implied_rate(line, amounts[0]) if is_plausible else None
    return document.currency_rate if own == document.total.currency and len(amounts) == 1 else None


def _on_account(
    scope: Scope,
    ledger: Ledger,
    account: LedgerAccount,
    line: StatementLine,
    match: LineMatch,
    document: Invoice,
    rest: Money,
) -> Draft:
    """What came beyond the documents: an overpayment that stays with the contact."""
    received = line.amount.amount > 0
    control = next((each for each in ledger.chart if each.system == ("DEBTORS" if received else "CREDITORS")), None)
    entry = MoneyLine(
        account_code=control.code if control else "",
        account_name=control.name if control else "",
        description=f"Paid beyond {document.number or document.reference}",
        amount=rest.amount,
    )
    payload = ReceiveOrSpendMoney(
        sort="RECEIVE-OVERPAYMENT" if received else "SPEND-OVERPAYMENT",
        contact=document.contact.name,
        contact_id=document.contact.id,
        bank_account=account.name,
        bank_account_code=account.code,
        bank_account_id=account.id,
        date=line.date,
        reference=reference_of(line),
        currency=rest.currency,
        total=rest.amount,
        lines=(entry,),
    )
    return _draft(
        scope,
        "receive_or_spend_money",
        payload,
        rest,
        key=f"line:{line.id}:rest",
        day=line.date,
        because=f"The bank's line of {spoken(line.date)} brought {rest} more than was due.",
        evidence=(line_evidence(line, account, match),),
    )


def _document(ledger: Ledger, document: Invoice) -> Evidence:
    return Evidence(
        label=document.number or document.reference,
        detail=f"{document.contact.name}, {spoken(document.date)}, {document.due} due",
        link=ledger.links.invoice(ledger.organisation, document.id, document.kind),
        source=f"Invoices/{document.id}",
    )


def _draft(
    scope: Scope,
    kind: str,
    payload: ApplyPayment | BankTransfer | ConfirmReconciliation | ReceiveOrSpendMoney,
    amount: Money,
    *,
    key: str,
    day: dt.date,
    because: str,
    evidence: tuple[Evidence, ...],
) -> Draft:
    return Draft(
        kind=kind,
        organisation=scope.organisation,
        client=scope.client.id,
        period=Period.containing(day).code,
        payload=payload,
        because=because,
        amount=amount,
        key=key,
        evidence=evidence,
    )
