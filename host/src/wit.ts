/**
 * What the host knows of its own interfaces at run time: the types of every import and export of `wit/`, read by our own decoder
 * from a reference component that `npm run wit` keeps in `wit.generated.ts`. It offers no implementation.
 */
import { decodeComponent, type InterfaceType } from "./component/index.ts";
import { WIT_COMPONENT, WIT_EXPORTS } from "./wit.generated.ts";

export type * from "./wit.generated.ts";

type Interfaces = ReadonlyMap<string, InterfaceType>;

let reference: { readonly imports: Interfaces; readonly exports: Interfaces } | undefined;

/** The interfaces that a plugin may import, by versioned name such as `crucible:plugin/kiln@0.1.0`. */
export function witImports(): Interfaces {
  return decoded().imports;
}

/** The interfaces that an engine exports: `guest` and `compiler`. */
export function witExports(): Interfaces {
  return decoded().exports;
}

function decoded(): NonNullable<typeof reference> {
  reference ??= read();
  return reference;
}

function read(): NonNullable<typeof reference> {
  const all = decodeComponent(Uint8Array.from(atob(WIT_COMPONENT), (char) => char.charCodeAt(0))).imports;
  const exports = new Map([...all].filter(([name]) => WIT_EXPORTS.includes(name)));
  return { imports: new Map([...all].filter(([name]) => !exports.has(name))), exports };
}
