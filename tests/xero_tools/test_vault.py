"""The vault: what is sealed opens only in its own place, with a key that stands outside the database."""

from __future__ import annotations

import base64
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from books.refusal import Refusal
from xero_tools.vault import Vault
from xero_tools.vault_keys import KeyFile


def fresh_key() -> str:
    """32 random bytes as TIEOUT_KEY has them."""
    return base64.b64encode(os.urandom(32)).decode()


def test_what_is_sealed_opens_in_its_own_place_only(tmp_path: Path) -> None:
    vault = Vault(KeyFile(tmp_path))
    sealed = vault.seal("consent-1", "tokens", b"sesame")
    assert vault.open("consent-1", "tokens", sealed) == b"sesame"
    assert b"sesame" not in sealed
    assert sealed != vault.seal("consent-1", "tokens", b"sesame"), "a nonce is used once"
    changed = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for connection, purpose, piece in (
        ("consent-2", "tokens", sealed),
        ("consent-1", "mirror", sealed),
        ("consent-1", "tokens", changed),
        ("consent-1", "tokens", sealed[:9]),
        ("consent-1", "tokens", b""),
    ):
        with pytest.raises(Refusal) as refusal:
            vault.open(connection, purpose, piece)
        assert refusal.value.code == "token_key"


def test_the_key_file_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        rings = list(pool.map(lambda _: KeyFile(tmp_path).ring(), range(16)))
    assert len({ring.newest.id for ring in rings}) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["tieout.key"]
    assert stat.S_IMODE((tmp_path / "tieout.key").stat().st_mode) == 0o600


def test_a_key_file_that_others_may_read_is_not_used(tmp_path: Path) -> None:
    KeyFile(tmp_path).ring()
    (tmp_path / "tieout.key").chmod(0o640)
    with pytest.raises(Refusal, match="Others may read"):
        KeyFile(tmp_path).ring()


@pytest.mark.parametrize("given", ["short", "AAAA", "!" * 44, "A" * 43 + "=,x"])
def test_a_key_that_is_none_is_refused_and_never_shown(tmp_path: Path, given: str) -> None:
    with pytest.raises(Refusal) as refusal:
        KeyFile(tmp_path, given).ring()
    assert refusal.value.code == "key_bad"
    assert given not in str(refusal.value)
    assert not list(tmp_path.iterdir())


def test_a_renewed_key_seals_and_the_one_before_it_still_opens(tmp_path: Path) -> None:
    """A bot that runs on sees the new key at its next piece, and loses nothing that it sealed a moment before."""
    running, rotating = Vault(KeyFile(tmp_path)), KeyFile(tmp_path)
    before = running.seal("c", "tokens", b"1")
    rotating.renew()
    assert not running.is_current(before)
    assert running.open("c", "tokens", before) == b"1"
    between = running.seal("c", "tokens", b"2")
    assert running.is_current(between)
    rotating.renew()
    assert running.open("c", "tokens", between) == b"2"
    with pytest.raises(Refusal):
        running.open("c", "tokens", before)


def test_a_key_from_the_environment_comes_first_and_is_changed_by_hand(tmp_path: Path) -> None:
    old, new = fresh_key(), fresh_key()
    in_file = Vault(KeyFile(tmp_path)).seal("c", "tokens", b"from the file")
    given = Vault(KeyFile(tmp_path, old))
    assert given.open("c", "tokens", in_file) == b"from the file"
    sealed = given.seal("c", "tokens", b"given")
    both = Vault(KeyFile(tmp_path, f"{new}, {old}"))
    assert both.open("c", "tokens", sealed) == b"given"
    assert not both.is_current(sealed)
    with pytest.raises(Refusal, match="TIEOUT_KEY"):
        both.keys.renew()
    with pytest.raises(Refusal):
        Vault(KeyFile(tmp_path, new)).open("c", "tokens", sealed)
