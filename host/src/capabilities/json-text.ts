/** Checks JSON text that a guest hands to a capability (`types.json` of the WIT). It keeps the text; it builds no value from it. */
import { jsonShapeProblem } from "../json-shape.ts";

/** Why the text is not the `json` of our WIT, or undefined. */
export function jsonProblem(text: string): string | undefined {
  const problem = jsonShapeProblem(text, "write");
  if (problem !== undefined) return `it ${problem.message}`;
  try {
    JSON.parse(text);
    return undefined;
  } catch {
    return "it is not JSON";
  }
}
