// Customers: tags that are changed while somebody else changes the customer, what was typed, tabs by keyboard.
import { mount } from "@vue/test-utils";
import { describe, expect, it } from "vitest";
import TabBar from "@/components/TabBar.vue";
import { changeTags, languageName, tagsIn, type Detail } from "@/pages/customers/customer";
import CustomFields from "@/pages/customers/CustomFields.vue";
import { useDispositionNames } from "@/pages/customers/dispositions";
import { setLocale } from "@/app/i18n";
import { problem, serve } from "./server";

const PATH = "/api/v1/customers/c1";
const customer = (tags: string[], version: number): Detail => ({ id: "c1", tags, version }) as Detail;

describe("tags", () => {
  it("are read between commas of any kind, each once", () => {
    expect(tagsIn(" VIP，老客户、VIP; new |")).toEqual(["VIP", "老客户", "new"]);
    expect(tagsIn(" ， ")).toEqual([]);
  });

  it("are added to those there are now, when somebody else was first", async () => {
    let tries = 0;
    const asked = serve({
      [`GET ${PATH}`]: { body: customer(["theirs"], 8) },
      [`PATCH ${PATH}`]: () =>
        ++tries === 1 ? problem(409, "stale", { version: 8 }) : { body: customer(["theirs", "mine"], 9) },
    });
    const made = await changeTags(customer(["old"], 7), (tags) => [...tags, "mine"]);
    const sent = asked.filter((one) => one.method === "PATCH");
    expect(sent.map((one) => one.headers["If-Match"])).toEqual(['"v7"', '"v8"']);
    expect(sent.map((one) => one.body)).toEqual([{ tags: ["old", "mine"] }, { tags: ["theirs", "mine"] }]);
    expect(made.version).toBe(9);
  });

  it("stay as they were when the server refuses them for another reason", async () => {
    const asked = serve({ [`PATCH ${PATH}`]: problem(422, "bad_field") });
    await expect(changeTags(customer([], 1), () => ["x"])).rejects.toThrow("422");
    expect(asked).toHaveLength(1);
  });
});

describe("a language", () => {
  it("is named in the reader's own, and an unknown one by its code", async () => {
    expect(languageName("zh-CN")).toContain("Chinese");
    await setLocale("zh-CN");
    expect(languageName("en")).toBe("英语");
    expect(languageName("no such")).toBe("no such");
    expect(languageName("")).toBe("");
  });
});

describe("dispositions", () => {
  it("are named by the campaign of the call, asked for once", async () => {
    const choices = [{ code: "sale", label_en: "Sale", label_zh: "成交" }];
    const asked = serve({
      "GET /api/v1/campaigns/k1/dispositions": { body: { choices: [{ ...choices[0], label_en: "Donated" }] } },
      "GET /api/v1/dispositions": { body: { choices } },
    });
    const names = useDispositionNames();
    await names.load(["k1", null, "k1", "hidden"]);
    await names.load(["k1", "hidden"]);
    expect(asked).toHaveLength(3);
    expect(names.of("sale", "k1")).toBe("Donated");
    expect(names.of("sale", null)).toBe("Sale");
    expect(names.of("sale", "hidden")).toBe("sale");
    expect(names.of(null, "k1")).toBe("");
  });
});

describe("tabs", () => {
  it("are chosen by arrows, round and round, and by Home and End", async () => {
    const tabs = ["a", "b", "c"].map((name) => ({ name, label: name }));
    const bar = mount(TabBar<string>, {
      props: { tabs, label: "Tabs", id: "x", modelValue: "a", "onUpdate:modelValue": (name: string) => bar.setProps({ modelValue: name }) },
    }); // prettier-ignore
    const press = async (key: string) => {
      await bar.get("[role=tablist]").trigger("keydown", { key });
      return bar.get("[aria-selected=true]").text();
    };
    expect(await press("ArrowLeft")).toBe("c");
    expect(await press("ArrowRight")).toBe("a");
    expect(await press("End")).toBe("c");
    expect(await press("Home")).toBe("a");
    expect(await press("x")).toBe("a");
  });
});

describe("fields of one's own", () => {
  it("are kept by name; nameless ones are not, and one that is there twice is told", async () => {
    let kept: Record<string, string> = { city: "Leeds" };
    const form = mount(CustomFields, {
      props: { modelValue: kept, "onUpdate:modelValue": (next: Record<string, string>) => { kept = next; void form.setProps({ modelValue: next }); } },
    }); // prettier-ignore
    await form.findAll("button").at(-1)?.trigger("click");
    expect(kept).toEqual({ city: "Leeds" });
    await form.get("[name=custom-name-1]").setValue("plan");
    await form.get("[name=custom-value-1]").setValue("gold");
    expect(kept).toEqual({ city: "Leeds", plan: "gold" });
    await form.get("[name=custom-name-1]").setValue("city");
    expect(form.get("[role=alert]").text()).toContain("city");
    await form.findAll("button")[0]?.trigger("click");
    expect(kept).toEqual({ city: "gold" });
  });
});
