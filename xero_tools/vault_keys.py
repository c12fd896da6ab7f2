"""The keys that seal tokens: from the environment, or from a file that only its owner may read; never the database."""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from books.refusal import Refusal

KEY_BYTES = 32
ID_BYTES = 8
KEPT = 2  # the newest key, and the one before it: a process may seal with that one while the keys are changed
FILE_NAME = "tieout.key"


@dataclass(frozen=True)
class Key:
    """One key; its id says which key sealed a piece and nothing about the key."""

    secret: bytes = field(repr=False)

    @property
    def id(self) -> bytes:
        """The first 8 bytes of a SHA-256 over the key."""
        return hashlib.sha256(b"tieout key id|" + self.secret).digest()[:ID_BYTES]


@dataclass(frozen=True)
class Ring:
    """The keys, newest first: the newest seals, all of them open."""

    keys: tuple[Key, ...]

    @property
    def newest(self) -> Key:
        """The key that seals."""
        return self.keys[0]


class KeyFile:
    """Where the keys are: `given` (the text of TIEOUT_KEY: base64, several separated by commas, newest first) comes
    before the file `tieout.key` in `home`, which is made with mode 0600 when there is neither.

    Every method raises Refusal for a key that is not 32 bytes, or a file that others may read.
    """

    def __init__(self, home: Path, given: str = "") -> None:
        self._path = home / FILE_NAME
        self._given = given.strip()
        self._seen: tuple[tuple[int, ...], tuple[Key, ...]] = ((), ())

    @property
    def is_given(self) -> bool:
        """Whether the newest key comes from the environment."""
        return bool(self._given)

    def ring(self) -> Ring:
        """All keys, newest first; makes the file when there is no key at all."""
        given = _keys(self._given.split(",")) if self._given else ()
        written = self._read()
        if not given and not written:
            self._make()
            written = self._read()
        return Ring((*given, *(key for key in written if key not in given)))

    def renew(self) -> None:
        """Puts a new key before the others in the file; the one before stays, older ones go. Raises Refusal when the
        newest key comes from the environment, which only a person can change."""
        if self._given:
            raise Refusal(
                "The key comes from TIEOUT_KEY, which Tieout cannot change.",
                next_step="Set TIEOUT_KEY to the new key, a comma and the old key, then run `app.py keys rotate`.",
                code="key_given",
            )
        kept = self.ring().keys[: KEPT - 1]
        self._write((Key(secrets.token_bytes(KEY_BYTES)), *kept))

    def _read(self) -> tuple[Key, ...]:
        """The keys of the file, read again only when it is another: a month's lines are fifty thousand pieces."""
        try:
            now = self._path.stat()
            if now.st_mode & 0o077:
                raise Refusal(
                    f"Others may read the key file {self._path}.",
                    next_step=f"Run `chmod 600 {self._path}`, then `app.py keys rotate`.",
                    code="key_open",
                )
            stamp = (now.st_ino, now.st_mtime_ns, now.st_size)
            if self._seen[0] != stamp:
                self._seen = (stamp, _keys(self._path.read_text("ascii").split()))
            return self._seen[1]
        except FileNotFoundError:
            return ()
        except (OSError, UnicodeDecodeError) as error:
            raise _bad_key(str(error)) from error

    def _make(self) -> None:
        """Writes the first key; when another process was faster, its key stays."""
        fresh = self._beside((Key(secrets.token_bytes(KEY_BYTES)),))
        try:
            os.link(fresh, self._path)
        except FileExistsError:
            return  # another process was faster, and its key counts
        finally:
            fresh.unlink()

    def _write(self, keys: Iterable[Key]) -> None:
        os.replace(self._beside(keys), self._path)
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)  # the name must be on the disk before anything is sealed with the new key
        finally:
            os.close(folder)

    def _beside(self, keys: Iterable[Key]) -> Path:
        """A file of a name of its own, whole and on the disk."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        path = self._path.with_name(f"{FILE_NAME}.{secrets.token_hex(8)}")
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(b"".join(base64.b64encode(key.secret) + b"\n" for key in keys))
            file.flush()
            os.fsync(file.fileno())
        return path


def _keys(texts: Iterable[str]) -> tuple[Key, ...]:
    keys = tuple(_key(text.strip()) for text in texts if text.strip())
    return tuple(dict.fromkeys(keys))


def _key(text: str) -> Key:
    try:
        secret = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise _bad_key("It is not base64.") from error
    if len(secret) != KEY_BYTES:
        raise _bad_key(f"It has {len(secret)} bytes.")
    return Key(secret)


def _bad_key(detail: str) -> Refusal:
    return Refusal(
        "The key for tokens cannot be used.",
        next_step="Set TIEOUT_KEY to 32 random bytes in base64 (`openssl rand -base64 32`), or unset it to use the "
        "file tieout.key in TIEOUT_HOME.",
        code="key_bad",
        detail=detail,
    )
