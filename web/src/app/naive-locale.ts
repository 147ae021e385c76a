// The words Naive UI says by itself (calendars, empty tables), loaded with the language.
import type { NDateLocale, NLocale } from "naive-ui";
import type { Locale } from "@/app/i18n";

export async function naiveLocale(code: Locale): Promise<{ locale: NLocale; date: NDateLocale } | null> {
  if (code === "en") return null; // what Naive UI speaks unless told otherwise
  const { zhCN, dateZhCN } = await import("@/app/naive-zh");
  return { locale: zhCN, date: dateZhCN };
}
