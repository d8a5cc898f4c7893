/**
 * From the bytes of a component to what all its instances share: the plan of the linker, and every core module metered and
 * compiled. Here the whole component is held against the caps and against the interfaces that the host speaks, before any
 * of its code runs.
 */
import {
  type Component,
  type ComponentPlan,
  compareInterface,
  decodeComponent,
  type InterfaceType,
  planComponent,
} from "../component/index.ts";
import { PluginError } from "../errors.ts";
import { COMPONENT_BYTES } from "../limits.ts";
import { type MeteredModule, type MeterOptions, meterModule } from "../wasm/index.ts";

/** A component that is ready to be instantiated any number of times. */
export interface PreparedComponent {
  readonly plan: ComponentPlan;
  readonly modules: readonly PreparedModule[];
  /** Names of the interfaces that the component imports: all that it could ever reach. */
  readonly imports: readonly string[];
  /** `true`, or why instances of it cannot be captured in an image. */
  readonly imageable: true | string;
}

export interface PreparedModule {
  readonly module: WebAssembly.Module;
  readonly metered: MeteredModule;
}

export interface PrepareOptions extends MeterOptions {
  /** What the host offers: every import of the component must be among these, with the same types. */
  readonly imports: ReadonlyMap<string, InterfaceType>;
  /** What the component must export, with these types. */
  readonly exports: ReadonlyMap<string, InterfaceType>;
  /**
   * The core modules of this very component, metered before (`compileMetered`), to save doing it again. Trusted like the host's
   * own code. The component may be an outline then (`outlineComponent`).
   */
  readonly modules?: Promise<readonly PreparedModule[]>;
}

/**
 * @throws PluginError `invalid-module`: malformed, refused by name, above a cap, or not of the interfaces that are asked for.
 */
export async function prepareComponent(bytes: Uint8Array, options: PrepareOptions): Promise<PreparedComponent> {
  if (bytes.length > COMPONENT_BYTES) {
    throw new PluginError("invalid-module", `The component has ${bytes.length} bytes; the limit is ${COMPONENT_BYTES}`);
  }
  options.modules?.catch(() => undefined); // Told below, unless the component is refused first.
  const component = decodeComponent(bytes);
  for (const problem of interfaceProblems(component, options)) throw problem;
  const plan = planComponent(component);
  const modules = await (options.modules ??
    compileMetered(component.coreModules.map((module) => meterModule(module, options))));
  return {
    plan,
    modules,
    imports: [...component.imports.keys()],
    imageable: modules.map(({ metered }) => metered.imageable).find((answer) => answer !== true) ?? true,
  };
}

/** Where what a component imports and exports is not what the host speaks, one by one. */
export function* interfaceProblems(
  component: Component,
  { imports, exports }: Pick<PrepareOptions, "imports" | "exports">,
): Generator<PluginError> {
  for (const [name, type] of component.imports) yield* interfaceProblem("imports", name, type, imports.get(name));
  for (const [name, type] of exports) {
    const exported = component.exports.get(name);
    if (exported !== undefined) yield* interfaceProblem("exports", name, type, exported);
    else yield new PluginError("invalid-module", `The component does not export ${name}`);
  }
}

function* interfaceProblem(
  verb: string,
  name: string,
  wanted: InterfaceType,
  offered: InterfaceType | undefined,
): Generator<PluginError> {
  if (offered === undefined) {
    yield new PluginError("invalid-module", `The component ${verb} ${name}, which this host does not know`, {
      hint: "A plugin may import the interfaces of the package crucible:plugin only.",
    });
    return;
  }
  const difference = compareInterface(wanted, offered);
  if (difference !== undefined)
    yield new PluginError("invalid-module", `The component ${verb} ${name} with other types: ${difference}`);
}

/** Compiles what `meterModule` gave; V8 does it on threads of its own. @throws PluginError `invalid-module` */
export function compileMetered(metered: readonly MeteredModule[]): Promise<readonly PreparedModule[]> {
  return Promise.all(metered.map(async (each) => ({ module: await compile(each.bytes), metered: each })));
}

async function compile(bytes: Uint8Array): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(bytes as Uint8Array<ArrayBuffer>);
  } catch (cause) {
    throw new PluginError("invalid-module", "The metered module does not compile", { cause });
  }
}
