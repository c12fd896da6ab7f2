"""A store and a gateway of a process that dies at a chosen step: from then on nothing it tries has any effect."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from approvals.executor import Executor
from books.store import Store
from tests.approvals.practice import Practice
from xero_tools.gateway import Gateway, WriteAnswer


class Died(BaseException):
    """The process is gone; no handler of the code under test may catch this."""


@dataclass
class Life:
    """Counts steps and ends at one of them; `steps` names those that were taken."""

    ends_at: int | None = None
    steps: list[str] = field(default_factory=list)
    is_over: bool = False

    def step(self, name: str) -> None:
        """One step further, or the end."""
        if self.is_over or len(self.steps) == self.ends_at:
            self.is_over = True
            raise Died(name)
        self.steps.append(name)


class DyingStore(Store):
    """A store whose process may die before and after each commit."""

    def __init__(self, store: Store, life: Life) -> None:
        self.__dict__.update(store.__dict__)
        self._life = life

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A transaction with a step before it begins, before it commits, and after."""
        self._life.step("before a transaction")
        with super().transaction() as session:
            yield session
            self._life.step("before a commit")
        self._life.step("after a commit")


class DyingGateway(Gateway):
    """A gateway whose process may die before and after each call; `before_write` lets a test act in between."""

    def __init__(self, gateway: Gateway, life: Life) -> None:
        self.__dict__.update(gateway.__dict__)
        self._life = life
        self.before_write: Callable[[], None] = lambda: None
        self.before_read: Callable[[], None] = lambda: None

    def read(self, organisation: str, path: str, *rest: Any, **more: Any) -> bytes:
        """A read with a step before it."""
        self._life.step(f"before reading {path.split('/')[0]}")
        self.before_read()
        return super().read(organisation, path, *rest, **more)

    def write(self, organisation: str, method: str, path: str, body: bytes, **more: Any) -> WriteAnswer:
        """A write with a step on either side: before the request leaves, and before its answer is seen."""
        self._life.step(f"before writing {path.split('/')[0]}")
        self.before_write()
        answer = super().write(organisation, method, path, body, **more)
        self._life.step(f"after writing {path.split('/')[0]}")
        return answer


def paused(practice: Practice) -> tuple[Executor, DyingGateway]:
    """An executor whose gateway the test can hold still."""
    gateway = DyingGateway(practice.gateway, Life())
    return Executor(practice.store, practice.clock, gateway, timings=practice.timings), gateway
