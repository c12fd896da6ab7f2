"""The terms that suppliers write, and the numbers that only look like one."""

from __future__ import annotations

import pytest

from agents.journals.terms import terms_in

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
    ],
)
def test_a_year_in_every_usual_spelling(words: str) -> None:
    assert [str(term) for term in terms_in(words, country="AU")] == [YEAR]


@pytest.mark.parametrize(
    ("words", "country", "terms"),
    [
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
    ],
)
def test_words_without_a_term(words: str) -> None:
    assert terms_in(words, country="AU") == ()
