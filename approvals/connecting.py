"""Who connected an organisation to Xero, took it away or ended it, in the audit: that opens and shuts the books."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from approvals import audit
from xero_tools.connections import Change


def write_down(session: Session, change: Change) -> None:
    """One row of the chain for a change, in the transaction that makes it.

    The consent's own id tells which organisations one consent covered; scopes are what Xero's page allowed.
    """
    connected = change.connected
    content = {"name": connected.name, "consent": connected.connection, "scopes": sorted(connected.scope)}
    came = change.what == "xero_connected"
    entry = audit.Entry(
        at=dt.datetime.fromtimestamp(change.at, dt.UTC),
        who=change.who,
        what=change.what,
        where=change.where,
        organisation=connected.organisation.lower(),
        before={} if came else content,
        after=content if came else {},
    )
    audit.record(session, entry)
