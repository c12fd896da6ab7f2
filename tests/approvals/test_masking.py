"""Nothing personal and no key stands in the audit in clear, but for the content that a decision is about."""

from __future__ import annotations

import datetime as dt
import json
import re
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals import audit, masking, proof, remarks, stop
from approvals.kinds import describe
from approvals.masking import masked
from approvals.proposal import Draft, digest_of
from tests.approvals.practice import FIRM, ORGANISATION, Practice, journal

ADDRESS, MAILBOX = "jane.doe+pay@acme.example", "J.Smith@wattle.example"
ACCOUNT_AU, ACCOUNT_NZ, ACCOUNT_UK, PLAIN = "062-000 12345678", "01-0902-0068389-00", "20-00-00 55779911", "12345678"
IBAN, CARD = "GB33 BUKB 2020 1555 5555 55", "4111 1111 1111 1111"
TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4ZXJvIn0.c2lnbmF0dXJl"
SLACK_KEY, MODEL_KEY, PASSWORD = "xoxb-1234567890-abcdefgh", "sk-proj-abcdefghijklmnop", "hunter2!"
SECRETS = (ADDRESS, MAILBOX, ACCOUNT_AU, ACCOUNT_NZ, ACCOUNT_UK, IBAN, CARD, TOKEN, SLACK_KEY, MODEL_KEY, PASSWORD)
ALL_OF_IT = " and ".join(SECRETS[:-1]) + f", password: {PASSWORD}"


@pytest.mark.parametrize(("said", "kept"), [
    (f"write to {ADDRESS}.", "write to j…@acme.example."),
    (f"<{MAILBOX}>", "<J…@wattle.example>"),
    (f"BSB and account {ACCOUNT_AU}", "BSB and account …5678"),
    (f"pay {ACCOUNT_NZ}, please", "pay …8900, please"),
    (f"pay {ACCOUNT_UK}", "pay …9911"),
    (f"account {PLAIN}.", "account …5678."),
    (f"to {IBAN} today", "to …5555 today"),
    (f"card {CARD}", "card …1111"),
    (f"Bearer {TOKEN}", "Bearer [key]"),
    (f"use {SLACK_KEY} or {MODEL_KEY}", "use [key] or [key]"),
    (f"the password is {PASSWORD} as always", "the password is [key] as always"),
])  # fmt: skip
def test_what_is_masked(said: str, kept: str) -> None:
    """An end remains, by which two of them are told apart."""
    assert masked(said) == kept


@pytest.mark.parametrize("said", [
    "INV-77: total A$4,800.00 → A$5,200.00",
    "12,345,678.00 and 12345678.90 and 1234567.89",
    "2026-10-31T09:12:33.123456+00:00 on 31 Oct 2026, 2026-10-31",
    "5a5a0000-0000-4000-8000-00000000b001",
    "TO-0123456789abcdef",
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "INV-20261031 and PO 4711 on account 433",
    "https://go.xero.com/Bank/ViewTransaction.aspx?bankTransactionID=123456789012",
    "slack:C0WATTLE",
])  # fmt: skip
def test_what_an_auditor_needs_is_left_alone(said: str) -> None:
    """Amounts, dates, ids, hashes, marks, document numbers and links."""
    assert masked(said) == said


def everything_said(practice: Practice) -> str:
    """Everything that the audit holds but the contents that digests cover, as it would be exported."""
    since = practice.clock.now() - dt.timedelta(days=1)
    rows = [json.loads(line) for line in proof.export(practice.store, since=since, until=since + dt.timedelta(days=9))]
    for row in rows:
        row["after"].pop("content", None)
    return json.dumps(rows, ensure_ascii=False)


@given(st.from_regex(masking._HARMLESS, fullmatch=True))
def test_what_is_passed_over_at_a_glance_would_have_been_left_alone(said: str) -> None:
    with patch.object(masking, "_HARMLESS", re.compile("(?!)")):
        assert masked(said) == said


def test_no_word_of_a_person_brings_a_secret_into_the_audit(practice: Practice) -> None:
    """Somebody writes everything everywhere: a comment, a question, a refusal, a rejection, a stop and its lifting."""
    store, clock = practice.store, practice.clock
    rejected = practice.submit(journal())
    for sort in (remarks.QUESTION, remarks.COMMENT):
        remarks.remark(store, clock, rejected.id, member_id="alice", sort=sort, text=ALL_OF_IT, where="cli")
    practice.decide(rejected, who="priya", verdict="reject", reason=ALL_OF_IT)
    wattle = FIRM.client("wattle")
    stop.halt(store, clock, member_id="priya", why=ALL_OF_IT, client=wattle)
    stop.lift(store, clock, member_id="priya", why=ALL_OF_IT, client=wattle)
    said = everything_said(practice)
    assert [secret for secret in SECRETS if secret in said] == []
    assert said.count("j…@acme.example") == 6, "a rejection's reason stands there twice"
    assert audit.verify(store).holds


def test_the_persons_own_words_stay_on_the_card(practice: Practice) -> None:
    """Those who decide still read them whole; only the proof is masked."""
    proposal = practice.submit(journal())
    remarks.remark(
        practice.store, practice.clock, proposal.id, member_id="alice", sort=remarks.COMMENT, text=f"ask {ADDRESS}"
    )
    assert remarks.of(practice.store, proposal.id)[0].text == f"ask {ADDRESS}"
    assert practice.decide(proposal, verdict="reject", reason=f"ask {ADDRESS}").proposal.reason == f"ask {ADDRESS}"


def test_what_the_digest_covers_is_kept_word_for_word(practice: Practice) -> None:
    """A narration is what goes to Xero: masked, nobody could show any more what was approved."""
    draft: Draft = journal(narration=f"Refund to {ADDRESS}, {ACCOUNT_AU}")
    proposal = practice.submit(draft)
    (first,) = audit.story(practice.store, proposal.id)
    assert describe(proposal).sentence in json.dumps(first.after["content"])
    assert digest_of(first.after["content"]) == proposal.digest


def test_what_xero_says_no_with_is_masked_too(practice: Practice) -> None:
    """A problem that names an account: it stands on the card, and masked in the audit."""
    from approvals import register

    proposal = practice.approved(journal())
    with practice.store.transaction() as session:
        current = register.get(session, proposal.id, lock=True)
        register.annotate(session, current, problem=f"Xero: {ALL_OF_IT}", who="executor", now=practice.clock.now())
    said = everything_said(practice)
    assert [secret for secret in SECRETS if secret in said] == []
    assert audit.story(practice.store, proposal.id)[-1].what == "waiting"
    assert ORGANISATION in said
