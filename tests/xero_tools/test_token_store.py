"""Tokens at rest: sealed, refreshed once however many processes ask, and never lost when one of them dies."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from books.refusal import Refusal
from books.store import Store
from tests.support.databases import DATABASES, open_store
from tests.support.sandbox_server import ROOT, RunningSandbox, start_sandbox
from xero_tools.settings import XeroSettings
from xero_tools.token_store import CLAIM_SECONDS, SealedTokens, TokenRow
from xero_tools.tokens import Tokens, TokenSet
from xero_tools.vault import Vault
from xero_tools.vault_keys import KeyFile

CONSENT = "consent-1"
TOKENS = TokenSet(access_token="open-sesame", expires_at=5.0, refresh_token="rotating-sesame", scope=("a",))
REDIRECT = "http://127.0.0.1:9/xero/callback"


@pytest.fixture(params=DATABASES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Each database in turn, empty."""
    with open_store(str(request.param), tmp_path) as made:
        yield made


@pytest.fixture
def keeper(store: Store, tmp_path: Path) -> SealedTokens:
    """Tokens sealed with a key beside the database."""
    return SealedTokens(store, Vault(KeyFile(tmp_path / "keys")))


def test_what_is_saved_is_what_is_loaded(keeper: SealedTokens) -> None:
    assert keeper.load(CONSENT) is None
    assert keeper.claim(CONSENT) is None
    keeper.add(CONSENT, TOKENS)
    assert keeper.load(CONSENT) == TOKENS


def test_a_stolen_database_holds_no_readable_token(tmp_path: Path) -> None:
    """Neither in the file nor in what stands beside it (the journal of the last writes)."""
    stolen = tmp_path / "stolen"
    store = Store(f"sqlite:///{stolen / 'house.db'}")
    store.create_tables()
    keeper = SealedTokens(store, Vault(KeyFile(tmp_path / "home")))
    keeper.add(CONSENT, TOKENS)
    claim = keeper.claim(CONSENT)
    assert claim
    keeper.save(CONSENT, TokenSet(access_token="second-sesame", expires_at=6.0, refresh_token="x-sesame"), claim.id)
    assert b"sesame" not in b"".join(file.read_bytes() for file in stolen.iterdir())
    store.close()
    assert b"sesame" not in b"".join(file.read_bytes() for file in stolen.iterdir())
    thief = Store(f"sqlite:///{stolen / 'house.db'}")
    with pytest.raises(Refusal) as refusal:
        SealedTokens(thief, Vault(KeyFile(tmp_path / "of the thief"))).load(CONSENT)
    assert refusal.value.code == "token_key"
    thief.close()


def test_a_row_moved_to_another_connection_does_not_open(store: Store, keeper: SealedTokens) -> None:
    keeper.add(CONSENT, TOKENS)
    with store.transaction() as session:
        row = session.get_one(TokenRow, CONSENT)
        session.add(TokenRow(connection="another", sealed=row.sealed, added_at=0.0))
    with pytest.raises(Refusal) as refusal:
        keeper.load("another")
    assert refusal.value.code == "token_key"


def test_one_claim_at_a_time_and_a_dead_holder_loses_it(store: Store, tmp_path: Path) -> None:
    now = 1000.0
    keeper = SealedTokens(store, Vault(KeyFile(tmp_path)), clock=lambda: now)
    keeper.add(CONSENT, TOKENS)
    first = keeper.claim(CONSENT)
    assert first
    assert keeper.claim(CONSENT) is None
    now += CLAIM_SECONDS
    second = keeper.claim(CONSENT)
    assert second
    late = TokenSet(access_token="late", expires_at=9.0, refresh_token="late")
    assert not keeper.save(CONSENT, late, first.id), "what came too late does not overwrite what came since"
    assert not keeper.end(CONSENT, first.id)
    new = TokenSet(access_token="new", expires_at=9.0, refresh_token="new")
    assert keeper.save(CONSENT, new, second.id)
    assert keeper.load(CONSENT) == new
    third = keeper.claim(CONSENT)
    assert third
    keeper.release(CONSENT, third.id)
    fourth = keeper.claim(CONSENT)
    assert fourth
    assert keeper.end(CONSENT, fourth.id)
    assert keeper.load(CONSENT) is None
    assert keeper.claim(CONSENT) is None
    assert keeper.all() == {CONSENT: True}


def test_rotated_keys_open_what_older_ones_sealed(store: Store, tmp_path: Path) -> None:
    keys = KeyFile(tmp_path)
    keeper = SealedTokens(store, Vault(keys))
    keeper.add(CONSENT, TOKENS)
    keeper.add("consent-2", TOKENS)
    assert keeper.reseal() == 0
    for _ in range(3):
        keys.renew()
        assert keeper.reseal() == 2
        assert keeper.load(CONSENT) == TOKENS


# Several processes, one real simulator

PROGRAM = """
import json, os, signal, sys, time
from pathlib import Path
from books.store import Store
from xero_tools.settings import XeroSettings
from xero_tools.token_store import SealedTokens
from xero_tools.tokens import Tokens
from xero_tools.vault import Vault
from xero_tools.vault_keys import KeyFile

given = json.loads(sys.argv[1])
keeper = SealedTokens(Store(given["database"]), Vault(KeyFile(Path(given["keys"]))))
if given["dies"]:
    keeper.save = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
tokens = Tokens(XeroSettings.sandbox(given["url"], redirect_url="http://127.0.0.1:9/xero/callback"), keeper=keeper)
print("ready", flush=True)
sys.stdin.readline()
print(json.dumps([tokens.access_token("consent-1") for _ in range(3)]))
"""


@pytest.fixture
def xero(tmp_path: Path) -> Iterator[RunningSandbox]:
    """A sandbox with the demo books."""
    running = start_sandbox(tmp_path / "sandbox", books=None, today="2026-11-05")
    yield running
    running.stop()


def consented(xero: RunningSandbox, keeper: SealedTokens) -> TokenSet:
    """Tokens of a real consent, kept as if their access token had run out."""
    authority = xero.simulator.authority
    scope = "offline_access accounting.settings.read"
    ids = [one["OrganisationID"] for one in xero.simulator.store.organisations()]
    code = authority.allow("SANDBOXCLIENT", scope, ids, REDIRECT, "")
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT}
    answer = authority.issue("SANDBOXCLIENT", form)
    tokens = TokenSet(access_token="ran out", expires_at=0.0, refresh_token=answer["refresh_token"], scope=(scope,))
    keeper.add(CONSENT, tokens)
    return tokens


def processes(count: int, store: Store, keys: Path, url: str, *, dies: bool = False) -> list[subprocess.Popen[str]]:
    """Processes that all ask for the same token as soon as all of them are ready."""
    database = store.engine.url.render_as_string(hide_password=False).replace("postgresql+psycopg", "postgresql")
    given = json.dumps({"database": database, "keys": str(keys), "url": url, "dies": dies})
    started = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM, given],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(count)
    ]
    for each in started:
        assert each.stdout
        assert each.stdout.readline() == "ready\n"
    return started


def test_four_processes_with_the_same_stale_token_refresh_it_once(
    store: Store, keeper: SealedTokens, xero: RunningSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    consented(xero, keeper)
    authority = xero.simulator.authority
    before, issue = authority.issued, authority.issue

    def slowly(client: str, form: dict[str, str]) -> dict[str, Any]:
        time.sleep(0.15)  # long enough for the others to come while the first one is out
        return issue(client, form)

    monkeypatch.setattr(authority, "issue", slowly)
    started = processes(4, store, tmp_path / "keys", xero.url)
    for each in started:
        assert each.stdin
        each.stdin.write("go\n")
        each.stdin.flush()
    try:
        got = {token for each in started for token in json.loads(each.communicate(timeout=30)[0])}
    finally:
        for each in started:
            each.kill()
    assert len(got) == 1
    assert authority.issued == before + 1


def test_a_process_killed_between_xeros_answer_and_the_disk_logs_nobody_out(
    store: Store, keeper: SealedTokens, xero: RunningSandbox, tmp_path: Path
) -> None:
    """Xero has rotated the refresh token, the new one is lost: the one of before serves for another thirty minutes."""
    lost = consented(xero, keeper)
    (killed,) = processes(1, store, tmp_path / "keys", xero.url, dies=True)
    killed.communicate("go\n", timeout=60)
    assert killed.returncode == -9
    assert keeper.load(CONSENT) == lost
    assert keeper.claim(CONSENT) is None, "its claim has not run out"

    now = time.time() + CLAIM_SECONDS
    later = SealedTokens(store, Vault(KeyFile(tmp_path / "keys")), clock=lambda: now)
    settings = XeroSettings.sandbox(xero.url, redirect_url=REDIRECT)
    assert Tokens(settings, keeper=later, clock=lambda: now).access_token(CONSENT)

    now += 3600  # the next refresh is with what was saved this time
    xero.simulator.authority.clock = lambda: now
    assert Tokens(settings, keeper=later, clock=lambda: now).access_token(CONSENT)
