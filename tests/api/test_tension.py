"""Tension indicators through the API: with their places in the recording, to whom may read the transcript."""

from datetime import timedelta

from tests.api.conftest import Person, Site
from tests.api.records import ended_call, recorded, recording_id

from waihu.store.unit import Unit
from waihu_models.call import Call
from waihu_models.ids import AgentId, new_id
from waihu_models.tension import Measure, SideMeasure, TensionMark
from waihu_models.transcript import Side

NORTH = AgentId("north_agent")


async def sounded(site: Site, call: Call) -> None:
    """Keep a change ten seconds after the beginning of a call, and two figures."""
    unit = Unit()
    at = call.dialled_at + timedelta(seconds=10)
    unit.add_tension_mark(
        TensionMark(
            id=new_id(), call_id=call.id, agent_id=call.agent_id, side=Side.CUSTOMER, measure=Measure.LEVEL,
            value=-15.0, baseline=-30.0, start_s=8.0, at=at,
        )
    )  # fmt: skip
    for measure, value, baseline in ((Measure.LEVEL, -20.0, -30.0), (Measure.TALK_RATIO, 0.4, None)):
        figure = SideMeasure(
            call_id=call.id, side=Side.CUSTOMER, measure=measure, value=value, baseline=baseline, samples=9
        )
        unit.save_side_measure(figure, at)
    await site.app.store.commit(unit)


async def test_marks_have_their_place_in_the_recording_and_figures_their_baseline(site: Site, admin: Person) -> None:
    call = await ended_call(site, agent_id=NORTH, recording_id=recording_id())
    await recorded(site, call, started_at=call.dialled_at + timedelta(seconds=2))
    await sounded(site, call)
    page = (await admin.get(f"/calls/{call.id}/tension")).ok()
    (mark,) = page["marks"]
    assert (mark["side"], mark["measure"], mark["value"], mark["baseline"], mark["at_s"]) == (
        "customer", "level", -15.0, -30.0, 8.0,
    )  # fmt: skip
    assert [(one["measure"], one["value"], one["baseline"], one["samples"]) for one in page["measures"]] == [
        ("level", -20.0, -30.0, 9), ("talk_ratio", 0.4, None, 9),
    ]  # fmt: skip


async def test_a_call_that_was_not_recorded_has_no_places_and_one_that_was_not_heard_has_nothing(
    site: Site, admin: Person
) -> None:
    call, silent = await ended_call(site, agent_id=NORTH), await ended_call(site, agent_id=NORTH)
    await sounded(site, call)
    (mark,) = (await admin.get(f"/calls/{call.id}/tension")).ok()["marks"]
    assert mark["at_s"] is None
    assert (await admin.get(f"/calls/{silent.id}/tension")).ok() == {
        "call_id": silent.id, "marks": [], "measures": [],
    }  # fmt: skip


async def test_only_who_may_read_the_transcript_sees_how_a_call_sounded(site: Site) -> None:
    call = await ended_call(site, agent_id=NORTH)
    await sounded(site, call)
    statuses = {
        login: (await (await site.person(login)).get(f"/calls/{call.id}/tension")).status
        for login in ("north_agent", "north_lead", "south_agent", "south_lead")
    }
    assert statuses == {"north_agent": 200, "north_lead": 200, "south_agent": 404, "south_lead": 404}
