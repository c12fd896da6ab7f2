"""The pace over a real Redis: several processes together pass no limit, and the place of a dead one comes free."""

from __future__ import annotations

import shutil
import subprocess
import threading
import time
import uuid
from collections.abc import Callable, Iterator

import pytest
import redis

from books.refusal import Refusal
from tests.support.tieout import free_ports
from xero_tools import redis_pace
from xero_tools.pace import Limits
from xero_tools.redis_pace import RedisPace

A, B = "organisation a", "organisation b"
Make = Callable[..., RedisPace]

pytestmark = pytest.mark.redis


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Redis of the tests' own."""
    binary = shutil.which("redis-server")
    if binary is None:
        pytest.skip("there is no redis-server on this machine")
    port = free_ports()
    home = str(tmp_path_factory.mktemp("redis"))
    words = [binary, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", home]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    url = f"redis://127.0.0.1:{port}/0"
    client = redis.Redis.from_url(url)
    for _ in range(100):
        try:
            client.ping()
            break
        except redis.ConnectionError:
            time.sleep(0.05)
    yield url
    process.terminate()
    process.wait(10)


@pytest.fixture
def make(server: str) -> Make:
    """Makes paces that share one corner of Redis, as several processes would."""
    corner = uuid.uuid4().hex

    def made(**limits: float) -> RedisPace:
        return RedisPace(server, Limits(**limits), prefix=corner)  # type: ignore[arg-type]

    return made


def take(pace: RedisPace, organisation: str = A, *, interactive: bool = True, budget_seconds: float = 0.0) -> None:
    """One call that ends at once."""
    with pace.turn(organisation, interactive=interactive, budget_seconds=budget_seconds):
        pass


def test_two_processes_share_a_minute(make: Make) -> None:
    one, other = make(per_minute=4), make(per_minute=4)
    for pace in (one, other, one, other):
        take(pace)
    with pytest.raises(Refusal) as refusal:
        take(one)
    assert refusal.value.code == "xero_busy"
    take(other, B)


def test_the_minute_slides_on(make: Make) -> None:
    pace = make(per_minute=2, window_seconds=0.1)
    began = time.monotonic()
    for _ in range(5):
        take(pace, budget_seconds=2.0)
    assert time.monotonic() - began >= 0.2


def test_the_app_and_the_day_have_limits(make: Make) -> None:
    pace = make(app_per_minute=2, per_day=1)
    take(pace)
    with pytest.raises(Refusal) as refusal:
        take(pace, budget_seconds=60.0)
    assert refusal.value.code == "xero_day_limit"
    take(pace, B)
    with pytest.raises(Refusal):
        take(pace, "organisation c")


def test_no_more_than_five_are_out_at_once(make: Make) -> None:
    paces, inside, most = [make() for _ in range(3)], [0], [0]
    guard = threading.Lock()

    def call(pace: RedisPace) -> None:
        with pace.turn(A, budget_seconds=10.0):
            with guard:
                inside[0] += 1
                most[0] = max(most[0], inside[0])
            time.sleep(0.01)
            with guard:
                inside[0] -= 1

    threads = [threading.Thread(target=call, args=(paces[number % 3],)) for number in range(15)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 2 <= most[0] <= 5


def test_who_waits_is_woken_by_who_leaves(server: str, make: Make) -> None:
    """One process holds the only place for a while; the other hardly asks meanwhile, and has it soon after."""
    holder, waiter, waits_on = make(in_flight=1), make(in_flight=1), threading.Event()
    entered: list[float] = []

    def wait() -> None:
        waits_on.set()
        with waiter.turn(A, budget_seconds=10.0):
            entered.append(time.monotonic())

    thread = threading.Thread(target=wait)
    with holder.turn(A):
        redis.Redis.from_url(server).config_resetstat()
        thread.start()
        waits_on.wait(5)
        time.sleep(0.4)
        asked = redis.Redis.from_url(server).info("commandstats")["cmdstat_evalsha"]["calls"]
        left = time.monotonic()
    thread.join()
    assert asked <= 4
    assert entered[0] - left < redis_pace._LOOK_AGAIN_SECONDS


def test_the_place_of_a_dead_process_comes_free(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redis_pace, "LEASE_SECONDS", 0.1)
    pace = make(in_flight=1)
    dead = pace.turn(A, budget_seconds=1.0)
    dead.__enter__()  # a call that never ends
    with pytest.raises(Refusal):
        take(pace)
    take(pace, budget_seconds=2.0)


def test_a_sweep_waits_while_a_person_does(make: Make) -> None:
    pace, order = make(in_flight=1), list[str]()

    def caller(name: str, interactive: bool) -> None:
        with pace.turn(A, interactive=interactive, budget_seconds=10.0):
            order.append(name)
            time.sleep(0.03)

    threads = [threading.Thread(target=caller, args=("sweep", False)) for _ in range(3)]
    threads.append(threading.Thread(target=caller, args=("person", True)))
    with pace.turn(A, budget_seconds=1.0):
        for thread in threads:
            thread.start()
        time.sleep(0.1)
    for thread in threads:
        thread.join()
    assert order == ["person", "sweep", "sweep", "sweep"]


def test_a_minute_that_xero_has_lifted_for_one_is_lifted_for_all_until_it_is_back(make: Make) -> None:
    one, other = make(per_minute=3), make(per_minute=3)
    take(one)
    one.learn(A, 200, {"X-MinLimit-Remaining": "9999"})
    for _ in range(10):
        take(other)
    for _ in range(3):
        take(other, B)
    with pytest.raises(Refusal):
        take(other, B)
    other.learn(A, 200, {"X-MinLimit-Remaining": "1"})
    with pytest.raises(Refusal) as refusal:
        take(one)
    assert refusal.value.code == "xero_busy"


def test_every_process_heeds_what_xero_told_one(make: Make) -> None:
    one, other = make(), make()
    one.learn(A, 200, {"X-MinLimit-Remaining": "0", "X-DayLimit-Remaining": "10"})
    with pytest.raises(Refusal):
        take(other)
    one.learn(B, 429, {"Retry-After": "7200", "X-Rate-Limit-Problem": "day"})
    with pytest.raises(Refusal) as refusal:
        take(other, B)
    assert refusal.value.code == "xero_day_limit"
    assert "2 hours" in refusal.value.next_step


def test_a_retry_after_that_one_process_saw_pauses_all_of_them(make: Make) -> None:
    """A sweep asks before it begins on a client: what Xero told another process counts for this one too."""
    one, other = make(), make()
    assert (one.pause(A), other.pause(A)) == (0, 0)
    one.learn(A, 429, {"Retry-After": "30", "X-Rate-Limit-Problem": "minute"})
    assert 29 < other.pause(A) <= 30
    assert other.pause(B) == 0
    one.learn(A, 429, {"Retry-After": "7200", "X-Rate-Limit-Problem": "day"})
    other.learn(A, 429, {"Retry-After": "5", "X-Rate-Limit-Problem": "minute"})
    assert 7199 < other.pause(A) <= 7200  # the shorter wait does not open the day again
    other.learn(B, 429, {"Retry-After": "3", "X-Rate-Limit-Problem": "appminute"})
    assert 2 < one.pause("organisation c") <= 3


def test_asking_takes_no_place(make: Make) -> None:
    one, other = make(per_minute=1, in_flight=1), make(per_minute=1, in_flight=1)
    assert [pace.pause(A) for pace in (one, other, one)] == [0, 0, 0]
    with one.turn(A):
        assert 0 < other.pause(A) <= 61


def test_without_redis_there_is_a_refusal() -> None:
    assert RedisPace("redis://127.0.0.1:1/0").pause(A) == 0  # a round of sweeps goes on, and its calls are refused
    with pytest.raises(Refusal) as refusal:
        take(RedisPace("redis://127.0.0.1:1/0"))
    assert refusal.value.code == "redis_unreachable"
