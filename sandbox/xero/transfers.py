"""The two sides of a bank transfer as Xero shows them: a bank transaction in either account, which posts nothing."""

from sandbox.xero.setting_up import BooksRefusedError
from sandbox.xero.wire import Json, steady_id

_SIDES = (("From", "SPEND-TRANSFER"), ("To", "RECEIVE-TRANSFER"))


def complete_sides(transfer: Json, known: dict[str, Json], currency: str) -> list[Json]:
    """Names both sides in the transfer; returns those that the books' own bank transactions lack.

    A side that stands in the books says itself whether it is reconciled.
    """
    made = []
    for side, kind in _SIDES:
        field, flag = f"{side}BankTransactionID", f"{side}IsReconciled"
        identity = str(transfer.get(field) or steady_id(transfer["BankTransferID"], side))
        transfer[field] = identity
        own = known.pop(identity.lower(), None)
        transfer[flag] = bool(own["IsReconciled"] if own else transfer.get(flag, False))
        if own is None and transfer.get("Status") != "DELETED":
            made.append(_side(transfer, identity, kind, transfer[f"{side}BankAccount"], currency, transfer[flag]))
    return made


def _side(transfer: Json, identity: str, kind: str, bank: Json, currency: str, reconciled: bool) -> Json:
    return {
        "BankTransactionID": identity, "Type": kind, "BankAccount": bank, "Date": transfer["Date"],
        "Reference": transfer.get("Reference") or "", "Status": "AUTHORISED", "LineAmountTypes": "NoTax",
        "LineItems": [{"Description": "Bank transfer", "LineAmount": transfer["Amount"], "TaxType": "NONE"}],
        "CurrencyCode": bank.get("CurrencyCode") or currency, "IsReconciled": reconciled,
    }  # fmt: skip


def refuse_lone_sides(left: dict[str, Json]) -> None:
    """A side whose transfer is not in the books would post nothing, unseen."""
    for row in left.values():
        raise BooksRefusedError(
            f"BankTransactions has a {row['Type']} of {row['Total']} whose transfer is not in BankTransfers.",
            "Add the BankTransfer with its From- and ToBankTransactionID.",
        )
