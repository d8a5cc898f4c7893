// Files and their SHA-256, in an order that does not depend on the file system.

import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The SHA-256 of bytes, in hexadecimal. */
export function sha256(bytes) {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The files below `root/folder`, as sorted paths relative to `root` with `/` between the parts. */
export function filesBelow(root, folder) {
  if (!existsSync(join(root, folder))) return [];
  const found = [];
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) found.push(...filesBelow(root, path));
    else if (entry.isFile()) found.push(path);
  }
  return found.sort();
}

/** The hash of each file below `root`, by path, sorted by path. */
export function hashFiles(root, files) {
  return Object.fromEntries([...files].sort().map((file) => [file, sha256(readFileSync(join(root, file)))]));
}
