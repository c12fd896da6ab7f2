"""The /control endpoints, in plain JSON."""

from datetime import date
from typing import Any

from aiohttp import web

from sandbox.control.business_date import BusinessDate
from sandbox.xero.simulator import Simulator
from sandbox.xero.wire import Json


def control_app(simulator: Simulator, business_date: BusinessDate) -> web.Application:
    """The application to mount at /control."""
    control = _Control(simulator, business_date)
    application = web.Application()
    application.add_routes(
        [
            web.get("/health", control.health),
            web.get("/faults", control.faults),
            web.post("/faults", control.add_fault),
            web.delete("/faults", control.clear_faults),
            web.get("/today", control.today),
            web.post("/today", control.set_today),
            web.get("/log", control.log),
            web.delete("/log", control.clear_log),
            web.get("/postings", control.postings),
            web.post("/pace", control.pace),
            web.post("/finance", control.finance),
            web.post("/reset", control.reset),
        ]
    )
    return application


class _Control:
    """The handlers."""

    def __init__(self, simulator: Simulator, business_date: BusinessDate) -> None:
        self.simulator, self.business_date = simulator, business_date

    async def health(self, request: web.Request) -> web.Response:
        """That the sandbox stands, with which organisations and on which business date."""
        organisations = [
            {
                "id": one["OrganisationID"],
                "name": one["Name"],
                "short_code": one["ShortCode"],
                "currency": one["BaseCurrency"],
                "invoices": self.simulator.store.count(one["OrganisationID"], "invoices"),
            }
            for one in self.simulator.store.organisations()
        ]
        today = self.business_date.today().isoformat()
        return web.json_response({"ok": True, "organisations": organisations, "today": today})

    async def faults(self, request: web.Request) -> web.Response:
        """The faults waiting to strike."""
        return web.json_response([vars(fault) for fault in self.simulator.faults.waiting])

    async def add_fault(self, request: web.Request) -> web.Response:
        """Rehearse a fault: kind, and optionally organisation, endpoint, method, times, seconds, status."""
        try:
            fault = self.simulator.faults.add(await _object(request))
        except (ValueError, TypeError) as error:
            return web.json_response({"error": str(error)}, status=400)
        return web.json_response(vars(fault))

    async def clear_faults(self, request: web.Request) -> web.Response:
        """No more faults."""
        self.simulator.faults.clear()
        return web.json_response([])

    async def today(self, request: web.Request) -> web.Response:
        """The business date."""
        return web.json_response({"today": self.business_date.today().isoformat()})

    async def set_today(self, request: web.Request) -> web.Response:
        """Move the business date; it is kept over restarts until the sandbox is started with another --today."""
        try:
            self.business_date.move(date.fromisoformat(str((await _object(request)).get("today"))))
        except ValueError:
            return web.json_response({"error": 'Send {"today": "YYYY-MM-DD"}.'}, status=400)
        return await self.today(request)

    async def log(self, request: web.Request) -> web.Response:
        """Recent requests to the Accounting API, oldest first; ?method=, ?organisation= and ?path= narrow them."""
        asked = request.query
        rows = [
            row
            for row in self.simulator.log
            if asked.get("method", row["method"]).upper() == row["method"]
            and asked.get("organisation", row["organisation"]).lower() == row["organisation"]
            and asked.get("path", "").lower() in row["path"].lower()
        ]
        return web.json_response(rows)

    async def clear_log(self, request: web.Request) -> web.Response:
        """Forget the requests so far."""
        self.simulator.log.clear()
        return web.json_response([])

    async def postings(self, request: web.Request) -> web.Response:
        """The ledger's postings: ?organisation= and optionally ?source= (a document's id) or ?account= (its id)."""
        organisation = request.query.get("organisation", "").lower()
        if self.simulator.store.organisation(organisation) is None:
            return web.json_response({"error": "Name a connected organisation."}, status=404)
        source, account = request.query.get("source", ""), request.query.get("account", "")
        found = self.simulator.store.postings(organisation, source_id=source, account=account)
        return web.json_response([posting._asdict() for posting in found])

    async def pace(self, request: web.Request) -> web.Response:
        """Forget the counted calls; {"unlimited": true} lifts the limits for long tests."""
        self.simulator.pace.unlimited = bool((await _object(request)).get("unlimited", False))
        self.simulator.pace.reset()
        return web.json_response({"unlimited": self.simulator.pace.unlimited})

    async def finance(self, request: web.Request) -> web.Response:
        """Let an organisation into the Finance API, {"organisation": id}, or with "open": false out of it again."""
        asked = await _object(request)
        organisation = self.simulator.store.organisation(str(asked.get("organisation") or "").lower())
        if organisation is None:
            return web.json_response({"error": "Name a connected organisation."}, status=404)
        identity = str(organisation["OrganisationID"])
        (self.simulator.finance_open.add if asked.get("open", True) else self.simulator.finance_open.discard)(identity)
        return web.json_response({"open": sorted(self.simulator.finance_open)})

    async def reset(self, request: web.Request) -> web.Response:
        """Clear faults, log, stored answers and counted calls; the books stay as they are."""
        self.simulator.faults.clear()
        self.simulator.log.clear()
        self.simulator.pace.reset()
        self.simulator.store.db.execute("DELETE FROM replays")
        return web.json_response({"ok": True})


async def _object(request: web.Request) -> Json:
    body: Any = await request.json() if request.can_read_body else {}
    if not isinstance(body, dict):
        raise ValueError("Send a JSON object.")
    return body
