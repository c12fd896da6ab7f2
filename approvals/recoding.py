"""The lines of a document that is recoded: what stays of each, and its codes before and after."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from approvals.ground_rules import broken, exact
from approvals.typed import typed_account
from books.documents import StandingLine
from books.money import Money
from books.records import LedgerAccount

MOST_OPTIONS = 2
"""Tracking categories that Xero takes on one line."""
_KEPT = ("DEBTORS", "CREDITORS", "RETAINEDEARNINGS")


class Codes(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a line is coded to; `tax` is the amount that its tax type makes of the line."""

    account_code: str
    account_name: str
    tax_type: str = "NONE"
    tax: Decimal = Decimal(0)
    tracking: tuple[tuple[str, str], ...] = ()


class RecodedLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line as it stands, with its codes now and after; what is None Xero does not say, and it is not sent."""

    line_id: str
    description: str
    amount: Decimal
    was: Codes
    becomes: Codes
    quantity: Decimal | None = None
    unit_amount: Decimal | None = None
    discount_rate: Decimal | None = None
    discount_amount: Decimal | None = None
    item_code: str = ""

    @property
    def before(self) -> StandingLine:
        """The line as Xero has it now."""
        return self._with(self.was)

    @property
    def after(self) -> StandingLine:
        """The line as Xero gets it."""
        return self._with(self.becomes)

    def turned(self) -> RecodedLine:
        """The line on its way back."""
        return msgspec.structs.replace(self, was=self.becomes, becomes=self.was)

    def _with(self, codes: Codes) -> StandingLine:
        return StandingLine(
            id=self.line_id,
            description=self.description,
            item_code=self.item_code,
            quantity=self.quantity,
            unit_amount=self.unit_amount,
            discount_rate=self.discount_rate,
            discount_amount=self.discount_amount,
            amount=self.amount,
            account_code=codes.account_code,
            tax_type=codes.tax_type,
            tax=codes.tax,
            tracking=codes.tracking,
        )


def tidied(line: RecodedLine, currency: str, noun: str) -> RecodedLine:
    """The line with its amount and its taxes in their one written form."""
    was = msgspec.structs.replace(line.was, tax=exact(line.was.tax, currency, noun))
    becomes = msgspec.structs.replace(line.becomes, tax=exact(line.becomes.tax, currency, noun))
    return msgspec.structs.replace(line, amount=exact(line.amount, currency, noun), was=was, becomes=becomes)


def on_account(line: RecodedLine, code: str, chart: Sequence[LedgerAccount]) -> RecodedLine:
    """The line with another account to go to, by its code; its tax and tracking stay."""
    if code.strip() == line.becomes.account_code:
        return line
    account = typed_account(code, chart)
    becomes = msgspec.structs.replace(line.becomes, account_code=account.code, account_name=account.name)
    return msgspec.structs.replace(line, becomes=becomes)


def check_lines(lines: Sequence[RecodedLine], total: Decimal, line_amounts: str, noun: str) -> None:
    """Raises Refusal unless each line has an id of its own and the document's total is the same before and after."""
    if line_amounts not in ("Exclusive", "Inclusive", "NoTax"):
        raise broken(noun, f"says neither Exclusive nor Inclusive of tax, nor NoTax, but {line_amounts}", "unknown_tax")
    if len({each.line_id for each in lines if each.line_id}) < len(lines):
        raise broken(noun, "names a line twice, or without its id", "no_line_id")
    for when, codes in (("now", [each.was for each in lines]), ("after", [each.becomes for each in lines])):
        taxes = sum((each.tax for each in codes), Decimal(0)) if line_amounts == "Exclusive" else Decimal(0)
        comes_to = sum((each.amount for each in lines), Decimal(0)) + taxes
        if comes_to != total:
            words = f"says {total} in total, and its lines come to {comes_to} {when}: a recoding changes no total"
            raise broken(noun, words, "wrong_amount")
    for each in lines:
        if len(each.becomes.tracking) > MOST_OPTIONS:
            raise broken(noun, f"tracks a line by more than {MOST_OPTIONS} categories", "too_many_options")
        if line_amounts == "NoTax" and each.becomes.tax_type != "NONE":
            raise broken(noun, f"puts {each.becomes.tax_type} on a line of a document without tax", "unknown_tax")


def check_accounts(lines: Sequence[RecodedLine], chart: Sequence[LedgerAccount] | None, noun: str) -> None:
    """Raises Refusal for an account that Xero has not, or that only Xero itself or tracked stock posts to."""
    by_code = {each.code: each for each in chart or ()}
    for line in lines if chart is not None else ():
        if line.was.account_code == line.becomes.account_code:
            continue
        known, old = by_code.get(line.becomes.account_code), by_code.get(line.was.account_code)
        if known is None:
            raise broken(noun, f"uses the account {line.becomes.account_code}, which Xero does not have",
                         "unknown_account")  # fmt: skip
        if known.status != "ACTIVE":
            raise broken(noun, f"uses the account {known.code}, which is archived", "archived_account")
        if known.is_bank or known.system.upper() in _KEPT:
            raise broken(noun, f"uses {known.name} ({known.code}), which no line may use", "system_account")
        if "INVENTORY" in (known.type, old.type if old else ""):
            raise broken(noun, "moves tracked stock, which only the item itself codes", "tracked_stock")


def stand_as(expected: Sequence[StandingLine], actual: Sequence[StandingLine]) -> str:
    """Where Xero's lines are not these, in words, whatever their order; empty when they are."""
    found = {each.id: each for each in actual}
    if len(actual) != len(expected) or set(found) != {each.id for each in expected}:
        return f"it has {len(actual)} lines there, and not the {len(expected)} that are shown"
    for line in expected:
        now = found[line.id]
        for name in ("description", "item_code", "quantity", "unit_amount", "discount_rate", "discount_amount",
                     "amount", "account_code", "tax_type", "tax"):  # fmt: skip
            if getattr(line, name) != getattr(now, name):
                said = name.replace("_", " ")
                return f"the {said} of “{line.description}” is {getattr(now, name)} there, not {getattr(line, name)}"
        if sorted(line.tracking) != sorted(now.tracking):
            return f"the tracking of “{line.description}” is another there"
    return ""


def rows(lines: Sequence[RecodedLine], currency: str) -> tuple[tuple[str, ...], ...]:
    """Each line with its codes now and after, under the heading row; what a line keeps stands in its first column."""
    heading = ("Line", "Amount", "Account", "Tax and its type", "Tracking")
    return (heading, *(
        (
            _kept(line),
            str(Money(line.amount, currency)),
            _step(*(f"{each.account_code} {each.account_name}" for each in (line.was, line.becomes))),
            _step(*(f"{Money(each.tax, currency)} ({each.tax_type})" for each in (line.was, line.becomes))),
            _step(*(", ".join(f"{name}: {option}" for name, option in each.tracking) or "none"
                    for each in (line.was, line.becomes))),
        )
        for line in lines
    ))  # fmt: skip


def _step(now: str, after: str) -> str:
    return now if now == after else f"{now} → {after}"


def _kept(line: RecodedLine) -> str:
    words = [line.description]
    if line.quantity is not None and line.unit_amount is not None:
        words.append(f"{line.quantity} x {line.unit_amount}")
    if line.discount_rate is not None:
        words.append(f"less {line.discount_rate} %")
    if line.discount_amount is not None:
        words.append(f"less {line.discount_amount}")
    words.append(f"item {line.item_code}" if line.item_code else "")
    return ", ".join(each for each in (*words, f"line {line.line_id}") if each)
