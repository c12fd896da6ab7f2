"""Takes a bank's file for a client: reads it whole and answers with the card of what was recognised."""

from __future__ import annotations

import msgspec

from agents.reconciliation.statements.outcome import Expected, Reading
from agents.reconciliation.statements.reading import read_statement
from books.firm import Client, Member
from books.refusal import Refusal
from bot.card import Card
from bot.cards.statement import statement_card
from bot.intake import TakeStatement
from xero_tools import currencies
from xero_tools.gateway import Gateway


def taking(gateway: Gateway) -> TakeStatement:
    """The taker of bank files. A table that names no currency is read in the client's own, and the card says so."""

    def take(_member: Member | None, client: Client, name: str, content: bytes, _text: str) -> Card:
        return statement_card(client.name, name, _reading(gateway, client, content))

    return take


def _reading(gateway: Gateway, client: Client, content: bytes) -> Reading:
    try:
        return read_statement(content)
    except Refusal as refusal:
        if refusal.code != "ask_currency":
            raise
    own = currencies.base(client.organisation, gateway)
    reading = read_statement(content, Expected(currency=own))
    remark = f"The file names no currency; it was read in {own}, the client's own."
    return msgspec.structs.replace(reading, remarks=(remark, *reading.remarks))
