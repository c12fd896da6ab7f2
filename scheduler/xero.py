"""Opens the door to Xero as the settings say: the sandbox, one custom connection, or what people have consented to."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass

import structlog

from approvals import connecting
from books.firm import Firm, Member
from books.refusal import Refusal
from books.store import Store
from bot.cards.connection import connection_ended_card
from bot.courier import Courier
from bot.surface import Place
from bot.xero_door import who_may_connect
from scheduler.settings import SANDBOX_ID, SANDBOX_SECRET, Settings
from xero_tools.connect import Connect
from xero_tools.connections import Connected
from xero_tools.gateway import Gateway
from xero_tools.pace import Pace
from xero_tools.settings import XeroSettings
from xero_tools.tokens import Tokens
from xero_tools.usage import Meter
from xero_tools.vault import Vault
from xero_tools.vault_keys import KeyFile

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Xero:
    """Everything that one process needs of Xero; `connect` is None where nobody consents."""

    gateway: Gateway
    meter: Meter
    connect: Connect | None

    def close(self) -> None:
        """Writes down what was counted."""
        self.meter.close()


def open_xero(settings: Settings, store: Store) -> Xero:
    """Opens it, or the simulator that speaks like it; raises Refusal for settings that cannot be meant."""
    xero = xero_settings(settings)
    connect = Connect(xero, store, vault_of(settings), write_down=connecting.write_down) if xero.by_consent else None
    meter = Meter(store)
    tokens = connect.tokens if connect else Tokens(xero)
    gateway = Gateway(xero, tokens=tokens, pace=_pace(settings.redis_url), meter=meter)
    return Xero(gateway, meter, connect)


def xero_settings(settings: Settings) -> XeroSettings:
    """Where Xero is and who we are to it."""
    if settings.xero_is_sandbox:
        return XeroSettings.sandbox(settings.sandbox_url, SANDBOX_ID, SANDBOX_SECRET)
    given = dict(settings.xero_urls)
    base = given.pop("base", "")
    ours = XeroSettings.sandbox(base) if base else XeroSettings()
    return dataclasses.replace(
        ours,
        client_id=settings.xero_client_id,
        client_secret=settings.xero_client_secret,
        redirect_url=settings.xero_redirect_url,
        phase=settings.xero_phase,
        features=settings.xero_features,
        **{f"{name}_url": url.rstrip("/") for name, url in given.items()},
    )


def vault_of(settings: Settings) -> Vault:
    """The vault with this installation's keys."""
    return Vault(KeyFile(settings.home, settings.key))


def told_when_ended(
    connect: Connect, courier: Courier, firm: Callable[[], Firm], telling: Executor
) -> Callable[[tuple[Connected, ...]], None]:
    """What to do when Xero has ended a connection: a card to each administrator, with a link of their own."""

    def tell(ended: tuple[Connected, ...]) -> None:
        try:
            telling.submit(_tell, connect, courier, firm(), ended)
        except RuntimeError:  # the office is closing; `doctor` says it too
            log.warning("connection_ended", organisations=[each.organisation for each in ended])

    return tell


def _tell(connect: Connect, courier: Courier, firm: Firm, ended: tuple[Connected, ...]) -> None:
    log.warning("connection_ended", organisations=[each.organisation for each in ended])
    names = [each.name for each in ended]
    reached = False
    for member in who_may_connect(firm):
        reached |= any(_posted(courier, place, names, connect.link(member.id)) for place in _own_places(member))
    if not reached:  # nobody in person: then where the clients are talked about, with nobody's own link
        clients = [client for each in ended if (client := firm.client_of(each.organisation))]
        for client in clients:
            for platform, channel in client.channels.items():
                _posted(courier, Place(platform, channel), [client.name], "")


def _own_places(member: Member) -> tuple[Place, ...]:
    """Where the member is written to in person: in Slack, or else in Teams."""
    slack = (Place("slack", member.slack.user),) if member.slack else ()
    teams = (Place("teams", member.teams.user),) if member.teams else ()
    return slack + teams


def _posted(courier: Courier, place: Place, names: list[str], link: str) -> bool:
    try:
        courier.post(place, connection_ended_card(names, link))
    except Refusal as refusal:
        log.warning("connection_card_not_posted", platform=place.platform, why=str(refusal))
        return False
    return True


def _pace(redis_url: str) -> Pace:
    """The limits of Xero, kept by this process alone or, with Redis, by all processes together."""
    if not redis_url:
        return Pace()
    from xero_tools.redis_pace import RedisPace

    return RedisPace(redis_url)
