/**
 * Bytes of a core module → `ModuleInfo`: what the sections declare, where their contents lie, and where in them an index stands
 * that the rewriter shifts. Checks the structure, refuses by name what is not supported and what exceeds `MODULE_CAPS`; whether the
 * module is *valid* is V8's to say. Function bodies are read by `scan.ts`.
 */
import { MODULE_CAPS } from "../limits.ts";
import { addSite, type IndexSites, readConstant, SITE_FUNCTION, SITE_GLOBAL } from "./constants.ts";
import { SECTION } from "./emit.ts";
import { readFunctionType, readGlobalType, readMemoryType, readReferenceType, readTableType } from "./read-types.ts";
import { Reader, refuse } from "./reader.ts";
import type {
  CoreExport,
  CoreFunctionType,
  CoreGlobalType,
  CoreImport,
  CoreMemoryType,
  CoreTableType,
  CoreType,
  ReferenceType,
} from "./types.ts";
import { RESERVED } from "./types.ts";

/** The order that the specification demands; a section's place, by id. */
const SECTION_ORDER: ReadonlyMap<number, number> = new Map(
  [1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11].map((id, place) => [id, place]),
);

/** The entries of a section without their count. */
export interface SectionRange {
  readonly count: number;
  readonly start: number;
  readonly end: number;
}

export interface ModuleInfo {
  readonly bytes: Uint8Array;
  readonly sections: ReadonlyMap<number, SectionRange>;
  readonly types: readonly CoreFunctionType[];
  readonly imports: readonly CoreImport[];
  readonly exports: readonly CoreExport[];
  /** Type index of every function, imported ones first. */
  readonly functionTypes: readonly number[];
  readonly importedFunctions: number;
  readonly tables: readonly CoreTableType[];
  readonly importedTables: number;
  /** Its own memory or the imported one. */
  readonly memory: CoreMemoryType | undefined;
  readonly importsMemory: boolean;
  readonly globals: readonly CoreGlobalType[];
  readonly importedGlobals: number;
  /** Type index of every tag. */
  readonly tagTypes: readonly number[];
  readonly start: number | undefined;
  /** Data segments that the data count section announces. */
  readonly dataCount: number | undefined;
  /** Some function type or global has a v128. */
  readonly hasVectors: boolean;
  readonly elementSegments: readonly ReferenceType[];
  readonly globalSites: IndexSites;
  readonly exportSites: IndexSites;
  readonly elementSites: IndexSites;
  readonly dataSites: IndexSites;
  /** Functions that may be called by other than a direct call: exported, started, or named by `ref.func` or an element segment. */
  readonly addressTaken: Uint8Array;
  /** The same, of other places than element segments. */
  readonly addressTakenOutside: Uint8Array;
}

export function parseModule(bytes: Uint8Array): ModuleInfo {
  const reader = new Reader(bytes, 0, bytes.length);
  if (bytes.length < 8 || bytes[0] !== 0 || bytes[1] !== 0x61 || bytes[2] !== 0x73 || bytes[3] !== 0x6d) {
    refuse(0, "it does not start with the bytes of a WebAssembly module");
  }
  if (bytes[4] !== 1 || bytes[5] !== 0 || bytes[6] !== 0 || bytes[7] !== 0) {
    refuse(4, "it is not a core module of version 1");
  }
  reader.offset = 8;
  const parser = new ModuleParser(bytes);
  let place = -1;
  while (reader.offset < bytes.length) {
    const at = reader.offset;
    const id = reader.byte();
    const size = reader.u32();
    const start = reader.offset;
    reader.skip(size);
    if (id === SECTION.custom) continue;
    const next = SECTION_ORDER.get(id);
    if (id === SECTION.strings) refuse(at, "uses string references (a section of strings), which is not supported");
    if (next === undefined) refuse(at, `unknown section ${id}`);
    if (next <= place) refuse(at, `section ${id} is out of order or appears twice`);
    place = next;
    parser.section(id, new Reader(bytes, start, start + size));
  }
  return parser.finish();
}

class ModuleParser {
  private readonly bytes: Uint8Array;
  private readonly sections = new Map<number, SectionRange>();
  private readonly types: CoreFunctionType[] = [];
  private readonly imports: CoreImport[] = [];
  private readonly exports: CoreExport[] = [];
  private readonly functionTypes: number[] = [];
  private readonly tables: CoreTableType[] = [];
  private readonly memories: CoreMemoryType[] = [];
  private readonly globals: CoreGlobalType[] = [];
  private readonly tagTypes: number[] = [];
  private readonly elementSegments: ReferenceType[] = [];
  private readonly globalSites: IndexSites = [];
  private readonly exportSites: IndexSites = [];
  private readonly elementSites: IndexSites = [];
  private readonly dataSites: IndexSites = [];
  private typeOperands = 0;
  private importedFunctions = 0;
  private importedTables = 0;
  private importedGlobals = 0;
  private importsMemory = false;
  private start: number | undefined;
  private dataCount: number | undefined;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  section(id: number, reader: Reader): void {
    if (id === SECTION.start) {
      this.start = reader.u32();
    } else {
      const count = reader.u32();
      this.sections.set(id, { count, start: reader.offset, end: reader.end });
      const entry = this.entryReader(id, count, reader);
      if (entry !== undefined) for (let i = 0; i < count; i++) entry();
    }
    if (reader.offset !== reader.end) refuse(reader.offset, `section ${id} is longer than its contents`);
  }

  /** What reads one entry of the section; undefined for those that are no list, or whose entries are read elsewhere. */
  private entryReader(id: number, count: number, reader: Reader): (() => void) | undefined {
    const cap = (what: string, limit: number, before = 0) => {
      if (before + count > limit) refuse(reader.offset, `it has ${before + count} ${what}, the limit is ${limit}`);
    };
    switch (id) {
      case SECTION.type:
        cap("types", MODULE_CAPS.types);
        return () => {
          const type = readFunctionType(reader);
          this.types.push(type);
          this.typeOperands += type.params.length + type.results.length;
          if (this.typeOperands > MODULE_CAPS.typeOperands) {
            refuse(
              reader.offset,
              `its types have more than ${MODULE_CAPS.typeOperands} parameters and results together`,
            );
          }
        };
      case SECTION.import:
        cap("imports", MODULE_CAPS.imports);
        return () => this.readImport(reader);
      case SECTION.function:
        cap("functions", MODULE_CAPS.functions, this.importedFunctions);
        return () => this.functionTypes.push(this.typeIndex(reader));
      case SECTION.table:
        cap("tables", MODULE_CAPS.elementSegments);
        return () => this.tables.push(readTableType(reader));
      case SECTION.memory:
        return () => this.memories.push(readMemoryType(reader));
      case SECTION.tag:
        cap("tags", MODULE_CAPS.types);
        return () => this.tagTypes.push(this.readTag(reader));
      case SECTION.global:
        cap("globals", MODULE_CAPS.globals, this.importedGlobals);
        return () => {
          this.globals.push(readGlobalType(reader));
          readConstant(reader, this.globalSites);
        };
      case SECTION.export:
        cap("exports", MODULE_CAPS.exports);
        return () => this.readExport(reader);
      case SECTION.element:
        cap("element segments", MODULE_CAPS.elementSegments);
        return () => this.readElementSegment(reader);
      case SECTION.data:
        cap("data segments", MODULE_CAPS.dataSegments);
        return () => readDataSegment(reader, this.dataSites);
      case SECTION.dataCount:
        cap("data segments", MODULE_CAPS.dataSegments);
        this.dataCount = count;
        return undefined;
      default: // the code section; scan.ts reads its entries
        reader.offset = reader.end;
        return undefined;
    }
  }

  finish(): ModuleInfo {
    if (this.memories.length > 1) refuse(0, "uses more than one memory, which is not supported");
    const declared = this.functionTypes.length - this.importedFunctions;
    const bodies = this.sections.get(SECTION.code)?.count ?? 0;
    if (declared !== bodies) refuse(0, `it declares ${declared} functions and has ${bodies} bodies`);
    if (this.start !== undefined && this.start >= this.functionTypes.length) {
      refuse(0, `the start function ${this.start} does not exist`);
    }
    return {
      bytes: this.bytes,
      sections: this.sections,
      types: this.types,
      imports: this.imports,
      exports: this.exports,
      functionTypes: this.functionTypes,
      importedFunctions: this.importedFunctions,
      tables: this.tables,
      importedTables: this.importedTables,
      memory: this.memories[0],
      importsMemory: this.importsMemory,
      globals: this.globals,
      importedGlobals: this.importedGlobals,
      tagTypes: this.tagTypes,
      start: this.start,
      dataCount: this.dataCount,
      hasVectors:
        this.globals.some(({ type }) => type === "v128") ||
        this.types.some(({ params, results }) => params.includes("v128") || results.includes("v128")),
      elementSegments: this.elementSegments,
      globalSites: this.globalSites,
      exportSites: this.exportSites,
      elementSites: this.elementSites,
      dataSites: this.dataSites,
      addressTaken: this.addressTaken(true),
      addressTakenOutside: this.addressTaken(false),
    };
  }

  private addressTaken(inTables: boolean): Uint8Array {
    const taken = new Uint8Array(this.functionTypes.length);
    for (const sites of [this.globalSites, this.exportSites, inTables ? this.elementSites : []]) {
      for (let i = 0; i < sites.length; i += 4) if (sites[i + 2] === SITE_FUNCTION) taken[sites[i + 3]!] = 1;
    }
    if (this.start !== undefined) taken[this.start] = 1;
    return taken;
  }

  private typeIndex(reader: Reader): number {
    const at = reader.offset;
    const index = reader.u32();
    if (index >= this.types.length) refuse(at, `the type ${index} does not exist`);
    return index;
  }

  private readTag(reader: Reader): number {
    const attribute = reader.byte();
    if (attribute !== 0) refuse(reader.offset - 1, `unknown tag attribute ${attribute}`);
    return this.typeIndex(reader);
  }

  private readImport(reader: Reader): void {
    const at = reader.offset;
    const module = reader.name();
    const name = reader.name();
    if (module.startsWith(RESERVED) || name.startsWith(RESERVED)) {
      refuse(
        at,
        `it imports ${JSON.stringify(module)} ${JSON.stringify(name)}; "${RESERVED}" is reserved for the host`,
      );
    }
    if (module.startsWith("wasm:")) {
      refuse(at, `uses string builtins (the import module ${JSON.stringify(module)}), which are not supported`);
    }
    const kindAt = reader.offset;
    switch (reader.byte()) {
      case 0: {
        const index = this.typeIndex(reader);
        this.functionTypes.push(index);
        this.importedFunctions++;
        this.imports.push({ module, name, kind: "function", type: this.types[index]! });
        break;
      }
      case 1: {
        const type = readTableType(reader);
        this.tables.push(type);
        this.importedTables++;
        this.imports.push({ module, name, kind: "table", type });
        break;
      }
      case 2: {
        const type = readMemoryType(reader);
        this.memories.push(type);
        this.importsMemory = true;
        this.imports.push({ module, name, kind: "memory", type });
        break;
      }
      case 3: {
        const type = readGlobalType(reader);
        this.globals.push(type);
        this.importedGlobals++;
        this.imports.push({ module, name, kind: "global", type });
        break;
      }
      case 4: {
        const index = this.readTag(reader);
        this.tagTypes.push(index);
        this.imports.push({ module, name, kind: "tag", type: this.types[index]! });
        break;
      }
      case 0x20:
        refuse(kindAt, "uses custom descriptors (an exact function import), which is not supported");
        break;
      default:
        refuse(kindAt, "unknown kind of import");
    }
  }

  private readExport(reader: Reader): void {
    const at = reader.offset;
    const name = reader.name();
    if (name.startsWith(RESERVED)) {
      refuse(at, `it exports ${JSON.stringify(name)}; "${RESERVED}" is reserved for the host`);
    }
    const kind = reader.byte();
    const indexAt = reader.offset;
    const index = reader.u32();
    if (kind === 0) this.exportSites.push(indexAt, reader.offset, SITE_FUNCTION, index);
    if (kind === 3) this.exportSites.push(indexAt, reader.offset, SITE_GLOBAL, index);
    const type = this.typeOf(kind, index);
    if (type === undefined) refuse(at, `the export ${JSON.stringify(name)} names something that does not exist`);
    this.exports.push({ name, index, ...type });
  }

  private typeOf(kind: number, index: number): CoreType | undefined {
    switch (kind) {
      case 0: {
        const type = this.types[this.functionTypes[index] ?? -1];
        return type && { kind: "function", type };
      }
      case 1: {
        const type = this.tables[index];
        return type && { kind: "table", type };
      }
      case 2: {
        const type = this.memories[index];
        return type && { kind: "memory", type };
      }
      case 3: {
        const type = this.globals[index];
        return type && { kind: "global", type };
      }
      case 4: {
        const type = this.types[this.tagTypes[index] ?? -1];
        return type && { kind: "tag", type };
      }
      default:
        return undefined;
    }
  }

  /** The eight forms of an element segment: bit 0 passive or declared, bit 1 table index or declared, bit 2 expressions. */
  private readElementSegment(reader: Reader): void {
    const at = reader.offset;
    const flags = reader.u32();
    if (flags > 7) refuse(at, `unknown element segment flags ${flags}`);
    const active = (flags & 1) === 0;
    if (active && (flags & 2) !== 0) reader.u32();
    if (active) readConstant(reader, this.elementSites);
    let type: ReferenceType = "funcref";
    if ((flags & 3) !== 0) {
      if ((flags & 4) !== 0) type = readReferenceType(reader);
      else if (reader.byte() !== 0) refuse(reader.offset - 1, "unknown kind of element segment");
    }
    this.elementSegments.push(type);
    const count = reader.u32();
    for (let i = 0; i < count; i++) {
      if ((flags & 4) !== 0) {
        readConstant(reader, this.elementSites);
      } else {
        addSite(this.elementSites, reader, SITE_FUNCTION);
      }
    }
  }
}

function readDataSegment(reader: Reader, sites: IndexSites): void {
  const at = reader.offset;
  const flags = reader.u32();
  if (flags > 2) refuse(at, `unknown data segment flags ${flags}`);
  if (flags === 2 && reader.u32() !== 0) refuse(at, "uses more than one memory, which is not supported");
  if (flags !== 1) readConstant(reader, sites);
  reader.skip(reader.u32());
}
