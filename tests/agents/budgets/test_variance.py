"""The month against the budget: each test's books hold a budget and the documents of some months."""

from __future__ import annotations

from decimal import Decimal

from agents.budgets.variance import budget_variance
from agents.findings import VarianceReport
from tests.agents.conftest import Opener
from tests.agents.small_books import SmallBooks


def report(opened: Opener, books: SmallBooks) -> VarianceReport:
    running = opened(books)
    return budget_variance(running.scope(), running.gateway)


def test_a_cost_above_budget_is_worse_and_names_the_new_supplier(opened: Opener) -> None:
    """Advertising is budgeted at 500.00; the usual 480.00 a month, and a new photographer's 700.00 in October."""
    books = SmallBooks()
    for month in ("07", "08", "09", "10"):
        books.bill(f"AD-{month}", f"2026-{month}-05", "400", "480.00", "Flyers", supplier="Print Hub")
    photo = books.bill("PH-1", "2026-10-20", "400", "700.00", "Photos", supplier="Lux Photo")
    books.budget(_400={"2026-10": "500.00"})
    found = report(opened, books)
    (line,) = found.lines
    assert (line.account_name, str(line.actual), str(line.budget)) == ("Advertising", "A$1,180.00", "A$500.00")
    assert (str(line.difference), line.percent, line.favourable) == ("A$680.00", Decimal("136.0"), False)
    assert [(each.label, str(each.amount), each.source) for each in line.movers] == [
        ("Lux Photo: A$700.00 (PH-1), nothing in the 3 months before", "A$700.00", photo)
    ]
    assert photo in line.movers[0].link
    assert "Lux Photo" in line.why


def test_income_below_budget_is_worse_and_a_cost_that_did_not_come_is_better(opened: Opener) -> None:
    """Sales of 600.00 against 1,000.00; the rent of 400.00 was not billed. The worst for the profit comes first."""
    books = SmallBooks()
    books.sale("INV-1", "2026-10-08", "600.00")
    for month in ("07", "08", "09"):
        books.bill(f"R-{month}", f"2026-{month}-01", "469", "400.00", "Rent", supplier="Landlord")
    books.budget(_200={"2026-10": "1000.00"}, _469={"2026-10": "400.00"})
    sales, rent = report(opened, books).lines
    assert (sales.account_name, str(sales.difference), sales.favourable) == ("Sales", "−A$400.00", False)
    assert (rent.account_name, str(rent.difference), rent.favourable) == ("Rent", "−A$400.00", True)
    assert rent.movers[0].label == "Landlord: nothing this month, A$400.00 a month before"


def test_both_the_amount_and_the_percentage_must_be_material(opened: Opener) -> None:
    """Advertising 90.00 over (90 %, below 100.00); rent 150.00 over (5 %, below 10 %)."""
    books = SmallBooks()
    books.bill("A-1", "2026-10-05", "400", "190.00", "Flyers")
    books.bill("R-1", "2026-10-05", "469", "3150.00", "Rent")
    books.budget(_400={"2026-10": "100.00"}, _469={"2026-10": "3000.00"})
    assert report(opened, books).lines == ()


def test_a_cost_nobody_budgeted_is_off_by_all_of_it(opened: Opener) -> None:
    """Subscriptions are not in the budget."""
    books = SmallBooks()
    books.bill("S-1", "2026-10-05", "485", "250.00", "App")
    books.budget(_400={"2026-10": "0.00"})
    (line,) = report(opened, books).lines
    assert (line.account_name, line.percent, str(line.budget)) == ("Subscriptions", None, "A$0.00")


def test_no_budget_is_said_with_the_next_step(opened: Opener) -> None:
    """One budget, for November only."""
    books = SmallBooks()
    books.budget(_400={"2026-11": "500.00"})
    found = report(opened, books)
    assert found.lines == ()
    assert "Budget manager" in found.missing


def test_the_totals_are_the_profits(opened: Opener) -> None:
    """Sales 600.00 and rent 400.00 against 1,000.00 and 400.00."""
    books = SmallBooks()
    books.sale("INV-1", "2026-10-08", "600.00")
    books.bill("R-1", "2026-10-01", "469", "400.00", "Rent")
    books.budget(_200={"2026-10": "1000.00"}, _469={"2026-10": "400.00"})
    figures = [str(each.amount) for each in report(opened, books).figures]
    assert figures == ["A$200.00", "A$600.00", "−A$400.00"]
