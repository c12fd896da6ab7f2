"""The commands about Xero itself: connect and disconnect, what was used, and new keys."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from books.firm import Firm, Member, load_firm
from books.refusal import Refusal
from books.store import Store
from bot.xero_door import check_may_connect, who_may_connect
from scheduler.firm_file import read_firm
from scheduler.settings import Settings
from scheduler.xero import open_xero, vault_of, xero_settings
from xero_tools.connect import Connect
from xero_tools.token_store import SealedTokens
from xero_tools.usage import Meter, Used


@dataclass(frozen=True)
class Told:
    """What a command answers: for reading, and as JSON."""

    words: str
    content: dict[str, Any]


def connect(settings: Settings, as_member: str | None) -> Told:
    """An administrator's link, and how things stand; raises Refusal where nobody consents."""
    with _connecting(settings) as (firm, room):
        member = _administrator(firm, as_member)
        link = room.link(member.id)
        lacking, ended = room.lacking(), {each.organisation for each in room.ended()}
        rows = [
            {
                "organisation": each.organisation,
                "name": each.name,
                "client": client.id if (client := firm.client_of(each.organisation)) else "",
                "state": _state(each.organisation in ended, each.organisation in lacking),
                "lacking": list(lacking.get(each.organisation, ())),
            }
            for each in room.connections.all()
        ]
    words = [f"{row['name']}: {row['state']}" for row in rows] or ["No organisation is connected yet."]
    words.append(f"{member.name}'s link, good for one day and one consent:\n{link}")
    content = {"link": link, "member": member.id, "phase": settings.xero_phase, "organisations": rows}
    return Told("\n".join(words), content)


def disconnect(settings: Settings, words: str, as_member: str | None) -> Told:
    """Takes one organisation's connection away; `words` is a client's id or name, or the organisation's.

    It stands in the audit under the administrator's name, so it must be clear who it is.
    """
    with _connecting(settings) as (firm, room):
        member = _administrator(firm, as_member)
        client = next((each for each in firm.clients if words in (each.id, each.name, *each.aliases)), None)
        wanted = client.organisation.lower() if client else words.lower()
        found = [each for each in room.connections.all() if wanted in (each.organisation, each.name.lower())]
        if not found:
            raise Refusal(
                f"“{words}” is not connected to Xero.",
                next_step="Run `app.py connect xero` to see what is.",
                code="not_connected",
            )
        gone = room.disconnect(found[0].organisation, by=member.id, where="cli")
    return Told(f"{gone.name} is disconnected.", {"disconnected": gone.organisation, "name": gone.name})


def usage(settings: Settings) -> Told:
    """What each organisation used of Xero today and this month, and what Xero said is left."""
    store = _opened(settings)
    try:
        used = Meter(store).report()
        rows = [_usage_row(each, name) for each, name in zip(used, _names(store, used), strict=True)]
    finally:
        store.close()
    lines = [
        f"{row['name']}: {row['calls_today']} calls today, {row['calls_month']} this month, "
        f"{row['bytes_month'] / 1_000_000:.2f} MB"
        + (f"; {row['day_left']} calls left today" if row["day_left"] is not None else "")
        for row in rows
    ]
    total = sum(each.bytes_billed_month for each in used)
    lines.append(f"All together {total / 1_000_000:.2f} MB this month that Xero bills." if used else "Nothing yet.")
    return Told("\n".join(lines), {"organisations": rows, "bytes_billed_month": total})


def rotate_keys(settings: Settings) -> Told:
    """A new key in the key file, or the newest of TIEOUT_KEY; whatever older keys sealed is sealed again."""
    store = _opened(settings)
    try:
        vault = vault_of(settings)
        kept = SealedTokens(store, vault)
        if not vault.keys.is_given:
            vault.keys.renew()
        count = kept.reseal()
        if vault.keys.is_given and not count:
            vault.keys.renew()  # refuses, with what a person must do first
    finally:
        store.close()
    key = vault.keys.ring().newest.id.hex()
    return Told(f"{count} token sets are sealed with the new key {key}.", {"resealed": count, "key": key})


@contextmanager
def _connecting(settings: Settings) -> Iterator[tuple[Firm, Connect]]:
    if settings.xero_is_sandbox or not xero_settings(settings).by_consent:
        where = "the sandbox's books are open already" if settings.xero_is_sandbox else "it is a custom connection"
        raise Refusal(
            f"There is nothing to connect: {where}.",
            next_step="Set XERO_CLIENT_ID, XERO_CLIENT_SECRET and XERO_REDIRECT_URL; docs/connect-xero.md shows how.",
            code="no_consent_needed",
        )
    firm, store = read_firm(settings.firm), _opened(settings)
    try:
        room = open_xero(settings, store).connect
        assert room is not None
        yield firm, room
    finally:
        store.close()


def _opened(settings: Settings) -> Store:
    store = Store(settings.database_url)
    store.create_tables()
    return store


def _administrator(firm: Firm, as_member: str | None) -> Member:
    if as_member:
        return check_may_connect(firm, firm.member(as_member).id)
    able = who_may_connect(firm)
    if len(able) == 1:
        return able[0]
    names = ", ".join(member.id for member in able) or "nobody yet: firm.yml needs an administrator"
    raise Refusal(
        "This is for one administrator, and it is not said which.",
        next_step=f"Add --as and one of: {names}.",
        code="which_administrator",
    )


def _state(has_ended: bool, lacks: bool) -> str:
    if has_ended:
        return "ended, connect it again"
    return "needs more scopes, connect it again" if lacks else "connected"


def _names(store: Store, used: Sequence[Used]) -> list[str]:
    """The client of each organisation, in the firm as it was last read, or the organisation's id."""
    if not used:
        return []
    with store.reading() as session:
        clients = {client.organisation: client.name for client in load_firm(session).clients}
    return [clients.get(each.organisation, each.organisation) for each in used]


def _usage_row(used: Used, name: str) -> dict[str, Any]:
    return {
        "organisation": used.organisation,
        "name": name,
        "calls_today": used.calls_today,
        "calls_month": used.calls_month,
        "bytes_month": used.bytes_month,
        "bytes_billed_month": used.bytes_billed_month,
        "minute_left": used.minute_left,
        "day_left": used.day_left,
        "last_call_at": used.last_call_at.isoformat(),
    }
