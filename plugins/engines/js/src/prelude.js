// What JavaScript writes more naturally itself, on the functions of the host: the modules that `import` finds, `console`, and
// `Date` and `Math.random` through the capabilities. Runs once, when the engine starts. It keeps what it needs in constants, for
// a plugin may change every global and every prototype.

(tables) => {
  const { functions: host, classes } = tables;

  const { Date: OwnDate, FinalizationRegistry: Registry, String: toText } = globalThis;
  const { stringify, parse: parseJson } = JSON;
  const { construct: constructAs } = Reflect;
  const { assign, create, defineProperty, keys, setPrototypeOf } = Object;

  // Errors ---------------------------------------------------------------------------------------------------------------

  // An error with a code of the host; what capabilities throw is one too.
  class PluginError extends Error {
    constructor(code, message) {
      super(message);
      hide(this, "code", toText(code));
    }
  }
  hide(PluginError.prototype, "name", "PluginError");
  Error.stackTraceLimit = 32;

  function hide(object, name, value) {
    defineProperty(object, name, { value, writable: true, configurable: true, enumerable: false });
  }

  // The host's modules -----------------------------------------------------------------------------------------------------

  // The library's classes.
  for (const [module, named] of Object.entries(classes)) {
    for (const [name, { construct, prototype }] of Object.entries(named)) {
      const Class = {
        [name]: function (...values) {
          if (new.target === undefined) throw new TypeError(`write: new ${name}(…)`);
          return construct(...values);
        },
      }[name];
      Class.prototype = prototype;
      hide(prototype, "constructor", Class);
      host[module] = { ...host[module], [name]: Class };
    }
  }

  // Sessions: an object with the path of its note.
  const { phases, append, listSessions } = host.session;
  class Session {
    constructor(path) {
      this.path = path;
    }
    phases() {
      return phases(this.path);
    }
    append(event) {
      append(this.path, event);
    }
    toJSON() {
      return { $session: this.path };
    }
  }
  const openSession = (path) => new Session(path);
  host.session = {
    open: openSession,
    listSessions: (limit) => listSessions(limit).map(openSession),
  };

  // Datalog programs: let go of when nothing refers to them.
  const { parse, insert, retract, query, close } = host.datalog;
  const programs = new Registry(close);
  class Program {
    #number;
    constructor(rules) {
      this.#number = parse(rules);
      programs.register(this, this.#number);
    }
    insert(relation, rows) {
      return insert(this.#number, relation, rows);
    }
    retract(relation, rows) {
      return retract(this.#number, relation, rows);
    }
    query(goal) {
      return query(this.#number, goal);
    }
  }
  host.datalog = { parse: (rules) => new Program(rules) };

  // An answer of the network: its body as JSON.
  class Response {
    json() {
      return parseJson(this.body);
    }
  }
  for (const name of ["get", "fetch"]) {
    const send = host.network[name];
    host.network[name] = (request) => setPrototypeOf(send(request), Response.prototype);
  }

  const { range, float } = host.random;
  host.random.choose = (items) => (items.length > 0 ? items[range(0, items.length - 1)] : undefined);
  // The items in another order, as a new array (Fisher and Yates, in Durstenfeld's form).
  host.random.shuffle = (items) => {
    const out = [...items];
    for (let index = out.length - 1; index > 0; index--) {
      const other = range(0, index);
      [out[index], out[other]] = [out[other], out[index]];
    }
    return out;
  };

  const search = assign(
    (text, options) => (options === undefined ? host.search.hybrid(text) : host.search.query(text, options)),
    host.search,
  );
  const { readNote, writeNote, createNote, deleteNote, listNotes } = host.kiln;
  const crucible = { ...host, search, readNote, writeNote, createNote, deleteNote, listNotes, PluginError };

  // What `import` gives: every export by its name, and all of them as the default.
  const modules = create(null);
  const addModule = (name, exports) => {
    modules[name] = assign(create(null), exports, { default: exports });
  };
  addModule("crucible", crucible);
  for (const name of keys(host)) addModule(`crucible:${name}`, host[name]);

  // console -----------------------------------------------------------------------------------------------------------------

  const shown = (value) => {
    if (typeof value !== "object" || value === null) return toText(value);
    try {
      if (value instanceof Error) return `${value}\n${value.stack}`.trimEnd();
      return stringify(value) ?? toText(value);
    } catch {
      return "[object]";
    }
  };
  const { debug, info, warn, error } = host.log;
  const writing =
    (write) =>
    (...values) =>
      write(values.map(shown).join(" "));
  globalThis.console = {
    debug: writing(debug),
    log: writing(info),
    info: writing(info),
    warn: writing(warn),
    error: writing(error),
  };
  hide(globalThis, "console", globalThis.console);
  hide(globalThis, "print", globalThis.console.log);

  // Time and chance, through the capabilities ------------------------------------------------------------------------------

  const { nowMs } = host.clock;
  const ClockDate = {
    Date: function (...parts) {
      if (new.target === undefined) return new OwnDate(nowMs()).toString();
      return constructAs(OwnDate, parts.length === 0 ? [nowMs()] : parts, new.target);
    },
  }.Date;
  defineProperty(ClockDate, "length", { value: 7 });
  defineProperty(ClockDate, "prototype", { value: OwnDate.prototype, writable: false });
  hide(OwnDate.prototype, "constructor", ClockDate);
  hide(ClockDate, "now", () => nowMs());
  hide(ClockDate, "parse", OwnDate.parse);
  hide(ClockDate, "UTC", OwnDate.UTC);
  hide(globalThis, "Date", ClockDate);
  hide(Math, "random", () => float());

  // What shows when garbage is collected, and memory that would be shared with nobody -----------------------------------

  delete globalThis.WeakRef;
  delete globalThis.FinalizationRegistry;
  delete globalThis.SharedArrayBuffer;

  return { modules, errorPrototype: PluginError.prototype, openSession };
};
