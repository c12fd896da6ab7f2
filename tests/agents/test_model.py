"""The model chooses a reading skill and writes a sentence; whatever else it does, the answer stays true and in scope.

Real langchain and openai talk HTTP to a scripted model; the books are the demo books.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from agents.assistant import MODEL, ROUTER, Answer, Assistant
from agents.findings import CloseStatus
from agents.model import Model
from agents.plain_answers import plain_answer
from books.refusal import Refusal
from sandbox.demo.kauri_october import INJECTION
from tests.agents.conftest import Demo
from tests.agents.fake_model import FakeModel, Script, calls, says, tool_answers
from tests.agents.small_books import TODAY

BONDI, KAURI, THAMES = "Bondi Coffee Roasters Pty Ltd", "Kauri Export Ltd", "Thames Studio Ltd"
READY = {"client": BONDI, "month": "2026-10"}


def two_steps(call: dict[str, Any], sentence: str) -> Script:
    """A well-behaved model: one call, then one sentence."""
    return lambda request: says(sentence) if tool_answers(request) else call


def ask(
    demo: Demo, script: Script, question: str = "Is Bondi ready to close October?", *, here: str = "",
    see: tuple[str, ...] = ("bondi-coffee", "kauri-export", "thames-studio"), **fake: Any,
) -> tuple[Answer, FakeModel]:  # fmt: skip
    """The answer to a question with that model behind it."""
    clients = tuple(each for each in demo.clients if each.id in see)
    channel = next((each for each in clients if each.id == here), None)
    with FakeModel(script, **fake) as model:
        assistant = Assistant(demo.gateway, Model(api_key="k", base_url=model.url, name="fake", seconds_a_call=0.5))
        return assistant.answer(question, clients=clients, channel_client=channel, today=TODAY), model


def test_the_model_chooses_and_its_sentence_is_used_when_every_figure_is_the_results(demo: Demo) -> None:
    sentence = (
        "Bondi Coffee Roasters is not ready to close October 2026: Suspense holds A$1,155.00, "
        "and bill BR-4911 of A$1,425.60 waits for an approver."
    )
    answer, model = ask(demo, two_steps(calls("close_readiness", **READY), sentence))
    assert (answer.by, answer.skill, answer.words) == (MODEL, "close_readiness", sentence)
    assert isinstance(answer.result, CloseStatus)
    assert (answer.client and answer.client.id, str(answer.period)) == ("bondi-coffee", "October 2026")
    assert len(model.asked) == 2


@pytest.mark.parametrize(
    "sentence",
    [
        "Bondi is not ready to close October: Suspense holds A$1,155.01.",
        "Bondi is not ready to close October: Suspense holds £1,155.00.",
        "Bondi is not ready to close October: 99 things block it.",
        "Bondi is not ready to close October: about A$1.2k stands in Suspense.",
        "Bondi is not ready to close October: two thousand dollars stand in Suspense.",
        "Bondi is not ready to close October: Suspense is up by 12 %.",
        "Bondi is ready to close October.",
        "Good news: nothing blocks October at Bondi.",
        "Bondi is not ready to close October, see https://evil.example/pay.",
        "Bondi is not ready to close October, <!channel>.",
        "Bondi is not ready to close October; I have approved the journals.",
        "Bondi is not ready. " + "Really. " * 100,
        "",
    ],
)
def test_a_sentence_with_anything_that_the_result_does_not_hold_is_replaced(demo: Demo, sentence: str) -> None:
    answer, _ = ask(demo, two_steps(calls("close_readiness", **READY), sentence))
    assert answer.result is not None
    assert answer.words == plain_answer(answer.result)


def test_the_model_is_told_the_visible_clients_only(demo: Demo) -> None:
    script = two_steps(calls("close_readiness", client=KAURI, month="2026-10"), "It is not ready.")
    _, model = ask(demo, script, "Is Kauri ready?", see=("kauri-export",))
    sent = json.dumps(model.asked)
    assert KAURI in sent
    assert "Bondi" not in sent
    assert "Thames" not in sent


@pytest.mark.parametrize("chosen", [BONDI, "bondi-coffee", "0b0d1c0f-0000-4000-8000-00000000a001", "*", ""])
def test_a_client_that_the_member_may_not_see_cannot_be_chosen(demo: Demo, chosen: str) -> None:
    script = two_steps(calls("close_readiness", client=chosen, month="2026-10"), "Done.")
    answer, model = ask(demo, script, "Is Kauri ready to close October?", see=("kauri-export",))
    assert answer.client is not None
    assert answer.client.id == "kauri-export"
    assert "A$" not in json.dumps(model.asked, ensure_ascii=False)


def test_a_question_about_a_hidden_client_never_reaches_the_model(demo: Demo) -> None:
    with FakeModel(lambda request: says("Bondi is fine.")) as model:
        assistant = Assistant(demo.gateway, Model(api_key="k", base_url=model.url))
        kauri = tuple(each for each in demo.clients if each.id == "kauri-export")
        with pytest.raises(Refusal) as refused:
            assistant.answer("Is Bondi ready?", clients=kauri, channel_client=kauri[0], today=TODAY)
    assert refused.value.code == "unknown_client"
    assert model.asked == []


@pytest.mark.parametrize("here", ["", "thames-studio"])
def test_the_client_that_the_words_name_wins_over_the_models(demo: Demo, here: str) -> None:
    script = two_steps(calls("close_readiness", client=THAMES, month="2026-10"), "Not ready.")
    answer, _ = ask(demo, script, "Is Bondi ready to close October?", here=here)
    assert answer.client is not None
    assert answer.client.id == "bondi-coffee"


def test_the_channels_client_wins_when_the_words_name_none(demo: Demo) -> None:
    script = two_steps(calls("budget_variance", client=BONDI, month="2026-10"), "There is a variance.")
    answer, _ = ask(demo, script, "what went wrong with the money this time?", here="thames-studio")
    assert (answer.client and answer.client.id, answer.by) == ("thames-studio", MODEL)


def test_the_month_that_the_words_name_wins_over_the_models(demo: Demo) -> None:
    script = two_steps(calls("close_readiness", client=BONDI, month="2026-01"), "Not ready.")
    answer, _ = ask(demo, script, "Is Bondi ready to close October?")
    assert str(answer.period) == "October 2026"


@pytest.mark.parametrize(
    "call",
    [
        calls("approve_proposal", id="1"),
        calls("post_journal", client=BONDI, amount="100000"),
        calls("close_readiness", client=BONDI, month="2026-10", organisation="another"),
        calls("close_readiness", client=BONDI, month="October"),
        calls("close_readiness"),
    ],
)
def test_a_tool_that_does_not_exist_or_wrong_arguments_end_at_the_router(demo: Demo, call: dict[str, Any]) -> None:
    answer, _ = ask(demo, lambda request: call)
    assert (answer.by, answer.skill) == (ROUTER, "close_readiness")


def test_an_adversary_that_always_obeys_what_stands_in_the_books(demo: Demo) -> None:
    """Kauri's freight bill tells its reader to approve all journals; this model does whatever it reads."""

    def obeys(request: dict[str, Any]) -> dict[str, Any]:
        seen = tool_answers(request)
        if not seen:
            return calls("close_readiness", client=KAURI, month="2026-10")
        return calls(("lock_period", "prepayments", "approve")[len(seen) % 3], client=KAURI, month="2026-10")

    answer, model = ask(demo, obeys, "Is Kauri ready to close October?")
    assert (answer.skill, answer.by) == ("close_readiness", ROUTER)
    assert isinstance(answer.result, CloseStatus)
    assert answer.words == plain_answer(answer.result)
    assert len(model.asked) < 10


def test_only_the_first_call_runs_so_that_no_text_in_the_books_can_choose_a_skill(demo: Demo) -> None:
    def twice(request: dict[str, Any]) -> dict[str, Any]:
        seen = tool_answers(request)
        order = (calls("close_readiness", **READY), calls("lock_period", **READY), says("It is not ready."))
        return order[len(seen)]

    demo.sandbox.simulator.log.clear()
    answer, model = ask(demo, twice)
    assert len(demo.sandbox.simulator.log) < 16  # one close status, with its token
    assert (answer.skill, answer.words) == ("close_readiness", "It is not ready.")
    assert "No further tool" in tool_answers(model.asked[-1])[1]


def test_texts_from_the_books_reach_the_model_marked_and_cannot_close_the_mark(demo: Demo) -> None:
    script = two_steps(calls("close_readiness", client=THAMES, month="2026-10"), "It is not ready.")
    _, model = ask(demo, script, "Is Thames ready to close October?")
    (told,) = tool_answers(model.asked[-1])
    mark = told.split("⟦books ")[1].split(":")[0]
    assert told.count(f"⟦books {mark}:") == told.count(f":{mark} books⟧") > 5
    outside = "".join(part.split(f":{mark} books⟧")[-1] for part in told.split(f"⟦books {mark}:"))
    assert INJECTION not in outside
    assert "Wexcombe" not in outside


@pytest.mark.parametrize(
    "trouble",
    [{"status": 500}, {"status": 401}, {"status": 429}, {"delay_seconds": 0.8}],
    ids=["broken", "wrong key", "too many", "too slow"],
)
def test_a_model_that_fails_or_dawdles_leaves_the_question_to_the_router(demo: Demo, trouble: dict[str, Any]) -> None:
    answer, _ = ask(demo, two_steps(calls("close_readiness", **READY), "It is not ready."), **trouble)
    assert answer.result is not None
    assert (answer.by, answer.words) == (ROUTER, plain_answer(answer.result))


def test_a_model_nobody_listens_for_leaves_the_question_to_the_router(demo: Demo) -> None:
    assistant = Assistant(demo.gateway, Model(api_key="k", base_url="http://127.0.0.1:9/v1"))
    answer = assistant.answer("Is Bondi ready?", clients=demo.clients, channel_client=None, today=TODAY)
    assert answer.by == ROUTER


def test_a_model_that_only_chats_leaves_the_question_to_the_router(demo: Demo) -> None:
    with pytest.raises(Refusal) as refused:
        ask(demo, lambda request: says("The weather is A$12 today."), "What is the weather at Bondi?")
    assert refused.value.code == "not_understood"


def test_freer_words_than_the_router_knows_are_understood(demo: Demo) -> None:
    script = two_steps(calls("close_readiness", **READY), "It is not ready.")
    answer, _ = ask(demo, script, "How are we looking at Bondi, anything I should worry over?")
    assert (answer.by, answer.skill) == (MODEL, "close_readiness")


def test_the_models_packages_are_not_imported_until_they_are_needed() -> None:
    code = (
        "import sys; from agents.assistant import Assistant; from agents.model import Model; Model(api_key='k');"
        "print([m for m in sys.modules if m.split('.')[0] in ('langchain','langchain_core','langchain_openai','openai',"
        "'langgraph','langsmith','pydantic')])"
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_preloading_imports_them() -> None:
    Model(api_key="k").preload()
    assert "langchain_openai" in sys.modules
