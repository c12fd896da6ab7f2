"""The digest: the same content always has the same one, other content never, and no float gets in."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import msgspec
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from approvals.proposal import MOVES, STATUSES, Evidence, canonical, content_of, differences, digest_of, mark_of, plain
from books.money import Money
from tests.approvals.practice import journal
from tests.approvals.test_policy import proposed

text = st.text(st.characters(codec="utf-8"), max_size=20)
leaf = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | text
content = st.recursive(leaf, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4))
amounts = st.decimals(Decimal("0.01"), Decimal("9999999.99"), places=2)


@given(content)
def test_canonical_text_reads_back_as_the_same_content(anything: Any) -> None:
    """And canonicalising what was read back changes nothing."""
    written = canonical(anything)
    assert json.loads(written) == anything
    assert canonical(json.loads(written)) == written


# Names of every kind, whose order as UTF-16 differs from that of their code points; and half of a pair in a text.
anything = st.text(st.characters(codec=None), max_size=8) | st.sampled_from(
    ["a", "B", "\x7f", "\ue000", "\U0001f600", "é"]
)
whatever = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | anything,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(anything, inner, max_size=5),
)


@given(whatever)
def test_the_fast_way_of_writing_it_is_the_canonical_one(content: Any) -> None:
    """Also in what it refuses: half of a surrogate pair, and a number that JSON cannot hold."""
    try:
        wanted = bytes(rfc8785.dumps(content))
    except ValueError:
        with pytest.raises(ValueError):
            canonical(content)
    else:
        assert canonical(content) == wanted


@given(st.dictionaries(text, leaf, min_size=2, max_size=6))
def test_the_order_of_fields_does_not_count(fields: dict[str, Any]) -> None:
    """A database or a language may give them back in another order."""
    assert digest_of(dict(reversed(fields.items()))) == digest_of(fields)


@given(content, content)
def test_two_digests_agree_only_on_equal_content(one: Any, other: Any) -> None:
    """`1` and `true` and `"1"` are three things."""
    assert (digest_of(one) == digest_of(other)) == (
        json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    )


@pytest.mark.parametrize("anything", [1.5, float("nan"), [1, [2, 3.0]], {"a": {"b": 0.1}}, (1.0,)])
def test_a_float_is_refused_wherever_it_hides(anything: Any) -> None:
    """Amounts are decimal strings."""
    with pytest.raises(ValueError, match="float"):
        canonical(anything)


def test_what_has_no_one_plain_form_is_refused() -> None:
    """An object would be hashed by its place in memory."""
    with pytest.raises(TypeError):
        canonical({"thing": object()})


def test_figures_dates_and_money_become_strings() -> None:
    """As they are stored, and as they are shown."""
    written = {"a": Decimal("10.00"), "b": dt.date(2026, 10, 31), "c": Money.of("1.50", "AUD"), "d": {3, 1, 2}}
    assert canonical(written) == (b'{"a":"10.00","b":"2026-10-31","c":{"amount":"1.50","currency":"AUD"},"d":[1,2,3]}')


@given(amounts, amounts)
def test_the_digest_of_a_journal_follows_its_amount(one: Decimal, other: Decimal) -> None:
    """Any other figure is another content."""
    first, second = content_of(journal(str(one))), content_of(journal(str(other)))
    assert (digest_of(first) == digest_of(second)) == (one == other)


CHANGES: dict[str, Any] = {
    "kind": "lock_period",
    "organisation": "another",
    "client": "another",
    "period": "2026-09",
    "because": "another reason",
    "amount": Money.of("400.01", "AUD"),
    "evidence": (Evidence(label="INV-77", detail="4,800.00 for 12 months", source="inv-77", version="2"),),
    "payload": journal("400.01").payload,
}


@pytest.mark.parametrize("field", CHANGES)
def test_the_digest_covers_every_field_of_the_content(field: str) -> None:
    """A change of any one of them is another proposal."""
    draft = journal()
    changed = msgspec.structs.replace(draft, **{field: CHANGES[field]})
    assert set(content_of(draft)) == set(CHANGES)
    assert digest_of(content_of(changed)) != digest_of(content_of(draft))


def test_the_digest_covers_every_field_of_the_evidence_and_money() -> None:
    """Nothing that is shown may change unseen."""
    shown = content_of(journal())
    assert set(shown["evidence"][0]) == set(Evidence.__struct_fields__)
    assert set(shown["amount"]) == set(Money.__struct_fields__)


def test_the_key_is_not_content() -> None:
    """It names the piece of work; the digest is about what is decided."""
    assert content_of(journal(key="one")) == content_of(journal(key="other"))


def test_a_proposal_read_from_the_database_has_the_draft_digest() -> None:
    """Typed in the draft, plain in the register."""
    draft = journal()
    proposal = proposed(draft)
    stored = msgspec.structs.replace(proposal, payload=json.loads(json.dumps(plain(draft.payload))))
    assert digest_of(content_of(stored)) == proposal.digest == digest_of(content_of(draft))


def test_differences_are_named_in_words() -> None:
    """Each leaf that changed, appeared or went."""
    said = differences(proposed(journal()), proposed(journal("425.00", narration="Corrected", evidence=())))
    assert "amount amount: 400.00 → 425.00" in said
    assert "payload narration: Insurance, October share of INV-77 → Corrected" in said
    assert "payload lines 1 amount: 400.00 → 425.00" in said
    assert "evidence 1 version: 1 → nothing" in said
    assert differences(proposed(journal()), proposed(journal())) == ()


def test_every_status_has_its_place() -> None:
    """Moves lead from known to known, and the ends are ends."""
    assert set(MOVES) | {to for moves in MOVES.values() for to in moves} == set(STATUSES)
    assert {status for status in STATUSES if status not in MOVES} == {
        "rejected", "withdrawn", "expired", "posted", "failed",
    }  # fmt: skip


def test_the_mark_is_short_and_tells_proposals_apart() -> None:
    """64 bits of the id."""
    assert mark_of("0123456789abcdef0123456789abcdef") == "TO-0123456789abcdef"
