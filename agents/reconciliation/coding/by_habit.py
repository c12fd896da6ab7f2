"""What people's past coding says of a line: a proposal where it agrees, choices where it does not, or nothing.

The guards are the point (each with a test): the last coding never wins over an open document; two accounts that both
have support are choices; fewer than three are no habit; an amount far outside the habit is a question.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from agents.reconciliation.coding.by_rule import LEAST_SUPPORT, takes_no_line
from agents.reconciliation.coding.guards import far_outside
from agents.reconciliation.coding.history import Entry, Habit, habits_of, stem
from agents.reconciliation.coding.records import CANDIDATES, LIKELY, NONE, Choice, CodedPart, CodingProposal
from books.period import Period, spoken
from books.records import LedgerAccount, StatementLine

LEAST_SHARE = Decimal("0.8")
"""Below this share of the like entries a habit is a choice, however often it stands there."""
MOST_CHOICES = 5
TURNED = 2
"""So many newest entries in a row that went elsewhere say that people have changed their minds."""


def by_habit(
    line: StatementLine, entries: Sequence[Entry], confirmed: Sequence[str], chart: Mapping[str, LedgerAccount]
) -> CodingProposal:
    """What the entries of the payer's contacts (one direction and currency) say; `confirmed` are accounts of clicks."""
    like, by_words = _like(line, entries)
    habits = habits_of(like)
    if not habits:
        return _nothing(line, confirmed, chart)
    top = habits[0]
    share = Decimal(top.support) / len(like)
    told = _told(top, len(like), by_words, chart)
    choices = choices_of(habits, chart)
    if top.support < LEAST_SUPPORT and share == 1 and not _other(confirmed, top):
        return CodingProposal(line_id=line.id, tier=NONE, because=f"{told}: fewer than {LEAST_SUPPORT} are no habit.")
    doubt = _doubt(line, habits, like, entries if not by_words else like, confirmed, share)
    if doubt:
        return CodingProposal(line_id=line.id, tier=CANDIDATES, because=f"{told}, but {doubt}.", choices=choices)
    code, tax_type, tracking = top.coded[0]
    if why := takes_no_line(chart.get(code), code):
        return CodingProposal(line_id=line.id, tier=NONE, because=f"{told}, but {why}.")
    account_name = chart[code].name
    part = CodedPart(
        account_code=code,
        account_name=account_name,
        amount=line.amount,
        tax_type=tax_type,
        tracking=tracking,
        description=line.description or line.reference or top.last.description,
    )
    return CodingProposal(
        line_id=line.id,
        tier=LIKELY,
        because=f"{told}.",
        account_code=code,
        account_name=account_name,
        contact_id=top.contact.id,
        contact_name=top.contact.name,
        tax_type=tax_type,
        tracking=tracking,
        support=top.support,
        share=share.quantize(Decimal("0.001")),
        parts=(part,),
        choices=choices,
        last_id=top.last.id,
        last_on=top.last.on,
    )


def _like(line: StatementLine, entries: Sequence[Entry]) -> tuple[Sequence[Entry], bool]:
    """The entries whose reference's words stand in the line (of several, those with most words), or else all of them.

    A tax office gets PAYE and income tax: the words tell them apart, and the more frequent one must not win.
    """
    said = set(f"{stem(line.reference)} {stem(line.description)}".split())
    stems = {each.stem for each in entries if each.stem and set(each.stem.split()) <= said}
    if not stems:
        return entries, False
    best = max(stems, key=lambda each: (len(each.split()), len(each), each))
    return [each for each in entries if each.stem == best], True


def _doubt(
    line: StatementLine,
    habits: Sequence[Habit],
    like: Sequence[Entry],
    every: Sequence[Entry],
    confirmed: Sequence[str],
    share: Decimal,
) -> str:
    """Why the most frequent habit must not be taken, in words; empty when nothing speaks against it."""
    top = habits[0]
    if other := _other(confirmed, top):
        return f"people confirmed {other} for this payer"
    if len(habits) > 1 and (habits[1].support >= LEAST_SUPPORT or share < LEAST_SHARE):
        return f"{_where(habits[1])} {_times(habits[1].support)}"
    if top.support < LEAST_SUPPORT:
        return f"fewer than {LEAST_SUPPORT} are no habit"
    if all(each.coded != top.coded for each in like[-TURNED:]):
        return f"the last {TURNED} went elsewhere"
    if len({each.coded for each in every}) > 1 and every is not like:
        return "the words of this line are not those of any before, and not all went to one account"
    if top.is_split:
        return "over several accounts, in parts that the line does not tell"
    if far_outside(line.amount, top):
        low, high = top.range()
        return f"{abs(line.amount)} is far outside what came before ({low} to {high})"
    return ""


def _other(confirmed: Sequence[str], top: Habit) -> str:
    """An account that people confirmed for the payer and the habit does not use."""
    return next((code for code in confirmed if code not in {account for account, _, _ in top.coded}), "")


def _nothing(line: StatementLine, confirmed: Sequence[str], chart: Mapping[str, LedgerAccount]) -> CodingProposal:
    if not confirmed:
        because = "No written rule fits it, and nothing like it was coded before."
        return CodingProposal(line_id=line.id, tier=NONE, because=because)
    codes = tuple(dict.fromkeys(confirmed))
    choices = tuple(
        Choice(
            account_code=code,
            account_name=chart[code].name,
            tax_type=chart[code].tax_type or "NONE",
            tracking=(),
            contact_id="",
            contact_name="",
            support=confirmed.count(code),
            last_on=None,
        )
        for code in codes
        if code in chart
    )
    because = f"People confirmed {' and '.join(codes)} for this payer, and no entry of the ledger shows how."
    return CodingProposal(line_id=line.id, tier=CANDIDATES if choices else NONE, because=because, choices=choices)


def choices_of(habits: Sequence[Habit], chart: Mapping[str, LedgerAccount]) -> tuple[Choice, ...]:
    """The accounts of the habits, the most frequent first; a split gives one choice for each of its accounts."""
    found = [
        Choice(
            account_code=code,
            account_name=chart[code].name if code in chart else "",
            tax_type=tax_type,
            tracking=tracking,
            contact_id=habit.contact.id,
            contact_name=habit.contact.name,
            support=habit.support,
            last_on=habit.last.on,
        )
        for habit in habits
        for code, tax_type, tracking in habit.coded
    ]
    return tuple(found[:MOST_CHOICES])


def _told(habit: Habit, of: int, by_words: bool, chart: Mapping[str, LedgerAccount]) -> str:
    """`Southbank, with “BANK FEES”, went to 404 Bank Fees 24 of 24 times since November 2024, last on 31 October`."""
    names = " and ".join(f"{code} {chart[code].name if code in chart else ''}".strip() for code, _, _ in habit.coded)
    words = f" with “{habit.last.stem}”" if by_words else ""
    since = Period.containing(habit.entries[0].on)
    times = f"{habit.support} of {of} times since {since}, last on {spoken(habit.last.on)}"
    return f"{habit.contact.name}{words} was coded to {names} {times}"


def _where(habit: Habit) -> str:
    return " and ".join(f"{code} ({tax_type})" for code, tax_type, _ in habit.coded) + (
        f" tracked {', '.join(option for *_, own in habit.coded for _, option in own)}"
        if any(own for *_, own in habit.coded)
        else ""
    )


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
