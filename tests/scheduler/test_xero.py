"""The office's door to Xero: where it leads, and who is told when a connection has ended."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from approvals import audit
from books.refusal import Refusal
from bot.card import Card, Link
from bot.surface import MessageRef, Place
from scheduler.office import Office, open_office
from scheduler.settings import settings_from
from scheduler.xero import xero_settings
from tests.support.sandbox_server import ROOT, RunningSandbox, start_sandbox
from tests.support.xero_consent import open_consent, query_of
from xero_tools import organisations

BONDI, KAURI, THAMES = CLIENTS = tuple(f"0b0d1c0f-0000-4000-8000-00000000a00{number}" for number in (1, 2, 3))
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

    def reply(self, ref: MessageRef, card: Card) -> None:
        self.posted.append((f"{ref.channel} {ref.message}", card))


@pytest.fixture
def xero(tmp_path: Path) -> Iterator[RunningSandbox]:
    """The sandbox, standing for Xero."""
    running = start_sandbox(tmp_path / "xero", books=None, today="2026-11-05")
    yield running
    running.stop()


IN_SLACK = {"slack": {"team": "T0TIEOUT", "user": "U0ADA"}}
IN_TEAMS = {"teams": {"tenant": "7e0c0000-0000-4000-8000-00000000f17e", "user": "aad00000-0000-4000-8000-00000000000a"}}


def office_at(xero: RunningSandbox, home: Path, known: dict[str, Any] = IN_SLACK) -> Office:
    """An office whose one administrator is Ada, in Slack unless said otherwise; all clients connected by her."""
    firm = yaml.safe_load((ROOT / "sandbox/demo/firm.yml").read_text())
    ada = {"id": "ada", "name": "Ada", "role": "administrator", **known}
    firm["members"] = [*(each for each in firm["members"] if each["role"] != "administrator"), ada]
    (home / "firm.yml").write_text(yaml.safe_dump(firm))
    environment = {
        "TIEOUT_HOME": str(home),
        "TIEOUT_FIRM": str(home / "firm.yml"),
        "XERO_CLIENT_ID": "SANDBOXCLIENT",
        "XERO_CLIENT_SECRET": "sandbox-secret",
        "XERO_BASE_URL": xero.url,
        "XERO_REDIRECT_URL": REDIRECT,
    }
    office = open_office(settings_from(environment, ROOT))
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


def test_an_administrator_known_in_teams_only_gets_the_card_there(xero: RunningSandbox, tmp_path: Path) -> None:
    office = office_at(xero, tmp_path, IN_TEAMS)
    slack, teams = Wall("slack"), Wall("teams")
    office.surfaces.update(slack=slack, teams=teams)
    ended(xero, office)
    ((channel, card),) = teams.posted
    assert channel == IN_TEAMS["teams"]["user"]
    assert [part for part in card.parts if isinstance(part, Link)]
    assert not slack.posted


def test_an_administrator_whom_slack_does_not_reach_gets_the_card_in_teams(
    xero: RunningSandbox, tmp_path: Path
) -> None:
    office = office_at(xero, tmp_path, IN_SLACK | IN_TEAMS)
    office.surfaces["slack"] = Wall("slack", refuses=True)
    teams = office.surfaces["teams"] = Wall("teams")
    ended(xero, office)
    assert [channel for channel, _ in teams.posted] == [IN_TEAMS["teams"]["user"]]


def test_who_connected_and_who_took_away_stands_in_the_audit(xero: RunningSandbox, tmp_path: Path) -> None:
    """Ada connects three clients, disconnects one, and somebody takes another away in Xero itself."""
    office = office_at(xero, tmp_path)
    connect = office.xero.connect
    assert connect
    connect.disconnect(KAURI, by="ada", where="cli")
    thames = connect.connections.get(THAMES)
    assert thames
    assert xero.simulator.authority.disconnect({"client_id": "SANDBOXCLIENT"}, thames.xero_id)
    connect.survey()
    told = {each: [(row.what, row.who, row.where) for row in audit.story(office.store, each)] for each in CLIENTS}
    (came,) = audit.story(office.store, BONDI)
    assert audit.verify(office.store).holds
    office.close()
    connected = ("xero_connected", "ada", "web")
    assert told[BONDI] == [connected]
    assert told[KAURI] == [connected, ("xero_disconnected", "ada", "cli")]
    assert told[THAMES] == [connected, ("xero_disconnected", "xero", "xero")]
    assert came.after["name"] == "Bondi Coffee Roasters Pty Ltd"
    assert "accounting.invoices.read" in came.after["scopes"]


def test_a_connection_that_xero_ends_by_itself_stands_in_the_audit_once(xero: RunningSandbox, tmp_path: Path) -> None:
    """The consent of three clients ends in Xero, and two questions find it so: one row for each client, by Xero."""
    office = office_at(xero, tmp_path)
    office.surfaces["slack"] = Wall("slack")
    ended(xero, office)
    told = {each: [(row.what, row.who, row.where) for row in audit.story(office.store, each)] for each in CLIENTS}
    assert told == {each: [("xero_connected", "ada", "web"), ("xero_ended", "xero", "xero")] for each in CLIENTS}
    _, gone = audit.story(office.store, BONDI)
    assert (gone.before["name"], gone.after) == ("Bondi Coffee Roasters Pty Ltd", {})
    assert audit.verify(office.store).holds


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
