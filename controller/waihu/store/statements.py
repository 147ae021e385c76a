"""The writes of the hot path: one prepared statement for each kind, carried out for many rows at once.

A batch is written kind by kind in the order of ``Kind``; inside a kind the order in which it was asked for is kept.
"""

from collections.abc import Mapping
from enum import IntEnum, auto
from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import Executable, Select, Table, bindparam, exists, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from waihu_models import tables as t

Params: TypeAlias = dict[str, Any]


class Kind(IntEnum):
    """What can be written on the hot path."""

    CUSTOMER = auto()
    CUSTOMER_PHONE = auto()
    CALL = auto()
    RECORDING = auto()
    LEAD_DIALLED = auto()
    LEAD_STEP = auto()
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


AFTER: Mapping[Kind, Kind] = {Kind.LEAD_DIALLED: Kind.LEAD_STEP, Kind.LEAD_STEP: Kind.LEAD_DIALLED}
"""Kinds that write the same columns of the same row: what was asked for first has to be written first."""


def table(row: type[t.Base]) -> Table:
    """Return the table of a row class."""
    made = row.__table__
    assert isinstance(made, Table)
    return made


def upsert(row: type[t.Base], dialect: str, keep: frozenset[str] = frozenset()) -> Executable:
    """Return an insert that overwrites the row of the same key, but for the columns to keep."""
    target = table(row)
    make = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = make(target)
    keys = [column.name for column in target.primary_key]
    changed = {c.name: statement.excluded[c.name] for c in target.columns if c.name not in {*keys, *keep}}
    return statement.on_conflict_do_update(index_elements=keys, set_=changed)


@cache
def statements(dialect: str) -> Mapping[Kind, Executable]:
    """Return the statement of each kind for a dialect."""
    return {
        **_of_leads(),
        Kind.CALL: upsert(t.CallRow, dialect),
        Kind.RECORDING: upsert(t.RecordingRow, dialect),
        Kind.AGENT: upsert(t.AgentRow, dialect, keep=frozenset({"tenant_id"})),
        Kind.AGENT_STATE: insert(table(t.AgentStateRow)),
        Kind.DISPOSITION: insert(table(t.DispositionRow)),
        Kind.DO_NOT_CALL: upsert(t.DoNotCallRow, dialect),
        Kind.NUMBER_QUALITY: upsert(t.NumberQualityRow, dialect),
        Kind.REFUSAL: insert(table(t.RefusalRow)),
        Kind.ALERT: insert(table(t.AlertRow)),
        Kind.OUTBOX: insert(table(t.OutboxRow)),
        Kind.AUDIT: insert(table(t.AuditRow)),
    }


def _of_leads() -> dict[Kind, Executable]:
    lead = table(t.LeadRow)
    one = update(lead).where(lead.c.id == bindparam("lead_key"))
    later = lead.c.version + 1
    return {
        Kind.LEAD_DIALLED: one.values(
            state="dialling", attempts=lead.c.attempts + 1, last_attempt_at=bindparam("at"), version=later
        ),
        Kind.LEAD_STEP: one.values(
            state=bindparam("new_state"),
            reason=bindparam("new_reason"),
            next_at=bindparam("new_next_at"),
            attempts_of_outcome=bindparam("new_row"),
            last_outcome=bindparam("new_outcome"),
            callback_agent_id=bindparam("new_agent"),
            version=later,
        ),
        **_of_lead_reached(lead),
    }


def _of_lead_reached(lead: Table) -> dict[Kind, Executable]:
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
    return {
        Kind.CUSTOMER: insert(customer).from_select(
            *made_of(
                id=new,
                name=lead.c.name,
                zone=lead.c.zone,
                # What the list said of the lead beyond our own columns goes with it.
                custom=lead.c.custom,
                created_at=bindparam("at", type_=customer.c.created_at.type),
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
