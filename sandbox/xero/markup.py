"""Small pieces of HTML for the sandbox's browser pages; everything that comes from the books is escaped here."""

from collections.abc import Iterable
from decimal import Decimal
from html import escape
from typing import NewType

from sandbox.xero.wire import parse_date

Markup = NewType("Markup", str)
POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
_STYLE = """
:root{--ink:#1b2733;--mute:#5b6b7b;--line:#dfe5ea;--blue:#0b6fb3;--paper:#fff;--ground:#f2f5f8}
*{box-sizing:border-box}body{margin:0;background:var(--ground);color:var(--ink);
font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
header{background:#14395b;color:#fff;padding:12px 24px;display:flex;gap:24px;align-items:baseline;flex-wrap:wrap}
header a{color:#cfe4f5;text-decoration:none}header a:hover{text-decoration:underline}header strong{font-size:16px}
header em{margin-left:auto;font-style:normal;color:#9fc0da;font-size:13px}
main{max-width:1040px;margin:24px auto;background:var(--paper);border:1px solid var(--line);border-radius:6px;
padding:24px 28px}h1{font-size:22px;margin:0 0 4px}h2{font-size:16px;margin:28px 0 8px}
.mute{color:var(--mute)}.tag{display:inline-block;border-radius:10px;padding:1px 10px;font-size:12px;background:#e6eef5;
color:#14395b;margin-left:8px;vertical-align:middle}.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}th{text-align:left;color:var(--mute);
font-weight:600;font-size:13px}th,td{padding:7px 10px;border-bottom:1px solid var(--line);vertical-align:top}
td.n,th.n{text-align:right;white-space:nowrap}tr.sum td{font-weight:600;border-top:2px solid var(--line)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:4px 20px;margin:12px 0}dt{color:var(--mute)}dd{margin:0;
overflow-wrap:anywhere}a{color:var(--blue)}label{display:block;margin:14px 0 4px;font-weight:600}
input[type=date]{font:inherit;padding:6px 10px;border:1px solid #b9c6d2;border-radius:4px}
button{font:inherit;margin-top:18px;background:#0b6fb3;color:#fff;border:0;border-radius:4px;
padding:8px 20px;cursor:pointer}button:focus-visible,a:focus-visible,input:focus-visible{outline:3px solid #8fc7ef}
.good{background:#e7f6ec;border-left:4px solid #2b8a4b;padding:10px 14px;margin:12px 0}
.bad{background:#fdecec;border-left:4px solid #b3261e;padding:10px 14px;margin:12px 0}
"""


def text(value: object) -> Markup:
    """Any value as escaped text; nothing for None."""
    return Markup(escape("" if value is None else str(value)))


def join(parts: Iterable[Markup]) -> Markup:
    """Pieces one after the other."""
    return Markup("".join(parts))


def link(address: str, words: object) -> Markup:
    """A link to an address made by the sandbox itself."""
    return Markup(f'<a href="{escape(address)}">{text(words)}</a>')


def tag(words: object) -> Markup:
    """A small label, for a status."""
    return Markup(f'<span class="tag">{text(words)}</span>')


def heading(words: object, status: object = "") -> Markup:
    """The title of a page with the document's status beside it."""
    return Markup(f"<h1>{text(words)}{tag(status) if status else ''}</h1>")


def subheading(words: str) -> Markup:
    """The title of a part of a page."""
    return Markup(f"<h2>{text(words)}</h2>")


def facts(*pairs: tuple[str, object]) -> Markup:
    """Names with their values; a value that is Markup stands as it is."""
    rows = [f"<dt>{text(name)}</dt><dd>{_piece(value)}</dd>" for name, value in pairs if value not in (None, "")]
    return Markup(f"<dl>{''.join(rows)}</dl>")


class Html(str):
    """Marks a table cell or fact that is already markup."""

    __slots__ = ()


def _piece(value: object) -> str:
    return str(value) if isinstance(value, Html) else text(value)


def table(titles: list[str], rows: Iterable[list[object]], *, last_is_sum: bool = False) -> Markup:
    """A table; columns that hold decimals are set right-aligned."""
    body = list(rows)
    numeric = {
        place
        for place in range(len(titles))
        if any(isinstance(row[place], Decimal) for row in body if place < len(row))
    }
    head = "".join(f"<th{_side(place, numeric)}>{text(title)}</th>" for place, title in enumerate(titles))
    lines: list[str] = []
    for at, row in enumerate(body):
        cells = "".join(f"<td{_side(place, numeric)}>{_cell(value)}</td>" for place, value in enumerate(row))
        lines.append(f"<tr{' class=sum' if last_is_sum and at == len(body) - 1 else ''}>{cells}</tr>")
    return Markup(
        f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{"".join(lines)}</tbody></table></div>'
    )


def _side(place: int, numeric: set[int]) -> str:
    return ' class="n"' if place in numeric else ""


def _cell(value: object) -> str:
    return f"{value:,.2f}" if isinstance(value, Decimal) else _piece(value)


def day(value: object) -> str:
    """A date as people here read it: 31 Oct 2026; nothing for nothing."""
    if not value:
        return ""
    moment = parse_date(value)
    return f"{moment.day} {moment:%b %Y}"


def page(title: str, organisation: str, menu: Markup, body: Markup) -> str:
    """A whole page."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{text(title)} · {text(organisation)}</title>"
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><style>{_STYLE}</style></head><body>'
        f"<header><strong>{text(organisation)}</strong>{menu}<em>Sandbox Xero, not the real one</em></header>"
        f"<main>{body}</main></body></html>"
    )
