"""The one LLM client."""

from __future__ import annotations


class Model:
    """An OpenAI-compatible model."""

    def __init__(self, *, api_key: str, base_url: str = "", name: str = "gpt-5-mini") -> None:
        self._api_key = api_key
        self._base_url = base_url
        self._name = name

    def preload(self) -> None:
        """Imports the model's packages."""
        import langchain.agents  # noqa: F401
        import langchain_openai  # noqa: F401
