"""The contract of outward sinks, held by the fake and by webhooks to a real server; and how webhooks meet bad ones."""

import hmac
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any

import pytest

from waihu.clock import SystemClock
from waihu.services import webhook_sink
from waihu.services.outward import Sink
from waihu.services.web_addresses import checked_url, refusal
from waihu.services.webhook_sink import DELIVERY, EVENT, SIGNATURE, Poster, WebhookSink, signature
from waihu.testing.fake_sink import FakeSink
from waihu_models.errors import BadField, DeliveryFailed
from waihu_models.outward import OutwardEvent, checked_topics

from .receiver import Receiver, receiver

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
EVENT_1 = OutwardEvent(id="d1", topic="call.ended", key="c1", at=AT, payload={"outcome": "answered", "名": "值"})


@pytest.fixture
async def server() -> AsyncIterator[Receiver]:
    async with receiver() as made:
        yield made


@pytest.fixture
async def poster() -> AsyncIterator[Poster]:
    made = Poster(private=True)
    yield made
    await made.close()


def sink_to(server: Receiver, poster: Poster, path: str = "/hook", keys: tuple[str, ...] = ("one",)) -> WebhookSink:
    return WebhookSink(poster, SystemClock(), server.url + path, keys)


# ---- the contract --------------------------------------------------------------------------------------------------


@dataclass
class Bench:
    """A sink, what its far end took, and how that is made to say no."""

    sink: Sink
    took: Callable[[], list[tuple[str, str, dict[str, Any]]]]
    refuse: Callable[[], None]


@pytest.fixture(params=["fake", "webhook"])
async def bench(request: pytest.FixtureRequest, server: Receiver, poster: Poster) -> Bench:
    if request.param == "fake":
        fake = FakeSink()

        def refuse_all() -> None:
            fake.behaviour = lambda _: DeliveryFailed("status 500")

        return Bench(fake, lambda: [(one.id, one.topic, dict(one.payload)) for one in fake.taken], refuse_all)

    def refuse() -> None:
        server.requests.clear()
        server.behaviours["/hook"] = server.answering(500)

    def took() -> list[tuple[str, str, dict[str, Any]]]:
        refused = "/hook" in server.behaviours
        told = [] if refused else [one.told for one in server.requests]
        return [(one["id"], one["topic"], one["data"]) for one in told]

    return Bench(sink_to(server, poster), took, refuse)


async def test_an_event_that_was_taken_is_there_as_it_was(bench: Bench) -> None:
    await bench.sink.deliver(EVENT_1)
    assert bench.took() == [("d1", "call.ended", {"outcome": "answered", "名": "值"})]


async def test_the_same_event_twice_has_the_same_id(bench: Bench) -> None:
    await bench.sink.deliver(EVENT_1)
    await bench.sink.deliver(EVENT_1)
    assert [one[0] for one in bench.took()] == ["d1", "d1"]


async def test_what_is_not_taken_is_an_error_of_ours_and_the_next_one_can_be(bench: Bench) -> None:
    await bench.sink.deliver(EVENT_1)
    bench.refuse()
    with pytest.raises(DeliveryFailed, match="status 500"):
        await bench.sink.deliver(EVENT_1)


# ---- webhooks ------------------------------------------------------------------------------------------------------


async def test_a_receiver_can_tell_that_it_was_us_and_which_delivery_it_is(server: Receiver, poster: Poster) -> None:
    await sink_to(server, poster, keys=("new", "old")).deliver(EVENT_1)
    (request,) = server.requests
    assert (request.headers[DELIVERY], request.headers[EVENT]) == ("d1", "call.ended")
    assert request.headers["Content-Type"] == "application/json"
    assert request.told == {
        "id": "d1", "topic": "call.ended", "at": "2026-11-23T12:00:00Z", "key": "c1",
        "data": {"outcome": "answered", "名": "值"},
    }  # fmt: skip
    at_s, *made = [part.partition("=")[2] for part in request.headers[SIGNATURE].split(",")]
    signed = at_s.encode() + b"." + request.body
    assert made == [hmac.new(key, signed, "sha256").hexdigest() for key in (b"new", b"old")]
    assert abs(datetime.now(UTC).timestamp() - int(at_s)) < 5


def test_the_signature_holds_for_this_body_at_this_time_only() -> None:
    right = signature(["key"], b"{}", AT)
    assert right.startswith("t=1795435200,v1=")
    assert signature(["key"], b"{ }", AT) != right != signature(["other"], b"{}", AT)


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
async def test_every_yes_is_a_yes(server: Receiver, poster: Poster, status: int) -> None:
    server.behaviours["/hook"] = server.answering(status)
    assert await sink_to(server, poster).send(EVENT_1) == status


@pytest.mark.parametrize(
    ("status", "answered"),
    [(400, True), (401, True), (410, True), (408, False), (429, False), (500, False), (503, False)],
)
async def test_a_no_says_whether_the_receiver_is_there(
    server: Receiver, poster: Poster, status: int, answered: bool
) -> None:
    server.behaviours["/hook"] = server.answering(status, text="no\x1b[31m such\nthing")
    with pytest.raises(DeliveryFailed, match=rf"^status {status}: no \[31m such thing$") as caught:
        await sink_to(server, poster).deliver(EVENT_1)
    assert caught.value.answered is answered


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_nobody_sends_us_elsewhere(server: Receiver, poster: Poster, status: int) -> None:
    server.behaviours["/hook"] = server.answering(status, headers={"Location": server.url + "/elsewhere"})
    with pytest.raises(DeliveryFailed, match="sends us elsewhere"):
        await sink_to(server, poster).deliver(EVENT_1)
    assert [one.path for one in server.requests] == ["/hook"]


async def test_a_receiver_that_hangs_is_given_up(
    server: Receiver, poster: Poster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook_sink, "ANSWER_LIMIT_S", 0.2)
    server.behaviours["/hook"] = server.hang
    with pytest.raises(DeliveryFailed, match="no answer within"):
        await sink_to(server, poster).deliver(EVENT_1)


async def test_a_receiver_that_cuts_the_line_has_not_taken_it(server: Receiver, poster: Poster) -> None:
    server.behaviours["/hook"] = server.cut
    with pytest.raises(DeliveryFailed, match="Disconnected"):
        await sink_to(server, poster).deliver(EVENT_1)
    server.behaviours["/hook"] = server.half
    with pytest.raises(DeliveryFailed, match="status 500") as caught:
        await sink_to(server, poster).deliver(EVENT_1)
    assert not caught.value.answered


async def test_of_a_flood_nothing_more_is_read_than_its_beginning(server: Receiver, poster: Poster) -> None:
    server.behaviours["/yes"], server.behaviours["/no"] = server.flood(200), server.flood(500)
    await sink_to(server, poster, "/yes").deliver(EVENT_1)
    with pytest.raises(DeliveryFailed) as caught:
        await sink_to(server, poster, "/no").deliver(EVENT_1)
    assert len(str(caught.value)) < 600


async def test_nobody_listening_is_an_error_of_ours(poster: Poster) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        with pytest.raises(DeliveryFailed, match="Connect"):
            await WebhookSink(poster, SystemClock(), url, ("one",)).deliver(EVENT_1)


# ---- where nobody is sent ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254", "fe80::1", "0.0.0.0", "::", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe",
        "2002:a9fe:a9fe::1", "::a9fe:a9fe", "100.100.100.200", "168.63.129.16", "fd00:ec2::254", "224.0.0.1",
        "255.255.255.255",
    ],
)  # fmt: skip
def test_some_addresses_are_never_told_anything(address: str) -> None:
    for plain in (False, True):
        assert "nobody may be told anything" in refusal(ip_address(address), private=True, plain=plain)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "::1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "fd12::1", "100.64.0.1", "::ffff:10.0.0.1"],
)
def test_private_networks_are_told_what_the_settings_allow(address: str) -> None:
    assert "private network" in refusal(ip_address(address), private=False, plain=False)
    assert refusal(ip_address(address), private=True, plain=True) == ""


def test_what_is_public_is_told_by_https_alone() -> None:
    for address in ("1.1.1.1", "2606:4700::1111", "::ffff:1.1.1.1"):
        assert refusal(ip_address(address), private=False, plain=False) == ""
        assert "use https" in refusal(ip_address(address), private=True, plain=True)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/", "file:///etc/passwd", "//example.com", "example.com/hook", "https:///hook", "",
        "https://me:secret@example.com/", "https://example.com/#part", "http://example.com/", "https://10.0.0.1/",
        "https://[::1]/", "https://localhost/", "https://a.localhost./", "https://169.254.169.254/latest/meta-data",
        "https://exa mple.com:port/", "https://example.com/" + "x" * 2000,
    ],
)  # fmt: skip
def test_unusable_addresses_are_refused_when_they_are_given(url: str) -> None:
    with pytest.raises(BadField):
        checked_url(url, private=False)


def test_usable_addresses_are_kept_as_they_are() -> None:
    for url in ("https://crm.example.com/api/call-result", "https://crm.example.com:8443/a?b=c%20d"):
        assert checked_url(f" {url} ", private=False) == url
    assert checked_url("http://10.0.0.1/x", private=True) == "http://10.0.0.1/x"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"])
async def test_this_machine_is_not_asked_by_any_of_its_names(server: Receiver, host: str) -> None:
    guarded = Poster(private=False)
    try:
        port = server.url.rpartition(":")[2]
        with pytest.raises(DeliveryFailed, match=r"private network|nobody may|not a canonical"):
            await WebhookSink(guarded, SystemClock(), f"https://{host}:{port}/", ("one",)).deliver(EVENT_1)
        with pytest.raises(DeliveryFailed, match="plain http"):
            await WebhookSink(guarded, SystemClock(), f"http://{host}:{port}/", ("one",)).deliver(EVENT_1)
    finally:
        await guarded.close()
    assert server.requests == []


async def test_a_name_is_judged_by_what_it_leads_to(
    server: Receiver, poster: Poster, monkeypatch: pytest.MonkeyPatch
) -> None:
    def looked_up(host: str, port: int, *args: Any, **more: Any) -> Any:
        addresses = {"crm.test": "127.0.0.1", "meta.test": "169.254.169.254"}
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (addresses[host], port))]

    monkeypatch.setattr(socket, "getaddrinfo", looked_up)
    port = server.url.rpartition(":")[2]
    await WebhookSink(poster, SystemClock(), f"http://crm.test:{port}/hook", ("one",)).deliver(EVENT_1)
    with pytest.raises(DeliveryFailed, match="nobody may be told anything"):
        await WebhookSink(poster, SystemClock(), f"http://meta.test:{port}/hook", ("one",)).deliver(EVENT_1)
    assert len(server.requests) == 1


# ---- topics --------------------------------------------------------------------------------------------------------


def test_topics_that_can_never_come_are_refused() -> None:
    assert checked_topics(["call.*", " call.ended", "*", "call.*"]) == ("call.*", "call.ended", "*")
    for topics in ([], ["cal.ended"], ["call."], ["call.*.x"], ["CALL.ended"], ["call,lead"], ["*"] * 2 + ["x"]):
        with pytest.raises(BadField):
            checked_topics(topics)
