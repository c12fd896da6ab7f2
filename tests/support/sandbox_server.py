"""Starts a sandbox server on a free port for a test: in a thread of its own, or as the real child process."""

import asyncio
import json
import subprocess
import sys
import threading
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sandbox.server import Running, Settings, start
from sandbox.xero.simulator import Simulator

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class RunningSandbox:
    """A sandbox that answers at `url`; `simulator` reaches behind the wire for what a test must arrange."""

    url: str
    simulator: Simulator
    _loop: asyncio.AbstractEventLoop
    _thread: threading.Thread
    _running: Running

    def stop(self) -> None:
        """Stop it; its files stay in their home."""
        asyncio.run_coroutine_threadsafe(self._running.close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)


def start_sandbox(
    home: Path, *, books: list[Path] | None, today: str, bot_url: str | None = None, firm: Path | None = None
) -> RunningSandbox:
    """A sandbox with these books (None: the demo books) on this business date."""
    settings = Settings(home=home, port=0, books=books, today=date.fromisoformat(today), bot_url=bot_url, firm=firm)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True, name="sandbox")
    thread.start()
    try:
        running = asyncio.run_coroutine_threadsafe(start(settings), loop).result(60)
    except BaseException:
        loop.call_soon_threadsafe(loop.stop)
        raise
    return RunningSandbox(running.url, running.simulator, loop, thread, running)


@dataclass
class SandboxProcess:
    """`python -m sandbox` as a child process."""

    url: str
    process: subprocess.Popen[bytes]

    def stop(self) -> int:
        """End it with SIGTERM and return its exit code."""
        self.process.terminate()
        return self.process.wait(10)


def start_sandbox_process(home: Path, *arguments: str) -> SandboxProcess:
    """The sandbox as app.py starts it, ready to answer."""
    command = [sys.executable, "-m", "sandbox", "--port", "0", "--home", str(home), *arguments]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stdin=subprocess.PIPE)
    assert process.stdout is not None
    line = process.stdout.readline()
    return SandboxProcess(f"http://127.0.0.1:{json.loads(line)['port']}", process)
