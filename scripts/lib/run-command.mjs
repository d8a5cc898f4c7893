// A script that others import as well: its work is done only when it is what Node was called with.
import { pathToFileURL } from "node:url";

/**
 * Prints what went wrong, a line each, and ends with exit code 1 then.
 * @param {string} url `import.meta.url` of the script
 * @param {(args: string[]) => readonly string[] | Promise<readonly string[]>} main answers one sentence per problem
 */
export async function runWhenCalled(url, main) {
  if (process.argv[1] === undefined || url !== pathToFileURL(process.argv[1]).href) return;
  const problems = await attempted(main);
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length > 0 ? 1 : 0;
}

async function attempted(main) {
  try {
    return await main(process.argv.slice(2));
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}
