"""Money moved between two bank accounts of the organisation: made, and deleted with both of its sides."""

import uuid

from sandbox.xero.complete import complete_bank_transaction
from sandbox.xero.ledger import bank_transfer_postings
from sandbox.xero.refusals import InvalidError
from sandbox.xero.simulator import Session
from sandbox.xero.transfers import complete_sides
from sandbox.xero.wire import Json, money, ms_date, parse_date
from sandbox.xero.writing.rules import check_amounts, check_lock, given_date

_SIDES = ("FromBankAccount", "ToBankAccount")


def write_bank_transfer(session: Session, body: Json, existing: Json | None) -> Json:
    """Make one transfer with its two bank transactions, or delete one ({"Status": "DELETED"}); raises InvalidError."""
    if existing is not None:
        return _delete(session, body, existing)
    accounts = [session.chart.find(body.get(side) or {}) for side in _SIDES]
    for account in accounts:
        if account is None or account["Type"] != "BANK" or account["Status"] != "ACTIVE":
            raise InvalidError("A bank transfer needs two active accounts of type BANK.")
    if accounts[0] is accounts[1]:
        raise InvalidError("The From and To bank accounts must be different.")
    currencies = {str((one or {}).get("CurrencyCode") or session.chart.currency) for one in accounts}
    if len(currencies) > 1:
        raise InvalidError("The sandbox transfers between accounts of one currency only.")
    check_amounts([body], "Amount")
    amount = money(body.get("Amount") or 0)
    if amount <= 0:
        raise InvalidError("The Amount of a bank transfer must be greater than 0")
    day = given_date(body, "Date", session.today) or session.today
    check_lock(session, ms_date(day))
    transfer: Json = {
        "BankTransferID": str(uuid.uuid4()), "Amount": amount, "Date": ms_date(day), "Status": "AUTHORISED",
        "DateString": f"{day.isoformat()}T00:00:00", "CurrencyRate": 1, "Reference": str(body.get("Reference") or ""),
        "HasAttachments": False,
    }  # fmt: skip
    for side, account in zip(_SIDES, accounts, strict=True):
        transfer[side] = {field: (account or {}).get(field) for field in ("AccountID", "Code", "Name")}
    for half in complete_sides(transfer, {}, session.chart.currency):
        session.save("banktransactions", str(half["BankTransactionID"]), complete_bank_transaction(half, session.chart))
    return _keep(session, transfer, "Created")


def _keep(session: Session, transfer: Json, change: str) -> Json:
    identity = str(transfer["BankTransferID"])
    session.repost(identity, bank_transfer_postings(transfer, session.chart))
    saved = session.save("banktransfers", identity, transfer)
    session.note("banktransfers", identity, change, f"{transfer['Amount']:.2f}")
    return saved


def _delete(session: Session, body: Json, existing: Json) -> Json:
    if body.get("Status") != "DELETED":
        raise InvalidError("A bank transfer can only be deleted, not changed.")
    if existing.get("Status") == "DELETED":
        raise InvalidError("Bank transfer has already been deleted.")
    sides = [session.get("banktransactions", str(existing[f"{side}BankTransactionID"])) for side in ("From", "To")]
    if any(side and side.get("IsReconciled") for side in sides):
        raise InvalidError("This Bank Transfer cannot be deleted as it has been reconciled with a Bank Statement.")
    check_lock(session, parse_date(existing["Date"]).isoformat())
    for side in sides:
        if side:
            session.save("banktransactions", str(side["BankTransactionID"]), side | {"Status": "DELETED"})
    return _keep(session, existing | {"Status": "DELETED"}, "Deleted")
