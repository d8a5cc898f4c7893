// The lock of a built artifact that is committed: which sources it was made of, by hash. Tells whether they still belong together,
// without building anything.
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { sha256 } from "./hashes.mjs";

/**
 * @typedef {{ title: string, directory: string, artifact: string, rebuild: string }} Built `title` names it in sentences,
 *   `rebuild` is the command that makes it again
 */

/**
 * @param {string} root the repository
 * @param {Built} built
 * @param {Record<string, string>} now the hashes of the sources, by path
 * @returns {{ problems: string[], lock?: { artifact: { sha256: string } } }} a sentence per disagreement
 */
export function checkLock(root, { title, directory, artifact, rebuild }, now) {
  const path = join(root, directory, "build.lock");
  const remedy = `run \`${rebuild}\` and commit the result`;
  if (!existsSync(path)) return { problems: [`${title} has no build.lock: ${remedy}`] };
  const lock = JSON.parse(readFileSync(path, "utf8"));
  const problems = [];
  for (const file of new Set([...Object.keys(lock.sources), ...Object.keys(now)])) {
    if (lock.sources[file] !== now[file]) {
      const how = now[file] === undefined ? "is gone" : lock.sources[file] === undefined ? "is new" : "has changed";
      problems.push(`${title} is older than its sources: ${file} ${how} since it was built; ${remedy}`);
    }
  }
  const file = join(root, directory, artifact);
  if (!existsSync(file)) problems.push(`${title} has no ${artifact}: ${remedy}`);
  else if (sha256(readFileSync(file)) !== lock.artifact.sha256) {
    problems.push(`${directory}/${artifact} is not what its build.lock says: ${remedy}`);
  }
  return { problems, lock };
}

/** Writes the artifact and its lock. `name` is `{ engine: "lua" }` or the like. @returns the lock */
export function writeLock(root, { directory, artifact }, name, toolchain, wasm, sources) {
  const lock = {
    ...name,
    toolchain,
    artifact: {
      file: artifact,
      sha256: sha256(wasm),
      bytes: wasm.length,
      brotliBytes: brotliCompressSync(wasm).length,
    },
    sources,
  };
  replace(join(root, directory, artifact), wasm);
  replace(join(root, directory, "build.lock"), `${JSON.stringify(lock, null, "\t")}\n`);
  return lock;
}

/** Whoever reads the file meanwhile sees the old one or the new one. */
export function replace(path, content) {
  writeFileSync(`${path}.new`, content);
  renameSync(`${path}.new`, path);
}
