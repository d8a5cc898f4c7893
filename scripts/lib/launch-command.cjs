#!/usr/bin/env node
// Starts the command, which is in command.js, from the code that V8 made of it when this package was built (command.cache): reading it and
// compiling what a run needs of it takes 40 ms otherwise. V8 refuses the cache where it is of another version, or of other source;
// then it compiles. `npm run build` copies this file to host/dist/cli/main.js.
"use strict";
const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const { setFlagsFromString } = require("node:v8");
const { Script } = require("node:vm");

// V8 optimises a function after it has run about 1.8 MB of code, on other threads, and a process that ends waits for them: for
// most commands that is a tenth of a second and more, for code that nobody will run again. Longer runs are optimised as ever.
setFlagsFromString("--wasm-tiering-budget=180000000");
// The host sets this too (powers/node/v8-flags.ts); the cache is refused when it was made under other flags.
if (Number.parseInt(process.versions.v8, 10) <= 13) setFlagsFromString("--experimental-wasm-branch-hinting");

const filename = join(__dirname, "command.js");
const source = `(function (exports, require, module, __filename, __dirname) { ${readFileSync(filename, "utf8")}\n})`;
const script = new Script(source, { filename, cachedData: readCache() });
script.runInThisContext()(exports, require, module, filename, __dirname);

function readCache() {
  try {
    return readFileSync(join(__dirname, "command.cache"));
  } catch {
    return undefined;
  }
}

// For the build, which runs the command once and asks what V8 made of it.
module.exports = { script };
