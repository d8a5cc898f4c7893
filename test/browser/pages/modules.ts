/** The page of the tests of metered modules: `crucible-plugin-host/wasm` alone. */
import { runModules } from "../metered.ts";
import { serveJobs } from "./serve.ts";

serveJobs({ modules: runModules });
