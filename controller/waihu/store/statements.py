"""The writes of the hot path: one prepared statement for each kind, carried out for many rows at once.

A batch is written kind by kind in the order of ``Kind``; inside a kind the order in which it was asked for is kept.
Kinds are independent of each other, so this order is as good as any other.
"""

from collections.abc import Mapping
from enum import IntEnum, auto
from functools import cache
from typing import Any

from sqlalchemy import Executable, Table, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from waihu_models import tables as t


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
    changed = {c.name: statement.excluded[c.name] for c in target.columns if c.name not in keys and c.name not in keep}
    return statement.on_conflict_do_update(index_elements=keys, set_=changed)


@cache
def statements(dialect: str) -> Mapping[Kind, Executable]:
    """Return the statement of each kind for a dialect."""
    lead, agent = table(t.LeadRow), table(t.AgentRow)
    one_lead = lead.c.id == bindparam("lead_key")
    session = [c.name for c in agent.columns if c.name not in {"id", "tenant_id"}]
    return {
        Kind.CUSTOMER: insert(table(t.CustomerRow)).values(
            id=bindparam("customer_key"),
            name=bindparam("customer_name"),
            zone=bindparam("customer_zone"),
            created_at=bindparam("at"),
            # What the list said of the lead beyond our own columns goes with it.
            custom=select(lead.c.custom).where(one_lead).scalar_subquery(),
        ),
        Kind.CUSTOMER_PHONE: insert(table(t.CustomerPhoneRow)),
        Kind.CALL: upsert(t.CallRow, dialect),
        Kind.RECORDING: upsert(t.RecordingRow, dialect),
        Kind.LEAD_DIALLED: update(lead)
        .where(one_lead)
        .values(
            state="dialling", attempts=lead.c.attempts + 1, last_attempt_at=bindparam("at"), version=lead.c.version + 1
        ),
        Kind.LEAD_STEP: update(lead)
        .where(one_lead)
        .values(
            state=bindparam("new_state"),
            reason=bindparam("new_reason"),
            next_at=bindparam("new_next_at"),
            attempts_of_outcome=bindparam("new_row"),
            last_outcome=bindparam("new_outcome"),
            callback_agent_id=bindparam("new_agent"),
            version=lead.c.version + 1,
        ),
        Kind.LEAD_CUSTOMER: update(lead).where(one_lead).values(customer_id=bindparam("new_customer")),
        Kind.AGENT: update(agent)
        .where(agent.c.id == bindparam("agent_key"))
        .values({name: bindparam(f"new_{name}") for name in session}),
        Kind.AGENT_STATE: insert(table(t.AgentStateRow)),
        Kind.DISPOSITION: insert(table(t.DispositionRow)),
        Kind.DO_NOT_CALL: upsert(t.DoNotCallRow, dialect),
        Kind.NUMBER_QUALITY: upsert(t.NumberQualityRow, dialect),
        Kind.REFUSAL: insert(table(t.RefusalRow)),
        Kind.ALERT: insert(table(t.AlertRow)),
        Kind.OUTBOX: insert(table(t.OutboxRow)),
        Kind.AUDIT: insert(table(t.AuditRow)),
    }


Params = dict[str, Any]
