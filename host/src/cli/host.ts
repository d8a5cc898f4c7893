/** The host of the command line: with the user's own folders for global state and for the cache. */
import { createNodeHost, type NodeHost, type NodeHostOptions } from "../node.ts";
import { userDirectories } from "../powers/node/directories.ts";

export function openHost(options: Pick<NodeHostOptions, "kiln" | "log"> = {}): NodeHost {
  const { data, cache } = userDirectories();
  return createNodeHost({ ...options, dataFolder: data, cacheFolder: cache });
}
