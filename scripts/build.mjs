// Builds host/dist from host/src: compiles beside what is there, names the build, marks the command as executable, then puts
// the new folder in place of the old one, so that a command that runs meanwhile finds one or the other. Links the command.
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";

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
  const { codeHash } = await import(pathToFileURL(`${fresh}/powers/node/package-files.js`).href);
  writeFileSync(`${fresh}/build-id`, await codeHash());
  chmodSync(`${fresh}/cli/main.js`, 0o755);
  if (existsSync(dist)) renameSync(dist, old);
  renameSync(fresh, dist);
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
