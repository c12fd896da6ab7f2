"""Reads of orders to suppliers: what is ordered and not yet billed is a commitment, and may want an accrual."""

from __future__ import annotations

import datetime as dt

from books.goods import PurchaseOrder
from xero_tools import currencies, translate, translate_goods
from xero_tools.gateway import Gateway
from xero_tools.one import only, segment
from xero_tools.paging import Listing, every_row, within


def every(
    organisation: str,
    gateway: Gateway,
    *,
    status: str | None = None,
    since: dt.date | None = None,
    until: dt.date | None = None,
    modified_since: dt.datetime | None = None,
    interactive: bool = True,
) -> tuple[PurchaseOrder, ...]:
    """Orders dated from `since` to `until` (both included), or those changed since, of every status or of one."""
    asked = {"status": status or "", "DateFrom": since.isoformat() if since else "",
             "DateTo": until.isoformat() if until else ""}  # fmt: skip
    query: dict[str, str | int | bool] = {name: text for name, text in asked.items() if text}
    listing = Listing(path="PurchaseOrders", query=query, modified_since=modified_since, interactive=interactive)
    rows = every_row(organisation, gateway, listing, rows=lambda page: page.PurchaseOrders,
                     identity=lambda row: row.PurchaseOrderID or "")  # fmt: skip
    lacks_currency = any(not row.CurrencyCode for row in rows)
    own = currencies.base(organisation, gateway, interactive=interactive) if lacks_currency else ""
    found = (translate_goods.purchase_order(row, own) for row in rows)
    return tuple(
        each for each in found if within(each.date, since, until) and (status is None or each.status == status)
    )


def get(organisation: str, gateway: Gateway, order: str, *, interactive: bool = True) -> PurchaseOrder:
    """One order by its id or its number; raises Refusal when there is none."""
    content = gateway.read(organisation, f"PurchaseOrders/{segment(order)}", interactive=interactive)
    row = only(translate.envelope(content).PurchaseOrders)
    return translate_goods.purchase_order(row, row.CurrencyCode or currencies.base(organisation, gateway))
