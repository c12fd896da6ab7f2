"""Recode a transaction: other accounts, tax types or tracking on the lines of a document, and nothing else of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal

import msgspec

from approvals import documents, ground_rules, recoding, sources
from approvals.documents import NOUNS
from approvals.ground_rules import ONE, broken
from approvals.kinds.kind import FormField, Found, PenKind
from approvals.proposal import Description, Draft, Evidence, Proposal
from approvals.recoding import RecodedLine
from approvals.sources import Source
from books.documents import StandingDocument
from books.firm import ApprovalRule
from books.money import Money
from books.period import Period, spoken
from books.records import LedgerAccount, Organisation
from books.refusal import Refusal
from xero_tools import document_lines, tax_rates, tracking
from xero_tools.gateway import Gateway
from xero_tools.links import Links
from xero_tools.writes import Pen
from xero_tools.writes.bodies import recoding_body

KINDS_OF = {sources.INVOICE: ("ACCREC", "ACCPAY"), sources.BANK_TRANSACTION: ("SPEND", "RECEIVE")}
"""What Xero lets be recoded: a transfer's, an overpayment's and a prepayment's lines are its own."""
_OPEN = {sources.INVOICE: ("DRAFT", "SUBMITTED", "AUTHORISED"), sources.BANK_TRANSACTION: ("AUTHORISED",)}
_NOUNS = NOUNS | {"SPEND": "money spent", "RECEIVE": "money received"}


class RecodeTransaction(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One document with every one of its lines, before and after; `kind` is Xero's Type, `words` name it.

    `total` and the lines' amounts are in the document's currency and stay as they are. `line_amounts` is Xero's
    Exclusive, Inclusive or NoTax.
    """

    entity: str
    document_id: str
    kind: str
    words: str
    contact: str
    status: str
    date: dt.date
    currency: str
    total: Decimal
    line_amounts: str
    lines: tuple[RecodedLine, ...]
    currency_rate: Decimal = ONE

    @property
    def changed(self) -> tuple[RecodedLine, ...]:
        """The lines that get other codes."""
        return tuple(each for each in self.lines if each.was != each.becomes)

    @property
    def moved(self) -> Money:
        """What stands on the lines that change, without their signs."""
        return Money.total((Money(abs(each.amount), self.currency) for each in self.changed), self.currency)


class RecodeTransactionKind(PenKind[RecodeTransaction]):
    """Every line is sent again with its id; Xero keeps no mark of ours on it, so the lines themselves are the proof."""

    name = "recode_transaction"
    payload = RecodeTransaction
    noun = "recoding"
    needs_chart = True
    proof = "the document's own lines"
    authority = ApprovalRule(
        role="approver",
        limit=Decimal(10000),
        role_above_limit="partner",
        four_eyes_above=Decimal(50000),
        expires_hours=72,
    )

    def form(self, payload: RecodeTransaction) -> tuple[FormField, ...]:
        """The account that each line gets."""
        return tuple(
            FormField(
                name=f"line {number}",
                label=f"Account of {each.description or number}, now {each.was.account_code} {each.was.account_name}",
                value=each.becomes.account_code,
            )
            for number, each in enumerate(payload.lines, start=1)
        )

    def edited(
        self, payload: RecodeTransaction, values: Mapping[str, str], amount: Money, chart: Sequence[LedgerAccount]
    ) -> tuple[RecodeTransaction, Money]:
        """The document with its lines on other accounts; tax and tracking stay as they were to become."""
        lines = tuple(
            recoding.on_account(each, values.get(f"line {number}", each.becomes.account_code), chart)
            for number, each in enumerate(payload.lines, start=1)
        )
        payload = msgspec.structs.replace(payload, lines=lines)
        return payload, ground_rules.in_base(payload.moved, payload.currency_rate, amount.currency)

    def tidy(self, payload: RecodeTransaction) -> RecodeTransaction:
        """Every amount in the currency's minor units; a quantity and a unit price keep the decimals that Xero has."""
        lines = tuple(recoding.tidied(each, payload.currency, self.noun) for each in payload.lines)
        total = ground_rules.exact(payload.total, payload.currency, self.noun)
        return msgspec.structs.replace(payload, lines=lines, total=total)

    def check(self, draft: Draft, chart: Sequence[LedgerAccount] | None) -> None:
        """A sort and a status that can be recoded, a line that changes, the same total, accounts that Xero allows."""
        payload = self.read(draft)
        if payload.kind not in KINDS_OF.get(payload.entity, ()) or payload.status not in _OPEN[payload.entity]:
            words = f"is of {payload.entity} {payload.kind}, {payload.status}, whose lines Xero does not let be changed"
            raise broken(self.noun, words, "not_recodable")
        if not payload.changed:
            raise broken(self.noun, "changes no line", "nothing_changed")
        recoding.check_lines(payload.lines, payload.total, payload.line_amounts, self.noun)
        recoding.check_accounts(payload.changed, chart, self.noun)
        ground_rules.amount_stands(draft, payload.moved, payload.currency_rate, self.noun)
        ground_rules.in_period(draft, payload.date, self.noun)
        ground_rules.evidence_names(draft, payload.entity, payload.document_id, self.noun)

    def check_books(self, draft: Draft, bound: Sequence[Source], gateway: Gateway) -> None:
        """The document is the one that is shown, nothing is settled on it, and each new tax is what its rate makes."""
        payload = self.read(draft)
        ground_rules.base_is(draft, gateway, self.noun)
        source = ground_rules.read_now(bound, payload.entity, payload.document_id, self.noun)
        now = document_lines.get(draft.organisation, gateway, payload.entity, payload.document_id)
        if now.is_reconciled:
            raise Refusal(
                f"{payload.words} is reconciled with a line of the bank statement.",
                next_step="Open it in Xero, choose Options, Unreconcile, and ask again; or correct it with a journal.",
                code="reconciled",
            )
        if now.settled:
            raise Refusal(
                f"{payload.words} has payments or credits of {now.settled}: Xero keeps its lines as they are.",
                next_step="Correct it with a journal, or take the payment or credit back first.",
                code="has_payments",
            )
        saved = now.updated_at.isoformat() if now.updated_at else ""
        differs = "it was saved again" if saved != source.version else _document_differs(payload, now)
        differs = differs or recoding.stand_as([each.before for each in payload.lines], now.lines)
        if differs:
            raise broken(self.noun, f"is not what Xero has now: {differs}", "source_changed")
        _check_codes(draft, payload, gateway)

    def still_open(self, proposal: Proposal, lock_date: dt.date | None) -> Refusal | None:
        """The document is dated after the lock date; a draft may lie in a locked month."""
        payload = self.read(proposal)
        if payload.status in ("DRAFT", "SUBMITTED"):
            return None
        return ground_rules.after_lock("document", payload.date, lock_date)

    def spread(self, payload: RecodeTransaction) -> dict[str, Decimal]:
        """What leaves and what reaches each account, in the base currency; the larger of an account's two sides."""
        sides: dict[str, list[Decimal]] = {}
        for line in payload.changed:
            for side, code in enumerate((line.was.account_code, line.becomes.account_code)):
                sides.setdefault(f"account {code}", [Decimal(0), Decimal(0)])[side] += abs(line.amount)
        return {name: (max(each) / payload.currency_rate).quantize(Decimal("0.01")) for name, each in sides.items()}

    def describe(self, proposal: Proposal) -> Description:
        """Every line before and after, and all that stays."""
        payload = self.read(proposal)
        count = len(payload.changed)
        lines = f"{count} of {len(payload.lines)} lines" if len(payload.lines) > 1 else "its line"
        return Description(
            title=f"Recode {payload.words}: {payload.moved}, {payload.contact}, dated {spoken(payload.date)}",
            sentence=f"{lines[0].upper()}{lines[1:]} get other codes. Amounts, quantities, prices and the total stay.",
            facts=(
                ("Document", f"{payload.words} ({_NOUNS[payload.kind]}, {payload.status})"),
                ("Contact", payload.contact),
                ("Date", spoken(payload.date)),
                *ground_rules.said_amount(payload.moved, proposal, payload.currency_rate),
                ("Total", f"{Money(payload.total, payload.currency)} now and after ({payload.line_amounts})"),
            ),
            fine_print=(
                *ground_rules.fine_print(proposal),
                ("Xero's record", f"{payload.entity} {payload.document_id}, {payload.kind}"),
                ("Rate", str(payload.currency_rate)),
            ),
            rows=recoding.rows(payload.lines, payload.currency),
            undo="It can be recoded back while nothing is paid, credited or reconciled on it.",
        )

    def request(self, proposal: Proposal) -> bytes:
        """Every line again, with its new codes where it has any."""
        payload = self.read(proposal)
        return recoding_body(
            payload.entity,
            payload.document_id,
            [each.after for each in payload.lines],
            line_amounts=payload.line_amounts,
            status=payload.status,
        )

    def carry_out(self, pen: Pen, proposal: Proposal, body: bytes, *, key: str) -> Found:
        """Recodes it."""
        payload = self.read(proposal)
        receipt = pen.recode(proposal.organisation, payload.entity, payload.document_id, body, key=key)
        return Found(entity=receipt.entity, id=receipt.id, status=receipt.status)

    def find(self, pen: Pen, proposal: Proposal, *, since: dt.datetime) -> Found | None:
        """The document once its lines have the new codes, by our request or by a person's hand."""
        found = self.read_back(pen.gateway, proposal, self.read(proposal).document_id)
        return None if found.differs else found

    def read_back(self, gateway: Gateway, proposal: Proposal, document_id: str) -> Found:
        """The document, compared line by line with what was approved."""
        payload = self.read(proposal)
        now = document_lines.get(proposal.organisation, gateway, payload.entity, document_id)
        differs = "" if now.status == payload.status else f"it is {now.status} in Xero"
        differs = differs or _document_differs(payload, now)
        differs = differs or recoding.stand_as([each.after for each in payload.lines], now.lines)
        return Found(entity=payload.entity, id=now.id, status=now.status, differs=differs)

    def link(self, links: Links, organisation: Organisation, proposal: Proposal, document_id: str) -> str:
        """The document in Xero."""
        payload = self.read(proposal)
        if payload.entity == sources.BANK_TRANSACTION:
            return links.bank_transaction(organisation, document_id)
        return documents.link(links, organisation, payload.entity, payload.kind, document_id)

    def undoing(self, proposal: Proposal, lock_date: dt.date | None) -> Draft:
        """The same document with its lines' codes as they were."""
        payload = self.read(proposal)
        if refusal := self.still_open(proposal, lock_date):
            raise refusal
        back = msgspec.structs.replace(payload, lines=tuple(each.turned() for each in payload.lines))
        return Draft(
            kind=self.name,
            organisation=proposal.organisation,
            client=proposal.client,
            period=Period.containing(payload.date).code,
            payload=back,
            because=f"It takes back what proposal {proposal.id[:8]} did ({proposal.mark}).",
            amount=proposal.amount,
            key=f"undo:{proposal.id}",
            evidence=(
                Evidence(
                    label=payload.words,
                    detail=f"{Money(payload.total, payload.currency)} in total, dated {spoken(payload.date)}",
                    link=str(proposal.receipt.get("link", "")),
                    source=f"{payload.entity}/{payload.document_id}",
                ),
            ),
        )


def _document_differs(payload: RecodeTransaction, now: StandingDocument) -> str:
    said = {"type": payload.kind, "status": payload.status, "contact": payload.contact, "date": spoken(payload.date),
            "total": str(Money(payload.total, payload.currency)), "way of amounts": payload.line_amounts,
            "currency rate": str(payload.currency_rate.normalize())}  # fmt: skip
    found = {"type": now.kind, "status": now.status, "contact": now.contact, "date": spoken(now.date),
             "total": str(now.total), "way of amounts": now.line_amounts,
             "currency rate": str(now.currency_rate.normalize())}  # fmt: skip
    return next((f"its {name} is {found[name]} there" for name, words in said.items() if found[name] != words), "")


def _check_codes(draft: Draft, payload: RecodeTransaction, gateway: Gateway) -> None:
    """Each new tax type exists and makes the tax that is shown, and each new option of a category exists."""
    rates = {each.type: each for each in tax_rates.every(draft.organisation, gateway) if each.status == "ACTIVE"}
    known = {
        (category.name, option)
        for category in tracking.categories(draft.organisation, gateway)
        for _, option in category.options
    }
    noun = RecodeTransactionKind.noun
    for line in payload.changed:
        was, becomes = line.was, line.becomes
        if unknown := [each for each in becomes.tracking if each not in was.tracking and each not in known]:
            words = f"tracks {unknown[0][0]}: {unknown[0][1]}, which Xero does not have"
            raise broken(noun, words, "unknown_option")
        if becomes.tax_type == was.tax_type:
            continue
        if becomes.tax_type not in rates and becomes.tax_type != "NONE":
            raise broken(noun, f"uses the tax type {becomes.tax_type}, which Xero does not have", "unknown_tax")
        percent = rates[becomes.tax_type].percent if becomes.tax_type in rates else Decimal(0)
        parts = 100 + percent if payload.line_amounts == "Inclusive" else Decimal(100)
        due = Money(line.amount * percent / parts, payload.currency).rounded().amount
        if becomes.tax != due:
            words = f"says {becomes.tax} of tax on {line.amount}, and {becomes.tax_type} makes {due}"
            raise broken(noun, words, "wrong_tax")


KIND = RecodeTransactionKind()
