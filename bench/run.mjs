// `npm run bench [-- NAME…] [--json FILE]`: answers the questions in this folder, one file each, and prints a row per answer.
import { readdirSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

const here = new URL(".", import.meta.url);
const names = readdirSync(here)
  .filter((file) => file.endsWith(".bench.mjs"))
  .map((file) => file.replace(".bench.mjs", ""))
  .sort();

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: "string" }, help: { type: "boolean", short: "h" } },
});
/** Names that stand for several. */
const GROUPS = {
  boundary: ["calls", "start", "metering-kernels", "metering-interpreters", "metering-rune", "rewriting"],
};
const asked = positionals.flatMap((name) => GROUPS[name] ?? [name]);
const unknown = asked.filter((name) => !names.includes(name));
if (values.help || unknown.length > 0) {
  if (unknown.length > 0) console.error(`bench: there is no benchmark ${unknown.join(", ")}`);
  console.error(
    `usage: npm run bench [-- NAME…] [--json FILE]\nbenchmarks: ${names.join(", ")}\ngroups: ${Object.keys(GROUPS).join(", ")}`,
  );
  process.exit(values.help ? 0 : 2);
}

const rows = [];
console.log(`node ${process.version}, V8 ${process.versions.v8}, ${process.platform} ${process.arch}`);
for (const name of asked.length > 0 ? asked : names) {
  const { title, run } = await import(new URL(`${name}.bench.mjs`, here));
  console.log(`\n${name}: ${title}`);
  for await (const answer of run()) {
    rows.push({ benchmark: name, ...answer });
    print(answer);
  }
}
if (values.json) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
const judged = rows.filter(({ met }) => met !== undefined);
const missed = judged.filter(({ met }) => !met);
console.log(`\n${judged.length - missed.length} of ${judged.length} goals met`);
for (const { question, benchmark } of missed) console.log(`missed: ${benchmark}: ${question}`);

function print({ question, ours, peer, ratio, goal, later, met }) {
  const verdict = met === undefined ? "" : met ? "  met" : "  MISSED";
  const columns = [question.padEnd(46), `ours ${ours}`.padEnd(28), (peer && `peer ${peer}`).padEnd(34)];
  const judgement = goal ? `(goal ${goal})${verdict}` : later ? `(later goal ${later})` : "";
  console.log(`  ${columns.join(" ")} ${ratio === undefined ? "" : `ratio ${ratio.toFixed(3)}`} ${judgement}`);
}
