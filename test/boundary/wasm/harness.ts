/**
 * The smallest host that keeps the contract of metered modules, to run them raw and metered in tests; the real one is in
 * `host/src/sandbox`. Sees no platform, so that it runs in a page too.
 */
import {
  createLedger,
  type MeteredModule,
  type MeterOptions,
  meterModule,
  RESERVED,
} from "../../../host/src/wasm/index.ts";

export type Functions = Record<string, (...args: (number | bigint)[]) => unknown>;

export interface Run {
  readonly functions: Functions;
  readonly exports: WebAssembly.Exports;
  readonly memory: WebAssembly.Memory | undefined;
  readonly metered: MeteredModule;
  readonly ledger: ReturnType<typeof createLedger>;
  /** Fuel used since the start. */
  used(): number;
  refills(): number;
  /** What a host does when a call returns: pays a debt with the next slices. False when there are none left. */
  settle(): boolean;
  /** Gives this much more, from now on. */
  allow(units: number): void;
}

export interface RunOptions extends MeterOptions {
  /** Fuel in all. @default no limit */
  readonly limit?: number;
  /** Fuel handed out at a time. @default 2^20 */
  readonly slice?: number;
  readonly memoryRoom?: number;
  readonly tableRoom?: number;
  readonly imports?: WebAssembly.Imports;
}

/** Meters, instantiates, and runs nothing. */
export function start(original: Uint8Array, options: RunOptions = {}): Run {
  const metered = meterModule(original, options);
  return startMetered(metered, new WebAssembly.Module(metered.bytes), options);
}

export function startMetered(metered: MeteredModule, module: WebAssembly.Module, options: RunOptions = {}): Run {
  const ledger = createLedger();
  const slice = options.slice ?? 1 << 20;
  let limit = options.limit ?? Number.MAX_SAFE_INTEGER;
  let handedOut = 0;
  let refills = 0;
  const refill = () => {
    refills++;
    while (ledger.fuel() < 0 && handedOut < limit) {
      const units = Math.min(slice, limit - handedOut);
      handedOut += units;
      ledger.charge(-units);
    }
  };
  ledger.setMemoryRoom(options.memoryRoom ?? 1000);
  ledger.setTableRoom(options.tableRoom ?? 1000);
  const minimum = metered.memory?.minimumPages;
  const memory =
    minimum === undefined
      ? undefined
      : new WebAssembly.Memory({
          initial: minimum,
          maximum: Math.min(metered.memory?.maximumPages ?? 65536, minimum + (options.memoryRoom ?? 1000)),
        });
  const instance = new WebAssembly.Instance(module, {
    ...options.imports,
    [RESERVED]: { ...ledger.imports, refill, ...(memory && { memory }) },
  });
  return {
    functions: instance.exports as Functions,
    exports: instance.exports,
    memory,
    metered,
    ledger,
    used: () => handedOut - ledger.fuel(),
    refills: () => refills,
    settle: () => {
      if (ledger.fuel() < 0) refill();
      return ledger.fuel() >= 0;
    },
    allow: (units) => {
      limit = handedOut + units;
      ledger.setFuel(Math.min(0, ledger.fuel()));
    },
  };
}

export function startRaw(original: Uint8Array<ArrayBuffer>, imports: WebAssembly.Imports = {}): WebAssembly.Exports {
  return new WebAssembly.Instance(new WebAssembly.Module(original), imports).exports;
}

/** What a call came to: its value, or the message of the trap. */
export function outcome(call: () => unknown): string {
  try {
    const value = call();
    return typeof value === "bigint" ? `${value}n` : String(value);
  } catch (error) {
    if (error instanceof WebAssembly.Exception) return "exception";
    return `trap: ${(error as Error).message}`;
  }
}
