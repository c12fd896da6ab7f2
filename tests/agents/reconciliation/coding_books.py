"""Small books for coding's tests: a past entry, a chart and a rules file in a few short words."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from agents.reconciliation.coding.coder import Coder
from agents.reconciliation.coding.rules import Rule, read_rules
from books.money import Money
from books.records import BankTransaction, Contact, LedgerAccount, Line

GST = Decimal(10)
CHART = tuple(
    LedgerAccount(id=f"id-{code}", code=code, name=name, type=kind, klass=klass, tax_type=tax, system=system)
    for code, name, kind, klass, tax, system in (
        ("090", "Bank", "BANK", "ASSET", "", ""),
        ("200", "Sales", "REVENUE", "REVENUE", "OUTPUT", ""),
        ("270", "Interest Income", "REVENUE", "REVENUE", "EXEMPTOUTPUT", ""),
        ("404", "Bank Fees", "EXPENSE", "EXPENSE", "EXEMPTEXPENSES", ""),
        ("449", "Motor Vehicle", "EXPENSE", "EXPENSE", "INPUT", ""),
        ("453", "Office", "EXPENSE", "EXPENSE", "INPUT", ""),
        ("610", "Accounts Receivable", "CURRENT", "ASSET", "", "DEBTORS"),
        ("855", "Card Clearing", "CURRENT", "ASSET", "BASEXCLUDED", ""),
    )
)


def aud(amount: str) -> Money:
    """Australian dollars."""
    return Money.of(amount, "AUD")


def entry(
    on: str, amount: str, name: str, *coded: str, reference: str = "", status: str = "AUTHORISED", **more: Any
) -> BankTransaction:
    """A past entry, signed as the bank's; `coded` are `404`, `404 INPUT` (the whole) or `404 INPUT -2.40`."""
    total = abs(Decimal(amount))
    lines = []
    for words in coded:
        code, *more_words = words.split()
        tax_type, part = (more_words + ["NONE", ""][len(more_words) :])[:2]
        lines.append(
            Line(
                account_code=code,
                description=more.pop("description", f"{name} line"),
                amount=aud(part or str(total)),
                tax=aud("0"),
                tax_type=tax_type,
                tracking=more.get("tracking", ()),
            )
        )
    return BankTransaction(
        id=f"{on}:{name}:{amount}:{reference}",
        kind=more.get("kind", "SPEND" if amount.startswith("-") else "RECEIVE"),
        bank_account_id="id-090",
        bank_account_code="090",
        contact=Contact(id=f"c-{name}", name=name),
        reference=reference,
        status=status,
        date=dt.date.fromisoformat(on),
        total=aud(str(total)),
        is_reconciled=True,
        lines=tuple(lines),
    )


def monthly(count: int, amount: str, name: str, *coded: str, first: int = 1, **more: Any) -> list[BankTransaction]:
    """So many entries, on the 2nd of each month of 2026 from `first` on."""
    return [entry(f"2026-{first + n:02}-02", amount, name, *coded, **more) for n in range(count)]


def coder(*entries: BankTransaction, **more: Any) -> Coder:
    """A coder over these entries."""
    return Coder(CHART, entries=entries, **more)


def rules(*written: str) -> tuple[Rule, ...]:
    """Rules of a file, each given as the YAML of its body; ids and priorities are counted."""
    bodies = [
        f"  - id: rule-{number}\n    name: Rule {number}\n    priority: {number}\n"
        + "".join(f"    {line}\n" for line in body.strip().splitlines())
        for number, body in enumerate(written, start=1)
    ]
    return read_rules(("version: 1\nrules:\n" + "".join(bodies)).encode(), "wattle.yml")
