// JSON text to values, by RFC 8259 and nothing more. The first problem ends the reading.
import { Json } from "./json";
import { isPair, isSurrogate, plainUntil } from "./json-text";
import { TextBuffer } from "./text-buffer";

/** As deep as the host allows. */
const MAX_DEPTH: i32 = 128;
/** A whole number of up to so many digits fits 64 bits. */
const INTEGER_DIGITS: usize = 18;
const REPLACEMENT: u32 = 0xfffd;

export class JsonReader {
  /** What is wrong; empty while nothing is. */
  problem: string = "";
  /** Where that is: UTF-16 units from the start of the text, the first being 1. */
  position: i32 = 0;
  private readonly start: usize;
  private readonly end: usize;
  private at: usize;
  private depth: i32 = 0;

  constructor(private readonly source: string) {
    this.start = changetype<usize>(source);
    this.at = this.start;
    this.end = this.start + ((<usize>source.length) << 1);
  }

  /** The one value that the text is. */
  document(): Json {
    const value = this.value();
    this.skipSpace();
    if (this.at < this.end) return this.fail("Nothing more is expected");
    return value;
  }

  private value(): Json {
    this.skipSpace();
    const first = this.peek();
    switch (first) {
      case 0x22: // "
        return Json.text(this.string());
      case 0x7b: // {
        return this.object();
      case 0x5b: // [
        return this.list();
      case 0x74: // t
        return this.word("true", Json.flag(true));
      case 0x66: // f
        return this.word("false", Json.flag(false));
      case 0x6e: // n
        return this.word("null", Json.NULL);
      default:
        return this.number();
    }
  }

  private object(): Json {
    const object = Json.object();
    if (!this.enter()) return object;
    if (this.accept(0x7d)) return this.leave(object);
    while (this.problem.length == 0) {
      this.skipSpace();
      if (this.peek() != 0x22) return this.fail("A key in quotes is expected");
      const key = this.string();
      if (!this.accept(0x3a)) return this.fail('":" is expected');
      object.set(key, this.value());
      if (this.accept(0x7d)) return this.leave(object);
      if (!this.accept(0x2c)) return this.fail('"," or "}" is expected');
    }
    return object;
  }

  private list(): Json {
    const list = Json.list();
    if (!this.enter()) return list;
    if (this.accept(0x5d)) return this.leave(list);
    while (this.problem.length == 0) {
      list.push(this.value());
      if (this.accept(0x5d)) return this.leave(list);
      if (!this.accept(0x2c)) return this.fail('"," or "]" is expected');
    }
    return list;
  }

  private enter(): bool {
    this.at += 2;
    if (++this.depth <= MAX_DEPTH) return true;
    this.fail("The value is too deep");
    return false;
  }

  private leave(value: Json): Json {
    this.depth--;
    return value;
  }

  private string(): string {
    this.at += 2;
    const first = this.at;
    let out: TextBuffer | null = null;
    while (true) {
      const from = this.at;
      this.at = plainUntil(from, this.end);
      const unit = this.peek();
      if (unit == 0x22 && out === null) {
        const index = <i32>((first - this.start) >> 1);
        const text = this.source.substring(index, index + <i32>((this.at - first) >> 1));
        this.at += 2;
        return text;
      }
      if (out === null) out = new TextBuffer();
      out.append(from, this.at);
      if (unit == 0x22) {
        this.at += 2;
        return out.finish();
      }
      if (unit == 0x5c) this.escape(out);
      else if (isSurrogate(unit)) this.surrogate(unit, out);
      else this.fail("The end of the string is expected");
      if (this.problem.length > 0) return out.finish();
    }
  }

  /** A pair that stands in the text, or half of one. */
  private surrogate(unit: u32, out: TextBuffer): void {
    this.at += 2;
    const second = this.peek();
    if (isPair(unit, second)) {
      out.unit(unit);
      out.unit(second);
      this.at += 2;
    } else out.unit(REPLACEMENT);
  }

  private escape(out: TextBuffer): void {
    this.at += 2;
    const unit = this.peek();
    this.at += 2;
    switch (unit) {
      case 0x22:
      case 0x5c:
      case 0x2f:
        return out.unit(unit);
      case 0x62:
        return out.unit(0x08);
      case 0x66:
        return out.unit(0x0c);
      case 0x6e:
        return out.unit(0x0a);
      case 0x72:
        return out.unit(0x0d);
      case 0x74:
        return out.unit(0x09);
      case 0x75:
        return this.escapedUnit(out);
      default:
        this.at -= 2;
        this.fail("There is no such escape");
    }
  }

  /** Four digits, and four more where they are the second half of a pair. */
  private escapedUnit(out: TextBuffer): void {
    const unit = this.hex();
    if (!isSurrogate(unit)) return out.unit(unit);
    const behind = this.at;
    if (this.at + 12 <= this.end && load<u32>(this.at) == 0x0075_005c) {
      this.at += 4;
      const second = this.hex();
      if (isPair(unit, second)) {
        out.unit(unit);
        return out.unit(second);
      }
      this.at = behind;
    }
    out.unit(REPLACEMENT);
  }

  private hex(): u32 {
    let value: u32 = 0;
    for (let i = 0; i < 4; i++) {
      const unit = this.peek();
      const letter = unit | 0x20;
      const digit = unit - 0x30 < 10 ? unit - 0x30 : letter - 0x61 < 6 ? letter - 0x57 : 16;
      if (digit == 16) {
        this.fail("Four hexadecimal digits are expected");
        return 0;
      }
      value = (value << 4) | digit;
      this.at += 2;
    }
    return value;
  }

  private number(): Json {
    const first = this.at;
    if (this.peek() == 0x2d) this.at += 2;
    const whole = this.at;
    const zero = this.peek() == 0x30;
    if (!this.digits() || (zero && this.at - whole > 2)) return this.fail("A value is expected");
    const digits = (this.at - whole) >> 1;
    let isInteger = digits <= INTEGER_DIGITS;
    if (this.peek() == 0x2e) {
      isInteger = false;
      this.at += 2;
      if (!this.digits()) return this.fail("A digit is expected");
    }
    if ((this.peek() | 0x20) == 0x65) {
      isInteger = false;
      this.at += 2;
      if (this.peek() == 0x2b || this.peek() == 0x2d) this.at += 2;
      if (!this.digits()) return this.fail("A digit is expected");
    }
    const index = <i32>((first - this.start) >> 1);
    const text = this.source.substring(index, index + <i32>((this.at - first) >> 1));
    // Minus zero is a number that no integer is.
    if (isInteger && !(zero && whole != first)) return Json.integer(I64.parseInt(text));
    return Json.number(F64.parseFloat(text));
  }

  /** Passes digits; false where there are none. */
  private digits(): bool {
    const first = this.at;
    while (this.peek() - 0x30 < 10) this.at += 2;
    return this.at > first;
  }

  private word(word: string, value: Json): Json {
    for (let i = 0; i < word.length; i++) {
      if (this.peek() != word.charCodeAt(i)) return this.fail("A value is expected");
      this.at += 2;
    }
    return value;
  }

  /** Passes spaces and, if it is there, the unit. */
  private accept(unit: u32): bool {
    this.skipSpace();
    if (this.peek() != unit) return false;
    this.at += 2;
    return true;
  }

  private skipSpace(): void {
    while (true) {
      const unit = this.peek();
      if (unit != 0x20 && unit != 0x0a && unit != 0x0d && unit != 0x09) return;
      this.at += 2;
    }
  }

  /** The next unit; 0 at the end, which is nowhere allowed. */
  private peek(): u32 {
    return this.at < this.end ? load<u16>(this.at) : 0;
  }

  private fail(problem: string): Json {
    if (this.problem.length == 0) {
      this.problem = problem;
      this.position = <i32>((this.at - this.start) >> 1) + 1;
    }
    return Json.NULL;
  }
}
