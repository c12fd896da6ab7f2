"""The state of the local Slack workspace: people, channels, messages, views, files and what was seen of them."""

from __future__ import annotations

import random
import string
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sandbox.chat_firm import Firm, Member
from sandbox.chat_store import ChatStore, Json, Shelf
from sandbox.slack.errors import SlackError

if TYPE_CHECKING:
    from sandbox.slack.responses import ReplyAddress

BOT_USER, BOT_ID, APP_ID = "U0BOT", "B0TIEOUT", "A0TIEOUT"
BOT_NAME = "Tieout"
BOT_TOKEN, APP_TOKEN = "xoxb-sandbox", "xapp-sandbox"
GENERAL = "C0GENERAL"


def new_id(prefix: str) -> str:
    """A fresh id in Slack's manner, such as V7K2…"""
    return prefix + "".join(random.choices(string.ascii_uppercase + string.digits, k=10))


class Workspace:
    """One team: seeded from the firm, kept in the store, told to the page through `tell`."""

    def __init__(self, firm: Firm, store: ChatStore, tell: Callable[[Json], None]) -> None:
        self.firm = firm
        self.team = firm.slack_team
        self.store = store
        self._tell = tell
        self.users = {BOT_USER: _bot_user(self.team)}
        self.users |= {m.slack_user: _user(m, self.team, firm.timezone) for m in firm.members if m.slack_user}
        self.channels = store.shelf("slack.channels")
        self.views = store.shelf("slack.views")
        self.files = store.shelf("slack.files")
        self.seen = store.shelf("slack.seen")
        self.earlier = store.shelf("slack.earlier")
        self.ephemerals = store.shelf("slack.ephemerals")
        self.open_modals: dict[str, list[str]] = {}
        self.statuses: dict[str, Json] = {}
        self.reply_addresses: dict[str, ReplyAddress] = {}
        self._triggers: dict[str, tuple[str, float]] = {}
        self._used_triggers: set[str] = set()
        self._last_ts = 0.0
        self._seed()

    def _seed(self) -> None:
        everyone = [user for user in self.users if user != BOT_USER]
        for client in self.firm.clients:
            if client.slack_channel:
                members = [m.slack_user for m in self.firm.members_of(client) if m.slack_user]
                self._seed_channel(client.slack_channel, f"close-{client.id}", [BOT_USER, *members])
        if self.firm.slack_channel:
            self._seed_channel(self.firm.slack_channel, "practice", [BOT_USER, *everyone])
        self._seed_channel(GENERAL, "general", everyone)
        for user in everyone:
            self._seed_channel(dm_of(user), "", [BOT_USER, user], user=user)

    def _seed_channel(self, channel_id: str, name: str, members: list[str], user: str | None = None) -> None:
        kept = self.channels.get(channel_id)
        if kept is not None:
            bot_was_in = BOT_USER in kept["members"]
            members = [m for m in members if m != BOT_USER] + ([BOT_USER] if bot_was_in else [])
        channel: Json = {"id": channel_id, "name": name, "members": members, "user": user, "created": 1790000000}
        if kept != channel:
            self.channels.put(channel_id, channel)

    # -- channels and people

    def channel(self, reference: str | None) -> Json:
        """The channel of that id, name, #name or user id. Raises channel_not_found."""
        wanted = (reference or "").lstrip("#")
        found = self.channels.get(wanted) or self.channels.get(dm_of(wanted))
        if found is None:
            found = next((c for c in self.channels.all() if c["name"] and c["name"] == wanted), None)
        if found is None:
            raise SlackError("channel_not_found")
        return found

    def user(self, user_id: str | None) -> Json:
        """The person of that id. Raises user_not_found."""
        if user_id not in self.users:
            raise SlackError("user_not_found")
        return self.users[str(user_id)]

    # -- messages

    def new_ts(self) -> str:
        """The next message id: seconds since 1970 with six decimals, never the same twice."""
        self._last_ts = max(time.time(), self._last_ts + 0.000001)
        return f"{self._last_ts:.6f}"

    def messages(self, channel_id: str) -> Shelf:
        """What was said in a channel, by ts."""
        return self.store.shelf(f"slack.messages.{channel_id}")

    def message(self, channel_id: str, ts: str) -> Json:
        """One message. Raises message_not_found."""
        found = self.messages(channel_id).get(ts)
        if found is None:
            raise SlackError("message_not_found")
        return found

    def keep(self, channel_id: str, message: Json) -> Json:
        """Keep a new or changed message and tell the page."""
        before = self.messages(channel_id).get(message["ts"])
        if before is not None and before.get("blocks") and before.get("blocks") != message.get("blocks"):
            label = f"{channel_id} {message['ts']}"
            older = (self.earlier.get(label) or {"versions": []})["versions"]
            self.earlier.put(label, {"versions": [before["blocks"], *older][:3]})
        self.messages(channel_id).put(message["ts"], message)
        self._tell({"workspace": "slack", "what": "message", "channel": channel_id, "ts": message["ts"]})
        return message

    def forget(self, channel_id: str, ts: str) -> None:
        """Delete a message and tell the page."""
        self.messages(channel_id).remove(ts)
        self._tell({"workspace": "slack", "what": "message", "channel": channel_id, "ts": ts})

    def whisper(self, channel_id: str, user: str, message: Json) -> Json:
        """Keep a message that only one person sees."""
        message = {**message, "ts": message.get("ts") or self.new_ts(), "is_ephemeral": True}
        self.ephemerals.put(message["ts"], {"channel": channel_id, "user": user, "message": message})
        self.notify(user, "ephemeral", channel=channel_id)
        return message

    def whispers(self, user: str, channel_id: str | None = None) -> list[Json]:
        """What only this person sees, oldest first."""
        return [
            {**e["message"], "channel": e["channel"]}
            for e in self.ephemerals.all()
            if e["user"] == user and channel_id in (None, e["channel"])
        ]

    def replies(self, channel_id: str, thread_ts: str) -> list[Json]:
        """The answers in a thread, oldest first, without its first message."""
        said = self.messages(channel_id).all()
        return sorted(
            (m for m in said if m.get("thread_ts") == thread_ts and m["ts"] != thread_ts), key=lambda m: str(m["ts"])
        )

    # -- triggers and views

    def new_trigger(self, user: str, lasting_seconds: float) -> str:
        """A word that lets the app open one view, once, for a short time."""
        trigger = f"{random.randrange(10**12)}.{random.randrange(10**9)}.{new_id('').lower()}"
        self._triggers[trigger] = (user, time.monotonic() + lasting_seconds)
        return trigger

    def use_trigger(self, trigger: str) -> str:
        """Whom the trigger is for. Raises invalid_trigger_id, exchanged_trigger_id, expired_trigger_id."""
        if trigger in self._used_triggers:
            raise SlackError("exchanged_trigger_id")
        if trigger not in self._triggers:
            raise SlackError("invalid_trigger_id")
        user, until = self._triggers.pop(trigger)
        self._used_triggers.add(trigger)
        if time.monotonic() > until:
            raise SlackError("expired_trigger_id")
        return user

    def notify(self, user: str, what: str, **more: object) -> None:
        """Tell the page that something changed for one person."""
        self._tell({"workspace": "slack", "what": what, "user": user, **more})


def dm_of(user: str) -> str:
    """The id of the direct message between a person and the bot: D0ALICE for U0ALICE."""
    return "D" + user[1:] if user.startswith("U") else user


def _user(member: Member, team: str, timezone: str) -> Json:
    first, _, last = member.name.partition(" ")
    profile = {"real_name": member.name, "display_name": first, "first_name": first, "last_name": last}
    return _person(str(member.slack_user), team, member.id, member.name, timezone) | {
        "profile": {**profile, "email": member.email, "team": team},
        "is_email_confirmed": True,
        "is_admin": member.role in ("partner", "administrator"),
    }


def _bot_user(team: str) -> Json:
    profile = {"real_name": BOT_NAME, "display_name": BOT_NAME, "api_app_id": APP_ID, "bot_id": BOT_ID, "team": team}
    return _person(BOT_USER, team, BOT_NAME.lower(), BOT_NAME, "UTC") | {"is_bot": True, "profile": profile}


def _person(user_id: str, team: str, name: str, real_name: str, timezone: str) -> dict[str, Any]:
    no = dict.fromkeys(("deleted", "is_admin", "is_owner", "is_bot", "is_restricted", "is_ultra_restricted"), False)
    return {
        "id": user_id, "team_id": team, "name": name, "real_name": real_name, "tz": timezone, "updated": 1790000000,
        "is_stranger": False, "is_app_user": False, **no,
    }  # fmt: skip
