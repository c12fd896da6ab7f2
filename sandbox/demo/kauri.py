"""Kauri Export Ltd: a New Zealand honey exporter that invoices in US dollars and euros and keeps a dollar account."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from sandbox.demo import kauri_currency
from sandbox.demo.book import Book
from sandbox.demo.charts import COMMON, NEW_ZEALANDER, Bank, Row
from sandbox.demo.dates import add_months, day_in, month_end, month_name, months
from sandbox.demo.draw import Draw, cents
from sandbox.demo.kauri_october import HELD, plant
from sandbox.demo.papers import Line
from sandbox.demo.rates import day_rate
from sandbox.demo.rhythm import (
    BUSINESS_DATE,
    CLOSING_END,
    CLOSING_MONTH,
    FIRST_MONTH,
    Overhead,
    Prepaid,
    credit_one,
    customers_pay,
    depreciation,
    loan_repayment,
    monthly_bills,
    pay_bills,
    prepay,
    return_period,
)  # fmt: skip
from sandbox.demo.taxes import NEW_ZEALAND

CLIENT = "kauri-export"
ORGANISATION: dict[str, object] = {
    "OrganisationID": "0b0d1c0f-0000-4000-8000-00000000a002",
    "Name": "Kauri Export Ltd",
    "LegalName": "Kauri Export Limited",
    "ShortCode": "!kau02",
    "Version": "NZ",
    "OrganisationType": "COMPANY",
    "OrganisationStatus": "ACTIVE",
    "OrganisationEntityType": "COMPANY",
    "BaseCurrency": "NZD",
    "CountryCode": "NZ",
    "IsDemoCompany": False,
    "PaysTax": True,
    "TaxNumber": "119-482-663",
    "FinancialYearEndDay": 31,
    "FinancialYearEndMonth": 3,
    "SalesTaxBasis": "INVOICE",
    "SalesTaxPeriod": "TWOMONTHS",
    "PeriodLockDate": "2026-08-31",
    "EndOfYearLockDate": "2026-03-31",
    "Timezone": "NEWZEALANDSTANDARDTIME",
    "Edition": "BUSINESS",
    "Class": "PREMIUM",
    "CreatedDateUTC": "/Date(1727740800000+0000)/",
}
BANKS = (
    Bank("090", "Business Cheque", "03-0589-0274116-00", "NZD"),
    Bank("091", "US Dollar Account", "03-0589-0274116-91", "USD"),
)
EXTRA = (
    Row("630", "Inventory", "CURRENT"),
    Row("855", "PayPal Clearing", "CURRENT", payments=True),
    Row("856", "Currency Exchange Clearing", "CURRENT", payments=True),
)
# Buyer, currency, cartons an order, price a carton, days it usually pays after the due date, orders a month, terms.
BUYERS = (
    ("Prairie Pantry Imports", "USD", 64, "131.40", 6, 2, 30),
    ("Lakeshore Natural Foods", "USD", 48, "134.20", 2, 1, 30),
    ("Golden Hive Distributors", "USD", 82, "128.75", -2, 2, 30),
    ("Cascadia Wellness Supply", "USD", 39, "136.90", 11, 1, 45),
    ("Blue Ridge Organics", "USD", 35, "137.50", 4, 1, 30),
    ("Nordlicht Feinkost GmbH", "EUR", 44, "118.60", 3, 1, 30),
    ("Maison Abeille SARL", "EUR", 37, "121.20", 8, 1, 45),
    ("Tulip Reform Handel BV", "EUR", 41, "119.80", -1, 1, 30),
    ("Harakeke Health Stores", "NZD", 16, "154.80", 2, 2, 20),
    ("Southern Cross Gifts", "NZD", 11, "159.50", 5, 2, 20),
    ("Pohutukawa Pharmacy Group", "NZD", 19, "152.40", 0, 2, 20),
    ("Otago Souvenir Traders", "NZD", 9, "161.20", 9, 1, 20),
)
SEASON = ("0.90", "0.94", "1.06", "1.10", "1.12", "1.10", "1.04", "1.00", "0.96", "0.98", "1.02", "0.86")
COOLSTORE = "Bluff Road Coolstores"
OVERHEADS = (
    Overhead("Totara Park Estates", "TPE", "469", "6840.00", 1, 7, "Packhouse rent"),
    Overhead(COOLSTORE, "BRC-", "429", "2264.50", 26, 14, "Cool storage, pallets", 9),
    Overhead("Waikawa Energy", "WE", "445", "1387.20", 24, 14, "Power, packhouse", 11),
    Overhead("Hivelab Testing Services", "HTS-", "310", "2590.00", 16, 20, "MGO and residue testing", 14),
    Overhead("Fern & Field Accountants", "FF", "412", "890.00", 14, 14, "Accounting and export paperwork"),
    Overhead("Kea Communications", "KC", "489", "264.80", 10, 14, "Phones and internet"),
    Overhead("Taiaha Design Studio", "TDS", "400", "2475.00", 19, 20, "Trade marketing and labels", 16),
    Overhead("Inland Haulage Co", "IH-", "425", "1836.00", 29, 20, "Road freight to port", 12),
    Overhead("Cargoledger Software", "CLS", "485", "312.00", 4, 14, "Export documentation software"),
    Overhead("Scrub & Shine Packhouse Care", "SPC", "408", "640.00", 25, 14, "Cleaning"),
)
PREPAID = (
    Prepaid("MCI-4107", "Aotearoa Marine Underwriters", date(2025, 3, 24), date(2025, 4, 1),
            "Marine cargo insurance", "13812.00", "433"),
    Prepaid("MCI-5266", "Aotearoa Marine Underwriters", date(2026, 3, 23), date(2026, 4, 1),
            "Marine cargo insurance", "14316.00", "433"),
    Prepaid("ECP-0188", "Food Export Certifiers", date(2025, 12, 15), date(2026, 1, 1),
            "Export certification programme", "5340.00", "412"),
    Prepaid("LSE-2044", "Port Side Equipment Leasing", date(2026, 10, 20), date(2026, 11, 1),
            "Forklift lease paid in advance", "4752.00", "429"),
)  # fmt: skip


def write() -> Book:
    """The whole book, October 2024 to November 2026."""
    book = Book(CLIENT, ORGANISATION, "NZD", NEW_ZEALAND, BANKS, COMMON + NEW_ZEALANDER + EXTRA, first_sale=2210)
    draw = Draw("kauri export")
    _open(book)
    for month in months(date(2024, 10, 1), BUSINESS_DATE):
        _sell(book, draw, month)
        _buy(book, draw, month)
        if FIRST_MONTH <= month <= CLOSING_MONTH:
            _run(book, draw, month)
    for prepaid in PREPAID:
        prepay(book, prepaid, amortised_until=date(2026, 9, 30))
    _online_shop(book, draw)
    plant(book)
    habits = {name: habit for name, _, _, _, habit, _, _ in BUYERS}
    credit_one(book, "CN-0117", "Harakeke Health Stores", date(2026, 2, 1), Line(
        "Mānuka honey, leaking cartons returned", "200", Decimal("154.80"), "OUTPUT2", Decimal(2)))  # fmt: skip
    customers_pay(book, draw, habits, "090")
    pay_bills(book, "090")
    kauri_currency.foreign_payments(book, draw, habits)
    kauri_currency.convert_dollars(book)
    _returns(book)
    book.number_sales()
    return book


def _open(book: Book) -> None:
    book.journal("opening", date(2024, 10, 31), "Opening balances at 31 October 2024", (
        ("090", "168406.55", "Business Cheque"), ("630", "186240.00", "Honey in drums and jars"),
        ("710", "158300.00", "Packing line and cool room"), ("711", "-61745.00", "Accumulated depreciation"),
        ("820", "5127.40", "GST refund due"), ("825", "-7914.60", "PAYE and KiwiSaver owed"),
        ("900", "-142500.00", "Packing line loan"), ("970", "-50000.00", "Share capital"),
        ("960", "-255914.35", "Retained earnings"),
    ))  # fmt: skip


def _open_period(on: date) -> bool:
    return date(2024, 10, 14) <= on <= BUSINESS_DATE


def _sell(book: Book, draw: Draw, month: date) -> None:
    """Export orders in the buyer's currency, zero-rated; domestic orders with GST."""
    for name, currency, cartons, price, _, orders, terms in BUYERS:
        for place in range(orders):
            on = day_in(month, 3 + place * 14 + draw.whole(0, 9))
            size = int(Decimal(cartons) * Decimal(SEASON[month.month - 1]) * 100)
            count = Decimal(draw.whole(size * 82, size * 118) // 10_000)
            grade = draw.one_of(("MGO 100+", "MGO 263+", "MGO 514+"))
            tax = "OUTPUT2" if currency == "NZD" else "ZERORATEDOUTPUT"
            lines = [Line(f"Mānuka honey {grade}, 250 g, cartons of 12", "200", Decimal(price), tax, count)]
            if draw.chance(40):
                lines.append(
                    Line("Honey drops, display boxes", "200", Decimal("42.60"), tax, Decimal(draw.whole(4, 20)))
                )
            if _open_period(on):
                rate = Decimal(1) if currency == "NZD" else day_rate(currency, on)
                key, order = f"{name}/{on}/{place}", f"PO {draw.whole(11000, 98000)}"
                book.sale(key, name, on, on + timedelta(days=terms), lines, reference=order, currency=currency,
                          rate=rate, held=(name, on.isoformat()[:7]) in HELD)  # fmt: skip


def _buy(book: Book, draw: Draw, month: date) -> None:
    """Honey in drums from beekeepers, jars and cartons, and freight and brokerage billed in US dollars."""
    season = Decimal(SEASON[month.month - 1])
    serial = (month.year - 2024) * 12 + month.month
    for supplier, prefix, day, kilos, price in (
        ("Ruru Valley Apiaries", "RV-", 7, 1050, "22.80"), ("Coromandel Hive Co-operative", "CHC", 15, 1240, "21.95"),
        ("Tairua Bush Honey", "TBH-", 21, 690, "23.40"),
    ):  # fmt: skip
        on = day_in(month, day)
        weight = (Decimal(draw.whole(kilos * 92, kilos * 108)) * season / 100).quantize(Decimal("0.1"))
        line = Line("Mānuka honey in drums, kg", "310", Decimal(price), "INPUT2", weight)
        if _open_period(on):
            book.bill(f"{prefix}{2000 + serial * 13}", supplier, on, on + timedelta(days=30), [line])
    on = day_in(month, 12)
    jars = Line("Jars, lids and cartons", "310", draw.wobble(Decimal("8940.00"), 8), "INPUT2")
    if _open_period(on):
        book.bill(f"CG{5100 + serial * 7}", "Clearglass Packaging", on, on + timedelta(days=30), [jars])
    for supplier, prefix, day, amount, text in (
        ("Tasman Gateway Forwarding", "TGF-", 18, "3180.00", "Sea freight Auckland to Long Beach"),
        ("Pacific Rim Customs Brokers", "PRC", 22, "1265.00", "US entry, brokerage and delivery"),
    ):  # fmt: skip
        on = day_in(month, day)
        line = Line(f"{text} – {month_name(month)}", "425", draw.wobble(Decimal(amount), 13), "ZERORATED")
        if _open_period(on):
            book.bill(f"{prefix}{880 + serial * 3}", supplier, on, on + timedelta(days=21), [line], currency="USD",
                      rate=day_rate("USD", on))  # fmt: skip


def _run(book: Book, draw: Draw, month: date) -> None:
    """What a month costs: overheads, payroll, depreciation, loan, bank, stock count at year end."""
    monthly_bills(book, draw, month, OVERHEADS, absent=COOLSTORE if month == CLOSING_MONTH else "")
    _payroll(book, draw, month)
    depreciation(book, month, "711", "2118.75")
    place = (month.year - 2024) * 12 + month.month - 11
    interest = cents(Decimal("914.20") - Decimal("13.40") * place)
    loan_repayment(book, month, "090", "Tasman Business Lending", Decimal("2985.00") - interest, interest)
    fee = Line("Account and transfer fees", "404", draw.money("52.00", "96.00"), "NONE")
    book.spend(f"fees/{month:%Y-%m}", month_end(month), "090", "Bank", [fee], reference="Bank fees")
    if month.month in (1, 5, 8):
        tax = Line("Provisional tax", "505", Decimal("9480.00"), "NONE")
        book.spend(
            f"provisional/{month:%Y-%m}",
            day_in(month, 15),
            "090",
            "Inland Tax Office",
            [tax],
            reference="Provisional tax",
        )
    if month.month == 3:
        counted = draw.money("4200.00", "9100.00")
        book.journal(f"stock/{month:%Y-%m}", month_end(month), f"Stock count {month_name(month)}",
                     (("630", counted, "Honey on hand"), ("310", -counted, "Honey on hand")))  # fmt: skip


def _payroll(book: Book, draw: Draw, month: date) -> None:
    """The month's payroll journal; net pay leaves the same day, PAYE and KiwiSaver on the 20th of the next month."""
    paid = day_in(month, 27)
    gross = draw.wobble(Decimal("26150.00") if month < date(2025, 4, 1) else Decimal("27020.00"), 3)
    share = cents(gross * Decimal("0.03"))
    withheld = cents(gross * Decimal("0.228")) + share
    name = month_name(month)
    book.journal(f"payroll/{month:%Y-%m}", paid, f"Payroll {name}", (
        ("477", gross, "Gross wages"), ("478", share, "KiwiSaver employer"),
        ("825", -withheld - share, "PAYE and KiwiSaver"),
        ("814", withheld - gross, "Net wages"),
    ))  # fmt: skip
    wages = Line(f"Net wages {name}", "814", gross - withheld, "NONE")
    book.spend(f"wages/{month:%Y-%m}", paid, "090", "Staff payroll", [wages], reference=f"Wages {name}")
    following = day_in(add_months(month, 1), 20)
    if month == FIRST_MONTH:
        first = Line("PAYE and KiwiSaver October 2024", "825", Decimal("7914.60"), "NONE")
        book.spend("paye/2024-10", day_in(month, 20), "090", "Inland Tax Office", [first], reference="PAYE")
    if following <= CLOSING_END:
        line = Line(f"PAYE and KiwiSaver {name}", "825", withheld + share, "NONE")
        book.spend(f"paye/{month:%Y-%m}", following, "090", "Inland Tax Office", [line], reference="PAYE")


def _online_shop(book: Book, draw: Draw) -> None:
    """The web shop: a weekly invoice paid through PayPal, paid out three days later less fees."""
    on = date(2024, 11, 5)
    while on <= date(2026, 11, 3):
        line = Line("Web shop orders", "200", draw.money("240.00", "520.00"), "OUTPUT2")
        sale = book.sale(f"web/{on}", "Web shop customers", on, on, [line], held=True)
        book.pay(sale, on, "855", reference="PayPal")
        payout = on + timedelta(days=3)
        fee = cents(sale.total * Decimal("0.034"))
        lines = [Line("PayPal payout", "855", sale.total, "NONE"), Line("PayPal fee", "404", -fee, "NONE")]
        if payout <= BUSINESS_DATE:
            book.receive(f"paypal/{on}", payout, "090", "PayPal settlements", lines, reference="PayPal payout")
        on += timedelta(days=7)


def _returns(book: Book) -> None:
    """Two-monthly GST returns; an exporter gets most of them back."""
    for last in (
        date(2024, 11, 30),
        *(month_end(month) for month in months(date(2025, 1, 1), date(2026, 9, 1)) if month.month % 2),
    ):
        brought = Decimal("-5127.40") if last.year == 2024 else Decimal(0)
        first = add_months(last.replace(day=1), -1)
        return_period(book, first, last, day_in(add_months(last, 1), 28), "090", "Inland Tax Office", brought)
