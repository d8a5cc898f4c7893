/** Generated programs as text of each language: a `main` without parameters that prints. */
import type { Block, Expression, FunctionDefinition, Program, Statement } from "./generate.ts";

/** How a language writes what differs; the rest is common. */
interface Syntax {
  expression(value: Expression, write: (value: Expression) => string): string | undefined;
  statement(value: Statement, write: (value: Expression) => string, block: (body: Block) => string): string | undefined;
  definition(value: FunctionDefinition, write: (value: Expression) => string): string;
  main(body: string): string;
}

function print(program: Program, syntax: Syntax): string {
  const write = (value: Expression): string => syntax.expression(value, write) ?? commonExpression(value, write);
  const statement = (value: Statement): string =>
    syntax.statement(value, write, block) ?? commonStatement(value, write);
  const block = (body: Block): string => body.map(statement).join("\n");
  const functions = program.functions.map((value) => syntax.definition(value, write));
  return [...functions, syntax.main(block(program.body))].join("\n");
}

function commonExpression(value: Expression, write: (value: Expression) => string): string {
  switch (value.kind) {
    case "integer":
      return String(value.value);
    case "text":
      return JSON.stringify(value.value);
    case "name":
      return value.name;
    case "arithmetic":
    case "comparison":
      return `(${write(value.of[0])} ${value.operator} ${write(value.of[1])})`;
    case "logic":
      return `(${write(value.of[0])} ${value.operator === "and" ? "&&" : "||"} ${write(value.of[1])})`;
    case "quotient":
      return `(${write(value.of[0])} / ${write(value.of[1])})`;
    case "not":
      return `!${write(value.of)}`;
    case "join":
      return `(${value.of.map(write).join(" + ")})`;
    case "call":
      return `${value.name}(${value.args.map(write).join(", ")})`;
    case "choice":
      return `(${write(value.condition)} ? ${write(value.of[0])} : ${write(value.of[1])})`;
    case "length":
      return `${value.list}.length`;
    case "item":
      return `${value.list}[${write(value.index)} % ${value.list}.length]`;
  }
}

function commonStatement(value: Statement, write: (value: Expression) => string): string {
  switch (value.kind) {
    case "let":
      return `let ${value.name} = ${write(value.value)};`;
    case "assign":
      return `${value.name} = ${write(value.value)};`;
    case "push":
      return `${value.list}.push(${write(value.value)});`;
    default:
      throw new Error(`A language does not say how it writes: ${value.kind}`);
  }
}

const javascript: Syntax = {
  expression: () => undefined,
  statement: (value, write, block) => {
    switch (value.kind) {
      case "list":
        return `const ${value.name} = [${value.items.map(write).join(", ")}];`;
      case "closure":
        return `const ${value.name} = (${value.parameter}) => ${write(value.value)};`;
      case "if":
        return `if (${write(value.condition)}) {\n${block(value.then)}\n} else {\n${block(value.otherwise)}\n}`;
      case "for":
        return `for (let ${value.name} = 0; ${value.name} < ${value.times}; ${value.name}++) {\n${block(value.body)}\n}`;
      case "while":
        return `for (let ${value.name} = 8; ${value.name} > 0; ${value.name}--) {\nif (${write(value.until)}) break;\n${block(value.body)}\n}`;
      case "print":
        return `console.log(String(${write(value.value)}));`;
      default:
        return undefined;
    }
  },
  definition: ({ name, parameters: [depth, other], base, value }, write) =>
    `function ${name}(${depth}, ${other}) {\nif (${depth} <= 0) return ${write(base)};\nreturn ${write(value)};\n}`,
  main: (body) => `function main() {\n${body}\n}`,
};

const lua: Syntax = {
  expression: (value, write) => {
    switch (value.kind) {
      case "text":
        return JSON.stringify(value.value);
      case "comparison":
        return `(${write(value.of[0])} ${value.operator === "!=" ? "~=" : value.operator} ${write(value.of[1])})`;
      case "logic":
        return `(${write(value.of[0])} ${value.operator} ${write(value.of[1])})`;
      case "not":
        return `(not ${write(value.of)})`;
      case "join":
        return `(${value.of.map(write).join(" .. ")})`;
      case "choice":
        return `(${write(value.condition)} and ${write(value.of[0])} or ${write(value.of[1])})`;
      case "length":
        return `#${value.list}`;
      case "item":
        return `${value.list}[${write(value.index)} % #${value.list} + 1]`;
      default:
        return undefined;
    }
  },
  statement: (value, write, block) => {
    switch (value.kind) {
      case "let":
        return `local ${value.name} = ${write(value.value)}`;
      case "assign":
        return `${value.name} = ${write(value.value)}`;
      case "list":
        return `local ${value.name} = {${value.items.map(write).join(", ")}}`;
      case "closure":
        return `local function ${value.name}(${value.parameter}) return ${write(value.value)} end`;
      case "push":
        return `${value.list}[#${value.list} + 1] = ${write(value.value)}`;
      case "if":
        return `if ${write(value.condition)} then\n${block(value.then)}\nelse\n${block(value.otherwise)}\nend`;
      case "for":
        return `for ${value.name} = 0, ${value.times - 1} do\n${block(value.body)}\nend`;
      case "while":
        return `for ${value.name} = 8, 1, -1 do\nif ${write(value.until)} then break end\n${block(value.body)}\nend`;
      case "print":
        return `print(${write(value.value)})`;
    }
  },
  definition: ({ name, parameters: [depth, other], base, value }, write) =>
    `local function ${name}(${depth}, ${other})\nif ${depth} <= 0 then return ${write(base)} end\nreturn ${write(value)}\nend`,
  main: (body) => `function main()\n${body}\nend`,
};

const rune: Syntax = {
  expression: (value, write) => {
    switch (value.kind) {
      case "quotient":
        return `((${write(value.of[0])}) as f64 / (${write(value.of[1])}) as f64)`;
      case "not":
        return `!(${write(value.of)})`;
      case "join":
        return `\`${value.of.map((part) => (part.kind === "text" ? template(part.value) : `\${${write(part)}}`)).join("")}\``;
      case "choice":
        return `(if ${write(value.condition)} { ${write(value.of[0])} } else { ${write(value.of[1])} })`;
      case "length":
        return `(${value.list}.len() as i64)`;
      case "item":
        return `${value.list}[${write(value.index)} % (${value.list}.len() as i64)]`;
      default:
        return undefined;
    }
  },
  statement: (value, write, block) => {
    switch (value.kind) {
      case "list":
        return `let ${value.name} = [${value.items.map(write).join(", ")}];`;
      case "closure":
        return `let ${value.name} = |${value.parameter}| ${write(value.value)};`;
      case "if":
        return `if ${write(value.condition)} {\n${block(value.then)}\n} else {\n${block(value.otherwise)}\n}`;
      case "for":
        return `for ${value.name} in 0..${value.times} {\n${block(value.body)}\n}`;
      case "while":
        return `let ${value.name} = 9;\nwhile ${value.name} > 1 {\n${value.name} -= 1;\nif ${write(value.until)} { break; }\n${block(value.body)}\n}`;
      case "print":
        return `println!("{}", ${write(value.value)});`;
      default:
        return undefined;
    }
  },
  definition: ({ name, parameters: [depth, other], base, value }, write) =>
    `fn ${name}(${depth}, ${other}) {\nif ${depth} <= 0 { return ${write(base)}; }\nreturn ${write(value)};\n}`,
  main: (body) => `pub fn main() {\n${body}\n}`,
};

const template = (text: string) => text.replace(/[\\`$]/gu, (character) => `\\${character}`);

export const printLua = (program: Program) => print(program, lua);
export const printJavaScript = (program: Program) => print(program, javascript);
export const printRune = (program: Program) => print(program, rune);
