"""The state of the local Teams: people, the team with its channels, personal chats and what was said in them."""

from __future__ import annotations

import time
from collections.abc import Callable

from sandbox.chat_firm import Firm, Member
from sandbox.chat_store import ChatStore, Json, Shelf

BOT_NAME = "Tieout"
TEAM_ID = "19:harbour-close@thread.tacv2"
TEAM_NAME = "Month-end close"


class Directory:
    """One tenant of Teams: seeded from the firm, kept in the store, told to the page through `tell`."""

    def __init__(self, firm: Firm, store: ChatStore, tell: Callable[[Json], None]) -> None:
        self.firm = firm
        self.store = store
        self._tell = tell
        self.people: dict[str, Member] = {_mri(m): m for m in firm.members if m.teams_user}
        self.conversations = store.shelf("teams.conversations")
        self.seen = store.shelf("teams.seen")
        self.own_views = store.shelf("teams.own_views")
        self.files = store.shelf("teams.files")
        self.earlier = store.shelf("teams.earlier")
        self._last_id = 0
        self.bot_reached_at: float | None = None
        self.bot_error: str | None = None
        self.introduced = False
        self._seed()

    def _seed(self) -> None:
        for client in self.firm.clients:
            if client.teams_channel:
                mris = [_mri(member) for member in self.firm.members_of(client) if member.teams_user]
                self._seed_one(client.teams_channel, "channel", f"Close – {client.name}", mris)
        if self.firm.teams_channel:
            self._seed_one(self.firm.teams_channel, "channel", "Practice", list(self.people))
        for mri, member in self.people.items():
            self._seed_one(personal_chat(member), "personal", "", [mri])

    def _seed_one(self, conversation_id: str, kind: str, name: str, members: list[str]) -> None:
        seeded: Json = {"id": conversation_id, "kind": kind, "name": name, "members": members}
        if self.conversations.get(conversation_id) != seeded:
            self.conversations.put(conversation_id, seeded)

    def new_id(self) -> str:
        """The next activity id: milliseconds since 1970, never the same twice."""
        self._last_id = max(int(time.time() * 1000), self._last_id + 1)
        return str(self._last_id)

    def activities(self, conversation_id: str) -> Shelf:
        """What was said in a conversation, by activity id."""
        return self.store.shelf(f"teams.activities.{conversation_id}")

    def keep(self, conversation_id: str, activity: Json) -> Json:
        """Keep a new or changed activity and tell the page."""
        self.activities(conversation_id).put(activity["id"], activity)
        self.changed(conversation_id, id=activity["id"])
        return activity

    def changed(self, conversation_id: str, **more: object) -> None:
        """Tell the page that a conversation changed."""
        self._tell({"workspace": "teams", "what": "activity", "conversation": conversation_id, **more})

    def mri(self, member: Member) -> str:
        """The Teams id of a member."""
        return _mri(member)


def _mri(member: Member) -> str:
    return f"29:1{member.id}-{member.teams_user}"


def personal_chat(member: Member) -> str:
    """The id of the chat between a member and the bot."""
    return f"a:1{member.id}-{member.teams_user}"
