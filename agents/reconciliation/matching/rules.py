"""The rules by name, each with the sentence that an accountant reads beside a match."""

from __future__ import annotations

RULES: tuple[tuple[str, str], ...] = (
    ("reference_amount", "The line names the document by its number and pays exactly what is due."),
    ("remittance", "The line names these documents and pays exactly their total."),
    ("remittance_cut", "The line names some of these documents; with others of the same payer they make its amount."),
    ("reference_less_fee", "The line names the document and falls short by what a bank or card fee takes."),
    ("reference_currency", "The line names the document, which is in another currency; the rate fits the day's."),
    ("reference_part", "The line names the document and pays part of it."),
    ("reference_over", "The line names the document and pays more than is due; the rest is a payment on account."),
    ("payout", "The line names documents of several customers and pays their total less the payment service's fee."),
    ("ledger", "A transaction that already stands in the ledger has this amount, direction and date."),
    ("payer_amount", "One open document of this payer is exactly this amount."),
    ("payer_mistyped", "The payer and the amount agree, and the number on the line is the document's with one slip."),
    ("payer_oldest", "Several open documents of this payer are exactly this amount; the oldest is taken."),
    ("all_open", "The line pays everything that this payer had open."),
    ("all_net", "The line pays everything that this payer had open, less its open credits."),
    ("oldest_open", "The line pays this payer's oldest open documents."),
    ("neighbours", "The line pays documents of this payer that follow each other by date."),
    ("set", "Only one set of this payer's open documents makes this amount."),
    ("instalments", "These lines of one payer together pay one document."),
    ("part_of_only", "The payer has one document open, and the line pays part of it."),
    ("round_part", "The line is a round share of one open document of this payer."),
    ("payer_less_fee", "One open document of this payer is this amount and a bank or card fee."),
    ("payer_currency", "One open document of this payer is this amount at the day's rate."),
    ("over_only", "The payer has one document open, and the line pays more than is due."),
)

_SENTENCES = dict(RULES)

CATEGORIES: tuple[tuple[str, str, str], ...] = (
    (
        "duplicate_payment",
        "The document that it names is settled by another line.",
        "Ask the payer; refund or keep on account.",
    ),
    (
        "reversal",
        "It is cancelled by a line of the opposite sign.",
        "Code both to the same account, or void the payment.",
    ),
    ("own_transfer", "It goes to or comes from another account of the client.", "Record a bank transfer."),
    ("bank_fee", "It reads like a fee or interest of the bank.", "Code it to bank fees or interest."),
    ("payout_report", "It is a payment service's payout and names no document.", "Import the service's payout report."),
    ("recurring", "People have coded this payer before.", "Code it as before."),
    (
        "missing_invoice",
        "The payer is known, but nothing open explains the amount.",
        "Ask for the document or the remittance advice.",
    ),
    ("unknown_payer", "Nobody of this name has anything open.", "Find out who paid, and confirm the name once."),
    ("uncategorised_deposit", "Money came in with no name and no reference.", "Ask the bank for the payer's details."),
    ("timing", "A document of this payer and amount is dated after the line.", "Wait, or check the document's date."),
)


def sentence(rule: str) -> str:
    """What a rule says, in an accountant's words."""
    return _SENTENCES[rule]


_WORDS = {name: (because, next_step) for name, because, next_step in CATEGORIES}


def category_words(category: str) -> tuple[str, str]:
    """Why a line has no match, and what a person does now."""
    return _WORDS[category]
