"""A unit of work: writes that belong together. It is committed whole, with its neighbours, by the one writer."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from waihu.store.media_rows import leg_quality_row
from waihu.store.rows import agent_row, call_row, recording_row
from waihu.store.statements import Kind, Params
from waihu.store.tension_rows import mark_row, measure_row
from waihu.store.transcript_rows import transcript_row, utterance_row
from waihu.store.word_rows import alert_row, hint_row
from waihu_models.agent import Agent
from waihu_models.assist import Hint
from waihu_models.call import Call
from waihu_models.detection import JudgedAnswer
from waihu_models.do_not_call import INTERNAL_ID
from waihu_models.events import AlertRaised, LeadRefused
from waihu_models.ids import CampaignId, LeadId, new_id
from waihu_models.lead import Lead, LeadStep
from waihu_models.media import LegQuality
from waihu_models.phone import E164, mask
from waihu_models.recording import Recording
from waihu_models.tension import SideMeasure, TensionMark
from waihu_models.transcript import Transcript, Utterance
from waihu_models.word_alert import WordAlert


class Unit:
    """Collects writes; nothing happens before ``Store.commit`` or ``Store.submit``."""

    def __init__(self) -> None:
        self.writes: list[tuple[Kind, Params]] = []
        self.forbids: list[E164] = []  # numbers that are still clear

    @property
    def empty(self) -> bool:
        """Whether there is nothing to write."""
        return not self.writes

    def _add(self, kind: Kind, **params: Any) -> None:
        self.writes.append((kind, params))

    # ---- calls -----------------------------------------------------------------------------------------------------

    def save_call(self, call: Call) -> None:
        """Keep a call as it is now."""
        self.writes.append((Kind.CALL, call_row(call)))

    def save_disposition(self, call: Call) -> None:
        """Keep the agent's judgement of a call."""
        if call.disposition is not None:
            self._add(
                Kind.DISPOSITION,
                call_id=call.id,
                campaign_id=call.campaign_id,
                agent_id=call.agent_id,
                code=call.disposition.code,
                category=str(call.disposition.category),
                note=call.note,
                callback_at=call.callback_at,
                at=call.state_since,
            )

    def save_recording(self, recording: Recording) -> None:
        """Keep a recording as it is now."""
        self.writes.append((Kind.RECORDING, recording_row(recording)))

    def save_transcript(self, transcript: Transcript) -> None:
        """Keep how far the transcript of one side of a call is."""
        self.writes.append((Kind.TRANSCRIPT, transcript_row(transcript)))

    def add_utterance(self, utterance: Utterance) -> None:
        """Keep what was said; the second time it does nothing."""
        self.writes.append((Kind.UTTERANCE, utterance_row(utterance)))

    def add_word_alert(self, alert: WordAlert) -> None:
        """Keep that a phrase of a list was said."""
        self.writes.append((Kind.WORD_ALERT, alert_row(alert)))

    def add_hint(self, hint: Hint, campaign_id: CampaignId | None, *, offered: bool) -> None:
        """Keep that an objection was raised, and whether its answer was offered."""
        self.writes.append((Kind.HINT, hint_row(hint, campaign_id, offered=offered)))

    def add_tension_mark(self, mark: TensionMark) -> None:
        """Keep that a measure of how somebody speaks changed markedly."""
        self.writes.append((Kind.TENSION_MARK, mark_row(mark)))

    def save_side_measure(self, measure: SideMeasure, at: datetime) -> None:
        """Keep a figure of a call that ended at a moment, in the place of an earlier one."""
        self.writes.append((Kind.SIDE_MEASURE, measure_row(measure, at)))

    def save_leg_quality(self, quality: LegQuality) -> None:
        """Keep how a leg of a call sounded, in the place of what was kept before."""
        self.writes.append((Kind.LEG_MEDIA, leg_quality_row(quality)))

    def save_judged_answer(self, answer: JudgedAnswer) -> None:
        """Keep how an answer was taken, and by what evidence."""
        row = {name: getattr(answer, name) for name in JudgedAnswer.__slots__}
        self.writes.append((Kind.JUDGED_ANSWER, {**row, "evidence": "\n".join(answer.evidence)}))

    # ---- lists -----------------------------------------------------------------------------------------------------

    def lead_dialled(self, lead_id: LeadId, at: datetime, known_version: int | None = None) -> None:
        """Count an attempt; the lead is not given out again before its next step.

        The unit is refused when the lead has another version than it was read with (None: whatever it has).
        """
        self._add(Kind.LEAD_DIALLED, lead_key=lead_id, at=at, known_version=known_version)
        self.end_lease(lead_id)

    def end_lease(self, lead_id: LeadId, holder: str | None = None) -> None:
        """Let any dial loop have a lead again that ``holder`` held (None: whoever did)."""
        self._add(Kind.LEASE_END, lead_key=lead_id, of_holder=holder)

    def step_lead(self, lead_id: LeadId, step: LeadStep, outcome: str) -> None:
        """Keep a lead's next step and the outcome it follows."""
        self._add(
            Kind.LEAD_STEP,
            lead_key=lead_id,
            new_state=str(step.state),
            new_reason=str(step.reason),
            new_next_at=step.next_at,
            new_row=step.attempts_of_outcome,
            new_outcome=outcome,
            new_agent=step.callback_agent_id,
            new_pass=step.pass_no,
            refused=int(step.refused),
        )
        if step.numbers:
            self._add(
                Kind.LEAD_NUMBER, lead_key=lead_id, new_number=step.numbers[0], new_rest=",".join(step.numbers[1:])
            )

    def new_customer(self, lead: Lead, at: datetime) -> None:
        """Make a customer of a lead who was reached; a number that is a customer's already makes the lead theirs."""
        number, key = lead.number_e164, new_id()
        self._add(Kind.CUSTOMER, lead_key=lead.id, customer_key=key, at=at, number=number)
        self._add(
            Kind.CUSTOMER_PHONE,
            lead_key=lead.id,
            customer_key=key,
            phone_key=new_id(),
            masked=mask(number),
            last4=number[-4:],
        )
        self._add(Kind.LEAD_CUSTOMER, lead_key=lead.id)

    def add_do_not_call(
        self, number: E164, reason: str, at: datetime, source: str = "call", list_id: int = INTERNAL_ID
    ) -> None:
        """Put a number on a do-not-call list, that of people who asked us by default; ``source`` is who says so."""
        self.forbids.append(number)
        self._add(
            Kind.DO_NOT_CALL,
            list_id=list_id,
            number_hash=None,
            added_at=at,
            source=source,
            reason=reason,
            removed_at=None,
            removed_by=None,
        )

    def seal(self, hashed: Callable[[str], bytes]) -> list[bytes]:
        """Put hashes in the places of clear numbers and let others hear of them; return those nobody may call."""
        made = [hashed(number) for number in self.forbids]
        self.forbids.clear()
        open_rows = [row for kind, row in self.writes if kind is Kind.DO_NOT_CALL and row["number_hash"] is None]
        for row, number_hash in zip(open_rows, made, strict=True):
            row["number_hash"] = number_hash
            told = {"list_id": row["list_id"], "reason": row["reason"], "source": row["source"]}
            self.add_outbox("do_not_call.added", number_hash.hex(), told, row["added_at"])
        return [row["number_hash"] for row in open_rows if row["list_id"] == INTERNAL_ID]

    def mark_number(self, number: E164, quality: str, at: datetime) -> None:
        """Keep what a number has proved to be: a value of ``NumberQuality``."""
        self._add(Kind.NUMBER_QUALITY, number_e164=number, quality=quality, at=at)

    def add_pacing(self, **decision: Any) -> None:
        """Keep a decision of the pacer: the columns of ``PacingRow``."""
        self._add(Kind.PACING, **decision)

    def add_refusal(self, refused: LeadRefused) -> None:
        """Keep why a lead was not dialled."""
        self._add(
            Kind.REFUSAL, lead_id=refused.lead_id, code=str(refused.refusal), at=refused.at, again_at=refused.again_at
        )

    # ---- agents ----------------------------------------------------------------------------------------------------

    def save_agent(self, agent: Agent) -> None:
        """Keep an agent as they are now."""
        self.writes.append((Kind.AGENT, agent_row(agent)))

    def agent_state_ended(self, was: Agent, ended_at: datetime) -> None:
        """Keep a stretch of an agent's time."""
        self._add(
            Kind.AGENT_STATE,
            agent_id=was.id,
            session_id=was.session_id,
            campaign_id=was.campaign_id,
            call_id=was.call_id,
            state=str(was.state),
            reason=was.reason,
            started_at=was.state_since,
            ended_at=ended_at,
            duration_s=max(0.0, (ended_at - was.state_since).total_seconds()),
        )

    # ---- journal ---------------------------------------------------------------------------------------------------

    def add_outbox(self, topic: str, key: str, payload: dict[str, Any], at: datetime) -> None:
        """Let others hear of it."""
        self._add(Kind.OUTBOX, topic=topic, key=key, payload=payload, at=at)

    def add_alert(self, alert: AlertRaised) -> None:
        """Keep an alert."""
        self._add(Kind.ALERT, code=alert.code, text=alert.text, at=alert.at)

    def add_audit(self, actor: str, action: str, object_id: str, detail: str, at: datetime) -> None:
        """Keep who did what; the writer chains the hashes."""
        self._add(Kind.AUDIT, actor=actor, action=action, object_id=object_id, detail=detail, at=at)
