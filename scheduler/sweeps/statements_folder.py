"""Takes what a bank's export puts into a watched folder: one subfolder a client, below it one a bank account if wanted.

A file is taken when it has lain still for two passes. It is claimed by renaming it into `.taken`, which only one
process can do, and ends in `done` or `refused` beside where it lay, with a `.txt` that says why. Folders are opened one
below the other and no symbolic link is ever followed, so that nothing outside the watched folder is read or moved.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import structlog

from books.firm import Client, Firm
from books.refusal import Refusal
from bot.asking import card_for, refusal_for
from bot.card import Card
from bot.courier import Courier
from bot.fetching import check_size
from bot.intake import TakeStatement
from bot.shown import clean
from bot.surface import Place

log = structlog.get_logger(__name__)
DONE, REFUSED, TAKEN = "done", "refused", ".taken"
STILL_PASSES = 2
LEFT_BEHIND_SECONDS = 600.0
"""A claimed file this old was left by a process that ended; reading and posting take seconds."""
UNFINISHED = (".part", ".partial", ".tmp", ".filepart", ".crdownload")
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK


@dataclass(frozen=True, slots=True)
class Spot:
    """One open folder: whose files lie in it. `client` is None where the folder's name is no client's."""

    fd: int
    path: str
    client: Client | None
    account: str = ""


def sweep(
    root: Path, courier: Courier, firm: Callable[[], Firm], take: TakeStatement, now: Callable[[], float] = time.time
) -> Callable[[], None]:
    """A sweep over the watched folder; `now` is the clock that the files' own stamps go by, in seconds."""
    watch = Watch(root, courier, firm, take, now)

    def statements_folder() -> None:
        watch.look()

    return statements_folder


class Watch:
    """Remembers how large each file was at the last looks."""

    def __init__(
        self, root: Path, courier: Courier, firm: Callable[[], Firm], take: TakeStatement, now: Callable[[], float]
    ) -> None:
        self._root, self._courier, self._firm, self._take, self._now = root, courier, firm, take, now
        self._still: dict[str, tuple[int, int]] = {}

    def look(self) -> None:
        """One pass."""
        seen: dict[str, tuple[int, int]] = {}
        try:
            for spot in self._spots():
                self._put_back(spot)
                for name, entry in _entries(spot):
                    self._meet(spot, name, entry, seen)
        except OSError as error:
            log.warning("statements_folder_unreadable", folder=str(self._root), why=error.strerror)
        self._still = seen

    def _spots(self) -> Iterator[Spot]:
        """Every folder in which files may lie, open while it is looked at."""
        clients = {client.id: client for client in self._firm().clients}
        with _opened(os.open(self._root, os.O_RDONLY | os.O_DIRECTORY)) as root:
            yield Spot(root, "", None)
            for name, below in _folders(root):
                yield Spot(below, name, clients.get(name))
                for account, lowest in _folders(below):
                    yield Spot(lowest, f"{name}/{account}", clients.get(name), account)

    def _meet(self, spot: Spot, name: str, entry: os.stat_result, seen: dict[str, tuple[int, int]]) -> None:
        """One entry: noted, or taken when it has not changed for two passes. An empty file is still being written."""
        place = f"{spot.path}/{name}"
        size, passes = self._still.get(place, (-1, 0))
        passes = passes + 1 if size == entry.st_size else 0
        seen[place] = (entry.st_size, passes)
        if passes < STILL_PASSES or (stat.S_ISREG(entry.st_mode) and not entry.st_size):
            return
        try:
            with _below(spot.fd, TAKEN) as taken:
                os.utime(name, (self._now(), self._now()), dir_fd=spot.fd, follow_symlinks=False)
                mine = f"{secrets.token_hex(4)}-{_short(name)}"
                os.rename(name, mine, src_dir_fd=spot.fd, dst_dir_fd=taken)  # one process only; others find nothing
                del seen[place]
                self._work(spot, _short(name), taken, mine, entry.st_size)
        except FileNotFoundError:
            return  # another process was faster
        except OSError as error:
            log.warning("statement_file_not_moved", folder=spot.path, name=clean(_printable(name)), why=error.strerror)

    def _put_back(self, spot: Spot) -> None:
        """Files claimed by a process that ended are laid back to where they were."""
        try:
            taken = os.open(TAKEN, _FOLDER, dir_fd=spot.fd)
        except FileNotFoundError:
            return
        with _opened(taken):
            for mine in os.listdir(taken):
                name = mine.partition("-")[2]
                with contextlib.suppress(FileNotFoundError):  # another process was faster
                    age = self._now() - os.stat(mine, dir_fd=taken, follow_symlinks=False).st_mtime
                    if age > LEFT_BEHIND_SECONDS and name and not _is_there(spot.fd, name):
                        os.rename(mine, name, src_dir_fd=taken, dst_dir_fd=spot.fd)

    def _work(self, spot: Spot, name: str, taken: int, mine: str, size: int) -> None:
        """Reads a claimed file, says what became of it in the client's channel, and lays it where it belongs."""
        shown = clean(_printable(name))
        try:
            card = self._read(spot, shown, taken, mine, size)
            where, words = DONE, card.summary
        except _NotNowError:
            os.rename(mine, name, src_dir_fd=taken, dst_dir_fd=spot.fd)
            return
        except Exception as error:  # noqa: BLE001 - one handler for every no and every failure: the file is laid aside
            no = refusal_for(error)
            where, words, card = REFUSED, f"{no}", card_for(no)
        log.info("statement_from_folder", folder=spot.path, name=shown, outcome=where)
        with _below(spot.fd, where) as end:
            told = self._tell(spot.client, card) if spot.client is not None else ""
            free = _free_name(end, name)
            _write(end, f"{free}.txt", f"{words}\n{told}".strip() + "\n")
            os.rename(mine, free, src_dir_fd=taken, dst_dir_fd=end)

    def _read(self, spot: Spot, shown: str, taken: int, mine: str, size: int) -> Card:
        if not stat.S_ISREG(os.stat(mine, dir_fd=taken, follow_symlinks=False).st_mode):
            raise Refusal(
                f"{shown} is a link or no file at all.", next_step="Put the file itself there.", code="no_file"
            )
        if spot.client is None:
            known = ", ".join(client.id for client in self._firm().clients)
            raise Refusal(
                f"{shown} does not lie in a client's folder.",
                next_step=f"Put it in a folder named {known}.",
                code="unknown_client",
            )
        check_size(size)
        with _opened(os.open(mine, _FILE, dir_fd=taken)) as opened, os.fdopen(os.dup(opened), "rb") as file:
            content = file.read(size + 1)
            if len(content) != size or os.fstat(opened).st_size != size:
                raise _NotNowError
        try:
            return self._take(None, spot.client, shown, content, spot.account)
        except Refusal as refusal:
            if refusal.code.startswith("xero_"):
                raise _NotNowError from refusal  # Xero is away or asks for a pause: the file is not to blame
            raise

    def _tell(self, client: Client, card: Card) -> str:
        """Posts into the client's channel; says in words what kept it from being posted."""
        platform = "slack" if "slack" in client.channels else next(iter(client.channels), "")
        try:
            if not platform:
                raise Refusal(f"{client.name} has no channel.", next_step="Add one in firm.yml.", code="no_channel")
            self._courier.post(Place(platform, client.channels[platform]), card)
        except Refusal as refusal:
            log.warning("statement_card_not_posted", client=client.id, why=str(refusal))
            return f"The card could not be posted: {refusal}"
        return ""


class _NotNowError(Exception):
    """The file changed while it was read, or Xero could not be asked: it is taken at a later pass."""


@contextlib.contextmanager
def _opened(fd: int) -> Iterator[int]:
    try:
        yield fd
    finally:
        os.close(fd)


@contextlib.contextmanager
def _below(fd: int, name: str) -> Iterator[int]:
    """A folder of ours inside another, made when it is missing."""
    with contextlib.suppress(FileExistsError):
        os.mkdir(name, 0o770, dir_fd=fd)
    with _opened(os.open(name, _FOLDER, dir_fd=fd)) as below:
        yield below


def _names(fd: int) -> list[str]:
    """What lies in a folder, without what is hidden and what is ours."""
    return sorted(name for name in os.listdir(fd) if not name.startswith(".") and name not in (DONE, REFUSED))


def _folders(fd: int) -> Iterator[tuple[str, int]]:
    """The folders in a folder, each open while it is looked at; one that may not be opened is told to the log."""
    for name in _names(fd):
        found = _stat(fd, name)
        if found is None or not stat.S_ISDIR(found.st_mode):
            continue
        try:
            below = os.open(name, _FOLDER, dir_fd=fd)
        except OSError as error:
            log.warning("statements_folder_unreadable", folder=_printable(name), why=error.strerror)
            continue
        with _opened(below):
            yield name, below


def _entries(spot: Spot) -> Iterator[tuple[str, os.stat_result]]:
    """What lies in a folder and is neither a folder nor a file that somebody is still writing by another name."""
    for name in _names(spot.fd):
        found = _stat(spot.fd, name)
        if found is not None and not stat.S_ISDIR(found.st_mode) and not name.lower().endswith(UNFINISHED):
            yield name, found


def _stat(fd: int, name: str) -> os.stat_result | None:
    try:
        return os.stat(name, dir_fd=fd, follow_symlinks=False)
    except FileNotFoundError:
        return None


def _short(name: str) -> str:
    """The name, cut so that a claim's mark and a number still fit into what a file system takes."""
    return os.fsdecode(os.fsencode(name)[-200:])


def _printable(name: str) -> str:
    """The name as text; bytes that are none become question marks."""
    return name.encode("utf-8", "replace").decode()


def _is_there(fd: int, name: str) -> bool:
    return _stat(fd, name) is not None


def _free_name(fd: int, name: str) -> str:
    """The name, with a number where a file of that name was laid there before."""
    stem, dot, ending = name.rpartition(".")
    stem, ending = (stem, dot + ending) if stem else (name, "")
    tried = (name if turn == 1 else f"{stem} ({turn}){ending}" for turn in range(1, 10_000))
    return next(each for each in tried if not _is_there(fd, each) and not _is_there(fd, f"{each}.txt"))


def _write(fd: int, name: str, words: str) -> None:
    made = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o660, dir_fd=fd)
    with os.fdopen(made, "w", encoding="utf-8") as file:
        file.write(words)
