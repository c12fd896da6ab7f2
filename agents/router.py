"""The deterministic router: which skill a question asks for, without any model."""

from __future__ import annotations

import re

from books.refusal import Refusal

HELP = "help"
EXAMPLES = "“Is <client> ready to close October?”, “bank <client>”, “variance <client>”, “prepare <client>”, or “help”"
_GREETING = re.compile(
    r"^\W*(hi|hello|hey|good (morning|afternoon|evening)|thanks|thank you|ok|okay)\b[\w\s,]{0,12}\W*$", re.I
)
_HELP = re.compile(
    r"^\W*(help|\?|commands?|what can (you|i) (do|ask)\b.*|how (do|does) (you|this|tieout) work.*)\W*$", re.I
)
_FORBIDDEN = re.compile(
    r"\b(approve|reject|void|delete|e-?mail|refund|transfer|reconcile)\b(?!\s*\?)|\b(pay|post)\s+(the|all|every|this|it|my)\b",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"^\W*(is|are|was|were|what|which|who|why|how|when|where|has|have|had|does|do|did|any|can (we|i)|could (we|i)|"
    r"show|tell|list|give)\b",
    re.IGNORECASE,
)
_READY = re.compile(
    r"\b(ready|status|block(s|ed|er|ers|ing)?|checklist|outstanding|unreconciled|reconciled|reconciliation|bank rec|"
    r"suspense|clearing|draft|drafts|(a?wait)(s|ing)|unapproved|approval|left to do|still open|missing|to do|closed?|"
    r"closing|locked|(good|okay|ok|safe|fine) to (go|close)|all set)\b|\bclose\b",
    re.IGNORECASE,
)
_VARIANCE = re.compile(
    r"\b(variances?|budget(s|ed)?|over ?spen(d|t|ding)|under ?spen(d|t|ding)|off track|actuals?( v(s|ersus)?)?)\b", re.I
)
_PREPARE = re.compile(r"\b(prepare|propose|amorti[sz]e)\b", re.IGNORECASE)
_PREPAYMENTS = re.compile(r"\b(amorti[sz](e|ed|ation|ations)|pre-?payments?|prepaid)\b", re.IGNORECASE)
_BANK = re.compile(
    r"^\W*bank\b|\b(reconciliation|bank rec(onciliation)?|tie[sd]? out|tie-out|bank (statement|line)s?|"
    r"unmatched|exceptions?|bank\b.*\b(un)?reconciled|(un)?reconciled\b.*\bbank( accounts?)?)\b",
    re.IGNORECASE,
)
_LOCK = re.compile(r"\block(ing)?\b", re.IGNORECASE)


def skill_for(question: str) -> str:
    """The name of the skill that the words ask for, or `help`; raises Refusal (`not_understood`) for anything else.

    Preparing is only for words that say so: a question about prepayments or the lock is answered by the close status.
    """
    text = question.strip()
    if asks_for_help(text):
        return HELP
    if asks_for_a_deed(text):
        raise not_understood()
    asks = _is_question(text)
    if _VARIANCE.search(text):
        return "budget_variance"
    if _BANK.search(text):
        return "reconciliation"
    if _LOCK.search(text) and not asks:
        return "lock_period"
    if _PREPARE.search(text) and (not asks or re.match(r"^\W*(can|could|will|would) you\b", text, re.I)):
        return "lock_period" if _LOCK.search(text) else "prepayments"
    if _PREPAYMENTS.search(text):
        return "close_readiness" if asks else "prepayments"
    if _READY.search(text) or _LOCK.search(text):
        return "close_readiness"
    raise not_understood()


def asks_for_help(question: str) -> bool:
    """Whether the words are a greeting, a call for help, or nothing at all."""
    text = question.strip()
    return not text or bool(_GREETING.match(text) or _HELP.match(text))


def asks_for_a_deed(question: str) -> bool:
    """Whether the words command what only a person does: approve, pay, post, delete, send."""
    return bool(_FORBIDDEN.search(question)) and not _is_question(question)


def _is_question(text: str) -> bool:
    return bool(_ASKS.match(text)) or text.rstrip().endswith("?")


def not_understood() -> Refusal:
    """What is said to a question outside of the skills."""
    return Refusal(
        "I cannot answer that. I tell whether a month is ready to close and whether its bank ties out, compare it with "
        "the budget, and prepare journals, bank entries and locks; people approve.",
        next_step=f"Ask, for example, {EXAMPLES}.",
        code="not_understood",
    )
