import { describe, expect, test } from "vitest";
import { systemClock } from "./clock.ts";
import { userDirectories } from "./directories.ts";
import { drawSeed } from "./entropy.ts";

describe("the user's folders", () => {
  const at = (platform: string, environment: Record<string, string>) =>
    userDirectories({ platform, home: "/home/ann", environment });

  test("are the XDG defaults on Linux", () => {
    expect(at("linux", {})).toEqual({
      config: "/home/ann/.config/crucible",
      data: "/home/ann/.local/share/crucible",
      cache: "/home/ann/.cache/crucible",
    });
  });

  test("follow XDG variables where they are absolute, and ignore relative ones", () => {
    expect(at("linux", { XDG_DATA_HOME: "/data", XDG_CONFIG_HOME: "relative", XDG_CACHE_HOME: "" })).toEqual({
      config: "/home/ann/.config/crucible",
      data: "/data/crucible",
      cache: "/home/ann/.cache/crucible",
    });
  });

  test("lie in the Library on macOS", () => {
    expect(at("darwin", {})).toEqual({
      config: "/home/ann/Library/Application Support/crucible",
      data: "/home/ann/Library/Application Support/crucible",
      cache: "/home/ann/Library/Caches/crucible",
    });
  });

  test("lie in the application data on Windows", () => {
    expect(at("win32", { APPDATA: "/roaming", LOCALAPPDATA: "/local" })).toEqual({
      config: "/roaming/crucible",
      data: "/roaming/crucible",
      cache: "/local/crucible/cache",
    });
  });
});

test("a drawn seed survives JSON as a number, and two are not the same", () => {
  const seeds = Array.from({ length: 100 }, drawSeed);
  for (const seed of seeds) expect(BigInt(JSON.parse(String(seed)) as number)).toBe(seed);
  expect(new Set(seeds).size).toBe(100);
});

test("the system clock agrees with Date and its monotonic time does not go back", () => {
  const clock = systemClock();
  const before = Date.now();
  const now = clock.nowMs();
  expect(now >= before && now <= Date.now()).toBe(true);
  const first = clock.monotonicNs();
  expect(clock.monotonicNs() >= first).toBe(true);
  expect(clock.utcOffsetMinutes(0)).toBe(-new Date(0).getTimezoneOffset());
});
