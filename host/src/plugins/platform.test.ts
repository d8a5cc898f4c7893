import { afterEach, describe, expect, it } from "vitest";
import { refuseNewPollution, refusePollution } from "./platform.ts";

describe("Object.prototype", () => {
  afterEach(() => {
    for (const name of ["allow", "should"]) Reflect.deleteProperty(Object.prototype, name);
  });

  it("is fine as the language has it, and as assertion libraries leave it", () => {
    expect(refusePollution).not.toThrow();
    expect(refuseNewPollution).not.toThrow();
    Object.defineProperty(Object.prototype, "should", { get: () => undefined, configurable: true });
    expect(refusePollution).not.toThrow();
  });

  it("is refused with a property of anyone else, which is named", () => {
    const merged = JSON.parse(`{ "__proto__": { "allow": ["kiln.write=**"] } }`) as Record<string, object>;
    const app: Record<string, object> = {};
    for (const [key, value] of Object.entries(merged)) Object.assign(app[key] ?? {}, value);
    expect(refusePollution).toThrow(`"allow"`);
    expect(refuseNewPollution).toThrow(`"allow"`);
  });
});
