"""Asks Slack who a token belongs to, for the doctor."""

from __future__ import annotations

from slack_sdk import WebClient

from bot.slack.errors import Unreachable, refusal_from


def who_am_i(bot_token: str, base_url: str) -> tuple[str, str]:
    """The bot's name and its workspace's; raises Refusal when Slack says no or does not answer."""
    try:
        answer = WebClient(bot_token, base_url=base_url, timeout=5).auth_test()
    except Unreachable as error:
        raise refusal_from(error) from error
    return str(answer["user"]), str(answer["team"])
