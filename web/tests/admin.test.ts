// What the administration pages decide by themselves: changes and clashes, columns of lists, weeks, steps of the set-up.
import { describe, expect, it } from "vitest";
import { ApiError } from "@/api/errors";
import { faultOf, spansOf, windowsOf, type Span } from "@/pages/admin/campaigns/week";
import { unitOf } from "@/pages/admin/duration";
import { changesOf, clashesOf, merged, same, useEditing } from "@/pages/admin/editing";
import { choose, mappingOf } from "@/pages/admin/imports/mapping";
import { codeFrom } from "@/pages/admin/people/people";
import { doneOf, nextOf, NOTHING, type Progress } from "@/pages/admin/setup/setup-steps";

describe("what is sent of a form", () => {
  it("is what has changed, whatever the order of keys", () => {
    expect(changesOf({ a: 1, b: { x: 1, y: 2 } }, { a: 2, b: { y: 2, x: 1 } })).toEqual({ a: 2 });
    expect(same([1, 2], [2, 1])).toBe(false);
  });
});

describe("two who change one thing", () => {
  const before = { name: "a", lines: 1, script: "s" };

  it("clash only where both changed, and differently", () => {
    const theirs = { name: "b", lines: 5, script: "same" };
    const mine = { name: "c", lines: 1, script: "same" };
    expect(clashesOf(before, mine, theirs)).toEqual([{ field: "name", mine: "c", theirs: "b" }]);
    expect(merged(before, mine, theirs)).toEqual({ name: "c", lines: 5, script: "same" });
  });

  const stale = () => new ApiError({ title: "", status: 409, code: "stale", version: 2 });

  function office(theirs: typeof before) {
    const sent: unknown[] = [];
    const stored = { form: { ...theirs }, version: 2 };
    const editing = useEditing(before, {
      read: async () => ({ form: { ...stored.form }, version: stored.version }),
      send: async (changes, version) => {
        if (version !== stored.version) throw stale();
        sent.push(changes);
        stored.form = { ...stored.form, ...changes };
        return { form: { ...stored.form }, version: ++stored.version };
      },
    });
    editing.begin({ form: before, version: 1 });
    return { editing, sent, stored };
  }

  it("both get their way when they changed different fields", async () => {
    const { editing, sent, stored } = office({ ...before, lines: 5 });
    editing.form.value.name = "mine";
    expect(await editing.save()).toBe(true);
    expect(sent).toEqual([{ name: "mine" }]);
    expect(stored.form).toEqual({ name: "mine", lines: 5, script: "s" });
    expect(editing.changed()).toBe(false);
  });

  it("are asked when they changed the same field; keeping mine overwrites it", async () => {
    const { editing, sent, stored } = office({ ...before, name: "theirs" });
    editing.form.value.name = "mine";
    expect(await editing.save()).toBe(false);
    expect(sent).toEqual([]);
    const [clash] = editing.clashes.value;
    expect(clash).toEqual({ field: "name", mine: "mine", theirs: "theirs" });
    if (clash) editing.decide(clash, "mine");
    expect(await editing.save()).toBe(true);
    expect(stored.form.name).toBe("mine");
  });

  it("or theirs is taken, and nothing is left to send", async () => {
    const { editing, sent } = office({ ...before, name: "theirs" });
    editing.form.value.name = "mine";
    await editing.save();
    const [clash] = editing.clashes.value;
    if (clash) editing.decide(clash, "theirs");
    expect(editing.form.value.name).toBe("theirs");
    expect(await editing.save()).toBe(true);
    expect(sent).toEqual([]);
  });

  it("keeps the form when the server refuses it, and says why", async () => {
    const refused = new ApiError({
      title: "",
      status: 422,
      code: "bad_field",
      errors: [{ path: "$.name", problem: "no" }],
    });
    const editing = useEditing(before, { read: () => Promise.reject(refused), send: () => Promise.reject(refused) });
    editing.begin({ form: before, version: 1 });
    editing.form.value.name = "";
    expect(await editing.save()).toBe(false);
    expect(editing.error.value).toBe(refused);
    expect(editing.form.value.name).toBe("");
  });
});

describe("the columns of a list", () => {
  const names = ["手机号", "备注", "姓名"];
  const proposed = ["phone", null, "name"];

  it("are sent only where somebody chose something else", () => {
    expect(mappingOf(names, proposed, proposed)).toEqual({});
    expect(mappingOf(names, proposed, ["phone", "tags", "name"])).toEqual({ tags: "备注" });
  });

  it("that no longer are a field give it up; a field moves to another column", () => {
    expect(mappingOf(names, proposed, ["phone", null, null])).toEqual({ name: "" });
    expect(mappingOf(names, proposed, choose(proposed, 1, "name"))).toEqual({ name: "备注" });
    expect(choose(proposed, 1, "phone")).toEqual([null, "phone", "name"]);
  });

  it("are named as the server compares names", () => {
    expect(mappingOf([" ＴＥＬ "], [null], ["phone"])).toEqual({ phone: "TEL" });
  });
});

describe("a day of calling hours", () => {
  const day: Span[] = [
    { from: 540, to: 720 },
    { from: 840, to: 1440 },
  ];

  it("goes to the server and comes back the same, until the end of the day", () => {
    expect(windowsOf(day)).toEqual([
      ["09:00:00", "12:00:00"],
      ["14:00:00", "23:59:59.999999"],
    ]);
    expect(spansOf(windowsOf(day))).toEqual(day);
  });

  it.each([
    [[{ from: 600, to: 600 }], "backwards"],
    [
      [
        { from: 900, to: 1000 },
        { from: 540, to: 901 },
      ],
      "overlap",
    ],
    [day, null],
  ] as const)("%j: %s", (spans, fault) => {
    expect(faultOf(spans)).toBe(fault);
  });
});

it("spans of time are said in the largest unit that divides them", () => {
  expect([90, 120, 5400, 7200, 172_800, 0].map(unitOf)).toEqual(["s", "min", "min", "h", "d", "s"]);
});

it("an agent is named after the log-in, where that can be a name", () => {
  expect(codeFrom("Li.Lei@example.com")).toBe("li_lei");
  expect(codeFrom("王芳")).toBe("");
});

describe("the set-up", () => {
  const trunk = { name: "carrier", enabled: true } as Progress["trunks"][0];
  const campaign = { id: "c1", state: "draft" } as Progress["campaigns"][0];

  it("begins with the trunk, and goes on where something is missing", () => {
    expect(nextOf(doneOf(NOTHING, "", []))).toBe("trunk");
    expect(nextOf(doneOf({ ...NOTHING, trunks: [trunk] }, "", []))).toBe("test");
    expect(nextOf(doneOf({ ...NOTHING, trunks: [trunk], campaigns: [campaign] }, "", ["carrier"]))).toBe("agents");
  });

  it("does not take a test of a trunk that is gone for one of this", () => {
    expect(doneOf({ ...NOTHING, trunks: [trunk] }, "", ["another"]).test).toBe(false);
  });
});
