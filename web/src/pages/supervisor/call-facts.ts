// A call's facts in the order in which people ask for them; what did not happen is left out.
import type { components } from "@/api/schema";
import { formatDateTime, formatSeconds, t } from "@/app/i18n";
import { outcomeName } from "@/pages/agent/names";
import { clockTime, dayAndTime } from "@/pages/supervisor/times";

export type CallDetail = components["schemas"]["CallDetail"];
export interface Fact {
  name: string;
  value: string;
}

const MOMENTS = [
  "ringing_at",
  "early_media_at",
  "answered_at",
  "greeting_ended_at",
  "connected_at",
  "hung_up_at",
  "ended_at",
] as const;

/** What happened when, each with the seconds since the call was dialled. */
export function momentsOf(detail: CallDetail): Fact[] {
  const begin = Date.parse(detail.call.dialled_at);
  const all: Record<(typeof MOMENTS)[number], string | null> = {
    ringing_at: detail.ringing_at,
    early_media_at: detail.early_media_at,
    answered_at: detail.call.answered_at,
    greeting_ended_at: detail.greeting_ended_at,
    connected_at: detail.call.connected_at,
    hung_up_at: detail.hung_up_at,
    ended_at: detail.call.ended_at,
  };
  const told = MOMENTS.flatMap((name) => {
    const at = all[name];
    if (!at) return [];
    const afterS = ((Date.parse(at) - begin) / 1000).toFixed(1);
    return [{ name: t(`supervisor.moment_${name}`), value: `${clockTime(at)} (+${afterS} s)` }];
  });
  return [{ name: t("supervisor.call_at"), value: dayAndTime(detail.call.dialled_at) }, ...told];
}

/** Everything else. `disposition`: its words. */
export function factsOf(detail: CallDetail, disposition: string): Fact[] {
  const { call } = detail;
  const facts: [string, string | null | false][] = [
    [t("supervisor.call_outcome"), outcomeName(call.outcome)],
    [t("supervisor.call_disposition"), disposition || "–"],
    [t("supervisor.column_campaign"), call.campaign_name],
    [t("supervisor.column_name"), call.agent_name],
    [t("supervisor.call_origin"), t(`supervisor.origin_${detail.origin}`)],
    [t("supervisor.call_talk"), formatSeconds(call.talk_s)],
    [t("supervisor.call_wait"), call.agent_wait_s !== null && formatSeconds(call.agent_wait_s)],
    [t("supervisor.call_held"), detail.held_s > 0 && formatSeconds(detail.held_s)],
    [t("supervisor.call_verdict"), detail.verdict && t(`supervisor.verdict_${detail.verdict}`)],
    [t("supervisor.call_callback"), detail.callback_at && formatDateTime(detail.callback_at)],
    [t("supervisor.call_transferred"), detail.transferred && t("supervisor.yes")],
    [t("supervisor.call_hang_up"), detail.hang_up_asked],
    [t("supervisor.call_reason"), detail.reason],
    [t("supervisor.call_trunk"), [detail.trunk, detail.caller_id].filter(Boolean).join(" · ")],
    [t("supervisor.call_ring_limit"), detail.ring_timeout_s > 0 && formatSeconds(detail.ring_timeout_s)],
    [t("supervisor.call_codes"), `SIP ${detail.sip_code || "–"} · Q.850 ${detail.cause || "–"}`],
    [t("supervisor.call_rules"), detail.rules_version],
    [t("supervisor.call_id"), call.id],
  ];
  return facts.flatMap(([name, value]) => (value ? [{ name, value }] : []));
}
