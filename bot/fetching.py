"""Fetches a file that lies at a chat platform: no redirects, never more than allowed; and which hosts are whose."""

from __future__ import annotations

import io
import re
from urllib.parse import SplitResult, urlsplit

import aiohttp
from yarl import URL

from agents.reconciliation.statements.bounds import MAX_BYTES
from books.refusal import Refusal

LARGEST_BYTES = MAX_BYTES
"""No more is fetched than a statement may have: the person hears of it before anything is waited for."""
FETCH_SECONDS = 120.0
CHUNK_BYTES = 256 * 1024
_PRINTED = re.compile(r"[\x21-\x7e]{1,8000}")


async def fetch(url: str, *, token: str = "", stated_bytes: int = 0) -> bytes:
    """The file at `url`, which the caller has found to be on a trusted host; `token` is sent as bearer.

    Raises Refusal: `file_too_large` from the stated size, from the answer's head or while it comes in,
    `file_redirected`, `file_not_fetched`.
    """
    check_size(stated_bytes)
    headers = {"Accept-Encoding": "identity"} | ({"Authorization": f"Bearer {token}"} if token else {})
    timeout = aiohttp.ClientTimeout(total=FETCH_SECONDS, sock_connect=10, sock_read=30)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(URL(url, encoded=True), headers=headers, allow_redirects=False) as response,
        ):
            return await _content(response)
    except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
        raise _not_fetched(type(error).__name__) from error


async def _content(response: aiohttp.ClientResponse) -> bytes:
    if 300 <= response.status < 400:
        raise Refusal(
            "The file was not handed over; another page was shown in its place.",
            next_step="Drop the file again; if it stays, run `python app.py doctor`.",
            code="file_redirected",
        )
    if response.status != 200:
        raise _not_fetched(f"status {response.status}")
    check_size(response.content_length or 0)
    content = io.BytesIO()  # hands its bytes over without a second copy of them
    async for chunk in response.content.iter_chunked(CHUNK_BYTES):
        content.write(chunk)
        check_size(content.tell())
    return content.getvalue()


def check_size(size: int) -> None:
    """Refuses a file of so many bytes if they are too many; raises Refusal."""
    if size > LARGEST_BYTES:
        raise Refusal(
            f"The file has more than {LARGEST_BYTES // 1_000_000} MB, which is all that a statement may have.",
            next_step="Export one month at a time, or one account a file, and drop that.",
            code="file_too_large",
        )


def split_url(url: str) -> SplitResult | None:
    """The parts of a plain http(s) address; None for anything odd: unseen characters, a user name, no host."""
    if not _PRINTED.fullmatch(url) or "\\" in url:
        return None
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    is_plain = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
    return parts if is_plain else None


def is_below_host(url: str, *, hosts: tuple[str, ...] = (), domains: tuple[str, ...] = ()) -> bool:
    """Whether an address is https, on the usual port, at one of the hosts or somewhere below one of the domains."""
    parts = split_url(url)
    if parts is None or parts.scheme != "https" or parts.port not in (None, 443):
        return False
    host = parts.hostname or ""
    return host in hosts or any(host.endswith(f".{domain}") for domain in domains)


def is_at(url: str, base: str) -> bool:
    """Whether an address is at the very scheme, host and port of `base`."""
    parts, ours = split_url(url), urlsplit(base)
    return parts is not None and (parts.scheme, parts.netloc) == (ours.scheme, ours.netloc)


def elsewhere(platform: str) -> Refusal:
    """The refusal of a file that does not lie at the platform itself."""
    return Refusal(
        f"That file does not lie in {platform} itself, so Tieout does not fetch it.",
        next_step="Save it on your computer and drop that file.",
        code="file_elsewhere",
    )


def _not_fetched(detail: str) -> Refusal:
    return Refusal(
        "The file could not be fetched.",
        next_step="Drop it again in a minute.",
        code="file_not_fetched",
        detail=detail,
    )
