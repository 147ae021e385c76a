"""Imports in the store: one chunk of a list, in one transaction, against all that is there already."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, insert, select, update

from waihu.store.audit import By, note
from waihu.store.dnc import forbidden
from waihu.store.number_key import NumberKey
from waihu.store.rows import lead_row, order_of
from waihu.store.statements import table
from waihu.store.store import Store
from waihu_models.ids import CampaignId, CustomerId, LeadId, new_id
from waihu_models.lead import Lead
from waihu_models.list_entry import BadRow, ListEntry
from waihu_models.names import name_key
from waihu_models.phone import mask
from waihu_models.tables import CampaignRow, CustomerPhoneRow, CustomerRow, CustomerTagRow, ImportRow, LeadRow

_LEAD, _CUSTOMER, _PHONE = table(LeadRow), table(CustomerRow), table(CustomerPhoneRow)
_JOB, _CAMPAIGN, _TAG = table(ImportRow), table(CampaignRow), table(CustomerTagRow)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rows to be written together; ``at`` is when."""

    job_id: str
    campaign_id: CampaignId
    entries: tuple[ListEntry, ...]
    at: datetime
    list_name: str = ""


@dataclass(slots=True)
class WrittenChunk:
    """What became of a chunk. ``refused`` holds the rows that are twice in the file, too (``duplicates`` of them)."""

    imported: int = 0
    new_customers: int = 0
    duplicates: int = 0
    already_there: int = 0
    refused: list[BadRow] = field(default_factory=list)


async def begin_import(store: Store, job: Mapping[str, str], at: datetime, by: By | None) -> str:
    """Note that an import begins; return its id."""
    job_id = new_id()
    row = {"id": job_id, **job, "state": "running", "started_at": at}

    def work(connection: Connection) -> None:
        connection.execute(insert(_JOB), row)
        note(connection, by, "import.begin", job_id, f"{job['file_name']}, SHA-256 {job['sha256']}")

    await store.write(work)
    return job_id


async def end_import(store: Store, job_id: str, counts: Mapping[str, int], at: datetime) -> None:
    """Note that an import ended."""
    done = update(_JOB).where(_JOB.c.id == job_id).values(**counts, state="done", ended_at=at)
    await store.write(lambda connection: connection.execute(done) and None)


async def write_chunk(store: Store, chunk: Chunk) -> WrittenChunk:
    """Write what is new in a chunk and say what was not.

    Raises:
        StoreError: the database failed; nothing of the chunk was written.
    """
    key = await store.number_key()
    return await store.write(lambda connection: _Writing(connection, chunk, key).run())


class _Writing:
    """One chunk on its way into the database; lives inside one transaction."""

    def __init__(self, connection: Connection, chunk: Chunk, key: NumberKey) -> None:
        self._connection = connection
        self._key = key
        self._chunk = chunk
        self._result = WrittenChunk()
        self._leads: list[dict[str, Any]] = []
        self._customers: list[dict[str, Any]] = []
        self._phones: list[dict[str, Any]] = []
        self._tags: list[dict[str, Any]] = []
        # As they are now: a list is ordered anew only after a change of these rules is committed.
        rules = connection.execute(select(_CAMPAIGN.c.rules).where(_CAMPAIGN.c.id == chunk.campaign_id)).scalar()
        self._order = order_of(rules or {})

    def run(self) -> WrittenChunk:
        """Decide row by row, then insert all at once."""
        entries = self._chunk.entries
        numbers = [entry.number for entry in entries]
        listed = self._listed(numbers)
        dnc = forbidden(self._connection, self._key, numbers, self._chunk.campaign_id)
        owners = self._pairs(_PHONE.c.number_e164, _PHONE.c.customer_id, numbers)
        external = [entry.external_id for entry in entries if entry.external_id]
        known = self._pairs(_CUSTOMER.c.external_id, _CUSTOMER.c.id, external)
        for entry in entries:
            if entry.number in listed:
                self._seen_before(entry, listed[entry.number])
            elif entry.number in dnc:
                self._result.refused.append(_bad(entry, "do_not_call", "the number is on the do-not-call list"))
            else:
                listed[entry.number] = self._chunk.job_id
                self._take(entry, owners, known)
        made = ((_CUSTOMER, self._customers), (_PHONE, self._phones), (_TAG, self._tags), (_LEAD, self._leads))
        for target, rows in made:
            if rows:
                self._connection.execute(insert(target), rows)
        return self._result

    def _listed(self, numbers: list[Any]) -> dict[str, str | None]:
        here = _LEAD.c.campaign_id == self._chunk.campaign_id
        query = select(_LEAD.c.number_e164, _LEAD.c.import_id).where(here, _LEAD.c.number_e164.in_(numbers))
        return {number: job_id for number, job_id in self._connection.execute(query)}

    def _pairs(self, key: Column[Any], value: Column[Any], keys: list[Any]) -> dict[str, str]:
        if not keys:
            return {}
        return {found: owner for found, owner in self._connection.execute(select(key, value).where(key.in_(keys)))}

    def _seen_before(self, entry: ListEntry, job_id: str | None) -> None:
        if job_id == self._chunk.job_id:
            self._result.duplicates += 1
            self._result.refused.append(_bad(entry, "twice_in_file", "an earlier row of the file has this number"))
        else:
            self._result.already_there += 1

    def _take(self, entry: ListEntry, owners: dict[str, str], known: dict[str, str]) -> None:
        customer_id = known.get(entry.external_id) if entry.external_id else owners.get(entry.number)
        if customer_id is None and entry.external_id:
            customer_id = self._new_customer(entry)
            known[entry.external_id] = customer_id
        self._result.imported += 1
        lead = Lead(
            id=LeadId(new_id()),
            campaign_id=self._chunk.campaign_id,
            number_e164=entry.number,
            customer_id=CustomerId(customer_id) if customer_id else None,
            name=entry.name,
            list_name=self._chunk.list_name,
            priority=entry.priority,
            urgency=entry.urgency,
            value=entry.value,
            level=entry.level,
            score=entry.score,
            tags=entry.tags,
            preferred=entry.preferred,
            more_numbers=entry.more_numbers,
            zone=entry.zone,
            postcode=entry.postcode,
            region=entry.region,
            recording_consent=entry.recording_consent,
            call_consent=entry.call_consent,
        )
        row = lead_row(lead, self._order)
        self._leads.append({**row, "import_id": self._chunk.job_id, "custom": dict(entry.custom)})

    def _new_customer(self, entry: ListEntry) -> str:
        customer_id = new_id()
        self._result.new_customers += 1
        self._customers.append(
            {
                "id": customer_id,
                "external_id": entry.external_id,
                "name": entry.name,
                "name_key": name_key(entry.name),
                "level": entry.level,
                "zone": entry.zone,
                "custom": dict(entry.custom),
                "created_at": self._chunk.at,
            }
        )
        self._phones.extend(
            {
                "id": new_id(),
                "customer_id": customer_id,
                "number_e164": number,
                "masked": mask(number),
                "last4": number[-4:],
                "place": place,
            }
            for place, number in enumerate((entry.number, *entry.more_numbers))
        )
        self._tags.extend({"customer_id": customer_id, "tag": tag} for tag in entry.tags)
        return customer_id


def _bad(entry: ListEntry, reason: str, text: str) -> BadRow:
    return BadRow(entry.line, entry.cells, reason, text)
