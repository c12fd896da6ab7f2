"""A card shows what the books would look like afterwards: each account's balance before and after, read from Xero."""

from __future__ import annotations

from decimal import Decimal

import pytest

from approvals import effects
from approvals.kinds import KINDS, kind_of
from approvals.proposal import Draft
from tests.approvals.kinds.samples_cash import money_line, moving, transferring
from tests.approvals.kinds.test_kinds import SAMPLES
from tests.approvals.practice import ORGANISATION, Practice


def test_the_journal_moves_what_its_card_says(practice: Practice) -> None:
    """4,800.00 stand in Prepayments; October's share of 400.00 goes to Insurance, as Xero then has it too."""
    proposal = practice.submit()
    before = effects.read(ORGANISATION, practice.gateway, proposal)
    assert [each.account for each in before] == ["433 Insurance", "620 Prepayments"]
    assert [(each.after.amount - each.before.amount) for each in before] == [Decimal(400), Decimal(-400)]
    effects.keep(practice.store, proposal.id, before)
    with practice.store.reading() as session:
        assert effects.of(session, proposal.id) == before
        assert effects.of(session, "another") == ()
    practice.executor().carry_out(practice.decide(proposal).proposal.id)
    after = effects.read(ORGANISATION, practice.gateway, proposal)
    assert [each.before for each in after] == [each.after for each in before]


@pytest.mark.parametrize(
    ("draft", "moves"),
    [
        (moving("RECEIVE", money_line("200", "100.00"), money_line("404", "-2.40", "Bank Fees")),
         {"090": "97.60", "200": "-100.00", "404": "2.40"}),
        (moving("SPEND", money_line("404", "22.00", "Bank Fees", tax=Decimal("2.00"), tax_type="INPUT"),
                line_amounts="Inclusive"), {"090": "-22.00", "404": "20.00"}),
        (transferring("250.00"), {"090": "-250.00", "091": "250.00"}),
        (SAMPLES["apply_payment"], {"090": "1846.15"}),
        (SAMPLES["refund"], {"090": "-72.58"}),
        (SAMPLES["credit_note"], {"200": "200.00"}),
        (SAMPLES["quote_to_invoice"], {"200": "-200.00"}),
        (SAMPLES["send_reminder"], {}),
        (SAMPLES["send_receipt"], {}),
        (SAMPLES["lock_period"], {}),
    ],
    ids=lambda each: getattr(each, "kind", ""),
)  # fmt: skip
def test_which_accounts_move_in_the_base_currency(draft: Draft, moves: dict[str, str]) -> None:
    kind = kind_of(draft.kind)
    assert kind.moves(kind.read(draft)) == {code: Decimal(amount) for code, amount in moves.items()}


@pytest.mark.parametrize("name", [kind.name for kind in KINDS if kind.name.endswith("journal")])
def test_a_journal_moves_nothing_in_all(name: str) -> None:
    kind = kind_of(name)
    assert sum(kind.moves(kind.read(SAMPLES[name])).values()) == 0
