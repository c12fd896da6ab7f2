"""The one call for the desk: a client's rules, past and open documents; out comes what to do with each bank line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from agents.reconciliation.coding.by_habit import by_habit
from agents.reconciliation.coding.by_rule import by_rule
from agents.reconciliation.coding.fits import fits
from agents.reconciliation.coding.guards import SourceDocuments
from agents.reconciliation.coding.history import History
from agents.reconciliation.coding.past import past_lines, try_on_the_past
from agents.reconciliation.coding.records import CANDIDATES, LIKELY, NONE, SURE, Choice, CodingProposal, PastTest
from agents.reconciliation.coding.rules import Rule
from agents.reconciliation.matching.memory import Memory
from agents.reconciliation.matching.payers import PayerIndex, plain
from agents.reconciliation.matching.records import OpenItem
from books.records import BankTransaction, Contact, LedgerAccount, Payment, StatementLine


class Coder:
    """One client's knowledge of how lines are coded; pure, built once for many lines."""

    def __init__(
        self,
        chart: Iterable[LedgerAccount],
        *,
        rules: Sequence[Rule] = (),
        entries: Sequence[BankTransaction] = (),
        payments: Sequence[Payment] = (),
        open_items: Sequence[OpenItem] = (),
        memory: Memory | None = None,
        contacts: Sequence[Contact] = (),
    ) -> None:
        """`entries` and `payments` are the past; `open_items` open documents and unreconciled entries (matching's);
        `contacts` are Xero's, at least those whom rules name (without them: those of the past)."""
        self._memory = memory or Memory()
        self._chart = {each.code: each for each in chart if each.code}
        self._rules = sorted(rules, key=lambda rule: rule.priority)
        aliases = _aliases(self._memory)
        self._history = History(entries, aliases)
        self._documents = SourceDocuments(open_items, aliases)
        known = {each.contact.id: each.contact for each in entries if each.contact is not None}
        self._contacts = list({**known, **{each.id: each for each in contacts}}.values())
        places = {each.id: place for place, each in enumerate(self._contacts)}
        confirmed = {text: tuple(places[x] for x in ids if x in places) for text, ids in aliases.items()}
        names = [each.name for each in self._contacts]
        self._payers = PayerIndex(names, {text: found for text, found in confirmed.items() if found})
        taxes = {code: account.tax_type for code, account in self._chart.items() if account.tax_type}
        past = past_lines(entries, payments) if self._rules else ()
        self.tests: Mapping[str, PastTest] = {
            rule.id: try_on_the_past(rule, past, taxes) for rule in self._rules if not rule.off
        }

    def propose(self, line: StatementLine, bank_account_code: str = "") -> CodingProposal:
        """How to code a line that no document explains: by the first rule that fits, else by what people did."""
        rule = next((each for each in self._rules if fits(each, line, bank_account_code)), None)
        found = self._by_rule(rule, line) if rule is not None else self._by_habit(line)
        if found.tier == NONE:
            return found
        contact_ids = {found.contact_id, *(each.contact_id for each in found.choices)} - {""}
        document = self._documents.explaining(line, sorted(contact_ids))
        if document is None:
            return found
        words = f"{document.number or document.reference or 'An entry in the ledger'} of {document.contact_name}"
        because = f"{words} (due {document.due}) could explain this line, and a document comes before any coding."
        return msgspec.structs.replace(
            CodingProposal(line_id=line.id, tier=CANDIDATES, because=f"{because} {found.because}", rule=found.rule),
            choices=found.choices or _as_choices(found),
        )

    def _by_rule(self, rule: Rule, line: StatementLine) -> CodingProposal:
        if rule.then.contact:
            wanted = plain(rule.then.contact)
            contacts = [each for each in self._contacts if plain(each.name) == wanted]
        else:
            contacts = [self._contacts[place] for place in self._payers.find(line.payer).contacts]
        return by_rule(rule, line, contacts, self._chart, self.tests.get(rule.id))

    def _by_habit(self, line: StatementLine) -> CodingProposal:
        if not line.amount:
            return CodingProposal(line_id=line.id, tier=NONE, because="It moves no money.")
        contacts = self._history.contacts_of(line.payer)
        is_receipt, currency = line.amount.amount > 0, line.amount.currency
        entries = self._history.entries_of(contacts, is_receipt=is_receipt, currency=currency)
        text = plain(line.payer)
        confirmed = [each.account_code for each in self._memory.codings if text and plain(each.payer) == text]
        return by_habit(line, entries, confirmed, self._chart)


def _aliases(memory: Memory) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for alias in memory.aliases:
        if text := plain(alias.payer):
            found[text] = tuple(dict.fromkeys((*found.get(text, ()), alias.contact_id)))
    return found


def _as_choices(found: CodingProposal) -> tuple[Choice, ...]:
    if found.tier not in (SURE, LIKELY):
        return ()
    return tuple(
        Choice(
            account_code=part.account_code,
            account_name=part.account_name,
            tax_type=part.tax_type,
            tracking=part.tracking,
            contact_id=found.contact_id,
            contact_name=found.contact_name,
            support=found.support,
            last_on=found.last_on,
        )
        for part in found.parts
    )
