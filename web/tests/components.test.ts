import { flushPromises, mount } from "@vue/test-utils";
import { describe, expect, it, vi } from "vitest";
import { defineComponent, h, ref } from "vue";
import { ApiError } from "@/api/errors";
import { nowMs } from "@/app/clock";
import { attempt, confirm, question, toasts } from "@/app/notices";
import { startShortcuts } from "@/app/shortcuts";
import ConfirmDialog from "@/components/ConfirmDialog.vue";
import ErrorBoundary from "@/components/ErrorBoundary.vue";
import FormErrors from "@/components/FormErrors.vue";
import KpiTile from "@/components/KpiTile.vue";
import LiveClock from "@/components/LiveClock.vue";
import MaskedNumber from "@/components/MaskedNumber.vue";
import PagedTable from "@/components/PagedTable.vue";
import StateDot from "@/components/StateDot.vue";
import ToastList from "@/components/ToastList.vue";

function refused(code: string, errors: { path: string; problem: string }[] = []): ApiError {
  return new ApiError({ title: "No", status: 422, code, errors, detail: "as the server says" });
}

describe("a masked number", () => {
  it("shows itself for a short while when asked", async () => {
    vi.useFakeTimers();
    const page = mount(MaskedNumber, {
      props: { masked: "+44****0101", reveal: () => Promise.resolve("+441632960101") },
    });
    await page.find("button").trigger("click");
    await flushPromises();
    expect(page.text()).toBe("+441632960101");
    await vi.advanceTimersByTimeAsync(21_000);
    expect(page.text()).toContain("+44****0101");
  });

  it("of another customer is not shown in the place of the first", async () => {
    let answer = (_: string) => {};
    const reveal = () => new Promise<string>((done) => (answer = done));
    const page = mount(MaskedNumber, { props: { masked: "+44****0101", reveal } });
    await page.find("button").trigger("click");
    await page.setProps({ masked: "+44****0202" });
    answer("+441632960101");
    await flushPromises();
    expect(page.text()).not.toContain("960101");
  });

  it("cannot be revealed by who may not, and a refusal is told", async () => {
    expect(
      mount(MaskedNumber, { props: { masked: "+44****0101" } })
        .find("button")
        .exists(),
    ).toBe(false);
    const page = mount(MaskedNumber, { props: { masked: "x", reveal: () => Promise.reject(refused("not_allowed")) } });
    await page.find("button").trigger("click");
    await flushPromises();
    expect(toasts[0]?.text).toContain("not allowed");
  });
});

describe("a table", () => {
  type Row = { id: string; name: string };
  const columns = [{ key: "name", title: "Name" }];
  const page = (from: number) =>
    Array.from({ length: 3 }, (_, at) => ({ id: `${from + at}`, name: `Row ${from + at}` }));
  const build = (
    load: (after: string | undefined) => Promise<{ items: Row[]; next?: string | null }>,
    filter?: unknown,
  ) =>
    mount(PagedTable<Row>, {
      props: { columns, load, rowKey: (row: Row) => row.id, label: "Rows", filter } as never,
      attachTo: document.body,
    });

  it("says that there is nothing, and what went wrong with a way to try again", async () => {
    const load = vi.fn().mockRejectedValueOnce(refused("offline")).mockResolvedValue({ items: [], next: null });
    const table = build(load as never);
    await flushPromises();
    expect(table.find("[role=alert]").text()).toContain("server cannot be reached");
    await table.find("[role=alert] button").trigger("click");
    await flushPromises();
    expect(table.text()).toContain("nothing here yet");
    table.unmount();
  });

  it("counts what is loaded, and starts again with another filter, never mixing the two", async () => {
    const answers: ((page: { items: Row[]; next: string | null }) => void)[] = [];
    const table = build(() => new Promise((done) => answers.push(done)), "a");
    await table.setProps({ filter: "b" } as never);
    answers[1]?.({ items: page(10), next: null });
    await flushPromises();
    answers[0]?.({ items: page(1), next: "late" }); // the first filter's rows come last
    await flushPromises();
    expect(table.find(".foot").text()).toBe("3 rows loaded · that is all");
    table.unmount();
  });
});

describe("a question", () => {
  it("is answered by yes, by no, and by another question that takes its place", async () => {
    const page = mount(ConfirmDialog, { attachTo: document.body });
    const first = confirm({ title: "Delete?", yes: "Delete", danger: true });
    const second = confirm({ title: "Really?", yes: "Really" });
    expect(await first).toBe(false);
    await flushPromises();
    expect(page.text()).toContain("Really?");
    await page.findAll("button").at(-1)?.trigger("click");
    expect(await second).toBe(true);
    expect(question.value).toBeNull();
    page.unmount();
  });
});

it("what goes wrong is told, once, and can be dismissed", async () => {
  const list = mount(ToastList);
  expect(await attempt(() => Promise.reject(refused("stale")))).toBeUndefined();
  await flushPromises();
  expect(list.text()).toContain("Somebody else changed this first");
  await list.find("button").trigger("click");
  expect(toasts).toHaveLength(0);
});

it("a form shows what is wrong beside each field, and all of it over the form", () => {
  const error = refused("bad_request", [{ path: "$.name", problem: "too long" }]);
  expect(mount(FormErrors, { props: { error, path: "$.name" } }).text()).toBe("too long");
  expect(mount(FormErrors, { props: { error, path: "$.other" } }).text()).toBe("");
  expect(mount(FormErrors, { props: { error } }).text()).toContain("name: too long");
  expect(mount(FormErrors, { props: { error: refused("odd_code") } }).text()).toBe("as the server says");
  expect(mount(FormErrors, { props: { error: null } }).text()).toBe("");
});

it("a page that breaks is replaced by words, and can be tried again", async () => {
  const broken = ref(true);
  const Page = defineComponent(() => () => {
    if (broken.value) throw new Error("boom");
    return h("p", "whole again");
  });
  vi.spyOn(console, "error").mockImplementation(() => {});
  const page = mount(ErrorBoundary, { slots: { default: () => h(Page) } });
  await flushPromises();
  expect(page.text()).toContain("boom");
  broken.value = false;
  await page.find("button").trigger("click");
  expect(page.text()).toBe("whole again");
});

it("a clock counts by the server's time, up or down", async () => {
  nowMs.value = Date.parse("2026-01-01T00:02:05Z");
  const up = mount(LiveClock, { props: { since: "2026-01-01T00:00:00Z" } });
  const down = mount(LiveClock, { props: { until: "2026-01-01T00:02:30Z" } });
  expect([up.text(), down.text()]).toEqual(["2:05", "0:25"]);
  nowMs.value += 60_000;
  await flushPromises();
  expect([up.text(), down.text()]).toEqual(["3:05", "0:00"]);
});

it("a state is told by words and by shape, not by colour alone", () => {
  const dots = (["talk", "ready", "rest", "off", "bad"] as const).map((tone) => mount(StateDot, { props: { tone, label: tone } })); // prettier-ignore
  expect(new Set(dots.map((dot) => dot.find(".sign").text())).size).toBe(dots.length);
  expect(dots[0]?.text()).toContain("talk");
});

it("a figure says what it means to those who ask, by mouse, key or screen reader", () => {
  const tile = mount(KpiTile, { props: { name: "Drops", value: "1.8%", definition: "abandoned by live answers" } });
  const button = tile.find("button");
  expect(button.attributes("aria-label")).toBe("What Drops means");
  expect(tile.find(`[id="${button.attributes("aria-describedby")}"]`).text()).toBe("abandoned by live answers");
});

it("no key runs while Chinese text is being composed", () => {
  const stop = startShortcuts();
  const event = new KeyboardEvent("keydown", { key: "?", isComposing: true, cancelable: true });
  window.dispatchEvent(event);
  expect(event.defaultPrevented).toBe(false);
  stop();
});
