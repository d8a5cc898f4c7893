/** What tests of things that fail share. */
import { PluginError } from "../host/src/errors.ts";

/** The `PluginError` that something ends in; whatever else it ends in is thrown on. */
export async function failure(work: Promise<unknown> | (() => unknown)): Promise<PluginError> {
  try {
    await (typeof work === "function" ? work() : work);
  } catch (error) {
    if (error instanceof PluginError) return error;
    throw error;
  }
  throw new Error("it was expected to fail");
}

/** The same of something that throws at once. */
export function thrown(work: () => unknown): PluginError {
  try {
    work();
  } catch (error) {
    if (error instanceof PluginError) return error;
    throw error;
  }
  throw new Error("it was expected to fail");
}
