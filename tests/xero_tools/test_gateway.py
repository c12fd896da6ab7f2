"""The gateway: what a read retries, what a write never does, and what each answer of Xero's means to a person."""

from __future__ import annotations

import datetime as dt
import socket

import pytest

from books.refusal import Refusal
from tests.xero_tools.scripted import ORGANISATION, Reply, ScriptedXero, Seen, reply
from xero_tools.gateway import Gateway, NotSent, OutcomeUnknown, WriteAnswer, XeroRejected
from xero_tools.pace import Limits, Pace
from xero_tools.settings import XeroSettings
from xero_tools.tokens import Tokens

BODY = b'{"ManualJournals":[{"Narration":"x","JournalLines":[{"LineAmount":0.10}]}]}'
KEY = "a" * 64


def write(gateway: Gateway) -> WriteAnswer:
    """The write that these tests make."""
    return gateway.write(ORGANISATION, "PUT", "ManualJournals", BODY, idempotency_key=KEY)


def unreachable_gateway() -> Gateway:
    """A gateway whose token is good and whose API listens nowhere."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
    settings = XeroSettings(api_url=url, token_url=f"{url}/connect/token")
    tokens = Tokens(settings)
    tokens.access_token = lambda organisation: "good"  # type: ignore[method-assign]
    return Gateway(settings, tokens=tokens, pace=Pace(), sleep=lambda _seconds: None)


def test_a_read_names_its_organisation_and_carries_a_token(xero: ScriptedXero) -> None:
    gateway, _ = xero.gateway()
    xero.script(reply({"Invoices": []}))

    since = dt.datetime(2026, 11, 5, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=11)))
    content = gateway.read(ORGANISATION, "Invoices", {"page": 1, "summaryOnly": True}, modified_since=since)

    (seen,) = xero.requests
    assert content == b'{"Invoices": []}'
    assert (seen.method, seen.path) == ("GET", "/api.xro/2.0/Invoices")
    assert seen.query == {"page": "1", "summaryOnly": "True"}
    assert seen.headers["xero-tenant-id"] == ORGANISATION
    assert seen.headers["authorization"] == "Bearer token-1"
    assert seen.headers["if-modified-since"] == "2026-11-04T22:30:00"


@pytest.mark.parametrize("bad", [Reply(503), Reply(500), Reply(502), Reply(504), Reply(drop=True), Reply(half=True)])
def test_a_read_tries_again_when_xero_stumbles(xero: ScriptedXero, bad: Reply) -> None:
    gateway, pauses = xero.gateway()
    xero.script(bad, bad, reply({"ok": 1}))

    assert gateway.read(ORGANISATION, "Organisation") == b'{"ok": 1}'
    assert len(xero.requests) == 3
    assert 0.2 <= pauses[0] <= 0.4 <= pauses[1] <= 0.8  # doubled, with jitter


def test_a_read_gives_up_after_its_attempts(xero: ScriptedXero) -> None:
    gateway, _ = xero.gateway(attempts=3)
    xero.script(Reply(503))

    with pytest.raises(Refusal) as refusal:
        gateway.read(ORGANISATION, "Organisation")
    assert refusal.value.code == "xero_unreachable"
    assert refusal.value.next_step
    assert len(xero.requests) == 3


def test_a_full_minute_is_waited_out_as_xero_says(xero: ScriptedXero) -> None:
    gateway, _ = xero.gateway(limits=Limits(window_seconds=0.05))
    xero.script(reply({}, 429, Retry_After="0", X_Rate_Limit_Problem="minute"), reply({"ok": 1}))

    assert gateway.read(ORGANISATION, "Organisation") == b'{"ok": 1}'


def test_a_minute_longer_than_our_patience_is_a_refusal(xero: ScriptedXero) -> None:
    gateway, pauses = xero.gateway()
    xero.script(reply({}, 429, Retry_After="55", X_Rate_Limit_Problem="minute"))

    with pytest.raises(Refusal) as refusal:
        gateway.read(ORGANISATION, "Organisation")
    assert refusal.value.code == "xero_busy"
    assert "55 seconds" in refusal.value.next_step
    assert (len(xero.requests), pauses) == (1, [])


def test_a_used_up_day_is_a_refusal_at_once(xero: ScriptedXero) -> None:
    gateway, pauses = xero.gateway()
    xero.script(reply({}, 429, Retry_After="20000", X_Rate_Limit_Problem="day"))

    for _ in range(2):
        with pytest.raises(Refusal) as refusal:
            gateway.read(ORGANISATION, "Organisation")
        assert refusal.value.code == "xero_day_limit"
        assert "6 hours" in refusal.value.next_step
    assert (len(xero.requests), pauses) == (1, [])  # the second was not even sent


@pytest.mark.parametrize(
    ("status", "code"),
    [(404, "not_found"), (403, "xero_forbidden"), (400, "xero_bad_request"), (302, "xero_bad_request")],
)
def test_a_clear_no_is_not_asked_again(xero: ScriptedXero, status: int, code: str) -> None:
    gateway, _ = xero.gateway()
    xero.script(reply({"Title": "Forbidden", "Detail": "Xero's own words"}, status, Location="http://127.0.0.1:1/"))

    with pytest.raises(Refusal) as refusal:
        gateway.read(ORGANISATION, "Organisation")
    assert refusal.value.code == code
    assert len(xero.requests) == 1
    if code != "not_found":
        assert refusal.value.detail == "Xero's own words"


def test_a_refused_token_is_renewed_once(xero: ScriptedXero) -> None:
    gateway, _ = xero.gateway()
    xero.answer = lambda seen: reply({"ok": 1}, 200 if seen.headers["authorization"] == "Bearer token-2" else 401)

    assert gateway.read(ORGANISATION, "Organisation") == b'{"ok": 1}'
    assert len(xero.token_requests) == 2


def test_a_connection_that_has_ended_is_a_refusal_to_connect_again(xero: ScriptedXero) -> None:
    gateway, _ = xero.gateway()
    xero.script(Reply(401))

    with pytest.raises(Refusal) as refusal:
        gateway.read(ORGANISATION, "Organisation")
    assert refusal.value.code == "xero_unauthorised"
    assert "connect" in refusal.value.next_step
    assert len(xero.requests) == 2


def test_xero_that_is_not_there_is_a_refusal() -> None:
    with pytest.raises(Refusal) as refusal:
        unreachable_gateway().read(ORGANISATION, "Organisation")
    assert refusal.value.code == "xero_unreachable"


def test_the_connections_are_read_without_an_organisation(xero: ScriptedXero) -> None:
    gateway, _ = xero.gateway()
    xero.script(reply([{"id": "c", "tenantId": ORGANISATION, "tenantName": "Bondi", "tenantType": "ORGANISATION"}]))

    assert [(each.id, each.name) for each in gateway.connections()] == [(ORGANISATION, "Bondi")]
    assert "xero-tenant-id" not in xero.requests[0].headers


def test_a_write_sends_exactly_the_bytes_it_was_given(xero: ScriptedXero) -> None:
    gateway, _ = xero.gateway()
    xero.script(reply({"ManualJournals": []}))

    assert write(gateway).status == 200

    (seen,) = xero.requests
    assert (seen.method, seen.body) == ("PUT", BODY)
    assert seen.headers["idempotency-key"] == KEY
    assert seen.headers["content-type"] == "application/json"
    assert seen.headers["authorization"] == "Bearer token-1"


@pytest.mark.parametrize(
    "bad",
    [
        Reply(drop=True),
        Reply(500),
        Reply(502),
        Reply(503),
        Reply(504),
        Reply(200, b'{"ManualJournals":[]}', half=True),
        Reply(200, b"<html>a proxy's page</html>"),
    ],
)
def test_a_write_whose_outcome_is_open_is_never_sent_again(xero: ScriptedXero, bad: Reply) -> None:
    gateway, pauses = xero.gateway()
    xero.script(bad)

    with pytest.raises(OutcomeUnknown):
        write(gateway)
    assert (len(xero.requests), pauses) == (1, [])


def test_a_write_that_could_not_be_sent_says_so() -> None:
    with pytest.raises(NotSent) as not_sent:
        write(unreachable_gateway())
    assert not_sent.value.refusal.code == "xero_unreachable"


def test_a_write_that_xero_turned_away_unread_says_so(xero: ScriptedXero) -> None:
    gateway, _ = xero.gateway()
    xero.script(reply({}, 429, Retry_After="17", X_Rate_Limit_Problem="minute"))

    with pytest.raises(NotSent) as not_sent:
        write(gateway)
    assert not_sent.value.retry_after_seconds == 17
    assert len(xero.requests) == 1


def test_a_write_without_a_token_was_not_sent(xero: ScriptedXero) -> None:
    gateway, _ = xero.gateway()
    xero.token_answer = lambda _form: reply({"error": "invalid_client"}, 400)

    with pytest.raises(NotSent) as not_sent:
        write(gateway)
    assert not_sent.value.refusal.code == "xero_credentials"
    assert xero.requests == []


def test_a_rejected_write_keeps_xeros_own_messages(xero: ScriptedXero) -> None:
    gateway, _ = xero.gateway()
    locked = "The document date cannot be before the period lock date, currently set at 31-Oct-2026"
    errors = [{"Message": locked}, {"Message": "Another."}, {"Message": "Another."}]
    xero.script(reply({"ErrorNumber": 10, "Message": "A validation exception occurred",
                       "Elements": [{"ValidationErrors": errors}]}, 400))  # fmt: skip

    with pytest.raises(XeroRejected) as rejected:
        write(gateway)
    assert rejected.value.messages == (locked, "Another.")
    assert locked in str(rejected.value)


def test_a_write_with_a_worn_out_token_is_sent_with_a_new_one(xero: ScriptedXero) -> None:
    """A 401 proves that Xero did nothing, so that the same bytes may go again."""
    gateway, _ = xero.gateway()

    def answer(seen: Seen) -> Reply:
        return reply({"ManualJournals": []}, 200 if seen.headers["authorization"] == "Bearer token-2" else 401)

    xero.answer = answer
    assert write(gateway).status == 200
    assert [(seen.body, seen.headers["idempotency-key"]) for seen in xero.requests] == [(BODY, KEY)] * 2


def test_calls_and_bytes_are_counted_for_each_organisation(xero: ScriptedXero) -> None:
    gateway, _ = xero.gateway()
    xero.script(reply({"some": "bytes"}, X_DayLimit_Remaining="4321", X_MinLimit_Remaining="58"))

    gateway.read(ORGANISATION, "Organisation")
    write(gateway)

    used = gateway.usage(ORGANISATION)
    assert (used.calls, used.bytes_received) == (2, 2 * len(b'{"some": "bytes"}'))
    assert (used.allowance.day, used.allowance.minute) == (4321, 58)
    assert gateway.usage("somebody else").calls == 0
