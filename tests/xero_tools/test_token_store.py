"""Tokens at rest: sealed, bound to their organisation, and useless without the key."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from books.refusal import Refusal
from books.store import Store
from tests.xero_tools.scripted import ORGANISATION, ScriptedXero, reply
from xero_tools.token_store import SealedTokens, TokenRow
from xero_tools.tokens import Tokens, TokenSet

TOKENS = TokenSet(access_token="open-sesame", expires_at=5.0, refresh_token="rotating-sesame", scope=("a",))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """An empty database."""
    made = Store(f"sqlite:///{tmp_path / 'house.db'}")
    made.create_tables()
    return made


def test_what_is_saved_is_what_is_loaded(store: Store) -> None:
    keeper = SealedTokens(store, os.urandom(32))
    assert keeper.load(ORGANISATION) is None
    keeper.save(ORGANISATION, TOKENS)
    assert keeper.load(ORGANISATION) == TOKENS


def test_a_stolen_database_holds_no_readable_token(store: Store, tmp_path: Path) -> None:
    SealedTokens(store, os.urandom(32)).save(ORGANISATION, TOKENS)
    store.close()
    assert b"sesame" not in b"".join(file.read_bytes() for file in tmp_path.iterdir())


def test_another_key_and_another_organisation_open_nothing(store: Store) -> None:
    key = os.urandom(32)
    SealedTokens(store, key).save(ORGANISATION, TOKENS)
    with store.transaction() as session:  # somebody moves the row to another client
        row = session.get(TokenRow, ORGANISATION)
        assert row
        session.add(TokenRow(organisation="another", sealed=row.sealed))
    for keeper, organisation in (
        (SealedTokens(store, os.urandom(32)), ORGANISATION),
        (SealedTokens(store, key), "another"),
    ):
        with pytest.raises(Refusal) as refusal:
            keeper.load(organisation)
        assert refusal.value.code == "token_key"
    with pytest.raises(ValueError):
        SealedTokens(store, b"short")


def test_a_rotated_token_survives_a_restart(store: Store, xero: ScriptedXero) -> None:
    key = os.urandom(32)
    SealedTokens(store, key).save(ORGANISATION, TOKENS)
    xero.token_answer = lambda _form: reply({"access_token": "new", "expires_in": 1800, "refresh_token": "next"})
    assert Tokens(xero.settings(), keeper=SealedTokens(store, key)).access_token(ORGANISATION) == "new"

    again = Tokens(xero.settings(), keeper=SealedTokens(store, key))
    assert again.access_token(ORGANISATION) == "new"
    assert len(xero.token_requests) == 1
