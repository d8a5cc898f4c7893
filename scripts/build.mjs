// Builds host/dist from host/src: removes what is there, compiles, marks the command as executable, names the build.
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, rmSync, writeFileSync } from "node:fs";
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
if (existsSync(command)) chmodSync(command, 0o755);
