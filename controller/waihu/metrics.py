"""Counters and timings of the controller, in Prometheus' terms, on a registry of their own."""

from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram


class Metrics:
    """Every figure the controller counts; one instance per running controller."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        make: dict[str, Any] = {"registry": self.registry, "namespace": "waihu"}
        self._outward(make)
        self._speech(make)
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
        self.live_clients = Gauge("live_clients", "Screens that follow live", **make)
        self.live_behind = Counter("live_behind", "Times a screen was too slow and got the whole picture anew", **make)
        self.loop_lag = Histogram(
            "loop_lag_seconds",
            "How late the loop got round to a thing that was due",
            buckets=(0.001, 0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5),
            **make,
        )
        self._make_gauges(make)
        self.requests = Histogram(
            "http_request_seconds",
            "Requests by route and status",
            ["method", "route", "status"],
            buckets=(0.005, 0.02, 0.1, 0.5, 2, 10),
            **make,
        )

    def _make_gauges(self, make: dict[str, Any]) -> None:
        """Make what is read when somebody asks for it, see ``services.gauges``."""
        self.agents = Gauge("agents", "Agents by state", ["state"], **make)
        self.queue = Gauge("waiting_calls", "Answered customers and callers who wait for an agent", **make)
        self.lines_used = Gauge("trunk_lines_used", "Calls on each trunk", ["trunk"], **make)
        self.lines_allowed = Gauge("trunk_lines_allowed", "Calls each trunk may carry", ["trunk"], **make)
        self.call_rate = Gauge("trunk_calls_per_second", "Calls started on each trunk a second", ["trunk"], **make)
        self.drained = Gauge("trunk_drained", "1: gets no new calls, 0.5: a small share, 0: its own", ["trunk"], **make)
        self.trunk_mos = Gauge("trunk_mos", "Mean MOS of the last ten minutes' calls of each trunk", ["trunk"], **make)
        self.hopper = Gauge("hopper_leads", "Leads read ahead of each campaign", ["campaign"], **make)
        self.campaign_calls = Gauge("campaign_live_calls", "Calls of each campaign", ["campaign"], **make)
        self.drop_ratio = Gauge(
            "campaign_drop_ratio",
            "Abandoned calls per call answered by a person, as pacing sees it",
            ["campaign"],
            **make,
        )
        self.store_backlog = Gauge("store_backlog", "Writes that wait for the database", **make)
        self.store_bytes = Gauge("store_bytes", "Size of the database", ["part"], **make)
        self.outbox_backlog = Gauge("outbox_backlog", "Events not delivered yet", **make)
        self.recordings_backlog = Gauge("recordings_backlog", "Recordings that wait to be finished", **make)
        self.exchange_up = Gauge("exchange_up", "Whether the exchange can be given commands", **make)
        self.disk_free = Gauge("recordings_disk_free_bytes", "Free space for recordings", **make)
        self.task_failures = Gauge("task_failures", "Background tasks that failed since the start", **make)

    def _outward(self, make: dict[str, Any]) -> None:
        self.outbox_events = Gauge("outbox_events", "Events in the outbox, told or not", **make)
        self.deliveries = Counter("deliveries", "Attempts to tell a receiver of an event", ["result"], **make)
        self.deliveries_pending = Gauge("deliveries_pending", "Events on their way to receivers", **make)
        self.deliveries_set_aside = Gauge("deliveries_set_aside", "Events no receiver took, for a person", **make)
        self.delivery_lag = Histogram(
            "delivery_lag_seconds",
            "From what happened to the receiver having been told",
            buckets=(0.1, 0.25, 0.5, 1, 2, 5, 15, 60, 300, 3600),
            **make,
        )

    def _speech(self, make: dict[str, Any]) -> None:
        self.speech_streams = Gauge("speech_streams", "Sides of calls that are being heard", **make)
        self.speech_ratio = Gauge("speech_real_time_factor", "Of the busiest ear, 1 is all it has", **make)
        self.speech_lost = Counter("speech_lost_seconds", "Sound that came and was not recognised live", **make)
        self.speech_dropped = Counter("speech_dropped_connections", "Connections to ears that were hung up on", **make)
        self.speech_restarts = Counter("speech_ear_restarts", "Ears that died and were started again", **make)
        self.word_alerts = Counter("word_alerts", "Phrases of lists that were said", ["kind", "late"], **make)
        self.words_lost = Counter("words_lost", "Alerts and hints that were told and could not be stored", **make)
        self.speech_lag = Histogram(
            "speech_lag_seconds",
            "From the end of an utterance's last word to its text",
            buckets=(0.25, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10),
            **make,
        )
