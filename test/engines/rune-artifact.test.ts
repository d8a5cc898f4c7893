import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  artifact,
  type Component,
  type Diagnostic,
  type Engine,
  type Failure,
  type SourceFile,
  transpiled,
  type World,
  world,
} from "./rune-component.ts";

let component: Component;

beforeAll(async () => {
  component = await transpiled();
}, 120_000);

afterAll(() => component?.remove());

function compileError(engine: Engine, files: SourceFile[]): Diagnostic[] {
  try {
    engine.compiler.compile(files, { entry: files[0]!.path });
  } catch (error) {
    return (error as { payload: Diagnostic[] }).payload;
  }
  throw new Error("it compiles");
}

async function compiled(text: string): Promise<Uint8Array> {
  const engine = await component.instantiate(world().imports);
  return engine.compiler.compile([{ path: "main.rn", text }], { entry: "main.rn" }).code;
}

async function loaded(text: string, surroundings: World = world()): Promise<Engine> {
  const engine = await component.instantiate(surroundings.imports);
  engine.compiler.load(await compiled(text));
  return engine;
}

function call(engine: Engine, name: string, args: unknown = {}): unknown {
  return JSON.parse(engine.guest.call(name, JSON.stringify(args)));
}

function failure(engine: Engine, name: string, args: unknown = {}): Failure {
  try {
    engine.guest.call(name, JSON.stringify(args));
  } catch (error) {
    return (error as { payload: Failure }).payload;
  }
  throw new Error("it succeeds");
}

describe("the component", () => {
  test("it imports the capabilities and nothing else", () => {
    const lines = component.wit.split("\n").map((line) => line.trim());
    expect(lines.filter((line) => /^(import|export) /.test(line) && line.includes(":"))).toEqual([
      "import crucible:plugin/types@0.1.0;",
      "import crucible:plugin/kiln@0.1.0;",
      "import crucible:plugin/search@0.1.0;",
      "import crucible:plugin/graph@0.1.0;",
      "import crucible:plugin/state@0.1.0;",
      "import crucible:plugin/network@0.1.0;",
      "import crucible:plugin/clock@0.1.0;",
      "import crucible:plugin/random@0.1.0;",
      "import crucible:plugin/log@0.1.0;",
      "import crucible:plugin/session@0.1.0;",
      "import crucible:plugin/plugins@0.1.0;",
      "import crucible:plugin/datalog@0.1.0;",
      "import crucible:plugin/ui@0.1.0;",
      "export crucible:plugin/guest@0.1.0;",
      "export crucible:plugin/compiler@0.1.0;",
    ]);
  });

  test("its core module needs no feature beyond those that the rewriter knows", async () => {
    const { default: wabt } = await import("wabt");
    const features = {
      mutable_globals: true,
      sat_float_to_int: true,
      sign_extension: true,
      multi_value: true,
      bulk_memory: true,
      reference_types: true,
      exceptions: false,
      simd: false,
      threads: false,
      tail_call: false,
      memory64: false,
      extended_const: false,
      relaxed_simd: false,
      gc: false,
    };
    const core = (await wabt()).readWasm(readFileSync(`${component.folder}/rune.core.wasm`), features);
    expect(() => core.validate()).not.toThrow();
    core.destroy();
  });

  test("it contains no path of the machine that built it", () => {
    const text = readFileSync(artifact).toString("latin1");
    expect(text).not.toMatch(/\/(home|root|work|tmp|Users)\/[\w.-]/);
  });
});

describe("compile", () => {
  test("the same sources give the same bytes in every instance, cold or warm, used or not", async () => {
    const text =
      "struct P { x, y, z }\nconst K = #{ a: 1, b: [2] };\npub fn main(args) { [P { x: 1, y: 2, z: 3 }, K, `${args.a}`] }";
    const first = await compiled(text);
    const warm = await component.instantiate(world().imports);
    warm.compiler.warmUp();
    const file = { path: "main.rn", text };
    expect(warm.compiler.compile([file], { entry: "main.rn" }).code).toEqual(first);
    expect(warm.compiler.compile([file], { entry: "main.rn" }).code).toEqual(first);
    expect(warm.compiler.compile([{ path: "z.rn", text: "" }, file], { entry: "main.rn" }).code).toEqual(first);
  });

  test("every error is reported with its line, its column and the source", async () => {
    const engine = await component.instantiate(world().imports);
    const text = "pub fn a() {\n    let ä = missing_one();\n}\npub fn b() { missing_two() }\n";
    const errors = compileError(engine, [{ path: "main.rn", text }]);
    expect(errors.map((error) => [error.severity, error.position])).toEqual([
      ["error", { file: "main.rn", line: 2, column: 13 }],
      ["error", { file: "main.rn", line: 4, column: 14 }],
    ]);
    expect(errors[0]!.excerpt).toBe(
      "  --> main.rn:2:13\n  |\n2 |     let ä = missing_one();\n  |             ^^^^^^^^^^^\n",
    );
  });

  test("a mistake in a doc comment is a warning", async () => {
    const engine = await component.instantiate(world().imports);
    const text = "/// Text.\n/// @param x {strnig} Name\npub fn main(args) { args.x }\n";
    const { warnings } = engine.compiler.compile([{ path: "main.rn", text }], { entry: "main.rn" });
    expect(warnings.map((warning) => warning.severity)).toEqual(["warning"]);
    expect(warnings[0]!.message).toContain("unknown type `strnig`");
  });

  test("an entry that is not there and a module that is not given are errors", async () => {
    const engine = await component.instantiate(world().imports);
    expect(() => engine.compiler.compile([], { entry: "main.rn" })).toThrow();
    const errors = compileError(engine, [{ path: "main.rn", text: "mod secrets;\npub fn main() { 1 }" }]);
    expect(errors[0]!.message).toContain("There is no file for the module `secrets`");
  });

  // The last number says how many where not 100,000: resolving a path takes time that grows with the square of its length,
  // which is for the host's fuel to bound.
  const deep: [name: string, opening: string, middle: string, closing: string, count?: number][] = [
    ["parentheses", "(", "1", ")"],
    ["vectors", "[", "1", "]"],
    ["blocks", "{", "1", "}"],
    ["objects", "#{ a: ", "1", "}"],
    ["negations", "-", "1", ""],
    ["nots", "!", "true", ""],
    ["templates", "`${", "1", "}`"],
    ["macros", "stringify!(", "1", ")"],
    ["formats", 'format!("{}", ', "1", ")"],
    ["else-ifs", "if args.a { 1 } else ", "{ 2 }", ""],
    ["sums", "1 + ", "1", ""],
    ["comparisons", "args.a && ", "true", ""],
    ["assignments", "args.a = ", "1", ""],
    ["closures", "|x| ", "x", ""],
    ["async blocks", "async ", "{}", ""],
    ["returns", "return ", "1", ""],
    ["ranges", "1..", "1", ""],
    ["fields", "", "args", ".a"],
    ["calls", "", "args", "()"],
    ["questions", "", "args", "?"],
    ["paths", "a::", "b", "", 2_000],
    ["patterns", "let Some(", "x", ") = args"],
    ["generics", "a::<", "b", ">"],
    ["loops", "loop { ", "1", "}"],
    ["matches", "match args { _ => ", "1", "}"],
    ["functions", "fn f() { ", "1", "}"],
    ["modules", "mod m { ", "", "}"],
  ];
  test.each(deep)("deeply nested %s end in a diagnostic or a trap, never in damaged memory", (_, ...source) => {
    const child = fileURLToPath(new URL("rune-hostile-source.mjs", import.meta.url));
    const [opening, middle, closing, count = 100_000] = source;
    const run = spawnSync(process.execPath, [child, component.folder, opening, middle, closing, String(count)], {
      encoding: "utf8",
      timeout: 55_000,
    });
    expect(run.stderr).toBe("");
    expect(run.stdout).toMatch(
      /^(compiled|diagnostics: .+|trap: (RangeError Maximum call stack size exceeded|RuntimeError (memory access out of bounds|unreachable)))\n?/,
    );
  });
});

describe("load and call", () => {
  test("a struct, its methods and the places of its errors survive the round trip", async () => {
    const text =
      "struct P { x }\nimpl P {\n  fn half(self) { 10 / self.x }\n}\npub fn main(args) {\n  [P { x: args.x }.half(), P { x: 1 }]\n}\n";
    const engine = await loaded(text);
    expect(call(engine, "main", { x: 5 })).toEqual([2, { x: 1 }]);
    expect(failure(engine, "main", { x: 0 })).toMatchObject({
      code: "guest-error",
      message: "Division by zero",
      position: { file: "main.rn", line: 3, column: 19 },
      stack: [
        { name: "P::half", position: { line: 3 } },
        { name: "main", position: { line: 6 } },
      ],
    });
    expect(call(engine, "main", { x: 2 })).toEqual([5, { x: 1 }]);
  });

  test("documented public functions are the tools", async () => {
    const text =
      "/// Rolls dice.\n/// @param dice {string} Such as 3d6\n/// @param [times] {integer}\n/// @returns {object} The total\npub fn roll(args) { #{} }\npub fn helper(args) { 1 }\n";
    const [tool, ...others] = (await loaded(text)).guest.tools();
    expect(others).toEqual([]);
    expect({ ...tool, parameters: JSON.parse(tool!.parameters), returns: JSON.parse(tool!.returns!) }).toEqual({
      name: "roll",
      description: "Rolls dice.",
      parameters: {
        type: "object",
        properties: { dice: { type: "string", description: "Such as 3d6" }, times: { type: "integer" } },
        required: ["dice"],
        additionalProperties: false,
      },
      returns: { type: "object", description: "The total" },
    });
  });

  test("capabilities answer under their names and their short forms", async () => {
    const surroundings = world();
    const text = `
      use crucible::kiln;
      pub fn main(args) {
        crucible::state::set("k", #{ n: [1, None] })?;
        crucible::state::set_in("kiln", "k", "shared")?;
        Ok(#{
          read: kiln::read_note("a.md")?.len(),
          same: crucible::read_note("a.md")? == crucible::kiln::read_note("a.md")?,
          missing: match crucible::read_note("zz.md") { Err(e) => [e.code, \`\${e}\`], Ok(_) => [] },
          denied: match crucible::write_note("a.md", "x") { Err(e) => e.code, Ok(_) => "ok" },
          listed: crucible::list_notes("")?.iter().map(|note| note.path).collect::<Vec>(),
          info: kiln::stat_note("folder/b.md")?,
          exists: kiln::note_exists("a.md")?,
          found: crucible::search("word")?.len(),
          query: crucible::search::query("word", #{ mode: "text", limit: 2, tags: ["x"] })?[0].path,
          state: crucible::state::get("k")?,
          shared: crucible::state::get_in("kiln", "k")?,
          unset: crucible::state::get("zz")?,
          keys: crucible::state::keys("")?,
          removed: crucible::state::delete("k")?,
          die: crucible::random::range(1, 6),
          float: crucible::random::float(),
          shuffled: crucible::random::shuffle([1, 2, 3]).len(),
          now: crucible::clock::now_ms()?,
          yes: crucible::ui::confirm("Sure?")?,
          sessions: crucible::session::list_sessions(9)?,
          json: crucible::json::parse(crucible::json::stringify(#{ b: 1.0, a: [] })?)?,
        })
      }`;
    expect(call(await loaded(text, surroundings), "main")).toEqual({
      read: 15,
      same: true,
      missing: ["not-found", 'not-found: There is no note "zz.md"'],
      denied: "denied",
      listed: ["a.md", "folder/b.md"],
      info: { path: "folder/b.md", size_bytes: 4, modified_ms: 0 },
      exists: true,
      found: 3,
      query: '{"mode":"text","tags":["x"],"limit":2}',
      state: { n: [1, null] },
      shared: "shared",
      unset: null,
      keys: ["k"],
      removed: true,
      die: 2,
      float: 0.25,
      shuffled: 3,
      now: 1_700_000_000_000,
      yes: true,
      sessions: [{ $session: "sessions/one.md" }],
      json: { a: [], b: 1 },
    });
    expect(surroundings.state.get("kiln/k")).toBe('"shared"');
  });

  test("a capability's refusal keeps its code on the way out", async () => {
    const engine = await loaded(
      'pub fn propagated(args) { crucible::write_note("a.md", "x")?; Ok(1) }\npub fn raised(args) {\n  crucible::random::range(6, 1)\n}',
    );
    expect(failure(engine, "propagated")).toMatchObject({ code: "denied", message: "kiln.write is not granted" });
    expect(failure(engine, "raised")).toMatchObject({
      code: "invalid-arguments",
      message: "low 6 is above high 1",
      position: { line: 3 },
    });
  });

  test("what a program prints is logged by the line", async () => {
    const surroundings = world();
    const text =
      'pub fn main(args) { print!("a"); print!("b\\nc"); println!(" {}", 1); dbg!("x"); crucible::log::warn(#{ k: [1] }); print!("end") }';
    call(await loaded(text, surroundings), "main");
    expect(surroundings.log).toEqual([
      ["info", "ab"],
      ["info", "c 1"],
      ["info", '"x"'],
      ["warn", '{"k":[1]}'],
      ["info", "end"],
    ]);
  });

  test("a tagged session arrives as a session and leaves as its tag", async () => {
    const engine = await loaded("pub fn main(args) { [args.s.path, args.s, args.plain] }");
    const tag = { $session: "sessions/one.md" };
    expect(call(engine, "main", { s: tag, plain: { $session: "x", more: 1 } })).toEqual([
      "sessions/one.md",
      tag,
      { $session: "x", more: 1 },
    ]);
  });

  test("maps iterate in the same order in every instance", async () => {
    const text = `use std::collections::{HashMap, HashSet};
      pub fn main(args) {
        let map = HashMap::new(); let set = HashSet::new(); let object = #{};
        for i in 0..200 { map.insert(i, i); set.insert(\`k\${i}\`); object.insert(\`k\${i}\`, i); }
        [map.keys().collect::<Vec>(), set.iter().collect::<Vec>(), object.keys().collect::<Vec>()]
      }`;
    const code = await compiled(text);
    const answers = [];
    for (const warm of [false, true]) {
      const engine = await component.instantiate(world().imports);
      if (warm) engine.compiler.warmUp();
      engine.compiler.load(code);
      answers.push(call(engine, "main"), call(engine, "main"));
    }
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });

  test("an unknown function, a private one and arguments that are no object are refused", async () => {
    const engine = await loaded("fn hidden(args) { 1 }\npub fn main(args) { hidden(args) }\npub fn two(a, b) { a }");
    expect(failure(engine, "hidden").code).toBe("not-found");
    expect(failure(engine, "toString").code).toBe("not-found");
    expect(failure(engine, "two").code).toBe("invalid-arguments");
    expect(failure(engine, "main", [1]).code).toBe("invalid-arguments");
    const nested = { a: JSON.parse(`${"[".repeat(128)}${"]".repeat(128)}`) };
    expect(failure(engine, "main", nested)).toMatchObject({ code: "invalid-arguments" });
  });

  test("damaged and foreign code is a failure, not a trap", async () => {
    const code = await compiled("pub fn main(args) { [args.a, #{ b: 1 }] }");
    const engine = await component.instantiate(world().imports);
    const load = (bytes: Uint8Array): Failure | undefined => {
      try {
        engine.compiler.load(bytes);
        return undefined;
      } catch (error) {
        return (error as { payload: Failure }).payload;
      }
    };
    for (let end = 0; end < code.length; end += 17) expect(load(code.subarray(0, end))?.code).toBe("invalid-arguments");
    const foreign = Buffer.from(code);
    foreign.write("rune-9.99.9", foreign.indexOf("rune-0.14.2"));
    expect(load(foreign)?.message).toContain('it is for "rune-9.99.9');
  });
});
