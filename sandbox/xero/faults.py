"""Faults to rehearse: slow answers, dropped connections, error statuses, expired tokens, Xero being down."""

from dataclasses import dataclass, field
from typing import Any

KINDS = ("latency", "drop_before", "drop_after", "status", "expired_token", "down")


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
        if fault.kind == "down" and "times" not in given:
            fault.times = None
        self.waiting.append(fault)
        return fault

    def strike(self, organisation: str, method: str, path: str, kinds: tuple[str, ...]) -> Fault | None:
        """The first waiting fault of these kinds that strikes this request, counted down."""
        for fault in self.waiting:
            if fault.kind in kinds and fault.strikes(organisation, method, path):
                if fault.times is not None:
                    fault.times -= 1
                return fault
        return None

    def clear(self) -> None:
        """No more faults."""
        self.waiting.clear()
