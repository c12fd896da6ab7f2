"""Who a Slack user is, as users.info says; guests, bots and people of other workspaces are strangers."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.errors import Unreachable, refusal_from, slack_code
from bot.surface import Speaker

KEPT_SECONDS = 300.0
_OUTSIDE = ("is_stranger", "is_restricted", "is_ultra_restricted", "is_bot", "deleted")


class People:
    """Looks users up once in five minutes; several questions about one user at once are one call."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._known: dict[str, tuple[float, Speaker]] = {}
        self._asked: dict[str, asyncio.Task[Speaker]] = {}

    async def speaker(self, team: str, user: str) -> Speaker:
        """The speaker of a payload that came to `team`; raises Refusal when Slack cannot say who it is."""
        label = f"{team} {user}"
        known = self._known.get(label)
        if known is not None and time.monotonic() - known[0] < KEPT_SECONDS:
            return known[1]
        task = self._asked.get(label)
        if task is None:
            task = asyncio.get_running_loop().create_task(self._look(team, user))
            self._asked[label] = task
            task.add_done_callback(lambda _: self._asked.pop(label, None))
        speaker = await asyncio.shield(task)
        self._known[label] = (time.monotonic(), speaker)
        return speaker

    async def _look(self, team: str, user: str) -> Speaker:
        try:
            answer = await self._client.users_info(user=user)
        except SlackApiError as error:
            if slack_code(error) in ("user_not_found", "user_not_visible", "users_not_found"):
                return Speaker("slack", team, user, stranger=True)
            raise refusal_from(error) from error
        except Unreachable as error:
            raise refusal_from(error) from error
        person = dict(answer.get("user") or {})
        profile = person.get("profile") or {}
        email = str(profile.get("email") or "") if person.get("is_email_confirmed") else ""
        name = str(profile.get("real_name") or person.get("real_name") or "")
        return Speaker("slack", team, user, stranger=is_stranger(person, team), name=name, email=email)


def is_stranger(person: dict[str, Any], team: str) -> bool:
    """Whether users.info describes somebody who is not a full member of this workspace."""
    grid = (person.get("enterprise_user") or {}).get("teams") or []
    at_home = person.get("team_id") == team or team in grid
    return not at_home or any(person.get(mark) for mark in _OUTSIDE)
