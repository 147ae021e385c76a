"""Routing rules put together with what they steer."""

from collections.abc import Callable

from waihu.clock import Clock
from waihu.routing.rules_decide import Router
from waihu.services.lines import Lines
from waihu.services.routing_rules import Around, RoutingRules
from waihu.store.store import Store


def routing_rules(store: Store, clock: Clock, alert: Callable[[str, str], None], lines: Lines) -> RoutingRules:
    """Return routing rules that choose the line groups of outbound calls, as far as the live table does."""

    def changed(router: Router) -> None:
        # Without such rules no facts are put together for a call, and none waits for a line of its own.
        lines.route = rules.decide if router.chooses_lines else None

    rules = RoutingRules(Around(store=store, clock=clock, alert=alert, changed=changed))
    lines.routed = rules.note
    return rules
