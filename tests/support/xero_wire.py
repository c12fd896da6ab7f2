"""A plain HTTP client of the sandbox Xero, for tests that look at what goes over the wire."""

import json
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """Status, headers (names in lower case) and body of a response."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body read as JSON."""
        return json.loads(self.body)

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()

    @property
    def messages(self) -> list[str]:
        """The validation messages of every element."""
        return [one["Message"] for row in self.json["Elements"] for one in row["ValidationErrors"]]


def send(url: str, method: str, *, headers: dict[str, str] | None = None, body: bytes | None = None) -> Answer:
    """One request; error statuses are answers, not exceptions."""
    request = urllib.request.Request(url, data=body, method=method, headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=20) as response:
            return Answer(response.status, {k.lower(): v for k, v in response.headers.items()}, response.read())
    except urllib.error.HTTPError as error:
        return Answer(error.code, {k.lower(): v for k, v in error.headers.items()}, error.read())


def new_token(base: str, **form: str) -> Answer:
    """A token request; the sandbox's own client credentials unless other fields are given."""
    fields = {
        "grant_type": "client_credentials",
        "client_id": "SANDBOXCLIENT",
        "client_secret": "sandbox-secret",
    } | form
    return send(f"{base}/xero/connect/token", "POST", body=urllib.parse.urlencode(fields).encode())


@dataclass
class Wire:
    """A connected client of one organisation."""

    base: str
    organisation: str
    token: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.token = self.token or str(new_token(self.base).json["access_token"])

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: str = "",
        headers: dict[str, str] | None = None,
        query: dict[str, object] | None = None,
    ) -> Answer:
        """One Accounting API call."""
        asked = f"?{urllib.parse.urlencode(query)}" if query else ""
        sent = {
            "Authorization": f"Bearer {self.token}",
            "Xero-Tenant-Id": self.organisation,
            "Accept": "application/json",
        }
        sent |= {"Idempotency-Key": key} if key else {}
        sent |= {"Content-Type": "application/json"} if body is not None else {}
        raw = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        url = f"{self.base}/xero/api.xro/2.0/{path}{asked}"
        return send(url, method, headers=sent | self.headers | (headers or {}), body=raw)

    def get(self, path: str, **query: object) -> Answer:
        """GET."""
        return self.call("GET", path, query=query)

    def put(self, path: str, body: Any, *, key: str = "", **query: object) -> Answer:
        """PUT: create."""
        return self.call("PUT", path, body, key=key, query=query)

    def post(self, path: str, body: Any, *, key: str = "", **query: object) -> Answer:
        """POST: create or change."""
        return self.call("POST", path, body, key=key, query=query)

    def rows(self, path: str, **query: object) -> list[Json]:
        """The documents of a list or of a single read."""
        answer = self.get(path, **query)
        assert answer.status == 200, answer.text
        name = path.split("/")[0].lower()
        return next(value for key, value in answer.json.items() if key.lower() == name)

    def balance(self, account: str, day: str) -> str:
        """What the trial balance shows as the balance of `Name (Code)`: debit positive, as text; 0.00 when absent."""
        report = self.get("Reports/TrialBalance", date=day).json["Reports"][0]
        for section in report["Rows"][1:]:
            for row in section["Rows"]:
                cells = [cell["Value"] for cell in row["Cells"]]
                if cells[0] == account:
                    return cells[3] or ("0.00" if cells[4] == "0.00" else f"-{cells[4]}")
        return "0.00"
