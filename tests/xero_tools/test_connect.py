"""Connecting: an administrator's link, Xero's consent page, organisations that land, grow, end and are taken away."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from books.refusal import Refusal
from books.store import Store
from tests.support.sandbox_server import RunningSandbox, start_sandbox
from tests.support.xero_consent import open_consent, query_of
from xero_tools import organisations, payroll, projects
from xero_tools.connect import Connect, Landed
from xero_tools.connections import Connected
from xero_tools.gateway import Gateway
from xero_tools.pace import Pace
from xero_tools.scopes import PHASES, lacking, scopes_of
from xero_tools.settings import XeroSettings
from xero_tools.vault import Vault
from xero_tools.vault_keys import KeyFile

BONDI, KAURI, THAMES = (f"0b0d1c0f-0000-4000-8000-00000000a00{number}" for number in (1, 2, 3))
NAMES = {BONDI: "Bondi Coffee Roasters Pty Ltd", KAURI: "Kauri Export Ltd", THAMES: "Thames Studio Ltd"}
REDIRECT = "http://127.0.0.1:9/xero/callback"


@pytest.fixture(scope="module")
def _books(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    running = start_sandbox(tmp_path_factory.mktemp("connect"), books=None, today="2026-11-05")
    running.simulator.pace.unlimited = True
    yield running
    running.stop()


@pytest.fixture
def xero(_books: RunningSandbox) -> Iterator[RunningSandbox]:
    """A sandbox with three organisations and no connection, its clock right."""
    _books.simulator.authority.clock = time.time
    yield _books
    _books.simulator.authority.end("SANDBOXCLIENT")
    _books.simulator.authority.end("SANDBOXPKCE")


class House:
    """One installation of ours; `now` moves its clock, and Xero's with it."""

    def __init__(self, xero: RunningSandbox, home: Path) -> None:
        self.xero, self.home, self.later = xero, home, 0.0
        self.store = Store(f"sqlite:///{home / 'tieout.db'}")
        self.store.create_tables()
        self.told: list[tuple[Connected, ...]] = []
        xero.simulator.authority.clock = self.clock

    def clock(self) -> float:
        return time.time() + self.later

    def connect(self, phase: str = "observe", features: tuple[str, ...] = (), **client: str) -> Connect:
        """The room, as a process opens it."""
        settings = XeroSettings.sandbox(self.xero.url, redirect_url=REDIRECT, phase=phase, features=features, **client)
        vault = Vault(KeyFile(self.home))
        return Connect(settings, self.store, vault, on_ended=self.told.append, clock=self.clock)

    def gateway(self, connect: Connect) -> Gateway:
        return Gateway(connect.settings, tokens=connect.tokens, pace=Pace(), sleep=lambda _seconds: None)


@pytest.fixture
def house(xero: RunningSandbox, tmp_path: Path) -> Iterator[House]:
    """An installation with nothing connected."""
    made = House(xero, tmp_path)
    yield made
    made.store.close()


def walk(connect: Connect, *ids: str, asked_by: str = "ada", decision: str = "allow") -> Landed:
    """The whole way: link, consent page, allow, back."""
    address, browser = connect.begin(query_of(connect.link(asked_by))["link"])
    back = query_of(open_consent(address).press(decision, *(NAMES[each] for each in ids)).headers["location"])
    return connect.finish(state=back["state"], browser=browser, code=back.get("code", ""), error=back.get("error", ""))


def test_three_organisations_land_by_one_consent_and_can_be_read(house: House) -> None:
    connect = house.connect()
    landed = walk(connect)
    assert landed.asked_by == "ada"
    assert {each.organisation: each.name for each in landed.organisations} == NAMES
    assert len({each.connection for each in landed.organisations}) == 1
    gateway = house.gateway(house.connect())
    assert organisations.get(KAURI.upper(), gateway).name == NAMES[KAURI]
    assert connect.lacking() == {}


def test_an_app_without_a_secret_connects_by_pkce(house: House) -> None:
    connect = house.connect(client_id="SANDBOXPKCE", client_secret="")
    assert len(walk(connect).organisations) == 3
    house.later += 1800
    assert organisations.get(BONDI, house.gateway(connect)).name == NAMES[BONDI]


@pytest.mark.parametrize("phase", PHASES)
def test_each_phase_asks_for_no_more_than_it_needs(house: House, phase: str) -> None:
    address, _ = house.connect(phase).begin(query_of(house.connect(phase).link("ada"))["link"])
    asked = query_of(address)
    scopes = asked["scope"].split()
    assert open_consent(address).answer.status == 200, "Xero knows every one of them"
    writing = {scope for scope in scopes if not scope.endswith(".read")} - {"offline_access"}
    assert bool(writing) == (phase != "observe")
    assert not [scope for scope in scopes if f"{scope}.read" in scopes]
    assert lacking(phase, scopes) == ()
    assert asked["code_challenge_method"] == "S256"


def test_a_later_phase_needs_another_consent(house: House) -> None:
    walk(house.connect("observe"))
    close = house.connect("close")
    assert close.lacking() == dict.fromkeys(NAMES, ("accounting.attachments", "accounting.manualjournals"))
    walk(close, BONDI)
    assert set(close.lacking()) == {KAURI, THAMES}
    assert close.connections.connection_of(BONDI) != close.connections.connection_of(KAURI)
    assert house.connect("observe").lacking() == {}, "whoever may write may read"
    assert lacking("full", ["accounting.transactions", "accounting.reports.read", *scopes_of("close")]) == (
        "accounting.contacts",
    )


def test_an_api_beside_accounting_is_asked_for_where_the_firm_uses_it(house: House) -> None:
    """A firm that starts with accounting alone, then uses payroll; projects stay shut to it."""
    assert not {"files.read", "payroll.payruns.read", "projects.read"} & set(scopes_of("full"))
    walk(house.connect())
    with pytest.raises(Refusal):
        payroll.pay_runs(BONDI, house.gateway(house.connect()), country="AU", currency="AUD")
    grown = house.connect(features=("payroll",))
    assert grown.lacking() == dict.fromkeys(NAMES, ("payroll.payruns.read",))
    address, _ = grown.begin(query_of(grown.link("ada"))["link"])
    assert "View your payroll" in open_consent(address).answer.text
    walk(grown)
    assert grown.lacking() == {}
    gateway = house.gateway(grown)
    for organisation, country in zip(NAMES, ("AU", "NZ", "GB"), strict=True):
        payroll.pay_runs(organisation, gateway, country=country, currency="AUD")
    with pytest.raises(Refusal):
        projects.every(BONDI, gateway)
    assert lacking("observe", [*scopes_of("observe"), "files"], ["files"]) == (), "whoever may write may read"


def test_a_feature_that_nobody_knows_is_refused(house: House) -> None:
    with pytest.raises(Refusal) as refused:
        house.connect(features=("payroll", "crystal-ball"))
    assert refused.value.code == "xero_features"


def test_a_link_serves_once_for_a_day_and_a_state_for_ten_minutes(house: House) -> None:
    connect = house.connect()
    link = query_of(connect.link("ada"))["link"]
    address, browser = connect.begin(link)
    house.later += 601
    back = query_of(open_consent(address).press("allow").headers["location"])
    with pytest.raises(Refusal, match="too late"):
        connect.finish(state=back["state"], browser=browser, code=back["code"])
    address, browser = connect.begin(link)
    back = query_of(open_consent(address).press("allow").headers["location"])
    connect.finish(state=back["state"], browser=browser, code=back["code"])
    with pytest.raises(Refusal, match="has served"):
        connect.begin(link)
    old = query_of(connect.link("ada"))["link"]
    house.later += 24 * 3600
    for useless in (old, "guessed", ""):
        with pytest.raises(Refusal, match="too old"):
            connect.begin(useless)


def test_a_state_serves_once_and_only_its_own_browser(house: House) -> None:
    connect = house.connect()
    link = query_of(connect.link("ada"))["link"]
    for thief in ("", "another browser"):
        address, browser = connect.begin(link)
        back = query_of(open_consent(address).press("allow").headers["location"])
        for who in (thief, browser):  # the second time comes too late even for the right one
            with pytest.raises(Refusal) as refusal:
                connect.finish(state=back["state"], browser=who, code=back["code"])
            assert refusal.value.code == "consent_state"
    with pytest.raises(Refusal):
        connect.finish(state="guessed", browser=browser, code="guessed")
    assert connect.connections.all() == ()


def test_a_link_can_be_opened_twenty_times(house: House) -> None:
    """Chat programs open links to show what is behind them; somebody who opens it for ever gets nowhere."""
    connect = house.connect()
    link = query_of(connect.link("ada"))["link"]
    for _ in range(20):
        connect.begin(link)
    with pytest.raises(Refusal):
        connect.begin(link)


def test_who_cancels_connects_nothing_and_may_try_again(house: House) -> None:
    connect = house.connect()
    with pytest.raises(Refusal) as refusal:
        walk(connect, decision="cancel")
    assert (refusal.value.code, refusal.value.detail) == ("consent_denied", "access_denied")


def test_a_code_that_xero_does_not_take_leaves_the_link_open(house: House) -> None:
    connect = house.connect()
    link = query_of(connect.link("ada"))["link"]
    address, browser = connect.begin(link)
    with pytest.raises(Refusal) as refusal:
        connect.finish(state=query_of(address)["state"], browser=browser, code="made up")
    assert refusal.value.code == "consent_code"
    connect.begin(link)


def test_no_secret_of_a_consent_stands_in_the_database(house: House) -> None:
    connect = house.connect()
    link = query_of(connect.link("ada"))["link"]
    address, browser = connect.begin(link)
    walk(connect)
    tokens = connect.kept.load(connect.connections.connection_of(BONDI))
    assert tokens
    written = b"".join(file.read_bytes() for file in house.home.iterdir() if file.name != "tieout.key")
    for secret in (link, query_of(address)["state"], browser, tokens.access_token, tokens.refresh_token):
        assert secret.encode() not in written
    assert re.search(rb"Bondi Coffee", written), "it is the right file"


def test_a_revoked_consent_is_told_once_with_the_link(house: House) -> None:
    connect = house.connect()
    walk(connect)
    gateway = house.gateway(connect)
    house.xero.simulator.authority.end("SANDBOXCLIENT")
    for _ in range(2):
        with pytest.raises(Refusal) as refusal:
            organisations.get(BONDI, gateway)
        assert refusal.value.code == "xero_unauthorised"
        assert "http://127.0.0.1:9/xero/connect" in refusal.value.next_step
    (told,) = house.told
    assert {each.organisation for each in told} == set(NAMES)
    assert {each.organisation for each in house.connect().ended()} == set(NAMES)
    walk(house.connect())
    assert organisations.get(BONDI, house.gateway(house.connect())).name == NAMES[BONDI]


def test_sixty_days_of_silence_end_a_connection(house: House) -> None:
    connect = house.connect()
    walk(connect)
    house.later += 59 * 24 * 3600
    assert organisations.get(BONDI, house.gateway(connect))
    house.later += 61 * 24 * 3600
    with pytest.raises(Refusal):
        organisations.get(BONDI, house.gateway(connect))
    assert len(house.told) == 1


def test_one_organisation_is_disconnected_and_the_last_one_revokes(house: House) -> None:
    connect = house.connect()
    walk(connect)
    refresh = connect.kept.load(connect.connections.connection_of(BONDI))
    assert connect.disconnect(KAURI, by="ada", where="cli").name == NAMES[KAURI]
    assert [each.organisation for each in connect.connections.all()] == [BONDI, THAMES]
    fresh = house.gateway(house.connect())
    assert organisations.get(BONDI, fresh)
    with pytest.raises(Refusal):
        organisations.get(KAURI, fresh)
    with pytest.raises(Refusal):
        connect.disconnect(KAURI, by="ada", where="cli")
    connect.disconnect(BONDI, by="ada", where="cli")
    connect.disconnect(THAMES, by="ada", where="cli")
    assert refresh
    with pytest.raises(Refusal, match="ended"):
        connect._requests.refreshed(refresh)


def test_what_a_person_takes_away_in_xero_is_noticed(house: House) -> None:
    connect = house.connect()
    walk(connect)
    authority = house.xero.simulator.authority
    taken = connect.connections.get(THAMES)
    assert taken
    assert authority.disconnect({"client_id": "SANDBOXCLIENT"}, taken.xero_id)
    assert {each.organisation for each in connect.survey()} == {BONDI, KAURI}


def test_a_consent_that_covers_nothing_any_more_is_forgotten_in_time(house: House) -> None:
    connect = house.connect()
    walk(connect)
    first = connect.connections.connection_of(BONDI)
    walk(connect)
    assert set(connect.kept.all()) == {first, connect.connections.connection_of(BONDI)}
    house.later += 601
    connect.survey()
    assert set(connect.kept.all()) == {connect.connections.connection_of(BONDI)}


@pytest.mark.parametrize("wrong", [{"redirect_url": "http://127.0.0.1:9/callback"}, {"phase": "everything"}])
def test_settings_that_cannot_be_meant_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(Refusal):
        XeroSettings(**wrong)
