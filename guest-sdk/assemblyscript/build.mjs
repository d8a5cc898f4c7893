#!/usr/bin/env node
// A plugin in AssemblyScript to a component: `crucible-as assembly/index.ts -o NAME.wasm`. Compiles with asc, gives the exports the
// names that the component model wants, and wraps the core module for the world `plugin`. Also `buildPlugin` for scripts.
import { readFileSync, realpathSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { componentEmbed, componentNew } from "@bytecodealliance/jco";
import { main as asc } from "assemblyscript/asc";

const PACKAGE = "crucible-assemblyscript";
const GUEST = "crucible:plugin/guest@0.1.0";
const here = fileURLToPath(new URL(".", import.meta.url));

/** The exports of assembly/exports.ts, as the component model names them. */
const EXPORTS = {
  allocate: "cabi_realloc",
  tools: `${GUEST}#tools`,
  afterTools: `cabi_post_${GUEST}#tools`,
  call: `${GUEST}#call`,
  afterCall: `cabi_post_${GUEST}#call`,
};

/** The file that is compiled: it stands for no file, and brings the author's together with ours. */
const START = "crucible-start.ts";
const runtime = `~lib/${PACKAGE}/assembly/runtime`;

const OPTIONS = [
  ...["--optimizeLevel", "3", "--shrinkLevel", "1"],
  ...["--runtime", "incremental", "--stackSize", "65536"],
  ...["--use", `abort=${runtime}/abort`, "--use", `seed=${runtime}/seed`],
];

/**
 * @param {string} entry the file with the tools, relative to `folder`
 * @param {{ folder?: string, options?: string[] }} [more] `options` for asc, behind ours
 * @returns {Promise<Uint8Array>} the component @throws Error with what asc reports
 */
export async function buildPlugin(entry, { folder = process.cwd(), options = [] } = {}) {
  const core = await compile(entry, folder, options);
  const wit = readFileSync(`${here}plugin.wit`, "utf8");
  const embedded = await componentEmbed({ binary: core, witSource: wit, world: "plugin", stringEncoding: "utf16" });
  return componentNew(embedded, []);
}

async function compile(entry, folder, options) {
  let binary;
  let problems = "";
  const start = `import "./${entry.replace(/\.ts$/, "")}";\nexport { ${Object.keys(EXPORTS).join(", ")} } from "${PACKAGE}/assembly/exports";\n`;
  const { error } = await asc([START, "--outFile", "plugin.wasm", ...OPTIONS, ...options], {
    readFile: (name, base) => (name === START ? start : readSource(name, resolve(folder, base))),
    writeFile: (name, contents) => {
      if (name.endsWith(".wasm")) binary = contents;
    },
    listFiles: () => [],
    stderr: {
      write(text) {
        problems += text;
      },
    },
    transforms: [{ afterCompile: nameExports }],
  });
  if (error || binary === undefined) throw new Error(problems || String(error));
  if (problems) process.stderr.write(problems);
  return binary;
}

/** Whatever version of this package the author has installed: what is compiled is the one that this file belongs to. */
function readSource(name, base) {
  const own = name.replaceAll("\\", "/").split(`node_modules/${PACKAGE}/`)[1];
  try {
    return readFileSync(own === undefined ? resolve(base, name) : `${here}${own}`, "utf8");
  } catch {
    return null;
  }
}

function nameExports(module) {
  for (const [name, external] of Object.entries(EXPORTS)) {
    module.addFunctionExport(`~lib/${PACKAGE}/assembly/${name === "allocate" ? "abi" : "exports"}/${name}`, external);
    module.removeExport(name);
  }
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { output: { type: "string", short: "o" } },
  });
  const [entry, ...rest] = positionals;
  if (entry === undefined || rest.length > 0 || values.output === undefined) {
    console.error("usage: crucible-as assembly/index.ts -o NAME.wasm");
    process.exit(2);
  }
  try {
    const component = await buildPlugin(entry);
    writeFileSync(values.output, component);
    console.log(`${values.output}: ${component.length} bytes`);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
