/**
 * Compares types: whether an interface that one side needs is what the other side offers. Types are structural, resources are
 * compared by the interface that declares them and their name. The answer is a sentence for people, or undefined.
 */
import type { InterfaceType } from "./graph.ts";
import { type Case, describe, type FunctionType, type ResourceType, type ValueType } from "./value-types.ts";

/**
 * Tells how what is needed differs from what is offered, naming interface and function; undefined where it fits. Functions that
 * are offered and not needed do not count. For an import, `needed` is the guest's; for an export, the host's.
 */
export function compareInterface(needed: InterfaceType, offered: InterfaceType): string | undefined {
  for (const [name, type] of needed.functions) {
    const other = offered.functions.get(name);
    const where = `interface ${JSON.stringify(needed.name)}, function ${JSON.stringify(name)}`;
    if (other === undefined) return `${where}: there is no such function`;
    const difference = functionDifference(type, other, sameName);
    if (difference !== undefined) return `${where}: ${difference}`;
  }
  for (const name of needed.resources.keys())
    if (!offered.resources.has(name))
      return `interface ${JSON.stringify(needed.name)}: there is no resource ${JSON.stringify(name)}`;
  return undefined;
}

function sameName(a: ResourceType, b: ResourceType): boolean {
  return a.name === b.name && a.interface === b.interface;
}

export type SameResource = (a: ResourceType, b: ResourceType) => boolean;

export function functionDifference(a: FunctionType, b: FunctionType, same: SameResource): string | undefined {
  if (a.params.length !== b.params.length)
    return `${a.params.length} parameters are expected, there are ${b.params.length}`;
  for (const [at, param] of a.params.entries()) {
    const other = b.params[at];
    if (other === undefined) continue;
    if (param.name !== other.name)
      return `parameter ${at + 1} is expected to be called ${JSON.stringify(param.name)}, not ${JSON.stringify(other.name)}`;
    const difference = differenceOf(param.type, other.type, same);
    if (difference !== undefined) return `parameter ${JSON.stringify(param.name)}: ${difference}`;
  }
  const difference = optionalDifference(a.result, b.result, same);
  return difference && `result: ${difference}`;
}

/** How two value types differ; undefined where they are equal. */
export function differenceOf(a: ValueType, b: ValueType, same: SameResource): string | undefined {
  if (a === b) return undefined;
  const expected = () => `expected ${describe(a)}, got ${describe(b)}`;
  switch (a.kind) {
    case "list":
      return b.kind === a.kind ? within("the element", differenceOf(a.element, b.element, same)) : expected();
    case "option":
      return b.kind === a.kind ? within("the option", differenceOf(a.type, b.type, same)) : expected();
    case "record":
      return b.kind === a.kind && a.fields.length === b.fields.length
        ? casesDifference(a.fields, b.fields, same, expected)
        : expected();
    case "variant":
      return b.kind === a.kind && a.cases.length === b.cases.length
        ? casesDifference(a.cases, b.cases, same, expected)
        : expected();
    case "tuple": {
      if (b.kind !== a.kind || a.types.length !== b.types.length) return expected();
      const named = (types: readonly ValueType[]) => types.map((type, at) => ({ name: String(at), type }));
      return casesDifference(named(a.types), named(b.types), same, expected);
    }
    case "enum":
      return b.kind === a.kind && sameNames(a.cases, b.cases) ? undefined : expected();
    case "flags":
      return b.kind === a.kind && sameNames(a.names, b.names) ? undefined : expected();
    case "result":
      if (b.kind !== a.kind) return expected();
      return (
        within("ok", optionalDifference(a.ok, b.ok, same)) ?? within("err", optionalDifference(a.err, b.err, same))
      );
    case "own":
    case "borrow":
      if (b.kind !== a.kind || describe(a) !== describe(b)) return expected();
      return same(a.resource, b.resource) ? undefined : `expected ${describe(a)}, got one of another resource`;
    default:
      return a.kind === b.kind ? undefined : expected();
  }
}

function casesDifference(
  a: readonly Case[],
  b: readonly Case[],
  same: SameResource,
  expected: () => string,
): string | undefined {
  for (const [at, one] of a.entries()) {
    const other = b[at];
    if (other === undefined || other.name !== one.name) return expected();
    const difference = optionalDifference(one.type, other.type, same);
    if (difference !== undefined) return within(JSON.stringify(one.name), difference);
  }
  return undefined;
}

function optionalDifference(
  a: ValueType | undefined,
  b: ValueType | undefined,
  same: SameResource,
): string | undefined {
  if (a !== undefined && b !== undefined) return differenceOf(a, b, same);
  return a === b ? undefined : `expected ${describe(a)}, got ${describe(b)}`;
}

function within(where: string, difference: string | undefined): string | undefined {
  return difference && `${where}: ${difference}`;
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, at) => name === b[at]);
}
