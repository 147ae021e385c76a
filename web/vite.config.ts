// How the console is built and tested. The build goes into the Python package, which serves it.
import vue from "@vitejs/plugin-vue";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

// The controller during `npm run dev`: everything but the pages themselves comes from it.
const controller = process.env.WAIHU_URL ?? "http://127.0.0.1:8080";
const proxied = Object.fromEntries(
  ["/api", "/push", "/sip"].map((path) => [path, { target: controller, ws: true, changeOrigin: false }]),
);

/** Put a compressed copy beside each file that is worth it; the server sends that one. */
function compressed(): Plugin {
  return {
    name: "compressed",
    apply: "build",
    writeBundle({ dir = "" }) {
      for (const name of readdirSync(`${dir}/assets`).filter((one) => /\.(js|css)$/.test(one))) {
        const whole = readFileSync(`${dir}/assets/${name}`);
        if (whole.length > 1000) writeFileSync(`${dir}/assets/${name}.gz`, gzipSync(whole, { level: 9 }));
      }
    },
  };
}

export default defineConfig({
  plugins: [vue(), compressed()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    outDir: fileURLToPath(new URL("../controller/waihu/_console", import.meta.url)),
    emptyOutDir: true,
    assetsInlineLimit: 0, // the content policy allows no script and no font that is not a file of ours
    reportCompressedSize: false,
    chunkSizeWarningLimit: 900,
  },
  server: { proxy: proxied },
  test: {
    environment: "happy-dom",
    include: ["tests/**/*.test.ts"],
    setupFiles: ["tests/setup.ts"],
    pool: "threads",
    isolate: false, // tests/setup.ts makes everything new; a browser for each file would take longer than the tests
    reporters: process.env.CI ? ["dot"] : ["default"],
  },
});
