"""Reads of customers and suppliers."""

from __future__ import annotations

import datetime as dt

import msgspec

from books.records import Contact, Payee
from xero_tools import translate
from xero_tools.gateway import Gateway
from xero_tools.mirror_kinds import unreadable
from xero_tools.one import only, segment
from xero_tools.paging import Listing, every_row
from xero_tools.wire_base import Text, Wire


class _BatchDetails(Wire):
    BankAccountNumber: Text = None
    BankAccountName: Text = None


class _Person(Wire):
    EmailAddress: Text = None
    IncludeInEmails: bool | None = None


class _Payee(Wire):
    ContactID: Text = None
    Name: Text = None
    BankAccountDetails: Text = None
    BatchPayments: _BatchDetails | None = None
    EmailAddress: Text = None
    ContactPersons: list[_Person] | None = None
    UpdatedDateUTC: Text = None


class _Payees(Wire):
    Contacts: tuple[_Payee, ...] = ()


def every(
    organisation: str,
    gateway: Gateway,
    *,
    modified_since: dt.datetime | None = None,
    include_archived: bool = False,
    interactive: bool = True,
) -> tuple[Contact, ...]:
    """Every contact, or those changed since."""
    listing = Listing(
        path="Contacts",
        query={"summaryOnly": True, **({"includeArchived": True} if include_archived else {})},
        modified_since=modified_since,
        interactive=interactive,
    )
    rows = every_row(
        organisation, gateway, listing, rows=lambda page: page.Contacts, identity=lambda row: row.ContactID or ""
    )
    return tuple(translate.contact(row) for row in rows)


def get(organisation: str, gateway: Gateway, contact_id: str, *, interactive: bool = True) -> Contact:
    """One contact; raises Refusal when there is none."""
    content = gateway.read(organisation, f"Contacts/{segment(contact_id)}", interactive=interactive)
    return translate.contact(only(translate.envelope(content).Contacts))


def payee(organisation: str, gateway: Gateway, contact_id: str) -> Payee:
    """A contact with the bank details that payments to it go by; raises Refusal when there is none."""
    row = _whole(organisation, gateway, contact_id)
    batch = row.BatchPayments or _BatchDetails()
    details = (row.BankAccountDetails, batch.BankAccountNumber, batch.BankAccountName)
    return Payee(
        id=row.ContactID or contact_id,
        name=row.Name or "",
        bank_details=" · ".join(each for each in details if each),
        updated_at=translate.moment(row.UpdatedDateUTC),
    )


def mailed_to(organisation: str, gateway: Gateway, contact_id: str) -> tuple[str, ...]:
    """The addresses that Xero mails a contact's invoices to: its own, and its people's who are included in e-mails."""
    row = _whole(organisation, gateway, contact_id)
    included = [each.EmailAddress for each in row.ContactPersons or () if each.IncludeInEmails]
    return tuple(dict.fromkeys(each for each in (row.EmailAddress, *included) if each))


def _whole(organisation: str, gateway: Gateway, contact_id: str) -> _Payee:
    content = gateway.read(organisation, f"Contacts/{segment(contact_id)}")
    try:
        return only(msgspec.json.decode(content, type=_Payees).Contacts)
    except msgspec.DecodeError as error:
        raise unreadable(str(error)) from error
