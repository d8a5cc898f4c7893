/** The capability `state`: values that outlive a call, in the scopes that the grant names. */
import type { HostInterface } from "../component/index.ts";
import { PluginError } from "../errors.ts";
import { WORK_FUEL } from "../limits.ts";
import type { StateFunctions } from "../wit.generated.ts";
import type { Call } from "./call.ts";
import { Cursor } from "./cursor.ts";
import { gated } from "./gate.ts";
import type { StateScope } from "./grant.ts";
import type { StateView } from "./state-transaction.ts";

/** What one key of a listing takes besides its text, roughly. */
const KEY_BYTES = 40;

export function bindState(call: Call): HostInterface {
  const inScope = (scope: StateScope): StateView => {
    if (call.grant.state?.scopes.includes(scope) === true) return call.state;
    throw new PluginError(
      "denied",
      `state of scope ${scope} needs the grant state for it; the plugin's manifest must ask for it (capabilities: state: { scope: [${scope}] })`,
    );
  };

  const changeable = (scope: StateScope): StateView => {
    const state = inScope(scope);
    call.requireChangeable();
    return state;
  };

  const functions = gated<StateFunctions>(call, "state", {
    get: (scope, key) => inScope(scope).get(scope, key),
    set: (scope, key, value, expiresInMs) => changeable(scope).set(scope, key, value, expiresInMs),
    delete: (scope, key) => changeable(scope).delete(scope, key),
    keys: (scope, prefix) => {
      const keys = inScope(scope).keys(scope, prefix);
      call.work(keys.length * WORK_FUEL.listedKey);
      return new Cursor<string>(
        keys,
        keys.reduce((sum, key) => sum + KEY_BYTES + 2 * key.length, 0),
        call.cursors,
      );
    },
    "[method]key-cursor.next": (cursor, max) => (cursor as Cursor<string>).next(max),
  });
  return { functions, drops: new Map([["key-cursor", (cursor: object) => (cursor as Cursor<string>).close()]]) };
}
