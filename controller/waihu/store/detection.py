"""How machine detection did in a campaign, by what agents said of the answers they were given; what it has learnt."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, delete, func, insert, select

from waihu.store.abandoned import JUDGED_MACHINE
from waihu.store.audit import By, note
from waihu.store.statements import table
from waihu.store.store import Store
from waihu_models.detection import KnownAnswer, Learnt
from waihu_models.signals import Verdict
from waihu_models.tables import CallRow, JudgedAnswerRow, LearntDetectionRow

_C, _J, _L = table(CallRow).c, table(JudgedAnswerRow), table(LearntDetectionRow)


@dataclass(frozen=True, slots=True)
class Screened:
    """Answers of a campaign that were listened to.

    Attributes:
        sent_away: Taken for machines. How many of them were people is known only from those that were checked.
        passed_on: Taken for people, or unsure, and talked with an agent; those that were checked are not counted here.
        judged: Of those, how many have a disposition.
        machines: Of those, how many the agent found to be machines.
        checked: Taken for machines, passed on all the same, and judged by an agent.
        people: Of those, how many were people.
        people_ratio: Share of people among those sent away, 0..1, None while nothing was checked. An answer checked
            while one in ``n`` was stands for the ``n - 1`` that were sent away meanwhile (D. Horvitz and D. Thompson
            1952), so that it stays right when the campaign's share is changed.
        worth: As many checked answers that were all drawn with one share would say as much (L. Kish 1965).
    """

    sent_away: int
    passed_on: int
    judged: int
    machines: int
    checked: int
    people: int
    people_ratio: float | None
    worth: float


async def screened(store: Store, campaign_id: str, since: datetime) -> Screened:
    """Return how the answers of a campaign since a moment were taken, and what agents say of it."""
    talked, said = _C.connected_at.is_not(None), _C.disposition.is_not(None)
    checked = func.coalesce(_J.c.checked, False)
    passed = (_C.verdict != str(Verdict.MACHINE)) & talked & ~checked

    def count(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    def total(of: ColumnElement[float]) -> ColumnElement[float]:
        return func.coalesce(func.sum(of), 0.0)

    known = case((checked & talked & said & (_J.c.check_share > 0), 1 / _J.c.check_share - 1), else_=0.0)
    query = (
        select(
            count(_C.verdict == str(Verdict.MACHINE)).label("sent_away"),
            count(passed).label("passed_on"),
            count(passed & said).label("judged"),
            count(passed & (_C.disposition == JUDGED_MACHINE)).label("machines"),
            count(checked & talked & said).label("checked"),
            count(checked & talked & said & (_C.disposition != JUDGED_MACHINE)).label("people"),
            total(known).label("stands_for"),
            total(known * known).label("squared"),
            total(case((_C.disposition != JUDGED_MACHINE, known), else_=0.0)).label("stand_for_people"),
        )
        .select_from(table(CallRow).outerjoin(_J, _J.c.call_id == _C.id))
        .where(_C.campaign_id == campaign_id, _C.dialled_at >= since, _C.verdict.is_not(None))
    )
    row = (await store.rows(query))[0]
    stand_for, counted = row["stands_for"], ("sent_away", "passed_on", "judged", "machines", "checked", "people")
    return Screened(
        **{name: int(row[name]) for name in counted},
        people_ratio=row["stand_for_people"] / stand_for if stand_for > 0 else None,
        worth=stand_for**2 / row["squared"] if stand_for > 0 else 0.0,
    )


async def known_answers(store: Store, campaign_id: str, since: datetime | None, limit: int) -> list[KnownAnswer]:
    """Return the newest answers of a campaign of which an agent said what they were, the oldest of them first."""
    query = (
        select(_J.c.evidence, _J.c.checked, _J.c.check_share, _C.disposition)
        .select_from(_J.join(table(CallRow), _C.id == _J.c.call_id))
        .where(_J.c.campaign_id == campaign_id, _C.connected_at.is_not(None), _C.disposition.is_not(None))
        .order_by(_J.c.at.desc(), _J.c.call_id.desc())
        .limit(limit)
    )
    if since is not None:
        query = query.where(_J.c.at > since)
    return [
        KnownAnswer(
            evidence=tuple(row["evidence"].split("\n")),
            machine=row["disposition"] == JUDGED_MACHINE,
            weight=1 / row["check_share"] if row["checked"] and row["check_share"] > 0 else 1.0,
        )
        for row in reversed(await store.rows(query))
    ]


async def learnt_of(store: Store, campaign_id: str) -> Learnt:
    """Return what a campaign has learnt, nothing at first."""
    rows = await store.rows(select(_L).where(_L.c.campaign_id == campaign_id))
    if not rows:
        return Learnt()
    return Learnt(**{name: rows[0][name] for name in Learnt.__slots__})


async def save_learnt(store: Store, campaign_id: str, learnt: Learnt, by: By | None = None) -> None:
    """Keep what a campaign has learnt; ``by``: a person's doing, which goes to the audit log."""

    def work(connection: Connection) -> None:
        values: dict[str, Any] = {name: getattr(learnt, name) for name in Learnt.__slots__}
        connection.execute(delete(_L).where(_L.c.campaign_id == campaign_id))
        connection.execute(insert(_L).values(campaign_id=campaign_id, **values))
        note(connection, by, "detection.forget", campaign_id)

    await store.write(work)
