"""Publish a budget: approved here, imported in Xero by a person (its API cannot), then read back figure by figure."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Mapping, Sequence
from decimal import Decimal

import msgspec

from approvals import ground_rules
from approvals.ground_rules import broken
from approvals.kinds.kind import Found, PersonKind, PersonsFile
from approvals.proposal import Description, Draft, Proposal
from approvals.sources import Source
from books.firm import ApprovalRule
from books.money import Money
from books.period import Period
from books.records import LedgerAccount, Organisation
from books.refusal import Refusal
from xero_tools import budgets
from xero_tools.gateway import Gateway
from xero_tools.links import Links

MOST_MONTHS, MOST_ACCOUNTS = 12, 40
"""What a card still shows whole on both platforms."""
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class PlannedFigure(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One account's budget of one month (`2026-10`), now and after; nothing and 0.00 are the same."""

    month: str
    now: Decimal
    after: Decimal


class PlannedLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An account's figures, signed as the profit and loss shows them."""

    account_code: str
    account_name: str
    figures: tuple[PlannedFigure, ...]


class PublishBudget(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Figures of one budget in the base currency; `budget_id` is Xero's, empty where Xero has no overall budget yet."""

    budget_id: str
    budget: str
    currency: str
    lines: tuple[PlannedLine, ...]

    @property
    def months(self) -> tuple[str, ...]:
        """Every month that is named, in order."""
        return tuple(sorted({each.month for line in self.lines for each in line.figures}))

    @property
    def changes(self) -> tuple[tuple[PlannedLine, PlannedFigure], ...]:
        """The figures that become others."""
        return tuple((line, each) for line in self.lines for each in line.figures if each.now != each.after)


class PublishBudgetKind(PersonKind[PublishBudget]):
    """A person imports the sheet that Tieout writes; the budget that Xero then shows is the proof."""

    name = "publish_budget"
    payload = PublishBudget
    noun = "budget"
    needs_chart = True
    repeats = True
    authority = ApprovalRule(role="approver", limit=None, role_above_limit="partner", expires_hours=168)

    def tidy(self, payload: PublishBudget) -> PublishBudget:
        """Every figure in the currency's minor units, its months in their order."""
        lines = tuple(_tidied(line, payload.currency, self.noun) for line in payload.lines)
        return msgspec.structs.replace(payload, lines=lines)

    def check(self, draft: Draft, chart: Sequence[LedgerAccount] | None) -> None:
        """Accounts of the chart, each once; months that begin with the draft's period; a figure that changes."""
        payload = self.read(draft)
        named = {line.account_code for line in payload.lines}
        if len(named) < len(payload.lines):
            raise broken(self.noun, "names an account twice", "named_twice")
        for line in payload.lines:
            if len({each.month for each in line.figures}) < len(line.figures):
                raise broken(self.noun, f"names a month of {line.account_name} twice", "named_twice")
        if not payload.changes:
            raise broken(self.noun, "changes no figure", "nothing_changed")
        months = [Period.of(each).code for each in payload.months]
        if months[0] != draft.period:
            raise broken(self.noun, f"begins with {months[0]} and is filed under {draft.period}", "outside_period")
        if len(months) > MOST_MONTHS or len(payload.lines) > MOST_ACCOUNTS:
            raise Refusal(
                f"This budget has {len(months)} months of {len(payload.lines)} accounts, which no card shows whole.",
                next_step=f"Propose {MOST_MONTHS} months of {MOST_ACCOUNTS} accounts at a time.",
                code="too_much",
            )
        total = sum((abs(each.after) for line in payload.lines for each in line.figures), Decimal(0))
        ground_rules.amount_stands(draft, Money(total, payload.currency), ground_rules.ONE, self.noun)
        for line in payload.lines if chart is not None else ():
            _check_account(line, chart or (), self.noun)

    def check_books(self, draft: Draft, bound: Sequence[Source], gateway: Gateway) -> None:
        """The budget has the figures that the card calls those of now."""
        payload = self.read(draft)
        ground_rules.base_is(draft, gateway, self.noun)
        found = _figures(draft.organisation, gateway, payload)
        for line in payload.lines:
            for each in line.figures:
                if (now := found.get((line.account_code, each.month), Decimal(0))) != each.now:
                    words = f"says {each.now} for {line.account_name} in {each.month}, and Xero has {now}"
                    raise broken(self.noun, words, "source_changed")

    def still_open(self, proposal: Proposal, lock_date: dt.date | None) -> Refusal | None:
        """A plan changes no figure of the books: no lock date forbids it."""
        return None

    def describe(self, proposal: Proposal) -> Description:
        """Every figure, now and after."""
        payload = self.read(proposal)
        months, count = payload.months, len(payload.changes)
        first, last = _month(months[0]), _month(months[-1])
        span = first if first == last else f"{first} to {last}"
        identity = payload.budget_id or "made by the import"
        return Description(
            title=f"Budget “{payload.budget}”, {span}: {count} figures change",
            sentence="The figures below become the budget; what is not named stays, and no entry of the books changes.",
            facts=(
                ("Budget", payload.budget),
                ("Months", span),
                ("Sum of all figures", f"{proposal.amount} ({payload.currency}), signs left out"),
                ("Done by", "a person in Xero, who imports the sheet by the link given after the approval"),
            ),
            fine_print=(
                *ground_rules.fine_print(proposal),
                ("Budget in Xero", identity),
                ("Months", ", ".join(months)),
            ),
            rows=(
                ("Account", *(_month(each) for each in months)),
                *(_row(line, months, payload.currency) for line in payload.lines),
            ),
            undo="Another budget with the old figures takes it back; a figure that was empty then is 0.00.",
        )

    def instruction(self, proposal: Proposal) -> str:
        """Where the sheet comes from and where it goes."""
        return (
            f"Save the sheet with `app.py queue show {proposal.id} --file {self._name(proposal)}`, open Xero by the "
            f"link, go to the budget “{self.read(proposal).budget}”, choose Import and give it the sheet; then say "
            "here that it is done."
        )

    def file(self, proposal: Proposal) -> PersonsFile:
        """The sheet as Xero's import page takes it."""
        return PersonsFile(name=self._name(proposal), content=sheet(self.read(proposal)))

    def link(self, links: Links, organisation: Organisation, proposal: Proposal) -> str:
        """Where budgets are imported."""
        return links.budget_import(organisation, self.read(proposal).budget_id)

    def verify(self, proposal: Proposal, organisation: Organisation, gateway: Gateway) -> Found | None:
        """Done once every figure stands in Xero; when only some arrived, the words name the first that did not."""
        payload = self.read(proposal)
        found = _figures(proposal.organisation, gateway, payload)
        missing = [
            (line, each)
            for line in payload.lines
            for each in line.figures
            if found.get((line.account_code, each.month), Decimal(0)) != each.after
        ]
        count = sum(len(line.figures) for line in payload.lines)
        identity, said = payload.budget_id or "overall", f"{count} of {count} figures read back"
        shown = Found(entity="Budgets", id=identity, status=said)
        if not missing:
            return shown
        if all(pair in missing for pair in payload.changes):
            return None
        line, each = missing[0]
        now = found.get((line.account_code, each.month), Decimal(0))
        words = f"{len(missing)} of {count} figures are not in Xero as approved: {line.account_name} in "
        words += f"{_month(each.month)} is {Money(now, payload.currency)}, not {Money(each.after, payload.currency)}."
        return msgspec.structs.replace(shown, differs=words)

    def undoing(self, proposal: Proposal, lock_date: dt.date | None) -> Draft:
        """The figures of before, imported in the same way."""
        payload = self.read(proposal)
        lines = tuple(
            msgspec.structs.replace(line, figures=tuple(
                PlannedFigure(month=each.month, now=each.after, after=each.now) for each in line.figures
            ))
            for line in payload.lines
        )  # fmt: skip
        total = sum((abs(each.after) for line in lines for each in line.figures), Decimal(0))
        return Draft(
            kind=self.name,
            organisation=proposal.organisation,
            client=proposal.client,
            period=proposal.period,
            payload=msgspec.structs.replace(payload, lines=lines),
            because=f"It takes back what proposal {proposal.id[:8]} did ({proposal.mark}).",
            amount=Money(total, payload.currency),
            key=f"undo:{proposal.id}",
        )

    @staticmethod
    def _name(proposal: Proposal) -> str:
        return f"budget-{proposal.client}-{proposal.period}.csv"


def sheet(payload: PublishBudget) -> bytes:
    """The budget as a CSV for Xero's import: “Name (code)” in the first column, months as `Oct-2026` above the others.

    A month that a line does not name stays blank, which Xero leaves as it is. A name that a spreadsheet would take for
    a formula gets an apostrophe before it; a negative figure is a figure and gets none.
    """
    written = io.StringIO()
    out = csv.writer(written)
    out.writerow(["Account", *(_month(each) for each in payload.months)])
    for line in payload.lines:
        by_month = {each.month: str(each.after) for each in line.figures}
        name = f"{line.account_name} ({line.account_code})"
        name = f"'{name}" if name.startswith(_FORMULA) else name
        out.writerow([name, *(by_month.get(each, "") for each in payload.months)])
    return written.getvalue().encode()


def _figures(organisation: str, gateway: Gateway, payload: PublishBudget) -> Mapping[tuple[str, str], Decimal]:
    """What Xero has for each account and month of the payload; nothing where there is no such budget."""
    start, end = Period.of(payload.months[0]).start, Period.of(payload.months[-1]).end
    budget = budgets.one(organisation, gateway, payload.budget_id, start=start, end=end)
    lines = budget.lines if budget else ()
    return {(line.account_code, month): amount for line in lines for month, amount in line.amounts.items()}


def _check_account(line: PlannedLine, chart: Sequence[LedgerAccount], noun: str) -> None:
    known = next((each for each in chart if each.code == line.account_code), None)
    if known is None:
        raise broken(noun, f"plans {line.account_code}, which Xero does not have", "unknown_account")
    if known.status != "ACTIVE":
        raise broken(noun, f"plans {line.account_code}, which is archived", "archived_account")
    if known.name != line.account_name:
        words = f"calls {line.account_code} “{line.account_name}”, and Xero “{known.name}”"
        raise broken(noun, words, "unknown_account")


def _tidied(line: PlannedLine, currency: str, noun: str) -> PlannedLine:
    figures = sorted(line.figures, key=lambda each: each.month)
    exact = tuple(
        PlannedFigure(
            month=Period.of(each.month).code,
            now=ground_rules.exact(each.now, currency, noun),
            after=ground_rules.exact(each.after, currency, noun),
        )
        for each in figures
    )
    return msgspec.structs.replace(line, figures=exact)


def _row(line: PlannedLine, months: Sequence[str], currency: str) -> tuple[str, ...]:
    said = {}
    for each in line.figures:
        now, after = str(Money(each.now, currency)), str(Money(each.after, currency))
        said[each.month] = after if now == after else f"{now} → {after}"
    return (f"{line.account_code} {line.account_name}", *(said.get(each, "as it is") for each in months))


def _month(code: str) -> str:
    period = Period.of(code)
    return f"{_MONTHS[period.month - 1]}-{period.year}"


KIND = PublishBudgetKind()
