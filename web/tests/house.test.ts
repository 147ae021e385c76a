// Rules of the house that no compiler knows: sizes, names, words.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { describe, expect, it } from "vitest";
import en from "@/locales/en";
import zh from "@/locales/zh-CN";

const MOST_LINES = 400;
const BANNED = /(^|[^a-z])(manager|handler|helper|utils|common|misc|info|process)([^a-z]|$)/i;

function filesOf(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = `${folder}/${name}`;
    return statSync(path).isDirectory() ? filesOf(path) : [path];
  });
}

const sources = filesOf("src").filter((path) => /\.(ts|vue)$/.test(path) && !path.endsWith(".d.ts"));
const text = sources.map((path) => readFileSync(path, "utf8")).join("\n");

describe("files", () => {
  it("are short and are named after what they hold", () => {
    const long = sources.filter((path) => readFileSync(path, "utf8").split("\n").length > MOST_LINES + 1);
    expect(long).toEqual([]);
    expect(sources.filter((path) => BANNED.test(path.replace(/[A-Z]/g, "-$&")))).toEqual([]);
  });

  it("have no colour of their own outside theme.ts", () => {
    const own = sources.filter(
      (path) => !path.endsWith("theme.ts") && /#[0-9a-f]{6}\b/i.test(readFileSync(path, "utf8")),
    );
    expect(own).toEqual([]);
  });
});

describe("messages", () => {
  const keys = Object.keys(zh) as (keyof typeof zh)[];

  it("are the same ones in both languages", () => {
    expect(Object.keys(en).sort()).toEqual([...keys].sort());
  });

  it("all have words, and the same placeholders in both", () => {
    const names = (said: string) => JSON.stringify([...new Set(said.match(/\{\w+\}/g))].sort());
    const wrong = keys.filter((key) => !zh[key].trim() || !en[key].trim() || names(en[key]) !== names(zh[key]));
    expect(wrong).toEqual([]);
  });

  it("are all used: as a whole key, or by the beginning of a template such as t(`agent.state_${…}`)", () => {
    const literal = new Set([...text.matchAll(/["'`]([a-z][\w-]*\.[\w-]+)["'`]/g)].map((match) => match[1]));
    const beginnings = [...text.matchAll(/`([a-z][\w-]*\.[\w-]*)\$\{/g)].map((match) => match[1] ?? "");
    const unused = keys.filter((key) => !literal.has(key) && !beginnings.some((start) => key.startsWith(start)));
    expect(unused).toEqual([]);
  });

  it("lie in the file their key begins with", () => {
    for (const language of ["zh-CN", "en"]) {
      for (const path of filesOf(`src/locales/${language}`)) {
        const messages = JSON.parse(readFileSync(path, "utf8")) as Record<string, string>;
        const subject = path.split("/").at(-1)?.replace(".json", "");
        const subjects = new Set(
          Object.keys(messages).map((key) => SHELL[key.split(".")[0] ?? ""] ?? key.split(".")[0]),
        );
        expect([...subjects].filter((found) => found !== subject)).toEqual([]);
      }
    }
  });
});

/** Subjects too small for a file of their own. */
const SHELL: Record<string, string> = {
  link: "app",
  page: "app",
  keys: "app",
  palette: "app",
  error: "app",
  form: "app",
  setup: "login",
  devices: "phone",
};
