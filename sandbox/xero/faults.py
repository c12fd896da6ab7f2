"""Faults to rehearse: everything that a network, an identity server and Xero itself do to a caller, one dial each."""

from dataclasses import dataclass, field
from typing import Any

STATUS, TOO_MANY, DOWN = "status", "too_many", "down"
DROP_BEFORE, DROP_AFTER, HALF_BODY, SLOW_BODY = "drop_before", "drop_after", "half_body", "slow_body"
LATENCY, EXPIRED_TOKEN, REVOKED, CLOCK_SKEW = "latency", "expired_token", "revoked", "clock_skew"
KINDS = (
    LATENCY, DROP_BEFORE, DROP_AFTER, HALF_BODY, SLOW_BODY, STATUS, TOO_MANY, EXPIRED_TOKEN, REVOKED, CLOCK_SKEW, DOWN,
)  # fmt: skip
STANDING = (DOWN, REVOKED, CLOCK_SKEW)
"""Kinds that last until they are cleared, unless `times` says otherwise."""
LIMITS = {"minute": ("X-MinLimit-Remaining", 2), "day": ("X-DayLimit-Remaining", 3_600),
          "appminute": ("X-AppMinLimit-Remaining", 2), "concurrent": ("", 1)}  # fmt: skip
"""Xero's X-Rate-Limit-Problem: the header that stands at 0 then, and the seconds of Retry-After if none are given."""


@dataclass
class Fault:
    """One rehearsed fault: whom and what it strikes, how, and how many times more (None: until cleared)."""

    kind: str
    organisation: str = "*"
    endpoint: str = "*"
    method: str = "*"
    times: int | None = 1
    seconds: float = 0.0
    status: int = 500
    limit: str = "minute"

    def strikes(self, organisation: str, method: str, path: str) -> bool:
        """Whether this request is struck; `endpoint` is found anywhere in the path, without case."""
        return (
            (self.times is None or self.times > 0)
            and self.organisation.lower() in ("*", organisation.lower())
            and self.method.upper() in ("*", method.upper())
            and (self.endpoint == "*" or self.endpoint.lower() in path.lower())
        )


@dataclass
class Faults:
    """The faults waiting to strike."""

    waiting: list[Fault] = field(default_factory=list)

    def add(self, given: dict[str, Any]) -> Fault:
        """Take a fault from a control request; raises ValueError with a sentence for a wrong one."""
        allowed = set(Fault.__dataclass_fields__)
        unknown = set(given) - allowed
        if unknown or given.get("kind") not in KINDS:
            raise ValueError(f"A fault has a kind of {', '.join(KINDS)} and may have {', '.join(sorted(allowed))}.")
        fault = Fault(**given)
        if fault.limit not in LIMITS:
            raise ValueError(f"The limit of a 429 is one of {', '.join(LIMITS)}.")
        if fault.kind in STANDING and "times" not in given:
            fault.times = None
        self.waiting.append(fault)
        return fault

    def strike(self, organisation: str, method: str, path: str, *kinds: str, named: bool = False) -> Fault | None:
        """The first waiting fault of these kinds that strikes this request, counted down; `named`: names its path."""
        for fault in self.waiting:
            if (
                fault.kind in kinds
                and fault.strikes(organisation, method, path)
                and (fault.endpoint != "*" or not named)
            ):
                if fault.times is not None:
                    fault.times -= 1
                return fault
        return None

    def skew_seconds(self, organisation: str, method: str, path: str) -> float:
        """How far ahead the clock is that answers this request; several such faults add up."""
        return sum(
            fault.seconds
            for fault in self.waiting
            if fault.kind == CLOCK_SKEW and fault.strikes(organisation, method, path)
        )

    def is_revoked(self, organisation: str) -> bool:
        """Whether a person has taken this organisation's connection away, as long as the fault stands."""
        return any(fault.kind == REVOKED and fault.strikes(organisation, "*", fault.endpoint) for fault in self.waiting)

    def clear(self) -> None:
        """No more faults."""
        self.waiting.clear()
