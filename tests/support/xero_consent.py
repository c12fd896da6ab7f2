"""A person at Xero's consent page, over plain HTTP: reads the page, fills its form, and is led back to the app."""

import re
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from html import unescape
from typing import Any

from tests.support.xero_wire import Answer


class _Stay(urllib.request.HTTPRedirectHandler):
    """Leaves redirects to the test."""

    def redirect_request(self, *args: Any, **keywords: Any) -> None:
        """No following."""


_OPENER = urllib.request.build_opener(_Stay)


def visit(url: str, *, form: list[tuple[str, str]] | None = None, cookie: str = "", **headers: str) -> Answer:
    """One request of a browser; redirects are answers too."""
    sent = ({"Cookie": cookie} if cookie else {}) | headers
    body = None if form is None else urllib.parse.urlencode(form).encode()
    request = urllib.request.Request(url, data=body, headers=sent)
    try:
        with _OPENER.open(request, timeout=20) as response:
            return Answer(response.status, {k.lower(): v for k, v in response.headers.items()}, response.read())
    except urllib.error.HTTPError as error:
        return Answer(error.code, {k.lower(): v for k, v in error.headers.items()}, error.read())


@dataclass(frozen=True)
class ConsentPage:
    """The page as the person sees it."""

    url: str
    answer: Answer

    @property
    def organisations(self) -> dict[str, str]:
        """Name and id of each organisation offered."""
        found = re.findall(r'name="organisation" value="([^"]*)"[^>]*>\s*([^<]*)<', self.answer.text)
        return {unescape(name).strip(): unescape(identity) for identity, name in found}

    def press(self, decision: str, *names: str, **headers: str) -> Answer:
        """Presses `allow` or `cancel` with these organisations ticked (all when none is named)."""
        hidden = re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', self.answer.text)
        form = [(name, unescape(value)) for name, value in hidden]
        chosen = [self.organisations[name] for name in names or self.organisations]
        form += [("organisation", identity) for identity in chosen] + [("decision", decision)]
        return visit(self.url.split("?")[0], form=form, **headers)


def open_consent(url: str) -> ConsentPage:
    """Opens the consent page that an app leads to."""
    return ConsentPage(url, visit(url))


def query_of(address: str) -> dict[str, str]:
    """The query of an address."""
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(address).query))
