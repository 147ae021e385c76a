// How a live picture changes: the rules of waihu_models/live_apply.py, in TypeScript. Both are proved by the same
// recorded streams (tests/fixtures/live). Pure: a row that did not change stays the very same object.
import type { components } from "@/api/live";

type Schemas = components["schemas"];
export type LiveState = Schemas["LiveState"];
export type LiveEvent = Schemas["Changes"]["events"][number];
export type LiveAgent = Schemas["LiveAgent"];
export type LiveCampaign = Schemas["LiveCampaign"];
export type LiveQueue = Schemas["LiveQueue"];
export type LiveCall = Schemas["LiveCall"];
export type LiveSupervision = Schemas["LiveSupervision"];
export type LiveAlert = Schemas["LiveAlert"];
export type LiveLine = Schemas["LiveLine"];
export type LiveHint = Schemas["LiveHint"];
export type Figure = Schemas["Figure"];
export type Desk = Schemas["Desk"];
export type DeskCall = Schemas["DeskCall"];
export type DeskPreview = Schemas["DeskPreview"];
export type AgentState = Schemas["AgentState"];

/** The picture after these events, in their order. */
export function applyAll(state: LiveState, events: readonly LiveEvent[]): LiveState {
  return events.reduce(apply, state);
}

/** The picture after one event. */
export function apply(state: LiveState, event: LiveEvent): LiveState {
  switch (event.type) {
    case "switch_changed":
      return { ...state, switch: event.switch };
    case "agent_changed":
      return { ...state, agents: put(state.agents, event.agent) };
    case "agent_gone":
      return { ...state, agents: without(state.agents, [event.agent_id]) };
    case "campaign_changed":
      return { ...state, campaigns: put(state.campaigns, event.campaign) };
    case "campaign_gone":
      return { ...state, campaigns: without(state.campaigns, [event.campaign_id]) };
    case "queue_changed":
      return { ...state, queues: put(state.queues, event.queue) };
    case "queue_gone":
      return { ...state, queues: without(state.queues, [event.queue_id]) };
    case "call_changed":
      return { ...state, calls: put(state.calls, event.call) };
    case "call_gone":
      return { ...state, calls: without(state.calls, [event.call_id]) };
    case "figures_changed":
      return { ...state, figures: { ...without(state.figures, event.gone), ...event.figures } };
    case "minutes_changed":
      return { ...state, minutes: minutesAfter(state.minutes, event) };
    case "alert_raised":
      return { ...state, alerts: put(state.alerts, event.alert) };
    case "alert_gone":
      return { ...state, alerts: without(state.alerts, [event.alert_id]) };
    case "supervision_changed":
      return { ...state, supervisions: put(state.supervisions, event.supervision) };
    case "supervision_ended":
      return { ...state, supervisions: without(state.supervisions, [event.supervision_id]) };
    case "line_heard":
      return { ...state, lines: put(state.lines, event.line) };
    case "lines_gone":
      return { ...state, lines: without(state.lines, event.line_ids) };
    case "hint_shown":
      return { ...state, hints: put(state.hints, event.hint) };
    case "hints_gone":
      return { ...state, hints: without(state.hints, event.hint_ids) };
    default:
      return applyToDesk(state, event);
  }
}

type DeskEvent = Extract<LiveEvent, { type: `desk_${string}` }>;

function applyToDesk(state: LiveState, event: DeskEvent): LiveState {
  if (!state.desk) return state; // on a wall there is no desk to change
  switch (event.type) {
    case "desk_agent_changed":
      return { ...state, desk: { ...state.desk, agent: event.agent } };
    case "desk_call_changed":
      return { ...state, desk: { ...state.desk, call: event.call } };
    case "desk_preview_changed":
      return { ...state, desk: { ...state.desk, preview: event.preview } };
    case "desk_campaign_changed":
      return { ...state, desk: { ...state.desk, campaign: event.campaign } };
    case "desk_summary_changed":
      return { ...state, desk: { ...state.desk, summary_of: event.summary_of } };
    case "desk_day_changed":
      return { ...state, desk: { ...state.desk, day: event.day } };
    default:
      return unknownEvent(state, event);
  }
}

/** The compiler refuses this when the server has an event we have no rule for; at run time a newer server is met. */
function unknownEvent(state: LiveState, _event: never): LiveState {
  return state;
}

type Table<Row> = Record<string, Row>;

function put<Row extends { id: string }>(table: Table<Row>, row: Row): Table<Row> {
  return { ...table, [row.id]: row };
}

function without<Row>(table: Table<Row>, gone: readonly string[]): Table<Row> {
  const left = { ...table };
  for (const key of gone) delete left[key];
  return left;
}

function minutesAfter(
  minutes: LiveState["minutes"],
  event: Extract<LiveEvent, { type: "minutes_changed" }>,
): LiveState["minutes"] {
  const first = event.first_at === null ? Number.POSITIVE_INFINITY : Date.parse(event.first_at);
  const byTime = new Map(minutes.filter((one) => Date.parse(one.at) >= first).map((one) => [Date.parse(one.at), one]));
  for (const minute of event.minutes) byTime.set(Date.parse(minute.at), minute);
  return [...byTime.entries()].sort(([a], [b]) => a - b).map(([, minute]) => minute);
}
