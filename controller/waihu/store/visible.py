"""Which rows somebody may see: the one place where a scope becomes a condition.

A row that belongs to no team is everybody's, so that an installation without teams works as one team.
"""

from typing import Any

from sqlalchemy import ColumnElement, Select, Table, case, exists, false, or_, select, true

from waihu.store.statements import table
from waihu_models.access import Right, Scope, Viewer
from waihu_models.tables import AgentRow, CallRow, CallTaskRow, CampaignRow, CustomerRow, LeadRow, RecordingRow

_AGENT, _CALL, _CAMPAIGN = table(AgentRow), table(CallRow), table(CampaignRow)
_CUSTOMER, _LEAD, _RECORDING = table(CustomerRow), table(LeadRow), table(RecordingRow)
_TASK = table(CallTaskRow)


def _of_team(rows: Table, viewer: Viewer) -> ColumnElement[bool]:
    return or_(rows.c.team_id.is_(None), rows.c.team_id == viewer.team_id)


def _team_campaigns(viewer: Viewer) -> Select[Any]:
    return select(_CAMPAIGN.c.id).where(_of_team(_CAMPAIGN, viewer))


def visible_campaigns(viewer: Viewer, right: Right = Right.CAMPAIGNS_READ) -> ColumnElement[bool]:
    """Return the condition on ``campaign``."""
    match viewer.scope(right):
        case None:
            return false()
        case Scope.ALL:
            return true()
    return _of_team(_CAMPAIGN, viewer)


def visible_leads(viewer: Viewer, right: Right = Right.LEADS_READ) -> ColumnElement[bool]:
    """Return the condition on ``lead``: those of campaigns that may be seen."""
    match viewer.scope(right):
        case None:
            return false()
        case Scope.ALL:
            return true()
    return _LEAD.c.campaign_id.in_(_team_campaigns(viewer))


def visible_customers(viewer: Viewer, right: Right = Right.CUSTOMERS_READ) -> ColumnElement[bool]:
    """Return the condition on ``customer``: of one's team, of none, or on a list of the team's own campaigns."""
    match viewer.scope(right):
        case None:
            return false()
        case Scope.ALL:
            return true()
    # Named in this way, the campaigns are looked up once and a customer's leads by their index: a join would read every
    # lead there is for every customer.
    campaigns = select(_CAMPAIGN.c.id).where(_CAMPAIGN.c.team_id == viewer.team_id)
    called = exists().where(_LEAD.c.customer_id == _CUSTOMER.c.id, _LEAD.c.campaign_id.in_(campaigns))
    return or_(_of_team(_CUSTOMER, viewer), called) if viewer.team_id else _of_team(_CUSTOMER, viewer)


def visible_agents(viewer: Viewer, right: Right = Right.AGENTS_READ) -> ColumnElement[bool]:
    """Return the condition on ``agent``."""
    match viewer.scope(right):
        case None:
            return false()
        case Scope.ALL:
            return true()
        case Scope.OWN:
            return _AGENT.c.id == viewer.agent_id if viewer.agent_id else false()
    return _of_team(_AGENT, viewer)


def visible_calls(viewer: Viewer, right: Right = Right.CALLS_READ) -> ColumnElement[bool]:
    """Return the condition on ``call``: one's own, or those of the team's campaigns and agents.

    A call of no campaign and no agent (a caller who gave up) is everybody's who sees a team.
    """
    match viewer.scope(right):
        case None:
            return false()
        case Scope.ALL:
            return true()
        case Scope.OWN:
            return _CALL.c.agent_id == viewer.agent_id if viewer.agent_id else false()
    agents = select(_AGENT.c.id).where(_of_team(_AGENT, viewer))
    of_agent = _CALL.c.agent_id.in_(agents)
    of_campaign = _CALL.c.campaign_id.in_(_team_campaigns(viewer))
    nobodys = _CALL.c.campaign_id.is_(None) & _CALL.c.agent_id.is_(None)
    mine = or_(of_campaign, _CALL.c.campaign_id.is_(None) & of_agent, nobodys)
    # Said as a CASE it is asked row by row, in whatever order a list has; SQLite would rather gather every call of the
    # team by the indexes of the parts, and sort them all for a page of fifty.
    return case((mine, 1), else_=0) == 1


def visible_call_tasks(viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition on ``call_task``: those of campaigns that may be used for them."""
    match viewer.scope(Right.CALL_TASKS):
        case None:
            return false()
        case Scope.ALL:
            return true()
    return _TASK.c.campaign_id.in_(_team_campaigns(viewer))


def visible_recordings(viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition on ``recording``: those of calls that may be heard."""
    calls = select(_CALL.c.id).where(visible_calls(viewer, Right.RECORDINGS_HEAR))
    return _RECORDING.c.call_id.in_(calls)
