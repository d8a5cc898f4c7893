// How long the notes of a kiln take to read. Words are counted as in the example note-stats; Chinese and
// Japanese have no spaces: their characters are counted, and read at a speed of their own.
import { fail, failed, Json, kiln, ok, Result, tool } from "crucible-assemblyscript";
import { Counts, count } from "./count";

const WORDS_PER_MINUTE: f64 = 230;
const CHARACTERS_PER_MINUTE: f64 = 500;

tool("note", "How long a note takes to read.", note)
  .parameter("path", "string", "the note")
  .optional("words_per_minute", "number", "how fast one reads; 230 where it is left out");

tool("folder", "How long the notes of a folder take to read, the longest first.", folder)
  .optional("path", "string", "the folder; the whole kiln where it is left out")
  .optional("limit", "integer", "at most so many notes in the list; 10 where it is left out")
  .optional("words_per_minute", "number", "how fast one reads; 230 where it is left out");

function note(args: Json): Result<Json> {
  const speed = speedOf(args);
  if (!speed.ok) return failed<Json>(speed.error);
  const path = args.text("path");
  const text = kiln.readNote(path);
  if (!text.ok) return failed<Json>(text.error);
  return ok(new Reading(path, count(text.value), speed.value).toJson());
}

function folder(args: Json): Result<Json> {
  const speed = speedOf(args);
  if (!speed.ok) return failed<Json>(speed.error);
  const cursor = kiln.listNotes(args.text("path"));
  if (!cursor.ok) return failed<Json>(cursor.error);
  const notes = cursor.value.collect();
  if (!notes.ok) return failed<Json>(notes.error);
  const readings = new Array<Reading>(0);
  const skipped = Json.list();
  let minutes: f64 = 0;
  for (let i = 0; i < notes.value.length; i++) {
    const path = notes.value[i].path;
    const text = kiln.readNote(path);
    if (text.ok) {
      const reading = new Reading(path, count(text.value), speed.value);
      readings.push(reading);
      minutes += reading.minutes;
    } else skipped.push(Json.object().set("path", Json.text(path)).set("reason", Json.text(text.error.message)));
  }
  readings.sort((a, b) => (a.minutes > b.minutes ? -1 : a.minutes < b.minutes ? 1 : a.path < b.path ? -1 : 1));
  const longest = Json.list();
  const limit = min(readings.length, <i32>max<i64>(args.integer("limit", 10), 0));
  for (let i = 0; i < limit; i++) longest.push(readings[i].toJson());
  return ok(
    Json.object()
      .set("notes", Json.integer(readings.length))
      .set("minutes", Json.number(rounded(minutes)))
      .set("longest", longest)
      .set("skipped", skipped),
  );
}

function speedOf(args: Json): Result<f64> {
  const speed = args.number("words_per_minute", WORDS_PER_MINUTE);
  return speed > 0 ? ok(speed) : fail<f64>("words_per_minute must be more than 0");
}

class Reading {
  readonly minutes: f64;

  constructor(
    readonly path: string,
    readonly counts: Counts,
    wordsPerMinute: f64,
  ) {
    // Who reads words faster reads characters faster.
    const charactersPerMinute = (CHARACTERS_PER_MINUTE * wordsPerMinute) / WORDS_PER_MINUTE;
    this.minutes = <f64>counts.words / wordsPerMinute + <f64>counts.characters / charactersPerMinute;
  }

  toJson(): Json {
    return Json.object()
      .set("path", Json.text(this.path))
      .set("words", Json.integer(this.counts.words))
      .set("characters", Json.integer(this.counts.characters))
      .set("minutes", Json.number(rounded(this.minutes)));
  }
}

/** To tenths. */
function rounded(minutes: f64): f64 {
  return Math.round(minutes * 10) / 10;
}
