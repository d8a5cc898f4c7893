/** The programs of a language: those in its folder, written by hand, and generated ones. Each prints from a function `main`. */
import { readdirSync, readFileSync } from "node:fs";
import { generate, type Program } from "./generate.ts";

export interface Script {
  readonly name: string;
  readonly source: string;
}

const GENERATED = 145;

/** Begins a program in a file of several: `-- script: closures`. */
const HEADING = /^(?:--|\/\/) script: (.+)$/mu;

export function scriptsOf(folder: string, print: (program: Program) => string): readonly Script[] {
  const directory = new URL(`${folder}/`, import.meta.url);
  const written = readdirSync(directory)
    .sort()
    .flatMap((file) => {
      const [, ...parts] = readFileSync(new URL(file, directory), "utf8").split(HEADING);
      return Array.from({ length: parts.length / 2 }, (_, index) => ({
        name: `${file}: ${parts[2 * index]}`,
        source: String(parts[2 * index + 1]),
      }));
    });
  const generated = Array.from({ length: GENERATED }, (_, seed) => ({
    name: `generated ${seed}`,
    source: print(generate(seed)),
  }));
  return [...written, ...generated];
}
