"""Every kind: it shows all that the digest covers, reads what it wrote, and says how it is taken back."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.kinds import KINDS, describe, kind_of
from approvals.kinds.kind import Kind, PenKind, PersonKind
from approvals.kinds.post_journal import JournalLine, PostJournal
from approvals.kinds.reverse_journal import reversing
from approvals.proposal import Draft, Proposal, content_of
from books.money import Money
from books.refusal import Refusal
from bot.cards.proposal import proposal_card
from bot.plain import plain
from tests.approvals.kinds.samples_budget import BUDGET_SAMPLES
from tests.approvals.kinds.samples_cash import CASH_SAMPLES, money_line, moving, paying, refunding
from tests.approvals.kinds.samples_documents import DOCUMENT_SAMPLES
from tests.approvals.kinds.samples_recode import RECODE_SAMPLES
from tests.approvals.practice import journal, lock
from tests.approvals.test_policy import proposed

TRACKED = (
    JournalLine(account_code="433", account_name="Insurance", description="Shop", amount=Decimal("1234.50"),
                tax_type="INPUT", tracking=(("Region", "North"),)),
    JournalLine(account_code="620", account_name="Prepayments", description="Premium", amount=Decimal("-1234.50")),
)  # fmt: skip
SAMPLES: dict[str, Draft] = {
    "post_journal": journal("1234.50", lines=TRACKED),
    "reverse_journal": reversing(
        msgspec.structs.replace(
            proposed(journal("1234.50", lines=TRACKED)),
            receipt={"id": "xero-journal-1", "link": "https://go.xero.com/"},
        ),
        PostJournal(date=dt.date(2026, 10, 31), narration="Insurance", currency="AUD", lines=TRACKED),
        None,
    ),
    "lock_period": lock(before="2026-09-30"),
    **CASH_SAMPLES,
    **DOCUMENT_SAMPLES,
    **RECODE_SAMPLES,
    **BUDGET_SAMPLES,
}


def leaves(content: Any) -> list[str]:
    """Every value in the content."""
    if isinstance(content, dict):
        return [leaf for each in content.values() for leaf in leaves(each)]
    if isinstance(content, (list, tuple)):
        return [leaf for each in content for leaf in leaves(each)]
    return [str(content)]


def shown(proposal: Proposal) -> str:
    """Everything that the card shows, as the terminal draws it."""
    return plain(proposal_card(proposal, describe(proposal), client="Bondi", names={}))


def as_shown(leaf: str) -> set[str]:
    """How a person writes a stored value: dates in words, amounts with a separator and no sign, A$ for AUD."""
    forms = {leaf, "A$"} if leaf == "AUD" else {leaf}
    with contextlib.suppress(ValueError):
        day = dt.date.fromisoformat(leaf)
        forms.add(f"{day.day} {day:%b} {day.year}")
    with contextlib.suppress(ArithmeticError):
        forms.add(f"{abs(Decimal(leaf)):,}")
    return forms


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_card_shows_every_hashed_field(kind: Kind[Any]) -> None:
    """What is approved is what was seen; a kind without a sample here fails."""
    proposal = proposed(SAMPLES[kind.name])
    content = {name: each for name, each in content_of(proposal).items() if name != "kind"}
    words = shown(proposal)
    missing = [leaf for leaf in leaves(content) if leaf and not any(form in words for form in as_shown(leaf))]
    assert missing == []


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_kind_is_complete(kind: Kind[Any]) -> None:
    """It is found by name, is one of the two sorts, reads its own content and says how it is undone."""
    proposal = proposed(SAMPLES[kind.name])
    assert kind_of(kind.name) is kind
    assert isinstance(kind, PenKind) != isinstance(kind, PersonKind)
    stored = msgspec.structs.replace(proposal, payload=json.loads(msgspec.json.encode(proposal.payload)))
    assert kind.read(stored) == kind.read(SAMPLES[kind.name])
    assert kind.describe(stored).undo.endswith(".")
    widths = {len(row) for row in kind.describe(stored).rows}
    assert len(widths) <= 1


def test_the_frozen_request_is_exact() -> None:
    """The bytes that Xero gets, to the last one; amounts are numbers without a float in between."""
    kind = kind_of("post_journal")
    assert isinstance(kind, PenKind)
    body = kind.request(proposed(SAMPLES["post_journal"]))
    assert body == (
        b'{"ManualJournals":[{"Narration":"Insurance, October share of INV-77 [TO-0000000000000000]",'
        b'"Date":"2026-10-31","Status":"POSTED","LineAmountTypes":"NoTax","JournalLines":['
        b'{"LineAmount":1234.50,"AccountCode":"433","Description":"Shop","TaxType":"INPUT",'
        b'"Tracking":[{"Name":"Region","Option":"North"}]},'
        b'{"LineAmount":-1234.50,"AccountCode":"620","Description":"Premium","TaxType":"NONE"}]}]}'
    )


@given(st.lists(st.integers(-(10**9), 10**9).filter(bool), min_size=1, max_size=8))
def test_any_balanced_journal_is_accepted_and_any_other_refused(cents: list[int]) -> None:
    """The last line balances the others; one cent more and it does not."""
    kind = kind_of("post_journal")
    for extra in (0, 1):
        figures = [*cents, -sum(cents) + extra]
        if figures[-1] == 0:
            continue
        lines = tuple(
            JournalLine(account_code=str(n), account_name="A", description="", amount=Decimal(each).scaleb(-2))
            for n, each in enumerate(figures)
        )
        debits = sum((line.amount for line in lines if line.amount > 0), Decimal(0))
        draft = msgspec.structs.replace(journal(lines=lines), amount=Money(debits, "AUD"))
        if extra:
            with pytest.raises(Refusal, match="does not balance"):
                kind.check(draft, None)
        else:
            kind.check(draft, None)
            body = json.loads(kind.request(proposed(draft)), parse_float=Decimal)  # type: ignore[attr-defined]
            amounts = [line["LineAmount"] for line in body["ManualJournals"][0]["JournalLines"]]
            assert sum(amounts) == 0
            assert [Decimal(each) for each in amounts] == [line.amount for line in lines]


def test_an_unknown_field_is_not_ignored() -> None:
    """What is not known cannot be shown, and what is not shown cannot be approved."""
    proposal = proposed(journal())
    with_more = msgspec.structs.replace(proposal, payload={**proposal.payload, "extra": "1"})
    with pytest.raises(Refusal):
        kind_of("post_journal").read(with_more)


def test_a_yen_journal_has_no_cents() -> None:
    """Each currency's own minor units."""
    line = JournalLine(account_code="1", account_name="A", description="", amount=Decimal("100.5"))
    payload = PostJournal(date=dt.date(2026, 10, 31), narration="N", currency="JPY", lines=(line, line))
    with pytest.raises(Refusal) as refused:
        kind_of("post_journal").tidy(payload)
    assert refused.value.code == "too_fine"


@pytest.mark.parametrize(
    ("draft", "paid"),
    [
        (paying(("inv-1", "INV-1", "5.00", "5.00"), sort="ACCPAY"), ("contact-1",)),
        (paying(("inv-1", "INV-1", "5.00", "5.00")), ()),
        (refunding("CreditNotes", "note-1", "5.00"), ("contact-1",)),
        (refunding("Overpayments", "over-1", "5.00", sort="RECEIVE-OVERPAYMENT"), ("contact-1",)),
        (refunding("Prepayments", "pre-1", "5.00", sort="SPEND-PREPAYMENT"), ()),
        (refunding("CreditNotes", "note-1", "5.00", sort="ACCPAYCREDIT"), ()),
        *((moving(sort, money_line("433", "5.00")), ("contact-1",)) for sort in ("SPEND", "SPEND-OVERPAYMENT",
                                                                                 "SPEND-PREPAYMENT")),
        (moving("RECEIVE", money_line("200", "5.00")), ()),
    ],
)  # fmt: skip
def test_who_gets_money_is_named_and_never_paid_by_rule(draft: Draft, paid: tuple[str, ...]) -> None:
    """New or changed payees take a second person, and no rule of the firm lets money leave."""
    kind = kind_of(draft.kind)
    assert kind.payees(kind.read(draft)) == paid
    assert not (paid and kind.may_be_automatic and kind.may_post_itself(kind.read(draft)))


def test_what_may_ever_post_without_a_person() -> None:
    """Small, frequent and easily undone; of these only what comes in, or is set off."""
    assert [kind.name for kind in KINDS if kind.may_be_automatic] == [
        "post_journal", "apply_payment", "receive_or_spend_money", "allocate_credit"
    ]  # fmt: skip
    assert all(kind.is_undoable for kind in KINDS if kind.may_be_automatic)
    for draft in (paying(("inv-1", "INV-1", "5.00", "5.00")), moving("RECEIVE", money_line("200", "5.00"))):
        assert kind_of(draft.kind).may_post_itself(kind_of(draft.kind).read(draft))
    leaves_credit = moving("RECEIVE-OVERPAYMENT", money_line("610", "5.00"))
    assert not kind_of(leaves_credit.kind).may_post_itself(kind_of(leaves_credit.kind).read(leaves_credit))
