"""Messages to a real server: signed, tried again, given up, healed."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from evalhub.core.signature import signature
from evalhub.models import Delivery, Webhook
from evalhub.pipeline import deliver as deliver_module
from evalhub.pipeline.deliver_sweep import sweep_deliveries
from evalhub.services.webhooks import delivery_again, webhook_edit, webhook_remove
from tests.pipeline.hooks.conftest import SECRET, Clock
from tests.pipeline.hooks.receiver import Receiver

Attempt = Callable[[Delivery], Delivery]


def test_a_message_is_signed_and_says_which_it_is(
    message: Delivery, receiver: Receiver, attempt: Attempt, clock: Clock
) -> None:
    done = attempt(message)
    (request,) = receiver.received
    assert (done.state, done.status_code, done.n_attempts) == ("delivered", 200, 1)
    assert request.path == "/hook?token=1"
    assert request.headers["EvalHub-Signature"] == signature(SECRET, request.body, int(clock.now.timestamp()))
    assert request.headers["EvalHub-Delivery"] == str(message.key)
    body = json.loads(request.body)
    assert (body["version"], body["event"], body["workspace"]) == (1, "test", "default")
    (tried,) = done.tries.all()
    assert (tried.status_code, tried.answer, tried.error) == (200, "thanks", "")


def test_the_secret_is_not_readable_in_the_database(webhook: Webhook) -> None:
    webhook.refresh_from_db()
    assert SECRET not in webhook.secret
    assert webhook.secret


def test_a_receiver_that_fails_twice_then_accepts(
    message: Delivery, receiver: Receiver, attempt: Attempt, clock: Clock
) -> None:
    receiver.answers = [(500, {}, b"x" * 5000), (503, {"Retry-After": "600"}, b"later")]
    first = attempt(message)
    assert (first.state, first.error) == ("waiting", "answered 500")
    assert timedelta(seconds=30) <= first.available_at - clock.now <= timedelta(seconds=37.5)
    assert attempt(message).n_attempts == 1  # its time has not come
    clock.forward(seconds=40)
    second = attempt(message)
    assert second.available_at == clock.now + timedelta(seconds=600)
    clock.forward(seconds=600)
    assert attempt(message).state == "delivered"
    assert [(t.number, t.status_code, len(t.answer)) for t in message.tries.all()] == [
        (1, 500, 2048),
        (2, 503, 5),
        (3, 200, 6),
    ]
    keys = {request.headers["EvalHub-Delivery"] for request in receiver.received}
    assert keys == {str(message.key)}
    assert [request.headers["EvalHub-Attempt"] for request in receiver.received] == ["1", "2", "3"]


def test_after_a_day_it_is_given_up_and_said(
    message: Delivery, receiver: Receiver, attempt: Attempt, clock: Clock
) -> None:
    receiver.answers = [(500, {}, b"")] * 30
    found = message
    while found.state == "waiting":
        clock.now = max(clock.now, found.available_at)
        found = attempt(found)
    assert found.state == "given-up"
    assert found.error == "answered 500; given up after a day of tries"
    assert 10 <= found.n_attempts <= 14
    assert clock.now - message.created_at <= timedelta(hours=24)


@pytest.mark.parametrize(
    ("status", "state"), [(204, "delivered"), (302, "waiting"), (404, "waiting"), (410, "given-up")]
)
def test_what_answers_mean(
    message: Delivery, receiver: Receiver, attempt: Attempt, status: int, state: str
) -> None:
    receiver.answers = [(status, {"Location": f"{receiver.url}&elsewhere=1"}, b"")]
    assert attempt(message).state == state
    assert len(receiver.received) == 1  # no redirect was followed


def test_nobody_there_is_tried_again(message: Delivery, webhook: Webhook, attempt: Attempt) -> None:
    webhook_edit(webhook, url="http://127.0.0.1:1/closed")
    found = attempt(message)
    assert found.state == "waiting"
    assert "Connect" in found.error


def test_a_worker_that_died_after_sending_leaves_a_message_that_is_sent_again(
    message: Delivery,
    receiver: Receiver,
    attempt: Attempt,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Killed(BaseException):
        pass

    def die(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(deliver_module, "record", die)
        with pytest.raises(Killed):
            attempt(message)
    assert Delivery.objects.get().state == "sending"
    assert attempt(message).n_attempts == 1  # its lease holds
    clock.forward(seconds=121)
    sweep_deliveries(now=clock.now)
    clock.forward(seconds=40)  # as after any attempt that failed
    assert attempt(message).state == "delivered"
    keys = [request.headers["EvalHub-Delivery"] for request in receiver.received]
    assert keys == [str(message.key)] * 2  # at least once, told apart by nothing but the attempt


def test_whoever_lost_the_lease_records_nothing(
    message: Delivery, attempt: Attempt, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = deliver_module.send_http

    def slow(delivery: Delivery, **options: object) -> object:
        clock.forward(seconds=121)
        sweep_deliveries(now=clock.now)
        clock.forward(seconds=40)
        monkeypatch.setattr(deliver_module, "send_http", send)
        attempt(delivery)
        return send(delivery, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(deliver_module, "send_http", slow)
    done = attempt(message)
    assert (done.state, done.n_attempts) == ("delivered", 2)
    told = [(tried.number, "worker died" in tried.error) for tried in done.tries.all()]
    assert told == [(1, True), (2, False)]


def test_sent_again_by_hand_it_has_the_same_body_and_another_id(
    message: Delivery, receiver: Receiver, attempt: Attempt, clock: Clock
) -> None:
    attempt(message)
    attempt(delivery_again(message, now=clock.now))
    first, second = receiver.received
    assert first.body == second.body
    assert first.headers["EvalHub-Delivery"] != second.headers["EvalHub-Delivery"]


def test_a_removed_destination_gets_nothing_more(
    message: Delivery, webhook: Webhook, receiver: Receiver, attempt: Attempt, clock: Clock
) -> None:
    webhook_remove(webhook, now=clock.now)
    found = attempt(message)
    assert (found.state, found.error) == ("given-up", "the destination was removed")
    assert receiver.received == []


def test_old_messages_are_forgotten_but_not_open_ones(
    message: Delivery, webhook: Webhook, attempt: Attempt, clock: Clock
) -> None:
    attempt(message)
    waiting = delivery_again(message, now=clock.now)
    clock.forward(days=31)
    sweep_deliveries(now=clock.now)
    assert list(Delivery.objects.values_list("pk", flat=True)) == [waiting.pk]
