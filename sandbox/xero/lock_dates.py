"""The lock dates page: what an adviser does by hand in Xero, because no API can."""

from sandbox.xero.markup import Markup, day, heading, join, text
from sandbox.xero.simulator import Session
from sandbox.xero.wire import ms_date, parse_date

PATH = "setup/financialsettings.aspx"
_FIELDS = (
    ("PeriodLockDate", "Stop all users (except advisers) making changes on and before"),
    ("EndOfYearLockDate", "Stop all users making changes on and before"),
)


def lock_dates_page(session: Session, *, saved: bool = False, problem: str = "") -> Markup:
    """The form with the dates as they stand."""
    fields: list[Markup] = []
    for name, words in _FIELDS:
        value = session.organisation.get(name)
        iso = parse_date(value).isoformat() if value else ""
        now = f" (now {day(value)})" if value else " (not set)"
        fields.append(
            Markup(
                f'<label for="{name}">{text(words + now)}</label>'
                f'<input type="date" id="{name}" name="{name}" value="{text(iso)}">'
            )
        )
    notice = Markup('<p class="good" role="status">The lock dates are saved.</p>') if saved else Markup("")
    if problem:
        notice = Markup(f'<p class="bad" role="alert">{text(problem)}</p>')
    form = Markup(f'<form method="post">{join(fields)}<br><button type="submit">Save lock dates</button></form>')
    lead = Markup('<p class="mute">Financial settings. An empty date takes the lock away.</p>')
    return join([heading("Lock dates"), lead, notice, form])


def save_lock_dates(session: Session, form: dict[str, str]) -> str:
    """Set or clear the lock dates that the form sends; returns what is wrong with them, or nothing."""
    body = dict(session.organisation)
    for name, _ in _FIELDS:
        if name not in form:
            continue
        value = form[name].strip()
        try:
            if value:
                body[name] = ms_date(parse_date(value))
            else:
                body.pop(name, None)
        except ValueError:
            return f"{value} is not a date."
    with session.store.transaction():
        session.store.save_organisation(session.identity, body)
    session.organisation = body
    return ""
