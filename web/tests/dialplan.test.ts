// How a template is coloured, and how far a change is said to have come.
import { StringStream } from "@codemirror/language";
import { mount } from "@vue/test-utils";
import { describe, expect, it } from "vitest";
import { reader } from "@/pages/admin/dialplan/template-language";
import WayThrough from "@/pages/admin/dialplan/WayThrough.vue";

/** The words of some lines that have a colour, each with its tag. */
function coloured(...lines: string[]): [string, string][] {
  const state = reader.startState();
  return lines.flatMap((line) => {
    const found: [string, string][] = [];
    const stream = new StringStream(line, 2, 2);
    while (!stream.eol()) {
      stream.start = stream.pos;
      const tag = reader.token(stream, state);
      if (tag) found.push([stream.current(), tag]);
      if (stream.pos === stream.start) throw new Error(`stuck at ${stream.pos} of ${line}`);
    }
    return found;
  });
}

describe("a template", () => {
  it("shows contexts, extensions, steps and applications apart", () => {
    expect(coloured("[from-phones]", "exten => _X.,1(top),Set(A=${EXTEN})")).toEqual([
      ["[from-phones]", "heading"],
      ["exten", "keyword"],
      ["=>", "operator"],
      ["_X.", "typeName"],
      ["1", "number"],
      ["(top)", "labelName"],
      ["Set", "function"],
      ["A", "variableName"],
      ["${", "bracket"],
      ["EXTEN", "variableName"],
      ["}", "bracket"],
      [")", "bracket"],
    ]);
  });

  it("knows a comment from a semicolon that is none", () => {
    expect(coloured(" same => n,NoOp(a\\;b) ; why").at(-1)).toEqual(["; why", "comment"]);
    expect(coloured("; all of it")).toEqual([["; all of it", "comment"]]);
  });

  it("has Jinja2 over it, also over several lines, and goes on behind it where it was", () => {
    const found = coloured(
      "exten => {{ echo_extension }},1,Wait({{ limit_s }})",
      "{# a",
      "b #}",
      "{% if a %}[c]{% endif %}",
    );
    expect(found).toContainEqual(["echo_extension", "variableName.special"]);
    expect(found).toContainEqual(["Wait", "function"]);
    expect(
      found
        .filter(([, tag]) => tag === "comment")
        .map(([text]) => text)
        .join(""),
    ).toContain("b ");
    expect(found).toContainEqual(["if", "controlKeyword"]);
    expect(found).toContainEqual(["[c]", "heading"]);
  });

  it("ends every line, whatever somebody types", () => {
    for (const line of [
      "{{",
      "{%",
      "${",
      "exten",
      "exten =>",
      "exten => a,",
      "exten => a,1,",
      "=>",
      "}}",
      "[",
      "\\",
      '"',
    ])
      expect(() => coloured(line, line)).not.toThrow();
  });
});

describe("the way of a change", () => {
  const signs = (state: "staged" | "refused" | "rolled_back" | "applied" | null, busy = "") =>
    mount(WayThrough, { props: { state, busy, number: 3 } })
      .findAll("li > span")
      .map((one) => one.text())
      .join("");

  it("says where it is, and where it stopped", () => {
    expect(signs(null)).toBe("○○○");
    expect(signs(null, "validate")).toBe("…○○");
    expect(signs("refused")).toBe("✗○○");
    expect(signs("staged")).toBe("✓✓○");
    expect(signs("staged", "apply")).toBe("✓✓…");
    expect(signs("rolled_back")).toBe("✓✓✗");
    expect(signs("applied")).toBe("✓✓✓");
  });
});
