"""Whether a statement holds together and goes on where the last one ended: tie-out, overlap, gap and stale feed."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence

import msgspec

from agents.reconciliation.statements.finishing import content_of
from books.money import Money
from books.period import spoken
from books.records import Record, Statement, StatementLine


class TieOut(Record, frozen=True, kw_only=True):
    """Opening balance plus lines against the closing balance; `difference` is None where a balance is not stated."""

    opening: Money | None
    lines: Money
    closing: Money | None
    difference: Money | None

    @property
    def holds(self) -> bool | None:
        """True or False where both balances are stated, else None: not known."""
        return None if self.difference is None else not self.difference

    @property
    def words(self) -> str:
        """What a person reads."""
        if self.difference is None:
            return "The file does not state both balances, so nothing proves that every line is there."
        if self.holds:
            return f"{self.opening} plus {self.lines} of lines is {self.closing}, as the bank says."
        return f"Opening balance plus lines is {self.difference} away from the closing balance {self.closing}."


class Comparison(Record, frozen=True, kw_only=True):
    """A new statement held against the lines that an account already has.

    `missing` are known lines of the days that both cover, which the new statement lacks. `doubtful` are new lines of
    the same day and amount as a missing one, in other words: perhaps the same line from another export. `gap` is the
    days that nobody has covered, first and last; `overlap` the days that both have.
    """

    new: tuple[StatementLine, ...]
    known: tuple[StatementLine, ...]
    missing: tuple[StatementLine, ...] = ()
    doubtful: tuple[tuple[StatementLine, StatementLine], ...] = ()
    overlap: tuple[dt.date, dt.date] | None = None
    gap: tuple[dt.date, dt.date] | None = None
    continues: bool | None = None
    words: tuple[str, ...] = ()


def tie_out(statement: Statement) -> TieOut:
    """Opening + lines = closing, of one statement."""
    total = Money.total((line.amount for line in statement.lines), statement.currency)
    difference = None
    if statement.opening is not None and statement.closing is not None:
        difference = statement.closing - statement.opening - total
    return TieOut(opening=statement.opening, lines=total, closing=statement.closing, difference=difference)


def compare(
    statement: Statement,
    *,
    known: Sequence[StatementLine],
    previous_end: dt.date | None = None,
    previous_closing: Money | None = None,
) -> Comparison:
    """Which lines of a statement are new, and whether it goes on where the account's statements ended.

    `known` are all lines the account has; `previous_end` and `previous_closing` are the last day that its statements
    cover (by default the day of the last known line) and the balance there, if one was stated.
    """
    fresh, seen, unmatched = _sorted_out(statement.lines, known)
    ended = previous_end or max((line.date for line in known), default=None)
    overlap = None
    if ended is not None and statement.start <= ended:
        begun = min((line.date for line in known), default=statement.start)
        overlap = (max(statement.start, begun), min(statement.end, ended))
        overlap = overlap if overlap[0] <= overlap[1] else None
    inside = [line for line in unmatched if overlap and overlap[0] <= line.date <= overlap[1]]
    continues = None
    if previous_closing is not None and statement.opening is not None and overlap is None:
        continues = previous_closing == statement.opening
    gap = None
    if ended is not None and statement.start > ended + dt.timedelta(days=1) and not continues:
        gap = (ended + dt.timedelta(days=1), statement.start - dt.timedelta(days=1))
    doubtful = _doubtful(fresh, inside)
    found = Comparison(
        new=fresh,
        known=seen,
        missing=tuple(inside),
        doubtful=doubtful,
        overlap=overlap,
        gap=gap,
        continues=continues,
    )
    return msgspec.structs.replace(found, words=_words(found))


def _sorted_out(
    lines: Sequence[StatementLine], known: Sequence[StatementLine]
) -> tuple[tuple[StatementLine, ...], tuple[StatementLine, ...], list[StatementLine]]:
    """(new, already known, known lines that none of these is): by identity, then by content, one for one.

    Two lines that both carry the bank's id are the same only by it.
    """
    by_id = {line.id: line for line in known}
    matched = {line.id for line in lines if line.id in by_id}
    left = [line for line in known if line.id not in matched]
    by_content = defaultdict[tuple[str, str, str], list[StatementLine]](list)
    for line in left:
        by_content[content_of(line)].append(line)
    fresh, seen, used = list[StatementLine](), list[StatementLine](), Counter[str]()
    for line in lines:
        if line.id in matched:
            seen.append(line)
            continue
        alike = by_content[content_of(line)]
        place = next((at for at, other in enumerate(alike) if not (other.bank_id and line.bank_id)), None)
        if place is None:
            fresh.append(line)
        else:
            used[alike.pop(place).id] += 1
            seen.append(line)
    return tuple(fresh), tuple(seen), [line for line in left if not used[line.id]]


def _doubtful(
    fresh: Sequence[StatementLine], missing: Sequence[StatementLine]
) -> tuple[tuple[StatementLine, StatementLine], ...]:
    waiting = defaultdict[tuple[dt.date, Money], list[StatementLine]](list)
    for line in missing:
        waiting[line.date, line.amount].append(line)
    return tuple((line, alike.pop(0)) for line in fresh if (alike := waiting.get((line.date, line.amount), [])))


def _words(found: Comparison) -> tuple[str, ...]:
    def days(span: tuple[dt.date, dt.date]) -> str:
        return spoken(span[0]) if span[0] == span[1] else f"{spoken(span[0])} to {spoken(span[1])}"

    said = [f"{len(found.new)} new, {len(found.known)} already known."]
    if found.overlap:
        said.append(f"It overlaps what is known from {days(found.overlap)}.")
    if found.missing:
        said.append(f"{len(found.missing)} known lines of those days are not on it.")
    if found.doubtful:
        said.append(f"{len(found.doubtful)} may be known lines in other words.")
    if found.gap:
        said.append(f"No statement covers {days(found.gap)}.")
    if found.continues is False:
        said.append("It does not begin with the balance that the last statement ended with.")
    return tuple(said)


class Stale(Record, frozen=True, kw_only=True):
    """A feed that has gone quiet: the day of its last line, and how many days ago that was."""

    last_on: dt.date
    age_days: int

    @property
    def words(self) -> str:
        """What a person reads."""
        return f"The last line is of {spoken(self.last_on)}, {self.age_days} days ago."


def stale_feed(known: Sequence[StatementLine], *, today: dt.date, after_days: int = 7) -> Stale | None:
    """The account's feed if its last line is older than `after_days`; None while it is fresh or has no line at all."""
    last = max((line.date for line in known), default=None)
    age = (today - last).days if last else 0
    return Stale(last_on=last, age_days=age) if last and age > after_days else None
