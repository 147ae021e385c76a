// Words for what the server names by itself: reasons of states.
import { t, tOr } from "@/app/i18n";

/** Why somebody pauses or is away, in the reader's words where we have them. */
export function reasonName(reason: string): string {
  return tOr(`agent.reason_${reason.replaceAll(" ", "_")}`, reason);
}

/** An outcome, or what a lead's list says instead of one. */
export function outcomeName(outcome: string | null | undefined): string {
  return outcome ? tOr(`agent.outcome_${outcome}`, outcome) : t("agent.no_outcome");
}
