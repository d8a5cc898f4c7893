/**
 * Random programs that end and never fail, for any language: the same seed is the same program. They are what a language is made
 * of (numbers, text, lists, branches, loops, functions, recursion, closures), not its library.
 */

export type Expression =
  | { readonly kind: "integer"; readonly value: number }
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "name"; readonly name: string }
  /** Of integers; the operands are small enough for any language. */
  | { readonly kind: "arithmetic"; readonly operator: "+" | "-" | "*" | "%"; readonly of: Pair }
  /** A floating point number. */
  | { readonly kind: "quotient"; readonly of: Pair }
  | { readonly kind: "comparison"; readonly operator: "<" | "<=" | "==" | "!="; readonly of: Pair }
  | { readonly kind: "logic"; readonly operator: "and" | "or"; readonly of: Pair }
  | { readonly kind: "not"; readonly of: Expression }
  /** Of texts and integers. */
  | { readonly kind: "join"; readonly of: readonly Expression[] }
  | { readonly kind: "length"; readonly list: string }
  /** The item at an index of at least 0, modulo the length. */
  | { readonly kind: "item"; readonly list: string; readonly index: Expression }
  | { readonly kind: "choice"; readonly condition: Expression; readonly of: Pair }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Expression[] };

export type Pair = readonly [Expression, Expression];

export type Statement =
  | { readonly kind: "let" | "assign"; readonly name: string; readonly value: Expression }
  | { readonly kind: "list"; readonly name: string; readonly items: readonly Expression[] }
  /** A function of one integer that sees the names around it. */
  | { readonly kind: "closure"; readonly name: string; readonly parameter: string; readonly value: Expression }
  | { readonly kind: "push"; readonly list: string; readonly value: Expression }
  | { readonly kind: "if"; readonly condition: Expression; readonly then: Block; readonly otherwise: Block }
  /** From 0 up to `times`, exclusive. */
  | { readonly kind: "for"; readonly name: string; readonly times: number; readonly body: Block }
  /** Counts a variable down to 0; may be left by the condition. */
  | { readonly kind: "while"; readonly name: string; readonly until: Expression; readonly body: Block }
  | { readonly kind: "print"; readonly value: Expression };

export type Block = readonly Statement[];

/** `depth` bounds recursion: its first parameter counts down. */
export interface FunctionDefinition {
  readonly name: string;
  readonly parameters: readonly [depth: string, other: string];
  /** Returned where the depth is 0. */
  readonly base: Expression;
  readonly value: Expression;
}

export interface Program {
  readonly functions: readonly FunctionDefinition[];
  readonly body: Block;
}

/** Results are kept below this, so that a product of two is exact as a double. */
export const MODULUS = 1_000_003;
const TEXTS = ["", "a", "Zoë", "x y", "1e3", "𝄞", "-0", "'\"", "\\n"] as const;

interface Scope {
  readonly integers: readonly string[];
  readonly assignable: readonly string[];
  readonly lists: readonly string[];
  readonly closures: readonly string[];
}

export function generate(seed: number): Program {
  const random = mulberry32(seed);
  const below = (count: number) => Math.floor(random() * count);
  const pick = <T>(items: readonly T[]): T => items[below(items.length)] as T;
  const times = <T>(count: number, make: (index: number) => T) =>
    Array.from({ length: count }, (_, index) => make(index));
  let names = 0;
  const fresh = (prefix: string) => `${prefix}${names++}`;

  const functions = times(1 + below(3), (index) => definition(`f${index}`));

  function definition(name: string): FunctionDefinition {
    const scope: Scope = { integers: ["n", "m"], assignable: [], lists: [], closures: [] };
    const again: Expression = { kind: "call", name, args: [minus(named("n"), 1), bounded(integer(scope, 1))] };
    return {
      name,
      parameters: ["n", "m"],
      base: integer(scope, 2),
      value: { kind: "arithmetic", operator: pick(["+", "-"]), of: [again, integer(scope, 2)] },
    };
  }

  function integer(scope: Scope, depth: number): Expression {
    if (depth === 0) {
      return scope.integers.length > 0 && random() < 0.7
        ? named(pick(scope.integers))
        : { kind: "integer", value: below(100) };
    }
    const operand = () => bounded(integer(scope, depth - 1));
    switch (below(7)) {
      case 0:
        return { kind: "choice", condition: condition(scope, depth - 1), of: [operand(), operand()] };
      case 1:
        if (scope.lists.length > 0) return item(scope, depth);
        return operand();
      case 2:
        if (scope.closures.length > 0) return { kind: "call", name: pick(scope.closures), args: [operand()] };
        return operand();
      case 3:
        if (scope.lists.length > 0) return { kind: "length", list: pick(scope.lists) };
        return operand();
      default:
        return { kind: "arithmetic", operator: pick(["+", "-", "*"]), of: [operand(), operand()] };
    }
  }

  function item(scope: Scope, depth: number): Expression {
    const index = integer(scope, depth - 1);
    const square: Expression = { kind: "arithmetic", operator: "*", of: [bounded(index), bounded(index)] };
    return { kind: "item", list: pick(scope.lists), index: square };
  }

  function condition(scope: Scope, depth: number): Expression {
    const compared: Expression = {
      kind: "comparison",
      operator: pick(["<", "<=", "==", "!="]),
      of: [integer(scope, depth), integer(scope, depth)],
    };
    if (depth === 0 || random() < 0.5) return compared;
    if (random() < 0.3) return { kind: "not", of: condition(scope, depth - 1) };
    return { kind: "logic", operator: pick(["and", "or"]), of: [compared, condition(scope, depth - 1)] };
  }

  function text(scope: Scope): Expression {
    const part = (): Expression => (random() < 0.4 ? { kind: "text", value: pick(TEXTS) } : integer(scope, 1));
    return { kind: "join", of: [{ kind: "text", value: pick(TEXTS) }, ...times(1 + below(3), part)] };
  }

  function printed(scope: Scope): Expression {
    switch (below(5)) {
      case 0:
        return text(scope);
      case 1:
        return { kind: "quotient", of: [bounded(integer(scope, 1)), { kind: "integer", value: 1 + below(50) }] };
      case 2:
        return condition(scope, 1);
      case 3: {
        const args = [{ kind: "integer", value: below(12) } as const, bounded(integer(scope, 1))];
        return { kind: "call", name: pick(functions).name, args };
      }
      default:
        return integer(scope, 2);
    }
  }

  function block(outer: Scope, depth: number, length: number): Block {
    let scope = outer;
    return times(length, () => {
      const [made, after] = statement(scope, depth);
      scope = after;
      return made;
    });
  }

  function statement(scope: Scope, depth: number): readonly [Statement, Scope] {
    const made = below(depth > 0 ? 10 : 6);
    if (made === 0 || (made === 1 && scope.assignable.length === 0)) {
      const name = fresh("v");
      const value = bounded(integer(scope, 2));
      return [
        { kind: "let", name, value },
        { ...scope, integers: [...scope.integers, name], assignable: [...scope.assignable, name] },
      ];
    }
    if (made === 1) return [{ kind: "assign", name: pick(scope.assignable), value: bounded(integer(scope, 2)) }, scope];
    if (made === 2) {
      const name = fresh("l");
      const items = times(1 + below(4), () => bounded(integer(scope, 1)));
      return [
        { kind: "list", name, items },
        { ...scope, lists: [...scope.lists, name] },
      ];
    }
    if (made === 3 && scope.lists.length > 0) {
      return [{ kind: "push", list: pick(scope.lists), value: bounded(integer(scope, 1)) }, scope];
    }
    if (made <= 5) return [{ kind: "print", value: printed(scope) }, scope];
    if (made === 6) {
      const then = block(scope, depth - 1, 1 + below(3));
      return [
        { kind: "if", condition: condition(scope, 1), then, otherwise: block(scope, depth - 1, below(3)) },
        scope,
      ];
    }
    if (made === 7) {
      const [name, parameter] = [fresh("g"), fresh("p")];
      const value = integer({ ...scope, integers: [...scope.integers, parameter] }, 2);
      return [
        { kind: "closure", name, parameter, value },
        { ...scope, closures: [...scope.closures, name] },
      ];
    }
    const name = fresh("i");
    const inner = { ...scope, integers: [...scope.integers, name] };
    if (made === 8) {
      return [{ kind: "for", name, times: 1 + below(6), body: block(inner, depth - 1, 1 + below(3)) }, scope];
    }
    return [{ kind: "while", name, until: condition(inner, 1), body: block(inner, depth - 1, 1 + below(3)) }, scope];
  }

  return {
    functions,
    body: block({ integers: [], assignable: [], lists: [], closures: [] }, 3, 12),
  };
}

const named = (name: string): Expression => ({ kind: "name", name });
const minus = (value: Expression, amount: number): Expression => ({
  kind: "arithmetic",
  operator: "-",
  of: [value, { kind: "integer", value: amount }],
});
const bounded = (value: Expression): Expression =>
  value.kind === "integer" || value.kind === "name"
    ? value
    : { kind: "arithmetic", operator: "%", of: [value, { kind: "integer", value: MODULUS }] };

/** Tommy Ettinger's Mulberry32. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
