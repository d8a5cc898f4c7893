/**
 * Function bodies → *points*: the instructions at which the rewriter does something (control, calls, indices that shift, guarded
 * operations), with the cost of what lies between them. One pass; nothing else in `wasm/` looks at plain instructions, except
 * `nan.ts` in functions with float arithmetic. It runs before V8 validates, so it trusts nothing: it stays inside the bytes, refuses
 * opcodes that are not in `opcodes.ts`, and counts for `caps.ts`.
 */

import { MODULE_CAPS } from "../limits.ts";
import { ADDED_LOCALS, CompileCaps, type FunctionCounts } from "./caps.ts";
import { IMPORT_CALL_COST } from "./costs.ts";
import { OP as OPCODES, SECTION } from "./emit.ts";
import { MEMORY_COPY, MEMORY_FILL, MEMORY_INIT, PREFIX_FC } from "./opcodes.ts";
import type { ModuleInfo } from "./parse.ts";
import { grow, PlainReader } from "./plain.ts";
import {
  type CodeScan,
  END_IS_JOIN,
  POINT as FIELDS,
  LOOP_HAS_CALLS,
  LOOP_HAS_PARAMS,
  type ScannedFunction,
} from "./points.ts";
import { Reader, refuse } from "./reader.ts";
import type { Scratch } from "./scratch.ts";
import { frameSlots } from "./stack.ts";
import type { CoreFunctionType } from "./types.ts";

// V8 makes constants of what a file declares, but loads and checks what it imports each time.
const OP = OPCODES;
const POINT = FIELDS;
const ENTRY = -1;

const DATA_DROP = PREFIX_FC + 0x09;
const TABLE_INIT = PREFIX_FC + 0x0c;
const ELEM_DROP = PREFIX_FC + 0x0d;
const TABLE_COPY = PREFIX_FC + 0x0e;
const TABLE_GROW = PREFIX_FC + 0x0f;
const TABLE_SIZE = PREFIX_FC + 0x10;

/** Leaves the points and the places of locals in `scratch`. */
export function scanCode(module: ModuleInfo, scratch: Scratch): CodeScan {
  const scanner = new Scanner(module, scratch);
  const section = module.sections.get(SECTION.code);
  if (section !== undefined) {
    const reader = new Reader(module.bytes, section.start, section.end);
    for (let i = 0; i < section.count; i++) {
      const size = reader.u32();
      if (size > MODULE_CAPS.bodyBytes) {
        refuse(reader.offset, `a function body of ${size} bytes is above the limit of ${MODULE_CAPS.bodyBytes}`);
      }
      const start = reader.offset;
      reader.skip(size);
      scanner.scanFunction(module.importedFunctions + i, start, start + size);
    }
    if (reader.offset !== section.end) refuse(reader.offset, "the code section is longer than its contents");
  }
  const scan = scanner.finish();
  scratch.points = scan.points;
  scratch.localSites = scan.localSites;
  return scan;
}

class Scanner extends PlainReader {
  private readonly caps = new CompileCaps();
  private readonly functions: ScannedFunction[] = [];
  private points: Int32Array;
  private pointCount = 0;
  private unimageable: string | undefined;
  private handlesReferences = false;
  private readonly calledDirectly: Uint8Array;
  private readonly tailCalled: Uint8Array;

  // Of the current function.
  private counts: FunctionCounts = { locals: 0, merges: 0, loops: 0, operands: 0, branchOperands: 0, prefixed: 0 };
  private totalCost = 0;
  private entryCharge = 0;
  /** The point at which the current segment begins. */
  private segment = ENTRY;
  private segments = 0;
  private calls = 0;
  private indirectCalls = 0;
  private tailCalls = 0;
  private tries = 0;
  private hasHandlers = false;
  private hasBulkMemory = false;
  /** Parameters and results of the largest call. */
  private callOperands = 0;
  private depth = 0;

  // The control stack; the function itself is at 0.
  private readonly frameOpcode = new Uint8Array(MODULE_CAPS.nesting + 1);
  private readonly framePoint = new Int32Array(MODULE_CAPS.nesting + 1);
  private readonly frameCalls = new Int32Array(MODULE_CAPS.nesting + 1);
  private readonly frameTargeted = new Uint8Array(MODULE_CAPS.nesting + 1);
  private readonly frameParams = new Int32Array(MODULE_CAPS.nesting + 1);
  private readonly frameResults = new Int32Array(MODULE_CAPS.nesting + 1);
  /** Height of the operand stack below the parameters of the block. */
  private readonly frameHeight = new Int32Array(MODULE_CAPS.nesting + 1);

  constructor(module: ModuleInfo, scratch: Scratch) {
    super(module, scratch);
    this.points = scratch.points;
    this.calledDirectly = new Uint8Array(module.functionTypes.length);
    this.tailCalled = new Uint8Array(module.functionTypes.length);
  }

  finish(): CodeScan {
    const { functions, points, localSites, calledDirectly, tailCalled, unimageable, handlesReferences } = this;
    return { functions, points, localSites, calledDirectly, tailCalled, unimageable, handlesReferences };
  }

  scanFunction(index: number, start: number, end: number): void {
    const { module, bytes } = this;
    const type = module.types[module.functionTypes[index]!]!;
    const reader = new Reader(bytes, start, end);
    const localGroups = reader.u32();
    let localCount = type.params.length;
    let vectors = 0;
    for (const param of type.params) if (param === "v128") vectors++;
    const locals = reader.offset;
    for (let i = 0; i < localGroups; i++) {
      const count = reader.u32();
      localCount += count;
      if (reader.valueType() === "v128") vectors += count;
      if (localCount + vectors + ADDED_LOCALS > MODULE_CAPS.locals) {
        refuse(reader.offset, `function ${index} has more than ${MODULE_CAPS.locals - ADDED_LOCALS} locals`);
      }
    }
    const code = reader.offset;
    this.hasVectors = vectors > 0 || module.hasVectors;
    // A vector takes the place of two.
    this.counts = { locals: localCount + vectors, merges: 0, loops: 0, operands: 0, branchOperands: 0, prefixed: 0 };
    const firstPoint = this.pointCount;
    const firstLocalSite = this.localSiteCount;
    this.firstLocal = type.params.length;
    this.hasShortLocalSites = true;
    this.scanInstructions(index, code, end, type.results.length);
    this.counts.prefixed = this.prefixed;
    this.caps.check(index, code, this.counts);
    this.functions.push({
      locals,
      code,
      end,
      paramCount: type.params.length,
      resultCount: type.results.length,
      localGroups,
      localCount,
      firstPoint,
      endPoint: this.pointCount,
      firstLocalSite,
      endLocalSite: this.localSiteCount,
      hasShortLocalSites: this.hasShortLocalSites,
      entryCharge: this.entryCharge,
      totalCost: this.totalCost,
      hasCalls: this.calls > 0,
      hasIndirectCalls: this.indirectCalls > 0,
      hasTailCalls: this.tailCalls > 0,
      hasBulkMemory: this.hasBulkMemory,
      isStraight: this.segments === 1 && this.calls === 0,
      hasFloatArithmetic: this.hasArithmetic,
      hasVectors: this.hasVectors,
      hasHandlers: this.hasHandlers,
      hasBranchToEnd: this.frameTargeted[0] === 1,
      frame: frameSlots(
        this.counts.locals +
          Number(this.indirectCalls > 0 || this.hasBulkMemory) +
          (this.maxHeight + this.callOperands) * (this.hasVectors ? 2 : 1),
        this.hasArithmetic,
      ),
    });
  }

  private scanInstructions(index: number, start: number, end: number, resultArity: number): void {
    const { module } = this;
    this.at = start;
    this.depth = -1;
    this.height = 0;
    this.maxHeight = 0;
    this.callOperands = 0;
    this.calls = 0;
    this.indirectCalls = 0;
    this.tailCalls = 0;
    this.tries = 0;
    this.hasHandlers = false;
    this.hasBulkMemory = false;
    this.hasArithmetic = false;
    this.prefixed = 0;
    this.cost = 0;
    this.totalCost = 0;
    this.entryCharge = 0;
    this.segment = ENTRY;
    this.segments = 0;
    this.open(OP.block, 0, resultArity);
    const { frameOpcode, framePoint, frameCalls, frameTargeted, frameParams, frameHeight } = this;

    for (;;) {
      const opcode = this.skipPlain(index, end);
      const opcodeAt = this.opcodeAt;
      switch (opcode) {
        case OP.unreachable:
        case OP.return:
          this.addPoint(opcode, 0);
          this.cut();
          this.leave();
          break;
        case OP.block:
        case OP.try:
        case OP.loop:
        case OP.if: {
          const type = this.blockType(end);
          const params = type.params.length;
          if (opcode === OP.if) this.height--;
          this.addPoint(opcode, opcode === OP.loop && params > 0 ? LOOP_HAS_PARAMS : 0);
          if (this.depth >= MODULE_CAPS.nesting) {
            refuse(opcodeAt, `function ${index} nests blocks deeper than ${MODULE_CAPS.nesting}`);
          }
          this.open(opcode, params, type.results.length);
          if (opcode === OP.loop) {
            this.counts.loops++;
            this.merge();
          }
          if (opcode === OP.try) {
            this.tries++;
            this.hasHandlers = true;
          }
          if (opcode === OP.loop || opcode === OP.if) this.cut();
          break;
        }
        case OP.else:
        case OP.catch:
        case OP.catchAll: {
          let values = opcode === OP.else ? frameParams[this.depth]! : 0;
          if (opcode === OP.catch) {
            values = this.tagArity(this.u32(end));
            this.counts.operands += values;
          }
          this.height = frameHeight[this.depth]! + values;
          this.noteHeight();
          this.addPoint(opcode, 0);
          frameTargeted[this.depth] = 1;
          this.merge();
          this.cut();
          break;
        }
        case OP.delegate: {
          const label = this.u32(end);
          if (this.depth === 0) refuse(opcodeAt, "delegate without try");
          this.addPoint(opcode, label);
          this.tries--;
          this.close();
          this.merge();
          this.cut();
          break;
        }
        case OP.end: {
          const kind = frameOpcode[this.depth]!;
          // An `if` is always a join: its condition may be false. A loop's label is its header.
          const join = kind === OP.if || (kind !== OP.loop && frameTargeted[this.depth] === 1);
          this.addPoint(opcode, join ? END_IS_JOIN : 0);
          if (this.depth === 0) {
            if (this.at !== end) refuse(this.at, `function ${index} has instructions after its end`);
            this.cut();
            return;
          }
          if (kind === OP.loop && this.calls > frameCalls[this.depth]!) {
            this.points[framePoint[this.depth]! + POINT.value]! |= LOOP_HAS_CALLS;
          }
          if (kind === OP.try) this.tries--;
          this.close();
          if (join) this.cut();
          break;
        }
        case OP.br: {
          const label = this.u32(end);
          this.branch(label);
          this.addPoint(opcode, label);
          this.cut();
          this.leave();
          break;
        }
        case OP.brIf: {
          const label = this.u32(end);
          this.height--;
          this.branch(label);
          this.addPoint(opcode, label);
          this.cut();
          break;
        }
        case OP.brTable: {
          const targets = this.u32(end);
          if (targets > MODULE_CAPS.branchTableTargets) {
            refuse(opcodeAt, `br_table with ${targets} targets, the limit is ${MODULE_CAPS.branchTableTargets}`);
          }
          this.height--;
          for (let i = 0; i <= targets; i++) this.branch(this.u32(end));
          this.addPoint(opcode, targets);
          this.cut();
          this.leave();
          break;
        }
        case OP.throw:
        case OP.rethrow: {
          const value = this.u32(end);
          if (opcode === OP.throw) this.counts.operands += this.tagArity(value);
          this.addPoint(opcode, value);
          this.calls++;
          this.cut();
          this.leave();
          break;
        }
        case OP.call:
        case OP.returnCall: {
          const callee = this.u32(end);
          const type = module.types[module.functionTypes[callee] ?? -1];
          if (type === undefined) refuse(opcodeAt, `call of function ${callee}, which does not exist`);
          if (opcode === OP.call) this.calledDirectly[callee] = 1;
          else this.tailCalled[callee] = 1;
          if (callee < module.importedFunctions) this.cost += IMPORT_CALL_COST;
          this.call(opcode, callee, type);
          break;
        }
        case OP.callIndirect:
        case OP.returnCallIndirect: {
          const type = module.types[this.u32(end)];
          if (type === undefined) refuse(opcodeAt, "an indirect call with a type that does not exist");
          this.u32(end);
          this.height--;
          if (opcode === OP.returnCallIndirect) this.handlesReferences = true;
          else this.indirectCalls++;
          this.call(opcode, 0, type);
          break;
        }
        case OP.selectTyped:
          if (this.u32(end) !== 1) refuse(opcodeAt, "select with other than one type");
          this.valueType(end);
          break;
        case OP.globalGet:
        case OP.globalSet: {
          const global = this.u32(end);
          if (global >= module.importedGlobals) this.addPoint(opcode, global);
          break;
        }
        case OP.memorySize:
          this.oneMemory();
          break;
        case OP.refNull:
          this.valueType(end);
          break;
        case OP.refFunc: {
          const target = this.u32(end);
          if (target >= module.functionTypes.length)
            refuse(opcodeAt, `ref.func of function ${target}, which does not exist`);
          module.addressTaken[target] = 1;
          module.addressTakenOutside[target] = 1;
          this.handlesReferences = true;
          this.addPoint(opcode, target);
          break;
        }
        case DATA_DROP:
        case ELEM_DROP:
          this.u32(end);
          this.unimageable ??= opcode === DATA_DROP ? "data.drop" : "elem.drop";
          break;
        case OP.tableGet:
        case OP.tableSet:
          this.u32(end);
          if (opcode === OP.tableSet) this.unimageable ??= "table.set";
          this.handlesReferences = true;
          break;
        case TABLE_SIZE:
          this.u32(end);
          break;
        default:
          this.guarded(opcode, end);
          this.calls++;
      }
    }
  }

  /** Ends the current segment at the point that was added last. */
  private cut(): void {
    if (this.segment === ENTRY) this.entryCharge = this.cost;
    else this.points[this.segment + POINT.charge] = this.cost;
    this.totalCost += this.cost;
    this.cost = 0;
    this.segment = this.pointCount - POINT.size;
    this.segments++;
  }

  private open(opcode: number, params: number, results: number): void {
    const depth = ++this.depth;
    this.merge();
    this.frameOpcode[depth] = opcode;
    this.framePoint[depth] = this.pointCount - POINT.size;
    this.frameCalls[depth] = this.calls;
    this.frameTargeted[depth] = 0;
    this.frameParams[depth] = params;
    this.frameResults[depth] = results;
    this.frameHeight[depth] = this.height - params;
  }

  private close(): void {
    this.height = this.frameHeight[this.depth]! + this.frameResults[this.depth]!;
    this.depth--;
    this.noteHeight();
  }

  private noteHeight(): void {
    if (this.height > this.maxHeight) this.maxHeight = this.height;
  }

  /** What follows is dead code. Its heights may be anything; at the end of the block they are right again. */
  private leave(): void {
    this.height = this.frameHeight[this.depth]!;
  }

  /** The compiler copies or merges all locals and operands here. */
  private merge(): void {
    this.counts.merges += this.counts.locals + ADDED_LOCALS + Math.max(this.height, 0);
  }

  private branch(label: number): void {
    if (label > this.depth) refuse(this.opcodeAt, `branch to label ${label}, which does not exist`);
    const frame = this.depth - label;
    this.frameTargeted[frame] = 1;
    this.merge();
    this.counts.branchOperands += (this.frameOpcode[frame] === OP.loop ? this.frameParams : this.frameResults)[frame]!;
  }

  private call(opcode: number, callee: number, type: CoreFunctionType): void {
    const operands = type.params.length + type.results.length;
    this.counts.operands += operands;
    if (operands > this.callOperands) this.callOperands = operands;
    this.height += type.results.length - type.params.length;
    this.noteHeight();
    this.addPoint(opcode, callee);
    this.calls++;
    const returns = opcode === OP.call || opcode === OP.callIndirect;
    if (this.tries > 0 && returns) this.merge();
    this.cut();
    if (returns) return;
    this.tailCalls++;
    this.leave();
  }

  /** The operations whose cost depends on an operand; they read and write no label, so they end no segment. */
  private guarded(opcode: number, end: number): void {
    let value = 0;
    switch (opcode) {
      case OP.memoryGrow:
      case MEMORY_FILL:
        this.oneMemory();
        break;
      case MEMORY_COPY:
        this.oneMemory();
        this.oneMemory();
        break;
      case MEMORY_INIT:
        value = this.u32(end);
        this.oneMemory();
        break;
      case TABLE_INIT:
      case TABLE_COPY:
        this.u32(end);
        this.u32(end);
        this.unimageable ??= opcode === TABLE_INIT ? "table.init" : "table.copy";
        break;
      default: // table.grow, table.fill
        value = this.u32(end);
        if (value >= this.module.tables.length) refuse(this.opcodeAt, `table ${value} does not exist`);
        this.unimageable ??= opcode === TABLE_GROW ? "table.grow" : "table.fill";
        this.handlesReferences = true;
    }
    if (opcode === MEMORY_COPY || opcode === MEMORY_FILL || opcode === MEMORY_INIT) this.hasBulkMemory = true;
    this.addPoint(opcode, value);
  }

  private addPoint(opcode: number, value: number): void {
    if (this.pointCount + POINT.size > this.points.length) {
      if (this.pointCount > MODULE_CAPS.points * POINT.size) {
        refuse(this.opcodeAt, `it has more than ${MODULE_CAPS.points} control instructions, calls and uses of globals`);
      }
      this.points = grow(this.points);
    }
    const { points, pointCount } = this;
    points[pointCount + POINT.start] = this.opcodeAt;
    points[pointCount + POINT.end] = this.at;
    points[pointCount + POINT.opcode] = opcode;
    points[pointCount + POINT.value] = value;
    points[pointCount + POINT.charge] = 0;
    this.pointCount = pointCount + POINT.size;
  }
}
