// What the pages of customers share: asking for a clear number, names of languages, what was typed as tags.
import { api } from "@/api/client";
import type { components } from "@/api/schema";
import { ApiError } from "@/api/errors";
import { locale } from "@/app/i18n";

export type Detail = components["schemas"]["CustomerDetail"];
export type Callback = components["schemas"]["CallbackShown"];
export type Campaign = Pick<components["schemas"]["CampaignShown"], "id" | "name">;

/** In which orders customers can be listed. */
export const SORTS = ["name", "-name", "newest", "oldest"] as const;
export type Sort = (typeof SORTS)[number];

export const LANGUAGES = ["zh-CN", "zh-TW", "zh-HK", "en", "es", "fr", "de", "ja", "ko", "pt", "ru", "ar", "hi"];

/** Ask for the whole number of a customer's phone; the server puts on record who saw it. */
export const revealPhone = (customerId: string, phoneId: string) => async (): Promise<string> => {
  const path = { customer_id: customerId, phone_id: phoneId };
  return (await api.post("/api/v1/customers/{customer_id}/phones/{phone_id}/reveal", { path })).number_e164;
};

/** Ask for the whole number of a lead. */
export const revealLead = (leadId: string) => async (): Promise<string> =>
  (await api.post("/api/v1/leads/{lead_id}/reveal", { path: { lead_id: leadId } })).number_e164;

export const readCustomer = (id: string): Promise<Detail> =>
  api.get("/api/v1/customers/{customer_id}", { path: { customer_id: id } });

/** "en" -> "English", in the reader's language. */
export function languageName(code: string): string {
  if (!code) return "";
  try {
    return new Intl.DisplayNames([locale.value], { type: "language" }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** What was typed between commas, Chinese ones too; each once. */
export function tagsIn(text: string): string[] {
  const found = text
    .split(/[,，;；、|]/)
    .map((one) => one.trim())
    .filter(Boolean);
  return [...new Set(found)];
}

/**
 * Change the tags of a customer. When somebody else has changed the customer meanwhile, the change is made to what is
 * there now: nothing of theirs is lost.
 */
export async function changeTags(customer: Detail, change: (tags: string[]) => string[]): Promise<Detail> {
  const send = (from: Detail) =>
    api.patch("/api/v1/customers/{customer_id}", {
      path: { customer_id: from.id },
      body: { tags: change(from.tags) },
      ifMatch: from.version,
    });
  try {
    return await send(customer);
  } catch (error) {
    if (!(error instanceof ApiError) || !error.stale) throw error;
    return send(await readCustomer(customer.id));
  }
}
