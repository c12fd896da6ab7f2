"""Tokens: fetched once, renewed in time, rotated without loss, and never shown."""

from __future__ import annotations

import threading

import pytest

from books.refusal import Refusal
from tests.xero_tools.drawer import Drawer
from tests.xero_tools.scripted import ORGANISATION, Reply, ScriptedXero, reply
from xero_tools.tokens import Tokens, TokenSet


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


def test_an_ended_connection_asks_to_be_connected_again_and_is_told_of_once(xero: ScriptedXero) -> None:
    drawer = Drawer(**{ORGANISATION: TokenSet(access_token="old", expires_at=0, refresh_token="r")})
    xero.token_answer = lambda _form: reply({"error": "invalid_grant"}, 400)
    told: list[str] = []
    tokens = Tokens(xero.settings(), keeper=drawer, on_ended=told.append)
    for organisation in (ORGANISATION, ORGANISATION, "never connected"):
        with pytest.raises(Refusal) as refusal:
            tokens.access_token(organisation)
        assert refusal.value.code == "xero_unauthorised"
    assert told == drawer.ended == [ORGANISATION]
    assert len(xero.token_requests) == 1, "what has ended is not asked for again"


def test_a_refresh_that_xero_does_not_answer_ends_nothing(xero: ScriptedXero) -> None:
    drawer = Drawer(**{ORGANISATION: TokenSet(access_token="old", expires_at=0, refresh_token="r")})
    xero.token_answer = lambda _form: Reply(503)
    with pytest.raises(Refusal) as refusal:
        Tokens(xero.settings(), keeper=drawer).access_token(ORGANISATION)
    assert refusal.value.code == "xero_unreachable"
    assert drawer.kept[ORGANISATION].refresh_token == "r"
    assert drawer.ended == []


def test_a_token_that_still_lives_serves_while_another_renews_it_or_xero_is_away(xero: ScriptedXero) -> None:
    now = 1000.0
    lives = TokenSet(access_token="lives", expires_at=now + 600, refresh_token="r")
    drawer = Drawer(**{ORGANISATION: lives})
    tokens = Tokens(xero.settings(), keeper=drawer, clock=lambda: now, sleep=lambda _seconds: None)
    assert tokens.access_token(ORGANISATION) == "lives"
    now += 520
    drawer.elsewhere = True
    assert tokens.access_token(ORGANISATION) == "lives"
    drawer.elsewhere = False
    xero.token_answer = lambda _form: Reply(503)
    assert tokens.access_token(ORGANISATION) == "lives"
    now += 70
    with pytest.raises(Refusal):
        tokens.access_token(ORGANISATION)


def test_whoever_waits_for_another_process_takes_what_it_got(xero: ScriptedXero) -> None:
    drawer = Drawer(**{ORGANISATION: TokenSet(access_token="old", expires_at=0, refresh_token="r")})
    drawer.elsewhere = True

    def the_other_is_done(_seconds: float) -> None:
        drawer.kept[ORGANISATION] = TokenSet(access_token="theirs", expires_at=9e12, refresh_token="r2")

    tokens = Tokens(xero.settings(), keeper=drawer, sleep=the_other_is_done)
    assert tokens.access_token(ORGANISATION) == "theirs"
    assert xero.token_requests == []


def test_an_app_without_a_secret_refreshes_by_its_id_alone(xero: ScriptedXero) -> None:
    drawer = Drawer(**{ORGANISATION: TokenSet(access_token="old", expires_at=0, refresh_token="r", scope=("a",))})
    assert Tokens(xero.settings(secret=""), keeper=drawer).access_token(ORGANISATION) == "token-1"
    assert xero.token_requests == [{"grant_type": "refresh_token", "refresh_token": "r", "client_id": "client"}]
    assert drawer.saved[0].refresh_token == "r", "an answer without a new refresh token leaves the old one"


def test_tokens_and_secrets_are_never_shown(xero: ScriptedXero) -> None:
    assert "secret" not in repr(xero.settings())
    assert "sesame" not in repr(TokenSet(access_token="sesame", expires_at=1.0, refresh_token="sesame"))
