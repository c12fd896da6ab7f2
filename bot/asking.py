"""Runs the desk's blocking work off the event loop, and turns every "no" and every failure into a card."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import structlog

from books.refusal import Refusal
from bot.card import Card, Field
from bot.cards.plain_words import refusal_card
from bot.surface import Answered, Ask, Dropped, FrontDesk, Press

log = structlog.get_logger(__name__)
Result = TypeVar("Result")
DESK_THREADS = 8


class Counter:
    """Where a platform's words are carried to the desk: a bounded number of threads, and never an exception back."""

    def __init__(self, desk: FrontDesk, *, threads: int = DESK_THREADS) -> None:
        self._desk = desk
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="desk")
        self._tasks: set[asyncio.Task[Any]] = set()

    async def in_thread(self, work: Callable[..., Result], *arguments: Any) -> Result:
        """Runs blocking work in one of the threads."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *arguments)

    async def answer(self, ask: Ask) -> Answered:
        """The desk's answer; a refusal and an unexpected failure are private cards."""
        try:
            return await self.in_thread(self._desk.answer, ask)
        except Exception as error:  # noqa: BLE001 - one handler for every no and every failure
            return Answered(card_for(error), private=True)

    async def overhear(self, ask: Ask) -> tuple[Card | None, bool]:
        """What to say about words in a thread, if anything, and whether they were kept."""
        try:
            kept = await self.in_thread(self._desk.overhear, ask)
        except Exception as error:  # noqa: BLE001 - the same
            return card_for(error), False
        return kept, kept is not None

    async def admit(self, dropped: Dropped) -> Refusal | None:
        """Why a file is not wanted, if it is not; what fails unexpectedly is logged and told as a refusal too."""
        try:
            await self.in_thread(self._desk.admit, dropped)
        except Exception as error:  # noqa: BLE001 - the same
            return refusal_for(error)
        return None

    async def receive(self, dropped: Dropped) -> Answered:
        """What became of a file; a refusal and an unexpected failure are private cards."""
        try:
            return await self.in_thread(self._desk.receive, dropped)
        except Exception as error:  # noqa: BLE001 - the same
            return Answered(card_for(error), private=True)

    async def press(self, press: Press) -> Card | None:
        """What the one who pressed should see, if anything."""
        try:
            return await self.in_thread(self._desk.press, press)
        except Exception as error:  # noqa: BLE001 - the same
            return card_for(error)

    async def form(self, press: Press) -> tuple[Field, ...] | Card:
        """The fields that a button asks for, or the card that says why there are none."""
        try:
            return await self.in_thread(self._desk.form, press)
        except Exception as error:  # noqa: BLE001 - the same
            return card_for(error)

    def start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Starts work in the background; it is kept from being collected, and what it raises is logged."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        return task

    def _finished(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            card_for(error)

    async def close(self, seconds: float = 5.0) -> None:
        """Gives what is under way a little time, then lets go of the threads."""
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=seconds)
        for task in list(self._tasks):
            task.cancel()
        self._threads.shutdown(wait=False, cancel_futures=True)


def card_for(error: BaseException) -> Card:
    """A small card for a "no"; what nobody expected is logged with an id, and only the id is shown."""
    return refusal_card(refusal_for(error))


def refusal_for(error: BaseException) -> Refusal:
    """A "no" as it is; what nobody expected as a refusal that shows the number under which it was logged."""
    if isinstance(error, Refusal):
        return error
    number = secrets.token_hex(4)
    log.error("unexpected", error_id=number, exc_info=error)
    return Refusal(
        f"Something went wrong here (error {number}); nothing was decided by this.",
        next_step="Try again; if it stays, give the error number to whoever runs Tieout.",
        code="unexpected",
    )
