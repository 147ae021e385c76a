import { describe, expect, it } from "vitest";
import { PAIRS, TOKENS, type Tokens } from "@/app/theme";

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

describe.each(["light", "dark"] as const)("the %s theme", (name) => {
  const tokens: Tokens = TOKENS[name];
  it.each(PAIRS)("can be read: %s on %s has at least %s", (front, ground, least) => {
    expect(contrast(tokens[front], tokens[ground])).toBeGreaterThanOrEqual(least);
  });
});

it("measures black on white as 21", () => {
  expect(contrast("#000000", "#ffffff")).toBeCloseTo(21);
});
