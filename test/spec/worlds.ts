/**
 * Where the modules of one spec test live: their instances, what is registered under which name, and the fuel that was used. A test runs in
 * four worlds at once: raw, metered with two sizes of slices, and instrumented by the oracle.
 */
import { STACK_BYTES } from "../../host/src/limits.ts";
import {
  type CoreExport,
  createLedger,
  type MeteredModule,
  meterModule,
  RESERVED,
  START_EXPORT,
} from "../../host/src/wasm/index.ts";
import { instrument } from "../boundary/wasm/oracle.ts";
import { type Bits, callWithBits } from "./bits.ts";

export interface World {
  readonly name: string;
  /** Runs the start function too. */
  instantiate(bytes: Uint8Array<ArrayBuffer>, metered: MeteredModule): Instance;
  register(name: string, exports: WebAssembly.Exports): void;
  /** Used so far by all instances; undefined in a world that counts none. */
  used(): number | undefined;
  /** What a host does before each call. */
  begin(): void;
  /** Whether the call ended because it had used up the stack that is counted. */
  stackFailed(): boolean;
}

export interface Instance {
  readonly exports: WebAssembly.Exports;
  readonly declared: readonly CoreExport[];
}

export function invoke(instance: Instance, field: string, args: readonly Bits[]): readonly Bits[] {
  const declared = instance.declared.find((each) => each.name === field);
  if (declared === undefined) throw new Error(`no export ${JSON.stringify(field)}`);
  return callWithBits(instance.exports, declared, args);
}

abstract class BaseWorld implements World {
  abstract readonly name: string;
  protected readonly imports: WebAssembly.Imports = { spectest: spectest() };

  abstract instantiate(bytes: Uint8Array<ArrayBuffer>, metered: MeteredModule): Instance;
  abstract used(): number | undefined;

  register(name: string, exports: WebAssembly.Exports): void {
    this.imports[name] = exports;
  }

  begin(): void {}

  stackFailed(): boolean {
    return false;
  }
}

/** Without the host. */
export class RawWorld extends BaseWorld {
  readonly name = "raw";

  instantiate(bytes: Uint8Array<ArrayBuffer>, metered: MeteredModule): Instance {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), this.imports);
    return { exports, declared: metered.exports };
  }

  used(): undefined {}
}

/** More than any test grows its memories and tables by, except those that try what cannot be. */
const ROOM = 3_000_000;

/** All modules share a ledger, as the core modules of a component do. */
export class MeteredWorld extends BaseWorld {
  readonly name: string;
  private readonly ledger = createLedger();
  private readonly slice: number;
  private handedOut = 0;

  constructor(slice: number) {
    super();
    this.name = `metered in slices of ${slice}`;
    this.slice = slice;
    this.ledger.setMemoryRoom(ROOM);
    this.ledger.setTableRoom(ROOM);
  }

  instantiate(_bytes: Uint8Array<ArrayBuffer>, metered: MeteredModule): Instance {
    const module = new WebAssembly.Module(metered.bytes);
    const refill = () => {
      while (this.ledger.fuel() < 0) {
        this.handedOut += this.slice;
        this.ledger.charge(-this.slice);
      }
    };
    const { memory } = metered;
    const limits: WebAssembly.MemoryDescriptor | undefined = memory && {
      initial: memory.minimumPages,
      ...(memory.maximumPages === undefined ? {} : { maximum: memory.maximumPages }),
    };
    const { exports } = new WebAssembly.Instance(module, {
      ...this.imports,
      [RESERVED]: { ...this.ledger.imports, refill, ...(limits && { memory: new WebAssembly.Memory(limits) }) },
    });
    if (metered.hasStart) (exports[START_EXPORT] as () => void)();
    return { exports, declared: metered.exports };
  }

  used(): number {
    return this.handedOut - this.ledger.fuel();
  }

  override begin(): void {
    this.ledger.setStackRoom(STACK_BYTES);
    this.ledger.clearNote();
  }

  override stackFailed(): boolean {
    return this.ledger.stackFailed();
  }
}

/** Counts every instruction by itself. */
export class OracleWorld extends BaseWorld {
  readonly name = "oracle";
  private readonly counters: WebAssembly.Global<"i64">[] = [];

  instantiate(bytes: Uint8Array<ArrayBuffer>, metered: MeteredModule): Instance {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(instrument(bytes)), this.imports);
    this.counters.push(exports.oracle as WebAssembly.Global<"i64">);
    return { exports, declared: metered.exports };
  }

  used(): number {
    return this.counters.reduce((sum, counter) => sum + Number(counter.value), 0);
  }
}

/** The module that the spec tests import; each world has one of its own. */
function spectest(): WebAssembly.ModuleImports {
  const print = () => {};
  return {
    print,
    print_i32: print,
    print_i64: print,
    print_f32: print,
    print_f64: print,
    print_i32_f32: print,
    print_f64_f64: print,
    global_i32: new WebAssembly.Global({ value: "i32", mutable: false }, 666),
    global_i64: new WebAssembly.Global({ value: "i64", mutable: false }, 666n),
    global_f32: new WebAssembly.Global({ value: "f32", mutable: false }, 666.6),
    global_f64: new WebAssembly.Global({ value: "f64", mutable: false }, 666.6),
    table: new WebAssembly.Table({ element: "anyfunc", initial: 10, maximum: 20 }),
    memory: new WebAssembly.Memory({ initial: 1, maximum: 2 }),
  };
}

/** Used to tell whether a module is accepted; `undefined` and the reason when it is not. */
export function tryMeter(bytes: Uint8Array): MeteredModule | string {
  try {
    return meterModule(bytes);
  } catch (error) {
    return (error as Error).message;
  }
}
