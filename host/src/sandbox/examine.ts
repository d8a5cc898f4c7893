/**
 * Looks at a component or a core module as `prepare.ts` would, without building anything: what is in it, and every reason why it would be
 * refused, where `prepare.ts` stops at the first. For people who ask; nothing that runs comes from here.
 */
import { type Component, coreModuleSections, decodeComponent, planComponent } from "../component/index.ts";
import { PluginError } from "../errors.ts";
import { COMPONENT_BYTES } from "../limits.ts";
import { type MeteredModule, meterModule } from "../wasm/index.ts";
import { interfaceProblems, type PrepareOptions } from "./prepare.ts";

export interface ExaminedModule {
  readonly bytes: number;
  /** Undefined where the module is refused. */
  readonly metered: MeteredModule | undefined;
  readonly problem: PluginError | undefined;
}

export interface Examined {
  /** Undefined where it cannot be read to its end. */
  readonly component: Component | undefined;
  readonly modules: readonly ExaminedModule[];
  /** All reasons, those of the modules included. */
  readonly problems: readonly PluginError[];
}

export function examineComponent(bytes: Uint8Array, options: Pick<PrepareOptions, "imports" | "exports">): Examined {
  if (bytes.length > COMPONENT_BYTES) {
    const why = `The component has ${bytes.length} bytes; the limit is ${COMPONENT_BYTES}`;
    return { component: undefined, modules: [], problems: [new PluginError("invalid-module", why)] };
  }
  const decoded = refusal(() => decodeComponent(bytes));
  if (decoded instanceof PluginError) {
    // A module that cannot be read ends the decoding: then what is wrong with each module says more.
    const modules = coreModuleSections(bytes).map(examineModule);
    const isModules = modules.some(({ problem }) => problem?.message === decoded.message);
    return { component: undefined, modules, problems: [...(isModules ? [] : [decoded]), ...moduleProblems(modules)] };
  }
  const modules = decoded.coreModules.map(examineModule);
  const plan = refusal(() => planComponent(decoded));
  const problems = [
    ...interfaceProblems(decoded, options),
    ...(plan instanceof PluginError ? [plan] : []),
    ...moduleProblems(modules),
  ];
  return { component: decoded, modules, problems };
}

function moduleProblems(modules: readonly ExaminedModule[]): readonly PluginError[] {
  return modules.flatMap(({ problem }, index) =>
    problem === undefined
      ? []
      : [new PluginError(problem.code, `Core module ${index}: ${problem.message}`, { cause: problem })],
  );
}

export function examineModule(bytes: Uint8Array): ExaminedModule {
  const metered = refusal(() => meterModule(bytes));
  return metered instanceof PluginError
    ? { bytes: bytes.length, metered: undefined, problem: metered }
    : { bytes: bytes.length, metered, problem: undefined };
}

function refusal<T>(look: () => T): T | PluginError {
  try {
    return look();
  } catch (error) {
    if (error instanceof PluginError) return error;
    throw error;
  }
}
