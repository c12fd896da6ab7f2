"""Small cards of words: a refusal, the help, and what was prepared."""

from __future__ import annotations

import agents.findings
from agents.findings import Prepared
from approvals.remarks import QUESTION
from books.period import Period
from books.refusal import Refusal
from bot.card import Card, Finding, Heading, Note, Part, Text


def refusal_card(refusal: Refusal) -> Card:
    """A "no" with what to do next; never a traceback."""
    parts: list[Part] = [Heading(refusal.words, "warning"), Text(refusal.next_step)]
    if refusal.detail:
        parts.append(Note(f"Xero said: {refusal.detail}" if refusal.code.startswith("xero") else refusal.detail))
    return Card(f"{refusal.words} {refusal.next_step}", tuple(parts))


def words_card(heading: str, words: str) -> Card:
    """A short answer."""
    return Card(f"{heading}. {words}", (Heading(heading), Text(words)))


def remark_card(who: str, sort: str, words: str, proposal_id: str, title: str) -> Card:
    """A question or a comment about a proposal, for those who read it apart from the proposal's own card."""
    said = f"{who} {'asks' if sort == QUESTION else 'says'}"
    foot = Note(f"About: {title} · answer in the card's thread, or write: comment {proposal_id[:10]}: your words")
    return Card(f"{said}: {words}", (Heading(said), Text(words), foot))


def prepared_card(prepared: Prepared, *, only_observed: str = "") -> Card:
    """What a preparing skill found and would propose; nothing of it stands in the queue yet.

    `only_observed` is the client's name where the firm lets nothing be proposed yet.
    """
    period = Period.of(prepared.period)
    count = len(prepared.drafts)
    words = (
        f"{period}: {count} {'proposal' if count == 1 else 'proposals'} to make"
        if count
        else f"{period}: nothing to propose"
    )
    parts: list[Part] = [Heading(words)]
    parts += [_found(each) for each in prepared.findings]
    parts += [Finding(draft.because, figure=str(draft.amount), tone="neutral") for draft in prepared.drafts]
    if only_observed:
        words = f"{period}: {count} {'proposal' if count == 1 else 'proposals'} that would be made"
        parts[0] = Heading(words)
        parts.insert(
            1, Text(f"The firm only observes for {only_observed.rstrip('.')}: nothing of this is in the queue.")
        )
        parts.append(Note("A partner sets the client's phase to propose in firm.yml, and it is proposed from then on."))
    return Card(words, tuple(parts))


def nothing_proposed(prepared: Prepared) -> Card:
    """Why a preparing skill had nothing to propose: what stands in the way first, with its link."""
    if not prepared.findings:
        words = "The books show nothing that is missing."
        return words_card(f"{Period.of(prepared.period)}: nothing to propose", words)
    first, *others = prepared.findings
    parts: list[Part] = [Heading(first.title, "warning"), _found(first, title="Why")]
    parts += [_found(each) for each in others]
    return Card(f"{first.title}. {first.detail}", tuple(parts))


def _found(finding: agents.findings.Finding, *, title: str = "") -> Finding:
    figure = str(finding.amount) if finding.amount else ""
    return Finding(title or finding.title, finding.detail, figure, finding.who, finding.link, tone="neutral")


def help_card() -> Card:
    """What can be asked and commanded."""
    lines = (
        ("Is Bondi ready to close October?", "what blocks, who acts next, with links"),
        ("/close status <client> [month]", "the same, as a command"),
        ("/close variance <client> [month]", "what is off budget, and why"),
        (
            "/close bank <client> [account] [month]",
            "does the bank tie out, what explains its lines, what is left; drop the bank's file in the channel first",
        ),
        ("/close bank all [month]", "the same of every client in one look: whose bank ties out, and what is left"),
        ("/close prepare <client> [month]", "find missing amortisation journals and propose them"),
        ("/close lock <client> [month]", "propose to lock the period, when nothing blocks it"),
        ("/close my queue", "what you may approve first, without what you put off"),
        (
            "/close queue bondi october journals over 1000 older than 2 days",
            "what waits for a decision; each filter may be left out",
        ),
        (
            "/close show ID, who ID",
            "a proposal's or a batch's card, whole; who may approve it, and who may not and why",
        ),
        ("/close ask ID: words, comment ID: words", "asked or said on the card and to whoever it concerns"),
        ("/close withdraw ID: why", "take back what you prepared"),
        ("/close batches <client>", "what is alike and decided with one click"),
        ("/close automation, review", "what may post by itself and why not; what was posted so and waits for a review"),
        ("/close arm <client>: <kind>: <why>", "give automation back after it was taken away (a partner)"),
        (
            "/close post <name> [client]",
            "send a scheduled post now: close_readiness, budget_variance, prepared_journals",
        ),
        ("/close stop <client>: <why>", "halt every write to the client's books at once (a partner lifts it)"),
        ("/close code", "a short-lived code to decide from the command line"),
    )
    parts: list[Part] = [Heading("What you can ask Tieout")]
    parts += [Finding(title=words, detail=what, tone="neutral") for words, what in lines]
    parts.append(Note("Tieout prepares and asks; people decide; nothing is posted to Xero without an approval."))
    return Card("What you can ask Tieout", tuple(parts))
