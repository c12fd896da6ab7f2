"""A card is what people see in both platforms: a closed set of parts, a pure function of current state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Tone = Literal["good", "warning", "bad", "neutral"]


@dataclass(frozen=True, slots=True)
class Heading:
    """The one thing first: a short line, with a tone that colours it."""

    text: str
    tone: Tone = "neutral"


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; `strong` parts and links are parts of their own, the text itself is shown literally."""

    text: str
    subtle: bool = False
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels with their figures."""

    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of figures; columns named in `right` are aligned to the right."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: what, how much, who acts next, and the exact link."""

    title: str
    detail: str = ""
    figure: str = ""
    who: str = ""
    link: str = ""
    link_text: str = "Open in Xero"
    tone: Tone = "warning"


@dataclass(frozen=True, slots=True)
class Chart:
    """Labelled bars; `amounts` in the same order as `labels`, drawn to scale with their words beside them."""

    title: str
    labels: tuple[str, ...]
    amounts: tuple[float, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A line that opens a page."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Field:
    """One line that a person may fill in or change before the button does anything."""

    name: str
    label: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    """A button.

    `act` is one of ACTS in bot.desk; `subject` an id (a proposal, or a client and period); `digest` binds it to what
    was shown. `asks` is the label of a field that must be filled first (a reason); `confirm` a question asked before.
    What `is_further` stands behind “…” where a platform has that, so that the decision is what is seen first.
    """

    label: str
    act: str
    subject: str
    digest: str = ""
    style: Literal["primary", "danger", "default"] = "default"
    asks: str = ""
    confirm: str = ""
    fields: tuple[Field, ...] = ()
    is_further: bool = False


@dataclass(frozen=True, slots=True)
class Buttons:
    """A row of buttons."""

    buttons: tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """A small line at the foot: where the figures come from, when, who prepared."""

    text: str


Part = Heading | Text | Facts | Table | Finding | Chart | Link | Buttons | Note


@dataclass(frozen=True, slots=True)
class Card:
    """A whole card; `summary` is its one line for notifications, screen readers and places without cards."""

    summary: str
    parts: tuple[Part, ...]
