// Builds host/dist from host/src: compiles beside what is there, names the build, computes of the engines what every process
// would compute otherwise, bundles the command and what worker threads run, then puts the new folder in place of the old one, so that
// a command that runs meanwhile finds one or the other. Runs the command, keeps what V8 makes of its code, and links it.
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { bundleCommand, bundleWorker } from "./lib/bundle-command.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = `${root}host/dist`;
const fresh = `${root}host/dist.${process.pid}`;
const old = `${fresh}.old`;

try {
  const compiler = `${root}node_modules/typescript/bin/tsc`;
  const { status } = spawnSync(process.execPath, [compiler, "-p", `${root}tsconfig.build.json`, "--outDir", fresh], {
    stdio: "inherit",
  });
  if (status !== 0) throw new Error("tsc found errors in host/src (see above)");
  const { codeHash } = await load("powers/node/package-files.js");
  const buildId = await codeHash();
  await bake(buildId);
  writeFileSync(`${fresh}/build-id.js`, `export const BUILD_ID = "${buildId}";\n`);
  await bundleCommand(fresh);
  await bundleWorker(fresh);
  chmodSync(`${fresh}/cli/main.js`, 0o755);
  if (existsSync(dist)) renameSync(dist, old);
  renameSync(fresh, dist);
  // In its place, for worker threads of the command run what lies in `host/dist`.
  cacheCommand();
} catch (error) {
  console.error(`build: ${error.message}`);
  process.exitCode = 1;
} finally {
  for (const folder of [fresh, old]) rmSync(folder, { recursive: true, force: true });
}

// npm links the commands of dependencies, not a package's own: with this link `npx cru` runs it here as it does elsewhere.
const commands = `${root}node_modules/.bin`;
if (process.platform !== "win32" && existsSync(commands)) {
  rmSync(`${commands}/cru`, { force: true });
  symlinkSync("../../host/dist/cli/main.js", `${commands}/cru`);
}

/** A module of the new code, which does not know yet that it is built, and so uses nothing baked. */
function load(module) {
  return import(pathToFileURL(`${fresh}/${module}`).href);
}

async function bake(buildId) {
  const { bakeEngines } = await load("plugins/baked-engines.js");
  const { PluginHost } = await load("plugins/host.js");
  const { ENGINES } = await load("engines.js");
  const { readPackageFile } = await load("powers/node/package-files.js");
  const { systemClock } = await load("powers/node/clock.js");
  const files = await bakeEngines(
    buildId,
    (cache) =>
      new PluginHost({
        engines: (name) => readPackageFile(ENGINES[name].artifact),
        powers: { clock: systemClock() },
        now: () => performance.now(),
        drawSeed: () => 0n,
        cache,
      }),
  );
  for (const [path, bytes] of files) {
    const file = `${fresh}/engines/${path}`;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  }
}

/** What V8 makes of the command's code, for the next to start with. Without it the command is slower, and no more than that. */
function cacheCommand() {
  const home = mkdtempSync(join(tmpdir(), "crucible-build-"));
  const env = { PATH: process.env.PATH, HOME: home, XDG_CACHE_HOME: home, XDG_CONFIG_HOME: home, XDG_DATA_HOME: home };
  const { status, stderr } = spawnSync(process.execPath, [`${root}scripts/lib/cache-command.cjs`, dist], {
    cwd: home,
    env,
    encoding: "utf8",
  });
  rmSync(home, { recursive: true, force: true });
  if (status !== 0) throw new Error(`the command that was built does not run: ${stderr}`);
}
