"""What settles a payment that is less than its document: the drafts for what came and for what was kept back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from agents.reconciliation.coding import short
from agents.reconciliation.coding.at_a_rate import PartAtRate, implied_rate
from agents.reconciliation.coding.by_rule import takes_no_line
from agents.reconciliation.coding.draft import NO_TAX, Books, line_evidence, tax_within
from agents.reconciliation.coding.records import CANDIDATES, LIKELY
from agents.reconciliation.coding.short import KeptBack, Reason, Terms, reason_for
from agents.reconciliation.paying import paying, reference_of
from approvals.allocating import Part
from approvals.documents import DocumentLine
from approvals.ground_rules import in_base
from approvals.kinds.apply_payment import ApplyPayment
from approvals.kinds.credit_note import CUSTOMERS, SUPPLIERS, CreditNote
from approvals.kinds.receive_or_spend_money import MoneyLine, ReceiveOrSpendMoney
from approvals.proposal import Draft, Evidence
from approvals.sources import INVOICE
from books.money import Money
from books.period import Period, spoken
from books.records import Invoice, LedgerAccount, Line, Record, StatementLine
from books.refusal import Refusal

_WORDS = {
    short.DISCOUNT: "Discount for early payment",
    short.WITHHELD: "Tax withheld",
    short.ROUNDING: "Rounding",
    short.FEE: "Fee kept back",
}
_CREDITED = (short.DISCOUNT, short.WITHHELD, short.ROUNDING)


class ShortPayment(Record, frozen=True, kw_only=True):
    """Why a payment is short and what settles it, in words and as drafts.

    Tier likely when words or earlier payments give the reason, candidates when only the figures do. The drafts can all
    be submitted now. Where what was kept back is credited, the credit note comes first and alone: once it is posted,
    the line pays exactly what is due, and is matched as that. `missing` is what the document lacks; `is_settled` says
    that nothing of it stays open.
    """

    reason: str
    because: str
    settles: str
    tier: str
    missing: Money
    drafts: tuple[Draft, ...] = ()
    others: tuple[str, ...] = ()
    is_settled: bool = False


def why_short(
    line: StatementLine,
    document: Invoice,
    history: Sequence[KeptBack],
    *,
    bank_account: LedgerAccount,
    books: Books,
    chart: Mapping[str, LedgerAccount],
    settle_on: Mapping[str, str] | None = None,
    terms: Terms | None = None,
) -> ShortPayment:
    """Why `line` pays less than is due on `document`, and the drafts; raises Refusal when it does not.

    `chart` is by code; `settle_on` names the client's account for a reason (`early_discount`, `withheld_tax`,
    `rounding`, `fee`), where earlier payments of this payer do not.
    """
    _check(line, document)
    reason = reason_for(line, document, history, terms=terms)
    missing = document.due - abs(line.amount)
    settling = _Settling(line, document, reason, missing, bank_account, books)
    account = _account(reason, document, chart, settle_on or {})
    settles, drafts = settling.of(account)
    return ShortPayment(
        reason=reason.reason,
        because=reason.because,
        settles=settles,
        tier=LIKELY if reason.is_known else CANDIDATES,
        missing=missing,
        drafts=drafts,
        others=reason.others,
        is_settled=account is not None and settling.can_be_settled,
    )


def why_short_at_rate(part: PartAtRate, *, bank_account: LedgerAccount, books: Books) -> ShortPayment:
    """What a base-currency line pays of a foreign document, as a payment at that rate; the rest stays open.

    Where matching knew the day's rate it proposes that payment itself, and nothing is drafted here.
    """
    rate = implied_rate(part.line, part.paid)
    reason = Reason(reason=short.CURRENCY, because=part.because, is_known=False)
    settling = _Settling(part.line, part.document, reason, part.rest, bank_account, replace(books, rate=rate))
    return ShortPayment(
        reason=reason.reason,
        because=reason.because,
        settles=part.settles,
        tier=CANDIDATES,
        missing=part.rest,
        drafts=() if part.is_of_day else (settling.payment(part.paid),),
    )


def _check(line: StatementLine, document: Invoice) -> None:
    is_other_way = (line.amount.amount < 0) != document.is_bill or not line.amount
    if is_other_way or not document.due or abs(line.amount) >= document.due:
        raise Refusal(
            f"The line of {line.amount} does not pay {document.number}, due {document.due}, short.",
            next_step="Match it as a payment.",
            code="not_short",
        )


def _account(
    reason: Reason, document: Invoice, chart: Mapping[str, LedgerAccount], settle_on: Mapping[str, str]
) -> LedgerAccount | None:
    code = reason.account_code or settle_on.get(reason.reason, "")
    found = chart.get(code)
    return None if takes_no_line(found, code) else found


class _Settling:
    """The drafts for one short payment."""

    def __init__(
        self,
        line: StatementLine,
        document: Invoice,
        reason: Reason,
        missing: Money,
        bank_account: LedgerAccount,
        books: Books,
    ) -> None:
        self._line, self._document, self._reason, self._missing = line, document, reason, missing
        self._bank_account, self._books = bank_account, books
        self._settles = ""

    @property
    def can_be_settled(self) -> bool:
        """Whether the reason ends with the document paid."""
        reason = self._reason.reason
        return reason in _CREDITED or (reason == short.FEE and not self._document.is_bill)

    def of(self, account: LedgerAccount | None) -> tuple[str, tuple[Draft, ...]]:
        """What settles it in words, and the drafts in their order."""
        document, reason, missing = self._document, self._reason.reason, self._missing
        came = self.payment(abs(self._line.amount))
        if self.can_be_settled:
            if account is None:
                words = f"Pay {document.number} with what came; {missing} stays open until the account for it is named."
                return words, (came,)
            if reason == short.FEE:
                words = (
                    f"Pay {document.number} in full and spend {missing} on {account.name}: together they are the line."
                )
                self._settles = words
                return words, (self.payment(document.due), self._fee(account))
            words = (
                f"Credit {missing} to {account.name} against {document.number}; "
                "what came then pays the rest exactly, and is proposed at the next look."
            )
            self._settles = words
            return words, (self._credit(account),)
        rest = f"{missing} stays open on {document.number}"
        words = "ask what is disputed" if reason == short.DISPUTE else "ask for it with the next statement"
        if reason == short.UNCLEAR:
            words = "ask the payer what was kept back"
        return f"Pay {document.number} with what came; {rest}: {words}.", (came,)

    def payment(self, amount: Money) -> Draft:
        """The payment of so much of the document, through the bank account of the line."""
        payload = paying(self._line, self._bank_account, [(self._document, amount)], self._books.rate)
        return self._draft("apply_payment", payload, amount, "short-payment", self._bound())

    def _fee(self, account: LedgerAccount) -> Draft:
        document, bank_account, missing = self._document, self._bank_account, self._missing
        tax_type = self._reason.tax_type or account.tax_type or NO_TAX
        one = MoneyLine(
            account_code=account.code,
            account_name=account.name,
            description=f"{_WORDS[short.FEE]} of {document.number}",
            amount=missing.rounded().amount,
            tax=tax_within(missing, tax_type, self._books.percents).amount,
            tax_type=tax_type,
        )
        payload = ReceiveOrSpendMoney(
            sort="SPEND",
            contact=document.contact.name,
            contact_id=document.contact.id,
            bank_account=bank_account.name,
            bank_account_code=bank_account.code,
            bank_account_id=bank_account.id,
            date=self._line.date,
            reference=reference_of(self._line),
            currency=document.due.currency,
            total=one.amount,
            lines=(one,),
            line_amounts="NoTax" if tax_type == NO_TAX else "Inclusive",
            currency_rate=self._books.rate,
        )
        return self._draft("receive_or_spend_money", payload, missing, "short-fee", self._named())

    def _credit(self, account: LedgerAccount) -> Draft:
        document, missing = self._document, self._missing
        words = f"{_WORDS[self._reason.reason]} {document.number}"
        payload = CreditNote(
            kind=SUPPLIERS if document.is_bill else CUSTOMERS,
            contact=document.contact.name,
            contact_id=document.contact.id,
            date=self._line.date,
            reference="" if document.is_bill else words,
            number=words if document.is_bill else "",
            currency=missing.currency,
            currency_rate=self._books.rate,
            tax="Inclusive",
            lines=self._credit_lines(account, words),
            total=missing.rounded().amount,
            parts=(
                Part(
                    invoice_id=document.id,
                    number=document.number,
                    amount=missing.amount,
                    due=document.due.amount,
                ),
            ),
        )
        return self._draft("credit_note", payload, missing, "short-credit", self._bound())

    def _credit_lines(self, account: LedgerAccount, words: str) -> tuple[DocumentLine, ...]:
        """A discount takes back tax as the document charged it, by tax type; withheld tax and rounding do not."""
        shares = {account.tax_type or NO_TAX: self._missing}
        if self._reason.reason == short.DISCOUNT:
            shares = _by_tax_type(self._missing, self._document)
        return tuple(
            DocumentLine(
                account_code=account.code,
                account_name=account.name,
                description=words,
                amount=share.amount,
                tax=tax_within(share, tax_type, self._books.percents).amount,
                tax_type=tax_type,
            )
            for tax_type, share in shares.items()
        )

    def _draft(
        self,
        kind: str,
        payload: ApplyPayment | ReceiveOrSpendMoney | CreditNote,
        amount: Money,
        key: str,
        evidence: tuple[Evidence, ...],
    ) -> Draft:
        return Draft(
            kind=kind,
            organisation=self._books.organisation,
            client=self._books.client,
            period=Period.containing(self._line.date).code,
            payload=payload,
            because=self._reason.because,
            amount=in_base(amount, self._books.rate, self._books.base),
            key=f"{key}:{self._line.id}",
            evidence=(line_evidence(self._line), self._why(), *evidence),
        )

    def _why(self) -> Evidence:
        return Evidence(
            label="Less came than is due",
            detail=f"{self._reason.because} {self._settles}".strip(),
            unsure="Less came than is due: look at it singly",
        )

    def _bound(self) -> tuple[Evidence, ...]:
        version = self._document.updated_at.isoformat() if self._document.updated_at else ""
        return self._named(f"{INVOICE}/{self._document.id}", version)

    def _named(self, source: str = "", version: str = "") -> tuple[Evidence, ...]:
        """The document; without `version` where the payment before this draft changes it."""
        document = self._document
        detail = f"{document.contact.name}, {spoken(document.date)}, due {document.due} of {document.total}"
        return (Evidence(label=document.number, detail=detail, source=source, version=version),)


def _by_tax_type(amount: Money, document: Invoice) -> dict[str, Money]:
    """The amount by the tax types of the document's lines, in proportion, tax included; the last has the rounding."""
    if not document.lines:
        raise Refusal(
            f"{document.number} was read without its lines.",
            next_step="Read the whole document, because a discount takes back its tax.",
            code="no_lines",
        )
    sums: dict[str, Money] = {}
    for line in document.lines:
        tax_type = line.tax_type or NO_TAX
        sums[tax_type] = sums.get(tax_type, Money.zero(amount.currency)) + _gross(line, document)
    whole = Money.total(sums.values(), amount.currency)
    shares = {tax_type: amount.times(part.amount / whole.amount).rounded() for tax_type, part in sums.items()}
    last = list(shares)[-1]
    shares[last] = amount - Money.total((each for name, each in shares.items() if name != last), amount.currency)
    return {tax_type: share for tax_type, share in shares.items() if share}


def _gross(line: Line, document: Invoice) -> Money:
    return line.amount if document.lines_include_tax else line.amount + line.tax
