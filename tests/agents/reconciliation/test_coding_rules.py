"""A client's written rules: what they say, where a mistake stands, what they take, and what they did in the past."""

from __future__ import annotations

from decimal import Decimal

import pytest

from agents.reconciliation.coding.fits import apportioned, fits
from agents.reconciliation.coding.past import past_lines, try_on_the_past
from agents.reconciliation.coding.records import CANDIDATES, LIKELY, NONE, SURE
from agents.reconciliation.coding.rules import Share, read_rules
from books.records import Contact, Payment
from books.refusal import Refusal
from tests.agents.reconciliation.coding_books import aud, coder, entry, monthly, rules
from tests.agents.reconciliation.desk_books import day, item, line

FEES = "when: {payer_is: Southbank, money: out}\nthen: {account: 404}"
GOOD = """
version: 1
rules:
  - id: fees
    name: Bank fees
    priority: 20
    when: {payer_is: Southbank, amount: {from: 1, to: 12.50}, money: out}
    then: {account: 0404, tax: EXEMPTEXPENSES, tracking: {Region: North}}
  - id: cards
    name: Card settlements
    priority: 10
    off: true
    when: {reference: "Settlement *"}
    then:
      contact: Terminal
      split:
        - {account: 855, percent: 102.4}
        - {account: 404, percent: -2.4}
"""


def test_a_file_says_what_the_person_wrote() -> None:
    """`off` stays a word, 0404 an account and 12.50 an amount, where YAML would make false, 260 and a float."""
    cards, fees = read_rules(GOOD.encode(), "wattle.yml")
    assert (cards.id, cards.off, cards.priority) == ("cards", True, 10)
    assert (fees.then.account, fees.then.tracking, fees.off) == ("0404", {"Region": "North"}, False)
    assert fees.when.amount is not None
    assert fees.when.amount.most == Decimal("12.50")


@pytest.mark.parametrize(
    ("was", "now", "words"),
    [
        ("version: 1", "version: 2", "version 2 is not known"),
        ("percent: -2.4", "percent: -2.5", "the rule “cards” has percentages that come to 99.9, not 100"),
        ("percent: -2.4", "percnt: 1", "unknown field `percnt` - at `rule 2, then, split 2`"),
        ("percent: -2.4", "percent: 0", "the rule “cards”, split 2 has the percent 0"),
        ("percent: -2.4", "percent: NaN", "split 2 has the percent NaN"),
        ("percent: -2.4", "amount: 3", "fixed amounts and no part that takes the rest"),
        ("percent: -2.4", "percent: 2, rest: true", "split 2 is none of percent, amount and rest, or several"),
        ("priority: 10", "priority: 20", "“fees” and “cards” both have the priority 20"),
        ("priority: 10", "priority: first", "Expected `int`, got `str` - at `rule 2, priority`"),
        ("priority: 10", "prio: 10", "unknown field `prio` - at `rule 2`"),
        ("id: cards", "id: fees", "the rule “fees” stands there twice"),
        ("id: cards", "id: c/rds", "rule 2 has the id “c/rds”"),
        ("off: true", "off: maybe", "Expected `bool`, got `str` - at `rule 2, off`"),
        ("money: out", "money: sideways", "the rule “fees” is for money “sideways”"),
        ("from: 1, ", "", "an amount that is neither {equals} nor {from, to}"),
        ("from: 1", "from: 99", "has amounts from 99 to 12.50"),
        ("from: 1", "from: -1", "has the amount -1"),
        ('"Settlement *"', "*Settlement", "a reference (*) to another place; write it out, or put the text in quotes"),
        ('"Settlement *"', '"* - *"', "at least 2 letters or digits must stand in it"),
        ('{reference: "Settlement *"}', "{money: in}", "names neither payer nor reference nor description"),
        ("payer_is: Southbank", "payer_is: South*", "a * in payer_is"),
        ("account: 0404, ", "", "the rule “fees” needs either an account or a split"),
        ("name: Bank fees", "name: Bank fees\n    name: Fees", "“name” stands twice in line 6"),
        ("version: 1", "version: [1", "in line 3"),
    ],
)
def test_a_mistake_is_named_with_its_place(was: str, now: str, words: str) -> None:
    assert was in GOOD
    with pytest.raises(Refusal) as refused:
        read_rules(GOOD.replace(was, now).encode(), "wattle.yml")
    assert refused.value.code == "rules_file"
    assert words in refused.value.words


@pytest.mark.parametrize(
    "content", [b"", b"- 1", b"rules: 3", b"\xff\xfe\x00", b"a: &x [*x]", b"version: 1\nrules: " + b"[" * 5000]
)
def test_nonsense_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(Refusal, match=r"wattle\.yml has a mistake"):
        read_rules(content, "wattle.yml")


@pytest.mark.parametrize(
    ("when", "takes"),
    [
        ("{payer_is: southbank pty ltd}", True),
        ("{payer_is: South}", False),
        ("{payer_contains: SOUTHBANK}", True),
        ("{payer_contains: bank}", False),
        ("{reference: fee oct}", True),
        ("{reference: fee}", False),
        ('{reference: "fee*"}', True),
        ('{reference: "*oct"}', True),
        ('{reference: "*e*o*"}', True),
        ('{reference: "fee oct*fee oct"}', False),
        ('{reference: "f.. oct"}', False),
        ('{description: "account * charge", payer_is: Southbank}', True),
        ('{description: "account * charge", payer_is: Northbank}', False),
        ("{payer_is: Southbank, money: out}", True),
        ("{payer_is: Southbank, money: in}", False),
        ("{payer_is: Southbank, amount: {equals: 12}}", True),
        ("{payer_is: Southbank, amount: {equals: 12.01}}", False),
        ("{payer_is: Southbank, amount: {from: 12, to: 12}}", True),
        ("{payer_is: Southbank, amount: {from: 12.01, to: 20}}", False),
        ("{payer_is: Southbank, bank_account: 090}", True),
        ("{payer_is: Southbank, bank_account: 091}", False),
    ],
)
def test_everything_that_a_rule_says_must_hold(when: str, takes: bool) -> None:
    """The line: 12.00 out of 090 to SOUTHBANK LTD, reference “FEE OCT”, description “Account keeping charge”."""
    [rule] = rules(f"when: {when}\nthen: {{account: 404}}")
    bank_line = line("L1", "11-02", "-12.00", "SOUTHBANK LTD", "FEE OCT", "Account keeping charge")
    assert fits(rule, bank_line, "090") is takes


def test_stars_are_no_regular_expression_and_no_trap() -> None:
    """A pattern that would take a backtracking engine for ever is one pass over the text."""
    [rule] = rules(f'when: {{reference: "{"a*" * 60}b"}}\nthen: {{account: 404}}')
    assert not fits(rule, line("L1", "11-02", "-12.00", reference="a" * 20_000))


@pytest.mark.parametrize(
    ("shares", "total", "parts"),
    [
        ("percent 33.33 percent 33.33 percent 33.34", "-100.01", "-33.33 -33.33 -33.35"),
        ("percent 102.4 percent -2.4", "97.60", "99.94 -2.34"),
        ("amount 2.50 rest", "-12.00", "-2.50 -9.50"),
        ("rest amount -2.50", "97.50", "100.00 -2.50"),
        ("amount 12.00 rest", "-12.00", ""),
        ("amount 15.00 rest", "-12.00", ""),
        ("percent 50 percent 50", "0.01", ""),
    ],
)
def test_a_split_comes_to_the_line_to_the_cent(shares: str, total: str, parts: str) -> None:
    words, made = shares.split(), []
    while words:
        name = words.pop(0)
        made.append(Share(account="404", **({"rest": True} if name == "rest" else {name: Decimal(words.pop(0))})))
    amounts = apportioned(made, aud(total))
    assert (amounts or ()) == tuple(aud(each) for each in parts.split())


def test_a_rule_is_sure_when_the_past_agrees_with_it_without_exception() -> None:
    """Ten months of fees, all to 404: the rule would have done the same."""
    desk = coder(*monthly(10, "-12.00", "Southbank", "404 EXEMPTEXPENSES"), rules=rules(FEES))
    said = desk.propose(line("L1", "11-02", "-14.00", "SOUTHBANK"))
    assert (said.tier, said.account_code, said.contact_id, said.tax_type) == (
        SURE,
        "404",
        "c-Southbank",
        "EXEMPTEXPENSES",
    )
    assert (said.support, said.rule, said.last_id) == (10, "rule-1", "2026-10-02:Southbank:-12.00:")
    assert "codes all 10 lines of the past as people did, last on 2 Oct 2026" in said.because


@pytest.mark.parametrize("count", [0, 1, 2])
def test_a_rule_that_the_past_hardly_knows_is_likely_at_most(count: int) -> None:
    past = monthly(count, "-12.00", "Southbank", "404 EXEMPTEXPENSES")
    desk = coder(*past, rules=rules(FEES), contacts=[Contact(id="c-Southbank", name="Southbank")])
    assert desk.propose(line("L1", "11-02", "-14.00", "SOUTHBANK")).tier == LIKELY


def test_what_a_rule_would_have_done_otherwise_is_shown() -> None:
    """Forty fees: one was loan interest, one a prepayment, one had another tax type, and one paid a bill."""
    past = [
        entry(f"2026-{m:02}-{d:02}", "-12.00", "Southbank", "404 EXEMPTEXPENSES")
        for m in range(1, 10)
        for d in (1, 9, 17, 25)
    ]
    past += [
        entry("2026-10-01", "-12.00", "Southbank", "453 INPUT"),
        entry("2026-10-02", "-12.00", "Southbank", "404 EXEMPTEXPENSES", kind="SPEND-PREPAYMENT"),
        entry("2026-10-03", "-12.00", "Southbank", "404 NONE"),
        entry("2026-10-04", "12.00", "Southbank", "270 EXEMPTOUTPUT"),
    ]
    paid = Payment(
        id="P1", kind="ACCPAYPAYMENT", date=day("10-05"), amount=aud("88.00"), bank_amount=aud("88.00"), reference="",
        status="AUTHORISED", is_reconciled=True, bank_account_id="id-090", bank_account_code="090",
        invoice_number="B-77", contact=Contact(id="c-Southbank", name="Southbank"),
    )  # fmt: skip
    [rule] = rules(FEES)
    found = try_on_the_past(rule, past_lines(past, [paid]), {"404": "EXEMPTEXPENSES"})
    assert (found.looked_at, found.would_have_coded, found.differently, found.is_clean) == (41, 40, 4, False)
    assert [each.was for each in found.examples] == [
        "a payment of B-77",
        "404 NONE (another tax type)",
        "404 EXEMPTEXPENSES (an over- or prepayment)",
        "453 INPUT (other accounts)",
    ]
    desk = coder(*past, payments=[paid], rules=rules(FEES))
    said = desk.propose(line("L1", "11-02", "-12.00", "SOUTHBANK"))
    assert (said.tier, said.support, str(said.share)) == (LIKELY, 36, "0.900")


def test_a_split_of_other_amounts_is_a_difference() -> None:
    """The fee was 2.4 % of the sale, and in October 3 %."""
    split = "when: {payer_is: Terminal}\nthen: {split: [{account: 404, amount: -2.40}, {account: 855, rest: true}]}"
    past = [
        entry("2026-09-02", "97.60", "Terminal", "855 BASEXCLUDED 100.00", "404 EXEMPTEXPENSES -2.40"),
        entry("2026-10-02", "97.00", "Terminal", "855 BASEXCLUDED 100.00", "404 EXEMPTEXPENSES -3.00"),
    ]
    [rule] = rules(split)
    found = try_on_the_past(rule, past_lines(past), {"404": "EXEMPTEXPENSES", "855": "BASEXCLUDED"})
    assert (found.would_have_coded, found.differently) == (2, 1)
    assert found.examples[0].was.endswith("(other amounts)")


def test_a_rule_that_is_off_codes_nothing_and_can_still_be_tried() -> None:
    past = monthly(5, "-12.00", "Southbank", "404 EXEMPTEXPENSES")
    [rule] = rules("off: true\n" + FEES)
    assert try_on_the_past(rule, past_lines(past)).would_have_coded == 5
    assert coder(*past, rules=[rule]).propose(line("L1", "11-02", "-12.00", "SOUTHBANK")).rule == ""


def test_the_smallest_priority_speaks() -> None:
    first, second = rules("when: {payer_contains: Southbank}\nthen: {account: 453}", FEES)
    past = monthly(5, "-12.00", "Southbank", "404 EXEMPTEXPENSES")
    said = coder(*past, rules=[second, first]).propose(line("L1", "11-02", "-12.00", "SOUTHBANK"))
    assert (said.rule, said.account_code) == ("rule-1", "453")


def test_a_source_document_comes_before_a_rule_too() -> None:
    past = monthly(5, "-12.00", "Southbank", "404 EXEMPTEXPENSES")
    bill = item("B-9", "10-28", "12.00", "Southbank", kind="ACCPAY")
    said = coder(*past, rules=rules(FEES), open_items=[bill]).propose(line("L1", "11-02", "-12.00", "SOUTHBANK"))
    assert (said.tier, said.account_code, said.rule) == (CANDIDATES, "", "rule-1")
    assert said.because.startswith("B-9 of Southbank (due A$12.00) could explain this line")


@pytest.mark.parametrize(
    ("then", "why"),
    [
        ("{account: 999}", "Xero has no account 999"),
        ("{account: 610}", "bank or control account"),
        ("{account: 404, contact: Nobody}", "“Nobody” is no contact in Xero"),
        ("{split: [{account: 404, amount: 20}, {account: 453, rest: true}]}", "leaves nothing or less"),
    ],
)
def test_a_rule_that_cannot_be_followed_says_why(then: str, why: str) -> None:
    past = monthly(5, "-12.00", "Southbank", "404 EXEMPTEXPENSES")
    desk = coder(*past, rules=rules(f"when: {{payer_is: Southbank}}\nthen: {then}"))
    said = desk.propose(line("L1", "11-02", "-12.00", "SOUTHBANK"))
    assert said.tier == NONE
    assert why in said.because
