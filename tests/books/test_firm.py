"""`firm.yml`: the demo firm reads, a mistake is refused with its place, and the database keeps what the file says."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from books.firm import Firm, load_firm, read_firm_file, save_firm
from books.refusal import Refusal
from books.store import Store

DEMO = Path(__file__).resolve().parents[2] / "sandbox" / "demo" / "firm.yml"
FIRM = """\
version: 1
firm: {name: Harbour & Finch, currency: AUD, timezone: Australia/Sydney}
members:
  - id: alice
    name: Alice Nguyen
    role: preparer
    slack: {team: T0TIEOUT, user: U0ALICE}
    teams: {tenant: t1, user: aad1}
  - {id: tom, name: Tom Fraser, role: viewer, clients: [kauri], slack: {team: T0TIEOUT, user: U0TOM}}
  - {id: mia, name: Mia Park, role: partner}
  - {id: ben, name: Ben Cole, role: approver}
clients:
  - {id: bondi, name: Bondi Coffee, aliases: [Coffee], organisation: o1, channels: {slack: C0BONDI}}
  - id: kauri
    name: Kauri Export
    organisation: o2
    timezone: Pacific/Auckland
    materiality: {amount: "400.00", percent: 5}
approvals:
  post_journal: {role: approver, limit: "10000.00", expires_hours: 48}
schedule:
  close_readiness: "07:30"
"""
_DELEGATED = "delegations:\n  - {{from: mia, to: {to}, first: 2026-12-21, last: {last}}}\nschedule:"
MISTAKES = [
    ("version: 1", "version: 2", "version 2 is not known"),
    (
        "{id: bondi,",
        "{id: bondi, bank_statements: fax,",
        "the client “bondi” has its bank statements from “fax”, which is none of files, finance_api",
    ),
    ("version: 1", "version: one", "at `version`"),
    ("version: 1", "version: 1\ncolour: red", "unknown field `colour`"),
    ("version: 1\n", "", "missing required field `version`"),
    ("version: 1", "version: *year", "in line 1, column 10"),
    ("firm: {name", "firm: {{name", "line 2"),
    ("  - id: alice", "\t- id: alice", "line 4"),
    ("name: Harbour & Finch", "name: ''", "the firm has no name"),
    ("currency: AUD", "currency: dollars", "currency “dollars”"),
    ("timezone: Australia/Sydney", "timezone: Sydney", "“Sydney” of the firm is not a time zone"),
    ("id: alice", "id: tom", "the member “tom” stands there twice"),
    ("id: alice", "id: alice nguyen", "member 1 has the id “alice nguyen”"),
    ("id: alice", "id: 7", "at `member 1, id`"),
    ("name: Alice Nguyen", "name: ' '", "the member “alice” has no name"),
    ("role: viewer", "role: clerk", "the member “tom” has the role “clerk”"),
    ("    role: preparer\n", "", "missing required field `role` - at `member 1`"),
    ("clients: [kauri]", "clients: [kaury]", "the member “tom” is given the client “kaury”"),
    ("clients: [kauri]", "clients: kauri", "at `member 2, clients`"),
    ("user: U0TOM", "user: U0ALICE", "the chat user U0ALICE belongs to two members"),
    ("user: aad1", "user: ''", "the member “alice” has an empty chat user"),
    ("user: U0ALICE", "usr: U0ALICE", "unknown field `usr` - at `member 1, slack`"),
    ("id: kauri", "id: bondi", "the client “bondi” stands there twice"),
    ("organisation: o2", "organisation: o1", "the organisation o1 belongs to two clients"),
    ("organisation: o1, ", "", "missing required field `organisation` - at `client 1`"),
    ("organisation: o1", "organisation: ''", "the client “bondi” has no organisation"),
    ("Pacific/Auckland", "Pacific/Aukland", "“Pacific/Aukland” of the client “kauri” is not a time zone"),
    ("{slack: C0BONDI}", "{slak: C0BONDI}", "the client “bondi” has a channel in “slak”"),
    ("{slack: C0BONDI}", "{slack: ''}", "the client “bondi” has an empty channel in slack"),
    ("organisation: o2", "organisation: o2\n    channels: {slack: C0BONDI}", "channel C0BONDI belongs to two clients"),
    ("currency: AUD", "currency: AUD, channels: {slak: C0}", "the firm has a channel in “slak”"),
    ("currency: AUD", "currency: AUD, channels: {slack: ''}", "the firm has an empty channel in slack"),
    (
        "currency: AUD",
        "currency: AUD, channels: {slack: C0BONDI}",
        "C0BONDI is the firm's own and that of the client “bondi”",
    ),
    ("aliases: [Coffee]", "aliases: [KAURI EXPORT]", "the name or alias “kauri export” belongs to two clients"),
    ('amount: "400.00"', "amount: lots", "at `client 2, materiality.amount`"),
    ('amount: "400.00"', "amount: -1", "the materiality of the client “kauri” has the amount -1"),
    ("organisation: o2", "organisation: o2\n    receipts: often", "got `str` - at `client 2, receipts`"),
    ("percent: 5", "percent: .nan", "the materiality of the client “kauri” has the percent NaN"),
    ("role: approver, limit", "role: boss, limit", "the approval rule for post_journal names a role"),
    (
        "role: approver, limit",
        "role: approver, role_above_limit: boss, limit",
        "the approval rule for post_journal names a role",
    ),
    ('limit: "10000.00"', "limit: -5", "the approval rule for post_journal has the limit -5"),
    ("expires_hours: 48", "expires_hours: 0", "the approval rule for post_journal expires after 0 hours"),
    ("expires_hours: 48", "four_eyes_above: -1", "for post_journal has the four_eyes_above -1"),
    ("expires_hours: 48", "caps: {'433': -1}", "for post_journal has the cap on 433 -1"),
    ("expires_hours: 48", "remind_hours: 24", "reminds after 24 hours and escalates after 24"),
    (
        "materiality: {amount",
        'approvals: {post_journal: {limit: "-1"}}\n    materiality: {amount',
        "for post_journal of the client “kauri” has the limit -1",
    ),
    ("schedule:", _DELEGATED.format(to="ann", last="2026-12-22"), "delegation 1 names “ann”"),
    ("schedule:", _DELEGATED.format(to="tom", last="2026-12-22"), "delegation 1 names “tom”, a viewer"),
    ("schedule:", _DELEGATED.format(to="ben", last="2027-01-04"), "delegation 1 lasts 15 days"),
    ("schedule:", _DELEGATED.format(to="ben", last="2026-12-20"), "delegation 1 lasts 0 days"),
    ("schedule:", _DELEGATED.format(to="mia", last="2026-12-22"), "delegation 1 is from “mia” to the same member"),
    ('"07:30"', "17:30", "the schedule of “close_readiness” is not a time in quotes"),
    ('"07:30"', '"25:00"', "the schedule of “close_readiness” is not a time"),
    ('"07:30"', "mornings", "the schedule of “close_readiness” is not a time"),
]


def read(folder: Path, text: str) -> Firm:
    """The firm of a file with this text."""
    path = folder / "firm.yml"
    path.write_text(text)
    return read_firm_file(path)


@pytest.mark.parametrize(("line", "broken", "place"), MISTAKES, ids=[place for _, _, place in MISTAKES])
def test_a_mistake_is_refused_with_its_place(tmp_path: Path, line: str, broken: str, place: str) -> None:
    assert line in FIRM
    with pytest.raises(Refusal) as refused:
        read(tmp_path, FIRM.replace(line, broken, 1))
    assert place in refused.value.words
    assert refused.value.words.startswith("firm.yml has a mistake: ")
    assert "\n" not in refused.value.words
    assert refused.value.code == "firm_file_broken"
    assert "docs/firm.md" in refused.value.next_step


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "it is empty"),
        ("- alice\n", "got `array`"),
        ("version: 1\nfirm: {name: F, currency: AUD}\nmembers: []\n", "no members"),
    ],
)
def test_a_file_that_is_no_firm_is_refused(tmp_path: Path, text: str, place: str) -> None:
    with pytest.raises(Refusal, match=place):
        read(tmp_path, text)


@pytest.mark.parametrize("content", [b"\xff\xfe\xfa", b"version: 1\xff", b"version: 1\x00", b"\x89PNG\r\n"])
def test_a_file_that_is_no_text_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "firm.yml"
    path.write_bytes(content)
    with pytest.raises(Refusal, match="has a mistake"):
        read_firm_file(path)


def test_a_tag_never_runs_code(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="line 1"):
        read(tmp_path, FIRM.replace("version: 1", "version: !!python/object/apply:os.getcwd []"))


@pytest.mark.parametrize("name", ["missing.yml", "."])
def test_a_missing_file_says_where_to_look(tmp_path: Path, name: str) -> None:
    with pytest.raises(Refusal, match="cannot be read") as refused:
        read_firm_file(tmp_path / name)
    assert refused.value.code == "firm_file_missing"
    assert "TIEOUT_FIRM" in refused.value.next_step


def test_what_is_left_out_has_a_default(tmp_path: Path) -> None:
    firm = read(tmp_path, FIRM)
    assert firm.client("bondi").timezone == "UTC"
    assert (firm.client("bondi").materiality.amount, firm.client("bondi").materiality.percent) == (
        Decimal(500),
        Decimal(10),
    )
    assert firm.approvals["post_journal"].role_above_limit == "partner"
    assert firm.member("alice").clients is None
    assert not firm.client("bondi").receipts


def test_a_client_may_want_receipts(tmp_path: Path) -> None:
    firm = read(tmp_path, FIRM.replace("organisation: o2", "organisation: o2\n    receipts: true"))
    assert [client.receipts for client in firm.clients] == [False, True]


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ('precision: "1"', "has the precision 1; it lies between 0 and 1"),
        ('sample: "0"', "has the sample 0; it is more than 0"),
        ('sample: "1.5"', "has the sample 1.5; it is more than 0"),
        ("decisions: 19", "asks for 19 decisions; 20 is the least"),
    ],
)
def test_automation_that_could_not_be_held_to_its_word_is_refused(tmp_path: Path, words: str, place: str) -> None:
    asked = f'automation:\n  post_journal: {{below: "500.00", {words}}}\nschedule:'
    with pytest.raises(Refusal, match=place):
        read(tmp_path, FIRM.replace("schedule:", asked))


def test_a_firm_may_have_every_automatic_posting_reviewed(tmp_path: Path) -> None:
    asked = 'automation:\n  post_journal: {below: "500.00", sample: "1"}\nschedule:'
    firm = read(tmp_path, FIRM.replace("schedule:", asked))
    assert firm.automation["post_journal"].sample == 1


def test_amounts_without_quotes_are_read_exactly(tmp_path: Path) -> None:
    firm = read(tmp_path, FIRM.replace('"400.00"', "400.10").replace('"10000.00"', "10000"))
    assert firm.client("kauri").materiality.amount == Decimal("400.10")
    assert firm.approvals["post_journal"].limit == Decimal(10000)


def test_a_member_sees_every_client_or_the_listed_ones(tmp_path: Path) -> None:
    firm = read(tmp_path, FIRM.replace("role: preparer", "role: preparer\n    clients: []"))
    assert firm.member("tom").may_see("kauri")
    assert not firm.member("tom").may_see("bondi")
    assert not firm.member("alice").may_see("bondi"), "an empty list is no clients, not all of them"


def test_the_demo_firm_has_its_five_members_and_three_clients() -> None:
    firm = read_firm_file(DEMO)
    assert [member.role for member in firm.members] == ["preparer", "partner", "approver", "viewer", "administrator"]
    assert [client.id for client in firm.clients] == ["bondi-coffee", "kauri-export", "thames-studio"]
    found = firm.client_of("0b0d1c0f-0000-4000-8000-00000000a002")
    assert found is not None
    assert found.id == "kauri-export"
    assert firm.client_of("someone else's") is None


def test_an_unknown_member_or_client_is_refused() -> None:
    firm = read_firm_file(DEMO)
    with pytest.raises(Refusal, match="“eve”") as refused:
        firm.member("eve")
    assert "alice, priya, marcus, tom, dana" in refused.value.next_step
    with pytest.raises(Refusal, match="“acme”"):
        firm.client("acme")


def test_the_version_changes_with_the_file(tmp_path: Path) -> None:
    assert read(tmp_path, FIRM).version == read(tmp_path, FIRM).version
    assert read(tmp_path, FIRM).version != read(tmp_path, FIRM + "# a comment\n").version


@pytest.mark.parametrize("path", [DEMO, None], ids=["demo", "small"])
def test_the_database_gives_back_what_the_file_says(stores: Store, tmp_path: Path, path: Path | None) -> None:
    firm = read_firm_file(path) if path else read(tmp_path, FIRM)
    with stores.transaction() as session:
        save_firm(session, firm)
    with stores.reading() as session:
        assert load_firm(session) == firm


def test_whoever_leaves_the_file_leaves_the_database(stores: Store, tmp_path: Path) -> None:
    with stores.transaction() as session:
        save_firm(session, read_firm_file(DEMO))
    with stores.transaction() as session:
        save_firm(session, read(tmp_path, FIRM))
    with stores.reading() as session:
        firm = load_firm(session)
    assert [member.id for member in firm.members] == ["alice", "tom", "mia", "ben"]
    assert [client.id for client in firm.clients] == ["bondi", "kauri"]


def test_an_empty_database_has_no_firm_yet(stores: Store) -> None:
    with stores.reading() as session, pytest.raises(Refusal, match="not set up") as refused:
        load_firm(session)
    assert refused.value.code == "no_firm"
