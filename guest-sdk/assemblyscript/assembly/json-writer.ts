// JSON values to text.
import { Json, Kind } from "./json";
import { isPair, isSurrogate, plainUntil } from "./json-text";
import { TextBuffer } from "./text-buffer";

const REPLACEMENT: u32 = 0xfffd;
/** Whole numbers up to here are written without a fraction or an exponent. */
const LARGEST_EXACT: f64 = 9007199254740991;

/** A value as JSON text, without spaces. */
export function writeJson(value: Json): string {
  const out = new TextBuffer();
  write(value, out);
  return out.finish();
}

function write(value: Json, out: TextBuffer): void {
  switch (value.kind) {
    case Kind.Null:
      return out.text("null");
    case Kind.Flag:
      return out.text(value.asFlag() ? "true" : "false");
    case Kind.Integer:
      return out.text(value.asInteger().toString());
    case Kind.Number:
      return out.text(numberText(value.asNumber()));
    case Kind.Text:
      return writeString(value.asText(), out);
    case Kind.Raw:
      return out.text(value.asText());
    case Kind.List:
      out.text("[");
      for (let i = 0; i < value.length; i++) {
        if (i > 0) out.text(",");
        write(value.at(i), out);
      }
      return out.text("]");
    default:
      out.text("{");
      for (let i = 0; i < value.length; i++) {
        if (i > 0) out.text(",");
        writeString(value.keys[i], out);
        out.text(":");
        write(value.at(i), out);
      }
      return out.text("}");
  }
}

function numberText(value: f64): string {
  if (!isFinite(value)) return "null";
  if (value == Math.floor(value) && Math.abs(value) <= LARGEST_EXACT) return (<i64>value).toString();
  return value.toString();
}

function writeString(text: string, out: TextBuffer): void {
  out.text('"');
  let at = changetype<usize>(text);
  const end = at + ((<usize>text.length) << 1);
  while (true) {
    const special = plainUntil(at, end);
    out.append(at, special);
    if (special == end) break;
    const unit = <u32>load<u16>(special);
    at = special + 2;
    if (!isSurrogate(unit)) escape(unit, out);
    else if (at < end && isPair(unit, load<u16>(at))) {
      out.append(special, at + 2);
      at += 2;
    } else out.unit(REPLACEMENT);
  }
  out.text('"');
}

function escape(unit: u32, out: TextBuffer): void {
  switch (unit) {
    case 0x22:
      return out.text('\\"');
    case 0x5c:
      return out.text("\\\\");
    case 0x0a:
      return out.text("\\n");
    case 0x0d:
      return out.text("\\r");
    case 0x09:
      return out.text("\\t");
    default:
      out.text("\\u00");
      out.unit(0x30 + (unit >> 4));
      out.unit((unit & 15) < 10 ? 0x30 + (unit & 15) : 0x57 + (unit & 15));
  }
}
