// What a plugin in AssemblyScript imports: `import { tool, ok, Json, kiln } from "crucible-assemblyscript"`.
import * as clock from "./assembly/clock.generated";
import * as datalog from "./assembly/datalog.generated";
import * as graph from "./assembly/graph.generated";
import * as kiln from "./assembly/kiln.generated";
import * as log from "./assembly/log.generated";
import * as network from "./assembly/network.generated";
import * as plugins from "./assembly/plugins.generated";
import * as random from "./assembly/random.generated";
import * as search from "./assembly/search.generated";
import * as session from "./assembly/session.generated";
import * as state from "./assembly/state.generated";
import * as ui from "./assembly/ui.generated";

export { Json, Kind } from "./assembly/json";
export { fail, failed, ok, Result, Some } from "./assembly/result";
export { Declaration, Run, RunText, textTool, tool } from "./assembly/tool";
export { ErrorCode, Failure, Frame, Position } from "./assembly/types.generated";
export { clock, datalog, graph, kiln, log, network, plugins, random, search, session, state, ui };
