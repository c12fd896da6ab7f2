"""A bank's export puts files into a folder; each is taken once, when it lies still, and nothing outside it."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from books.firm import Client, Member, read_firm_file
from books.refusal import Refusal
from bot.card import Card
from bot.surface import MessageRef, Place
from scheduler.sweeps.statements_folder import LEFT_BEHIND_SECONDS, STILL_PASSES, sweep
from tests.bot.rig import words

FIRM = read_firm_file(Path("sandbox/demo/firm.yml"))
CSV = b"Date,Amount\n01/10/2026,-12.50\n"
BONDI = FIRM.clients[0]


@dataclass
class Office:
    """What takes statements and posts cards, as told."""

    root: Path
    taken: list[tuple[str, str, bytes, str]] = field(default_factory=list)
    posted: list[tuple[Place, str]] = field(default_factory=list)
    raises: Exception | None = None
    seconds: float = 0.0

    def take(self, member: Member | None, client: Client, name: str, content: bytes, text: str) -> Card:
        assert member is None, "nobody hands it over"
        self.taken.append((client.id, name, content, text))
        time.sleep(self.seconds)
        if self.raises is not None:
            raise self.raises
        return words(f"{name}: 1 line")

    def post(self, place: Place, card: Card) -> MessageRef:
        self.posted.append((place, card.summary))
        return MessageRef(place.platform, place.channel, "1")

    def watching(self, now: Callable[[], float] = time.time) -> Callable[[], None]:
        return sweep(self.root, self, lambda: FIRM, self.take, now)  # type: ignore[arg-type]

    def put(self, place: str, content: bytes = CSV) -> Path:
        path = self.root / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def look(self, times: int = STILL_PASSES + 1) -> None:
        look = self.watching()
        for _ in range(times):
            look()

    def files(self) -> set[str]:
        return {str(path.relative_to(self.root)) for path in self.root.rglob("*") if not path.is_dir()}


@pytest.fixture
def office(tmp_path: Path) -> Office:
    root = tmp_path / "statements"
    root.mkdir()
    return Office(root)


def test_a_file_that_lies_still_is_taken_and_laid_into_done(office: Office) -> None:
    office.put(f"{BONDI.id}/oct.csv")
    office.look()
    assert office.taken == [(BONDI.id, "oct.csv", CSV, "")]
    assert office.posted == [(Place("slack", BONDI.channels["slack"]), "oct.csv: 1 line")]
    assert office.files() == {f"{BONDI.id}/done/oct.csv", f"{BONDI.id}/done/oct.csv.txt"}
    assert (office.root / BONDI.id / "done" / "oct.csv.txt").read_text() == "oct.csv: 1 line\n"
    office.look()
    assert len(office.taken) == 1


def test_a_folder_below_the_clients_names_the_bank_account(office: Office) -> None:
    office.put(f"{BONDI.id}/090/oct.csv")
    office.look()
    assert office.taken == [(BONDI.id, "oct.csv", CSV, "090")]
    assert f"{BONDI.id}/090/done/oct.csv" in office.files()


def test_a_file_that_still_grows_is_waited_for(office: Office) -> None:
    path, look = office.put(f"{BONDI.id}/oct.csv", b""), office.watching()
    for content in (b"", b"", b"", b"Date", b"Date", CSV, CSV):
        path.write_bytes(content)
        look()
    assert office.taken == [], "an empty file, and one that was larger than a pass ago, may be in the making"
    look()
    assert [each[2] for each in office.taken] == [CSV]


@pytest.mark.parametrize("name", ["oct.csv.part", ".oct.csv", "oct.csv.filepart"])
def test_what_is_still_being_copied_is_left_alone(office: Office, name: str) -> None:
    office.put(f"{BONDI.id}/{name}")
    office.look(6)
    assert office.files() == {f"{BONDI.id}/{name}"}


def test_a_refused_file_lies_aside_with_the_reason_beside_it(office: Office) -> None:
    office.raises = Refusal("Row 3 has no date.", next_step="Export it again.")
    office.put(f"{BONDI.id}/oct.csv")
    office.look()
    why = office.root / BONDI.id / "refused" / "oct.csv.txt"
    assert why.read_text() == "Row 3 has no date. Export it again.\n"
    assert [said for _, said in office.posted] == ["Row 3 has no date. Export it again."]


def test_what_breaks_the_code_does_not_come_again_and_again(office: Office) -> None:
    office.raises = ZeroDivisionError("secret detail")
    office.put(f"{BONDI.id}/oct.csv")
    office.look(6)
    assert len(office.taken) == 1
    why = (office.root / BONDI.id / "refused" / "oct.csv.txt").read_text()
    assert "Something went wrong here (error " in why
    assert "secret detail" not in why


def test_a_second_file_of_the_same_name_replaces_nothing(office: Office) -> None:
    for content in (CSV, CSV + b"02/10/2026,1.00\n"):
        office.put(f"{BONDI.id}/oct.csv", content)
        office.look()
    assert (office.root / BONDI.id / "done" / "oct.csv").read_bytes() == CSV
    assert (office.root / BONDI.id / "done" / "oct (2).csv").read_bytes() != CSV


@pytest.mark.parametrize("place", ["oct.csv", "nobody/oct.csv", "nobody/090/oct.csv", f"{BONDI.name}/oct.csv"])
def test_a_file_in_nobodys_folder_is_refused_and_posted_nowhere(office: Office, place: str) -> None:
    path = office.put(place)
    office.look()
    assert (office.taken, office.posted) == ([], [])
    assert "does not lie in a client's folder" in (path.parent / "refused" / "oct.csv.txt").read_text()


def test_links_are_never_followed(office: Office, tmp_path: Path) -> None:
    """A link to a file, a link to a folder in a client's place, and a link in the place of `done`."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.csv").write_bytes(CSV)
    inside = office.root / BONDI.id
    inside.mkdir()
    (inside / "link.csv").symlink_to(outside / "secret.csv")
    (inside / "090").symlink_to(outside)
    (office.root / FIRM.clients[1].id).symlink_to(outside)
    office.look()
    assert office.taken == []
    assert {path.name for path in outside.iterdir()} == {"secret.csv"}
    assert "is a link or no file at all" in (inside / "refused" / "link.csv.txt").read_text()
    office.put(f"{BONDI.id}/oct.csv")
    (inside / "done").symlink_to(outside)
    office.look()
    assert {path.name for path in outside.iterdir()} == {"secret.csv"}
    assert office.posted[1:] == [] or all("oct.csv" not in said for _, said in office.posted)


def test_a_pipe_is_no_file_and_holds_nothing_up(office: Office) -> None:
    (office.root / BONDI.id).mkdir()
    os.mkfifo(office.root / BONDI.id / "pipe.csv")
    office.put(f"{BONDI.id}/zzz.csv")
    office.look()
    assert [each[1] for each in office.taken] == ["zzz.csv"]
    assert f"{BONDI.id}/refused/pipe.csv.txt" in office.files()


def test_a_file_too_large_is_refused_unread(office: Office) -> None:
    path = office.put(f"{BONDI.id}/large.csv")
    os.truncate(path, 101 * 1024 * 1024)  # it takes no room on the disk
    office.look()
    assert office.taken == []
    assert "more than 100 MB" in (path.parent / "refused" / "large.csv.txt").read_text()


def test_names_of_any_kind_do_not_hold_the_others_up(office: Office) -> None:
    long, odd = "a" * 251 + ".csv", os.fsdecode(b"b\xff\n.csv")
    for name in (long, odd, "zzz.csv"):
        office.put(f"{BONDI.id}/{name}")
    office.look()
    assert len(office.taken) == 3
    assert [path for path in office.files() if "/done/" not in path] == []


def test_several_processes_never_take_the_same_file_twice(office: Office) -> None:
    names = [f"{number:02}.csv" for number in range(12)]
    for name in names:
        office.put(f"{BONDI.id}/{name}")
    office.seconds = 0.01
    looks = [office.watching() for _ in range(4)]

    def passes(look: Callable[[], None]) -> None:
        for _ in range(STILL_PASSES + 2):
            look()

    threads = [threading.Thread(target=passes, args=(look,)) for look in looks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for _ in range(STILL_PASSES + 1):
        looks[0]()
    assert sorted(each[1] for each in office.taken) == names
    assert len([path for path in office.files() if path.endswith(".txt")]) == 12


def test_what_a_process_left_behind_when_it_was_killed_is_taken_up_again(office: Office) -> None:
    path = office.put(f"{BONDI.id}/.taken/0a1b2c3d-oct.csv")
    office.look(6)
    assert office.taken == [], "it may be at work at this moment"
    os.utime(path, (time.time() - LEFT_BEHIND_SECONDS - 1,) * 2)
    office.look(6)
    assert [each[1] for each in office.taken] == ["oct.csv"]


def test_a_card_that_cannot_be_posted_is_told_beside_the_file(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def no(_self: Office, _place: Place, _card: Card) -> MessageRef:
        raise Refusal("Slack does not answer.", next_step="Try again.")

    monkeypatch.setattr(Office, "post", no)
    office.put(f"{BONDI.id}/oct.csv")
    office.look()
    why = (office.root / BONDI.id / "done" / "oct.csv.txt").read_text()
    assert why == "oct.csv: 1 line\nThe card could not be posted: Slack does not answer. Try again.\n"
