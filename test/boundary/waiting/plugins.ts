/** A plugin that asks, wherever it runs: what it gets, what it takes, and how its call can end while it waits. */
import {
  createNodeHost,
  memoryKiln,
  memoryState,
  type NodeHost,
  type Plugin,
  PluginError,
} from "../../../host/src/index.ts";
import type { UiPower } from "../../../host/src/powers/types.ts";
import { announced } from "./scenarios.ts";

const ASKING = {
  path: "asking.rune",
  content: `
//---
// exports: [try_it]
// capabilities: [ui, kiln.read, kiln.write, state, random, plugins]
//---
/// Writes before and after it asks.
pub fn greet() {
    crucible::kiln::write_note("before.md", "asked")?;
    let name = crucible::ui::text("Who?")?.unwrap_or("nobody");
    let sure = crucible::ui::confirm("Sure?")?;
    let roll = crucible::random::range(1, 1000);
    crucible::kiln::write_note("after.md", \`\${name} \${roll}\`)?;
    crucible::state::set("name", name)?;
    Ok(#{ name: name, sure: sure, roll: roll, before: crucible::read_note("before.md")? })
}
/// Tells why it cannot ask.
pub fn try_it() {
    match crucible::ui::text("Who?") {
        Ok(name) => name.unwrap_or("nobody"),
        Err(error) => error.code,
    }
}
/// Asks for ever.
pub fn insist() { loop { let _ = crucible::ui::text("Who?"); } }
`,
};

const CALLER = {
  path: "caller.rune",
  content: `
//---
// capabilities: [plugins, ui]
//---
/// Calls another.
pub fn pass() { crucible::plugins::call("asking", "try_it", #{})? }
`,
};

const ALLOW = ["ui", "kiln.write", "state", "plugins"];
/** Answers later; the third kind of answer is no text. */
const ANSWERS: UiPower = {
  ask: async ({ kind, text }) => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    return kind === "confirm" ? "yes" : `Ada, asked ${text}`;
  },
};

async function loaded(isolation: "inline" | "worker", ui: UiPower | undefined) {
  const kiln = memoryKiln({ "a.md": "# A" });
  const host = createNodeHost({ isolation, workers: 1, kiln, state: memoryState(), allow: ALLOW, ...(ui && { ui }) });
  return { host, kiln, plugin: await host.load(ASKING) };
}

async function ended(work: Promise<unknown>): Promise<unknown> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof PluginError)) throw error;
    return { code: error.code, message: error.message };
  }
}

const figures = async (work: ReturnType<Plugin["call"]>) => {
  const { result, fuel, memoryBytes, report } = await work;
  return {
    result,
    fuel,
    memoryBytes,
    calls: [...report.calls].sort(),
    changes: report.changes.map(({ path }) => path),
  };
};

export async function runPlugins(isolation: "inline" | "worker") {
  const told: Record<string, unknown> = {};
  const { host, plugin } = await loaded(isolation, ANSWERS);
  told.asked = await figures(plugin.call("greet", {}, { seed: 42 }));
  told.again = await ended(figures(plugin.call("greet", {}, { seed: 43 })));
  const { recording, fuel } = await plugin.call("greet", {}, { seed: 44, record: true });
  told.recorded = fuel;
  told.replayed = await figures(plugin.replay(recording!));
  const open = await plugin.open({ seed: 1 });
  told.open = await ended(Promise.all([1, 2, 3].map(() => figures(open.call("try_it")))));
  open.close();
  told.rateLimited = await ended(figures(plugin.call("insist", {}, { seed: 1, fuel: 300_000 })));
  await host.close();

  for (const how of ["cancel", "close", "close-open"] as const) {
    const asked = announced<string>();
    const { host, kiln, plugin } = await loaded(isolation, asked);
    told[how] = await whileAsked(how, host, plugin, asked.made);
    told[`${how}: notes`] = [...kiln.notes().keys()];
    asked.answer("too late");
    await host.close();
  }

  const nobody = await loaded(isolation, undefined);
  told.nobody = (await nobody.plugin.call("try_it", {}, { seed: 1 })).result;
  await nobody.host.close();
  return told;
}

async function whileAsked(how: string, host: NodeHost, plugin: Plugin, made: Promise<void>): Promise<unknown> {
  const abort = new AbortController();
  const open = how === "close-open" ? await plugin.open() : undefined;
  const work = ended((open ?? plugin).call("greet", {}, { signal: abort.signal }));
  await made;
  if (how === "cancel") abort.abort();
  else if (open) open.close();
  else void host.close();
  return work;
}

/** What only a thread that holds its host has: answers that are needed at once. */
export async function runAtOnce(): Promise<unknown> {
  const { host, plugin } = await loaded("inline", ANSWERS);
  const caller = await host.load(CALLER);
  const open = await plugin.open({ seed: 1 });
  const told = {
    sync: open.callSync("try_it").result,
    awaited: (await open.call("try_it")).result,
    nested: (await caller.call("pass", {}, { seed: 1 })).result,
  };
  open.close();
  await host.close();
  return told;
}
