/**
 * What the host knows of its own interfaces at run time: the types of every import and export of `wit/`, read by our own decoder
 * from a reference component of the world `engine` that `npm run wit` keeps in `wit.generated.ts`. It offers no implementation.
 */
import { type Component, decodeComponent, type InterfaceType } from "./component/index.ts";
import { WIT_COMPONENT } from "./wit.generated.ts";

export type * from "./wit.generated.ts";

let reference: Component | undefined;

/** The interfaces that a plugin may import, by versioned name such as `crucible:plugin/kiln@0.1.0`. */
export function witImports(): ReadonlyMap<string, InterfaceType> {
  return decoded().imports;
}

/** The interfaces that an engine exports: `guest` and `compiler`. */
export function witExports(): ReadonlyMap<string, InterfaceType> {
  return decoded().exports;
}

function decoded(): Component {
  reference ??= decodeComponent(Uint8Array.from(atob(WIT_COMPONENT), (char) => char.charCodeAt(0)));
  return reference;
}
