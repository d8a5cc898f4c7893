/** The stack that an engine keeps in its memory: where it is full, the call ends as where the counted one is. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { createCapabilities } from "../../host/src/capabilities/index.ts";
import { ENGINES } from "../../host/src/engines.ts";
import { COMPILE_LIMITS } from "../../host/src/limits.ts";
import { COMPILER } from "../../host/src/plugins/engine.ts";
import { frozenClock } from "../../host/src/powers/memory/clock.ts";
import { prepareComponent, startInstance } from "../../host/src/sandbox/index.ts";
import { witExports, witImports } from "../../host/src/wit.ts";
import { failure } from "../failure.ts";

const { imports } = createCapabilities({ plugin: "test", grant: {}, powers: { clock: frozenClock(0) } });
const options = { imports, limits: COMPILE_LIMITS, now: () => performance.now() };

it.each(Object.values(ENGINES))("$artifact ends in stack-limit", async ({ artifact, extensions }) => {
  const bytes = readFileSync(new URL(`../../${artifact}`, import.meta.url));
  const exports = new Map([[COMPILER, witExports().get(COMPILER)!]]);
  const prepared = await prepareComponent(bytes, { imports: witImports(), exports });
  const image = await (await startInstance(prepared, options)).capture();
  const pointers = image.cores.flatMap(({ globals }) => globals.slice(0, 1));
  expect(pointers).toEqual([1 << 20]);
  const compile = async (room: number) => {
    const cores = image.cores.map((core) => ({
      ...core,
      globals: core.globals.map((value, at) => (at === 0 ? room : value)),
    }));
    const instance = await startInstance(prepared, { ...options, image: { ...image, cores } });
    const files = [{ path: `a${extensions[0] ?? ".ts"}`, text: "" }];
    const { fuel, timeoutMs } = COMPILE_LIMITS;
    const args = [files, { entry: files[0]!.path }];
    return instance.call({ interface: COMPILER, function: "compile", args, fuel, timeoutMs });
  };
  expect(await compile(1 << 20)).toBeDefined();
  expect((await failure(() => compile(256))).code).toBe("stack-limit");
});
