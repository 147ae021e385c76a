import { describe, expect, it } from "vitest";
import { hoursOf, linesOf } from "@/pages/admin/trunks/line-hours";

describe("hours of lines", () => {
  it("are read from what people write, and written the same way", () => {
    const lines = ["1-5 09:00-18:00", "7 22:00-06:00"];
    expect(hoursOf(lines[0] ?? "")).toEqual({ days: [1, 2, 3, 4, 5], start: "09:00", end: "18:00" });
    expect(linesOf(lines.map((line) => hoursOf(line)!))).toEqual(lines);
  });

  it("with gaps between their days take a line for each run", () => {
    expect(linesOf([{ days: [6, 1, 2, 4], start: "09:00", end: "10:00" }])).toEqual([
      "1-2 09:00-10:00",
      "4 09:00-10:00",
      "6 09:00-10:00",
    ]);
  });

  it.each(["", "always", "0 09:00-10:00", "5-1 09:00-10:00", "1-5 9-18", "1-5 09:00"])("are not %j", (text) => {
    expect(hoursOf(text)).toBeNull();
  });
});
