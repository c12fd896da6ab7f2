"""Thames Studio Ltd: a British design agency with retainers, projects, contractors, two teams and a budget."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from sandbox.demo.book import Book
from sandbox.demo.charts import BRITISH, COMMON, Bank, Row
from sandbox.demo.dates import add_months, day_in, month_end, month_name, months
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
    monthly_bills,
    pay_bills,
    prepay,
    return_period,
)  # fmt: skip
from sandbox.demo.taxes import UNITED_KINGDOM
from sandbox.demo.thames_budget import overall_budget
from sandbox.demo.thames_october import HELD, plant

CLIENT = "thames-studio"
ORGANISATION: dict[str, object] = {
    "OrganisationID": "0b0d1c0f-0000-4000-8000-00000000a003",
    "Name": "Thames Studio Ltd",
    "LegalName": "Thames Studio Limited",
    "ShortCode": "!tms03",
    "Version": "UK",
    "OrganisationType": "COMPANY",
    "OrganisationStatus": "ACTIVE",
    "OrganisationEntityType": "COMPANY",
    "BaseCurrency": "GBP",
    "CountryCode": "GB",
    "IsDemoCompany": False,
    "PaysTax": True,
    "TaxNumber": "GB 284 1937 05",
    "FinancialYearEndDay": 31,
    "FinancialYearEndMonth": 3,
    "SalesTaxBasis": "ACCRUALS",
    "SalesTaxPeriod": "QUARTERLY",
    "PeriodLockDate": "2026-09-30",
    "EndOfYearLockDate": "2026-03-31",
    "Timezone": "GMTSTANDARDTIME",
    "Edition": "BUSINESS",
    "Class": "PREMIUM",
    "CreatedDateUTC": "/Date(1727740800000+0000)/",
}
BANKS = (
    Bank("090", "Current Account", "20-00-00 41882207", "GBP"),
    Bank("091", "Reserve Account", "20-00-00 41882215", "GBP"),
)
EXTRA = (
    Row("205", "Retainer Fees", "REVENUE", "income"),
    Row("321", "Contractors", "DIRECTCOSTS", "expense"),
    Row("325", "Direct Expenses", "DIRECTCOSTS", "expense"),
    Row("970", "Dividends Paid", "EQUITY"),
    Row("855", "Stripe Clearing", "CURRENT", payments=True),
)
# Client, monthly retainer, team, days it usually pays after the due date.
RETAINERS = (
    ("Maple & Thorn Publishing", "5850.00", "Brand", 2), ("Quayside Housing Trust", "7240.00", "Digital", -1),
    ("Larkfield Botanics", "3460.00", "Brand", 6), ("Northgate Credit Union", "6385.00", "Digital", 1),
    ("Otterbourne Museums", "4120.00", "Brand", 11), ("Brightwater Cycles", "3790.00", "Digital", 4),
    ("Hollis Grain Merchants", "2945.00", "Brand", 0),
)  # fmt: skip
PROJECT_CLIENTS = (
    ("Maple & Thorn Publishing", "Brand", 2), ("Quayside Housing Trust", "Digital", -1),
    ("Elmhurst Theatre", "Brand", 8),
    ("Saffron Lane Kitchens", "Brand", 14), ("Wexcombe Dairy", "Brand", 3),
    ("Fernhill Schools Partnership", "Digital", 9),
    ("Pennant Sailing Club", "Digital", 5), ("Northgate Credit Union", "Digital", 1),
    ("Corbel & Finch Architects", "Brand", 7),
)  # fmt: skip
WORK = {
    "Brand": ("Brand identity, stage payment", "Annual report design", "Packaging refresh", "Exhibition graphics"),
    "Digital": ("Website build, sprint", "Design system", "User research and prototype", "Campaign microsite"),
}
# Freelancer, prefix of the bill numbers, day rate, usual days a month, what they do, team.
FREELANCERS = (
    ("Imogen Carrow Illustration", "ICI-", "425.00", 8, "Illustration", "Brand"),
    ("Dev Patwari", "DP", "460.00", 8, "Front-end development", "Digital"),
    ("Marlow Motion", "MM-", "390.00", 8, "Motion design", "Digital"),
    ("Tess Oakham Copy", "TO", "400.00", 9, "Copywriting", "Brand"),
)
POWER = "Capital Light & Power"
OVERHEADS = (
    Overhead("Shad Wharf Estates", "SWE-", "469", "5180.00", 1, 7, "Studio rent"),
    Overhead(POWER, "CLP", "445", "684.30", 25, 14, "Electricity, studio", 7),
    Overhead("Pixelstack Cloud", "PXC", "463", "1268.40", 6, 14, "Hosting and design software", 4),
    Overhead("Typeface Collective", "TFC-", "485", "742.00", 9, 14, "Fonts and image libraries", 5),
    Overhead("Bexley & Moore Accountants", "BM-", "412", "780.00", 15, 14, "Bookkeeping and payroll"),
    Overhead("Linehaul Telecom", "LH", "489", "312.55", 11, 14, "Phones and internet"),
    Overhead("Bright Broom Cleaning", "BBC-", "408", "436.00", 26, 14, "Cleaning"),
    Overhead("Thameside Borough Council", "TBC", "465", "968.00", 2, 14, "Business rates", 0, "EXEMPTINPUT"),
    Overhead("Rowan Press & Events", "RPE", "400", "915.00", 19, 21, "Awards, press and events", 9),
    Overhead("Railcard Travel Desk", "RTD", "493", "486.20", 28, 14, "Client travel", 8, "EXEMPTINPUT"),
)
PREPAID = (
    Prepaid("PI-55102", "Sentinel Professional Cover", date(2025, 3, 20), date(2025, 4, 1),
            "Professional indemnity insurance", "3685.00", "433", "EXEMPTINPUT"),
    Prepaid("PI-58277", "Sentinel Professional Cover", date(2026, 3, 19), date(2026, 4, 1),
            "Professional indemnity insurance", "3870.00", "433", "EXEMPTINPUT"),
    Prepaid("ADC-20261", "Atelier Design Cloud", date(2026, 8, 27), date(2026, 9, 1),
            "Creative suite licences, 14 seats", "5916.00", "463"),
    Prepaid("SMS-3340", "Studio Systems Support", date(2026, 10, 15), date(2026, 11, 1),
            "Server maintenance contract", "2196.00", "463"),
)  # fmt: skip


def write() -> Book:
    """The whole book, October 2024 to November 2026."""
    book = Book(CLIENT, ORGANISATION, "GBP", UNITED_KINGDOM, BANKS, COMMON + BRITISH + EXTRA, first_sale=3180)
    book.tracking["Team"] = ("Brand", "Digital")
    draw = Draw("thames studio")
    _open(book)
    for month in months(date(2024, 10, 1), BUSINESS_DATE):
        _fees(book, draw, month)
        _freelancers(book, draw, month)
        if FIRST_MONTH <= month <= CLOSING_MONTH:
            _run(book, draw, month)
    for prepaid in PREPAID:
        prepay(book, prepaid, amortised_until=date(2026, 9, 30))
    _workshops(book, draw)
    plant(book)
    habits = {name: habit for name, _, habit in PROJECT_CLIENTS} | {name: habit for name, _, _, habit in RETAINERS}
    credit_one(book, "CN-0206", "Pennant Sailing Club", date(2026, 3, 1), Line(
        "Sprint cut short, two days credited", "200", Decimal("940.00"), "OUTPUT2", tracking="Digital"))  # fmt: skip
    customers_pay(book, draw, habits, "090")
    pay_bills(book, "090")
    _returns(book)
    book.number_sales()
    book.budgets.append(overall_budget(CLIENT))
    return book


def _open(book: Book) -> None:
    book.journal("opening", date(2024, 10, 31), "Opening balances at 31 October 2024", (
        ("090", "58233.18", "Current Account"), ("091", "30000.00", "Reserve Account"),
        ("710", "41850.00", "Computers, cameras and furniture"), ("711", "-19460.00", "Accumulated depreciation"),
        ("820", "-17384.20", "VAT owed for the quarter to September and October"),
        ("825", "-9214.35", "PAYE and NIC owed"),
        ("858", "-1862.40", "Pensions owed"), ("950", "-100.00", "Share capital"),
        ("960", "-82062.23", "Retained earnings"),
    ))  # fmt: skip


def _open_period(on: date) -> bool:
    return date(2024, 10, 14) <= on <= BUSINESS_DATE


def _fees(book: Book, draw: Draw, month: date) -> None:
    """Retainers on the first, projects through the month; October 2026 was a thin one for projects."""
    for name, fee, team, _ in RETAINERS:
        on = day_in(month, 1)
        uplift = Decimal("1.04") if month >= date(2025, 10, 1) else Decimal(1)
        line = Line(f"Retainer {month_name(month)}", "205", cents(Decimal(fee) * uplift), "OUTPUT2", tracking=team)
        if _open_period(on):
            book.sale(
                f"retainer/{name}/{on}",
                name,
                on,
                on + timedelta(days=14),
                [line],
                reference=f"Retainer {month_name(month)}",
            )
    count = 6 if month == CLOSING_MONTH else 7 if month.month in (8, 12) else 8
    for place in range(count):
        name, team, _ = PROJECT_CLIENTS[(month.month * 4 + place * 2 + month.year) % len(PROJECT_CLIENTS)]
        on = day_in(month, 3 + place * 3 + draw.whole(0, 3))
        price = draw.money("2650.00", "6900.00")
        line = Line(f"{draw.one_of(WORK[team])} – {month_name(month)}", "200", price, "OUTPUT2", tracking=team)
        if _open_period(on):
            book.sale(f"project/{name}/{on}/{place}", name, on, on + timedelta(days=30), [line],
                      reference=f"Job {draw.whole(4100, 4980)}", held=(name, on.isoformat()[:7]) in HELD)  # fmt: skip


def _freelancers(book: Book, draw: Draw, month: date) -> None:
    """Contractors bill by the day at the end of the month."""
    serial = (month.year - 2024) * 12 + month.month
    for place, (name, prefix, rate, days, work, team) in enumerate(FREELANCERS):
        on = day_in(month, 26 + place)
        worked = Decimal(days if month == CLOSING_MONTH else days + draw.whole(-1, 1))
        line = Line(f"{work}, days in {month_name(month)}", "321", Decimal(rate), "INPUT2", worked, team)
        if _open_period(on):
            book.bill(f"{prefix}{140 + serial * 2}", name, on, on + timedelta(days=21), [line])


def _run(book: Book, draw: Draw, month: date) -> None:
    """What a month costs: overheads, payroll, depreciation, bank, reserve."""
    monthly_bills(book, draw, month, OVERHEADS, absent=POWER if month == CLOSING_MONTH else "")
    _payroll(book, draw, month)
    depreciation(book, month, "711", "968.40")
    fee = Line("Account fees", "404", draw.money("28.00", "44.00"), "EXEMPTINPUT")
    book.spend(f"fees/{month:%Y-%m}", month_end(month), "090", "Bank", [fee], reference="Bank fees")
    gain = Line("Reserve interest", "270", draw.money("58.00", "92.00"), "NONE")
    book.receive(f"interest/{month:%Y-%m}", month_end(month), "091", "Bank", [gain], reference="Interest")
    if month.month in (3, 9):
        paid = Line("Interim dividend", "970", Decimal("16000.00"), "NONE")
        book.spend(f"dividend/{month:%Y-%m}", day_in(month, 24), "090", "Shareholders", [paid], reference="Dividend")
        book.move(f"reserve/{month:%Y-%m}", day_in(month, 17), "090", "091", Decimal("4000.00"), "To reserve")


def _payroll(book: Book, draw: Draw, month: date) -> None:
    """The month's payroll journal; net pay leaves the same day, the rest on the 22nd of the next month."""
    paid = day_in(month, 28)
    gross = draw.wobble(Decimal("36900.00") if month < date(2025, 4, 1) else Decimal("37650.00"), 1)
    employer, pension = cents(gross * Decimal("0.118")), cents(gross * Decimal("0.03"))
    taxed, saved = cents(gross * Decimal("0.221")), cents(gross * Decimal("0.05"))
    name, net = month_name(month), gross - taxed - saved
    book.journal(f"payroll/{month:%Y-%m}", paid, f"Payroll {name}", (
        ("477", gross, "Gross salaries"), ("479", employer, "Employer's National Insurance"),
        ("482", pension, "Employer's pension"),
        ("825", -taxed - employer, "PAYE and NIC"), ("858", -pension - saved, "Pensions"), ("814", -net, "Net pay"),
    ))  # fmt: skip
    pay = Line(f"Net pay {name}", "814", net, "NONE")
    book.spend(f"wages/{month:%Y-%m}", paid, "090", "Staff payroll", [pay], reference=f"Salaries {name}")
    _hand_over(book, month, taxed + employer, pension + saved)


def _hand_over(book: Book, month: date, paye: Decimal, pension: Decimal) -> None:
    """PAYE, NIC and pensions of a month, paid on the 22nd of the next; October 2024 was brought forward."""
    owed = [(add_months(month, 1), month_name(month), paye, pension)]
    if month == FIRST_MONTH:
        owed.insert(0, (month, "October 2024", Decimal("9214.35"), Decimal("1862.40")))
    for following, name, tax, saved in owed:
        on = day_in(following, 22)
        if on <= CLOSING_END:
            line = Line(f"PAYE and NIC {name}", "825", tax, "NONE")
            book.spend(f"paye/{following:%Y-%m}", on, "090", "Revenue Office", [line], reference=f"PAYE {name}")
            line = Line(f"Pensions {name}", "858", saved, "NONE")
            book.spend(
                f"pension/{following:%Y-%m}", on, "090", "Pension trustees", [line], reference=f"Pensions {name}"
            )


def _workshops(book: Book, draw: Draw) -> None:
    """Evening workshops: tickets are paid through Stripe and paid out five days later less fees."""
    for month in months(FIRST_MONTH, CLOSING_MONTH):
        for place, day in enumerate((7, 14, 20)):
            on = day_in(month, day)
            line = Line(
                "Lettering workshop tickets", "260", Decimal("49.17"), "OUTPUT2", Decimal(draw.whole(5, 12)), "Brand"
            )
            sale = book.sale(f"workshop/{on}", "Workshop attendees", on, on, [line], held=True)
            book.pay(sale, on, "855", reference="Stripe")
            fee = cents(sale.total * Decimal("0.019"))
            lines = [Line("Stripe payout", "855", sale.total, "NONE"), Line("Stripe fee", "404", -fee, "EXEMPTINPUT")]
            book.receive(
                f"stripe/{on}/{place}", on + timedelta(days=5), "090", "Stripe settlements", lines, reference="Payout"
            )


def _returns(book: Book) -> None:
    """Quarterly VAT, paid by the 7th of the second month after; the September 2026 return is due in November."""
    opening = Decimal("17384.20")
    for last in (month_end(month) for month in months(date(2024, 12, 1), date(2026, 6, 1)) if month.month % 3 == 0):
        first = add_months(last, -2).replace(day=1)
        return_period(book, first, last, day_in(add_months(last, 2), 6), "090", "Revenue Office", opening)
        opening = Decimal(0)
    tax = Line("Corporation tax, year to March 2025", "500", Decimal("6182.44"), "NONE")
    book.spend("corporation-tax/2025", date(2025, 12, 30), "090", "Revenue Office", [tax], reference="Corporation tax")
