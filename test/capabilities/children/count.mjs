/** Counts a note up, and where it is told to a state value too; again whenever another process was faster. */
import { createCapabilities } from "../../../host/dist/capabilities/index.js";
import { PluginError } from "../../../host/dist/errors.js";
import { frozenClock } from "../../../host/dist/powers/memory/clock.js";
import { openKilnFiles } from "../../../host/dist/powers/node/kiln-files.js";
import { openLibsqlState } from "../../../host/dist/powers/node/state-libsql.js";

const { root, times, withState } = JSON.parse(process.argv[2] ?? "");
const kiln = openKilnFiles(root);
const state = openLibsqlState({ kilnRoot: kiln.root });
const capabilities = createCapabilities({
  plugin: "counter",
  grant: {
    "kiln.read": { folders: ["**"] },
    "kiln.write": { folders: ["**"] },
    state: { scopes: ["kiln"], quotaBytes: 1_000 },
  },
  powers: { kiln, state, clock: frozenClock(0) },
});

function call(name, function_, ...args) {
  const run = capabilities.imports.get(`crucible:plugin/${name}@0.1.0`)?.functions.get(function_);
  const answer = run?.(...args);
  if (answer.tag === "err") throw new Error(JSON.stringify(answer.val));
  return answer.val;
}

let conflicts = 0;
for (let done = 0; done < times; ) {
  capabilities.beginCall({ seed: 0n });
  const inNote = Number(call("kiln", "read-note", "count.md"));
  call("kiln", "write-note", "count.md", String(inNote + 1));
  if (withState) {
    const inState = Number(call("state", "get", "kiln", "count") ?? 0);
    call("state", "set", "kiln", "count", String(inState + 1), undefined);
  }
  try {
    capabilities.commit();
    done += 1;
  } catch (error) {
    if (!(error instanceof PluginError && error.code === "conflict")) throw error;
    conflicts += 1;
  }
}
process.send?.({ conflicts });
state.close();
kiln.close();
