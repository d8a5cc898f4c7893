// A plugin with two tools. Each is a function of one JSON object; what may fail answers a Result.
import { fail, failed, Json, kiln, ok, Result, tool } from "crucible-assemblyscript";

tool("greet", "Greets somebody.", greet).parameter("name", "string", "who");
tool("headings", "The headings of a note.", headings).parameter("path", "string", "which note");

function greet(args: Json): Result<Json> {
  const name = args.text("name");
  if (name.length == 0) return fail<Json>("There is nobody to greet");
  return ok(Json.text(`Hello, ${name}!`));
}

function headings(args: Json): Result<Json> {
  const note = kiln.readNote(args.text("path"));
  if (!note.ok) return failed<Json>(note.error);
  const found = Json.list();
  const lines = note.value.split("\n");
  for (let i = 0; i < lines.length; i++) {
    if (lines[i].startsWith("#")) found.push(Json.text(lines[i]));
  }
  return ok(found);
}
