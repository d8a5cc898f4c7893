/**
 * The host of the command line: with the user's own folders for global state and for the cache, and plugins in one worker thread, so
 * that they can be interrupted.
 */
import { createNodeHost, type NodeHost, type NodeHostOptions } from "../node.ts";
import { userDirectories } from "../powers/node/directories.ts";

export function openHost(options: Pick<NodeHostOptions, "kiln" | "log" | "allow" | "ui"> = {}): NodeHost {
  const { data, cache } = userDirectories();
  return createNodeHost({ ...options, dataFolder: data, cacheFolder: cache, isolation: "worker", workers: 1 });
}
