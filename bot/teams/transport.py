"""The thin port to the Bot Framework: plain activity dicts in and out; botbuilder stands behind it and nowhere else.

botbuilder 4.17.1 is no longer supported. Its CloudAdapter fails on every invoke that is answered with a body, lets a
malformed token through as a server error, loses the tenant, and fetches tokens and keys with blocking calls. So only
its authentication and its connector are used, on a loop of their own in a thread; bot.teams.surface answers HTTP.
"""

from __future__ import annotations

import asyncio
import random
import threading
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import Future
from types import SimpleNamespace
from typing import Any, Protocol, TypeVar

import structlog
from botbuilder.integration.aiohttp import ConfigurationBotFrameworkAuthentication
from botbuilder.schema import Activity, ChannelAccount, ConversationParameters
from botframework.connector.auth import AuthenticationConstants, ClaimsIdentity

from books.refusal import Refusal
from bot.teams.references import Reference

Json = dict[str, Any]
Result = TypeVar("Result")
log = structlog.get_logger(__name__)
TRIES = 4
AGAIN = (412, 429, 502, 503, 504)  # what Teams asks bots to try again, with jitter
LONGEST_WAIT = 30.0
ADDRESSES = 64
_CLAIMS = (AuthenticationConstants.AUDIENCE_CLAIM, AuthenticationConstants.APP_ID_CLAIM)


class NotAuthentic(Exception):  # noqa: N818 - it is an answer, not a failure
    """The caller did not prove to be Teams."""


class NoAnswer(Exception):  # noqa: N818 - the same
    """Teams refused a call; `status` is HTTP's, 0 when it could not be reached."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


class TeamsTransport(Protocol):
    """What the surface needs of Teams; everything that talks to it returns at once with a future."""

    async def authenticate(self, authorization: str, activity: Json) -> None:
        """Raises NotAuthentic for an activity that Teams did not send."""
        ...

    def send(self, reference: Reference, activity: Json, *, thread: str = "") -> Future[str]:
        """Says something in a conversation, or in the thread of a channel; the new activity's id."""
        ...

    def update(self, reference: Reference, activity_id: str, activity: Json) -> Future[str]:
        """Replaces an activity for everybody."""
        ...

    def delete(self, reference: Reference, activity_id: str) -> Future[None]:
        """Takes an activity away."""
        ...

    def open_chat(self, reference: Reference, person: str) -> Future[str]:
        """Opens the chat with one person (a Teams id such as 29:…); the conversation's id."""
        ...

    def close(self) -> None:
        """Lets go of the thread."""
        ...


class BotFrameworkTransport:
    """The port on botbuilder. An empty `app_id` means no authentication in either direction: loopback only."""

    def __init__(self, *, app_id: str, app_password: str, tenant: str, app_type: str) -> None:
        kind = app_type if app_id else "MultiTenant"
        names = {"APP_ID": app_id, "APP_PASSWORD": app_password, "APP_TYPE": kind, "APP_TENANTID": tenant}
        self._app_id = app_id
        self._authentication = ConfigurationBotFrameworkAuthentication(SimpleNamespace(**names))
        self._connectors: dict[str, Any] = {}
        self._loop = asyncio.new_event_loop()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        self._is_closed = False

    def _run(self, work: Coroutine[Any, Any, Result]) -> Future[Result]:
        with self._starting:
            if self._is_closed:
                work.close()
                return _failed(NoAnswer(0, "Tieout is being stopped"))
            if self._thread is None:
                self._thread = threading.Thread(target=self._loop.run_forever, name="teams", daemon=True)
                self._thread.start()
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def close(self) -> None:
        with self._starting:
            thread, self._thread, self._is_closed = self._thread, None, True
        if thread is not None:
            asyncio.run_coroutine_threadsafe(self._drop_all(), self._loop).result(5)
            self._loop.call_soon_threadsafe(self._loop.stop)
            thread.join(5)

    async def _drop_all(self) -> None:
        """Ends every call that is out, so that nobody waits for an answer that no loop would bring."""
        calls = asyncio.all_tasks() - {asyncio.current_task()}
        for each in calls:
            each.cancel()
        await asyncio.gather(*calls, return_exceptions=True)

    async def authenticate(self, authorization: str, activity: Json) -> None:
        await asyncio.wrap_future(self._run(self._authenticate(authorization, activity)))

    async def _authenticate(self, authorization: str, activity: Json) -> None:
        claimed = Activity(
            channel_id=str(activity.get("channelId") or ""),
            service_url=str(activity.get("serviceUrl") or ""),
            recipient=ChannelAccount(),
        )
        header = authorization if authorization or self._app_id else None
        try:
            await self._authentication.authenticate_request(claimed, header)
        except PermissionError as error:
            raise NotAuthentic(str(error)) from error
        except Exception as error:
            # A malformed token surfaces as one of many errors of the SDK and its JWT library: none of them is proof.
            log.warning("teams_token_not_verified", why=type(error).__name__)
            raise NotAuthentic(type(error).__name__) from error

    def send(self, reference: Reference, activity: Json, *, thread: str = "") -> Future[str]:
        where = f"{reference.conversation};messageid={thread}" if thread else reference.conversation

        async def call(connector: Any) -> str:
            answer = await connector.conversations.send_to_conversation(where, Activity.deserialize(activity))
            return str(answer.id)

        return self._run(self._with_connector(reference, call))

    def update(self, reference: Reference, activity_id: str, activity: Json) -> Future[str]:
        async def call(connector: Any) -> str:
            content = Activity.deserialize(activity)
            answer = await connector.conversations.update_activity(reference.conversation, activity_id, content)
            return str(answer.id if answer is not None and answer.id else activity_id)

        return self._run(self._with_connector(reference, call))

    def delete(self, reference: Reference, activity_id: str) -> Future[None]:
        async def call(connector: Any) -> None:
            await connector.conversations.delete_activity(reference.conversation, activity_id)

        return self._run(self._with_connector(reference, call))

    def open_chat(self, reference: Reference, person: str) -> Future[str]:
        async def call(connector: Any) -> str:
            wanted = ConversationParameters(
                is_group=False,
                bot=ChannelAccount(id=reference.bot),
                members=[ChannelAccount(id=person)],
                tenant_id=reference.tenant,
                channel_data={"tenant": {"id": reference.tenant}},
            )
            answer = await connector.conversations.create_conversation(wanted)
            return str(answer.id)

        return self._run(self._with_connector(reference, call))

    async def _with_connector(self, reference: Reference, call: Callable[[Any], Awaitable[Result]]) -> Result:
        """Runs a call, again where Teams asks for it; raises NoAnswer."""
        for attempt in range(1, TRIES + 1):
            try:
                return await self._once(reference, call)
            except asyncio.CancelledError:
                raise NoAnswer(0, "Tieout is being stopped") from None
            except NoAnswer as error:
                if error.status not in AGAIN or attempt == TRIES:
                    raise
                await asyncio.sleep(min(2.0 ** (attempt - 1), LONGEST_WAIT) * (0.5 + random.random()))
        raise AssertionError("unreachable")

    async def _once(self, reference: Reference, call: Callable[[Any], Awaitable[Result]]) -> Result:
        try:
            return await call(await self._connector(reference.service_url))
        except Exception as error:
            raise _no_answer(error) from error

    async def _connector(self, service_url: str) -> Any:
        """The client for an address, made once: the SDK's turn makes two for each call, which costs more than the call.

        Its credentials fetch a new token when theirs is old.
        """
        known = self._connectors.get(service_url)
        if known is None:
            claims = ClaimsIdentity(dict.fromkeys(_CLAIMS, self._app_id), True)
            known = await self._authentication.create_connector_factory(claims).create(service_url)
            known.config.retry_policy.retries = 0  # this port decides what is safe to try again
            if len(self._connectors) >= ADDRESSES:
                self._connectors.clear()
            self._connectors[service_url] = known
        return known


def _failed(error: Exception) -> Future[Any]:
    done: Future[Any] = Future()
    done.set_exception(error)
    return done


def _no_answer(error: Exception) -> NoAnswer:
    """The SDK raises one error per kind of body; what matters is the status and Teams' own code."""
    response = getattr(error, "response", None)
    status = int(getattr(response, "status_code", 0) or 0)
    inner = getattr(getattr(error, "error", None), "error", None)
    words = f"{getattr(inner, 'code', '')} {getattr(inner, 'message', '')}".strip()
    return NoAnswer(status, words or type(error).__name__)


def refusal_from(error: NoAnswer, conversation: str) -> Refusal:
    """The refusal for a call that Teams did not take."""
    if error.status in (403, 404):
        return Refusal(
            f"Tieout cannot write in the Teams conversation {conversation}.",
            next_step="Add the Tieout app to that team, or correct the channel in firm.yml.",
            code="teams_channel",
            detail=str(error),
        )
    if error.status == 401:
        return Refusal(
            "Teams does not accept the bot's credentials.",
            next_step="Check TEAMS_APP_ID, TEAMS_APP_PASSWORD and TEAMS_TENANT_ID.",
            code="teams_credentials",
            detail=str(error),
        )
    if error.status:
        return Refusal(
            "Teams refused this.",
            next_step="Try again in a minute; if it stays, run `python app.py doctor`.",
            code="teams_refused",
            detail=f"{error.status} {error}",
        )
    return Refusal(
        "Teams does not answer.",
        next_step="Check the connection to Teams, then try again.",
        code="teams_unreachable",
        detail=str(error),
    )
