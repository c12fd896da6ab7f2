"""A batch's card shows whole what its button decides, in both platforms, whatever the parts are called."""

from __future__ import annotations

import dataclasses
import json

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from approvals.batches import MOST, Apart, split
from approvals.proposal import POSTED, Proposal
from bot.card import Table
from bot.cards.batch import EXCEPTIONS, batch_card
from bot.drawing import LONGEST_NAME, is_shown_whole
from bot.slack.render import render as in_slack
from bot.teams.render import render as in_teams
from tests.bot.oracles import walk
from tests.bot.sample_batches import batch, of_23, proposal
from tests.bot.sample_cards import CARDS

NAME = "n" * LONGEST_NAME
LONGEST_WHY = "w" * 500  # as the database keeps it


def parts_of(proposals: list[Proposal]) -> list[list[Proposal]]:
    return [list(each) for each in split(proposals, lambda some: is_shown_whole(batch(some)))]


def assert_taken(proposals: list[Proposal], apart: tuple[Apart, ...]) -> None:
    """Both platforms take the card, and every part that a click decides stands on it whole."""
    shown = batch(proposals, apart)
    card = batch_card(shown, client=NAME)
    slack, teams = in_slack(card), in_teams(card)  # raises for a card that is bound and would have to be cut
    assert len(json.dumps(teams, ensure_ascii=False).encode()) <= 28 * 1024
    assert sum(len(each["text"]) for each in walk(slack) if isinstance(each.get("text"), str)) <= 13_200
    waiting = {each.id for each in shown.open} - {each.proposal.id for each in apart}
    (table,) = [part for part in card.parts if isinstance(part, Table)]
    if waiting:
        assert len(table.rows) == len(waiting)
        for drawn in (slack, teams):
            words = json.dumps(drawn, ensure_ascii=False)
            assert all(json.dumps(row[0].split(". ", 1)[1], ensure_ascii=False)[1:-1] in words for row in table.rows)


@settings(max_examples=6, deadline=None)
@given(count=st.integers(5, 120), longest=st.integers(1, 480), wide=st.sampled_from('aé漢\\"<'))
def test_a_batch_of_any_length_is_split_until_nothing_is_cut(count: int, longest: int, wide: str) -> None:
    proposals = [proposal(n, f"{n}.10", f"{n} {wide * (n * 7 % longest)}x") for n in range(1, count + 1)]
    parts = parts_of(proposals)
    assert [each.id for part in parts for each in part] == [each.id for each in proposals], "each once, in order"
    assert max(map(len, parts)) <= MOST
    for part in parts[:2]:
        assert_taken(part, ())


@settings(max_examples=6, deadline=None)
@given(pulled=st.integers(0, 60), posted=st.integers(0, 60))
def test_it_fits_at_every_later_moment_too(pulled: int, posted: int) -> None:
    """Some are pulled out with the longest reasons, some are posted, the rest waits."""
    proposals = [proposal(n, "1234567.89", f"{n} October share of INV-{n} " + "x" * 60) for n in range(1, MOST + 1)]
    part = parts_of(proposals)[0]
    done = [msgspec.structs.replace(each, status=POSTED) for each in part[:posted]]
    rest = part[posted:]
    assert_taken([*done, *rest], tuple(Apart(each, LONGEST_WHY) for each in rest[:pulled]))


def test_ninety_short_ones_are_two_cards_and_forty_one() -> None:
    short = [proposal(n, "120.00", f"October share of INV-{n}") for n in range(1, 91)]
    assert [len(part) for part in parts_of(short)] == [45, 45]
    assert [len(part) for part in parts_of(short[:40])] == [40]


def test_parts_are_told_apart_by_their_titles_where_their_sentences_are_the_same() -> None:
    same = [proposal(n, f"{n}.00", "October share") for n in range(1, 6)]
    (table,) = [part for part in batch_card(batch(same), client=NAME).parts if isinstance(part, Table)]
    assert len({row[0].split(". ", 1)[1] for row in table.rows}) == 5


def test_what_all_parts_begin_with_is_said_once_above_them() -> None:
    same = [proposal(n, f"{n}.00", f"Prepayment amortisation October 2026: bill {n}") for n in range(1, 6)]
    (table,) = [part for part in batch_card(batch(same), client=NAME).parts if isinstance(part, Table)]
    assert table.columns == ("Prepayment amortisation October 2026", "Amount")
    assert [row[0] for row in table.rows] == [f"{n}. bill {n}" for n in range(1, 6)]


def test_exceptions_stand_first_and_are_not_among_what_the_button_decides() -> None:
    drawn = json.dumps(in_slack(batch_card(of_23(), client=NAME)), ensure_ascii=False)
    assert "Approve all 21" in drawn
    (table,) = [part for part in batch_card(of_23(), client=NAME).parts if isinstance(part, Table)]
    assert len(table.rows) == 21
    many = dataclasses.replace(of_23(), apart=tuple(Apart(each, "It changed.") for each in of_23().proposals[:9]))
    words = json.dumps(in_teams(batch_card(many, client=NAME)), ensure_ascii=False)
    assert f"{9 - EXCEPTIONS} more are decided on their own cards." in words


def test_in_slack_what_is_seldom_pressed_stands_behind_a_menu_with_its_act() -> None:
    (menu,) = [each for each in walk(in_slack(CARDS["journal"])) if each.get("type") == "overflow"]
    acts = [json.loads(option["value"])["a"] for option in menu["options"]]
    assert acts == ["edit", "ask", "later"]
    buttons = [each["text"]["text"] for each in walk(in_slack(CARDS["journal"])) if each.get("type") == "button"]
    assert buttons == ["Approve…", "Reject…"], "the decision is what is seen"
    modes = {each["title"]: each.get("mode", "primary") for each in in_teams(CARDS["journal"])["actions"]}
    assert modes == {
        "Approve…": "primary", "Reject…": "primary", "Edit…": "secondary", "Ask…": "secondary", "Later": "secondary",
    }  # fmt: skip
