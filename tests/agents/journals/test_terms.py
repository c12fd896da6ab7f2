"""The terms that suppliers write, and the numbers that only look like one."""

from __future__ import annotations

import pytest

from agents.journals.terms import month_in, terms_in

YEAR = "1 Jul 2026 – 30 Jun 2027"


@pytest.mark.parametrize(
    "words",
    [
        "Business insurance 1 Jul 2026 – 30 Jun 2027",
        "cover 1st July 2026 until 30th June 2027",
        "July 1, 2026 - June 30, 2027",
        "01/07/2026-30/06/2027",
        "1/7/26-30/6/27",
        "01.07.2026–30.06.2027",
        "2026-07-01 to 2027-06-30",
        "2026-07-01/2027-06-30",
        "Jul 2026 to Jun 2027",
        "Licence Jul '26 – Jun '27",
        "2026-07 to 2027-06",
        "12 months from 1 July 2026",
        "twelve months from July 2026",
        "12-month licence from 1 July 2026",
        "licence from 1 Jul 2026 for 12 months",
        "one year from 1 Jul 2026",
        "Registration for the year ended 30 June 2027",
        "year ending June 2027",
        "1 July to 30 June 2027",
        "Annual subscription from 1 July 2026",
        "Annual plan, starts 1 Jul 2026, paid by card",
        "Term 12 months. Start date: 1 July 2026",
        "start: 1 Jul 2026; end: 30 Jun 2027",
        "from 1 Jul 2026, ending 30 Jun 2027",
        "for a year from 1 July 2026",
        "1 July 2026 + 12 months",
        "2026/07/01 - 2027/06/30",
        "12 mths ending Jun 2027",
        "12 months to 30/06/2027",
        "Wed 1 Jul 2026 to Wed 30 Jun 2027",
        "Q3 2026 to Q2 2027",
        "H2 2026 and H1 2027",
        "support Jul 26 to Jun 27",
        "between 1 July 2026 and 30 June 2027",
    ],
)
def test_a_year_in_every_usual_spelling(words: str) -> None:
    assert [str(term) for term in terms_in(words, country="AU")] == [YEAR]


@pytest.mark.parametrize(
    ("words", "starts", "ends"),
    [
        ("Rent in advance Q4 2026", "1 Oct 2026", "31 Dec 2026"),
        ("Copier lease, quarter commencing 1 October 2026", "1 Oct 2026", "31 Dec 2026"),
        ("Quarter to 31 December 2026", "1 Oct 2026", "31 Dec 2026"),
        ("Line rental October, November and December 2026", "1 Oct 2026", "31 Dec 2026"),
        ("Nov, Dec 2026 and Jan 2027", "1 Nov 2026", "31 Jan 2027"),
        ("Truck rego 6 months to 28/02/2027", "1 Sep 2026", "28 Feb 2027"),
        ("Half-year fee from 15 Oct 2026", "15 Oct 2026", "14 Apr 2027"),
        ("52 weeks from 1 October 2026", "1 Oct 2026", "29 Sep 2027"),
        ("Practising certificates H2 2026", "1 Jul 2026", "31 Dec 2026"),
        ("Rates for the year 2026", "1 Jan 2026", "31 Dec 2026"),
        ("Workers comp 1 Oct 26 - 31 Dec 26", "1 Oct 2026", "31 Dec 2026"),
        ("Cover 01-Oct-26 to 30-Sep-27", "1 Oct 2026", "30 Sep 2027"),
        ("Desk 1-31 October 2026", "1 Oct 2026", "31 Oct 2026"),
    ],
)
def test_shorter_and_longer_terms(words: str, starts: str, ends: str) -> None:
    assert [str(term) for term in terms_in(words, country="NZ")] == [f"{starts} – {ends}"]


@pytest.mark.parametrize(
    ("words", "month"),
    [
        ("Rent paid in advance: October 2026", "1 Oct 2026 – 31 Oct 2026"),
        ("Stand at the fair, Nov 2026", "1 Nov 2026 – 30 Nov 2026"),
        ("Order 12/2026", None),
        ("Rent 3 October 2026", None),
        ("Rent October and November 2026", None),
        ("Rent Q4 2026", None),
        ("Rent October", None),
    ],
)
def test_a_month_alone(words: str, month: str | None) -> None:
    assert (str(month_in(words)) if month_in(words) else None) == month


@pytest.mark.parametrize(
    ("words", "country", "terms"),
    [
        ("Jul 26 to Jun 27", "US", []),  # days of a year nobody wrote
        ("January and July 2026", "GB", []),
        ("Annual fee, paid quarterly from 1 Jul 2026", "GB", []),
        ("Plan FY27 (Oct–Sep)", "GB", []),
        ("07/01/2026-06/30/2027", "US", [YEAR]),
        ("07/01/2026-06/30/2027", "AU", [YEAR]),  # 30 is no month: the writer put months first
        ("01/07/2026-05/08/2026", "AU", ["1 Jul 2026 – 5 Aug 2026"]),
        ("01/07/2026-05/08/2026", "US", ["7 Jan 2026 – 8 May 2026"]),
        ("01/07/2026-05/08/2026", "", ["1 Jul 2026 – 5 Aug 2026", "7 Jan 2026 – 8 May 2026"]),
        ("Jul-Dec 2026", "NZ", ["1 Jul 2026 – 31 Dec 2026"]),
        ("Nov 2026 – Jan", "NZ", []),
        ("15 Jul 2026 – 14 Jul 2027", "GB", ["15 Jul 2026 – 14 Jul 2027"]),
        ("1 Jan – 31 Mar 2026 and 1 Jul – 30 Sep 2026", "GB", ["1 Jan 2026 – 31 Mar 2026", "1 Jul 2026 – 30 Sep 2026"]),
    ],
)
def test_the_order_of_day_and_month_is_the_countrys(words: str, country: str, terms: list[str]) -> None:
    assert [str(term) for term in terms_in(words, country=country)] == terms


@pytest.mark.parametrize(
    "words",
    [
        "",
        "Camera hire, 8–9 Oct",
        "Rent October 2026",
        "Cash sales, spring fair 24–25 Oct",
        "INV 12-2026 to 15",
        "You may to June 2027",
        "30 Jun 2027 – 1 Jul 2026",
        "31 Feb 2026 – 30 Jun 2026",
        "Phone 0412 2026 1107",
        "1 Jul 1926 – 30 Jun 2027",
        "Invoice 2026-0710",
        "999 months from 1 Jul 2026",
        "999 months to 1 Jul 2026",
        "Commercial rates 2026",
        "Hire 8 Oct 30 chairs to 9 Oct 30.00",
        "Q4 FY26",
    ],
)
def test_words_without_a_term(words: str) -> None:
    assert terms_in(words, country="AU") == ()
