"""What is wrong (and what only looks wrong) in Bondi's October 2026; `docs/demo-books.md` lists it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sandbox.demo.book import Book
from sandbox.demo.papers import Invoice, Line

# Customers and months whose invoices nobody paid.
HELD = frozenset({("Driftwood Espresso Bar", "2026-07"), ("Little Quokka Kitchen", "2026-07")})


def plant(book: Book) -> None:
    """Put the planted problems and the harmless look-alikes into the book."""
    _bank(book)
    _bills(book)
    _drafts(book)
    _look_alikes(book)


def _bank(book: Book) -> None:
    """Ledger lines that no bank statement has shown yet, and a deposit nobody could place."""
    stall = Line("Cash sales, Coogee spring fair 24–25 Oct", "200", Decimal("1286.40"), "OUTPUT")
    book.receive(
        "cash-fair",
        date(2026, 10, 26),
        "090",
        "Market stall customers",
        [stall],
        reference="Cash banked?",
        reconciled=False,
    )
    shelf = Line("Shelving for cupping room, cheque 000417", "473", Decimal("638.00"), "INPUT")
    book.spend(
        "cheque-000417",
        date(2026, 8, 14),
        "090",
        "Coogee Shopfitters",
        [shelf],
        reference="Cheque 000417",
        reconciled=False,
    )
    unpaid = _sale_of(book, "Marigold Lane Café", date(2026, 10, 1), date(2026, 10, 15))
    book.pay(unpaid, date(2026, 10, 29), "090", reference="Marigold Lane", reconciled=False)
    deposit = Line("Deposit ref 88412, payer unknown", "850", Decimal("1155.00"), "BASEXCLUDED")
    book.receive("deposit-88412", date(2026, 10, 20), "090", "Unknown payer", [deposit], reference="88412")
    for key, day, shop, code, amount in (
        ("card-parcel", 28, "Kerbside Parcels", "425", "86.35"),
        ("card-hardware", 30, "Corner Hardware", "473", "214.50"),
    ):  # fmt: skip
        line = Line(shop, code, Decimal(amount), "INPUT")
        book.spend(key, date(2026, 10, day), "092", shop, [line], reference="Card 2291", reconciled=False)


def _sale_of(book: Book, customer: str, first: date, last: date) -> Invoice:
    return next(each for each in book.invoices if each.contact == customer and first <= each.on <= last)


def _bills(book: Book) -> None:
    """The same delivery billed twice, and a year of insurance charged to one month."""
    for number, on in (("KR-5518", date(2026, 10, 14)), ("KR-5518/A", date(2026, 10, 19))):
        line = Line("Repair of roaster drum bearing, call-out 12 Oct", "473", Decimal("1374.00"), "INPUT")
        book.bill(number, "Kiln & Rotor Engineering", on, date(2026, 11, 13), [line])
    cover = Line("Machinery breakdown insurance 1 Oct 2026 – 30 Sep 2027", "433", Decimal("3294.00"), "INPUT")
    bill = book.bill("MB-66120", "Austral Mutual Insurance Brokers", date(2026, 10, 2), date(2026, 10, 30), [cover])
    book.attach(bill, "MB-66120.txt", "\n".join((
        "AUSTRAL MUTUAL INSURANCE BROKERS – TAX INVOICE MB-66120", "To: Bondi Coffee Roasters Pty Ltd",
        "Machinery breakdown insurance", "Period of cover: 1 October 2026 to 30 September 2027",
        "Premium 3,294.00  GST 329.40  Total AUD 3,623.40", "Due 30 October 2026",
    )))  # fmt: skip
    policy = next(each for each in book.invoices if each.number == "BI-2026-127")
    book.attach(policy, "BI-2026-127.txt", "\n".join((
        "AUSTRAL MUTUAL INSURANCE BROKERS – TAX INVOICE BI-2026-127", "To: Bondi Coffee Roasters Pty Ltd",
        "Business insurance, period of cover 1 July 2026 to 30 June 2027",
        "Premium 9,478.80  GST 947.88  Total AUD 10,426.68", "Due 7 July 2026",
    )))  # fmt: skip


def _drafts(book: Book) -> None:
    """An invoice still in draft and a bill waiting for approval, both dated October."""
    beans = Line("House blend, roasted beans, kg", "200", Decimal("31.40"), "EXEMPTOUTPUT", Decimal(42))
    book.sale("draft-october", "Harbour Lantern Café", date(2026, 10, 30), date(2026, 11, 13), [beans], status="DRAFT",
              reference="Extra order, opening week")  # fmt: skip
    chiller = Line("Cool-room compressor, supply and fit", "473", Decimal("1296.00"), "INPUT")
    book.bill("BR-4911", "Bayside Refrigeration", date(2026, 10, 27), date(2026, 11, 10), [chiller], status="SUBMITTED")


def _look_alikes(book: Book) -> None:
    """Harmless: a deleted draft and card line, a voided double entry, a draft and an unreconciled line of November."""
    twice = Line("Kerbside Parcels, entered twice", "425", Decimal("59.90"), "INPUT")
    gone = book.spend("card-deleted", date(2026, 10, 22), "092", "Kerbside Parcels", [twice], reconciled=False)
    gone.status = "DELETED"
    syrup = Line("Syrups and chai, cases", "200", Decimal("58.75"), "OUTPUT", Decimal(2))
    book.sale("deleted-draft", "Saltbush & Rye", date(2026, 10, 21), date(2026, 11, 4), [syrup], status="DELETED")
    book.sale("draft-november", "Wharf Nine Coffee", date(2026, 11, 3), date(2026, 11, 17), [syrup], status="DRAFT")
    good = next(
        each for each in book.invoices if each.contact == "Pacific Paper & Cups" and each.on >= date(2026, 10, 1)
    )
    book.bill(good.number, good.contact, good.on, good.due, list(good.lines), status="VOIDED", key="voided-cups")
    fuel = Line("Pump & Go Fuel", "449", Decimal("94.20"), "INPUT")
    book.spend(
        "card-november", date(2026, 11, 3), "092", "Pump & Go Fuel", [fuel], reference="Card 2291", reconciled=False
    )
