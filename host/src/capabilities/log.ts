/** The capability `log`: messages for the person who runs the plugin. Always granted, in every phase, and never an answer. */
import type { HostInterface } from "../component/index.ts";
import type { LogFunctions } from "../wit.generated.ts";
import type { Call } from "./call.ts";

export function bindLog(call: Call): HostInterface {
  const functions: LogFunctions = {
    write: (level, message) => call.log(level, message),
  };
  return { functions: new Map(Object.entries(functions)) };
}
