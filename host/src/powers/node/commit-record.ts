/** The record of a commit on disk. It may come from anywhere (a kiln arrives by git), so reading it checks everything. */
import { tryNotePath } from "../../kiln/path.ts";
import { STAGED_NOTES } from "../../limits.ts";
import type { NotePath } from "../types.ts";

export interface RecordedChange {
  readonly path: NotePath;
  readonly isDeletion: boolean;
  /** Versions of the content before and after; undefined: no note. */
  readonly before: string | undefined;
  readonly after: string | undefined;
  /** Names the staged files. */
  readonly index: number;
}

/** Larger than any record of `STAGED_NOTES` changes. */
export const RECORD_BYTES = 32 * 1024 * 1024;

const FORMAT = 1;
const VERSION = /^[0-9a-f]{64}$/;

export function encodeRecord(changes: readonly RecordedChange[]): Uint8Array {
  const rows = changes.map(({ path, before, after, index }) => ({
    path,
    before: before ?? null,
    after: after ?? null,
    index,
  }));
  return new TextEncoder().encode(JSON.stringify({ format: FORMAT, changes: rows }));
}

/** Undefined where the bytes are no record of this format. */
export function readRecord(bytes: Uint8Array): readonly RecordedChange[] | undefined {
  let record: unknown;
  try {
    record = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
  if (!isObject(record) || record.format !== FORMAT || !Array.isArray(record.changes)) return undefined;
  if (record.changes.length > STAGED_NOTES) return undefined;
  const changes = record.changes.map(readChange);
  return changes.every((change) => change !== undefined) ? changes : undefined;
}

function readChange(row: unknown): RecordedChange | undefined {
  if (!isObject(row)) return undefined;
  const { path: text, before, after, index } = row;
  const path = typeof text === "string" ? tryNotePath(text) : undefined;
  if (path === undefined || !isVersion(before) || !isVersion(after)) return undefined;
  if (typeof index !== "number" || !Number.isInteger(index) || index < 0) return undefined;
  return { path, isDeletion: after === null, before: before ?? undefined, after: after ?? undefined, index };
}

function isVersion(value: unknown): value is string | null {
  return value === null || (typeof value === "string" && VERSION.test(value));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
