// Puts the command and everything that it imports into one file: Node takes half a millisecond to find and load each of 180
// modules, and every run of the command would pay for all of them. The library stays as it is, a file a module.
import { copyFileSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { build } from "vite";

/**
 * Replaces `dist/cli` by the bundled command, what starts it, and the licences of the packages in it. Names, lines and comments stay,
 * so that traces can be read.
 * @param {string} dist the folder that tsc wrote
 */
export async function bundleCommand(dist) {
  const folder = join(dist, "cli");
  const packages = await bundleFolder(dist, "cli", [{ entry: "main.js", output: "command.js" }], "cjs");
  writeFileSync(join(folder, "third-party-licenses.txt"), [...packages].sort().map(licenceOf).join("\n"));
  writeFileSync(join(folder, "package.json"), '{ "type": "commonjs" }\n');
  copyFileSync(new URL("launch-command.cjs", import.meta.url), join(folder, "main.js"));
}

/** The same for what a worker thread and a Web Worker run: the first call in worker mode waits for it. */
export async function bundleWorker(dist) {
  const bundles = ["node.js", "browser.js"].map((entry) => ({ entry, output: entry }));
  await bundleFolder(dist, "worker", bundles, "esm");
}

/** Replaces a folder by the bundles of modules in it; answers the folders of the packages in them. */
async function bundleFolder(dist, name, bundles, format) {
  const folder = join(dist, name);
  const bundled = join(dist, `${name}.bundled`);
  const packages = new Set();
  for (const { entry, output } of bundles) {
    await build({
      configFile: false,
      logLevel: "warn",
      root: dist,
      plugins: [modulePlaces(folder, format), noteOf(packages)],
      resolve: { conditions: ["node", "import", "default"] },
      ssr: { noExternal: true, external: ["libsql"] },
      build: {
        ssr: join(folder, entry),
        outDir: bundled,
        emptyOutDir: false,
        target: "node20",
        minify: false,
        rolldownOptions: {
          output: { entryFileNames: output, format, codeSplitting: false },
          // Nothing of ours acts by being imported, but the entries.
          ...(name === "worker" && { treeshake: { moduleSideEffects: false } }),
        },
      },
    });
  }
  rmSync(folder, { recursive: true });
  renameSync(bundled, folder);
  return packages;
}

/** A module that looks for files beside itself finds them from the bundle, which lies in `folder`, too. */
function modulePlaces(folder, format) {
  const place = (path) =>
    format === "esm"
      ? `new URL(${path}, import.meta.url).href`
      : `require("node:url").pathToFileURL(require("node:path").join(__dirname, ${path})).href`;
  return {
    name: "module-places",
    transform(code, id) {
      if (!code.includes("import.meta.url")) return undefined;
      const path = JSON.stringify(relative(folder, id).replaceAll(sep, "/"));
      return code.replaceAll("import.meta.url", place(path));
    },
  };
}

/** Notes the folders of the packages whose code is bundled. */
function noteOf(packages) {
  return {
    name: "note-packages",
    transform(_, id) {
      const [, folder] = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id) ?? [];
      if (folder !== undefined) packages.add(folder);
      return undefined;
    },
  };
}

function licenceOf(folder) {
  const { name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
  if (file === undefined) throw new Error(`${name} is bundled and has no licence file`);
  return `${name} ${version}\n\n${readFileSync(join(folder, file), "utf8")}`;
}
