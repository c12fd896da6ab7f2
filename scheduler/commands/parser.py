"""The words of the command line: only the standard library, so that `--help` answers at once."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

Command = Callable[[argparse.Namespace], int]


def parser_for(commands: Mapping[str, Command]) -> argparse.ArgumentParser:
    """The parser; each command's docstring is its help."""
    parser = argparse.ArgumentParser(prog="app.py", description="The month-end close on Xero, from Slack and Teams.")
    below = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    made = {name: _command(below, name, function) for name, function in commands.items()}
    for name in ("run", "sandbox"):
        made[name].add_argument("--books", nargs="+", metavar="FILE", help="books to open: JSON or a ledger CSV")
        made[name].add_argument(
            "--port", type=int, metavar="N", help="the page's port (default 8300; the bot uses N+1)"
        )
    made["sandbox"].add_argument("--bot-url", default="http://127.0.0.1:8301", help="where the bot listens")
    _add_questions(made)
    _add_queue(made["queue"])
    _add_connect(made["connect"])
    for name in ("stop", "lift"):
        _about(made[name])
        made[name].add_argument("--why", required=True, help="the reason, which the audit keeps")
        made[name].add_argument("--as", dest="as_member", required=True, metavar="MEMBER", help="who")
        made[name].add_argument("--code", help="a code from chat, needed against real books")
    made["xero"].add_argument("verb", choices=("usage",), help="usage: calls, bytes and what is left")
    made["keys"].add_argument("verb", choices=("rotate",), help="rotate: a new key, everything sealed again")
    _add_audit(made["audit"])
    _add_statement(made["statement"])
    _add_rules(made["rules"])
    _add_automation(made["automation"])
    _add_people(made["people"])
    return parser


def _command(below: argparse._SubParsersAction[argparse.ArgumentParser], name: str, function: Command) -> argparse.ArgumentParser:  # fmt: skip  # noqa: E501
    words = (function.__doc__ or "").strip()
    command = below.add_parser(name, help=words, description=words)
    command.add_argument("--json", action="store_true", help="answer in JSON (docs/cli.md has the schemas)")
    command.add_argument("--today", type=_date, metavar="YYYY-MM-DD", help="the business date (sandbox)")
    command.set_defaults(command=function)
    return command


def _add_questions(made: Mapping[str, argparse.ArgumentParser]) -> None:
    made["ask"].add_argument("question", nargs="+", help='for example "Is Bondi ready to close October?"')
    _about(made["ask"])
    made["ask"].add_argument("--as", dest="as_member", required=True, metavar="MEMBER", help="who asks")
    made["ask"].add_argument("--code", help="a code from chat, needed against real books")
    made["skill"].add_argument(
        "name", help="close_readiness, prepayments, lock_period, budget_variance or reconciliation"
    )
    _about(made["skill"], required=True)
    made["skill"].add_argument("--period", metavar="YYYY-MM", help="the month (default: last month)")
    made["post"].add_argument("name", help="close_readiness, budget_variance or prepared_journals")
    _about(made["post"], required=True)


def _about(command: argparse.ArgumentParser, *, required: bool = False) -> None:
    command.add_argument("--client", required=required, metavar="C", help="the client's id, name or alias")


def _add_connect(command: argparse.ArgumentParser) -> None:
    command.add_argument("what", choices=("xero",), help="where to")
    command.add_argument(
        "--as", dest="as_member", metavar="MEMBER", help="the administrator who connects or disconnects"
    )
    command.add_argument("--off", metavar="C", help="disconnect this client or organisation instead")


def _add_queue(command: argparse.ArgumentParser) -> None:
    verbs = command.add_subparsers(title="verbs", dest="verb", metavar="VERB", required=True)
    for name, words in _QUEUE_VERBS:
        verb = verbs.add_parser(name, help=words, description=words)
        verb.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="answer in JSON")
        if name in ("list", "batches"):
            _add_filters(verb)
            continue
        if name == "batch":
            verb.add_argument("what", choices=("show", "approve", "reject", "undo"), help="what to do with it")
        verb.add_argument("id", help="its id, or the first characters of it")
        if name == "show":
            verb.add_argument("--file", metavar="FILE", help="write what a person gives to Xero: a budget's sheet")
        if name in ("show", "who"):
            continue
        verb.add_argument("--as", dest="as_member", required=name != "batch", metavar="MEMBER", help="who does it")
        verb.add_argument("--code", help="a code from chat, needed against real books")
        _add_words(verb, name)


_QUEUE_VERBS = (
    ("list", "what waits for a decision"),
    ("show", "one proposal, whole"),
    ("who", "a dry run of the rules: who may approve it, and for everybody else why not"),
    ("approve", "approve one proposal"),
    ("reject", "reject one proposal"),
    ("edit", "put an edited version in its place; somebody else then approves it"),
    ("withdraw", "take an open proposal back"),
    ("undo", "propose what takes a posted one back"),
    ("ask", "ask a question on its card"),
    ("comment", "say something on its card"),
    ("snooze", "see it later; everybody else still sees it"),
    ("batches", "what is alike, gathered for one decision, and what stands apart"),
    ("batch", "one batch: show, approve, reject or undo it"),
)


def _add_words(verb: argparse.ArgumentParser, name: str) -> None:
    if name in ("approve", "reject", "withdraw", "batch"):
        verb.add_argument("--reason", required=name in ("reject", "withdraw"), help="why")
    if name == "approve":
        verb.add_argument("--typed", metavar="AMOUNT", help="the amount, where the rule wants it typed")
    if name == "edit":
        verb.add_argument(
            "--set", action="append", required=True, metavar="FIELD=VALUE", help="as `queue show --json` names them"
        )
    if name in ("ask", "comment"):
        verb.add_argument("words", nargs="+", help="the words")
    if name == "snooze":
        verb.add_argument("--hours", type=int, default=4, help="for how long (default 4)")


def _add_filters(verb: argparse.ArgumentParser) -> None:
    _about(verb)
    verb.add_argument("--all", action="store_true", help="decided ones too")
    verb.add_argument("--period", metavar="YYYY-MM", help="of this month only")
    verb.add_argument("--kind", help="of this kind only, such as post_journal")
    verb.add_argument("--over", type=_amount, metavar="AMOUNT", help="above this amount only")
    verb.add_argument("--older-hours", type=int, metavar="N", help="that wait for N hours or more")
    verb.add_argument("--mine", metavar="MEMBER", help="what this member may approve and did not put off")


def _add_automation(command: argparse.ArgumentParser) -> None:
    verbs = command.add_subparsers(title="verbs", dest="verb", metavar="VERB", required=True)
    for name, words in (
        ("show", "for each client and kind: its phase, its record, and whether it may post by itself"),
        ("arm", "give automation back after it was taken away; only a partner may"),
        ("review", "say whether an automatic posting was right"),
    ):
        verb = verbs.add_parser(name, help=words, description=words)
        verb.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="answer in JSON")
        if name != "review":
            _about(verb, required=name == "arm")
        if name == "review":
            verb.add_argument("id", help="the proposal's id")
            verb.add_argument("verdict", choices=("right", "wrong"), help="what you found")
        if name == "show":
            continue
        if name == "arm":
            verb.add_argument("kind", help="such as post_journal")
        verb.add_argument("--why", required=name == "arm", default="", help="what you found")
        verb.add_argument("--as", dest="as_member", required=True, metavar="MEMBER", help="who")
        verb.add_argument("--code", help="a code from chat, needed against real books")


def _add_audit(command: argparse.ArgumentParser) -> None:
    verbs = command.add_subparsers(title="verbs", dest="verb", metavar="VERB", required=True)
    for name, words in (
        ("verify", "recompute the chain and hold it against its anchors"),
        ("show", "everything that happened to a proposal, to a client, or by a member"),
        ("export", "a month's rows as JSON Lines, with their hashes"),
    ):
        verb = verbs.add_parser(name, help=words, description=words)
        verb.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="answer in JSON")
        if name == "show":
            verb.add_argument("id", help="the id of a proposal, a client or a member")
        if name == "verify":
            verb.add_argument("--told", default="", metavar="LINE", help="hold it against a line from the channel too")
        if name == "export":
            verb.add_argument("--month", required=True, metavar="YYYY-MM", help="the month the rows were written in")
            verb.add_argument("--organisation", metavar="ID", help="one client's books only")
            _about(verb)
            verb.add_argument("--pdf", metavar="FILE", help="write it as a PDF for reading instead")
            verb.add_argument("--as", dest="as_member", metavar="MEMBER", help="who exports, for the PDF's first page")
            verb.add_argument("--code", help="a code from chat, needed for --as against real books")


def _add_statement(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "verb",
        choices=("read", "take", "fetch", "columns", "choose", "metrics"),
        help="read: what a bank's file holds, nothing is kept; take: for a client; fetch: the same from Xero's "
        "closed Finance API; columns: how its tables are "
        "read, to be confirmed; choose: among what may explain a line; metrics: what people made of it",
    )
    _about(command)
    command.add_argument("--account", default="", metavar="CODE", help="the bank account, where the file names none")
    command.add_argument("--period", default="", metavar="YYYY-MM", help="the month, where a table is of a whole one")
    command.add_argument("--as", dest="as_member", metavar="MEMBER", help="who does it (take, fetch, columns, choose)")
    command.add_argument("--code", help="a code from chat, needed against real books")
    command.add_argument(
        "file", metavar="FILE", nargs="?", default="", help="OFX, QFX, CAMT.052/053/054, MT940/942, BAI2, CSV or XLSX"
    )
    command.add_argument(
        "--currency", default="", metavar="AUD", help="the account's currency, where a table names none"
    )
    order = command.add_mutually_exclusive_group()
    order.add_argument("--day-first", action="store_true", default=None, help="dates are day/month")
    order.add_argument(
        "--month-first", action="store_false", dest="day_first", default=None, help="dates are month/day"
    )
    command.add_argument(
        "--column", action="append", metavar="3=amount", help="read, take: what a column is, over what is recognised"
    )
    verdict = command.add_mutually_exclusive_group()
    verdict.add_argument("--confirm", action="store_true", help="columns: --account's tables are read rightly")
    verdict.add_argument("--wrong", action="store_true", help="columns: they are not; its lines are taken out again")
    command.add_argument("--choice", default="", metavar="KEY", help="choose: propose this explanation of its line")
    command.add_argument("--decimal-mark", choices=(".", ","), default="", help="how the bank writes decimals")


def _add_rules(command: argparse.ArgumentParser) -> None:
    verbs = command.add_subparsers(title="verbs", dest="verb", metavar="VERB", required=True)
    for name, words in (
        ("list", "the client's rules by priority, and where their file stands"),
        ("test", "what each rule (or one) would have coded in the past, and what of it people coded otherwise"),
        ("on", "switch a rule on"),
        ("off", "switch a rule off"),
    ):
        verb = verbs.add_parser(name, help=words, description=words)
        verb.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="answer in JSON")
        _about(verb, required=True)
        if name == "test":
            verb.add_argument("rule", nargs="?", default="", help="the rule's id (default: all)")
            verb.add_argument("--months", type=int, default=24, metavar="N", help="how far back (default 24)")
        if name in ("on", "off"):
            verb.add_argument("rule", help="the rule's id")
            verb.add_argument("--as", dest="as_member", required=True, metavar="MEMBER", help="who")
            verb.add_argument("--code", help="a code from chat, needed against real books")


def _add_people(command: argparse.ArgumentParser) -> None:
    verbs = command.add_subparsers(title="verbs", dest="verb", metavar="VERB", required=True)
    for name, words in (
        ("list", "every member with their chat users, and who wrote and is nobody yet"),
        ("bind", "say that a chat user is a member; only an administrator may"),
        ("unbind", "take every chat user from a member, from the next click on"),
        ("turn-away", "say that a chat user is nobody of the firm"),
    ):
        verb = verbs.add_parser(name, help=words, description=words)
        verb.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="answer in JSON")
        if name in ("bind", "turn-away"):
            verb.add_argument("user", metavar="PLATFORM:WORKSPACE:USER", help="as `people list` writes it")
        if name in ("bind", "unbind"):
            verb.add_argument("member", metavar="MEMBER", help="the member's id")
        if name != "list":
            verb.add_argument("--as", dest="as_member", required=True, metavar="MEMBER", help="the administrator")
            verb.add_argument("--code", help="a code from chat, needed against real books")


def _amount(text: str) -> Decimal:
    try:
        return Decimal(text)
    except ArithmeticError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not an amount such as 1000.00") from error


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date such as 2026-11-05") from error
