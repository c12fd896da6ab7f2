"""Opens books files (JSON or general-ledger CSV) and the demo books, and makes them the connected organisations."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from sandbox.xero.books import load_books
from sandbox.xero.setting_up import BooksRefusedError
from sandbox.xero.shape import books_in
from sandbox.xero.store import Store
from sandbox.xero.wire import Json, now_ms

LAYOUT = 4  # raised when the tables or the derivation of postings change, so that books are read anew


def load_files(store: Store, files: list[Path], *, name: str | None = None) -> list[str]:
    """Load these files and make their organisations the active ones; returns the OrganisationIDs in order.

    A file whose bytes were already loaded is left as it stands, postings made since included. All files are loaded
    or none. Raises BooksRefusedError.
    """
    with store.transaction():
        loaded = [identity for file in files for identity in _load_file(store, file, name)]
        twice = next((one for one in loaded if loaded.count(one) > 1), None)
        if twice is not None:
            raise BooksRefusedError(f"Two files hold the organisation {twice}.", "Give each its own OrganisationID.")
        store.activate(loaded)
    return loaded


def load_made(store: Store, source: str, digest: str, make: Callable[[], list[Json]]) -> list[str]:
    """Load books that a program makes (the demo), made anew only when the digest is new."""
    known = store.loaded_from(source)
    with store.transaction():
        if known and all(one == digest for _, one in known):
            loaded = [identity for identity, _ in known]
        else:
            for identity, _ in known:
                store.forget(identity)
            books = make()
            loaded = [load_books(store, one, source=source, digest=digest, now_ms=now_ms()) for one in books]
        store.activate(loaded)
    return loaded


def _load_file(store: Store, file: Path, name: str | None) -> list[str]:
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise BooksRefusedError(f"{file} cannot be read ({error.strerror}).", "Check the path.") from error
    digest = hashlib.sha256(f"{LAYOUT}|{name or ''}|".encode() + raw).hexdigest()
    source = str(file.resolve())
    known = store.loaded_from(source)
    if known and all(one == digest for _, one in known):
        return [identity for identity, _ in known]
    for identity, _ in known:
        store.forget(identity)
    try:
        return [load_books(store, one, source=source, digest=digest, now_ms=now_ms()) for one in _read(file, raw, name)]
    except BooksRefusedError as refusal:
        raise BooksRefusedError(f"{file.name}: {refusal.problem}", refusal.next_step) from refusal


def _read(file: Path, raw: bytes, name: str | None) -> list[Json]:
    """The books in a file: one object, or a list of them, or a general ledger."""
    if file.suffix.lower() in (".csv", ".tsv", ".txt"):
        from sandbox.xero.general_ledger import books_of_csv

        return [books_of_csv(raw, name or pretty_name(file))]
    return books_in(raw)


def pretty_name(file: Path) -> str:
    """`acme_trading-2026.csv` becomes `Acme Trading 2026`."""
    words = file.stem.replace("_", " ").replace("-", " ").split()
    return " ".join(word if word.isupper() else word[:1].upper() + word[1:] for word in words) or "Organisation"
