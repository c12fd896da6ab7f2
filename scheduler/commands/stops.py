"""`app.py stop` and `app.py lift`: every write of a client, or of the whole firm, halted and let go again."""

from __future__ import annotations

from approvals import stop
from books.firm import Client, Member
from scheduler.office import Office


def act(office: Office, verb: str, member: Member, client: Client | None, why: str) -> dict[str, list[str]]:
    """Calls or lifts a stop and returns what stands afterwards, as JSON."""
    change = stop.halt if verb == "stop" else stop.lift
    change(office.store, office.clock, member_id=member.id, why=why, client=client, where="cli")
    return {"standing": [each.words for each in stop.standing(office.store)]}
