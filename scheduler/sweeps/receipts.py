"""Proposes a receipt by mail for what customers paid, where the client wants it, and says where there can be none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby

import structlog

from agents.receivables.receipts import AGENT, NoReceipt, receipt
from approvals import automation, receipts
from approvals.kinds.send_receipt import KIND
from approvals.proposal import Draft, Proposal
from approvals.receipts import PREPARED, Received
from books.firm import Client
from books.refusal import Refusal
from bot.cards.plain_words import words_card
from bot.casework import Casework
from xero_tools.gateway import Gateway
from xero_tools.sitting import Sitting

log = structlog.get_logger(__name__)
MOST = 20
"""Payments of one look: each costs about two calls of the sixty that Xero allows a client in a minute."""


def sweep(work: Casework, gateway: Gateway) -> Callable[[], None]:
    """A sweep over the clients who want receipts."""

    def receipts_by_mail() -> None:
        firm = work.directory.firm()
        for client in firm.clients:
            if not client.receipts or automation.why_observing(firm, client.id, KIND.name):
                continue
            if gateway.pause(client.organisation) == 0:
                _look(client, work)

    return receipts_by_mail


def _look(client: Client, work: Casework) -> None:
    """One look at one client's payments: first everything is read, then it is proposed together."""
    taken = receipts.take(work.store, work.clock, client.organisation, most=MOST)
    if not taken:
        return
    sitting, drafts, told = work.queue.sitting(interactive=False), list[tuple[list[Received], Draft]](), list[str]()
    sitting.read_ahead(client.organisation, [each.invoice_id for each in taken])
    for _, group in groupby(sorted(taken, key=_by_invoice), key=_by_invoice):
        received = list(group)
        made = _read(client, sitting, received)
        if made is None:
            break  # the others would wait for Xero just as long
        if isinstance(made, Draft):
            drafts.append((received, made))
        else:
            told += _none(work, received, made)
    proposals = list[Proposal]()
    for received, draft in drafts:
        try:
            proposals.append(_proposed(work, sitting, received, draft))
        except Refusal as refusal:
            if not _is_xeros(client, refusal):
                told += _none(work, received, NoReceipt(refusal.words, ask=refusal.next_step))
    batches, apart = work.batches.gather([each for each in proposals if each.is_open])
    work.post(client, batches, apart)
    _tell(client, work, told)


def _by_invoice(received: Received) -> str:
    return received.invoice_id


def _read(client: Client, sitting: Sitting, received: Sequence[Received]) -> Draft | NoReceipt | None:
    """The draft for one invoice, or why there is none; None while Xero cannot be read."""
    try:
        return receipt(client, sitting, received)
    except Refusal as refusal:
        return None if _is_xeros(client, refusal) else NoReceipt(refusal.words, ask=refusal.next_step)


def _is_xeros(client: Client, refusal: Refusal) -> bool:
    """Whether Xero is away or asks for a pause: then what was taken up is taken up again when its lease has run out."""
    if not refusal.code.startswith("xero_"):
        return False
    log.warning("receipts_wait", client=client.id, why=str(refusal))
    return True


def _proposed(work: Casework, sitting: Sitting, received: Sequence[Received], draft: Draft) -> Proposal:
    proposal = work.queue.submit(draft.organisation, draft, preparer=None, agent=AGENT, reading=sitting)
    receipts.came_to(work.store, received, PREPARED, receipt=proposal.id)
    if proposal.supersedes:
        work.courier.refresh(proposal.supersedes)
    return proposal


def _none(work: Casework, received: Sequence[Received], none: NoReceipt) -> list[str]:
    """Writes down that there is none; returns what a person has to be told."""
    log.info("no_receipt", payment=received[-1].payment, why=none.why)
    receipts.came_to(work.store, received, none.why)
    return [f"{none.why} {none.ask}"] if none.ask else []


def _tell(client: Client, work: Casework, told: Sequence[str]) -> None:
    """Says in the client's channels what a person has to do by hand."""
    if told:
        work.courier.announce(client.channels, words_card("No receipt was prepared", " ".join(told)))
