// Makes composed.wasm out of the sources beside it: two components by jco's wit-component, put together by `wac` (crate wac-cli 0.12,
// `cargo install wac-cli --no-default-features --features wit`). Run it with `node build.mjs` after a change; the result is committed.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { componentEmbed, componentNew } from "@bytecodealliance/jco";
import wabtFactory from "wabt";

const wabt = await wabtFactory();
const source = (name) => readFileSync(new URL(name, import.meta.url), "utf8");
const folder = mkdtempSync(join(tmpdir(), "composed-"));
try {
  for (const world of ["library", "program"]) {
    const binary = wabt.parseWat(world, source(`${world}.wat`)).toBinary({}).buffer;
    const embedded = await componentEmbed({ binary, witSource: source("words.wit"), world });
    writeFileSync(join(folder, `${world}.wasm`), await componentNew(embedded, []));
  }
  const output = fileURLToPath(new URL("composed.wasm", import.meta.url));
  execFileSync("wac", ["plug", "program.wasm", "--plug", "library.wasm", "-o", output], { cwd: folder });
} finally {
  rmSync(folder, { recursive: true });
}
