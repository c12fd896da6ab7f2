"""A keeper of tokens in memory, for tests of what is asked of Xero and when."""

from __future__ import annotations

from xero_tools.tokens import Claim, TokenSet


class Drawer:
    """A keeper in memory that remembers every save; `elsewhere` says that another process holds the claim."""

    def __init__(self, **kept: TokenSet) -> None:
        self.kept = dict(kept)
        self.saved: list[TokenSet] = []
        self.ended: list[str] = []
        self.elsewhere = False

    def load(self, connection: str) -> TokenSet | None:
        return self.kept.get(connection)

    def claim(self, connection: str) -> Claim | None:
        return None if self.elsewhere else Claim("mine", self.kept[connection])

    def save(self, connection: str, tokens: TokenSet, claim: str) -> bool:
        self.kept[connection] = tokens
        self.saved.append(tokens)
        return True

    def release(self, connection: str, claim: str) -> None:
        """Nothing is kept of claims."""

    def end(self, connection: str, claim: str) -> bool:
        self.ended.append(connection)
        del self.kept[connection]
        return True
