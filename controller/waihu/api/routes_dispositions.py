"""Dispositions: what agents choose from, for all campaigns or one."""

from typing import Annotated, Any

from msgspec import Meta, Struct, to_builtins

from waihu.api.ask import Ask
from waihu.api.looking import campaign_row
from waihu.api.routes import Routes
from waihu.services.dispositions import MOST, ChoiceSet
from waihu_models.access import Right
from waihu_models.disposition import Category, Choice

routes = Routes("dispositions")

Label = Annotated[str, Meta(min_length=1, max_length=60)]


class DispositionChoice(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A choice, in its place in the order. One that is not active is no longer offered; its code stays taken."""

    code: Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{0,31}$")]
    label_en: Label
    label_zh: Label
    category: Category
    requires_note: bool = False
    hot_key: Annotated[int, Meta(ge=1, le=9)] | None = None
    active: bool = True


class DispositionSet(Struct, frozen=True, kw_only=True):
    """The choices of a campaign. ``own`` false: it uses those for all, and its version is 0."""

    campaign_id: str | None
    own: bool
    choices: list[DispositionChoice]
    version: int


class DispositionWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All choices, in their order; they take the place of those there are."""

    choices: Annotated[list[DispositionChoice], Meta(min_length=1, max_length=MOST)]


def _shown(campaign_id: str | None, found: ChoiceSet) -> DispositionSet:
    choices = [
        DispositionChoice(**{name: getattr(one, name) for name in DispositionChoice.__struct_fields__})
        for one in found.choices
    ]
    return DispositionSet(campaign_id=campaign_id, own=found.own, choices=choices, version=found.version)


def _choices(body: DispositionWish) -> list[Choice]:
    return [Choice(**{**_plain(one), "category": one.category}) for one in body.choices]


def _plain(one: DispositionChoice) -> dict[str, Any]:
    plain: dict[str, Any] = to_builtins(one)
    return plain


@routes.get("/dispositions", right=Right.DISPOSITIONS_READ)
async def list_dispositions(ask: Ask) -> DispositionSet:
    """Return the choices of all campaigns that have none of their own."""
    return _shown(None, ask.house.records.dispositions.of_all())


@routes.put("/dispositions", right=Right.DISPOSITIONS_EDIT)
async def replace_dispositions(ask: Ask, body: DispositionWish) -> DispositionSet:
    """Put choices in the place of those for all campaigns."""
    dispositions = ask.house.records.dispositions
    await dispositions.save("", _choices(body), ask.if_match(), ask.by)
    return _shown(None, dispositions.of_all())


@routes.get("/campaigns/{campaign_id}/dispositions", right=Right.DISPOSITIONS_READ)
async def list_campaign_dispositions(ask: Ask, campaign_id: str) -> DispositionSet:
    """Return what agents of a campaign choose from."""
    await campaign_row(ask, campaign_id, Right.DISPOSITIONS_READ)
    return _shown(campaign_id, ask.house.records.dispositions.of(campaign_id))


@routes.put("/campaigns/{campaign_id}/dispositions", right=Right.DISPOSITIONS_EDIT)
async def replace_campaign_dispositions(ask: Ask, campaign_id: str, body: DispositionWish) -> DispositionSet:
    """Give a campaign choices of its own (the first time with ``If-Match: "v0"``)."""
    await campaign_row(ask, campaign_id, Right.DISPOSITIONS_EDIT)
    dispositions = ask.house.records.dispositions
    await dispositions.save(campaign_id, _choices(body), ask.if_match(), ask.by)
    return _shown(campaign_id, dispositions.of(campaign_id))


@routes.delete("/campaigns/{campaign_id}/dispositions", right=Right.DISPOSITIONS_EDIT)
async def forget_campaign_dispositions(ask: Ask, campaign_id: str) -> None:
    """Let a campaign use the choices for all again."""
    await campaign_row(ask, campaign_id, Right.DISPOSITIONS_EDIT)
    await ask.house.records.dispositions.forget(campaign_id, ask.if_match(), ask.by)
