"""Webhooks in the store: who wants to be told, and the sealed secrets they are told under."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from waihu.store.audit import By, difference, note
from waihu.store.outbox import newest_event
from waihu.store.sealed import seal, unseal
from waihu.store.statements import table
from waihu.store.store import Store
from waihu_models.errors import NotFound, Stale
from waihu_models.outward import Webhook
from waihu_models.tables import DeliveryRow, WebhookRow

_TABLE, _DELIVERY = table(WebhookRow), table(DeliveryRow)
_PLAIN = ("id", "name", "url", "paused", "position", "created_by", "created_at", "former_secret_until", "version")


def _webhook(row: RowMapping) -> Webhook:
    return Webhook(**{name: row[name] for name in _PLAIN}, topics=tuple(row["topics"].split(",")))


async def webhooks(store: Store) -> list[Webhook]:
    """Return all webhooks, the oldest first."""
    return [_webhook(row) for row in await store.rows(select(_TABLE).order_by(_TABLE.c.created_at, _TABLE.c.id))]


async def webhook(store: Store, webhook_id: str) -> Webhook:
    """Return one webhook.

    Raises:
        NotFound: there is none of this id.
    """
    return _webhook(await _row(store, webhook_id))


async def _row(store: Store, webhook_id: str) -> RowMapping:
    rows = await store.rows(select(_TABLE).where(_TABLE.c.id == webhook_id))
    if not rows:
        raise _unknown(webhook_id)
    return rows[0]


def _unknown(webhook_id: str) -> NotFound:
    return NotFound(f"there is no webhook {webhook_id!r}")


@dataclass(frozen=True, slots=True)
class Keys:
    """A webhook, and every secret its events are signed with now, the newest first."""

    webhook: Webhook
    secrets: tuple[str, ...]


async def keys_of(store: Store, webhook_id: str, now: datetime) -> Keys:
    """Return a webhook with its secrets in clear.

    Raises:
        NotFound: there is none of this id.
        NumberKeyLost: they were sealed with another key.
    """
    row, key = await _row(store, webhook_id), await store.number_key()
    secrets = [unseal(key, row["sealed_secret"], _about(webhook_id))]
    until = row["former_secret_until"]
    if row["former_sealed_secret"] and until is not None and now < until:
        secrets.append(unseal(key, row["former_sealed_secret"], _about(webhook_id)))
    return Keys(_webhook(row), tuple(secrets))


def _about(webhook_id: str) -> str:
    return f"webhook {webhook_id}"


async def add_webhook(store: Store, hook: Webhook, secret: str, by: By | None) -> bool:
    """Add a webhook, which is told of what happens from now on; False: there is one of this id, and stays."""
    key = await store.number_key()

    def work(connection: Connection) -> bool:
        if connection.execute(select(_TABLE.c.id).where(_TABLE.c.id == hook.id)).first() is not None:
            return False
        row = {name: getattr(hook, name) for name in _PLAIN} | {"topics": ",".join(hook.topics)}
        sealed = {"sealed_secret": seal(key, secret, _about(hook.id)), "position": newest_event(connection)}
        connection.execute(insert(_TABLE).values(row | sealed))
        note(connection, by, "webhook.add", hook.id, f"{hook.url} {row['topics']}")
        return True

    return await store.write(work)


async def change_webhook(store: Store, webhook_id: str, version: int, values: dict[str, Any], by: By) -> None:
    """Change name, address, topics, or whether it is paused; a paused one is told later of what it misses.

    Raises:
        NotFound: there is none of this id.
        Stale: it was changed meanwhile.
    """
    given = values | ({"topics": ",".join(values["topics"])} if "topics" in values else {})

    def work(connection: Connection) -> None:
        before = _present(connection, webhook_id, version, given)
        connection.execute(update(_TABLE).where(_TABLE.c.id == webhook_id).values(**given, version=version + 1))
        note(connection, by, "webhook.change", webhook_id, difference(dict(before), given))

    await store.write(work)


def _present(connection: Connection, webhook_id: str, version: int, wanted: dict[str, Any]) -> RowMapping:
    row = connection.execute(select(_TABLE).where(_TABLE.c.id == webhook_id)).mappings().first()
    if row is None:
        raise _unknown(webhook_id)
    if row["version"] != version:
        other = {name: row[name] for name in wanted if row[name] != wanted[name]}
        raise Stale(f"webhook {webhook_id!r}", other, row["version"])
    return row


async def rotate_secret(store: Store, webhook_id: str, secret: str, until: datetime, by: By) -> None:
    """Sign with a new secret; the former one signs as well until a moment.

    Raises:
        NotFound: there is none of this id.
    """
    key = await store.number_key()

    def work(connection: Connection) -> None:
        this = _TABLE.c.id == webhook_id
        changed = connection.execute(
            update(_TABLE)
            .where(this)
            .values(
                former_sealed_secret=_TABLE.c.sealed_secret,
                former_secret_until=until,
                sealed_secret=seal(key, secret, _about(webhook_id)),
                version=_TABLE.c.version + 1,
            )
        )
        if changed.rowcount == 0:
            raise _unknown(webhook_id)
        note(connection, by, "webhook.rotate", webhook_id, f"the former secret holds until {until.isoformat()}")

    await store.write(work)


async def remove_webhook(store: Store, webhook_id: str, version: int | None, by: By) -> None:
    """Take a webhook away, with all that is on its way to it.

    Raises:
        NotFound: there is none of this id.
        Stale: it was changed since this version (None: whatever it has).
    """

    def work(connection: Connection) -> None:
        row = connection.execute(select(_TABLE).where(_TABLE.c.id == webhook_id)).mappings().first()
        if row is None:
            raise _unknown(webhook_id)
        _present(connection, webhook_id, row["version"] if version is None else version, {})
        connection.execute(delete(_DELIVERY).where(_DELIVERY.c.webhook_id == webhook_id))
        connection.execute(delete(_TABLE).where(_TABLE.c.id == webhook_id))
        note(connection, by, "webhook.remove", webhook_id, row["url"])

    await store.write(work)
