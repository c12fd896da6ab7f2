"""What go.xero.com serves to a person's browser: the deep-link door and the few pages behind it."""

from collections.abc import Mapping
from urllib.parse import quote, urlencode, urlsplit

from aiohttp import web

from sandbox.xero import bank_feed, budget_import
from sandbox.xero.lock_dates import PATH as LOCK_DATES
from sandbox.xero.lock_dates import lock_dates_page, save_lock_dates
from sandbox.xero.markup import POLICY, Markup, heading, join, link, page
from sandbox.xero.pages import PAGES
from sandbox.xero.refusals import NotFoundError
from sandbox.xero.simulator import Session, Simulator
from sandbox.xero.wire import SKEW_MS, Json

LOGIN = "organisationlogin/default.aspx"
_KIND_OF_ID = {
    "invoiceid": ("invoices", "manualjournals"),
    "manualjournalid": ("manualjournals",),
    "banktransactionid": ("banktransactions",),
    "accountid": ("accounts",),
    "contactid": ("contacts",),
}


def go_app(simulator: Simulator) -> web.Application:
    """The application to mount at /go."""

    async def door(request: web.Request) -> web.StreamResponse:
        path = request.match_info["tail"].strip("/")
        if path.lower() == LOGIN:
            return _login(simulator, request)
        first, _, rest = path.partition("/")
        if first.lower() == "app":  # the newer form /app/!abc12/...
            first, _, rest = rest.partition("/")
        if first.lower() == "reporting":  # what reporting.xero.com serves: /reporting/!abc12/v1/Run/1009
            first, _, rest = rest.partition("/")
            rest = f"reporting/{rest}".rstrip("/")
        if not first.startswith("!"):
            return _without_short_code(simulator, request, path)
        organisation = _by_short_code(simulator, first)
        if organisation is None:
            return _html(_plain("There is no organisation with this short code."), status=404)
        asked = (str(organisation["OrganisationID"]), request.method, request.path)
        SKEW_MS.set(int(simulator.faults.skew_seconds(*asked) * 1000))
        return await _page(simulator.session(organisation), request, rest)

    application = web.Application()
    application.router.add_route("*", "/{tail:.*}", door)
    return application


def _by_short_code(simulator: Simulator, code: str) -> Json | None:
    rows = simulator.store.organisations()
    return next((one for one in rows if str(one["ShortCode"]).lower() == code.lower()), None)


def _login(simulator: Simulator, request: web.Request) -> web.Response:
    """Sign a person into the organisation of the short code and send them on to a path of this site."""
    asked = {name.lower(): value for name, value in request.query.items()}
    code, target = asked.pop("shortcode", ""), asked.pop("redirecturl", "/")
    organisation = _by_short_code(simulator, code)
    if organisation is None:
        return _html(_plain("There is no organisation with this short code."), status=404)
    if not target.startswith("/") or target.startswith(("//", "/\\")):
        return _html(_plain("This link leads out of Xero and was not followed."), status=400)
    path, _, own = target.partition("?")
    query = "&".join(part for part in (own, urlencode(asked)) if part)  # an unescaped redirecturl spills over
    place = f"/go/{organisation['ShortCode']}{quote(path)}"
    return web.Response(status=302, headers={"Location": f"{place}?{query}" if query else place})


def _without_short_code(simulator: Simulator, request: web.Request, path: str) -> web.Response:
    """A link with no short code: the organisation that it names, else look in each for the document it names."""
    asked = {name.lower(): value for name, value in request.query.items()}
    for one in simulator.store.organisations():
        if str(one["OrganisationID"]).lower() == asked.get("organisation", "").lower():
            return web.Response(status=302, headers={"Location": f"/go/{one['ShortCode']}/{path}"})
    for name, kinds in _KIND_OF_ID.items():
        for one in simulator.store.organisations():
            if name in asked and any(simulator.store.get(one["OrganisationID"], kind, asked[name]) for kind in kinds):
                place = f"/go/{one['ShortCode']}/{path}?{request.query_string}"
                return web.Response(status=302, headers={"Location": place})
    rows = [link(f"/go/{one['ShortCode']}/{path}", one["Name"]) for one in simulator.store.organisations()]
    body = join([heading("Organisations"), *(Markup(f"<p>{row}</p>") for row in rows)])
    return _html(page("Organisations", "Sandbox Xero", Markup(""), body))


async def _page(session: Session, request: web.Request, path: str) -> web.Response:
    asked: Mapping[str, str] = {name.lower(): value for name, value in request.query.items()}
    low = path.lower().strip("/")
    if low == LOCK_DATES:
        return await _lock_dates(session, request)
    if low in FORMS:
        return await _form(session, request, low, asked)
    if request.method not in ("GET", "HEAD"):
        return web.Response(status=405)
    if low.startswith(("contacts/view/", "contacts/contact/")):
        asked = {"contactid": low.rpartition("/")[2]}
        low = "contacts/view.aspx"
    if low.startswith("invoicing/view/"):
        asked = {"invoiceid": low.rpartition("/")[2]}
        low = "accountsreceivable/view.aspx"
    if low.startswith("quotes/view/"):
        asked = {"quoteid": low.rpartition("/")[2]}
        low = "quotes/view.aspx"
    make = PAGES.get(low)
    try:
        if make is None:
            raise NotFoundError
        return _shown(session, make(session, asked))
    except NotFoundError:
        missing = Markup('<h1>Not found</h1><p class="mute">The sandbox has no such page or document.</p>')
        return _shown(session, missing, status=404)


FORMS = {
    bank_feed.PATH: (bank_feed.bank_feed_page, bank_feed.press),
    budget_import.PATH: (budget_import.budget_import_page, budget_import.save_budget),
}


async def _form(session: Session, request: web.Request, low: str, asked: Mapping[str, str]) -> web.Response:
    """A page with forms of its own: shown, or what its form asks is done and it is shown again."""
    show, save = FORMS[low]
    if request.method == "POST" and _from_elsewhere(request):
        return web.Response(status=403, text="This form was sent from another site.")
    try:
        if request.method != "POST":
            return _shown(session, show(session, asked))
        form = {name: str(value) for name, value in (await request.post()).items()}
        saved, problem = save(session, asked, form)
        return _shown(session, show(session, asked, saved=saved, problem=problem), status=400 if problem else 200)
    except NotFoundError:
        return _shown(session, Markup("<h1>Not found</h1>"), status=404)


def _from_elsewhere(request: web.Request) -> bool:
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc != request.host


async def _lock_dates(session: Session, request: web.Request) -> web.Response:
    if request.method != "POST":
        return _shown(session, lock_dates_page(session))
    if _from_elsewhere(request):
        return web.Response(status=403, text="This form was sent from another site.")
    problem = save_lock_dates(session, {name: str(value) for name, value in (await request.post()).items()})
    return _shown(session, lock_dates_page(session, saved=not problem, problem=problem), status=400 if problem else 200)


def _shown(session: Session, body: Markup, *, status: int = 200) -> web.Response:
    base = f"/go/{session.organisation['ShortCode']}"
    places = (
        ("", "Accounts"),
        ("reporting", "Trial balance"),
        ("Journal/Search.aspx", "Manual journals"),
        ("Setup/FinancialSettings.aspx", "Lock dates"),
    )
    menu = join(link(f"{base}/{path}", words) for path, words in places)
    return _html(page("Xero", str(session.organisation["Name"]), menu, body), status=status)


def _plain(words: str) -> str:
    return page("Xero", "Sandbox Xero", Markup(""), heading(words))


def _html(whole: str, *, status: int = 200) -> web.Response:
    headers = {"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
    return web.Response(status=status, text=whole, content_type="text/html", headers=headers)
