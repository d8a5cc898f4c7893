// What the text of wit/*.wit says and a decoded component does not: the package as one text, and its doc comments.
import { readdirSync, readFileSync } from "node:fs";

/** The package in one text: it may be spread over files, but tools take one, so the package line stays in the first only. */
export function witSource(root) {
  const files = readdirSync(`${root}wit`).filter((name) => name.endsWith(".wit"));
  const sources = files.sort().map((name) => readFileSync(`${root}wit/${name}`, "utf8"));
  return sources.map((source, at) => (at === 0 ? source : source.replace(/^package .*;$/m, ""))).join("\n");
}

/**
 * The doc comments, by path: `kiln`, `kiln.note-info`, `kiln.note-info.size-bytes`, `kiln.note-cursor.next`.
 * @returns {Map<string, string[]>} lines without their marks
 */
export function witDocs(source) {
  const docs = new Map();
  const open = [];
  let comment = [];
  for (const raw of source.split("\n")) {
    const line = raw.trim();
    if (line.startsWith("///")) {
      comment.push(line.slice(3).trim());
      continue;
    }
    const name = /^(?:(?:interface|record|variant|enum|flags|resource|type|world)\s+)?([a-z][a-z0-9-]*)/.exec(
      line,
    )?.[1];
    if (name !== undefined && comment.length > 0) docs.set([...open, name].join("."), comment);
    comment = [];
    if (line.endsWith("{") && !line.includes("}")) open.push(name);
    else if (line === "}") open.pop();
  }
  return docs;
}
