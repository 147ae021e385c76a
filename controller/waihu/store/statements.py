"""The writes of the hot path: one prepared statement for each kind, carried out for many rows at once.

They are compiled once, here: looking a statement up in SQLAlchemy's cache costs more than SQLite needs to carry it out.

A batch is written kind by kind in the order of ``Kind``; inside a kind the order in which it was asked for is kept.
"""

from collections.abc import Mapping
from enum import IntEnum, auto
from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import (
    Connection,
    Delete,
    Dialect,
    Exists,
    Insert,
    Select,
    Table,
    Update,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from waihu.store.transcript_rows import SLOTS
from waihu_models import tables as t

Params: TypeAlias = dict[str, Any]


class Kind(IntEnum):
    """What can be written on the hot path."""

    CUSTOMER = auto()
    CUSTOMER_PHONE = auto()
    CALL = auto()
    RECORDING = auto()
    TRANSCRIPT = auto()
    UTTERANCE = auto()
    WORD_ALERT = auto()
    TENSION_MARK = auto()
    SIDE_MEASURE = auto()
    LEG_MEDIA = auto()
    JUDGED_ANSWER = auto()
    HINT = auto()
    LEAD_DIALLED = auto()
    LEAD_STEP = auto()
    LEAD_NUMBER = auto()
    LEASE_END = auto()
    LEAD_CUSTOMER = auto()
    AGENT = auto()
    AGENT_STATE = auto()
    DISPOSITION = auto()
    DO_NOT_CALL = auto()
    NUMBER_QUALITY = auto()
    REFUSAL = auto()
    ALERT = auto()
    OUTBOX = auto()
    AUDIT = auto()
    PACING = auto()


def table(row: type[t.Base]) -> Table:
    """Return the table of a row class."""
    made = row.__table__
    assert isinstance(made, Table)
    return made


class Prepared:
    """A statement in the driver's words, and how a row becomes the driver's values."""

    def __init__(self, statement: Insert | Update | Delete, dialect: Dialect, columns: list[str] | None = None) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=columns)
        self._sql = compiled.string
        self._positional = compiled.positional
        self._names = list(compiled.positiontup or compiled.binds)
        self._fixed = {name: value for name, value in compiled.params.items() if value is not None}
        types = {name: compiled.binds[name].type.dialect_impl(dialect) for name in self._names}
        self._processors = [types[name].bind_processor(dialect) for name in self._names]

    def write(self, connection: Connection, rows: list[Params]) -> int:
        """Carry the statement out for every row; return how many rows of the table it met."""
        return connection.exec_driver_sql(self._sql, [self._values(row) for row in rows]).rowcount

    def _values(self, row: Params) -> Any:
        row = {**self._fixed, **row}
        values = [
            process(row[name]) if process is not None else row[name]
            for name, process in zip(self._names, self._processors, strict=True)
        ]
        return tuple(values) if self._positional else dict(zip(self._names, values, strict=True))


@cache
def statements(dialect: Dialect) -> Mapping[Kind, Prepared]:
    """Return the statement of each kind for a dialect."""

    def inserted(row: type[t.Base]) -> Prepared:
        return Prepared(insert(table(row)), dialect, _given(row))

    def kept(row: type[t.Base]) -> Prepared:
        return Prepared(_upsert(row, dialect.name), dialect, _given(row))

    return {
        **{kind: Prepared(statement, dialect) for kind, statement in _of_leads().items()},
        Kind.CALL: kept(t.CallRow),
        Kind.RECORDING: kept(t.RecordingRow),
        Kind.TRANSCRIPT: kept(t.TranscriptRow),
        Kind.UTTERANCE: Prepared(_of_utterance(dialect.name), dialect),
        Kind.WORD_ALERT: inserted(t.WordAlertRow),
        Kind.TENSION_MARK: inserted(t.TensionMarkRow),
        Kind.SIDE_MEASURE: kept(t.SideMeasureRow),
        Kind.LEG_MEDIA: kept(t.LegMediaRow),
        Kind.JUDGED_ANSWER: kept(t.JudgedAnswerRow),
        Kind.HINT: inserted(t.AssistHintRow),
        Kind.AGENT: kept(t.AgentRow),
        Kind.AGENT_STATE: inserted(t.AgentStateRow),
        Kind.DISPOSITION: inserted(t.DispositionRow),
        Kind.DO_NOT_CALL: kept(t.DoNotCallNumberRow),
        Kind.NUMBER_QUALITY: kept(t.NumberQualityRow),
        Kind.REFUSAL: inserted(t.RefusalRow),
        Kind.ALERT: inserted(t.AlertRow),
        Kind.OUTBOX: inserted(t.OutboxRow),
        Kind.AUDIT: inserted(t.AuditRow),
        Kind.PACING: inserted(t.PacingRow),
    }


def _given(row: type[t.Base]) -> list[str]:
    """Return the columns a unit gives; the others the database fills by itself, or people change them."""
    others = {
        "seq", "tenant_id", "team_id", "version", "disabled", "next_profile", "queues", "skills", "blended",
    }  # fmt: skip
    return [column.name for column in table(row).columns if column.name not in others]


def _upsert(row: type[t.Base], dialect: str) -> Insert:
    """Return an insert that overwrites the row of the same key: the one statement in which the dialects differ."""
    target = table(row)
    make = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = make(target)
    keys = [column.name for column in target.primary_key]
    changed = {name: statement.excluded[name] for name in _given(row) if name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=changed)


def _of_utterance(dialect: str) -> Insert:
    """Return an insert that puts an utterance behind those of its millisecond, and does nothing the second time."""
    target = table(t.UtteranceRow)
    place = bindparam("seq", type_=target.c.seq.type)
    taken = select(func.max(target.c.seq)).where(target.c.seq >= place, target.c.seq < place + SLOTS).scalar_subquery()
    given = {column.name: bindparam(column.name, type_=column.type) for column in target.c if column.name != "seq"}
    make = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return make(target).values(seq=func.coalesce(taken + 1, place), **given).on_conflict_do_nothing()


def _of_leads() -> dict[Kind, Insert | Update | Delete]:
    lead, lease = table(t.LeadRow), table(t.LeaseRow)
    one = update(lead).where(lead.c.id == bindparam("lead_key"))
    later = lead.c.version + 1
    known = bindparam("known_version", type_=lead.c.version.type)
    whose = bindparam("of_holder", type_=lease.c.holder.type)
    return {
        # A lead that was changed, or dialled by somebody else, since it was read is not dialled as it was.
        Kind.LEAD_DIALLED: one.where(or_(known.is_(None), lead.c.version == known)).values(
            state="dialling", attempts=lead.c.attempts + 1, last_attempt_at=bindparam("at"), version=later
        ),
        Kind.LEAD_STEP: one.values(
            state=bindparam("new_state"),
            reason=bindparam("new_reason"),
            next_at=bindparam("new_next_at"),
            attempts_of_outcome=bindparam("new_row"),
            last_outcome=bindparam("new_outcome"),
            callback_agent_id=bindparam("new_agent"),
            pass_no=func.coalesce(bindparam("new_pass", type_=lead.c.pass_no.type), lead.c.pass_no),
            refusals=lead.c.refusals + bindparam("refused", type_=lead.c.refusals.type),
            version=later,
        ),
        Kind.LEAD_NUMBER: one.values(
            # Where another lead of the list has the number already, this one goes without it.
            number_e164=case((_on_the_list(lead), lead.c.number_e164), else_=_NEW_NUMBER),
            more_numbers=bindparam("new_rest"),
        ),
        Kind.LEASE_END: delete(lease).where(
            lease.c.lead_id == bindparam("lead_key"), or_(whose.is_(None), lease.c.holder == whose)
        ),
        **_of_lead_reached(lead),
    }


_NEW_NUMBER = bindparam("new_number", type_=table(t.LeadRow).c.number_e164.type)


def _on_the_list(lead: Table) -> Exists:
    other = lead.alias()
    same = (other.c.campaign_id == lead.c.campaign_id) & (other.c.number_e164 == _NEW_NUMBER)
    return exists().where(same, other.c.id != lead.c.id)


def _of_lead_reached(lead: Table) -> dict[Kind, Insert | Update | Delete]:
    """A lead who was spoken with becomes a customer, unless the number is one's already; then it becomes theirs."""
    customer, phone = table(t.CustomerRow), table(t.CustomerPhoneRow)
    nobodys = ~exists().where(phone.c.number_e164 == lead.c.number_e164)
    this = (lead.c.id == bindparam("lead_key"), lead.c.customer_id.is_(None))

    def made_of(**values: Any) -> tuple[list[str], Select[Any]]:
        return list(values), select(*values.values()).where(*this, nobodys)

    owner = (
        select(phone.c.customer_id)
        .where(phone.c.number_e164 == lead.c.number_e164)
        .order_by(phone.c.place, phone.c.customer_id)
        .limit(1)
        .scalar_subquery()
    )
    new = bindparam("customer_key", type_=customer.c.id.type)
    campaign = table(t.CampaignRow)
    team = select(campaign.c.team_id).where(campaign.c.id == lead.c.campaign_id).scalar_subquery()
    return {
        Kind.CUSTOMER: insert(customer).from_select(
            *made_of(
                id=new,
                name=lead.c.name,
                name_key=lead.c.name_key,
                level=lead.c.level,
                zone=lead.c.zone,
                # What the list said of the lead beyond our own columns goes with it.
                custom=lead.c.custom,
                created_at=bindparam("at", type_=customer.c.created_at.type),
                team_id=team,
            )
        ),
        Kind.CUSTOMER_PHONE: insert(phone).from_select(
            *made_of(
                id=bindparam("phone_key", type_=phone.c.id.type),
                customer_id=new,
                number_e164=lead.c.number_e164,
                masked=bindparam("masked", type_=phone.c.masked.type),
                last4=bindparam("last4", type_=phone.c.last4.type),
            )
        ),
        Kind.LEAD_CUSTOMER: update(lead).where(*this).values(customer_id=owner),
    }
