"""Reads a large file in a process of its own, bounded in memory and time, so that the bot answers others meanwhile.

A small file is read where it is: that takes less than a process needs to begin. The process gets nothing but the file
and what is expected of it: no environment, hence no key and no token. One that runs away is ended by the system, and
the file is refused in words.
"""

from __future__ import annotations

import contextlib
import resource
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import BinaryIO

import msgspec

from agents.reconciliation.statements.bounds import MAX_SAID, check_size, too_much
from agents.reconciliation.statements.outcome import Expected, Reading
from agents.reconciliation.statements.reading import read_statement
from books.refusal import Refusal

SMALL_BYTES = 256_000
"""A file up to this is read within a fifth of a second; a workbook never is small, for it is packed."""
MEMORY_BYTES = 1_000_000_000
CPU_SECONDS = 60
WAIT_SECONDS = 300.0
"""For a machine so busy that a minute of work takes five."""
AT_ONCE = 2
_ROOT = Path(__file__).resolve().parents[3]
_READER = (sys.executable, "-m", "agents.reconciliation.statements.apart")
_turns = threading.BoundedSemaphore(AT_ONCE)


class _Said(msgspec.Struct):
    """What the process answers: a reading, or why there is none."""

    reading: Reading | None = None
    words: str = ""
    next_step: str = ""
    code: str = ""


def read_apart(content: bytes, expected: Expected | None = None) -> Reading:
    """Reads a bank's file as `read_statement` does, never with more than MEMORY_BYTES and CPU_SECONDS; blocks.

    Raises Refusal, also where the file is more than can be read within these.
    """
    expected = expected or Expected()
    if len(content) <= SMALL_BYTES and not content.startswith(b"PK"):
        return read_statement(content, expected)
    check_size(content)
    with _turns:
        return _answer(*_run(content, expected))


def _run(content: bytes, expected: Expected) -> tuple[bytes, int, bytes]:
    """(answer, exit code, what went wrong) of the process; a negative code is the signal that ended it."""
    with subprocess.Popen(  # noqa: S603 - our own module
        [*_READER, str(MEMORY_BYTES), str(CPU_SECONDS)],
        cwd=_ROOT,
        env={},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        asked = msgspec.json.encode(expected)
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(len(asked).to_bytes(4, "big") + asked)
            process.stdin.flush()
        try:
            answer, wrong = process.communicate(content, timeout=WAIT_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            return b"", -signal.SIGXCPU, b""
        return answer, process.returncode, wrong


def _answer(answer: bytes, code: int, wrong: bytes) -> Reading:
    """What the process said, or the refusal that its end means."""
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        raise too_much(f"The file could not be read within {CPU_SECONDS} seconds of work, so it was given up.")
    if code:
        raise RuntimeError(f"the reader ended with {code}: {wrong.decode('utf-8', 'replace').strip()[-500:]}")
    said = msgspec.json.decode(answer, type=_Said)
    if said.reading is None:
        raise Refusal(said.words, next_step=said.next_step, code=said.code)
    return said.reading


# In the process


def main(given: BinaryIO, answer: BinaryIO) -> None:
    """Reads what is expected and one file from `given`, and writes what became of it."""
    asked = msgspec.json.decode(given.read(int.from_bytes(given.read(4), "big")), type=Expected)
    try:
        content = given.read()
        said = _Said(reading=read_statement(content, asked))
        written = msgspec.json.encode(said)
        if len(written) > MAX_SAID:
            raise too_much(f"The lines of the file say more than {MAX_SAID // 1_000_000} MB.")
    except Refusal as refusal:
        written = _refused(refusal)
    except MemoryError:
        written = _refused(too_much("The file needs more memory to be read than a statement may take."))
    answer.write(written)


def _refused(refusal: Refusal) -> bytes:
    return msgspec.json.encode(_Said(words=refusal.words, next_step=refusal.next_step, code=refusal.code))


def _bound(memory_bytes: int, cpu_seconds: int) -> None:
    """Takes from this process what it could run away with, and the core file that would hold a client's lines."""
    for what, most in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        with contextlib.suppress(ValueError, OSError):  # a system that keeps no such bound
            resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


if __name__ == "__main__":
    _bound(int(sys.argv[1]), int(sys.argv[2]))
    main(sys.stdin.buffer, sys.stdout.buffer)
