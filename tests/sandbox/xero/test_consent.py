"""Consent as at login.xero.com: a page, a one-time code with PKCE, rotating tokens, connections that end."""

import base64
import hashlib
import time
import urllib.parse
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.sandbox_server import RunningSandbox, start_sandbox
from tests.support.xero_consent import ConsentPage, open_consent, query_of
from tests.support.xero_wire import Answer, Wire, new_token, send

REDIRECT = "http://127.0.0.1:9/xero/callback"
VERIFIER = "correct-horse-battery-staple-correct-horse-battery"
SCOPE = "offline_access accounting.settings.read accounting.contacts"
BONDI, KAURI, THAMES = (f"0b0d1c0f-0000-4000-8000-00000000a00{number}" for number in (1, 2, 3))


@pytest.fixture(scope="module")
def _firm_books(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    running = start_sandbox(tmp_path_factory.mktemp("consent"), books=None, today="2026-11-05")
    running.simulator.pace.unlimited = True
    yield running
    running.stop()


@pytest.fixture
def xero(_firm_books: RunningSandbox) -> Iterator[RunningSandbox]:
    """A sandbox with three organisations and no connection, its clock right."""
    authority = _firm_books.simulator.authority
    authority.clock = time.time
    yield _firm_books
    authority.end("SANDBOXCLIENT")
    authority.end("SANDBOXPKCE")


def challenge(verifier: str = VERIFIER) -> str:
    """RFC 7636, S256."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def consent(xero: RunningSandbox, **changed: str) -> ConsentPage:
    """The consent page for our usual question, with some of it changed (an empty text leaves it out)."""
    asked = {
        "response_type": "code",
        "client_id": "SANDBOXCLIENT",
        "redirect_uri": REDIRECT,
        "scope": SCOPE,
        "state": "s t&ate",
        "code_challenge": challenge(),
        "code_challenge_method": "S256",
    } | changed
    sent = {name: value for name, value in asked.items() if value}
    return open_consent(f"{xero.url}/xero/authorize?{urllib.parse.urlencode(sent)}")


def code(xero: RunningSandbox, *names: str, **changed: str) -> str:
    """The one-time code after the person allowed these organisations."""
    return query_of(consent(xero, **changed).press("allow", *names).headers["location"])["code"]


def redeem(xero: RunningSandbox, one_time: str, **changed: str) -> Answer:
    """The app's token request with a code."""
    form = {"code": one_time, "redirect_uri": REDIRECT, "code_verifier": VERIFIER} | changed
    return new_token(xero.url, grant_type="authorization_code", **form)


def refresh(xero: RunningSandbox, token: str, **changed: str) -> Answer:
    """The app's token request with a refresh token."""
    return new_token(xero.url, grant_type="refresh_token", refresh_token=token, **changed)


def listed(xero: RunningSandbox, token: str, query: str = "") -> Any:
    """GET /connections."""
    return send(f"{xero.url}/xero/connections{query}", "GET", headers={"Authorization": f"Bearer {token}"}).json


def test_the_page_offers_the_organisations_and_says_what_is_asked(xero: RunningSandbox) -> None:
    page = consent(xero)
    assert set(page.organisations.values()) == {BONDI, KAURI, THAMES}
    assert "View your organisation&#x27;s settings" in page.answer.text
    assert "View and change your contacts" in page.answer.text
    assert "form-action 'self' http://127.0.0.1:9;" in page.answer.headers["content-security-policy"]


def test_several_organisations_are_connected_by_one_consent(xero: RunningSandbox) -> None:
    back = consent(xero).press("allow", "Bondi Coffee Roasters Pty Ltd", "Thames Studio Ltd")
    assert back.status == 302
    assert back.headers["location"].startswith(f"{REDIRECT}?")
    landed = query_of(back.headers["location"])
    assert landed["state"] == "s t&ate"

    tokens = redeem(xero, landed["code"]).json

    assert tokens["scope"] == SCOPE
    rows = listed(xero, tokens["access_token"])
    assert [row["tenantId"] for row in rows] == [BONDI, THAMES]
    event = rows[0]["authEventId"]
    assert listed(xero, tokens["access_token"], f"?authEventId={event}") == rows
    assert listed(xero, tokens["access_token"], "?authEventId=another") == []
    assert Wire(xero.url, BONDI, tokens["access_token"]).get("Organisation").status == 200
    assert Wire(xero.url, KAURI, tokens["access_token"]).get("Organisation").status == 403


def test_a_person_who_cancels_or_ticks_nothing_connects_nothing(xero: RunningSandbox) -> None:
    page = consent(xero)
    assert query_of(page.press("cancel").headers["location"]) == {"error": "access_denied", "state": "s t&ate"}
    nothing = ConsentPage(page.url, page.answer)
    empty = open_consent(page.url)
    assert nothing.organisations
    form = send(
        page.url.split("?")[0],
        "POST",
        body=urllib.parse.urlencode(query_of(empty.url) | {"decision": "allow"}).encode(),
    )
    assert (form.status, "Choose at least one" in form.text) == (400, True)
    assert page.press("allow", Origin="http://evil.example").status == 403


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"client_id": "NOBODY"}, "Unknown client"),
        ({"redirect_uri": "https://evil.example/xero/callback"}, "Invalid redirect_uri"),
        ({"scope": "offline_access accounting.everything"}, "Invalid scope for client (accounting.everything)"),
        ({"scope": ""}, "Invalid scope"),
        ({"response_type": "token"}, "response_type"),
        ({"code_challenge_method": "plain"}, "Transform algorithm"),
        ({"client_id": "SANDBOXPKCE", "code_challenge": ""}, "code challenge required"),
    ],
)
def test_a_wrong_question_is_an_error_page_that_leads_nowhere(
    xero: RunningSandbox, changed: dict[str, str], words: str
) -> None:
    answer = consent(xero, **changed).answer
    assert answer.status == 400
    assert words in answer.text


@pytest.mark.parametrize(
    "changed",
    [
        {"code": "guessed"},
        {"redirect_uri": "http://127.0.0.1:9/other"},
        {"code_verifier": "wrong"},
        {"code_verifier": ""},
    ],
)
def test_a_code_that_does_not_fit_is_refused_and_used_up(xero: RunningSandbox, changed: dict[str, str]) -> None:
    one_time = code(xero)
    assert redeem(xero, one_time, **changed).json == {"error": "invalid_grant"}
    if "code" not in changed:
        assert redeem(xero, one_time).json == {"error": "invalid_grant"}


def test_a_code_serves_once_and_for_five_minutes(xero: RunningSandbox) -> None:
    first, late = code(xero), code(xero)
    assert redeem(xero, first).status == 200
    assert redeem(xero, first).json == {"error": "invalid_grant"}
    now = time.time()
    xero.simulator.authority.clock = lambda: now + 301
    assert redeem(xero, late).json == {"error": "invalid_grant"}


def test_an_app_without_a_secret_proves_itself_by_pkce(xero: RunningSandbox) -> None:
    one_time = code(xero, client_id="SANDBOXPKCE")
    tokens = redeem(xero, one_time, client_id="SANDBOXPKCE", client_secret="").json
    assert refresh(xero, tokens["refresh_token"], client_id="SANDBOXPKCE", client_secret="").status == 200
    assert new_token(xero.url, client_id="SANDBOXPKCE", client_secret="").json == {"error": "unsupported_grant_type"}
    assert refresh(xero, tokens["refresh_token"]).json == {"error": "invalid_grant"}, "another client's token"


def test_a_refresh_token_rotates_and_the_previous_one_serves_for_thirty_minutes(xero: RunningSandbox) -> None:
    began = time.time()
    first = redeem(xero, code(xero)).json["refresh_token"]
    second = refresh(xero, first).json["refresh_token"]
    assert second != first
    xero.simulator.authority.clock = lambda: began + 29 * 60
    third = refresh(xero, first).json["refresh_token"]
    assert third not in (first, second)
    xero.simulator.authority.clock = lambda: began + 31 * 60
    assert refresh(xero, first).json == {"error": "invalid_grant"}
    assert refresh(xero, third).status == 200
    xero.simulator.authority.clock = lambda: began + 61 * 24 * 3600
    assert refresh(xero, second).json == {"error": "invalid_grant"}


def test_no_refresh_token_without_offline_access(xero: RunningSandbox) -> None:
    assert "refresh_token" not in redeem(xero, code(xero, scope="accounting.settings.read")).json


def test_an_access_token_ends_after_thirty_minutes(xero: RunningSandbox) -> None:
    token = redeem(xero, code(xero)).json["access_token"]
    now = time.time()
    xero.simulator.authority.clock = lambda: now + 1801
    assert Wire(xero.url, BONDI, token).get("Organisation").status == 401


def test_revoking_ends_all_connections_of_the_app(xero: RunningSandbox) -> None:
    tokens = redeem(xero, code(xero)).json
    for token in ("unknown", tokens["refresh_token"]):
        body = urllib.parse.urlencode(
            {"client_id": "SANDBOXCLIENT", "client_secret": "sandbox-secret", "token": token}
        ).encode()
        assert send(f"{xero.url}/xero/connect/revocation", "POST", body=body).status == 200
    assert refresh(xero, tokens["refresh_token"]).json == {"error": "invalid_grant"}
    assert Wire(xero.url, BONDI, tokens["access_token"]).get("Organisation").status == 401


def test_one_connection_can_be_taken_away(xero: RunningSandbox) -> None:
    token = redeem(xero, code(xero)).json["access_token"]
    row = next(row for row in listed(xero, token) if row["tenantId"] == KAURI)
    headers = {"Authorization": f"Bearer {token}"}
    assert send(f"{xero.url}/xero/Connections/{row['id']}", "DELETE", headers=headers).status == 204
    assert send(f"{xero.url}/xero/connections/{row['id']}", "DELETE", headers=headers).status == 404
    assert [each["tenantId"] for each in listed(xero, token)] == [BONDI, THAMES]
    assert Wire(xero.url, KAURI, token).get("Organisation").status == 403


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "Accounts", "accounting.settings.read"),
        ("GET", "invoices", "accounting.invoices.read"),
        ("GET", "Reports/TrialBalance", "accounting.reports.trialbalance.read"),
        ("GET", "Budgets", "accounting.budgets.read"),
        ("GET", "ManualJournals", "accounting.transactions.read"),
        ("GET", "Invoices/0b0d1c0f-0000-4000-8000-0000000000ff/Attachments", "accounting.attachments.read"),
        ("POST", "Contacts", "accounting.contacts"),
        ("PUT", "ManualJournals", "accounting.manualjournals"),
    ],
)
def test_a_call_outside_the_scopes_is_403(xero: RunningSandbox, method: str, path: str, scope: str) -> None:
    with_it = redeem(xero, code(xero, scope=scope)).json["access_token"]
    without = redeem(xero, code(xero, scope="openid accounting.journals.read")).json["access_token"]
    body: dict[str, str] | None = {} if method != "GET" else None
    assert Wire(xero.url, BONDI, with_it).call(method, path, body).status in (200, 400, 404)
    assert Wire(xero.url, BONDI, without).call(method, path, body).status == 403
    if method != "GET":
        reading = redeem(xero, code(xero, scope=f"{scope}.read")).json["access_token"]
        assert Wire(xero.url, BONDI, reading).call(method, path, body).status == 403


def test_connections_and_tokens_outlive_a_restart(tmp_path: Any) -> None:
    running = start_sandbox(tmp_path, books=None, today="2026-11-05")
    tokens = redeem(running, code(running)).json
    running.stop()
    again = start_sandbox(tmp_path, books=None, today="2026-11-05")
    try:
        fresh = refresh(again, tokens["refresh_token"]).json["access_token"]
        assert len(listed(again, fresh)) == 3
    finally:
        again.stop()
