// The contract's plugin in AssemblyScript.
import { ErrorCode, fail, Json, kiln, ok, Result, random, tool } from "crucible-assemblyscript";

const EVERY_PLANE = "a\0\u{e9}\u{1d11e}\u{10ffff}";

tool("echo", "Gives back what it was given.", echo).schema("value", "{}");
tool("fail", "Fails in the language's own way.", crash);
tool("conflict", "Fails with a code.", conflict);
tool("recurse", "Calls itself for ever.", recurse);
tool("spin", "Never ends.", spin);
tool("stubborn", "Never ends, and goes on after every error.", stubborn);
tool("hoard", "Keeps everything.", hoard);
tool("large", "A string of so many bytes.", large).parameter("bytes", "integer", "how many");
tool("deep", "A list in a list, so deep.", deep).parameter("depth", "integer", "how deep");
tool("text", "Characters of every plane, and whether it was given the same.", text).parameter("text", "string", "such");
tool("mix", "What may differ from run to run: random numbers, floats.", mix).parameter("rounds", "integer", "how many");
tool("waste", "Makes garbage and answers with what is left.", waste).parameter("rounds", "integer", "how many");

function echo(args: Json): Result<Json> {
  return ok(args.get("value")!);
}

function crash(args: Json): Result<Json> {
  return ok(args.at(7));
}

function conflict(_: Json): Result<Json> {
  return fail<Json>("twice", ErrorCode.Conflict);
}

function recurse(_: Json): Result<Json> {
  return ok(Json.integer(depth(1)));
}

function depth(n: i64): i64 {
  return n == 0 ? 0 : 1 + depth(n + 1);
}

function spin(_: Json): Result<Json> {
  let n: i64 = 0;
  while (n >= 0) n = (n + 1) & 0xffff;
  return ok(Json.NULL);
}

function stubborn(_: Json): Result<Json> {
  while (!kiln.readNote("missing.md").ok) {}
  return ok(Json.NULL);
}

function hoard(_: Json): Result<Json> {
  const kept = new Array<Uint8Array>();
  while (kept.length >= 0) kept.push(new Uint8Array(1000));
  return ok(Json.NULL);
}

function large(args: Json): Result<Json> {
  return ok(Json.text("x".repeat(<i32>args.integer("bytes"))));
}

function deep(args: Json): Result<Json> {
  let value = Json.list();
  for (let i = 1; i < <i32>args.integer("depth"); i++) value = Json.list().push(value);
  return ok(value);
}

function text(args: Json): Result<Json> {
  const answer = Json.object().set("own", Json.text(EVERY_PLANE));
  return ok(answer.set("same", Json.flag(args.text("text") == EVERY_PLANE)));
}

function mix(args: Json): Result<Json> {
  const numbers = new Map<i64, i32>();
  let sum: f64 = 0;
  for (let i = 0; i < <i32>args.integer("rounds"); i++) {
    const number = random.range(1, 1000).value;
    numbers.set(number, i);
    sum += <f64>number / 7;
  }
  const keys = Json.list();
  for (let i = 0, all = numbers.keys(); i < all.length; i++) keys.push(Json.integer(all[i]));
  return ok(Json.object().set("keys", keys).set("sum", Json.number(sum)).set("float", Json.number(Math.random())));
}

function waste(args: Json): Result<Json> {
  const kept = Json.list();
  for (let i = 0; i < <i32>args.integer("rounds"); i++) {
    const garbage = `garbage ${i}`;
    if (i % 1000 == 0) kept.push(Json.text(garbage));
  }
  return ok(kept);
}
