"""Bondi Coffee Roasters Pty Ltd: an Australian roaster supplying cafés; beans are free of GST, the rest is not."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from sandbox.demo.bondi_october import HELD, plant
from sandbox.demo.bondi_tax import payroll, tax_returns
from sandbox.demo.book import Book
from sandbox.demo.charts import AUSTRALIAN, COMMON, Bank, Row
from sandbox.demo.dates import day_in, month_end, month_name, months
from sandbox.demo.draw import Draw, cents
from sandbox.demo.papers import Line
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
)  # fmt: skip
from sandbox.demo.taxes import AUSTRALIA

CLIENT = "bondi-coffee"
ORGANISATION: dict[str, object] = {
    "OrganisationID": "0b0d1c0f-0000-4000-8000-00000000a001",
    "Name": "Bondi Coffee Roasters Pty Ltd",
    "LegalName": "Bondi Coffee Roasters Pty Ltd",
    "ShortCode": "!bnd01",
    "Version": "AU",
    "OrganisationType": "COMPANY",
    "OrganisationStatus": "ACTIVE",
    "OrganisationEntityType": "COMPANY",
    "BaseCurrency": "AUD",
    "CountryCode": "AU",
    "IsDemoCompany": False,
    "PaysTax": True,
    "TaxNumber": "53 004 085 616",
    "FinancialYearEndDay": 30,
    "FinancialYearEndMonth": 6,
    "SalesTaxBasis": "ACCRUALS",
    "SalesTaxPeriod": "QUARTERLY1",
    "PeriodLockDate": "2026-09-30",
    "EndOfYearLockDate": "2026-06-30",
    "Timezone": "AUSEASTERNSTANDARDTIME",
    "Edition": "BUSINESS",
    "Class": "PREMIUM",
    "CreatedDateUTC": "/Date(1727740800000+0000)/",
}
BANKS = (
    Bank("090", "Business Cheque", "062-184 10447821", "AUD"),
    Bank("091", "Business Savings", "062-184 10447839", "AUD"),
    Bank("092", "Business Credit Card", "4564-XXXX-XXXX-2291", "AUD", "CREDITCARD"),
)
EXTRA = (
    Row("630", "Inventory", "CURRENT"),
    Row("855", "Card Terminal Clearing", "CURRENT", payments=True),
)
# Café, kilos of beans a fortnight, price a kilo, days it usually pays after the due date, rents a machine.
CAFES = (
    ("Harbour Lantern Café", 52, "29.80", 1, True),
    ("Saltbush & Rye", 38, "30.50", 3, True),
    ("Marigold Lane Café", 44, "30.50", -1, False),
    ("Driftwood Espresso Bar", 36, "31.20", 9, True),
    ("The Corner Pelican", 61, "28.90", 0, True),
    ("Little Quokka Kitchen", 29, "31.80", 6, False),
    ("North Steyne Canteen", 57, "29.40", 2, True),
    ("Figtree Provisions", 33, "31.20", 12, False),
    ("Tidewater Bakehouse", 48, "29.90", 4, True),
    ("Paperbark Social", 40, "30.80", -2, False),
    ("Sundial Brunch Co", 55, "29.40", 7, True),
    ("Gumnut & Co Deli", 27, "32.10", 0, False),
    ("Headland House Café", 46, "30.20", 15, True),
    ("Copper Kettle Eatery", 35, "31.20", 3, False),
    ("Wharf Nine Coffee", 64, "28.60", 1, True),
    ("Bluebottle Kiosk Bondi", 31, "31.80", 5, False),
)
SEASON = ("1.08", "1.04", "1.00", "0.98", "0.95", "0.92", "0.93", "0.95", "0.98", "1.00", "1.03", "1.10")
ELECTRICITY = "Southern Grid Energy"
OVERHEADS = (
    Overhead("Coastline Property Trust", "RENT-", "469", "4385.00", 1, 7, "Roastery and cupping room rent"),
    Overhead(ELECTRICITY, "SGE", "445", "1142.60", 27, 14, "Electricity and gas, roastery", 12),
    Overhead("Kestrel Freight Lines", "KFL-", "425", "1618.00", 29, 21, "Café delivery runs", 10),
    Overhead("Redgum Telecom", "RT", "489", "218.90", 12, 14, "Phones and internet"),
    Overhead("Clearbooks Advisory", "CA-", "412", "615.00", 15, 14, "Bookkeeping and advice"),
    Overhead("Rosella Creative", "RC", "400", "742.50", 20, 14, "Social media and photography", 15),
    Overhead("Sparkle & Sons Cleaning", "SS", "408", "486.00", 26, 14, "Cleaning"),
    Overhead("Bayside Refrigeration", "BR-", "473", "398.00", 17, 14, "Machine parts and servicing", 25),
    Overhead("Ledgerleaf Software", "LL", "485", "164.70", 3, 14, "Ordering and roster software"),
)
PREPAID = (
    Prepaid("BI-2025-118", "Austral Mutual Insurance Brokers", date(2025, 6, 24), date(2025, 7, 1),
            "Business insurance", "9012.00", "433"),
    Prepaid("BI-2026-127", "Austral Mutual Insurance Brokers", date(2026, 6, 23), date(2026, 7, 1),
            "Business insurance", "9478.80", "433"),
    Prepaid("RPS-30914", "Crema Profile Systems", date(2026, 2, 19), date(2026, 3, 1),
            "Roast profiling software licence", "2954.40", "485"),
    Prepaid("FSC-7702", "Food Assurance Australasia", date(2026, 10, 13), date(2026, 11, 1),
            "Food safety certification", "1788.00", "485"),
)  # fmt: skip


def write() -> Book:
    """The whole book, October 2024 to November 2026."""
    book = Book(CLIENT, ORGANISATION, "AUD", AUSTRALIA, BANKS, COMMON + AUSTRALIAN + EXTRA, first_sale=1043)
    draw = Draw("bondi coffee roasters")
    _open(book)
    for month in months(date(2024, 10, 1), BUSINESS_DATE):
        _trade(book, draw, month)
        if FIRST_MONTH <= month <= CLOSING_MONTH:
            _run(book, draw, month)
    for prepaid in PREPAID:
        prepay(book, prepaid, amortised_until=date(2026, 9, 30))
    _card(book, draw)
    _market(book, draw)
    plant(book)
    habits = {name: habit for name, _, _, habit, _ in CAFES}
    credit_one(book, "CN-0041", "Tidewater Bakehouse", date(2025, 9, 1), Line(
        "House blend, split bags returned, kg", "200", Decimal("33.80"), "EXEMPTOUTPUT", Decimal(6)))  # fmt: skip
    credit_one(book, "CN-0052", "Wharf Nine Coffee", date(2026, 5, 1), Line(
        "Takeaway cups, misprinted carton", "200", Decimal("96.40"), "OUTPUT"))  # fmt: skip
    customers_pay(book, draw, habits, "090")
    pay_bills(book, "090")
    tax_returns(book)
    book.number_sales()
    return book


def _open(book: Book) -> None:
    book.journal("opening", date(2024, 10, 31), "Opening balances at 31 October 2024", (
        ("090", "58214.35", "Business Cheque"), ("091", "36500.00", "Business Savings"),
        ("092", "-1842.60", "Business Credit Card"),
        ("620", "5712.00", "Business insurance 1 Jul 2024 – 30 Jun 2025, 8 of 12 months left"),
        ("630", "28450.00", "Green and roasted beans"), ("710", "96400.00", "Roaster, grinders, van fit-out"),
        ("711", "-34820.00", "Accumulated depreciation"), ("820", "-2146.20", "GST owed"),
        ("825", "-4512.00", "PAYG withheld"), ("826", "-2474.80", "Superannuation owed"),
        ("900", "-61250.00", "Equipment loan"), ("970", "-1200.00", "Share capital"),
        ("960", "-117030.75", "Retained earnings"),
    ))  # fmt: skip
    for place, month in enumerate(months(date(2024, 11, 1), date(2025, 6, 1))):
        text = "Business insurance 1 Jul 2024 – 30 Jun 2025"
        narration = f"Prepayment amortisation {month_name(month)}: Business insurance (BI-2024-104), {place + 5} of 12"
        book.journal(f"amortise/BI-2024-104/{month:%Y-%m}", month_end(month), narration,
                     (("433", "714.00", text), ("620", "-714.00", text)))  # fmt: skip


def _trade(book: Book, draw: Draw, month: date) -> None:
    """Invoices to cafés twice a month, green beans twice, packaging once."""
    season = Decimal(SEASON[month.month - 1])
    rise = Decimal("3.90") if month >= date(2025, 7, 1) else Decimal("1.30")
    for name, kilos, price, _, machine in CAFES:
        for half, day in enumerate((4, 18)):
            on = day_in(month, day + draw.whole(0, 4))
            lines = _order(draw, Decimal(kilos) * season, Decimal(price) + rise, month, machine and half == 0)
            if _wanted(name, on):
                book.sale(
                    f"{name}/{on}", name, on, on + timedelta(days=14), lines, held=(name, on.isoformat()[:7]) in HELD
                )
    for supplier, prefix, day, kilos in (
        ("Andes & Java Green Bean Importers", "AJ-", 9, 820), ("Highland Origin Traders", "HOT", 23, 640),
    ):  # fmt: skip
        on, bags = day_in(month, day), Decimal(draw.whole(kilos - 60, kilos + 60)) * season
        line = Line(
            "Green beans, kg",
            "310",
            draw.money("11.90", "12.85"),
            AUSTRALIA.free_expense,
            cents(bags).quantize(Decimal(1)),
        )
        if _open_period(on):
            book.bill(f"{prefix}{20900 + _serial(month) * 13}", supplier, on, on + timedelta(days=30), [line])
    on = day_in(month, 11)
    line = Line(
        "Cups, lids and bags, cartons", "310", draw.money("64.20", "66.80"), "INPUT", Decimal(draw.whole(58, 74))
    )
    if _open_period(on):
        book.bill(f"PPC{7100 + _serial(month) * 9}", "Pacific Paper & Cups", on, on + timedelta(days=21), [line])


def _order(draw: Draw, kilos: Decimal, price: Decimal, month: date, machine: bool) -> list[Line]:
    """One café's order: beans, sometimes cups and syrups, and the month's machine hire."""
    weight = Decimal(draw.whole(int(kilos * 86), int(kilos * 114)) // 100)
    lines = [Line("House blend, roasted beans, kg", "200", price, "EXEMPTOUTPUT", weight)]
    if draw.chance(80):
        lines.append(
            Line("Takeaway cups and lids, cartons", "200", Decimal("96.40"), "OUTPUT", Decimal(draw.whole(1, 5)))
        )
    if draw.chance(35):
        lines.append(Line("Syrups and chai, cases", "200", Decimal("58.75"), "OUTPUT", Decimal(draw.whole(1, 3))))
    if machine:
        lines.append(
            Line(f"Espresso machine hire and service – {month_name(month)}", "260", Decimal("245.00"), "OUTPUT")
        )
    return lines


def _serial(month: date) -> int:
    return (month.year - 2024) * 12 + month.month


def _open_period(on: date) -> bool:
    """Only what was still open at the opening balances exists from October 2024, and nothing after the demo day."""
    return date(2024, 10, 14) <= on <= BUSINESS_DATE


def _wanted(name: str, on: date) -> bool:
    """Driftwood was put on stop in August 2026, after its July invoices stayed unpaid."""
    return _open_period(on) and not (name == "Driftwood Espresso Bar" and on >= date(2026, 8, 1))


def _run(book: Book, draw: Draw, month: date) -> None:
    """What a month costs: overheads, payroll, depreciation, loan, savings, stock count at year end."""
    monthly_bills(book, draw, month, OVERHEADS, absent=ELECTRICITY if month == CLOSING_MONTH else "")
    payroll(book, draw, month)
    depreciation(book, month, "711", "1412.50", "DRAFT" if month == CLOSING_MONTH else "POSTED")
    interest = cents(Decimal("348.10") - Decimal("6.35") * (_serial(month) - 11))
    loan_repayment(book, month, "090", "Southbank Equipment Finance", Decimal("1466.80") - interest, interest)
    fee = Line("Account and card fees", "404", draw.money("38.00", "61.00"), "EXEMPTEXPENSES")
    book.spend(f"fees/{month:%Y-%m}", month_end(month), "090", "Southbank", [fee], reference="Bank fees")
    gain = Line("Savings interest", "270", draw.money("96.00", "141.00"), "EXEMPTOUTPUT")
    book.receive(f"interest/{month:%Y-%m}", month_end(month), "091", "Southbank", [gain], reference="Interest")
    if month.month in (2, 5, 8, 11):
        book.move(f"savings/{month:%Y-%m}", day_in(month, 20), "090", "091", Decimal("1500.00"), "To savings")
    if month.month == 6:
        counted = draw.money("900.00", "1900.00")
        book.journal(f"stock/{month:%Y-%m}", month_end(month), f"Stock count {month_name(month)}",
                     (("630", counted, "Stock on hand"), ("310", -counted, "Stock on hand")))  # fmt: skip


def _card(book: Book, draw: Draw) -> None:
    """Small purchases on the credit card, repaid in full from the cheque account on the 14th of the next month."""
    shops = (("Pump & Go Fuel", "449", "62.00", "118.00"), ("Corner Hardware", "473", "24.00", "142.00"),
             ("Kerbside Parcels", "425", "18.50", "64.00"),
             ("Desk & Ink Stationers", "453", "22.00", "96.00"))  # fmt: skip
    owed = Decimal("1842.60")
    for month in months(FIRST_MONTH, CLOSING_MONTH):
        book.move(f"card/{month:%Y-%m}", day_in(month, 14), "090", "092", owed, "Credit card repayment")
        owed = Decimal(0)
        for place, day in enumerate((3, 8, 11, 16, 21, 25)):
            shop, code, low, high = draw.one_of(shops)
            line = Line(shop, code, draw.money(low, high), "INPUT")
            owed += line.unit
            book.spend(f"card/{month:%Y-%m}/{place}", day_in(month, day), "092", shop, [line], reference="Card 2291")


def _market(book: Book, draw: Draw) -> None:
    """The Sunday market stall: card sales pass through the clearing account and are paid out on Tuesday, less fees."""
    sunday = date(2024, 11, 3)
    while sunday <= BUSINESS_DATE:
        line = Line("Market stall sales, coffee served", "200", draw.money("880.00", "1460.00"), "OUTPUT")
        sale = book.sale(f"market/{sunday}", "Market stall customers", sunday, sunday, [line], held=True)
        book.pay(sale, sunday, "855", reference="Card terminal")
        payout = sunday + timedelta(days=2)
        fee = cents(sale.total * Decimal("0.016"))
        lines = [
            Line("Card terminal takings", "855", sale.total, "BASEXCLUDED"),
            Line("Terminal fee", "404", -fee, "EXEMPTEXPENSES"),
        ]
        book.receive(f"payout/{sunday}", payout, "090", "Terminal settlements", lines, reference="Settlement",
                     reconciled=payout <= CLOSING_END)  # fmt: skip
        sunday += timedelta(days=7)
