/**
 * A web site for the tests, as an app would have one: pages bundled by vite, engines as files beside them, served by node:http
 * under the Content-Security-Policy that the host promises to work with.
 */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Rollup } from "vite";
import { ENGINES } from "../../host/src/engines.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

export const POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; worker-src 'self'";

export interface SiteOptions {
  /** Entry modules of pages by name, in `test/browser/pages` or absolute. `/NAME.html` runs `NAME`. */
  readonly pages: Readonly<Record<string, { readonly file: string }>>;
  /** Scripts that a page runs before its module, by the page's name. */
  readonly before?: Readonly<Record<string, string>>;
  /** Further files, by path with a leading `/`. */
  readonly files?: Readonly<Record<string, Uint8Array | string>>;
  /** Sends the headers that isolate the page from other origins, without which there is no shared memory. @default true */
  readonly isolated?: boolean;
  /** Bundles the package as it is published, `host/dist`. @default false: the sources */
  readonly published?: boolean;
}

export interface Site {
  readonly origin: string;
  close(): Promise<void>;
}

export async function openSite(options: SiteOptions): Promise<Site> {
  const files = new Map<string, Uint8Array | string>(Object.entries(options.files ?? {}));
  for (const output of await bundlePages(options.pages, options.published)) {
    files.set(`/${output.fileName}`, output.type === "chunk" ? output.code : output.source);
  }
  for (const name of Object.keys(options.pages)) {
    const before = options.before?.[name];
    if (before !== undefined) files.set(`/${name}.before.js`, before);
    const scripts = before === undefined ? "" : `<script src="/${name}.before.js"></script>`;
    files.set(
      `/${name}.html`,
      `<!doctype html><meta charset="utf-8"><title>${name}</title>${scripts}<script type="module" src="/${name}.js"></script>`,
    );
  }
  for (const [name, { artifact }] of Object.entries(ENGINES))
    files.set(`/engines/${name}.wasm`, readFileSync(`${root}${artifact}`));

  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://site").pathname;
    const content = files.get(path);
    response.setHeader("content-security-policy", POLICY);
    if (options.isolated ?? true) {
      response.setHeader("cross-origin-opener-policy", "same-origin");
      response.setHeader("cross-origin-embedder-policy", "require-corp");
    }
    response.setHeader("content-type", typeOf(path));
    response.writeHead(content !== undefined ? 200 : path === "/favicon.ico" ? 204 : 404);
    response.end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** What vite makes of the pages: one script each, and what they share. */
export async function bundlePages(pages: SiteOptions["pages"], published = false) {
  const folder = `${root}test/browser/pages`;
  const input = Object.entries(pages).map(([name, { file }]) => [name, resolve(folder, file)]);
  const source = (path: string) => `${root}host/src/${path}`;
  const built = (await build({
    configFile: false,
    root,
    logLevel: "error",
    worker: { format: "es" },
    resolve: {
      alias: published
        ? []
        : [
            { find: /^crucible-plugin-host\/browser$/, replacement: source("browser.ts") },
            { find: /^crucible-plugin-host\/(wasm|component)$/, replacement: source("$1/index.ts") },
          ],
    },
    build: {
      write: false,
      target: "es2023",
      modulePreload: false,
      rollupOptions: {
        input: Object.fromEntries(input),
        preserveEntrySignatures: "strict",
        output: { entryFileNames: "[name].js", chunkFileNames: "chunks/[name]-[hash].js" },
      },
    },
  })) as Rollup.RollupOutput;
  return built.output;
}

function typeOf(path: string): string {
  if (path.endsWith(".html")) return "text/html";
  if (path.endsWith(".js")) return "text/javascript";
  return path.endsWith(".wasm") ? "application/wasm" : "application/octet-stream";
}
