"""Tokens: fetched once, renewed in time, rotated without loss, and never shown."""

from __future__ import annotations

import threading

import pytest

from books.refusal import Refusal
from tests.xero_tools.scripted import ORGANISATION, Reply, ScriptedXero, reply
from xero_tools.tokens import Tokens, TokenSet


class Drawer:
    """A keeper in memory that remembers every save."""

    def __init__(self, **kept: TokenSet) -> None:
        self.kept = dict(kept)
        self.saved: list[TokenSet] = []

    def load(self, connection: str) -> TokenSet | None:
        return self.kept.get(connection)

    def save(self, connection: str, tokens: TokenSet) -> None:
        self.kept[connection] = tokens
        self.saved.append(tokens)


def test_many_threads_cause_one_token_request(xero: ScriptedXero) -> None:
    tokens = Tokens(xero.settings())
    got: list[str] = []
    threads = [threading.Thread(target=lambda: got.append(tokens.access_token(ORGANISATION))) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert got == ["token-1"] * 20
    (form,) = xero.token_requests
    assert form == {"grant_type": "client_credentials", "client_id": "client", "client_secret": "secret"}


def test_a_token_is_renewed_two_minutes_before_it_ends(xero: ScriptedXero) -> None:
    now = 1000.0
    tokens = Tokens(xero.settings(), clock=lambda: now)
    assert tokens.access_token(ORGANISATION) == "token-1"
    now += 1800 - 121
    assert tokens.access_token(ORGANISATION) == "token-1"
    now += 1
    assert tokens.access_token(ORGANISATION) == "token-2"


def test_two_callers_with_the_same_stale_token_renew_it_once(xero: ScriptedXero) -> None:
    tokens = Tokens(xero.settings())
    stale = tokens.access_token(ORGANISATION)
    assert [tokens.renew(ORGANISATION, stale) for _ in range(2)] == ["token-2"] * 2
    assert len(xero.token_requests) == 2


def test_a_wrong_secret_is_a_refusal_with_its_next_step(xero: ScriptedXero) -> None:
    xero.token_answer = lambda _form: reply({"error": "invalid_client"}, 400)
    with pytest.raises(Refusal) as refusal:
        Tokens(xero.settings(secret="hunter2")).access_token(ORGANISATION)
    assert refusal.value.code == "xero_credentials"
    assert "XERO_CLIENT_SECRET" in refusal.value.next_step
    assert "hunter2" not in str(refusal.value)


@pytest.mark.parametrize(
    "bad", [Reply(503), Reply(drop=True), Reply(200, b"<html>"), Reply(429), reply({"no": "token"})]
)
def test_a_login_that_does_not_answer_is_a_refusal(xero: ScriptedXero, bad: Reply) -> None:
    xero.token_answer = lambda _form: bad
    with pytest.raises(Refusal) as refusal:
        Tokens(xero.settings()).access_token(ORGANISATION)
    assert refusal.value.code == "xero_unreachable"
    assert len(xero.token_requests) == 1


def test_a_refresh_token_is_rotated_and_kept_before_it_is_used(xero: ScriptedXero) -> None:
    old = TokenSet(access_token="old", expires_at=0, refresh_token="refresh-1", scope=("accounting.settings.read",))
    drawer = Drawer(**{ORGANISATION: old})
    xero.token_answer = lambda _form: reply(
        {"access_token": "new", "expires_in": 1800, "refresh_token": "refresh-2", "scope": "accounting.settings.read"}
    )

    assert Tokens(xero.settings(), keeper=drawer).access_token(ORGANISATION) == "new"

    assert xero.token_requests[0]["grant_type"] == "refresh_token"
    assert xero.token_requests[0]["refresh_token"] == "refresh-1"
    assert [each.refresh_token for each in drawer.saved] == ["refresh-2"]


def test_a_token_that_another_process_renewed_is_taken_over(xero: ScriptedXero) -> None:
    drawer = Drawer(**{ORGANISATION: TokenSet(access_token="fresh", expires_at=9e12, refresh_token="r")})
    assert Tokens(xero.settings(), keeper=drawer).access_token(ORGANISATION) == "fresh"
    assert xero.token_requests == []


def test_an_expired_connection_asks_to_be_connected_again(xero: ScriptedXero) -> None:
    drawer = Drawer(**{ORGANISATION: TokenSet(access_token="old", expires_at=0, refresh_token="r")})
    xero.token_answer = lambda _form: reply({"error": "invalid_grant"}, 400)
    tokens = Tokens(xero.settings(), keeper=drawer)
    for organisation in (ORGANISATION, "never connected"):
        with pytest.raises(Refusal) as refusal:
            tokens.access_token(organisation)
        assert refusal.value.code == "xero_unauthorised"


def test_tokens_and_secrets_are_never_shown(xero: ScriptedXero) -> None:
    assert "secret" not in repr(xero.settings())
    assert "sesame" not in repr(TokenSet(access_token="sesame", expires_at=1.0, refresh_token="sesame"))
