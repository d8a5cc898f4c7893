/** A prepared component on its way to a worker: its types and wiring as data, its compiled modules shared. */
import { planComponent } from "../../component/index.ts";
import type { PreparedComponent } from "../prepare.ts";
import type { PreparedMessage } from "./protocol.ts";

/** The modules are compiled: a worker needs their bytes no more. */
const NO_BYTES = new Uint8Array(0);

export function preparedToMessage({ plan, modules, imports, imageable }: PreparedComponent): PreparedMessage {
  return {
    component: { ...plan.component, coreModules: [] },
    modules: modules.map(({ module, metered }) => ({ module, metered: { ...metered, bytes: NO_BYTES } })),
    imports,
    imageable,
  };
}

export function preparedFromMessage({ component, ...rest }: PreparedMessage): PreparedComponent {
  return { plan: planComponent(component), ...rest };
}
