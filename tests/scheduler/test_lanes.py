"""Month end: a client whose Xero is slow, or whose sixty calls are used up, keeps no other client waiting."""

from __future__ import annotations

import threading
from functools import partial

import pytest

from scheduler.lanes import Lanes

ACME, BONDI = "acme-books", "bondi-books"
PATIENCE = 5.0


def test_a_client_that_waits_for_xero_keeps_no_other_waiting() -> None:
    """Sixty payments of Acme are approved at once, and its Xero answers none of them; then one journal of Bondi."""
    lanes, answer, posted = Lanes(4, abreast=2), threading.Event(), threading.Event()
    for _ in range(60):
        lanes.submit(ACME, partial(answer.wait, PATIENCE))
    lanes.submit(BONDI, posted.set)
    assert posted.wait(PATIENCE)
    assert not lanes.is_free(ACME)
    answer.set()
    lanes.close()


def test_an_organisation_has_its_work_done_in_its_order_and_few_at_a_time() -> None:
    lanes, done, together, all_done = Lanes(4, abreast=1), list[int](), [0, 0], threading.Event()

    def post(number: int) -> None:
        together[0] += 1
        together[1] = max(together)
        done.append(number)
        together[0] -= 1
        if number == 19:
            all_done.set()

    for number in range(20):
        lanes.submit(ACME, partial(post, number))
    assert all_done.wait(PATIENCE)
    lanes.close()
    assert done == list(range(20))
    assert together[1] == 1


def test_work_that_breaks_is_told_to_the_log_and_the_next_is_done(capsys: pytest.CaptureFixture[str]) -> None:
    lanes, posted = Lanes(1, abreast=1), threading.Event()
    lanes.submit(ACME, lambda: print(1 // 0))
    lanes.submit(ACME, posted.set)
    assert posted.wait(PATIENCE)
    lanes.close()
    assert "ZeroDivisionError" in capsys.readouterr().out
    assert lanes.is_free(ACME)


def test_what_comes_after_the_end_is_not_begun() -> None:
    """What is under way is finished; what waits is found again by the next start."""
    lanes, begun, answer, after = Lanes(1, abreast=1), threading.Event(), threading.Event(), list[str]()

    def post() -> None:
        begun.set()
        answer.wait(PATIENCE)
        after.append("posted")

    lanes.submit(ACME, post)
    lanes.submit(ACME, partial(after.append, "never"))
    assert begun.wait(PATIENCE)
    closing = threading.Thread(target=lanes.close)
    closing.start()
    answer.set()
    closing.join(PATIENCE)
    lanes.submit(ACME, partial(after.append, "never"))
    assert after == ["posted"]
