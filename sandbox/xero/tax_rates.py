"""The tax rates a new organisation starts with, by country (Xero's system tax types and their standard rates)."""

from decimal import Decimal

from sandbox.xero.wire import Json

# (TaxType, name, percent, sides): sides are R revenue, E expenses; assets, liabilities and equity always may.
_BY_COUNTRY: dict[str, tuple[tuple[str, str, str, str], ...]] = {
    "AU": (
        ("OUTPUT", "GST on Income", "10", "R"),
        ("INPUT", "GST on Expenses", "10", "E"),
        ("EXEMPTOUTPUT", "GST Free Income", "0", "R"),
        ("EXEMPTEXPENSES", "GST Free Expenses", "0", "E"),
        ("EXEMPTEXPORT", "GST Free Exports", "0", "R"),
        ("INPUTTAXED", "Input Taxed", "0", "RE"),
        ("CAPEXINPUT", "GST on Capital", "10", "E"),
        ("BASEXCLUDED", "BAS Excluded", "0", "RE"),
    ),
    "NZ": (
        ("OUTPUT2", "15% GST on Income", "15", "R"),
        ("INPUT2", "15% GST on Expenses", "15", "E"),
        ("ZERORATED", "Zero Rated", "0", "RE"),
    ),
    "GB": (
        ("OUTPUT2", "20% (VAT on Income)", "20", "R"),
        ("INPUT2", "20% (VAT on Expenses)", "20", "E"),
        ("RROUTPUT", "5% (VAT on Income)", "5", "R"),
        ("RRINPUT", "5% (VAT on Expenses)", "5", "E"),
        ("ZERORATEDOUTPUT", "Zero Rated Income", "0", "R"),
        ("ZERORATEDINPUT", "Zero Rated Expenses", "0", "E"),
        ("EXEMPTOUTPUT", "Exempt Income", "0", "R"),
        ("EXEMPTINPUT", "Exempt Expenses", "0", "E"),
    ),
}
_ELSEWHERE = (("OUTPUT", "Tax on Sales", "0", "R"), ("INPUT", "Tax on Purchases", "0", "E"))


def standard_rates(country: str) -> list[Json]:
    """The tax rates of a country's organisations, NONE (no tax) among them."""
    rows = (*_BY_COUNTRY.get("GB" if country == "UK" else country, _ELSEWHERE), ("NONE", "Tax Exempt", "0", "RE"))
    return [tax_rate(*row) for row in rows]


def tax_rate(tax_type: str, name: str, percent: str, sides: str) -> Json:
    """One tax rate in the shape of Xero's TaxRates."""
    rate = Decimal(percent).quantize(Decimal("0.0001"))
    component = {"Name": name, "Rate": rate, "IsCompound": False, "IsNonRecoverable": False}
    return {
        "Name": name,
        "TaxType": tax_type,
        "ReportTaxType": report_type(tax_type),
        "CanApplyToAssets": True,
        "CanApplyToEquity": True,
        "CanApplyToExpenses": "E" in sides,
        "CanApplyToLiabilities": True,
        "CanApplyToRevenue": "R" in sides,
        "DisplayTaxRate": rate,
        "EffectiveRate": rate,
        "Status": "ACTIVE",
        "TaxComponents": [component],
    }


def report_type(tax_type: str) -> str:
    """The column of the tax return a type belongs to; Xero has none of its own for ZERORATED."""
    return "ZERORATEDOUTPUT" if tax_type == "ZERORATED" else tax_type
