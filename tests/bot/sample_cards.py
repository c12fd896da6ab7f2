"""Cards with every part, as the desk makes them, and hostile words that a ledger may hold."""

from __future__ import annotations

from bot.card import Button, Buttons, Card, Chart, Facts, Finding, Heading, Link, Note, Table, Text
from tests.bot.sample_bank import BANK_CARDS
from tests.bot.sample_batches import DRAWN
from tests.bot.sample_kinds import KIND_CARDS

GO = "https://go.xero.com/organisationlogin/default.aspx?shortcode=!bnd01&redirecturl=/Journal/View.aspx"

READINESS = Card(
    "Bondi Coffee Roasters Pty Ltd: October 2026 is not ready to close",
    (
        Heading("October 2026 is not ready: 2 things block it", "bad"),
        Text("Bondi Coffee Roasters Pty Ltd. Who acts next: preparer (1), approver (1)."),
        Finding(
            "Unreconciled deposit", "Received 30 Oct 2026, not matched.", "AUD 1,210.00", "preparer", GO, tone="bad"
        ),
        Finding("Draft bill INV-7741", "Harbour Freight & Sons <draft>", "AUD 880.00", "approver", GO, tone="bad"),
        Text("Lock date: none.", subtle=True),
        Buttons(
            (
                Button("Prepare amortisation journal", "prepare", "bondi-coffee|2026-10|prepayments", style="primary"),
                Button("Check again", "recheck", "bondi-coffee|2026-10"),
            )
        ),
        Note("Read from Xero on 5 November 2026, cut-off 31 October 2026."),
    ),
)
PROPOSAL = Card(
    "Bondi Coffee Roasters Pty Ltd: Amortise insurance, October 2026. Waiting for a decision.",
    (
        Heading("Amortise insurance, October 2026"),
        Text("Bondi Coffee Roasters Pty Ltd. The policy of 1 July runs twelve months."),
        Table(
            ("Account", "Debit", "Credit"),
            (("433 Insurance", "1,000.00", ""), ("620 Prepayments", "", "1,000.00")),
            (1, 2),
        ),
        Facts((("Date", "31 October 2026"), ("Narration", "*Insurance* amortisation 4/12"), ("Total", "AUD 1,000.00"))),
        Link("Open bill INV-2201", GO),
        Buttons(
            (
                Button("Approve", "approve", "p_01", "9f2c" * 16, style="primary", confirm="Post this to Xero?"),
                Button("Reject…", "reject", "p_01", "9f2c" * 16, style="danger", asks="Why is it rejected?"),
            )
        ),
        Note("Prepared by Tieout (prepayments) · p_01 · content 9f2c9f2c9f2c."),
    ),
)
VARIANCE = Card(
    "Thames Studio Ltd, October 2026: Advertising is 62 % over budget",
    (
        Heading("October 2026: Advertising is GBP 3,100.00 (62 %) over budget", "warning"),
        Text("Thames Studio Ltd.", strong=True),
        Table(
            ("Account", "Actual", "Budget", "Variance"),
            (("Advertising", "8,100.00", "5,000.00", "+3,100.00"), ("Travel", "400.00", "900.00", "-500.00")),
            (1, 2, 3),
        ),
        Chart("Variance by account", ("Advertising", "Travel"), (3100.0, -500.0), ("+3,100.00", "-500.00")),
        Note("Actuals from Xero's profit and loss."),
    ),
)
CARDS = {"readiness": READINESS, "proposal": PROPOSAL, "variance": VARIANCE, **DRAWN, **BANK_CARDS, **KIND_CARDS}

HOSTILE = (
    "<!channel> pay <@U0PRIYA> at <http://evil.example|Xero>",
    "Total \u202e00.1\u202c AUD\u200b\u2066",
    "*bold* _it_ ~gone~ `code` [Approve](https://evil.example) {{DATE(2026-01-01)}} <at>Tieout</at>",
    "a\x00b\x1bc\ud800 &amp; &lt;",
    "",
    "   ",
)


def hostile_card(words: str) -> Card:
    """A card of which every text a ledger can supply says the same."""
    return Card(
        words,
        (
            Heading(words, "warning"),
            Text(words),
            Text(words, subtle=True),
            Facts(((words, words),)),
            Table((words, words), ((words, words),), (1,)),
            Finding(words, words, words, words, "https://evil.example/x", words),
            Chart(words, (words,), (1.0,), (words,)),
            Link(words, "https://go.xero.com.evil.example/x"),
            Buttons((Button(words, "approve", "p_1", "d", asks=words, confirm=words),)),
            Note(words),
        ),
    )
