"""Slack's errors as refusals, each with what to do about it."""

from __future__ import annotations

import asyncio
from urllib.error import URLError

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from books.refusal import Refusal

Unreachable = (SlackClientError, URLError, aiohttp.ClientError, asyncio.TimeoutError, OSError)
NOT_THERE = ("not_in_channel", "channel_not_found", "is_archived")
WRONG_TOKEN = (
    "invalid_auth",
    "not_authed",
    "account_inactive",
    "token_revoked",
    "token_expired",
    "not_allowed_token_type",
)
NOT_EDITABLE = (
    "edit_window_closed",
    "message_not_found",
    "cant_update_message",
    "streaming_state_conflict",
    "is_inactive",
)


def slack_code(error: BaseException) -> str:
    """Slack's own word for an error, or nothing when Slack did not answer."""
    if isinstance(error, SlackApiError):
        return str(error.response.get("error", "") or "")
    return ""


def refusal_from(error: BaseException, channel: str = "") -> Refusal:
    """The refusal for an error of the Web API."""
    code = slack_code(error)
    if code in WRONG_TOKEN:
        return Refusal(
            "Slack does not accept the token.",
            next_step="Copy the tokens from the app's pages again and set SLACK_BOT_TOKEN and SLACK_APP_TOKEN.",
            code="slack_token",
            detail=code,
        )
    if code in NOT_THERE:
        return Refusal(
            f"Tieout cannot write in the Slack channel {channel}.",
            next_step="Type /invite @Tieout in that channel, or correct the channel in firm.yml.",
            code="slack_channel",
            detail=code,
        )
    if code == "missing_scope":
        return Refusal(
            "The Slack app lacks a permission.",
            next_step="Update the app from manifest.yml and install it again.",
            code="slack_scope",
            detail=str(error),
        )
    if code:
        return Refusal(
            "Slack refused this.",
            next_step="Try again in a minute; if it stays, run `python app.py doctor`.",
            code="slack_refused",
            detail=code,
        )
    return Refusal(
        "Slack does not answer.",
        next_step="Check the connection to Slack, then try again.",
        code="slack_unreachable",
        detail=type(error).__name__,
    )
