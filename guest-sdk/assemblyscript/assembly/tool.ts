// The tools of a plugin: what an author declares, and what answers the host for them. A tool is a function of one JSON object.

import { Tool } from "./guest.generated";
import { Json } from "./json";
import { fail, failed, Result } from "./result";
import { ErrorCode } from "./types.generated";

/** Runs a tool on its arguments, which the host has held against the tool's schema. */
export type Run = (args: Json) => Result<Json>;

/** The same on JSON text, for authors who bring a JSON library of their own, or look at little of it. */
export type RunText = (args: string) => Result<string>;

const declared = new Array<Declaration>(0);

/**
 * Declares a tool, at the top level of a plugin. AssemblyScript has no closures: `run` sees its arguments and what is global.
 * What the plugin's manifest says of the tool goes before what is said here.
 */
export function tool(name: string, description: string, run: Run): Declaration {
  const one = new Declaration(name, description);
  one.run = run;
  declared.push(one);
  return one;
}

/** Declares a tool that takes and answers JSON as text. */
export function textTool(name: string, description: string, run: RunText): Declaration {
  const one = new Declaration(name, description);
  one.runText = run;
  declared.push(one);
  return one;
}

/** What is said of a tool; its methods can be chained. */
export class Declaration {
  run: Run | null = null;
  runText: RunText | null = null;
  private properties: Json = Json.object();
  private required: Json = Json.list();
  private answers: Json | null = null;

  constructor(
    public readonly name: string,
    public readonly description: string,
  ) {}

  /** A parameter that must be there. `type`: string, integer, number, boolean, object or array. */
  parameter(name: string, type: string, text: string): Declaration {
    this.required.push(Json.text(name));
    return this.optional(name, type, text);
  }

  /** A parameter that may be left out. */
  optional(name: string, type: string, text: string): Declaration {
    return this.schema(name, `{"type":${Json.text(type)},"description":${Json.text(text)}}`);
  }

  /** A parameter with a JSON Schema of its own. */
  schema(name: string, schema: string): Declaration {
    this.properties.set(name, Json.raw(schema));
    return this;
  }

  /** The JSON Schema of the answer. */
  returns(schema: string): Declaration {
    this.answers = Json.raw(schema);
    return this;
  }

  toTool(): Tool {
    const parameters = Json.object().set("type", Json.text("object")).set("properties", this.properties);
    if (this.required.length > 0) parameters.set("required", this.required);
    parameters.set("additionalProperties", Json.flag(false));
    const returns = this.answers;
    return new Tool(this.name, this.description, parameters.toString(), returns === null ? null : returns.toString());
  }
}

/** All tools, in the order in which they were declared. */
export function declaredTools(): Array<Tool> {
  const tools = new Array<Tool>(0);
  for (let i = 0; i < declared.length; i++) tools.push(declared[i].toTool());
  return tools;
}

/** Runs a tool by its name. */
export function runTool(name: string, args: string): Result<string> {
  for (let i = 0; i < declared.length; i++) {
    if (declared[i].name != name) continue;
    const runText = declared[i].runText;
    if (runText !== null) return runText(args);
    const parsed = Json.parse(args);
    if (!parsed.ok) return failed<string>(parsed.error);
    const answer = declared[i].run!(parsed.value);
    return answer.ok ? new Result<string>(true, answer.value.toString(), null) : failed<string>(answer.error);
  }
  return fail<string>(`There is no tool "${name}"`, ErrorCode.NotFound);
}
