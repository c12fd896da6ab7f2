"""Xero's JSON into the records of books.goods: products and services, and orders of them."""

from __future__ import annotations

from decimal import Decimal

from books.goods import OrderLine, Product, PurchaseOrder, Trade
from books.money import Money
from books.records import Contact
from xero_tools import wire_goods
from xero_tools.translate import moment, optional_day, required_day

_ZERO = Decimal(0)


def product(row: wire_goods.WireProduct, base: str) -> Product:
    """A product or service; its prices are in the base currency."""
    return Product(
        id=row.ItemID or "",
        code=row.Code or "",
        name=row.Name or "",
        description=row.Description or "",
        is_sold=bool(row.IsSold),
        is_bought=bool(row.IsPurchased),
        is_tracked=bool(row.IsTrackedAsInventory),
        sale=_trade(row.SalesDetails, base),
        purchase=_trade(row.PurchaseDetails, base),
        stock_account_code=row.InventoryAssetAccountCode or "",
        on_hand=row.QuantityOnHand,
        cost=None if row.TotalCostPool is None else Money(row.TotalCostPool, base),
        updated_at=moment(row.UpdatedDateUTC),
    )


def _trade(row: wire_goods.WireTrade | None, base: str) -> Trade:
    """One side of a product; a tracked one is bought to its cost-of-goods account."""
    side = row or wire_goods.WireTrade()
    return Trade(
        price=None if side.UnitPrice is None else Money(side.UnitPrice, base),
        account_code=side.AccountCode or side.COGSAccountCode or "",
        tax_type=side.TaxType or "",
    )


def purchase_order(row: wire_goods.WireOrder, base: str) -> PurchaseOrder:
    """An order to a supplier; `base` is the currency when it names none."""
    currency = row.CurrencyCode or base
    supplier = row.Contact or wire_goods.WireSupplier()
    return PurchaseOrder(
        id=row.PurchaseOrderID or "",
        number=row.PurchaseOrderNumber or "",
        reference=row.Reference or "",
        contact=Contact(id=supplier.ContactID or "", name=supplier.Name or "", email=supplier.EmailAddress or ""),
        status=row.Status or "",
        date=required_day(row.DateString or row.Date, f"the purchase order {row.PurchaseOrderNumber}"),
        delivery_date=optional_day(row.DeliveryDateString or row.DeliveryDate),
        net=Money(row.SubTotal or _ZERO, currency),
        tax=Money(row.TotalTax or _ZERO, currency),
        total=Money(row.Total or _ZERO, currency),
        currency_rate=row.CurrencyRate or Decimal(1),
        lines=tuple(_line(each, currency) for each in row.LineItems or ()),
        updated_at=moment(row.UpdatedDateUTC),
    )


def _line(row: wire_goods.WireOrderLine, currency: str) -> OrderLine:
    return OrderLine(
        product_code=row.ItemCode or "",
        description=row.Description or "",
        quantity=row.Quantity or _ZERO,
        unit_price=Money(row.UnitAmount or _ZERO, currency),
        amount=Money(row.LineAmount or _ZERO, currency),
        tax=Money(row.TaxAmount or _ZERO, currency),
        account_code=row.AccountCode or "",
        tax_type=row.TaxType or "",
    )
