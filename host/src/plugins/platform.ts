/**
 * Refuses to work where `Object.prototype` was given properties. A merge of hostile JSON in the embedding app can do that
 * (prototype pollution), and then every option that is left out has a value of the attacker's choice: grants, limits, modules that
 * count as metered. It is no defence against code that runs in the app itself, which has the app's powers anyway.
 */
import { PluginError } from "../errors.ts";
import { quoted } from "../text.ts";

/** What ECMAScript puts there, and `should`, with which assertion libraries extend it; the host reads no property of that name. */
const EXPECTED: ReadonlySet<string | symbol> = new Set([
  "__defineGetter__",
  "__defineSetter__",
  "__lookupGetter__",
  "__lookupSetter__",
  "__proto__",
  "constructor",
  "hasOwnProperty",
  "isPrototypeOf",
  "propertyIsEnumerable",
  "should",
  "toLocaleString",
  "toString",
  "valueOf",
]);

const PLAIN: object = {};

/**
 * The same for every call of an instance that is open, at a hundredth of the cost: sees enumerable properties, which are what assignment,
 * and so every merge, makes.
 */
export function refuseNewPollution(): void {
  for (const _ in PLAIN) {
    refusePollution();
    return;
  }
}

/** @throws PluginError `unavailable`, naming the property */
export function refusePollution(): void {
  for (const key of Reflect.ownKeys(Object.prototype)) {
    if (EXPECTED.has(key)) continue;
    throw new PluginError(
      "unavailable",
      `Object.prototype has the property ${quoted(String(key))}, which would decide over every option that is left out`,
      { hint: "Find what adds it: most often a deep merge of JSON that someone else wrote." },
    );
  }
}
