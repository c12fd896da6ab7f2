"""A proposal's card: what would change, why, the figures, and the buttons while it can still be decided."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from approvals.effects import Effect
from approvals.kinds import kind_of
from approvals.proposal import (
    APPROVED,
    AWAITING_PERSON,
    EXPIRED,
    FAILED,
    POSTED,
    PROPOSED,
    REJECTED,
    UNKNOWN,
    WITHDRAWN,
    Description,
    Evidence,
    Proposal,
)
from approvals.remarks import QUESTION, Remark
from books.money import Money
from books.period import spoken
from bot.card import Button, Buttons, Card, Facts, Field, Finding, Heading, Link, Note, Part, Table, Text, Tone

_TONES: dict[str, Tone] = {
    PROPOSED: "neutral",
    APPROVED: "neutral",
    AWAITING_PERSON: "warning",
    POSTED: "good",
    REJECTED: "bad",
    FAILED: "bad",
    UNKNOWN: "warning",
    WITHDRAWN: "warning",
    EXPIRED: "neutral",
}


@dataclass(frozen=True)
class Around:
    """What a card shows besides its proposal.

    `fields` may be changed before the decision, `is_typed` means that whoever approves types the amount, `review_owed`
    that a person is to say whether an automatic posting was right.
    """

    remarks: Sequence[Remark] = ()
    effects: Sequence[Effect] = ()
    fields: tuple[Field, ...] = ()
    is_typed: bool = False
    review_owed: bool = False


NOTHING_AROUND = Around()
REMARKS_SHOWN = 5
TO_REVIEW = "Nobody looked at it before it was posted. Is it right? Say so with the buttons below."
SHORT_LABEL, SHORT_DETAIL = 40, 90


def proposal_card(
    proposal: Proposal,
    description: Description,
    *,
    client: str,
    names: Mapping[str, str],
    around: Around = NOTHING_AROUND,
) -> Card:
    """The card of a proposal as it stands now; `names` gives members' names by id."""
    heading = f"{_HEADS[proposal.status]}: {description.title}"
    parts: list[Part] = [Heading(heading, _TONES[proposal.status]), *_state(proposal, names, around)]
    parts.append(Text(f"{client.rstrip('.')}. {proposal.because}"))
    parts.append(Facts(description.facts))
    if description.rows:
        columns, *rows = description.rows
        figures = tuple(i for i in range(len(columns)) if columns[i] in _FIGURES)
        parts.append(Table(tuple(columns), tuple(rows), figures))
    parts += _evidence(proposal)
    parts += _effects(around.effects)
    parts += _said(around.remarks, names)
    if buttons := _buttons(proposal, around):
        parts.append(Buttons(buttons))
    parts.append(Note(_footnote(proposal, description, names)))
    return Card(f"{client}: {description.title}. {_STATE_WORDS[proposal.status]}", tuple(parts))


def _effects(effects: Sequence[Effect]) -> list[Part]:
    """Each account's balance before and after, in the books' base currency."""
    if not effects:
        return []
    rows = tuple((each.account, f"{_sided(each.before)} → {_sided(each.after)}") for each in effects)
    return [Text(f"Balances at {spoken(effects[0].as_at)}, before and after", strong=True), Facts(rows)]


def _sided(balance: Money) -> str:
    side = " Dr" if balance.amount > 0 else " Cr" if balance.amount < 0 else ""
    return f"{abs(balance)}{side}"


_FIGURES = ("Debit", "Credit", "Amount", "Tax", "Balance", "Due before", "Due after")
_HEADS = {
    PROPOSED: "To approve",
    APPROVED: "Approved",
    AWAITING_PERSON: "One step left in Xero",
    POSTED: "Done",
    REJECTED: "Rejected",
    FAILED: "Not posted",
    UNKNOWN: "Being looked up",
    WITHDRAWN: "Withdrawn",
    EXPIRED: "Expired",
}
_STATE_WORDS = {
    PROPOSED: "Waiting for a decision.",
    APPROVED: "Approved, being posted to Xero.",
    AWAITING_PERSON: "Approved, waiting for a person in Xero.",
    POSTED: "Done in Xero.",
    REJECTED: "Rejected.",
    FAILED: "Not posted.",
    UNKNOWN: "Being looked up in Xero.",
    WITHDRAWN: "Withdrawn.",
    EXPIRED: "Expired.",
}


def _state(proposal: Proposal, names: Mapping[str, str], around: Around) -> list[Part]:
    who = names.get(proposal.decided_by, proposal.decided_by)
    match proposal.status:
        case "proposed":
            so_far = " and ".join(names.get(each.member, each.member) for each in proposal.approvals)
            return [Text(f"Approved by {so_far}; it takes another person too.", strong=True)] if so_far else []
        case "approved":
            return [Text(f"Approved by {who}. Posting to Xero…", strong=True), *_in_the_way(proposal)]
        case "awaiting_person":
            step = str(proposal.receipt.get("instruction", "One step remains in Xero."))
            asked = Text(f"Approved by {who}. {step}", strong=True)
            return [asked, *_in_the_way(proposal), *_link(proposal, "Open the page in Xero")]
        case "posted":
            words = str(proposal.receipt.get("words", "Posted to Xero."))
            owed = [Text(TO_REVIEW, strong=True)] if around.review_owed else []
            return [Text(f"Approved by {who}. {words}", strong=True), *owed, *_link(proposal, "Open in Xero")]
        case "rejected":
            return [Text(f"Rejected by {who}: {proposal.reason}", strong=True)]
        case "failed" | "unknown":
            return [Text(proposal.problem, strong=True)]
        case "withdrawn":
            return _withdrawn(proposal)
        case _:
            return [Text("Nobody decided in time; nothing was posted.", strong=True)]


def _withdrawn(proposal: Proposal) -> list[Part]:
    """Why it left the queue; where documents changed, each with its differences, one a line."""
    said, _, rest = (proposal.reason or "something it was built on changed.").partition(": ")
    labels = [each.label for each in proposal.evidence if rest.startswith(f"{each.label}: ") or each.label in rest]
    named = "|".join(re.escape(each) for each in dict.fromkeys(sorted(labels, key=len, reverse=True)))
    if not rest or not named or not re.match(f"(?:{named}): ", rest):
        return [Text(f"Withdrawn: {proposal.reason or 'something it was built on changed.'}", strong=True)]
    changed: dict[str, list[str]] = {}
    for each in re.split(f"; (?=(?:{named}): )", rest):
        label, _, difference = each.partition(": ")
        for known in labels:
            if each.startswith(f"{known}: "):
                label, difference = known, each.removeprefix(f"{known}: ")
        changed.setdefault(label, []).append(f"{difference[:1].upper()}{difference[1:].replace(' -> ', ' → ')}")
    words = (
        f"{said[:1].upper()}{said[1:]}. Nothing was posted; what is right now is prepared again on a card of its own."
    )
    return [Text(words, strong=True), *(Finding(label, "\n".join(lines)) for label, lines in changed.items())]


def _in_the_way(proposal: Proposal) -> list[Part]:
    """Why it has not come further yet, while it is carried on by itself."""
    return [Text(proposal.problem)] if proposal.problem else []


def _link(proposal: Proposal, words: str) -> list[Part]:
    link = str(proposal.receipt.get("link", ""))
    return [Link(words, link)] if link else []


def _evidence(proposal: Proposal) -> list[Part]:
    """All of it: what the digest covers is what the card shows; what is only a figure stands as one, in its place."""
    parts: list[Part] = []
    for each in proposal.evidence:
        if not _is_figure(each):
            parts.append(_finding(each))
        elif parts and isinstance(parts[-1], Facts):
            parts[-1] = Facts((*parts[-1].facts, (each.label, each.detail)))
        else:
            parts.append(Facts(((each.label, each.detail),)))
    return parts


def _is_figure(evidence: Evidence) -> bool:
    is_plain = not (evidence.link or evidence.caution or evidence.unsure)
    return is_plain and len(evidence.label) <= SHORT_LABEL and 0 < len(evidence.detail) <= SHORT_DETAIL


def _finding(each: Evidence) -> Finding:
    said = (each.caution, each.unsure.rstrip("."), each.detail)
    return Finding(
        each.label,
        ". ".join(words for words in said if words),
        link=each.link,
        link_text="Open in Xero",
        tone="warning" if each.caution or each.unsure else "neutral",
    )


def _said(remarks: Sequence[Remark], names: Mapping[str, str]) -> list[Part]:
    """The last questions and comments, oldest first; `queue show` has all of them."""
    return [
        Text(f"{names.get(each.member, each.member)} {'asks' if each.sort == QUESTION else 'says'}: {each.text}")
        for each in remarks[-REMARKS_SHOWN:]
    ]


def _buttons(proposal: Proposal, around: Around) -> tuple[Button, ...]:
    subject = proposal.id
    if proposal.status == PROPOSED:
        return _decision(proposal, around)
    if proposal.status == AWAITING_PERSON:
        return (Button("I have done it: check Xero", "check", subject, style="primary"),)
    if proposal.status != POSTED:
        return ()
    buttons: list[Button] = []
    if around.review_owed:
        buttons.append(Button("It is right", "right", subject, style="primary"))
        buttons.append(Button("It is wrong…", "wrong", subject, style="danger", asks="What is wrong with it?"))
    if kind_of(proposal.kind).is_undoable:
        question = "Propose what takes this back? Somebody else approves that."
        buttons.append(Button("Undo…", "undo", subject, confirm=question))
    return tuple(buttons)


def _decision(proposal: Proposal, around: Around) -> tuple[Button, ...]:
    subject, digest = proposal.id, proposal.digest
    typed = f"Type the amount to approve it ({abs(proposal.amount)})" if around.is_typed else ""
    label = "Approve…" if typed else "Approve"
    buttons = [
        Button(label, "approve", subject, digest, style="primary", asks=typed),
        Button("Reject…", "reject", subject, digest, style="danger", asks="Why is it rejected?"),
    ]
    if around.fields:
        buttons.append(Button("Edit…", "edit", subject, digest, fields=around.fields, is_further=True))
    buttons.append(Button("Ask…", "ask", subject, asks="What do you want to know?", is_further=True))
    return (*buttons, Button("Later", "later", subject, is_further=True))


def _footnote(proposal: Proposal, description: Description, names: Mapping[str, str]) -> str:
    preparer = names.get(proposal.preparer, "")
    prepared = f"Prepared by Tieout ({proposal.agent})" + (f" for {preparer}" if preparer else "")
    until = f" Decide by {spoken(proposal.expires_at.date())}." if proposal.status == PROPOSED else ""
    undo = f" {description.undo}" if description.undo and proposal.status in (PROPOSED, POSTED) else ""
    sources = [f"{each.source} as of {each.version or 'no version'}" for each in proposal.evidence if each.source]
    bound = [f"{name}: {words}" for name, words in description.fine_print]
    bound += [f"Source: {each}" for each in sources]
    return f"{prepared} · proposal {proposal.id} · content {proposal.digest[:12]}.{until}{undo} {' · '.join(bound)}."
