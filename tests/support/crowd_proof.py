"""What a crowd's presses are proved by: the database, the audit, the ledger behind Xero and the bot's log."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import select

from approvals.audit import AuditRow
from approvals.register import ProposalRow
from books.store import Store
from tests.support.crowd import CrowdCard
from tests.support.crowd_world import World
from tests.support.tieout import Tieout, eventually, json_of

_DECISIONS = ("approved", "rejected")


def proposed(store: Store, world: World, count: int, *, within: float) -> list[CrowdCard]:
    """The cards that the morning's post put up, once all stand in both workspaces."""
    by_organisation = {each.organisation: each for each in world.places}
    posted = "SELECT count(*) FROM posted_cards WHERE message <> ''"

    def all_posted() -> bool:
        with store.reading() as session:
            return bool(session.connection().exec_driver_sql(posted).scalar() == 2 * count)

    eventually(f"{count} cards in both workspaces", all_posted, within=within)
    with store.reading() as session:
        rows = session.execute(select(ProposalRow.id, ProposalRow.digest, ProposalRow.organisation)).all()
    return [CrowdCard(id_, digest, by_organisation[organisation]) for id_, digest, organisation in rows]


def carried_out(store: Store, *, within: float) -> None:
    """Waits for the executor, which posts as fast as Xero allows."""

    def none_under_way() -> bool:
        with store.reading() as session:
            query = select(ProposalRow.id).where(ProposalRow.status.in_(("approved", "unknown")))
            return session.scalars(query.limit(1)).first() is None

    eventually("everything approved is posted", none_under_way, within=within)


def still_open(store: Store, cards: Sequence[CrowdCard]) -> list[CrowdCard]:
    """The cards that nobody has decided yet."""
    with store.reading() as session:
        waiting = set(session.scalars(select(ProposalRow.id).where(ProposalRow.status == "proposed")))
    return [each for each in cards if each.proposal in waiting]


def not_decided_once(store: Store, tieout: Tieout, cards: Sequence[CrowdCard]) -> list[str]:
    """What speaks against every card decided once, by the database, the audit and Xero's ledger."""
    wrong = []
    with store.reading() as session:
        standing = {each.id: each.status for each in session.execute(select(ProposalRow.id, ProposalRow.status))}
        rows = session.execute(select(AuditRow.proposal, AuditRow.what).where(AuditRow.what.in_(_DECISIONS)))
        decided = Counter(proposal for proposal, _ in rows)
    for each in cards:
        if standing[each.proposal] not in ("posted", "rejected"):
            wrong.append(f"a card is {standing[each.proposal]}")
        if decided[each.proposal] != 1:
            wrong.append(f"a card was decided {decided[each.proposal]} times")
    for place in {each.place for each in cards}:
        mine = [each for each in cards if each.place == place and standing[each.proposal] == "posted"]
        posted = len(tieout.journals(place.organisation))
        if posted != len(mine):
            wrong.append(f"{place.id} has {posted} journals of {len(mine)} approved")
    if not json_of(tieout.home, "audit", "verify", env=tieout.env)["holds"]:
        wrong.append("the audit chain does not hold")
    return wrong


def in_the_log(log: Path) -> list[str]:
    """The errors that the bot wrote down, each in a few words."""
    found = []
    for line in log.read_text().splitlines():
        if not line.startswith("{"):
            found += [line[:160]] if line.startswith(("Traceback", "ERROR", "CRITICAL")) else []
            continue
        said = json.loads(line)
        if said.get("level") in ("error", "critical"):
            found.append(f"{said.get('event')}: {str(said.get('exc_info') or said.get('error'))[:120]}")
    return found
