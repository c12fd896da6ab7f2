"""What botbuilder 4.17.1 gets wrong, and that the bot does not: each of its known faults is pinned here."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import jwt
import pytest

from books.refusal import Refusal
from books.store import Store
from bot.server import Server
from bot.teams.references import Reference, References, is_trusted, reference_of, tenant_of, without_thread
from bot.teams.surface import TeamsSurface
from bot.teams.transport import ADDRESSES, BotFrameworkTransport, NoAnswer, NotAuthentic
from tests.bot.rig import Desk

APP, TENANT = "00000000-0000-4000-8000-000000000002", "7e0c0000-0000-4000-8000-00000000f17e"
ACTIVITY: dict[str, Any] = {
    "type": "message",
    "channelId": "msteams",
    "serviceUrl": "https://smba.trafficmanager.net/au/",
    "conversation": {"id": "19:bondi@thread.tacv2;messageid=17", "conversationType": "channel", "tenantId": TENANT},
    "channelData": {"tenant": {"id": TENANT}},
    "from": {"id": "29:1", "aadObjectId": "aad"},
    "recipient": {"id": f"28:{APP}"},
}


def transport(app_id: str = APP) -> BotFrameworkTransport:
    return BotFrameworkTransport(app_id=app_id, app_password="secret", tenant=TENANT, app_type="SingleTenant")


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Bearer x", "Bearer a.b.c", "Basic eDp5", "\udcff"])
async def test_a_malformed_token_is_no_proof_and_no_server_error(header: str) -> None:
    port = transport()
    with pytest.raises(NotAuthentic):
        await port.authenticate(header, ACTIVITY)
    port.close()


async def test_a_token_that_somebody_else_signed_is_no_proof() -> None:
    claims = {"iss": "https://api.botframework.com", "aud": APP, "serviceurl": ACTIVITY["serviceUrl"]}
    forged = jwt.encode(claims, "k" * 32, algorithm="HS256")
    none = jwt.encode(claims, "", algorithm="none")
    port = transport()
    for token in (forged, none):
        with pytest.raises(NotAuthentic):
            await port.authenticate(f"Bearer {token}", ACTIVITY)
    port.close()


async def test_without_an_app_id_there_is_nothing_to_prove() -> None:
    port = transport(app_id="")
    await port.authenticate("", ACTIVITY)
    port.close()


def test_without_an_app_id_only_this_machine_is_served(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'tieout.db'}")
    for urls in ((), ("https://smba.trafficmanager.net/",), ("http://127.0.0.1:1/", "http://10.0.0.1/")):
        with pytest.raises(Refusal) as refused:
            TeamsSurface(app_id="", store=store, desk=Desk(), service_urls=urls)
        assert refused.value.code == "teams_open"
    surface = TeamsSurface(app_id="", store=store, desk=Desk(), service_urls=["http://127.0.0.1:1/"])
    with pytest.raises(Refusal):
        Server(host="0.0.0.0", port=0).mount(surface)
    with pytest.raises(Refusal) as refused:
        TeamsSurface(app_id=APP, store=store, desk=Desk())
    assert refused.value.code == "teams_configuration"


def test_the_tenant_is_read_from_the_channel_facts_which_the_sdk_loses() -> None:
    assert tenant_of(ACTIVITY) == TENANT
    assert tenant_of({"conversation": {"tenantId": TENANT}}) == TENANT
    assert tenant_of({"channelData": {"tenant": "x"}, "conversation": {}}) == ""


def test_a_reference_forgets_the_thread() -> None:
    assert reference_of(ACTIVITY).conversation == "19:bondi@thread.tacv2"
    assert without_thread("a:1x") == "a:1x"


def test_answers_are_sent_to_microsoft_only_or_to_the_pinned_address() -> None:
    assert is_trusted("https://smba.trafficmanager.net/au/", ())
    for url in (
        "http://smba.trafficmanager.net/au/",
        "https://smba.trafficmanager.net.evil.example/",
        "https://evil.example/smba.trafficmanager.net/",
        "https://smba.trafficmanager.net@evil.example/",
        "https://smba.trafficmanager.net:8443/",
        "http://127.0.0.1:8300/teams/",
        "",
    ):
        assert not is_trusted(url, ())
    assert is_trusted("http://127.0.0.1:8300/teams/", ("http://127.0.0.1:8300/",))
    assert not is_trusted("http://127.0.0.1:83001/teams/", ("http://127.0.0.1:8300/",))
    assert not is_trusted("https://smba.trafficmanager.net/au/", ("http://127.0.0.1:8300/",))


def test_references_are_kept_over_a_restart(tmp_path: Path) -> None:
    import datetime as dt

    store = Store(f"sqlite:///{tmp_path / 'tieout.db'}")
    store.create_tables()
    chat = Reference("a:1", "personal", "https://smba.trafficmanager.net/au/", TENANT, "28:x", "alice")
    now = dt.datetime(2026, 11, 5, tzinfo=dt.UTC)
    References(store).remember(chat, now)
    again = References(store)
    assert again.find("a:1") == chat
    assert again.chat_with(TENANT, "alice") == chat
    assert again.chat_with("other tenant", "alice") is None
    new = again.find("19:new@thread.tacv2;messageid=4")
    assert new is not None
    assert (new.conversation, new.kind, new.service_url, new.user) == (
        "19:new@thread.tacv2",
        "channel",
        chat.service_url,
        "",
    )


def test_a_teams_that_is_away_is_no_answer() -> None:
    port = transport(app_id="")
    away = Reference("a:1", "personal", "http://127.0.0.1:9/", TENANT, "28:x")
    with pytest.raises(NoAnswer) as refused:
        port.send(away, {"type": "message", "text": "x"}).result(10)
    assert refused.value.status == 0
    port.close()


def test_one_client_serves_an_address_however_often_and_few_addresses_are_kept() -> None:
    """botbuilder's own turn makes two clients for every call, which takes longer than the call."""
    port, asked = transport(app_id=""), list[Any]()

    async def call(connector: Any) -> None:
        asked.append(connector)

    for number in (1, 1, *range(1, ADDRESSES + 3)):
        address = Reference("19:bondi@thread.tacv2", "channel", f"http://127.0.0.1:{number}/", TENANT, "28:bot")
        port._run(port._once(address, call)).result(10)
    assert asked[0] is asked[1]
    assert asked[2] is not asked[3]
    assert len(port._connectors) <= ADDRESSES
    port.close()


def test_who_waits_for_an_answer_of_teams_hears_that_tieout_is_being_stopped() -> None:
    """Teams takes the call and never answers; then the bot is stopped. Before, the one who waited waited on."""
    port = transport(app_id="")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        here = Reference("19:bondi@thread.tacv2", "channel", f"http://127.0.0.1:{silent.getsockname()[1]}/", TENANT, "")
        out = port.send(here, {"type": "message", "text": "Ready"})
        connection, _ = silent.accept()
        port.close()
        for call in (out, port.send(here, {"type": "message", "text": "Ready"})):
            with pytest.raises(NoAnswer, match="being stopped"):
                call.result(5)
        connection.close()
