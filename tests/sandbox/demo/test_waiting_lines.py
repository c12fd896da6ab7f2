"""The page on the demo books names every line that only the banks know, and the simulator shows each of them."""

from __future__ import annotations

from pathlib import Path

from sandbox.demo import books
from sandbox.demo.waiting import WAITING
from sandbox.demo_books import DEMO_TODAY

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "demo-books.md").read_text()


def test_every_waiting_line_stands_on_the_page() -> None:
    for client, lines in WAITING.items():
        for each in lines:
            assert f"| {client} | {each.code} | {each.on} | {each.amount:,.2f} |" in PAGE


def test_every_waiting_line_stands_in_the_books() -> None:
    shown = [line for each in books(DEMO_TODAY) for line in each["StatementLines"]]  # type: ignore[attr-defined]
    assert len(shown) == sum(map(len, WAITING.values()))
    assert {line["Amount"] for line in shown} == {str(each.amount) for own in WAITING.values() for each in own}
