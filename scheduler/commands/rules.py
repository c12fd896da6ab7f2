"""`app.py rules`: a client's written coding rules, what each would have done in the past, and switching them."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agents.ledger import months_back
from agents.reconciliation.coding.past import past_lines, try_on_the_past
from agents.reconciliation.coding.records import PastTest
from agents.reconciliation.coding.rules import Rule, rule_named
from agents.reconciliation.coding.switching import switched
from books.firm import Client
from books.period import Period, spoken
from books.refusal import Refusal
from scheduler.commands.people import as_member, client_named
from scheduler.commands.xero import Told
from scheduler.written_rules import client_rules, rules_path
from xero_tools import accounts, bank

if TYPE_CHECKING:
    from scheduler.office import Office

SWITCHING = ("approver", "partner")
"""Who may switch a rule: it decides what is proposed, so it takes a role that approves."""


def act(office: Office, arguments: argparse.Namespace) -> Told:
    """Carries one verb out; raises Refusal for every no."""
    home = office.settings.home
    if arguments.verb in ("on", "off"):
        member = as_member(office, arguments)
        client = client_named(office, arguments.client, member)
        if member.role not in SWITCHING:
            raise Refusal(
                f"{member.name} is a {member.role}, and rules are switched by {' or '.join(SWITCHING)}.",
                next_step="Ask one of them.",
                code="not_allowed",
            )
        return _switch(home, client, arguments.rule, off=arguments.verb == "off")
    client = client_named(office, arguments.client, None)
    rules = client_rules(home, client)
    if arguments.verb == "list":
        return _listed(home, client, rules)
    if arguments.rule:
        rules = (rule_named(rules, arguments.rule),)
    return _tested(office, client, rules, arguments.months)


def _switch(home: Path, client: Client, rule_id: str, *, off: bool) -> Told:
    path = rules_path(home, client)
    if not path.exists():
        raise _no_file(path, client)
    made = switched(path.read_bytes(), rule_id, path.name, off=off)
    beside = path.with_suffix(".yml.new")
    beside.write_bytes(made)
    os.replace(beside, path)
    word = "off" if off else "on"
    return Told(f"The rule “{rule_id}” of {client.name} is {word}.", {"client": client.id, "rule": rule_id, "off": off})


def _no_file(path: Path, client: Client) -> Refusal:
    return Refusal(
        f"{client.name} has no rules.",
        next_step=f"Write {path}; docs/coding.md explains every line.",
        code="no_rules",
    )


def _listed(home: Path, client: Client, rules: Sequence[Rule]) -> Told:
    path = rules_path(home, client)
    said = [
        f"{each.priority:>4}  {each.id}{' (off)' if each.off else ''}: {each.name} → {_goes_to(each)}" for each in rules
    ]
    words = "\n".join(said) or f"{client.name} has no rules; {path} is where they stand."
    content = [
        {"id": each.id, "name": each.name, "priority": each.priority, "off": each.off, "goes_to": _goes_to(each)}
        for each in rules
    ]
    return Told(words, {"client": client.id, "file": str(path), "rules": content})


def _goes_to(rule: Rule) -> str:
    def so_much(percent: object, amount: object) -> str:
        return f" {percent} %" if percent is not None else f" {amount}" if amount is not None else " the rest"

    if not rule.then.split:
        return f"{rule.then.account} {rule.then.tax}".strip()
    return ", ".join(f"{each.account}{so_much(each.percent, each.amount)}" for each in rule.then.split)


def _tested(office: Office, client: Client, rules: Sequence[Rule], months: int) -> Told:
    if not rules:
        raise _no_file(rules_path(office.settings.home, client), client)
    today = office.clock.today(client.timezone)
    since = months_back(Period.containing(today), months).start
    organisation, gateway = client.organisation, office.gateway
    taxes = {each.code: each.tax_type for each in accounts.chart(organisation, gateway) if each.tax_type}
    past = past_lines(
        bank.transactions(organisation, gateway, since=since, until=today),
        bank.payments(organisation, gateway, since=since, until=today),
    )
    tests = [try_on_the_past(each, past, taxes) for each in rules]
    words = [f"{len(past)} bank entries of {client.name} since {spoken(since)}."]
    words += [line for test, rule in zip(tests, rules, strict=True) for line in _words(rule, test)]
    content = {"client": client.id, "since": since.isoformat(), "looked_at": len(past)}
    return Told("\n".join(words), content | {"tests": [_plain(each) for each in tests]})


def _words(rule: Rule, test: PastTest) -> list[str]:
    name = f"{rule.id}{' (off)' if rule.off else ''}"
    return [
        f"{name}: would have coded {test.would_have_coded}, {test.differently} differently.",
        *(
            f"  {spoken(each.on)} {each.amount} {each.payer} “{each.reference}”: it was {each.was}; "
            f"the rule makes {each.would}."
            for each in test.examples
        ),
    ]


def _plain(test: PastTest) -> dict[str, Any]:
    return {
        "rule": test.rule,
        "would_have_coded": test.would_have_coded,
        "differently": test.differently,
        "first_on": test.first_on.isoformat() if test.first_on else None,
        "last_on": test.last_on.isoformat() if test.last_on else None,
        "examples": [
            {
                "on": each.on.isoformat(),
                "amount": {"amount": each.amount.plain(), "currency": each.amount.currency},
                "payer": each.payer,
                "reference": each.reference,
                "was": each.was,
                "would": each.would,
                "source": each.source or None,
            }
            for each in test.examples
        ],
    }
