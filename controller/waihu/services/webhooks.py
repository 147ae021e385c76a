"""Webhooks: who is told of what, how the secrets are made and changed, and where each event goes."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from yarl import URL

from waihu.clock import Clock
from waihu.services.outward import Sink
from waihu.services.web_addresses import checked_url
from waihu.services.webhook_sink import Poster, WebhookSink, new_secret
from waihu.store import webhooks as stored
from waihu.store.audit import By
from waihu.store.call_tasks import callback_of
from waihu.store.store import Store
from waihu_models.errors import BadInput, Conflict, DeliveryFailed
from waihu_models.ids import new_id
from waihu_models.outward import CALL_TASKS, OutwardEvent, Webhook, checked_topics

OVERLAP = timedelta(days=1)
"""How long the former secret signs beside a new one unless told otherwise."""
RESULTS = ("call_task.done", "call_task.failed", "call_task.cancelled")
TEST = "webhook.test"


@dataclass(frozen=True, slots=True)
class Tested:
    """What came of telling a receiver something on trial; ``status`` 0: no answer that says yes."""

    status: int
    problem: str = ""


class Webhooks:
    """What can be done with webhooks."""

    def __init__(self, store: Store, clock: Clock, *, private: bool) -> None:
        self._store = store
        self._clock = clock
        self._poster = Poster(private=private)

    async def close(self) -> None:
        """Close all connections."""
        await self._poster.close()

    def checked_url(self, url: str, path: str = "$.url") -> str:
        """Return the address of a receiver as it is kept.

        Raises:
            BadField: nobody may be told anything there.
        """
        return checked_url(url, private=self._poster.private, path=path)

    # ---- what people do --------------------------------------------------------------------------------------------

    async def add(self, url: str, topics: Collection[str], name: str, by: By) -> tuple[Webhook, str]:
        """Tell an address of topics from now on; return the webhook and its secret, which is shown only here.

        Raises:
            BadField: address or topics are unusable.
        """
        secret, checked = new_secret(), self.checked_url(url)
        hook = Webhook(
            id=new_id(), name=name.strip() or URL(checked).host or "", url=checked, topics=checked_topics(topics),
            created_by=by.actor, created_at=by.at,
        )  # fmt: skip
        await stored.add_webhook(self._store, hook, secret, by)
        return await stored.webhook(self._store, hook.id), secret

    async def change(self, webhook_id: str, version: int, values: dict[str, Any], by: By) -> Webhook:
        """Change ``name``, ``url``, ``topics``, ``paused``.

        Raises:
            NotFound: there is none of this id.
            BadField: address or topics are unusable.
            Conflict: address and topics of call tasks are given with each task.
            Stale: it was changed meanwhile.
        """
        given = dict(values)
        if webhook_id == CALL_TASKS and given.keys() & {"url", "topics"}:
            raise Conflict("results of call tasks go to the address that is given with each task")
        if "url" in given:
            given["url"] = self.checked_url(given["url"])
        if "topics" in given:
            given["topics"] = checked_topics(given["topics"])
        await stored.change_webhook(self._store, webhook_id, version, given, by)
        return await stored.webhook(self._store, webhook_id)

    async def rotate(self, webhook_id: str, by: By, overlap: timedelta = OVERLAP) -> str:
        """Make a new secret, which is shown only here; the former one signs as well for a while.

        Raises:
            NotFound: there is none of this id.
        """
        if webhook_id == CALL_TASKS:
            await self.open_call_tasks()
        secret = new_secret()
        await stored.rotate_secret(self._store, webhook_id, secret, by.at + overlap, by)
        return secret

    async def remove(self, webhook_id: str, version: int | None, by: By) -> None:
        """Tell an address nothing any more.

        Raises:
            NotFound: there is none of this id.
            Conflict: it is that of call tasks, or was changed meanwhile (``Stale``).
        """
        if webhook_id == CALL_TASKS:
            raise Conflict("the webhook of call tasks stays; it can be paused")
        await stored.remove_webhook(self._store, webhook_id, version, by)

    async def test(self, webhook_id: str) -> Tested:
        """Tell a receiver something on trial, at once and once.

        Raises:
            NotFound: there is none of this id.
            BadInput: it has no address of its own.
        """
        keys = await stored.keys_of(self._store, webhook_id, self._clock.now())
        if not keys.webhook.url:
            raise BadInput("this webhook has no address of its own: make a call task to test it")
        event = OutwardEvent(id=new_id(), topic=TEST, key=webhook_id, at=self._clock.now(), payload={"test": True})
        try:
            return Tested(await self._sink(keys.webhook.url, keys.secrets).send(event))
        except DeliveryFailed as error:
            return Tested(0, str(error))

    # ---- where events go -------------------------------------------------------------------------------------------

    async def open_call_tasks(self) -> None:
        """Make the webhook through which results of call tasks go, unless it is there."""
        now = self._clock.now()
        hook = Webhook(
            id=CALL_TASKS, name="results of call tasks", url="", topics=RESULTS, created_by="waihu", created_at=now
        )
        await stored.add_webhook(self._store, hook, new_secret(), None)

    async def find_sink(self, webhook_id: str) -> Sink:
        """Return where the events of a webhook go now.

        Raises:
            NotFound: there is none of this id.
        """
        keys = await stored.keys_of(self._store, webhook_id, self._clock.now())
        if webhook_id == CALL_TASKS:
            return _CallbackSink(self, keys.secrets)
        return self._sink(keys.webhook.url, keys.secrets)

    def _sink(self, url: str, keys: tuple[str, ...]) -> WebhookSink:
        return WebhookSink(self._poster, self._clock, url, keys)

    async def deliver_result(self, event: OutwardEvent, keys: tuple[str, ...]) -> None:
        """Send the result of a call task where it was asked for.

        Raises:
            DeliveryFailed: it was not taken.
        """
        url = await callback_of(self._store, event.key)
        if url:
            await self._sink(url, keys).deliver(event)


class _CallbackSink:
    """Results of call tasks: each goes to the address given with its task."""

    def __init__(self, hooks: Webhooks, keys: tuple[str, ...]) -> None:
        self._hooks = hooks
        self._keys = keys

    async def deliver(self, event: OutwardEvent) -> None:
        """Send one result.

        Raises:
            DeliveryFailed: it was not taken.
        """
        await self._hooks.deliver_result(event, self._keys)


def lane_of(url: str) -> str:
    """Name the lane of an address: one for each receiver, whatever its path."""
    parsed = URL(url)
    return f"{CALL_TASKS} {parsed.scheme}://{parsed.host}:{parsed.port}"[:300]
