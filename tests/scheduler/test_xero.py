"""The office's door to Xero: where it leads, and who is told when a connection has ended."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from books.refusal import Refusal
from bot.card import Card, Link
from bot.surface import MessageRef, Place
from scheduler.office import Office, open_office
from scheduler.settings import settings_from
from scheduler.xero import xero_settings
from tests.support.sandbox_server import ROOT, RunningSandbox, start_sandbox
from tests.support.xero_consent import open_consent, query_of
from xero_tools import organisations

BONDI = "0b0d1c0f-0000-4000-8000-00000000a001"
REDIRECT = "http://127.0.0.1:9/xero/callback"


class Wall:
    """A chat platform that remembers what was posted, or refuses everything."""

    def __init__(self, platform: str, *, refuses: bool = False) -> None:
        self.platform, self.refuses = platform, refuses
        self.posted: list[tuple[str, Card]] = []

    def post(self, place: Place, card: Card) -> MessageRef:
        if self.refuses:
            raise Refusal("Slack is away.", next_step="Wait.")
        self.posted.append((place.channel, card))
        return MessageRef(self.platform, place.channel, "1")

    def update(self, ref: MessageRef, card: Card) -> MessageRef | None:
        return None


@pytest.fixture
def xero(tmp_path: Path) -> Iterator[RunningSandbox]:
    """The sandbox, standing for Xero."""
    running = start_sandbox(tmp_path / "xero", books=None, today="2026-11-05")
    yield running
    running.stop()


def office_at(xero: RunningSandbox, home: Path, **more: str) -> Office:
    """An office whose administrator Ada is in Slack, with all clients connected by her consent."""
    firm = yaml.safe_load((ROOT / "sandbox/demo/firm.yml").read_text())
    ada = {"id": "ada", "name": "Ada", "role": "administrator", "slack": {"team": "T0TIEOUT", "user": "U0ADA"}}
    firm["members"].append(ada)
    (home / "firm.yml").write_text(yaml.safe_dump(firm))
    environment = {
        "TIEOUT_HOME": str(home),
        "TIEOUT_FIRM": str(home / "firm.yml"),
        "XERO_CLIENT_ID": "SANDBOXCLIENT",
        "XERO_CLIENT_SECRET": "sandbox-secret",
        "XERO_BASE_URL": xero.url,
        "XERO_REDIRECT_URL": REDIRECT,
    }
    office = open_office(settings_from(environment | more, ROOT))
    connect = office.xero.connect
    assert connect
    address, browser = connect.begin(query_of(connect.link("ada"))["link"])
    back = query_of(open_consent(address).press("allow").headers["location"])
    connect.finish(state=back["state"], browser=browser, code=back["code"])
    return office


def ended(xero: RunningSandbox, office: Office) -> None:
    """Somebody takes the app away in Xero, and twice somebody asks about a client."""
    xero.simulator.authority.end("SANDBOXCLIENT")
    for _ in range(2):
        with pytest.raises(Refusal):
            organisations.get(BONDI, office.gateway)
    office.close()  # waits for what is being posted


def test_an_administrator_gets_one_card_with_a_link_of_her_own(xero: RunningSandbox, tmp_path: Path) -> None:
    office = office_at(xero, tmp_path)
    slack = office.surfaces["slack"] = Wall("slack")
    ended(xero, office)
    ((channel, card),) = slack.posted
    assert channel == "U0ADA"
    assert "Bondi Coffee Roasters Pty Ltd, Kauri Export Ltd, Thames Studio Ltd" in card.summary
    (link,) = [part for part in card.parts if isinstance(part, Link)]
    connect = office.xero.connect
    assert connect
    assert link.url.startswith("http://127.0.0.1:9/xero/connect?link=")
    assert connect.asks.asked_by(query_of(link.url)["link"]) == "ada"


def test_where_no_administrator_can_be_reached_the_clients_channels_are_told_without_a_link(
    xero: RunningSandbox, tmp_path: Path
) -> None:
    office = office_at(xero, tmp_path)
    office.surfaces["slack"] = Wall("slack", refuses=True)
    teams = office.surfaces["teams"] = Wall("teams")
    ended(xero, office)
    places = {f"19:{name}@thread.tacv2" for name in ("bondi", "kauri", "thames")}
    assert {channel for channel, _ in teams.posted} == places
    assert not [part for _, card in teams.posted for part in card.parts if isinstance(part, Link)]


def test_tokens_survive_the_office(xero: RunningSandbox, tmp_path: Path) -> None:
    first = office_at(xero, tmp_path)
    first.close()
    again = open_office(first.settings)
    assert organisations.get(BONDI, again.gateway).name == "Bondi Coffee Roasters Pty Ltd"
    assert again.xero.meter.report()[0].organisation == BONDI
    again.close()


def test_the_addresses_are_xeros_own_unless_others_are_given(tmp_path: Path) -> None:
    given = {"TIEOUT_HOME": str(tmp_path), "XERO_CLIENT_ID": "a", "XERO_CLIENT_SECRET": "b"}
    real = xero_settings(settings_from(given, ROOT))
    assert real.token_url == "https://identity.xero.com/connect/token"
    assert real.authorize_url == "https://login.xero.com/identity/connect/authorize"
    assert not real.by_consent
    moved = xero_settings(settings_from(given | {"XERO_TOKEN_URL": "http://127.0.0.1:1/token/"}, ROOT))
    assert (moved.token_url, moved.api_url) == ("http://127.0.0.1:1/token", real.api_url)
    based = xero_settings(settings_from(given | {"XERO_BASE_URL": "http://127.0.0.1:8300"}, ROOT))
    assert based.revocation_url == "http://127.0.0.1:8300/xero/connect/revocation"
