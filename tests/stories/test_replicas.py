"""Three replicas on one PostgreSQL: every post once, every card once, one posting, and the death of one unnoticed."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from tests.support.databases import POSTGRES, why_no_postgres
from tests.support.sandbox_server import RunningSandbox, start_sandbox
from tests.support.tieout import Tieout, call, eventually, free_ports, json_of, words_of

pytestmark = pytest.mark.postgres
BONDI = "0b0d1c0f-0000-4000-8000-00000000a001"
CHANNELS = ("C0BONDI", "C0KAURI", "C0THAMES")


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """A schema of its own in PostgreSQL."""
    if reason := why_no_postgres():
        pytest.skip(reason)
    schema = f"tieout_{secrets.token_hex(8)}"
    with psycopg.connect(POSTGRES, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}".encode())
    yield f"{POSTGRES}?options=-csearch_path%3D{schema}"
    with psycopg.connect(POSTGRES, autocommit=True) as connection:
        connection.execute(f"DROP SCHEMA {schema} CASCADE".encode())


@pytest.fixture(scope="module")
def replicas(tmp_path_factory: pytest.TempPathFactory, database: str) -> Iterator[list[Tieout]]:
    """Three bots before one sandbox; Teams speaks to the first."""
    ports = [free_ports() for _ in range(3)]
    home = tmp_path_factory.mktemp("sandbox")
    sandbox: RunningSandbox = start_sandbox(
        home / "sandbox", books=None, today="2026-11-05", bot_url=f"http://127.0.0.1:{ports[0] + 1}"
    )
    call(f"{sandbox.url}/control/pace", {"unlimited": True})
    env = {"TIEOUT_SANDBOX_URL": sandbox.url, "TIEOUT_DATABASE_URL": database}
    running = [Tieout(tmp_path_factory.mktemp(f"bot{n}"), port, env=env) for n, port in enumerate(ports)]
    for each in running:
        each.start()
    yield running
    for each in running:
        each.stop()
    sandbox.stop()


def posts(tieout: Tieout) -> Counter[str]:
    """How often each text stands in the clients' Slack channels."""
    return Counter(str(each["text"]) for channel in CHANNELS for each in tieout.slack_messages(channel))


def test_every_scheduled_post_and_every_card_stands_there_once(replicas: list[Tieout]) -> None:
    def all_there() -> Counter[str] | None:
        found = posts(replicas[0])
        return found if sum("is not ready" in text for text in found) == 3 and len(found) >= 9 else None

    found = eventually("the digests and the cards of three clients", all_there, within=60)
    assert set(found.values()) == {1}, found


def test_a_decision_is_carried_out_once_though_the_replica_that_took_it_dies(replicas: list[Tieout]) -> None:
    first = replicas[0]
    listed = json_of(first.home, "queue", "list", "--client", "bondi-coffee", env=first.env)["proposals"]
    for proposal in listed:
        card = next(each for each in first.slack_messages("C0BONDI") if proposal["id"] in words_of(each))
        first.slack_click("priya", card, "Approve")
    replicas[2].kill()
    for proposal in listed:
        _is_posted_once(first, proposal)
    assert json_of(first.home, "audit", "verify", env=first.env)["holds"]


def _is_posted_once(tieout: Tieout, proposal: dict[str, Any]) -> None:
    eventually("posted", lambda: tieout.journals(BONDI, proposal["mark"]), within=60)
    eventually("its card", lambda: _says_posted(tieout, proposal["id"]), within=60)
    assert len(tieout.journals(BONDI, proposal["mark"])) == 1


def _says_posted(tieout: Tieout, proposal_id: str) -> dict[str, Any] | None:
    cards = [each for each in tieout.slack_messages("C0BONDI") if proposal_id in words_of(each)]
    assert len(cards) == 1
    return cards[0] if "Approved by Priya Sharma" in words_of(cards[0]) else None
