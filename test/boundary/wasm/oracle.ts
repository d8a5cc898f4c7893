/**
 * The oracle of the fuel tests: an instrumenter written independently of `host/src/wasm` (it shares only the cost table), as naive as can
 * be. It charges every single instruction right before it runs, through an exported global that counts up from 0. Appends its global
 * and temporaries at the ends of their index spaces, so no index shifts. Knows no fuel limit, no check, no segment.
 */
import {
  BULK_BYTES_SHIFT,
  COSTS,
  IMPORT_CALL_COST,
  MEMORY_GROW_COST,
  MEMORY_GROW_PAGE_COST,
  TABLE_ENTRY_COST,
  TABLE_GROW_ENTRY_COST,
} from "../../../host/src/wasm/costs.ts";

const PREFIX = 0x100;
const VECTOR = 0x120;

export function instrument(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  let at = 8;
  const unsigned = () => {
    let value = 0;
    let shift = 0;
    for (;;) {
      const byte = bytes[at++]!;
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
      shift += 7;
    }
  };
  const skip = (count: number) => {
    at += count;
  };
  const sections: { id: number; start: number; end: number }[] = [];
  while (at < bytes.length) {
    const id = bytes[at++]!;
    const size = unsigned();
    sections.push({ id, start: at, end: at + size });
    at += size;
  }
  const find = (id: number) => sections.find((section) => section.id === id);

  // How many globals and imported functions there are, and how many parameters each function has.
  const parameters: number[] = [];
  const types = find(1);
  if (types) {
    at = types.start;
    for (let n = unsigned(); n > 0; n--) {
      at++;
      const count = unsigned();
      parameters.push(count);
      at += count;
      skip(unsigned());
    }
  }
  let importedFunctions = 0;
  let globals = 0;
  const imports = find(2);
  if (imports) {
    at = imports.start;
    for (let n = unsigned(); n > 0; n--) {
      skip(unsigned());
      skip(unsigned());
      const kind = bytes[at++]!;
      if (kind === 0) {
        importedFunctions++;
        unsigned();
      } else if (kind === 3) {
        globals++;
        at += 2;
      } else if (kind === 4) {
        at++;
        unsigned();
      } else {
        if (kind === 1) at++;
        if (unsigned() === 1) unsigned();
        unsigned();
      }
    }
  }
  const own = find(6);
  if (own) {
    at = own.start;
    globals += unsigned();
  }
  const counter = globals;
  const functionTypes: number[] = [];
  const functions = find(3);
  if (functions) {
    at = functions.start;
    for (let n = unsigned(); n > 0; n--) functionTypes.push(unsigned());
  }

  /** Adds `push`, which leaves an i64 on the stack, to the counter. */
  const charge = (push: number[]) => [0x23, ...leb(counter), ...push, 0x7c, 0x24, ...leb(counter)];

  const instrumentBody = (start: number, end: number, paramCount: number): number[] => {
    at = start;
    const out: number[] = [];
    const groups = unsigned();
    let locals = paramCount;
    const groupsStart = at;
    for (let i = 0; i < groups; i++) {
      locals += unsigned();
      at++;
    }
    out.push(...leb(groups + 1), ...bytes.subarray(groupsStart, at), 1, 0x7f);
    const temporary = leb(locals);
    while (at < end) {
      const from = at;
      let opcode = bytes[at++]!;
      if (opcode === 0xfc) opcode = PREFIX + unsigned();
      else if (opcode === 0xfd) opcode = VECTOR + unsigned();
      let cost = COSTS[opcode]!;
      let dynamic: number[] = [];
      const count = [0x22, ...temporary];
      const extended = [0x20, ...temporary, 0xad];
      if (opcode >= 0x02 && opcode <= 0x06 && opcode !== 0x05) {
        if ((bytes[at]! & 0xc0) === 0x40) at++;
        else unsigned();
      } else if (opcode === 0x0e) {
        for (let n = unsigned(); n >= 0; n--) unsigned();
      } else if (opcode === 0x10 || opcode === 0x12) {
        if (unsigned() < importedFunctions) cost += IMPORT_CALL_COST;
      } else if (opcode === 0x11 || opcode === 0x13) {
        unsigned();
        unsigned();
      } else if (opcode >= VECTOR) {
        const vector = opcode - VECTOR;
        const inMemory = vector <= 0x0b || (vector >= 0x54 && vector <= 0x5d);
        if (inMemory) {
          unsigned();
          unsigned();
        }
        if (vector === 0x0c || vector === 0x0d) at += 16;
        if ((vector >= 0x15 && vector <= 0x22) || (vector >= 0x54 && vector <= 0x5b)) at++;
      } else if (opcode === 0x1c) {
        at += 2;
      } else if (opcode === 0x41 || opcode === 0x42) {
        while (bytes[at++]! >= 128);
      } else if (opcode === 0x43) {
        at += 4;
      } else if (opcode === 0x44) {
        at += 8;
      } else if (opcode >= 0x28 && opcode <= 0x3e) {
        unsigned();
        unsigned();
      } else if (opcode === 0x40) {
        unsigned();
        const price = [...extended, ...i64(MEMORY_GROW_PAGE_COST), 0x7e, ...i64(MEMORY_GROW_COST), 0x7c];
        dynamic = [...count, 0x04, 0x40, ...charge(price), 0x0b, 0x20, ...temporary];
      } else if (opcode === PREFIX + 0x0f) {
        unsigned();
        const price = [...extended, ...i64(TABLE_GROW_ENTRY_COST), 0x7e];
        dynamic = [...count, ...charge(price)];
      } else if (opcode >= PREFIX + 0x08) {
        if (opcode === PREFIX + 8 || opcode === PREFIX + 10 || opcode === PREFIX + 12 || opcode === PREFIX + 14)
          unsigned();
        unsigned();
        if (opcode === PREFIX + 8 || opcode === PREFIX + 10 || opcode === PREFIX + 11) {
          dynamic = [...count, ...charge([...extended, ...i64(BULK_BYTES_SHIFT), 0x88])];
        } else if (opcode === PREFIX + 12 || opcode === PREFIX + 14 || opcode === PREFIX + 17) {
          dynamic = [...count, ...charge([...extended, ...i64(TABLE_ENTRY_COST), 0x7e])];
        }
      } else if (WITH_INDEX.has(opcode)) {
        unsigned();
      }
      if (cost > 0) out.push(...charge(i64(cost)));
      out.push(...dynamic, ...bytes.subarray(from, at));
    }
    return out;
  };

  const result: number[] = [...bytes.subarray(0, 8)];
  const emit = (id: number, content: number[]) => {
    result.push(id, ...leb(content.length));
    for (const byte of content) result.push(byte);
  };
  const withEntry = (id: number, entry: number[]) => {
    const section = find(id);
    if (!section) return emit(id, [1, ...entry]);
    at = section.start;
    const count = unsigned();
    emit(id, [...leb(count + 1), ...bytes.subarray(at, section.end), ...entry]);
  };
  let wroteGlobals = false;
  let wroteExports = false;
  const writeGlobals = () => {
    if (!wroteGlobals) withEntry(6, [0x7e, 1, 0x42, 0, 0x0b]);
    wroteGlobals = true;
  };
  const writeExports = () => {
    if (!wroteExports) withEntry(7, [6, ...new TextEncoder().encode("oracle"), 3, ...leb(counter)]);
    wroteExports = true;
  };
  for (const { id, start, end } of sections) {
    if (id === 0) continue;
    const order = id === 12 ? 9.5 : id === 13 ? 5.5 : id;
    if (order >= 6) writeGlobals();
    if (order >= 7) writeExports();
    if (id === 6 || id === 7) continue;
    if (id !== 10) {
      emit(id, [...bytes.subarray(start, end)]);
      continue;
    }
    at = start;
    const count = unsigned();
    const content = leb(count);
    for (let i = 0; i < count; i++) {
      const size = unsigned();
      const next = at + size;
      const body = instrumentBody(at, next, parameters[functionTypes[i]!]!);
      content.push(...leb(body.length));
      for (const byte of body) content.push(byte);
      at = next;
    }
    emit(10, content);
  }
  writeGlobals();
  writeExports();
  return Uint8Array.from(result);
}

/** Instructions with one index that nothing above treats. */
const WITH_INDEX = new Set([
  0x07, 0x08, 0x09, 0x0c, 0x0d, 0x18, 0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x3f, 0xd0, 0xd2,
]);

function leb(value: number): number[] {
  const out: number[] = [];
  let rest = value;
  while (rest >= 128) {
    out.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  out.push(rest);
  return out;
}

/** `i64.const` of a natural number. */
function i64(value: number): number[] {
  const out = leb(value);
  if (out[out.length - 1]! >= 64) {
    out[out.length - 1]! += 128;
    out.push(0);
  }
  return [0x42, ...out];
}
