"""The tax rates of the three countries, by the codes that Xero gives them."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from sandbox.demo.draw import cents


class Rate(NamedTuple):
    """One tax rate: its code, its name in Xero, its percentage and the report column it belongs to."""

    code: str
    name: str
    percent: str
    report: str


class Taxes(NamedTuple):
    """The codes a country's documents use: on income, on expenses, free of tax, and outside the return."""

    income: str
    expense: str
    free_income: str
    free_expense: str
    none: str
    rates: tuple[Rate, ...]

    def percent(self, code: str) -> Decimal:
        """The percentage behind one of the country's codes; the same code means 15 in one country and 20 in another."""
        return next(Decimal(rate.percent) for rate in self.rates if rate.code == code)


AUSTRALIA = Taxes(
    "OUTPUT", "INPUT", "EXEMPTOUTPUT", "EXEMPTEXPENSES", "BASEXCLUDED",
    (
        Rate("OUTPUT", "GST on Income", "10", "OUTPUT"),
        Rate("INPUT", "GST on Expenses", "10", "INPUT"),
        Rate("EXEMPTOUTPUT", "GST Free Income", "0", "EXEMPTOUTPUT"),
        Rate("EXEMPTEXPENSES", "GST Free Expenses", "0", "EXEMPTEXPENSES"),
        Rate("BASEXCLUDED", "BAS Excluded", "0", "BASEXCLUDED"),
    ),
)  # fmt: skip
NEW_ZEALAND = Taxes(
    "OUTPUT2", "INPUT2", "ZERORATEDOUTPUT", "ZERORATED", "NONE",
    (
        Rate("OUTPUT2", "15% GST on Income", "15", "OUTPUT"),
        Rate("INPUT2", "15% GST on Expenses", "15", "INPUT"),
        Rate("ZERORATEDOUTPUT", "Zero Rated Income", "0", "ZERORATEDOUTPUT"),
        Rate("ZERORATED", "Zero Rated", "0", "ZERORATED"),
        Rate("NONE", "No GST", "0", "NONE"),
    ),
)  # fmt: skip
UNITED_KINGDOM = Taxes(
    "OUTPUT2", "INPUT2", "ZERORATEDOUTPUT", "EXEMPTINPUT", "NONE",
    (
        Rate("OUTPUT2", "20% (VAT on Income)", "20", "OUTPUT"),
        Rate("INPUT2", "20% (VAT on Expenses)", "20", "INPUT"),
        Rate("ZERORATEDOUTPUT", "Zero Rated Income", "0", "ZERORATEDOUTPUT"),
        Rate("EXEMPTINPUT", "Exempt Expenses", "0", "EXEMPTINPUT"),
        Rate("NONE", "No VAT", "0", "NONE"),
    ),
)  # fmt: skip


def tax_on(net: Decimal, percent: Decimal) -> Decimal:
    """Tax to add to an amount that excludes it, per line and to the cent."""
    return cents(net * percent / 100)


def tax_within(gross: Decimal, percent: Decimal) -> Decimal:
    """Tax that an amount already includes, per line and to the cent."""
    return cents(gross * percent / (100 + percent))


def rates_json(taxes: Taxes) -> list[dict[str, object]]:
    """The TaxRates collection of an organisation."""
    return [
        {
            "Name": rate.name,
            "TaxType": rate.code,
            "ReportTaxType": rate.report,
            "CanApplyToAssets": True,
            "CanApplyToEquity": True,
            "CanApplyToExpenses": True,
            "CanApplyToLiabilities": True,
            "CanApplyToRevenue": True,
            "DisplayTaxRate": rate.percent,
            "EffectiveRate": rate.percent,
            "Status": "ACTIVE",
            "TaxComponents": [
                {"Name": rate.name, "Rate": rate.percent, "IsCompound": False, "IsNonRecoverable": False}
            ],
        }
        for rate in taxes.rates
    ]
