"""Opens the office: builds every object of one process by hand, and closes it again."""

from __future__ import annotations

import contextlib
import datetime as dt
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import structlog

from agents.assistant import Assistant
from agents.model import Model
from agents.reconciliation.coding.rules import Rule
from agents.reconciliation.kept import Kept
from agents.reconciliation.remembered import Memories
from agents.reconciliation.shelf import Shelf
from agents.skills import SKILLS
from approvals.automatic import Automatic
from approvals.batches import PREFIX, Batches
from approvals.executor import Executor, Timings
from approvals.kinds.send_receipt import KIND as SEND_RECEIPT
from approvals.proposal import APPROVED, Proposal
from approvals.queue import Queue
from approvals.receipts import again
from books.clock import Clock
from books.firm import save_firm
from books.period import Period
from books.refusal import Refusal
from books.store import Store
from bot.banking import Banking
from bot.card import Card
from bot.casework import Casework
from bot.courier import Courier, Shown
from bot.desk import Desk
from bot.directory import Directory
from bot.drawing import Drawing, by_id, is_shown_whole
from bot.newcomers import Newcomers
from bot.stopping import Stopping
from bot.surface import Surface
from scheduler.firm_file import read_firm
from scheduler.lanes import Lanes
from scheduler.mirroring import Copies, open_copies
from scheduler.runner import Runner
from scheduler.settings import ModelSettings, Settings
from scheduler.sweeps import (
    anchor,
    automation,
    cards,
    fed_statements,
    let_go,
    receipts,
    reminders,
    statements_folder,
    unfinished_approvals,
)
from scheduler.written_rules import client_rules
from scheduler.xero import Xero, open_xero, told_when_ended, vault_of
from xero_tools.gateway import Gateway

log = structlog.get_logger(__name__)
POSTING_THREADS, POSTING_ABREAST, DRAWING_THREADS = 16, 2, 4
SANDBOX_TIMINGS = Timings(
    lease=dt.timedelta(seconds=15),
    window=dt.timedelta(seconds=20),
    quiet=dt.timedelta(seconds=4),
    reads_apart=dt.timedelta(seconds=1),
    after_no_send=dt.timedelta(seconds=3),
    person_interval=dt.timedelta(seconds=5),
)
"""The simulator answers or loses a request at once, so a demo or a test need not wait as long as life does."""


@dataclass
class Office:
    """Everything that one process works with; `surfaces` may be filled after the desk exists."""

    settings: Settings
    store: Store
    clock: Clock
    gateway: Gateway
    directory: Directory
    queue: Queue
    batches: Batches
    automatic: Automatic
    executor: Executor
    assistant: Assistant
    courier: Courier
    desk: Desk
    runner: Runner
    surfaces: dict[str, Surface]
    draw: Callable[[Shown], Card]
    posting: Lanes
    drawing: ThreadPoolExecutor
    xero: Xero
    copies: Copies
    kept: Kept
    banking: Banking

    def carried_out(self, proposal_id: str, *, patience_seconds: float = 20.0) -> Proposal:
        """The proposal once it is carried out, here or by another process that was faster, or as far as it came.

        Something in the way (a stop, Xero away) is the proposal's problem, and nothing is waited for.
        """
        until = time.monotonic() + patience_seconds
        proposal = self.executor.carry_out(proposal_id)
        while proposal.status == APPROVED and not proposal.problem and time.monotonic() < until:
            time.sleep(0.2)
            proposal = self.executor.carry_out(proposal_id)
        return proposal

    def proposal_named(self, words: str) -> str:
        """The id that begins with `words`, if exactly one does; else `words`, which the queue then refuses."""
        organisations = [client.organisation for client in self.directory.firm().clients]
        found = self.queue.ids_beginning(words, organisations)
        return found[0] if len(found) == 1 else words

    def finish(self) -> None:
        """Lets what is being posted and drawn finish; the chat platforms must still be connected."""
        self.runner.stop()
        self.executor.stop()
        self.posting.close()
        self.drawing.shutdown(wait=True)

    def close(self) -> None:
        """Finishes, then lets go of everything."""
        self.finish()
        self.xero.close()
        self.store.close()


def open_office(settings: Settings) -> Office:
    """Builds the office; raises Refusal for a broken firm file, an unreachable database or wrong credentials."""
    store, clock = _open_store(settings), Clock(settings.today)
    xero = open_xero(settings, store)
    gateway = xero.gateway
    queue, automatic = Queue(store, clock, gateway), Automatic(store, clock, gateway)
    batches, surfaces = Batches(store, clock, queue, fits=is_shown_whole), dict[str, Surface]()
    executor = Executor(store, clock, gateway, timings=SANDBOX_TIMINGS if settings.xero_is_sandbox else None)
    directory = Directory(store, clock)
    kept = _kept(store, settings, directory)
    assistant = Assistant(gateway, _model(settings.model), kept)
    draw, read = Drawing(store, directory, automatic, batches.get), by_id(queue.get, batches.get, PREFIX)
    courier = Courier(store, clock, surfaces=surfaces, read=read, draw=draw.card, state=draw.state, states=draw.states)
    posting = Lanes(POSTING_THREADS, abreast=POSTING_ABREAST)
    drawing = ThreadPoolExecutor(DRAWING_THREADS, thread_name_prefix="drawing")
    copies = open_copies(settings, store, gateway, directory.firm, clock)

    def carry_on(proposal: Proposal) -> None:
        # Two sorts of threads: a posting that waits for Xero's pace keeps nobody's card from changing at the click.
        with contextlib.suppress(RuntimeError):  # we are being stopped: the next start's sweep carries on
            drawing.submit(courier.refresh, proposal.id).add_done_callback(_tell)
        posting.submit(proposal.organisation, partial(_carry_on, executor, courier, proposal.id))

    if xero.connect is not None:
        xero.connect.on_ended = told_when_ended(xero.connect, courier, directory.firm, drawing)
    work = Casework(
        store,
        clock,
        directory,
        queue,
        batches,
        automatic,
        courier,
        carry_on,
        check_awaiting=executor.check_awaiting,
        kept=kept,
    )
    banking = Banking(clock, gateway, kept, lambda found: desk.bank_card(found))
    own = _sweeps(work, executor, settings, banking, posting)
    sweeps, reading = (*own, *copies.sweeps), copies.mirror.gateway
    runner = Runner(store=store, clock=clock, reading=reading, courier=courier, firm=directory.firm, sweeps=sweeps)
    newcomers = Newcomers(store, clock, courier)
    directory.unknown = newcomers.unknown
    desk = Desk(
        clock=clock, gateway=gateway, directory=directory, assistant=assistant, queue=queue, courier=courier,
        casework=work, post_now=runner.post_now, stopping=Stopping(store, clock), newcomers=newcomers,
        take_statement=banking.take, kept=kept, columns=banking.columns,
    )  # fmt: skip
    runner.desk, queue.on_void = desk, preparing_again(desk, directory)
    return Office(
        settings, store, clock, gateway, directory, queue, batches, automatic, executor, assistant, courier, desk,
        runner, surfaces, draw.card, posting, drawing, xero, copies, kept, banking,
    )  # fmt: skip


def _sweeps(
    work: Casework, executor: Executor, settings: Settings, banking: Banking, posting: Lanes
) -> tuple[Callable[[], None], ...]:
    """What is looked after every few seconds, besides the mirror: unfinished work first."""
    watched = settings.statements
    store, clock, courier, firm = work.store, work.clock, work.courier, work.directory.firm
    return (
        unfinished_approvals.sweep(executor, courier, posting),
        cards.sweep(work.queue, work.batches, courier, firm, clock),
        reminders.sweep(store, clock, courier, firm),
        anchor.sweep(store, clock, settings.home, courier, firm),
        automation.sweep(work.automatic, courier, firm, work.carry_on),
        let_go.sweep(store, clock, banking.gateway, banking.kept.shelf, firm),
        receipts.sweep(work, banking.gateway),
        fed_statements.sweep(store, clock, banking, courier, firm),
        *((statements_folder.sweep(watched, courier, firm, banking.take),) if watched is not None else ()),
    )


def _kept(store: Store, settings: Settings, directory: Directory) -> Kept:
    """What is kept of the bank; the clients' written rules are read anew each time."""

    def rules(client_id: str) -> tuple[Rule, ...]:
        return client_rules(settings.home, directory.firm().client(client_id))

    return Kept(Shelf(store, vault_of(settings)), Memories(store), rules)


def _open_store(settings: Settings) -> Store:
    """The database with its tables, and in it the firm as its file has it now."""
    store = Store(settings.database_url)
    store.create_tables()
    firm = read_firm(settings.firm)
    with store.transaction() as session:
        save_firm(session, firm)
    return store


def _model(settings: ModelSettings | None) -> Model | None:
    if settings is None:
        return None
    return Model(api_key=settings.api_key, base_url=settings.base_url, name=settings.name)


def preparing_again(desk: Desk, directory: Directory) -> Callable[[Proposal], None]:
    """Prepares work anew whose approval was void because something it was built on changed; people decide again."""

    def prepare_again(proposal: Proposal) -> None:
        if proposal.kind == SEND_RECEIPT.name:
            again(desk.casework.store, proposal.id)
        if proposal.agent not in [skill.name for skill in SKILLS]:
            return  # an undo is asked for by a person, never by itself
        client = directory.firm().client(proposal.client)
        try:
            desk.prepare(None, client, Period.of(proposal.period), proposal.agent)
        except Refusal as refusal:
            log.warning("not_prepared_again", proposal=proposal.id, why=str(refusal))

    return prepare_again


def _tell(drawn: Future[None]) -> None:
    """A drawing that broke the code is told to the log; the sweep draws it again."""
    if error := drawn.exception():
        log.error("drawing_failed", error=repr(error))


def _carry_on(executor: Executor, courier: Courier, proposal_id: str) -> None:
    executor.carry_out(proposal_id)
    courier.refresh(proposal_id)
