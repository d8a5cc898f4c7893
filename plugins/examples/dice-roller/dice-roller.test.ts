import { fileURLToPath } from "node:url";
import { createNodeHost, type NodeHost, type Plugin } from "crucible-plugin-host";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

interface Roll {
  readonly dice: string;
  readonly rolls: readonly number[];
  readonly kept: readonly number[];
  readonly modifier: number;
  readonly total: number;
  readonly terms: readonly { readonly dice: string; readonly subtotal: number }[];
}

interface Odds {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly deviation: number;
  readonly chance_of_target?: number;
  readonly totals?: readonly { readonly total: number; readonly chance: number; readonly at_least: number }[];
}

const FILE = fileURLToPath(new URL("./dice-roller.rune", import.meta.url));
const SEEDS = [0, 1, 2, 3, 42, 4096];

let host: NodeHost;
let plugin: Plugin;

beforeAll(async () => {
  host = createNodeHost();
  plugin = await host.loadFile(FILE);
});

afterAll(() => {
  host.close();
});

async function roll(dice: string, seed = 42): Promise<Roll> {
  return (await plugin.call("roll", { dice }, { seed })).result as Roll;
}

async function odds(dice: string, target?: number): Promise<Odds> {
  const args = target === undefined ? { dice } : { dice, target };
  return (await plugin.call("odds", args)).result as Odds;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

describe("roll", () => {
  it("offers the tools that its manifest names", () => {
    expect(plugin.tools.map((tool) => tool.name)).toEqual(["roll", "odds"]);
  });

  it("gives the same dice and the same fuel for the same seed", async () => {
    const first = await plugin.call("roll", { dice: "10d20" }, { seed: 7 });
    const second = await plugin.call("roll", { dice: "10d20" }, { seed: 7 });
    expect(second.result).toEqual(first.result);
    expect(second.fuel).toBe(first.fuel);
  });

  it("answers what the README shows for seed 42", async () => {
    expect(await roll("4d6kh3", 42)).toMatchObject({ rolls: [1, 1, 6, 6], kept: [1, 6, 6], total: 13 });
  });

  it("gives other dice for another seed", async () => {
    expect((await roll("20d100", 1)).rolls).not.toEqual((await roll("20d100", 2)).rolls);
  });

  it.each(SEEDS)("adds the dice and the modifier (seed %i)", async (seed) => {
    const result = await roll("3d6 + 2", seed);
    expect(result.rolls).toHaveLength(3);
    expect(result.rolls.every((face) => face >= 1 && face <= 6)).toBe(true);
    expect(result.kept).toEqual(result.rolls);
    expect(result.modifier).toBe(2);
    expect(result.total).toBe(sum(result.rolls) + 2);
  });

  it.each([
    ["4d6kh3", 3, "highest"],
    ["4d6dl1", 3, "highest"],
    ["4d6kl1", 1, "lowest"],
    ["4d6dh3", 1, "lowest"],
    ["5d4kh", 1, "highest"],
    ["6d2kl4", 4, "lowest"],
  ] as const)("keeps the right dice of %s", async (dice, count, end) => {
    for (const seed of SEEDS) {
      const { rolls, kept, total } = await roll(dice, seed);
      const order = sorted(rolls);
      expect(sorted(kept)).toEqual(end === "highest" ? order.slice(-count) : order.slice(0, count));
      expect(total).toBe(sum(kept));
    }
  });

  it("adds and subtracts several terms", async () => {
    const result = await roll("2d6 - d4 + 10 - 3");
    expect(result.dice).toBe("2d6 - 1d4 + 10 - 3");
    expect(result.modifier).toBe(7);
    expect(result.terms.map((term) => term.dice)).toEqual(["2d6", "1d4"]);
    expect(result.total).toBe(result.rolls[0]! + result.rolls[1]! - result.rolls[2]! + 7);
    expect(result.terms[1]!.subtotal).toBe(-result.rolls[2]!);
  });

  it("explodes a die on its highest face and adds what follows", async () => {
    const result = await roll("200d2!");
    expect(result.rolls).toHaveLength(200);
    // A coin that explodes never ends on 2: each die is some twos and a one, so every value is odd.
    expect(result.rolls.every((value) => value % 2 === 1)).toBe(true);
    expect(Math.max(...result.rolls)).toBeGreaterThan(2);
  });

  it("writes the dice so that they can be rolled again", async () => {
    const first = await roll(" D% + 4D6DL1 -2d10!");
    expect(first.dice).toBe("1d100 + 4d6kh3 - 2d10!");
    expect(await roll(first.dice)).toEqual(first);
  });

  it.each([
    ["3d6 4d6", 'character 5: expected "+", "-" or the end, found "4"'],
    ["3d6 + ", "found the end"],
    ["0d6", "the number of dice must be 1 to 1000, got 0"],
    ["1001d6", "the number of dice must be 1 to 1000, got 1001"],
    ["600d6 + 600d6", "at most 1000 dice can be rolled at once, this makes 1200"],
    ["d0", "the number of sides must be 1 to 1000000, got 0"],
    ["d1000001", "the number of sides must be 1 to 1000000, got 1000001"],
    ["d1!", "would explode forever"],
    ["2d6kh3", "can keep 1 to 2 of 2 dice, got 3"],
    ["2d6dh2", "can drop 0 to 1 of 2 dice, got 2"],
    ["2d6kx", 'expected "h" (highest) or "l" (lowest), found "x"'],
    ["99999999999999999999d6", "a number has at most 9 digits"],
    [`${"d4+".repeat(50)}d4`, "at most 50 terms can be added"],
  ])("says what is wrong with %s", async (dice, why) => {
    await expect(roll(dice)).rejects.toMatchObject({
      code: "invalid-arguments",
      message: expect.stringContaining(why),
    });
  });

  it.each([[""], ["banana"], ["12"], [`d6${"+1".repeat(100)}`]])("is not called with %j", async (dice) => {
    await expect(roll(dice)).rejects.toMatchObject({ code: "invalid-arguments" });
  });
});

describe("odds", () => {
  it.each([
    { count: 3, sides: 6, keep: 3, high: true },
    { count: 4, sides: 6, keep: 3, high: true },
    { count: 4, sides: 6, keep: 1, high: false },
    { count: 2, sides: 20, keep: 1, high: true },
    { count: 5, sides: 4, keep: 2, high: true },
    { count: 6, sides: 3, keep: 4, high: false },
  ])("agrees with counting every outcome of $count d$sides keeping $keep", async ({ count, sides, keep, high }) => {
    const suffix = keep < count ? `${high ? "kh" : "kl"}${keep}` : "";
    const { totals, mean } = await odds(`${count}d${sides}${suffix}`);
    const expected = enumerate(count, sides, keep, high);
    expect(totals!.map((row) => row.total)).toEqual([...expected.keys()].sort((a, b) => a - b));
    for (const row of totals!) expect(row.chance).toBeCloseTo(expected.get(row.total)!, 5);
    expect(mean).toBeCloseTo(sum([...expected].map(([total, chance]) => total * chance)), 5);
  });

  it("combines terms, modifiers and subtraction", async () => {
    const { min, max, mean, totals } = await odds("2d4 - d6 + 3");
    expect([min, max]).toEqual([-1, 10]);
    expect(mean).toBeCloseTo(4.5, 5);
    expect(sum(totals!.map((row) => row.chance))).toBeCloseTo(1, 4);
    expect(totals![0]).toEqual({ total: -1, chance: expect.closeTo(1 / 96, 5), at_least: 1 });
  });

  it("tells the chance to reach a target", async () => {
    expect((await odds("d20 + 5", 15)).chance_of_target).toBeCloseTo(11 / 20, 5);
    expect((await odds("d20 + 5", 99)).chance_of_target).toBe(0);
  });

  it("leaves out a list of totals that nobody would read", async () => {
    const result = await odds("100d6");
    expect(result.totals).toBeUndefined();
    expect([result.min, result.max, result.mean]).toEqual([100, 600, 350]);
    expect(result.deviation).toBeCloseTo(Math.sqrt((100 * 35) / 12), 5);
  });

  it.each(["d124999", "10d20kh6", "240d2kh1", "d490 + d490", "70d50"])(
    "stays within the fuel of its manifest for %s",
    async (dice) => {
      expect((await odds(dice)).max).toBeGreaterThan(0);
    },
  );

  it.each([
    ["5d10!", "exploding dice have no largest total"],
    ["50d100kh3", "steps and the limit is"],
    ["d1000000", "steps and the limit is"],
  ])("refuses %s with the reason", async (dice, why) => {
    await expect(odds(dice)).rejects.toMatchObject({
      code: "invalid-arguments",
      message: expect.stringContaining(why),
    });
  });
});

/** The chance of each total, by rolling every combination of faces once. */
function enumerate(count: number, sides: number, keep: number, high: boolean): Map<number, number> {
  const chances = new Map<number, number>();
  const outcomes = sides ** count;
  for (let outcome = 0; outcome < outcomes; outcome++) {
    const faces: number[] = [];
    for (let rest = outcome, die = 0; die < count; die++, rest = Math.floor(rest / sides))
      faces.push((rest % sides) + 1);
    const order = sorted(faces);
    const total = sum(high ? order.slice(-keep) : order.slice(0, keep));
    chances.set(total, (chances.get(total) ?? 0) + 1 / outcomes);
  }
  return chances;
}
