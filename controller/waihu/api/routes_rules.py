"""Rule packs: which there are, and what one, or several together, ask of a campaign."""

from typing import Annotated

from msgspec import Meta, Struct

from waihu.api.ask import Ask
from waihu.api.both import BothLanguages, both
from waihu.api.routes import Routes
from waihu.dialer.rule_packs import strictest
from waihu.services.rule_words import rule_lines
from waihu_models.access import Right
from waihu_models.errors import BadField, BadRulePack
from waihu_models.rule_pack import Rules

routes = Routes("rule-packs")

PackName = Annotated[str, Meta(min_length=1, max_length=40)]


class RulePackShown(Struct, frozen=True, kw_only=True):
    """A rule pack; ``asks`` says in sentences what it comes to."""

    name: str
    number: str
    title: str
    asks: list[BothLanguages]


class RulesTogether(Struct, frozen=True, kw_only=True):
    """What several rule packs come to; ``problem``: they cannot hold together, and no campaign may be under them."""

    asks: list[BothLanguages]
    problem: str = ""


class TogetherQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which packs."""

    name: Annotated[list[PackName], Meta(max_length=20)] = []


def _asks(rules: Rules) -> list[BothLanguages]:
    return [both(line) for line in rule_lines(rules)]


@routes.get("/rule-packs", right=Right.CAMPAIGNS_READ)
async def list_rule_packs(ask: Ask) -> list[RulePackShown]:
    """Return all rule packs, by name."""
    await ask.house.shelf.refresh()
    packs = sorted(ask.house.shelf.packs.values(), key=lambda pack: pack.name)
    return [
        RulePackShown(name=pack.name, number=pack.number, title=pack.title, asks=_asks(pack.rules)) for pack in packs
    ]


@routes.get("/rule-packs/together", right=Right.CAMPAIGNS_READ)
async def join_rule_packs(ask: Ask, query: TogetherQuery) -> RulesTogether:
    """Return what rule packs ask together: of each thing the strictest counts."""
    await ask.house.shelf.refresh()
    packs = ask.house.shelf.packs
    for index, name in enumerate(query.name):
        if name not in packs:
            raise BadField(f"name[{index}]", f"there is no rule pack {name!r}")
    try:
        return RulesTogether(asks=_asks(strictest(packs[name] for name in dict.fromkeys(query.name))))
    except BadRulePack as error:
        return RulesTogether(asks=[], problem=str(error))
