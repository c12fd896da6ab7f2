"""Xero's deliveries: proved, kept once, claimed by one worker at a time; strangers, repeats and noise are harmless."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from books.store import Store
from xero_tools.webhooks import KEPT, LEASE, MOST_ATTEMPTS, Inbox, Received, signature

KEY = "W3bh00kKey+from/Xero=="
NOON = dt.datetime(2026, 11, 5, 12, 0, tzinfo=dt.UTC)
LANTERN = "11111111-0000-4000-8000-000000000001"
CATEGORIES = ("CONTACT", "INVOICE", "CREDITNOTE", "PREPAYMENT", "OVERPAYMENT", "SUBSCRIPTION")


def event(category: str = "INVOICE", record: str = "33333333-0000-4000-8000-000000000001", **more: object) -> Any:
    """An event as Xero words it: no amount, no status."""
    return {
        "resourceUrl": f"https://api.xero.com/api.xro/2.0/Invoices/{record}",
        "resourceId": record,
        "eventDateUtc": "2026-11-05T11:59:58.123",
        "eventType": "UPDATE",
        "eventCategory": category,
        "tenantId": LANTERN,
        "tenantType": "ORGANISATION",
    } | more


def delivery(*events: Any, first: int = 1) -> bytes:
    """A delivery's raw body."""
    frame = {"events": events, "firstEventSequence": first, "lastEventSequence": first + len(events) - 1}
    return json.dumps({**frame, "entropy": "S0m3R4ndom"}).encode()


@pytest.fixture
def inbox(stores: Store) -> Inbox:
    """An empty inbox on each database."""
    return Inbox(stores, KEY)


def sent(inbox: Inbox, body: bytes, *, now: dt.datetime = NOON) -> Received:
    """A genuine delivery."""
    return inbox.receive(body, signature(KEY, body), now=now)


def test_the_signature_is_the_one_xero_documents() -> None:
    """HMAC-SHA256 written out by hand (RFC 2104), so that our own use of the library is not its own witness."""
    body, block = delivery(event()), KEY.encode().ljust(64, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block) + body).digest()
    outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in block) + inner).digest()
    import base64

    assert signature(KEY, body) == base64.b64encode(outer).decode()


@pytest.mark.parametrize("signed", ["", "x", "é", signature("another key", delivery(event()))])
def test_a_stranger_is_refused_and_nothing_is_kept(inbox: Inbox, signed: str) -> None:
    assert inbox.receive(delivery(event()), signed, now=NOON) == Received(401)
    assert inbox.claim(now=NOON) == ()


def test_a_body_that_was_changed_on_the_way_is_refused(inbox: Inbox) -> None:
    body = delivery(event())
    assert inbox.receive(body + b" ", signature(KEY, body), now=NOON).status == 401


def test_without_a_key_nobody_is_believed(stores: Store) -> None:
    body = delivery(event())
    assert Inbox(stores, "").receive(body, signature("", body), now=NOON).status == 401


def test_the_intent_to_receive_is_answered_both_ways(inbox: Inbox) -> None:
    assert sent(inbox, delivery()) == Received(200)
    assert inbox.receive(delivery(), signature("wrong", delivery()), now=NOON) == Received(401)


def test_every_category_is_kept_and_told_apart(inbox: Inbox) -> None:
    assert sent(inbox, delivery(*(event(category) for category in CATEGORIES))) == Received(200, len(CATEGORIES))
    assert {each.category for each in inbox.claim(now=NOON)} == set(CATEGORIES)


def test_a_repeat_is_kept_once_also_within_a_delivery_and_after_31_days(inbox: Inbox) -> None:
    assert sent(inbox, delivery(event(), event())).new == 1
    (first,) = inbox.claim(now=NOON)
    inbox.finish([first], "read again", now=NOON)
    assert sent(inbox, delivery(event(), first=77)).new == 0
    later = NOON + dt.timedelta(days=31)
    inbox.forget(now=later)
    assert sent(inbox, delivery(event(), first=900), now=later).new == 0
    assert inbox.claim(now=later) == ()


def test_a_second_change_of_the_same_record_is_another_event(inbox: Inbox) -> None:
    assert sent(inbox, delivery(event(), event(eventDateUtc="2026-11-05T12:00:01"))).new == 2


def test_unknown_events_and_strange_fields_are_kept_and_nonsense_is_passed_over(inbox: Inbox) -> None:
    strange = event("PAYRUN", eventType="ARCHIVED", eventDateUtc="soon", novelty={"a": 1})
    assert sent(inbox, delivery(strange)) == Received(200, 1)
    (kept,) = inbox.claim(now=NOON)
    assert (kept.category, kept.what, kept.happened_at) == ("PAYRUN", "ARCHIVED", None)
    for body in (b"", b"[]", b'{"events": 7}', b"\xff", delivery({"eventCategory": "INVOICE"}), b'{"events":[null]}'):
        assert sent(inbox, body) == Received(200, 0)


def test_what_is_claimed_is_nobody_elses_until_the_lease_ends(inbox: Inbox) -> None:
    sent(inbox, delivery(event()))
    assert len(inbox.claim(now=NOON)) == 1
    assert inbox.claim(now=NOON) == ()
    assert len(inbox.claim(now=NOON + LEASE)) == 1  # its holder died


def test_two_workers_never_hold_the_same_event(inbox: Inbox) -> None:
    sent(inbox, delivery(*(event(record=f"33333333-0000-4000-8000-{number:012d}") for number in range(100))))
    with ThreadPoolExecutor(4) as pool:
        claims = list(pool.map(lambda _: inbox.claim(now=NOON, most=30), range(4)))
    held = [each.identity for claim in claims for each in claim]
    assert len(held) == len(set(held))
    assert len(held) + len(inbox.claim(now=NOON)) == 100


def test_what_fails_waits_and_is_given_up_in_the_end(inbox: Inbox) -> None:
    sent(inbox, delivery(event()))
    now = NOON
    for _ in range(MOST_ATTEMPTS):
        (held,) = inbox.claim(now=now)
        inbox.postpone([held], "Xero is not reachable.", until=now + dt.timedelta(minutes=1))
        assert inbox.claim(now=now) == ()
        now += dt.timedelta(minutes=1)
    assert inbox.claim(now=now) == ()
    assert inbox.waiting() == 0


def test_old_events_are_forgotten(inbox: Inbox) -> None:
    sent(inbox, delivery(event()))
    assert inbox.forget(now=NOON + KEPT) == 0
    assert inbox.forget(now=NOON + KEPT + dt.timedelta(seconds=1)) == 1
