"""What the sandbox workspaces and the page share: the firm, the file they keep, the feed the page listens to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sandbox.chat_firm import Firm, read_firm
from sandbox.chat_store import ChatStore, Json
from sandbox.slack.limits import GENEROUS, Limits
from sandbox.slack.socket import SocketHub, SocketPace
from sandbox.slack.workspace import Workspace
from sandbox.teams.bot_link import BotLink
from sandbox.teams.directory import Directory


class Feed:
    """Tells every open page that something changed; a page that is too slow misses notices and reads again."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Queue[Json | None]] = set()

    def tell(self, notice: Json | None) -> None:
        """Tell all listeners, now; None tells them that the sandbox stops."""
        for queue in self._listeners:
            if not queue.full():
                queue.put_nowait(notice)

    def listen(self) -> asyncio.Queue[Json | None]:
        """A queue that receives every notice from now on."""
        queue: asyncio.Queue[Json | None] = asyncio.Queue(maxsize=1000)
        self._listeners.add(queue)
        return queue

    def leave(self, queue: asyncio.Queue[Json | None]) -> None:
        """Stop listening."""
        self._listeners.discard(queue)


@dataclass
class ChatState:
    """Both workspaces of the sandbox; `base_url` may be set once the port is known, before the first request."""

    home: Path
    firm_file: Path
    bot_url: str | None
    base_url: str
    today: Callable[[], date]
    limits: Limits = GENEROUS
    pace: SocketPace = field(default_factory=SocketPace)

    def __post_init__(self) -> None:
        self.firm: Firm = read_firm(self.firm_file)
        self.store = ChatStore(self.home / "chat.sqlite")
        self.feed = Feed()
        self.hub = SocketHub(self.pace)
        self.hub.on_change = lambda: self.feed.tell({"workspace": "slack", "what": "bot"})
        self.slack = Workspace(self.firm, self.store, self.feed.tell)
        self.teams = Directory(self.firm, self.store, self.feed.tell)
        self.bot_link = BotLink(self)

    def close(self) -> None:
        """Close the file they keep."""
        self.store.close()
