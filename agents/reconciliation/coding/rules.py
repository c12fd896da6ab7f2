"""A client's written rules, as its `rules/<client>.yml` has them: what a line must look like, and where it then goes.

Every scalar of the file is read as text first, so that an account 0404, an amount 12.50 and the word `off` stay what
the person wrote (YAML would make 260, a float and false of them).
"""

from __future__ import annotations

from decimal import Decimal

import msgspec
import yaml

from agents.reconciliation.coding.rule_mistakes import mistakes, where
from books.refusal import Refusal

MOST_BYTES = 256_000


class AmountIs(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"least": "from", "most": "to"}):  # fmt: skip  # noqa: E501
    """An amount without its sign, in the bank account's currency: one figure, or both ends of a range."""

    equals: Decimal | None = None
    least: Decimal | None = None
    most: Decimal | None = None


class When(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a line must look like; everything that is said must hold. Texts are compared without case and accents.

    In `reference` and `description` a `*` stands for any text, and nothing else has a meaning of its own.
    """

    payer_is: str = ""
    payer_contains: str = ""
    reference: str = ""
    description: str = ""
    amount: AmountIs | None = None
    money: str = ""
    bank_account: str = ""


class Share(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One part of a split: a percentage of the line, a fixed amount, or the rest. A negative part is kept back."""

    account: str
    percent: Decimal | None = None
    amount: Decimal | None = None
    rest: bool = False
    tax: str = ""
    tracking: dict[str, str] = {}
    description: str = ""


class Then(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the line goes: one account, or a split. No `contact` means the payer, no `tax` the account's own."""

    contact: str = ""
    account: str = ""
    tax: str = ""
    tracking: dict[str, str] = {}
    description: str = ""
    split: tuple[Share, ...] = ()

    @property
    def shares(self) -> tuple[Share, ...]:
        """The parts; a rule with one account is a split with one part."""
        if self.split:
            return self.split
        one = Share(account=self.account, rest=True, tax=self.tax, tracking=self.tracking)
        return (msgspec.structs.replace(one, description=self.description),)


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One rule. Of the rules that fit a line, the one with the smallest `priority` speaks; `off` ones never do."""

    id: str
    name: str
    priority: int
    when: When
    then: Then
    off: bool = False


class RulesFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole of a client's file."""

    version: int
    rules: tuple[Rule, ...] = ()


def read_rules(content: bytes, name: str) -> tuple[Rule, ...]:
    """The rules of a file called `name`, by priority; raises Refusal with the place of the first mistake."""
    if len(content) > MOST_BYTES:
        raise broken(name, f"it is larger than {MOST_BYTES:,} bytes")
    try:
        written = yaml.load(content, Loader=_Texts)  # noqa: S506 - a loader that makes texts, lists and mappings only
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        at = f" in line {mark.line + 1}" if mark else ""
        raise broken(name, f"{getattr(error, 'problem', None) or 'it is no YAML'}{at}") from error
    except (UnicodeDecodeError, RecursionError) as error:
        raise broken(name, "it is no YAML in UTF-8") from error
    try:
        file = msgspec.convert(written, RulesFile, strict=False)
    except msgspec.ValidationError as error:
        raise broken(name, where(str(error))) from error
    if mistake := next(mistakes(file), None):
        raise broken(name, mistake)
    return tuple(sorted(file.rules, key=lambda rule: rule.priority))


def rule_named(rules: tuple[Rule, ...], rule_id: str) -> Rule:
    """The rule with that id; raises Refusal."""
    for rule in rules:
        if rule.id == rule_id:
            return rule
    known = ", ".join(rule.id for rule in rules) or "none yet"
    raise Refusal(f"There is no rule “{rule_id}”.", next_step=f"The client's rules: {known}.", code="unknown_rule")


def broken(name: str, what: str) -> Refusal:
    """The refusal of a file with a mistake."""
    return Refusal(
        f"{name} has a mistake: {what}.",
        next_step="Mend it; docs/coding.md explains every line.",
        code="rules_file",
    )


class _Texts(yaml.BaseLoader):
    """Reads every scalar as text, and refuses a key that stands twice and any reference within the file."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Refuses `*alias`: a rule says itself what it says, and no file unfolds to more than it shows."""
        if self.check_event(yaml.AliasEvent):
            problem = "a reference (*) to another place; write it out, or put the text in quotes"
            raise yaml.composer.ComposerError(None, None, problem, self.get_event().start_mark)  # type: ignore[no-untyped-call]
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:
        """A mapping in which each key stands once."""
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                problem = f"“{key.value}” stands twice"
                raise yaml.constructor.ConstructorError(None, None, problem, key.start_mark)
            seen.add(str(key.value))
        return super().construct_mapping(node, deep)
