/** Reads one regular file of a folder, bounded and without following links; never blocks on a FIFO or a device. */
import * as fs from "node:fs";
import { PluginError } from "../../errors.ts";
import { quoted } from "../../text.ts";
import { type Folder, systemCode } from "./folder.ts";

export interface FileContent {
  readonly bytes: Uint8Array;
  readonly modifiedMs: number;
  /** Permission bits. */
  readonly mode: number;
}

/** O_NONBLOCK: opening a FIFO answers at once, and `fstat` then refuses it. */
const READ =
  fs.constants.O_RDONLY |
  (fs.constants.O_NOFOLLOW ?? 0) |
  (fs.constants.O_NONBLOCK ?? 0) |
  (fs.constants.O_NOCTTY ?? 0);

/** Undefined where there is no such entry. Errors: `denied` for a link or a special file, `transfer-limit` above `maxBytes`. */
export function readRegularFile(folder: Folder, name: string, maxBytes: number): FileContent | undefined {
  const shown = quoted(folder.name === "" ? name : `${folder.name}/${name}`);
  let descriptor: number;
  try {
    descriptor = fs.openSync(folder.entry(name), READ);
  } catch (error) {
    if (systemCode(error) === "ENOENT" || systemCode(error) === "ENOTDIR") return undefined;
    if (systemCode(error) === "ELOOP") throw new PluginError("denied", `${shown} is a link`);
    if (systemCode(error) === "ENXIO") throw new PluginError("denied", `${shown} is not a regular file`);
    throw error;
  }
  try {
    folder.verify(name);
    const stat = fs.fstatSync(descriptor);
    if (!stat.isFile()) throw new PluginError("denied", `${shown} is not a regular file`);
    if (stat.size > maxBytes) throw tooLarge(shown, maxBytes);
    return {
      bytes: readBounded(descriptor, stat.size, maxBytes, shown),
      modifiedMs: Math.max(0, Math.floor(stat.mtimeMs)),
      mode: stat.mode & 0o777,
    };
  } finally {
    fs.closeSync(descriptor);
  }
}

/** The file may grow while it is read; what is read stays bounded. */
function readBounded(descriptor: number, size: number, maxBytes: number, shown: string): Uint8Array {
  let buffer = new Uint8Array(size + 1);
  let length = 0;
  for (;;) {
    const read = fs.readSync(descriptor, buffer, length, buffer.length - length, null);
    if (read === 0) return buffer.subarray(0, length);
    length += read;
    if (length > maxBytes) throw tooLarge(shown, maxBytes);
    if (length === buffer.length) {
      const larger = new Uint8Array(Math.min(buffer.length * 2, maxBytes + 1));
      larger.set(buffer);
      buffer = larger;
    }
  }
}

function tooLarge(shown: string, maxBytes: number): PluginError {
  return new PluginError("transfer-limit", `${shown} is larger than ${maxBytes} bytes`);
}
