"""Versions of dialplan templates are kept, and which of them counts."""

from datetime import timedelta

import pytest

from waihu.store import dialplan as stored
from waihu.store.audit import By, latest
from waihu.store.store import Store
from waihu.testing.factories import NOON
from waihu_models.dialplan import Finding, Severity, TemplateVersion, VersionState, Wish
from waihu_models.errors import Conflict, NotFound

S = VersionState


def by(minutes: int = 0, actor: str = "user:ada") -> By:
    return By(actor, NOON + timedelta(minutes=minutes))


async def saved(store: Store, text: str, template: str = "phones", **values: str | int) -> TemplateVersion:
    draft = TemplateVersion(
        id=0, template=template, number=0, text=text, values=values, author="", reason="why", at=NOON, state=S.DRAFT,
        state_at=NOON,
    )  # fmt: skip
    return await stored.add_version(store, draft, by())


async def test_a_version_is_read_back_as_it_was_kept(store: Store) -> None:
    first, second = await saved(store, "a", echo_limit_s=5), await saved(store, "b")
    assert (first.number, second.number, first.author, first.reason) == (1, 2, "user:ada", "why")
    assert await stored.version(store, "phones", 1) == first
    assert first.values == {"echo_limit_s": 5}
    assert [one.text for one in await stored.versions(store, "phones", 10)] == ["b", "a"]
    assert (await saved(store, "c", "inbound")).number == 1
    assert await stored.names(store) == ["inbound", "phones"]
    with pytest.raises(NotFound):
        await stored.version(store, "phones", 3)


async def test_what_is_found_is_kept_with_the_state(store: Store) -> None:
    version = await saved(store, "a")
    finding = Finding(template="phones", code="gap", line=3, severity=Severity.WARNING, values=("s", "1", "3"))
    settled = await stored.settle(store, version, S.REFUSED, [finding], by(1, "user:ben"))
    assert (settled.state, settled.findings, settled.state_at) == (S.REFUSED, (finding,), by(1).at)
    assert settled.author == "user:ada"
    rows = [(row["action"], row["actor"], row["object_id"]) for row in await latest(store, 2)]
    assert rows == [("dialplan.refused", "user:ben", "phones/1"), ("dialplan.save", "user:ada", "phones/1")]


async def test_the_last_one_applied_counts_until_it_is_taken_back(store: Store) -> None:
    first, second = await saved(store, "a"), await saved(store, "b")
    other = await saved(store, "c", "inbound")
    for minute, one in enumerate((second, first, other)):  # the older one was applied after the newer
        await stored.settle(store, one, S.APPLIED, [], by(minute))
    assert [(one.template, one.number) for one in await stored.in_force(store)] == [("inbound", 1), ("phones", 1)]
    assert [one.number for one in await stored.applied(store, "phones")] == [1, 2]
    await stored.take_back(store, [first], by(9))
    assert [(one.template, one.number) for one in await stored.in_force(store)] == [("inbound", 1), ("phones", 2)]


async def test_only_a_staged_version_is_begun_and_one_left_behind_is_known(store: Store) -> None:
    version = await saved(store, "a")
    with pytest.raises(Conflict, match="is not staged"):
        await stored.begin(store, version)
    await stored.settle(store, version, S.STAGED, [], by())
    await stored.begin(store, version)
    assert [one.number for one in await stored.broken_off(store)] == [1]
    await stored.settle(store, version, S.ROLLED_BACK, [], by())
    assert await stored.broken_off(store) == []


async def test_a_wish_stays_until_it_was_looked_after(store: Store) -> None:
    version = await saved(store, "a")
    await stored.ask(store, version, Wish.APPLY, by(0, "shell:ada"))
    [wished] = await stored.wished(store)
    assert (wished.wish, wished.wished_by) == (Wish.APPLY, "shell:ada")
    staged = await stored.settle(store, wished, S.STAGED, [], by(), Wish.APPLY)
    assert (staged.wish, staged.wished_by) == (Wish.APPLY, "shell:ada")
    await stored.leave(store, wished, [Finding(template="phones", code="exchange-refused", values=("away",))])
    assert await stored.wished(store) == []
    assert [one.code for one in (await stored.version(store, "phones", 1)).findings] == ["exchange-refused"]
