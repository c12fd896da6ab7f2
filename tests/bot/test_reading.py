"""What people wrote is read as they meant it, and what came once is taken once."""

from __future__ import annotations

import asyncio
import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import func, select

from books.store import Store
from bot.asking import Counter, card_for
from bot.inbox import KEPT, ChatEvent, Inbox
from bot.slack.forms import form, pressed, submitted
from bot.slack.render import button_value
from bot.slack.words import words_of as in_slack
from bot.surface import Ask, Speaker
from bot.teams.words import words_of as in_teams
from tests.bot.rig import Desk, refusing
from tests.bot.sample_cards import PROPOSAL

NOW = dt.datetime(2026, 11, 5, 7, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ("<@U0BOT> is Bondi ready?", "is Bondi ready?"),
        ("<@U0BOT|tieout>  hi\n there", "hi there"),
        ("R&amp;D &lt;draft&gt;", "R&D <draft>"),
        ("see <https://go.xero.com/x|the bill>", "see the bill"),
        ("see <https://go.xero.com/x>", "see https://go.xero.com/x"),
        ("ask <@U0PRIYA|priya> in <#C0BONDI|close-bondi>", "ask priya in close-bondi"),
        ("<!here> \u202eready\u200b", "@here ready".replace("@here", "!here")),
        ("", ""),
    ],
)
def test_slack_messages_are_read_as_typed(sent: str, meant: str) -> None:
    assert in_slack(sent, "U0BOT") == meant


def test_teams_messages_lose_the_mention_of_the_bot_only() -> None:
    entities = [
        {"type": "mention", "mentioned": {"id": "28:bot"}, "text": "<at>Tieout</at>"},
        {"type": "mention", "mentioned": {"id": "29:priya"}, "text": "<at>Priya Sharma</at>"},
        {"type": "clientInfo"},
    ]
    text = "<at>Tieout</at>&nbsp;ask <at>Priya Sharma</at> about R&amp;D\r\n"
    activity = {"text": text, "recipient": {"id": "28:bot"}, "entities": entities}
    assert in_teams(activity) == "ask Priya Sharma about R&D"
    assert in_teams({}) == ""


def test_a_button_survives_its_way_through_slack() -> None:
    buttons = next(part.buttons for part in PROPOSAL.parts if hasattr(part, "buttons"))
    reject = pressed("tieout:reject:2", button_value(buttons[1]), "C0BONDI")
    assert reject is not None
    assert (reject.act, reject.subject, reject.digest) == ("reject", "p_01", "9f2c" * 16)
    assert reject.asks == "Why is it rejected?"
    again, words, _ = submitted(
        form(reject, "Reject…") | {"state": {"values": {"words": {"words": {"value": " no "}}}}}
    )
    assert again is not None
    assert (again.act, again.subject, again.digest, again.channel, words) == (
        "reject",
        "p_01",
        "9f2c" * 16,
        "C0BONDI",
        "no",
    )


@pytest.mark.parametrize(
    ("action", "value"),
    [
        ("other:approve:1", "{}"),
        ("tieout:", "{}"),
        ("tieout:approve:1", "x"),
        ("tieout:approve:1", '{"s":1}'),
        ("", "[]"),
    ],
)
def test_a_button_that_is_not_ours_is_not_read(action: str, value: str) -> None:
    assert pressed(action, value, "C0BONDI") is None


def test_an_event_is_taken_once_over_restarts_and_forgotten_after_two_days(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'tieout.db'}")
    store.create_tables()
    assert Inbox(store, "slack", lambda: NOW).take("Ev1")
    assert not Inbox(store, "slack", lambda: NOW).take("Ev1")
    assert Inbox(store, "teams", lambda: NOW).take("Ev1")
    assert Inbox(store, "slack", lambda: NOW + KEPT + dt.timedelta(seconds=1)).take("Ev2")
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(ChatEvent)) == 1


async def test_a_no_and_a_failure_come_back_as_cards_never_as_exceptions() -> None:
    desk = Desk(raises=refusing("October is locked."))
    counter = Counter(desk)
    ask = Ask(Speaker("slack", "T", "U"), "C", "post it")
    refused = await counter.answer(ask)
    assert (refused.private, refused.card.summary) == (True, "October is locked. Ask a partner.")
    desk.raises = ValueError("secret")
    assert "secret" not in str(await counter.answer(ask))
    assert "error " in card_for(ValueError("secret")).summary
    started = counter.start(asyncio.sleep(0.01))
    await counter.close()
    assert started.done()
