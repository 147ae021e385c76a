// Makes src/api/schema.d.ts (the API) and src/api/live.d.ts (/push) from what the controller says of itself, or
// (--check) fails when they are not current.
// Usage: npm run schema [-- API.json]   API.json: an OpenAPI document to use instead of asking the controller's Python
// The types of /push come from tests/fixtures/live/schema.json, which a Python test holds to be current.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";

const root = fileURLToPath(new URL("../..", import.meta.url));
const heading = "// Made by `npm run schema` from the controller's own types. Do not edit.\n";

function python() {
  const venv = `${process.env.WAIHU_VAR ?? `${root}/var`}/venv/bin/python`;
  return process.env.PYTHON ?? (existsSync(venv) ? venv : "python3");
}

function readApi(file) {
  const limits = { cwd: root, encoding: "utf8", timeout: 60_000, maxBuffer: 1 << 26 };
  return JSON.parse(file ? readFileSync(file, "utf8") : execFileSync(python(), ["-m", "waihu.api.openapi"], limits));
}

/** The JSON Schema of /push, dressed as an OpenAPI document. */
function readLive() {
  const text = readFileSync(`${root}/tests/fixtures/live/schema.json`, "utf8");
  const { $defs } = JSON.parse(text.replaceAll("#/$defs/", "#/components/schemas/")).schema;
  return { openapi: "3.1.0", info: { title: "Waihu /push", version: "1" }, paths: {}, components: { schemas: $defs } };
}

/** The names of all components an object refers to, directly or through others. */
function reached(from, schemas, found = new Set()) {
  for (const match of JSON.stringify(from ?? {}).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
    if (found.has(match[1])) continue;
    found.add(match[1]);
    reached(schemas[match[1]], schemas, found);
  }
  return found;
}

/** A field with a default is always there in what the server sends, and may be left out of what it is sent. */
function settleDefaults(document) {
  const schemas = document.components.schemas;
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
  const asked = reached(operations.map((one) => one.requestBody), schemas); // prettier-ignore
  const answered = reached(operations.map((one) => one.responses), schemas); // prettier-ignore
  for (const [name, schema] of Object.entries(schemas)) {
    const isSent = answered.has(name) || !asked.has(name);
    for (const [field, property] of Object.entries(schema.properties ?? {})) {
      if (!("default" in property)) continue;
      delete property.default;
      if (isSent && name !== "Problem") schema.required = [...new Set([...(schema.required ?? []), field])];
    }
  }
  return document;
}

async function make(document) {
  const options = { alphabetize: true, defaultNonNullable: false };
  return heading + astToString(await openapiTS(settleDefaults(document), options));
}

const check = process.argv.includes("--check");
const file = process.argv.slice(2).find((argument) => !argument.startsWith("--"));
const targets = { "schema.d.ts": readApi(file), "live.d.ts": readLive() };
for (const [name, document] of Object.entries(targets)) {
  const target = `${root}/web/src/api/${name}`;
  const made = await make(document);
  if (!check) writeFileSync(target, made);
  else if (!existsSync(target) || readFileSync(target, "utf8") !== made) {
    console.error(`web/src/api/${name} is not what the controller says: run \`npm run schema\` in web/`);
    process.exitCode = 1;
  }
}
