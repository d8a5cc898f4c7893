// Builds host/dist from host/src: removes what is there, compiles, marks the command as executable, names the build,
// links the command.
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = `${root}host/dist`;

rmSync(dist, { recursive: true, force: true });
const tsc = spawnSync(
  process.execPath,
  [`${root}node_modules/typescript/bin/tsc`, "-p", `${root}tsconfig.build.json`],
  {
    stdio: "inherit",
  },
);
if (tsc.status !== 0) {
  console.error("build: tsc found errors in host/src (see above)");
  process.exit(1);
}
const { codeHash } = await import(new URL("../host/dist/powers/node/package-files.js", import.meta.url));
writeFileSync(`${dist}/build-id`, await codeHash());

const command = `${dist}/cli/main.js`;
chmodSync(command, 0o755);

// npm links the commands of dependencies, not a package's own: with this link `npx cru` runs it here as it does elsewhere.
const commands = `${root}node_modules/.bin`;
if (process.platform !== "win32" && existsSync(commands)) {
  rmSync(`${commands}/cru`, { force: true });
  symlinkSync("../../host/dist/cli/main.js", `${commands}/cru`);
}
