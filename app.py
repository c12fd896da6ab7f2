#!/usr/bin/env python3
"""Tieout's command line, and the only reader of the environment.

Only the standard library is imported until the subcommand is known, so that `--help` answers at once.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scheduler.commands.parser import parser_for
from scheduler.settings import DEMO_TODAY, Settings, last_run, settings_from

if TYPE_CHECKING:
    from books.firm import Client
    from books.period import Period
    from scheduler.commands.xero import Told
    from scheduler.office import Office

ROOT = Path(__file__).resolve().parent


def main(argv: list[str] | None = None) -> int:
    """Runs one command; every refusal becomes one line with its next step, and exit code 2."""
    arguments = parser_for(COMMANDS).parse_args(argv)
    from books.refusal import Refusal

    try:
        return int(arguments.command(arguments) or 0)
    except Refusal as refusal:
        return _refused(arguments, refusal.words, refusal.next_step, refusal.code, refusal.detail)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader (`| head`) had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _refused(arguments: argparse.Namespace, words: str, next_step: str, code: str, detail: str) -> int:
    if getattr(arguments, "json", False):
        print(json.dumps({"refused": {"words": words, "next_step": next_step, "code": code, "detail": detail}}))
    else:
        print(f"{words}{f' ({detail})' if detail else ''}\nNext step: {next_step}", file=sys.stderr)
    return 2


def _settings(arguments: argparse.Namespace) -> Settings:
    return settings_from(
        dict(os.environ), ROOT, **{name: getattr(arguments, name, None) for name in ("today", "books", "port")}
    )


# The office, with a sandbox behind it where nothing is configured


@contextmanager
def office_for(arguments: argparse.Namespace) -> Iterator[Office]:
    """An open office for one command; a sandbox that already runs is used, else one is started for the while."""
    settings = _settings(arguments)
    with sandbox_for(settings, port=0) as settings:
        from scheduler.office import open_office

        office = open_office(settings)
        try:
            yield office
        finally:
            office.close()


@contextmanager
def sandbox_for(settings: Settings, *, port: int, bot_url: str = "") -> Iterator[Settings]:
    """The settings with a sandbox that answers, if the books are the simulator's; it dies with this process."""
    if not settings.xero_is_sandbox:
        yield settings
        return
    from books.refusal import Refusal
    from sandbox import child

    running = settings.sandbox_url or ("" if port else last_run(settings.home).get("sandbox_url", ""))
    if running and child.answers(running):
        yield _in_sandbox(settings, running)
        return
    if settings.sandbox_url:
        raise Refusal(
            f"No sandbox answers at {settings.sandbox_url}.",
            next_step="Start one with `python app.py sandbox`, or unset TIEOUT_SANDBOX_URL.",
            code="sandbox_unreachable",
        )
    try:
        process = child.start(
            settings.home / "sandbox",
            port=port,
            firm=settings.firm,
            bot_url=bot_url,
            books=settings.books,
            today=str(settings.today),
        )
    except child.SandboxFailed as failed:
        words, _, step = str(failed).partition("Next step: ")
        raise Refusal(words.strip(), next_step=step or "See .tieout/sandbox/sandbox.log.", code="sandbox") from failed
    try:
        yield _in_sandbox(settings, process.url)
    finally:
        process.stop()


def _in_sandbox(settings: Settings, url: str) -> Settings:
    """The settings for a sandbox at `url`: its own firm file lists the clients whose books are open."""
    written = settings.home / "sandbox" / "firm.yml"
    firm = written if settings.firm_is_demo or settings.books else settings.firm
    return dataclasses.replace(settings, sandbox_url=url, firm=firm if firm.exists() else settings.firm)


# The commands


def run(arguments: argparse.Namespace) -> int:
    """Starts the bot, in the sandbox where nothing is configured."""
    from scheduler.firm_file import read_firm
    from scheduler.running import serve

    settings = settings_from(
        dict(os.environ), ROOT, today=arguments.today, books=arguments.books or [], port=arguments.port
    )
    read_firm(settings.firm)  # a mistake is named before anything is started
    signal.signal(signal.SIGTERM, _interrupt)
    with sandbox_for(settings, port=settings.port, bot_url=f"http://127.0.0.1:{settings.port + 1}") as ready:
        return serve(ready, announce=lambda words, url: _announce(arguments, words, url))


def _announce(arguments: argparse.Namespace, words: str, url: str) -> None:
    print(json.dumps({"ready": True, "url": url}) if arguments.json else words, flush=True)


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def sandbox(arguments: argparse.Namespace) -> int:
    """Starts the simulators alone, until Ctrl-C."""
    from sandbox.server import main as serve

    settings = _settings(arguments)
    words = ["--port", str(settings.port), "--home", str(settings.home / "sandbox"), "--firm", str(settings.firm)]
    words += ["--bot-url", arguments.bot_url, "--today", str(settings.today or DEMO_TODAY)]
    words += ["--books", *map(str, settings.books)] if settings.books else []
    return serve(words)


def ask(arguments: argparse.Namespace) -> int:
    """Answers a question as the chat would, for a member of the sandbox's firm."""
    from bot.desk import Talk
    from scheduler.commands.people import as_member, client_named

    with office_for(arguments) as office:
        member = as_member(office, arguments)
        client = client_named(office, arguments.client, member) if arguments.client else None
        talk = Talk(member, client, " ".join(arguments.question), is_direct=True, where="cli")
        if arguments.json:
            return _print_json(_answer_in_json(office, talk))
        return _print_card(office.desk.answer_talk(talk).card)


def _answer_in_json(office: Office, talk: Any) -> dict[str, Any]:
    from bot.output import skill_output

    answer = office.desk.think(talk)
    said = {"question": talk.text, "skill": answer.skill, "words": answer.words, "by": answer.by}
    return said | (skill_output(answer.result) if answer.result is not None else {})


def skill(arguments: argparse.Namespace) -> int:
    """Runs one skill on a client and period: findings, proposals, figures."""
    from agents.skills import skill_named
    from bot.output import skill_output
    from bot.plain import plain
    from scheduler.commands.people import client_named

    with office_for(arguments) as office:
        chosen = skill_named(arguments.name)
        client = client_named(office, arguments.client, None)
        scope = office.desk.scope(client, _period(arguments, office, client))
        result = chosen.run(scope, office.gateway)
        if arguments.json:
            return _print_json({"skill": chosen.name} | skill_output(result))
        print(plain(office.desk.shown(result)))
        return 0


def queue(arguments: argparse.Namespace) -> int:
    """Lists, shows, decides, edits, asks about, puts off or undoes proposals, singly or by the batch."""
    from scheduler.commands.queue import act

    with office_for(arguments) as office:
        return _print_json_or(arguments, *act(office, arguments))


def automation(arguments: argparse.Namespace) -> int:
    """Says how far automation went, re-arms it, or reviews what it posted."""
    from scheduler.commands.automation import act

    with office_for(arguments) as office:
        return _print_json_or(arguments, *act(office, arguments))


def post(arguments: argparse.Namespace) -> int:
    """Sends a scheduled post now, into the client's channel."""
    from scheduler.commands.people import client_named
    from scheduler.running import connect

    with office_for(arguments) as office:
        connect(office)
        client = client_named(office, arguments.client, None)
        words = office.runner.post_now(arguments.name, client)
        return _print_json({"posted": words}) if arguments.json else _print(words)


def stop(arguments: argparse.Namespace) -> int:
    """Halts every write to Xero for one client, or without --client for the whole firm."""
    return _stop_or_lift(arguments, "stop")


def lift(arguments: argparse.Namespace) -> int:
    """Lifts a stop; only a partner may."""
    return _stop_or_lift(arguments, "lift")


def _stop_or_lift(arguments: argparse.Namespace, verb: str) -> int:
    from scheduler.commands.people import as_member, client_named
    from scheduler.commands.stops import act

    with office_for(arguments) as office:
        member = as_member(office, arguments)
        client = client_named(office, arguments.client, member) if arguments.client else None
        said = act(office, verb, member, client, arguments.why)
        return _print_json(said) if arguments.json else _print("\n".join(said["standing"]) or "Nothing is stopped.")


def audit(arguments: argparse.Namespace) -> int:
    """Verifies the audit chain (exit code 1 when it does not hold), shows a proposal's story, or exports a month."""
    from books.period import Period
    from scheduler.commands import proofs

    settings = _settings(arguments)
    if arguments.verb == "show":
        return _print_json({"story": proofs.story(settings, arguments.id)})
    if arguments.verb == "export":
        month = Period.of(arguments.month)
        if arguments.pdf:
            made = proofs.printed(settings, month, arguments)
            return _print_json(made) if arguments.json else _print(f"Written: {made['file']}, {made['pages']} pages.")
        for line in proofs.exported(
            settings, month, client=arguments.client or "", organisation=arguments.organisation
        ):
            print(line)
        return 0
    report = proofs.verified(settings, arguments.told)
    if arguments.json:
        _print_json(report)
    else:
        print(proofs.in_words(report))
    return 0 if report["holds"] else 1


def connect(arguments: argparse.Namespace) -> int:
    """Gives an administrator the link to connect the firm's Xero organisations, or disconnects one."""
    from scheduler.commands.xero import connect, disconnect

    settings, who = _settings(arguments), arguments.as_member
    return _print_told(arguments, disconnect(settings, arguments.off, who) if arguments.off else connect(settings, who))


def xero(arguments: argparse.Namespace) -> int:
    """Says what each organisation used of Xero: calls, bytes, and what is left."""
    from scheduler.commands.xero import usage

    return _print_told(arguments, usage(_settings(arguments)))


def keys(arguments: argparse.Namespace) -> int:
    """Makes a new key for the tokens at rest, and seals them again with it."""
    from scheduler.commands.xero import rotate_keys

    return _print_told(arguments, rotate_keys(_settings(arguments)))


def statement(arguments: argparse.Namespace) -> int:
    """Reads a bank statement file, or takes it for a client; or says what people made of the bank's proposals."""
    if arguments.verb != "read":
        from scheduler.commands.bank_files import act

        with office_for(arguments) as office:
            return _print_json_or(arguments, *act(office, arguments))
    from scheduler.commands.statements import read

    answers = {name: getattr(arguments, name) for name in ("currency", "day_first", "decimal_mark", "column")}
    return _print_told(arguments, read(Path(arguments.file), **answers))


def rules(arguments: argparse.Namespace) -> int:
    """Lists a client's written coding rules, tries them on the past, or switches one on or off."""
    from scheduler.commands.rules import act

    with office_for(arguments) as office:
        return _print_told(arguments, act(office, arguments))


def people(arguments: argparse.Namespace) -> int:
    """Lists who is who in chat, binds a chat user to a member, unbinds one, or turns one away."""
    from scheduler.commands.roster import act

    with office_for(arguments) as office:
        return _print_told(arguments, act(office, arguments))


def doctor(arguments: argparse.Namespace) -> int:
    """Says what is configured, what is missing, and the next step for each."""
    from scheduler.doctor import examine

    settings = _settings(arguments)
    rows = examine(settings, last_run(settings.home).get("sandbox_url", ""))
    if arguments.json:
        _print_json({"checks": [dataclasses.asdict(row) for row in rows]})
    else:
        for row in rows:
            step = f"\n             Next step: {row.next_step}" if row.next_step else ""
            print(f"{row.mark} {row.name:<10} {row.words}{step}")
    return 1 if any(row.state == "broken" for row in rows) else 0


# Words and JSON


def _print(words: str) -> int:
    print(words)
    return 0


def _print_json(content: Any) -> int:
    print(json.dumps(content, indent=2, ensure_ascii=False))
    return 0


def _print_card(card: Any) -> int:
    from bot.plain import plain

    return _print(plain(card))


def _print_told(arguments: argparse.Namespace, told: Told) -> int:
    return _print_json(told.content) if arguments.json else _print(told.words)


def _print_json_or(arguments: argparse.Namespace, content: Any, card: Any) -> int:
    return _print_json(content) if arguments.json else _print_card(card)


# Periods


def _period(arguments: argparse.Namespace, office: Office, client: Client) -> Period:
    from books.period import Period

    if arguments.period:
        return Period.of(arguments.period)
    return Period.containing(office.clock.today(client.timezone)).previous()


COMMANDS = {
    "run": run,
    "sandbox": sandbox,
    "ask": ask,
    "skill": skill,
    "queue": queue,
    "automation": automation,
    "post": post,
    "audit": audit,
    "stop": stop,
    "lift": lift,
    "connect": connect,
    "xero": xero,
    "keys": keys,
    "statement": statement,
    "rules": rules,
    "people": people,
    "doctor": doctor,
}


if __name__ == "__main__":
    sys.exit(main())
