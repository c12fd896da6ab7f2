"""The pen: every write to Xero, each once, with a mark by which it is found again. Only approvals hold it."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from decimal import Decimal

import msgspec

from books.records import JournalLine, ManualJournal
from xero_tools import history, journals, translate
from xero_tools.gateway import Gateway
from xero_tools.one import segment
from xero_tools.outcomes import OutcomeUnknown

LOOK_BACK = dt.timedelta(minutes=5)  # Xero's clock and ours may differ
NOTE_LENGTH = 2_500  # characters that Xero keeps of a note
_numbers = msgspec.json.Encoder(decimal_format="number")


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What Xero confirmed: the kind of record (Xero's plural), its id and status, and when it says it changed."""

    entity: str
    id: str
    status: str
    at: dt.datetime | None = None


def manual_journal_body(
    *,
    narration: str,
    date: dt.date,
    lines: Sequence[JournalLine],
    url: str = "",
    status: str = "POSTED",
    line_amount_types: str = "NoTax",
) -> bytes:
    """The exact bytes of a manual journal for Xero: the same journal gives the same bytes, amounts without a float.

    Raises ValueError when the lines do not balance, are fewer than two, or mix currencies: such a journal is never
    prepared. `line_amount_types` is Xero's NoTax, Exclusive or Inclusive.
    """
    if len(lines) < 2:
        raise ValueError("A manual journal has at least two lines.")
    if len({line.amount.currency for line in lines}) > 1:
        raise ValueError("A manual journal is in one currency.")
    if line_amount_types == "NoTax" and sum((line.amount.amount for line in lines), Decimal(0)):
        raise ValueError("The debits and credits of the manual journal differ.")
    journal: dict[str, object] = {
        "Narration": narration,
        "Date": date.isoformat(),
        "Status": status,
        "LineAmountTypes": line_amount_types,
        "JournalLines": [_line_body(line) for line in lines],
    }
    if url:
        journal["Url"] = url
    return _numbers.encode({"ManualJournals": [journal]})


def _line_body(line: JournalLine) -> dict[str, object]:
    body: dict[str, object] = {
        "LineAmount": line.amount.rounded().amount,
        "AccountCode": line.account_code,
        "Description": line.description,
        "TaxType": line.tax_type,
    }
    if line.tracking:
        body["Tracking"] = [{"Name": name, "Option": option} for name, option in line.tracking]
    return body


class Pen:
    """Writes to Xero, one method a kind of write.

    Every method takes the organisation first and raises what Gateway.write raises: XeroRejected and other Refusals
    (certainly nothing written), NotSent (certainly nothing written, may be tried again), OutcomeUnknown (look first).
    """

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def post_manual_journal(self, organisation: str, body: bytes, *, key: str) -> Receipt:
        """Creates the manual journal that `body` describes (see manual_journal_body), under the idempotency key."""
        answer = self._gateway.write(organisation, "PUT", "ManualJournals", body, idempotency_key=key)
        return _journal_receipt(answer.content)

    def find_journal_by_mark(self, organisation: str, mark: str, *, since: dt.datetime) -> ManualJournal | None:
        """The manual journal whose Url or narration carries `mark`, of whatever status, or None.

        Looks at everything that changed since five minutes before `since`, the moment of the first attempt.
        """
        if not mark.strip():
            raise ValueError("A mark is needed to find a journal by.")
        changed = journals.manual(organisation, self._gateway, modified_since=since - LOOK_BACK)
        marked = [each for each in changed if mark in each.url or mark in each.narration]
        return min(marked, key=lambda each: each.status != "POSTED", default=None)

    def void_manual_journal(self, organisation: str, journal_id: str, *, key: str) -> Receipt:
        """Voids a posted manual journal: Xero keeps it, and it no longer counts."""
        body = _numbers.encode({"ManualJournals": [{"ManualJournalID": journal_id, "Status": "VOIDED"}]})
        path = f"ManualJournals/{segment(journal_id)}"
        answer = self._gateway.write(organisation, "POST", path, body, idempotency_key=key)
        return _journal_receipt(answer.content)

    def note(self, organisation: str, entity: str, entity_id: str, text: str) -> bool:
        """Writes a History note unless the same one stands there already; says whether it wrote."""
        kept = text[:NOTE_LENGTH]
        if any(each.details == kept for each in history.notes(organisation, self._gateway, entity, entity_id)):
            return False
        body = _numbers.encode({"HistoryRecords": [{"Details": kept}]})
        key = hashlib.sha256("|".join((organisation, entity, entity_id, kept)).encode()).hexdigest()
        path = f"{segment(entity)}/{segment(entity_id)}/History"
        self._gateway.write(organisation, "PUT", path, body, idempotency_key=key)
        return True


def _journal_receipt(content: bytes) -> Receipt:
    """The receipt in an accepted answer; an answer that names no journal leaves the outcome open."""
    rows = translate.envelope(content).ManualJournals if content else None
    if not rows or not rows[0].ManualJournalID:
        raise OutcomeUnknown("Xero accepted the journal and named none.", status=200)
    return Receipt(
        entity="ManualJournals",
        id=rows[0].ManualJournalID,
        status=rows[0].Status or "",
        at=translate.moment(rows[0].UpdatedDateUTC),
    )
