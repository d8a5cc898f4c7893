/** The public API of the package on Node. Re-exports only. */

export { createNodeHost, NodeHost, type NodeHostOptions } from "./node.ts";
export * from "./portable.ts";
export { systemClock } from "./powers/node/clock.ts";
export { type UserDirectories, userDirectories } from "./powers/node/directories.ts";
export { openKilnFiles } from "./powers/node/kiln-files.ts";
export { openLibsqlState } from "./powers/node/state-libsql.ts";
