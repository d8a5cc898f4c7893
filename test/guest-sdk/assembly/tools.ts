// A plugin with what the tests of the SDK need: JSON there and back, text as it is, failures, traps, memory that is let go.
import {
  ErrorCode,
  Failure,
  Frame,
  fail,
  failed,
  Json,
  Kind,
  kiln,
  ok,
  Position,
  Result,
  textTool,
  tool,
} from "crucible-assemblyscript";

tool("echo", "The value, read and written.", (args: Json): Result<Json> => ok(args.get("value")!))
  .schema("value", "{}")
  .returns('{"description":"the value"}');

textTool("same", "The arguments as they came.", (args: string): Result<string> => ok(args)).schema("value", "{}");

tool("parse", "Reads text as JSON and writes it again, or tells what is wrong.", (args: Json): Result<Json> => {
  const parsed = Json.parse(args.text("text"));
  return ok(Json.text(parsed.ok ? parsed.value.toString() : parsed.error.message));
}).parameter("text", "string", "any text");

tool("look", "What the accessors make of each field.", (args: Json): Result<Json> => {
  const answer = Json.object();
  for (let i = 0; i < args.keys.length; i++) {
    const value = args.at(i);
    const key = args.keys[i];
    answer.set(
      key,
      Json.list()
        .push(Json.integer(value.kind))
        .push(Json.text(args.text(key, "?")))
        .push(Json.integer(args.integer(key, -1)))
        .push(Json.number(args.number(key, 0.5)))
        .push(Json.flag(args.flag(key, true)))
        .push(Json.integer(value.length)),
    );
  }
  return ok(answer.set("none", Json.flag(args.get("none") === null && value(args).kind == Kind.Null)));
})
  .schema("a", "{}")
  .schema("b", "{}")
  .schema("c", "{}")
  .schema("d", "{}")
  .schema("e", "{}");

function value(args: Json): Json {
  const found = args.get("missing");
  return found === null ? Json.NULL : found;
}

tool("half", "Half of a pair of surrogates.", (args: Json): Result<Json> => ok(Json.text("🦊".substring(0, 1) + "x")));
textTool("broken", "Text that is no UTF-16.", (args: string): Result<string> => ok('"' + "🦊".substring(0, 1) + '"'));
tool("fails", "Fails.", (args: Json): Result<Json> => fail<Json>("it is too late", ErrorCode.Conflict));
tool(
  "pretends",
  "Fails with a code of the host's.",
  (args: Json): Result<Json> => fail<Json>("no fuel, really", ErrorCode.FuelExhausted),
);
tool(
  "places",
  "Fails somewhere.",
  (args: Json): Result<Json> =>
    failed<Json>(new Failure(ErrorCode.GuestError, "there", new Position("a.txt", 3, 4), [new Frame("inner")])),
);
tool("reads", "Passes on what the kiln says.", (args: Json): Result<Json> => {
  const note = kiln.readNote(args.text("path"));
  return note.ok ? ok(Json.text(note.value)) : failed<Json>(note.error);
}).parameter("path", "string", "a note");
tool(
  "careless",
  "Takes a value that is not there.",
  (args: Json): Result<Json> => ok(Json.text(kiln.readNote("missing.md").value)),
);
tool(
  "outside",
  "Reads where there is no memory.",
  (args: Json): Result<Json> => ok(Json.integer(load<i32>(0xffff_fff0))),
);
tool(
  "random",
  "Two numbers of the language's own.",
  (args: Json): Result<Json> => ok(Json.list().push(Json.number(Math.random())).push(Json.number(Math.random()))),
);
tool("wasteful", "Makes garbage.", (args: Json): Result<Json> => {
  let length = 0;
  for (let i = 0; i < 200; i++) length += "abc".repeat(1000 + i).length;
  return ok(Json.integer(length));
});
tool("deep", "Lists in lists.", (args: Json): Result<Json> => {
  let list = Json.list();
  for (let i = 1; i < <i32>args.integer("depth"); i++) list = Json.list().push(list);
  return ok(list);
}).parameter("depth", "integer", "how deep");
