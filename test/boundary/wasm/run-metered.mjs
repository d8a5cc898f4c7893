// Runs metered modules in a process of its own, so that a hang or an abort fails a test and not the test run.
// Reads a list of { module (base64), memory, limit, slice, stackStart, calls: [[name, [argument, …]], …] } from standard input, where an
// argument is a number or the digits of an i64; writes a list of { outcome, used, hostCalls, growFailed, stackFailed, digest, first,
// pages }.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

const compiled = new Map();
function compile(base64) {
  const known = compiled.get(base64);
  if (known !== undefined) return known;
  const module = new WebAssembly.Module(Buffer.from(base64, "base64"));
  compiled.set(base64, module);
  return module;
}

function run(job) {
  // The packed number of host/src/wasm/stack.ts, with no fuel.
  const empty = 0x7fffffffn;
  const fuel = new WebAssembly.Global({ value: "i64", mutable: true }, (BigInt(job.stackStart) << 32n) | empty);
  const left = () => Number(empty - BigInt.asUintN(32, fuel.value));
  const i32 = (value) => new WebAssembly.Global({ value: "i32", mutable: true }, value);
  let handedOut = 0;
  const refill = () => {
    while (left() < 0 && handedOut < job.limit) {
      const units = Math.min(job.slice, job.limit - handedOut);
      handedOut += units;
      fuel.value -= BigInt(units);
    }
  };
  let hostCalls = 0;
  const env = { f: () => hostCalls++ };
  const note = i32(0);
  let memory;
  let outcome;
  try {
    memory = new WebAssembly.Memory({ initial: job.memory, maximum: job.memory + 100 });
    const ledger = {
      fuel,
      refill,
      memory,
      "memory-room": i32(100),
      "table-room": i32(1000),
      note,
    };
    const module = compile(job.module);
    const { exports } = new WebAssembly.Instance(module, { "crucible:host": ledger, env });
    for (const [name, args] of job.calls) {
      try {
        outcome = `returned ${exports[name](...args.map((each) => (typeof each === "string" ? BigInt(each) : each)))}`;
      } catch (error) {
        outcome = `${error.name}: ${error.message}`;
      }
    }
  } catch (error) {
    outcome = `not started: ${error.name}: ${error.message}`;
  }
  return {
    outcome,
    used: handedOut - left(),
    hostCalls,
    growFailed: Number(note.value === 1),
    stackFailed: Number(note.value === 2),
    digest: memory === undefined ? "" : createHash("sha256").update(new Uint8Array(memory.buffer)).digest("hex"),
    first: memory === undefined ? 0 : new Uint8Array(memory.buffer)[0],
    pages: memory === undefined ? 0 : memory.buffer.byteLength / 65536,
  };
}

console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(run)));
