import * as kiln from "crucible:kiln";

/** Gives back what it was given. */
export function echo(args) {
  return args.value;
}

function inner(list) {
  return list.missing.field; // HERE
}

/** Fails in the language's own way. */
export function fail() {
  return inner([]);
}

/** Fails with a code. */
export function conflict() {
  throw Object.assign(new Error("twice"), { code: "conflict" });
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
      for (;;) kiln.readNote("missing.md");
    } catch {}
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
  for (let i = 1; i < args.depth; i++) value = [value];
  return value;
}

/** Characters of every plane, and whether it was given the same. */
export function text(args) {
  const own = "a\0\u{e9}\u{1d11e}\u{10ffff}";
  return { own, same: args.text === own };
}

/** What may differ from run to run: random numbers, the order of maps, floats. */
export function mix(args) {
  const map = {};
  let sum = 0;
  for (let i = 0; i < args.rounds; i++) {
    const number = 1 + Math.floor(Math.random() * 1000);
    map[`key-${number}`] = [i];
    sum += number / 7;
  }
  return { keys: Object.keys(map), sum, float: Math.random(), note: kiln.readNote("a.md") };
}

/** Makes garbage and answers with what is left. */
export function waste(args) {
  const kept = [];
  for (let i = 0; i < args.rounds; i++) {
    const garbage = [`garbage ${i}`, { i }, [[], []]];
    if (i % 1000 === 0) kept.push(garbage[0]);
  }
  return kept;
}
