"""Whether statements hold together and go on from each other: one account, October 2026, in small files."""

from __future__ import annotations

import datetime as dt

import msgspec

from agents.reconciliation.statements.continuity import compare, stale_feed, tie_out
from agents.reconciliation.statements.outcome import Expected
from agents.reconciliation.statements.reading import read_statement
from books.money import Money
from books.records import Statement

CHEQUE = Expected(account="cheque", currency="AUD")
FIRST_WEEK = """Date,Description,Amount,Balance
2026-10-01,Rent,-10.00,90.00
2026-10-02,Coffee,-4.50,85.50
2026-10-02,Coffee,-4.50,81.00
"""


def read(text: str) -> Statement:
    """The one statement of a file of the cheque account."""
    (statement,) = read_statement(text.encode(), CHEQUE).statements
    return statement


def aud(amount: str) -> Money:
    """Australian dollars."""
    return Money.of(amount, "AUD")


def ofx(*lines: tuple[str, str, str, str]) -> str:
    """An OFX file of (day, amount, bank's id, name)."""
    written = "".join(
        f"<STMTTRN><TRNTYPE>OTHER<DTPOSTED>{day}<TRNAMT>{amount}<FITID>{known}<NAME>{name}</STMTTRN>"
        for day, amount, known, name in lines
    )
    account = "<CURDEF>AUD<BANKACCTFROM><ACCTID>1<ACCTTYPE>CHECKING</BANKACCTFROM>"
    return f"OFXHEADER:100\n<OFX><STMTRS>{account}<BANKTRANLIST>{written}</BANKTRANLIST></STMTRS></OFX>"


def test_opening_plus_lines_is_closing() -> None:
    statement = read(FIRST_WEEK)
    assert tie_out(statement).holds is True
    lost = msgspec.structs.replace(statement, lines=statement.lines[1:])
    assert tie_out(lost).holds is False
    assert tie_out(lost).difference == aud("-10.00")
    unproved = msgspec.structs.replace(statement, opening=None)
    assert tie_out(unproved).holds is None
    assert "nothing proves" in tie_out(unproved).words


def test_twins_on_one_statement_are_two_lines_and_in_two_files_still_two() -> None:
    once, again = read(FIRST_WEEK), read(FIRST_WEEK)
    assert len({line.id for line in once.lines}) == 3
    found = compare(again, known=once.lines)
    assert (found.new, len(found.known), found.missing) == ((), 3, ())
    assert found.overlap == (dt.date(2026, 10, 1), dt.date(2026, 10, 2))


def test_a_third_twin_of_a_later_export_is_new() -> None:
    later = read(FIRST_WEEK + "2026-10-02,Coffee,-4.50,76.50\n2026-10-03,Sale,5.00,81.50\n")
    found = compare(later, known=read(FIRST_WEEK).lines)
    assert [line.position for line in found.new] == ["Row 5", "Row 6"]


def test_the_order_of_the_rows_does_not_change_what_a_line_is() -> None:
    turned = "\n".join([FIRST_WEEK.splitlines()[0], *reversed(FIRST_WEEK.splitlines()[1:])]) + "\n"
    assert sorted(line.id for line in read(turned).lines) == sorted(line.id for line in read(FIRST_WEEK).lines)


def test_another_account_s_same_line_is_another_line() -> None:
    savings = Expected(account="savings", currency="AUD")
    (other,) = read_statement(FIRST_WEEK.encode(), savings).statements
    assert not {line.id for line in other.lines} & {line.id for line in read(FIRST_WEEK).lines}


def test_the_bank_s_id_decides_where_both_files_have_it() -> None:
    """Two sales of the same amount on one day, each in its own file: the bank numbers them, so they are two."""
    one, two = read(ofx(("20261005", "5.00", "A1", "Sale"))), read(ofx(("20261005", "5.00", "A2", "Sale")))
    assert len(compare(two, known=one.lines).new) == 1
    renamed = read(ofx(("20261005", "5.00", "A1", "SALE AT STALL")))
    assert compare(renamed, known=one.lines).new == ()


def test_a_line_with_an_id_is_known_from_a_file_without() -> None:
    table = read("Date,Description,Amount\n2026-10-05,Sale,5.00\n")
    found = compare(read(ofx(("20261005", "5.00", "A1", "Sale"))), known=table.lines)
    assert (found.new, found.missing) == ((), ())


def test_the_same_line_in_other_words_is_doubtful_and_counted_new() -> None:
    known = read("Date,Description,Amount\n2026-10-05,Sale,5.00\n2026-10-06,Fee,-1.00\n").lines
    found = compare(
        read(ofx(("20261005", "5.00", "A1", "EFTPOS 123"), ("20261006", "-1.00", "A2", "Fee"))), known=known
    )
    ((new, old),) = found.doubtful
    assert (new.payer, old.description) == ("EFTPOS 123", "Sale")
    assert found.missing == (old,)
    assert "1 may be known lines in other words." in found.words


def test_a_statement_that_goes_on_leaves_no_gap_however_quiet_the_days_were() -> None:
    known = read(FIRST_WEEK)
    goes_on = read("Date,Description,Amount,Balance\n2026-10-09,Sale,5.00,86.00\n")
    found = compare(goes_on, known=known.lines, previous_closing=known.closing)
    assert (found.continues, found.gap, found.overlap) == (True, None, None)


def test_a_missing_week_is_a_gap_with_its_days() -> None:
    known = read(FIRST_WEEK)
    later = read("Date,Description,Amount,Balance\n2026-10-09,Sale,5.00,99.00\n")
    found = compare(later, known=known.lines, previous_closing=known.closing)
    assert (found.continues, found.gap) == (False, (dt.date(2026, 10, 3), dt.date(2026, 10, 8)))
    assert found.words[1:] == (
        "No statement covers 3 Oct 2026 to 8 Oct 2026.",
        "It does not begin with the balance that the last statement ended with.",
    )


def test_the_first_statement_of_an_account_has_neither_gap_nor_overlap() -> None:
    found = compare(read(FIRST_WEEK), known=())
    assert (len(found.new), found.gap, found.overlap, found.continues) == (3, None, None, None)


def test_a_feed_goes_stale_after_a_week() -> None:
    known = read(FIRST_WEEK).lines
    assert stale_feed(known, today=dt.date(2026, 10, 9)) is None
    stale = stale_feed(known, today=dt.date(2026, 10, 14))
    assert stale is not None
    assert stale.words == "The last line is of 2 Oct 2026, 12 days ago."
    assert stale_feed((), today=dt.date(2026, 10, 14)) is None


def test_columns_that_were_confirmed_are_read_again_without_asking() -> None:
    """A first file whose dates decide; the next month's could be read both ways, and the account remembers."""
    first = read_statement(b"Date,Description,Amount\n13/10/2026,a,1.00\n14/10/2026,b,-2.00\n", CHEQUE)
    assert first.columns is not None
    remembered = Expected(account="cheque", currency="AUD", columns=first.columns)
    later = read_statement(b"Date,Description,Amount\n01/11/2026,a,1.00\n03/11/2026,b,-2.00\n", remembered)
    assert [line.date for line in later.statements[0].lines] == [dt.date(2026, 11, 1), dt.date(2026, 11, 3)]
