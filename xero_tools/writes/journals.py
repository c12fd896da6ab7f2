"""The pen's manual journals."""

from __future__ import annotations

import datetime as dt

from books.records import ManualJournal
from xero_tools import journals
from xero_tools.one import segment
from xero_tools.writes.pen import LOOK_BACK, Nib, Receipt, first, marked, numbers


class JournalPen(Nib):
    """Manual journals; mark: the narration, and the Url."""

    def post_manual_journal(self, organisation: str, body: bytes, *, key: str) -> Receipt:
        """Creates the manual journal that `body` describes (see manual_journal_body), under the idempotency key.

        Mark: Narration or Url.
        """
        return self.put(organisation, "PUT", "ManualJournals", body, entity="ManualJournals", key=key)

    def find_journal_by_mark(self, organisation: str, mark: str, *, since: dt.datetime) -> ManualJournal | None:
        """The manual journal whose Url or narration carries `mark`, of whatever status, or None.

        Looks at everything that changed since LOOK_BACK before `since`, the moment of the first attempt.
        """
        changed = journals.manual(organisation, self._gateway, modified_since=since - LOOK_BACK)
        found = marked(changed, mark, lambda each: (each.url, each.narration))
        return first(found, live=lambda each: each.status == "POSTED")

    def void_manual_journal(self, organisation: str, journal_id: str, *, key: str) -> Receipt:
        """Voids a posted manual journal: Xero keeps it, and it no longer counts. Proof: its Status is VOIDED."""
        body = numbers.encode({"ManualJournals": [{"ManualJournalID": journal_id, "Status": "VOIDED"}]})
        path = f"ManualJournals/{segment(journal_id)}"
        return self.put(organisation, "POST", path, body, entity="ManualJournals", key=key)
