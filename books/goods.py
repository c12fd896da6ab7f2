"""Records of what a client buys and sells: products and services, and orders of them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from books.money import Money
from books.records import Contact, Record


class Trade(Record, frozen=True, kw_only=True):
    """One side, sold or bought, of a product: `price` is for one unit, None when none is kept."""

    price: Money | None
    account_code: str
    tax_type: str


class Product(Record, frozen=True, kw_only=True):
    """A product or service; `on_hand` units worth `cost` in all, both None unless Xero tracks the stock."""

    id: str
    code: str
    name: str
    description: str
    is_sold: bool
    is_bought: bool
    is_tracked: bool
    sale: Trade
    purchase: Trade
    stock_account_code: str
    on_hand: Decimal | None
    cost: Money | None
    updated_at: dt.datetime | None = None


class OrderLine(Record, frozen=True, kw_only=True):
    """So many units of a product at a price; `amount` is what is left after a discount."""

    product_code: str
    description: str
    quantity: Decimal
    unit_price: Money
    amount: Money
    tax: Money
    account_code: str
    tax_type: str


class PurchaseOrder(Record, frozen=True, kw_only=True):
    """An order to a supplier: DRAFT, SUBMITTED, AUTHORISED, BILLED or DELETED."""

    id: str
    number: str
    reference: str
    contact: Contact
    status: str
    date: dt.date
    delivery_date: dt.date | None
    net: Money
    tax: Money
    total: Money
    currency_rate: Decimal = Decimal(1)
    lines: tuple[OrderLine, ...] = ()
    updated_at: dt.datetime | None = None
