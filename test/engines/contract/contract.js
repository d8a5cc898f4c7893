import crucible, { PluginError } from "crucible";

/** Gives back what it was given. */
export function echo(args) {
  return args.value;
}

function inner(list) {
  return list.missing.field; // HERE
}

/** Fails in the language's own way. */
export function fail() {
  const result = inner({});
  return result;
}

/** Fails with a code. */
export function conflict() {
  throw new PluginError("conflict", "twice");
}

/** Fails with any code. */
export function coded({ code }) {
  throw new PluginError(code, "twice");
}

/** Calls itself for ever. */
export function recurse(args) {
  return 1 + recurse(args);
}

/** Never ends. */
export function spin() {
  for (;;);
}

/** Never ends, and goes on after every error. */
export function stubborn() {
  for (;;) {
    try {
      for (;;) crucible.readNote("missing.md");
    } catch {
      // Goes on.
    }
  }
}

/** Keeps everything. */
export function hoard() {
  const kept = [];
  for (;;) kept.push([1, 2, 3, 4]);
}

/** A string of so many bytes. */
export function large(args) {
  return "x".repeat(args.bytes);
}

/** A list in a list, so deep. */
export function deep(args) {
  let value = [];
  for (let level = 1; level < args.depth; level++) value = [value];
  return value;
}

/** Characters of every plane, and whether it was given the same. */
export function text(args) {
  const own = "a\0\u{e9}\u{1d11e}\u{10ffff}";
  return { own, same: args.text === own };
}

/** What may differ from run to run: random numbers, the order of maps, floats, objects as text. */
export function mix(args) {
  const map = new Map();
  let sum = 0;
  for (let index = 0; index < args.rounds; index++) {
    const number = crucible.random.range(1, 1000);
    map.set({ number }, index).set(`key-${number}`, index);
    sum += number / 7;
  }
  const keys = [...map.keys()].filter((key) => typeof key === "string");
  return { keys, sum, float: Math.random(), address: String(map), note: crucible.readNote("a.md") };
}

/** Makes garbage and answers with what is left. */
export function waste(args) {
  const kept = [];
  for (let index = 0; index < args.rounds; index++) {
    const garbage = [`garbage ${index}`, { index }, [[], []]];
    garbage[2].push(garbage);
    if (index % 1000 === 0) kept.push(garbage[0]);
  }
  return kept;
}
