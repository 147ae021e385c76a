// Prints what a browser loads before the log-in page shows, compressed: npm run build && npm run first-load
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const folder = fileURLToPath(new URL("../../controller/waihu/_console", import.meta.url));
const page = readFileSync(`${folder}/index.html`, "utf8");
const seen = new Set();
const queue = [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map((match) => match[1]);
let total = gzipSync(page).length;
while (queue.length) {
  const path = queue.pop();
  if (seen.has(path)) continue;
  seen.add(path);
  const text = readFileSync(folder + path, "utf8");
  const size = gzipSync(text).length;
  total += size;
  console.log(`${(size / 1024).toFixed(1).padStart(8)} KB  ${path}`);
  // Static imports only: what is imported lazily is not needed to show a page.
  for (const match of text.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)) queue.push(`/assets/${match[1]}`);
}
console.log(`${(total / 1024).toFixed(1).padStart(8)} KB  together, gzip`);
