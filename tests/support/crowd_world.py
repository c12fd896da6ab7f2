"""A firm with as many members and clients as are asked for, and books in which each has so many journals to post."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

Json = dict[str, Any]
TENANT = "7e0c0000-0000-4000-8000-00000000f17e"
PARTNERS = 0.6
"""The share of members who may approve; the others are approvers, who may only reject what takes a partner."""


@dataclass(frozen=True)
class Person:
    """A member of the crowd's firm."""

    id: str
    role: str
    slack: str
    teams: str

    @property
    def mri(self) -> str:
        """What Teams calls them."""
        return f"29:1{self.id}-{self.teams}"


@dataclass(frozen=True)
class Place:
    """A client, its books, and its channel in each workspace."""

    id: str
    organisation: str
    slack: str
    teams: str


@dataclass(frozen=True)
class World:
    """Who there is, and the files that a bot is started with."""

    people: tuple[Person, ...]
    places: tuple[Place, ...]
    firm: Path
    books: Path


def make_world(folder: Path, *, members: int, organisations: int, cards: int) -> World:
    """Writes the firm and its books; every journal takes a partner, so each has a card of its own."""
    people = tuple(_person(n, members) for n in range(1, members + 1))
    places = tuple(_place(n) for n in range(1, organisations + 1))
    firm, books = folder / "firm.yml", folder / "books.json"
    firm.write_text(yaml.safe_dump(_firm(people, places), sort_keys=False))
    shares = [cards // organisations + (n < cards % organisations) for n in range(organisations)]
    made = [_books(n, place, bills) for n, (place, bills) in enumerate(zip(places, shares, strict=True), start=1)]
    books.write_text(json.dumps(made))
    return World(people, places, firm, books)


def _person(number: int, of: int) -> Person:
    role = "partner" if number <= max(1, round(of * PARTNERS)) else "approver"
    return Person(f"m{number:03}", role, f"U0M{number:03}", f"aad00000-0000-4000-8000-{number:012}")


def _place(number: int) -> Place:
    organisation = f"0b0d1c0f-0000-4000-8000-0000000{number:05x}"
    return Place(f"client-{number:02}", organisation, f"C0CROWD{number:02}", f"19:crowd{number:02}@thread.tacv2")


def _firm(people: tuple[Person, ...], places: tuple[Place, ...]) -> Json:
    return {
        "version": 1,
        "firm": {"name": "Crowd & Sons", "currency": "AUD", "timezone": "Australia/Sydney"},
        "members": [
            {
                "id": each.id,
                "name": f"Member {each.id[1:]}",
                "role": each.role,
                "slack": {"team": "T0TIEOUT", "user": each.slack},
                "teams": {"tenant": TENANT, "user": each.teams},
            }
            for each in people
        ],
        "clients": [
            {
                "id": each.id,
                "name": f"Client {each.id[-2:]} Pty Ltd",
                "organisation": each.organisation,
                "timezone": "Australia/Sydney",
                "channels": {"slack": each.slack, "teams": each.teams},
            }
            for each in places
        ],
        "approvals": {"post_journal": {"role": "approver", "limit": "0.00", "role_above_limit": "partner"}},
    }


def _books(number: int, place: Place, bills: int) -> Json:
    accounts = [
        {"Code": "090", "Name": "Bank", "Type": "BANK", "BankAccountNumber": f"0620{number:010}"},
        {"Code": "433", "Name": "Insurance", "Type": "EXPENSE"},
        {"Code": "610", "Name": "Accounts Receivable", "Type": "CURRENT", "SystemAccount": "DEBTORS"},
        {"Code": "620", "Name": "Prepayments", "Type": "CURRENT"},
        {"Code": "800", "Name": "Accounts Payable", "Type": "CURRLIAB", "SystemAccount": "CREDITORS"},
        {"Code": "820", "Name": "GST", "Type": "CURRLIAB", "SystemAccount": "GST"},
        {"Code": "960", "Name": "Retained Earnings", "Type": "EQUITY", "SystemAccount": "RETAINEDEARNINGS"},
    ]
    organisation = {
        "OrganisationID": place.organisation, "Name": f"Client {place.id[-2:]} Pty Ltd", "ShortCode": f"!crowd{number}",
        "BaseCurrency": "AUD", "CountryCode": "AU",
    }  # fmt: skip
    return {
        "Organisation": organisation,
        "Accounts": accounts,
        "Invoices": [_bill(number, each) for each in range(1, bills + 1)],
    }


def _bill(number: int, bill: int) -> Json:
    """A year paid in advance, of which one journal a month takes a twelfth."""
    words = f"Policy {number}-{bill} insurance 1 Oct 2026 – 30 Sep 2027"
    line = {"Description": words, "Quantity": 1, "UnitAmount": f"{1200 + bill * 12}.00", "AccountCode": "620",
            "TaxType": "NONE"}  # fmt: skip
    return {
        "Type": "ACCPAY", "InvoiceNumber": f"P-{number:02}-{bill:03}", "Contact": {"Name": "Harbour Mutual"},
        "Date": "2026-10-01", "DueDate": "2026-11-30", "Status": "AUTHORISED", "LineAmountTypes": "NoTax",
        "LineItems": [line],
    }  # fmt: skip
