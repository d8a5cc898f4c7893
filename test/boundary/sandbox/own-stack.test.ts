/** What it means when a guest leaves its memory: that the stack it keeps there is full, or a mistake like any other. */
import { describe, expect, it } from "vitest";
import { rootImports } from "../component/support.ts";
import { failure, prepare, run, start } from "./support.ts";

const prepared = await prepare(
  `(module
    (memory (export "memory") 2)
    ;; As LLVM lays it out: the stack below the data, downwards to 0.
    (global $stack (mut i32) (i32.const 65536))
    (data (i32.const 65536) "data")
    (func $frames (export "frames") (param $depth i32)
      (local $frame i32)
      (global.set $stack (local.tee $frame (i32.sub (global.get $stack) (i32.const 4096))))
      (i32.store (local.get $frame) (local.get $depth))
      (if (local.get $depth) (then (call $frames (i32.sub (local.get $depth) (i32.const 1)))))
      (global.set $stack (i32.add (local.get $frame) (i32.const 4096))))
    ;; Calls nobody, so the small frame is not taken off the stack.
    (func $leaf (i32.store (i32.sub (global.get $stack) (i32.const 128)) (i32.const 1)))
    (func (export "leaf") (param $left i32)
      (global.set $stack (local.get $left))
      (call $leaf)
      (global.set $stack (i32.const 65536)))
    (func (export "outside") (param $address i32) (drop (i32.load (local.get $address)))))`,
  `package test:stack; world test {
    export frames: func(depth: u32); export leaf: func(left: u32); export outside: func(address: u32); }`,
);

const quiet = { imports: rootImports({}) };
const ended = async (name: string, argument: number) => {
  const instance = await start(prepared, quiet);
  return (await failure(() => run(instance, name, [argument]))).code;
};

describe("a guest that leaves its memory", () => {
  it("has filled the stack that it keeps there", async () => {
    run(await start(prepared, quiet), "frames", [15]);
    expect(await ended("frames", 16)).toBe("stack-limit");
  });

  it("has filled it also where the last frame was not taken off yet", async () => {
    run(await start(prepared, quiet), "leaf", [128]);
    expect(await ended("leaf", 112)).toBe("stack-limit");
  });

  it.each([-4, 131_072])("traps where the stack has room: %i", async (address) => {
    const instance = await start(prepared, quiet);
    expect(await failure(() => run(instance, "outside", [address >>> 0]))).toMatchObject({
      code: "trap",
      message: expect.stringMatching(/memory access out of bounds/),
    });
  });

  it("is told apart in an instance from an image too", async () => {
    const image = (await start(prepared, quiet)).capture();
    const from = async (name: string, argument: number) => {
      const instance = await start(prepared, { ...quiet, image: await image });
      return (await failure(() => run(instance, name, [argument]))).code;
    };
    expect(await from("frames", 16)).toBe("stack-limit");
    expect(await from("outside", 131_072)).toBe("trap");
  });

  it("traps where nothing is known of a stack", async () => {
    const other = await prepare(
      `(module
        (memory (export "memory") 1)
        (global $count (mut i32) (i32.const 0))
        (func (export "outside") (global.set $count (i32.const -16)) (drop (i32.load (i32.const -4)))))`,
      "package test:stack; world test { export outside: func(); }",
    );
    const instance = await start(other, quiet);
    expect((await failure(() => run(instance, "outside"))).code).toBe("trap");
  });
});
