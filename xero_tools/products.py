"""Reads of products and services, which Xero calls items."""

from __future__ import annotations

import datetime as dt

from books.goods import Product
from xero_tools import currencies, translate, translate_goods
from xero_tools.gateway import Gateway
from xero_tools.one import only, segment


def every(
    organisation: str, gateway: Gateway, *, modified_since: dt.datetime | None = None, interactive: bool = True
) -> tuple[Product, ...]:
    """Every product and service, or those changed since; Xero gives them in one piece."""
    content = gateway.read(organisation, "Items", modified_since=modified_since, interactive=interactive)
    rows = translate.envelope(content).Items or []
    own = currencies.base(organisation, gateway, interactive=interactive) if rows else ""
    return tuple(translate_goods.product(row, own) for row in rows)


def get(organisation: str, gateway: Gateway, product: str, *, interactive: bool = True) -> Product:
    """One product or service by its id or its code; raises Refusal when there is none."""
    row = only(
        translate.envelope(gateway.read(organisation, f"Items/{segment(product)}", interactive=interactive)).Items
    )
    return translate_goods.product(row, currencies.base(organisation, gateway, interactive=interactive))
