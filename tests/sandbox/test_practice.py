"""The sandbox's own firm file: a client for each set of books that is open, whatever they are called."""

from __future__ import annotations

from pathlib import Path

from books.firm import read_firm_file
from sandbox.practice import write_firm_file

DEMO = Path("sandbox/demo/firm.yml")
BONDI = {"id": "0b0d1c0f-0000-4000-8000-00000000a001", "name": "Bondi Coffee Roasters Pty Ltd", "country": "AU"}


def organisation(number: int, name: str) -> dict[str, str]:
    return {"id": f"0b0d1c0f-0000-4000-8000-0000000000{number:02d}", "name": name, "country": "NZ"}


def test_a_known_client_keeps_its_settings_and_the_others_leave(tmp_path: Path) -> None:
    firm = read_firm_file(write_firm_file(DEMO, [BONDI], tmp_path / "firm.yml"))
    assert [client.id for client in firm.clients] == ["bondi-coffee"]
    assert firm.clients[0].channels["slack"] == "C0BONDI"
    assert firm.member("tom").clients == ()


def test_books_nobody_knows_get_an_id_an_alias_channels_and_a_time_zone(tmp_path: Path) -> None:
    firm = read_firm_file(write_firm_file(DEMO, [organisation(1, "Acme Widgets Limited")], tmp_path / "firm.yml"))
    acme = firm.clients[0]
    assert (acme.id, acme.aliases, acme.timezone) == ("acme-widgets", ("Acme Widgets",), "Pacific/Auckland")
    assert set(acme.channels) == {"slack", "teams"}


def test_books_of_the_same_name_are_told_apart(tmp_path: Path) -> None:
    books = [organisation(1, "Acme Ltd"), organisation(2, "Acme Pty Ltd"), organisation(3, "ACME"), BONDI]
    firm = read_firm_file(write_firm_file(DEMO, books, tmp_path / "firm.yml"))
    assert [client.id for client in firm.clients] == ["acme", "acme-2", "acme-3", "bondi-coffee"]


def test_accents_and_stops_leave_a_plain_id_and_alias(tmp_path: Path) -> None:
    books = [organisation(1, "Kererū Imports Ltd"), organisation(2, "Redwood Robotics, Inc.")]
    firm = read_firm_file(write_firm_file(DEMO, books, tmp_path / "firm.yml"))
    assert [(client.id, client.aliases) for client in firm.clients] == [
        ("kereru-imports", ("Kererū Imports",)),
        ("redwood-robotics", ("Redwood Robotics",)),
    ]
