"""Cards are drawn whole, literally and within each platform's limits, whatever the books say."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from books.refusal import Refusal
from bot.card import Button, Buttons, Card, Chart, Facts, Finding, Heading, Link, Note, Part, Table, Text
from bot.plain import bars, plain
from bot.shown import clean, clip, our_link, pieces
from bot.slack.render import render as in_slack
from bot.teams.render import render as in_teams
from tests.bot.oracles import SPECS, WITHOUT_SPECS, slack_complaints, teams_complaints, walk
from tests.bot.sample_cards import CARDS, HOSTILE, PROPOSAL, hostile_card
from tests.bot.snapshots import HOME, drawn

INVISIBLE = "\u200b\u202e\u2066\x00\x1b\ud800\u2028"


@pytest.mark.parametrize("name", sorted(drawn()))
def test_cards_look_as_they_did(name: str) -> None:
    kept = (HOME / name).read_text()
    assert drawn()[name] == kept, "Look at the difference; if it is meant, run: python -m tests.bot.snapshots"


@pytest.mark.parametrize("name", sorted(CARDS))
def test_the_platforms_take_the_cards(name: str) -> None:
    assert slack_complaints(in_slack(CARDS[name])) == []
    assert teams_complaints(in_teams(CARDS[name])) == []


@pytest.mark.skipif(not SPECS.exists(), reason=WITHOUT_SPECS)
def test_the_schemas_would_notice() -> None:
    card = in_teams(PROPOSAL)
    assert teams_complaints({**card, "body": [{"type": "TextBlock", "text": 7}]})
    with_typo = {"text": "", "blocks": [{"type": "table", "rows": [[{"type": "raw_text"}]]}]}
    with pytest.raises(Exception, match="invalid_blocks"):
        slack_complaints(with_typo)


def assert_harmless(card: Card) -> None:
    """Nothing in either drawing can mention, link elsewhere, run as markdown, hide or reorder."""
    message, adaptive, text = in_slack(card), in_teams(card), plain(card)
    assert slack_complaints(message) == []
    assert teams_complaints(adaptive) == []
    for said in (json.dumps(message, ensure_ascii=False), json.dumps(adaptive, ensure_ascii=False), text):
        assert not any(character in said for character in INVISIBLE)
    for element in walk(message):
        if element.get("type") == "mrkdwn":
            assert not set(element["text"]) & {"<", ">"}
        assert element.get("url", "https://go.xero.com/").startswith("https://go.xero.com/")
        assert element.get("type") not in ("user", "broadcast", "usergroup", "channel", "markdown")
    assert not set(message["text"]) & {"<", ">"}
    for element in walk(adaptive):
        assert element.get("type") not in ("TextBlock", "FactSet")
        assert element.get("url", "https://go.xero.com/").startswith("https://go.xero.com/")


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_do_nothing(words: str) -> None:
    assert_harmless(hostile_card(words))


NASTY = st.text(st.characters(), max_size=60) | st.sampled_from(HOSTILE)


@settings(max_examples=60, deadline=None)
@given(words=NASTY)
def test_no_words_do_anything(words: str) -> None:
    assert_harmless(hostile_card(words))


def shown_words(message: Any) -> str:
    return " ".join(str(value) for each in walk(message) for name, value in each.items() if name == "text")


TEXTS = st.text(st.sampled_from("abc 1,.<&>*_\u202e\n"), max_size=4000)
PARTS: st.SearchStrategy[Part] = st.one_of(
    st.builds(Heading, TEXTS),
    st.builds(Text, TEXTS, subtle=st.booleans(), strong=st.booleans()),
    st.builds(lambda rows: Facts(tuple(rows)), st.lists(st.tuples(TEXTS, TEXTS), max_size=30)),
    st.builds(lambda rows: Table(("A", "B"), tuple(rows), (1,)), st.lists(st.tuples(TEXTS, TEXTS), max_size=130)),
    st.builds(Finding, TEXTS, TEXTS, TEXTS, TEXTS),
    st.builds(Note, TEXTS),
)


@settings(max_examples=25, deadline=None)
@given(parts=st.lists(PARTS, max_size=70), decides=st.booleans())
def test_every_card_fits_or_is_refused_when_it_decides(parts: list[Part], decides: bool) -> None:
    buttons = Buttons((Button("Approve", "approve", "p_1", "d" if decides else ""),))
    card = Card("Summary", (*parts, buttons))
    for render, complain in ((in_slack, slack_complaints), (in_teams, teams_complaints)):
        try:
            assert complain(render(card)) == []
        except Refusal as refusal:
            assert decides, refusal  # noqa: PT017 - a refusal is one of two right answers


def figures(count: int) -> tuple[tuple[str, ...], ...]:
    return tuple((f"Account {i}", f"{1_000_000 + i}.00") for i in range(count))


def test_a_long_list_is_cut_between_lines_and_says_how_many_are_missing() -> None:
    card = Card("Long", (Heading("Long"), Table(("Account", "AUD"), figures(2_000), (1,)), Note("Foot")))
    for message in (in_slack(card), in_teams(card)):
        said = json.dumps(message, ensure_ascii=False)
        shown = said.count(".00")
        assert 50 < shown < 2_000, shown
        assert f"… and {2_000 - shown} more (see Xero)" in said
        assert "Foot" in said
        assert all(f'"Account {i}"' in said for i in range(shown))


def test_a_card_that_asks_for_a_decision_is_never_cut() -> None:
    decision = Buttons((Button("Approve", "approve", "p_9", "digest"),))
    card = Card("Long", (Heading("Long"), Table(("Account", "AUD"), figures(2_000), (1,)), decision))
    for render in (in_slack, in_teams):
        with pytest.raises(Refusal, match="queue show p_9"):
            render(card)


def test_a_long_table_is_drawn_whole_where_a_decision_needs_it() -> None:
    decision = Buttons((Button("Approve", "approve", "p_9", "digest"),))
    message = in_slack(Card("Long", (Table(("Account", "AUD"), figures(150), (1,)), decision)))
    assert shown_words(message).count(".00") == 150
    assert in_slack(Card("Long", (Table(("Account", "AUD"), figures(150), (1,)),)))["blocks"][0]["type"] == "table"


def test_what_fits_is_shown_whole_even_when_a_heading_is_long() -> None:
    heading = "word " * 60 + "AUD 1,234.56"
    card = Card("s", (Heading(heading), Buttons((Button("Approve", "approve", "p_9", "digest"),))))
    assert "AUD 1,234.56" in shown_words(in_slack(card))
    assert "AUD 1,234.56" in json.dumps(in_teams(card))


def test_only_the_first_table_is_native_and_the_others_are_monospace() -> None:
    table = Table(("A", "B"), (("x", "1.00"),), (1,))
    kinds = [block["type"] for block in in_slack(Card("s", (table, table)))["blocks"]]
    assert kinds == ["table", "rich_text"]
    wide = Table(tuple(f"C{i}" for i in range(21)), (tuple("1" for _ in range(21)),))
    assert [block["type"] for block in in_slack(Card("s", (wide,)))["blocks"]] == ["rich_text"]


def test_a_button_that_asks_opens_a_required_field_in_teams() -> None:
    opened = in_teams(PROPOSAL)["actions"][1]
    assert opened["type"] == "Action.ShowCard"
    field, execute = opened["card"]["body"][0], opened["card"]["actions"][0]
    assert (field["isRequired"], field["id"]) == (True, execute["data"]["field"])
    assert (execute["verb"], execute["data"]["digest"]) == ("reject", "9f2c" * 16)


def test_a_question_before_a_decision_is_asked_on_both_platforms() -> None:
    approve = next(each for each in walk(in_slack(PROPOSAL)) if each.get("action_id") == "tieout:approve:1")
    assert approve["confirm"]["text"]["text"] == "Post this to Xero?"
    assert "Post this to Xero?" in json.dumps(in_teams(PROPOSAL)["actions"][0]["card"])


def test_links_elsewhere_are_words_only() -> None:
    card = Card("s", (Link("Open", "https://evil.example/"), Finding("f", link="http://go.xero.com/x")))
    assert "evil.example" not in json.dumps([in_slack(card), in_teams(card)])
    assert "http" not in json.dumps(in_slack(card))


@pytest.mark.parametrize(
    "url",
    [
        "https://go.xero.com.evil.example/",
        "https://go.xero.com@evil.example/",
        "https://go.xero.com\\@evil.example/",
        "javascript:alert(1)",
        "https://go.xero.com/a|b",
        "https://go.xero.com/\u202e",
        "//go.xero.com/",
        "https://go.xero.com:444/",
    ],
)
def test_an_address_that_only_looks_like_xero_is_not_a_link(url: str) -> None:
    assert our_link(url, ("https://go.xero.com/",)) == ""


def test_a_sandbox_link_must_stand_below_its_base() -> None:
    base = ("http://127.0.0.1:8300/go/",)
    assert our_link("http://127.0.0.1:8300/go/Journal/View.aspx?invoiceID=1", base)
    assert not our_link("http://127.0.0.1:8300/control/reset", base)
    assert not our_link("http://127.0.0.1:8300/go/../control/reset", base)


def test_words_are_cut_at_spaces_and_pieces_lose_nothing() -> None:
    assert clip("AUD 1,234,567.89 is due", 14) == "AUD …"
    text = " ".join(f"{i}.00" for i in range(3_000))
    assert " ".join(pieces(text, 2_900)) == text
    assert all(len(piece) <= 2_900 for piece in pieces("x" * 10_000, 2_900))
    assert clean("a\u200bb\u202ec\td\x00\ne") == "abc d\ne"


def test_bars_are_to_scale_and_tell_minus_from_plus() -> None:
    chart = Chart("c", ("Rent", "Tax", "Nil"), (200.0, -100.0, 0.0), ("+200.00", "-100.00", "0.00"))
    first, second, third = bars(chart).split("\n")
    assert (first.count("█"), second.count("░"), third.count("█") + third.count("░")) == (20, 10, 0)
