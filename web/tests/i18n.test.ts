import { describe, expect, it } from "vitest";
import { chooseLocale, formatDateTime, formatRatio, formatSeconds, setLocale, t, tOr } from "@/app/i18n";

describe("the language", () => {
  it.each([
    ["zh-CN", ["en-GB"], "zh-CN"],
    ["", ["zh-TW", "en"], "zh-CN"],
    [null, ["de", "en-GB"], "en"],
    [undefined, ["de"], "en"],
    ["fr", ["zh"], "zh-CN"],
  ])("of account %j and browser %j is %s", (account, browser, chosen) => {
    expect(chooseLocale(account, browser)).toBe(chosen);
  });

  it("changes what is on screen, and the page's own language", async () => {
    await setLocale("zh-CN");
    expect(t("app.log_out")).toBe("退出登录");
    expect(document.documentElement.lang).toBe("zh-CN");
  });
});

describe("a message", () => {
  it("takes values, and keeps a placeholder it has no value for", () => {
    expect(t("app.signed_in_as", { name: "Ann" })).toBe("Logged in as Ann");
    expect(t("app.signed_in_as")).toBe("Logged in as {name}");
  });

  it("counts", () => {
    expect(t("app.rows_loaded", { n: 1 })).toBe("one row loaded");
    expect(t("app.rows_loaded", { n: 1200 })).toBe("1,200 rows loaded");
  });

  it("for a code of the server that has no words is what the server said", () => {
    expect(tOr("error.never_heard_of", "as the server says")).toBe("as the server says");
  });
});

describe("figures", () => {
  it.each([
    [0, "0:00"],
    [65.9, "1:05"],
    [3725, "1:02:05"],
    [-3, "0:00"],
    [null, "–"],
  ])("%s seconds show as %s", (seconds, shown) => {
    expect(formatSeconds(seconds)).toBe(shown);
  });

  it("show ratios as percent, and times in the zone asked for, even an unknown one", () => {
    expect(formatRatio(0.0183)).toBe("1.8%");
    expect(formatDateTime("2026-03-01T12:00:00Z", "Asia/Shanghai")).toContain("8:00");
    expect(formatDateTime("2026-03-01T12:00:00Z", "Mars/Olympus")).toContain("26");
    expect(formatDateTime("nonsense")).toBe("–");
  });
});
