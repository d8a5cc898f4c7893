/**
 * Guests that wait on their own thread, where the engine can put a WebAssembly stack aside (JavaScript Promise Integration, the
 * W3C proposal `js-promise-integration`). Only functions that are declared to answer later go through here.
 *
 * The guest does not call a suspending function itself: that throws where there is nothing to suspend, or a frame of JavaScript is in
 * between, and a guest could catch what it throws. It calls this, which asks for a wait only where the host has said that it may, and
 * traps after one that the call did not survive:
 *
 *     (module
 *       (import "" "call" (func $call (param …) (result r)))
 *       (import "" "wait" (func $wait (result r)))              ;; new WebAssembly.Suspending
 *       (import "" "waits" (global $waits (mut i32)))
 *       (func (export "call") (param …) (result r)
 *         (br_if 0 (call $call (local.get …)…) (i32.eqz (global.get $waits)))
 *         (drop) (call $wait)
 *         (if (global.get $waits) (then unreachable))))
 */
import { ByteWriter, OP, PREAMBLE, SECTION, TYPE_BYTES, VOID } from "../wasm/emit.ts";
import type { CoreFunction } from "./imported-functions.ts";
import type { HostImports } from "./instantiate.ts";
import type { FlatValue } from "./lift.ts";
import type { CoreSignature } from "./value-types.ts";

type Flat = FlatValue | undefined;
type Core = (...flat: FlatValue[]) => Flat;

/** What TypeScript's library does not know yet. */
interface Integration {
  readonly Suspending?: new (host: () => unknown) => CoreFunction;
  readonly promising?: (guest: Core) => (...flat: FlatValue[]) => Promise<Flat>;
}

/** Whether the engine can put a guest's stack aside. Asked when it matters: nothing is remembered. */
export function canSuspend(): boolean {
  const { Suspending, promising } = WebAssembly as unknown as Integration;
  return typeof Suspending === "function" && typeof promising === "function";
}

/** Whether a guest with these host functions may have to wait, and can. */
export function mayWait(imports: HostImports): boolean {
  if (!canSuspend()) return false;
  for (const { later } of imports.values()) if (later !== undefined && later.size > 0) return true;
  return false;
}

/** The waits of one linked component: there is at most one at a time. */
export class Suspension {
  readonly #waits = new WebAssembly.Global({ value: "i32", mutable: true }, 0);
  #answer: Promise<Flat> | undefined;

  /**
   * To be called in a function that `attach` was given, which returns what this does: the guest waits, and goes on with what `answer`
   * resolves to. `answer` must not reject, and resolves to undefined where the guest has to end.
   */
  hold(answer: Promise<{ readonly flat: Flat } | undefined>, blank: Flat): Flat {
    this.#waits.value = 1;
    this.#answer = answer.then((answered) => {
      if (answered === undefined) return blank;
      this.#waits.value = 0;
      return answered.flat;
    });
    return blank;
  }

  /** The function for the guest. */
  attach(call: CoreFunction, signature: CoreSignature): CoreFunction {
    const { Suspending } = WebAssembly as unknown as Required<Integration>;
    const wait = new Suspending(() => {
      const answer = this.#answer;
      this.#answer = undefined;
      return answer;
    });
    const imports = Object.assign(Object.create(null), { call, wait, waits: this.#waits });
    const { exports } = new WebAssembly.Instance(
      adapter(signature),
      Object.assign(Object.create(null), { "": imports }),
    );
    return exports.call as CoreFunction;
  }

  /** An exported function of the guest that can be suspended. */
  promising(core: Core): (...flat: FlatValue[]) => Promise<Flat> {
    return (WebAssembly as unknown as Required<Integration>).promising(core);
  }
}

/** What stands in for a result that is not there yet, or never will be: converting it to the type must not throw. */
export function blankOf({ results: [type] }: CoreSignature): Flat {
  return type === undefined ? undefined : type === "i64" ? 0n : 0;
}

const DROP = 0x1a;

/** Compiled once for a type; they hold nothing. */
const adapters = new Map<string, WebAssembly.Module>();

function adapter(signature: CoreSignature): WebAssembly.Module {
  const key = `${signature.params}:${signature.results}`;
  let module = adapters.get(key);
  if (module === undefined) {
    module = new WebAssembly.Module(adapterBytes(signature));
    adapters.set(key, module);
  }
  return module;
}

function adapterBytes({ params, results }: CoreSignature): Uint8Array<ArrayBuffer> {
  const out = new ByteWriter(128);
  const [CALL, WAIT] = [0, 1];
  out.all(...PREAMBLE);
  out.entries(SECTION.type, 2, () => {
    out.functionType({ params, results });
    out.functionType({ params: [], results });
  });
  out.entries(SECTION.import, 3, () => {
    for (const [name, ...kind] of [
      ["call", 0, CALL],
      ["wait", 0, WAIT],
      ["waits", 3, TYPE_BYTES.i32, 1],
    ] as const) {
      out.name("");
      out.name(name);
      out.all(...kind);
    }
  });
  out.entries(SECTION.function, 1, () => out.byte(CALL));
  out.entries(SECTION.export, 1, () => {
    out.name("call");
    out.all(0, 2);
  });
  out.entries(SECTION.code, 1, () => {
    out.sized(() => {
      out.byte(0);
      for (const at of params.keys()) out.op(OP.localGet, at);
      out.all(OP.call, CALL, OP.globalGet, 0, OP.i32Eqz, OP.brIf, 0);
      if (results.length > 0) out.byte(DROP);
      out.all(OP.call, WAIT, OP.globalGet, 0, OP.if, VOID, OP.unreachable, OP.end, OP.end);
    });
  });
  return out.result();
}
