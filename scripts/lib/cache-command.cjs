// Runs the built command once, in the folder `dist`, and keeps what V8 made of its code beside it (`launch-command.cjs`). A process of its
// own for `build.mjs`, because the command ends the process.
//
//   node cache-command.cjs DIST
"use strict";
const { renameSync, writeFileSync } = require("node:fs");
const { join, resolve } = require("node:path");

const [dist] = process.argv.splice(2);
const folder = join(resolve(dist), "cli");
const plugin = join(__dirname, "../../plugins/examples/dice-roller/dice-roller.rune");
process.argv.push("plugins", "run", plugin, "roll", "dice=3d6");
const { script } = require(join(folder, "main.js"));
process.on("exit", () => {
  const cache = join(folder, "command.cache");
  writeFileSync(`${cache}.tmp`, script.createCachedData());
  renameSync(`${cache}.tmp`, cache);
});
