"""The shapes of Xero's JSON of products and services, and of orders of them."""

from __future__ import annotations

from xero_tools.wire_base import Amount, Text, Wire


class WireTrade(Wire):
    """What a product is sold or bought for, and to which account."""

    UnitPrice: Amount = None
    AccountCode: Text = None
    COGSAccountCode: Text = None
    TaxType: Text = None


class WireProduct(Wire):
    """A product or service (Xero calls it an item)."""

    ItemID: Text = None
    Code: Text = None
    Name: Text = None
    Description: Text = None
    IsSold: bool | None = None
    IsPurchased: bool | None = None
    IsTrackedAsInventory: bool | None = None
    SalesDetails: WireTrade | None = None
    PurchaseDetails: WireTrade | None = None
    InventoryAssetAccountCode: Text = None
    QuantityOnHand: Amount = None
    TotalCostPool: Amount = None
    UpdatedDateUTC: Text = None


class WireSupplier(Wire):
    """Of an order's contact what tells it."""

    ContactID: Text = None
    Name: Text = None
    EmailAddress: Text = None


class WireOrderLine(Wire):
    """A line of an order."""

    ItemCode: Text = None
    Description: Text = None
    Quantity: Amount = None
    UnitAmount: Amount = None
    LineAmount: Amount = None
    TaxAmount: Amount = None
    AccountCode: Text = None
    TaxType: Text = None


class WireOrder(Wire):
    """An order to a supplier."""

    PurchaseOrderID: Text = None
    PurchaseOrderNumber: Text = None
    Reference: Text = None
    Contact: WireSupplier | None = None
    Status: Text = None
    Date: Text = None
    DateString: Text = None
    DeliveryDate: Text = None
    DeliveryDateString: Text = None
    SubTotal: Amount = None
    TotalTax: Amount = None
    Total: Amount = None
    CurrencyCode: Text = None
    CurrencyRate: Amount = None
    LineItems: list[WireOrderLine] | None = None
    UpdatedDateUTC: Text = None
