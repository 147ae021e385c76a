"""Counters and timings of the controller, in Prometheus' terms, on a registry of their own."""

from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram


class Metrics:
    """Every figure the controller counts; one instance per running controller."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        make: dict[str, Any] = {"registry": self.registry, "namespace": "waihu"}
        self.calls = Counter("calls", "Ended calls by outcome", ["outcome"], **make)
        self.illegal = Counter("illegal_transitions", "Signals that came in an impossible state", ["kind"], **make)
        self.queue_full = Counter("call_queue_full", "Signals lost because the queue of a call was full", **make)
        self.unknown_legs = Counter("unknown_leg_signals", "Signals of legs that belong to nobody", **make)
        self.commands_failed = Counter(
            "commands_failed", "Commands the exchange did not carry out", ["command"], **make
        )
        self.refusals = Counter("dial_refusals", "Leads not dialled, by reason", ["code"], **make)
        self.alerts = Counter("alerts", "Alerts raised, by code", ["code"], **make)
        self.store_slow = Counter("store_slow", "Times a call went on before its row was committed", **make)
        self.stuck = Counter("stuck_calls", "Calls and agents the watchdog found without an end", **make)
        self.live_calls = Gauge("live_calls", "Calls with a customer's leg up or being dialled", **make)
        self.answer_to_agent = Histogram(
            "answer_to_agent_seconds",
            "From the answer of the far end to the agent hearing it",
            buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5),
            **make,
        )
