// JSON values (RFC 8259): looked at, made, read and written. Text that is no JSON is a failure with its place, not a trap. Objects
// keep the order of their keys; of a key that is there twice the last value counts. Lone surrogates become U+FFFD.
import { JsonReader } from "./json-reader";
import { writeJson } from "./json-writer";
import { fail, ok, Result } from "./result";
import { ErrorCode } from "./types.generated";

export enum Kind {
  Null,
  Flag,
  /** A whole number that fits 64 bits. */
  Integer,
  Number,
  Text,
  List,
  Object,
  /** Text that is JSON already. */
  Raw,
}

const NO_KEYS = new Array<string>(0);
const NO_VALUES = new Array<Json>(0);

export class Json {
  private constructor(
    public readonly kind: Kind,
    /** Of an object, beside its values. */
    public readonly keys: Array<string> = NO_KEYS,
    private values: Array<Json> = NO_VALUES,
    private characters: string = "",
    private whole: i64 = 0,
    private fraction: f64 = 0,
  ) {}

  static readonly NULL: Json = new Json(Kind.Null);

  static flag(value: bool): Json {
    return new Json(Kind.Flag, NO_KEYS, NO_VALUES, "", value ? 1 : 0);
  }

  /** A whole number. The host refuses those beyond ±2⁵³. */
  static integer(value: i64): Json {
    return new Json(Kind.Integer, NO_KEYS, NO_VALUES, "", value);
  }

  /** A number; one that is not finite is written as null. */
  static number(value: f64): Json {
    return new Json(Kind.Number, NO_KEYS, NO_VALUES, "", 0, value);
  }

  static text(value: string): Json {
    return new Json(Kind.Text, NO_KEYS, NO_VALUES, value);
  }

  /** JSON text, which is written as it is. */
  static raw(value: string): Json {
    return new Json(Kind.Raw, NO_KEYS, NO_VALUES, value);
  }

  static list(): Json {
    return new Json(Kind.List, NO_KEYS, new Array<Json>(0));
  }

  static object(): Json {
    return new Json(Kind.Object, new Array<string>(0), new Array<Json>(0));
  }

  /** Reads a text. `invalid-arguments` where it is no JSON. */
  static parse(text: string): Result<Json> {
    const reader = new JsonReader(text);
    const value = reader.document();
    if (reader.problem.length == 0) return ok(value);
    return fail<Json>(`${reader.problem} at character ${reader.position} of the JSON`, ErrorCode.InvalidArguments);
  }

  /** The text as JSON, without spaces. */
  toString(): string {
    return writeJson(this);
  }

  /** How many values a list or an object has. */
  get length(): i32 {
    return this.values.length;
  }

  /** A value of a list or an object, by its place from 0. Ends the call with a trap where there is none. */
  at(index: i32): Json {
    return this.values[index];
  }

  /** The value of a key; none where there is none, or no object. */
  get(key: string): Json | null {
    const index = this.keys.indexOf(key);
    return index < 0 ? null : this.values[index];
  }

  /** Sets a key of an object. */
  set(key: string, value: Json): Json {
    assert(this.kind == Kind.Object, "a key was set in a value that is no object");
    const index = this.keys.indexOf(key);
    if (index >= 0) this.values[index] = value;
    else {
      this.keys.push(key);
      this.values.push(value);
    }
    return this;
  }

  /** Appends to a list. */
  push(value: Json): Json {
    assert(this.kind == Kind.List, "a value was appended to a value that is no list");
    this.values.push(value);
    return this;
  }

  /** The text; of anything else what is given here. */
  asText(otherwise: string = ""): string {
    return this.kind == Kind.Text || this.kind == Kind.Raw ? this.characters : otherwise;
  }

  /** The whole number, rounded towards zero where it has a fraction; of anything else what is given here. */
  asInteger(otherwise: i64 = 0): i64 {
    if (this.kind == Kind.Integer) return this.whole;
    return this.kind == Kind.Number ? <i64>this.fraction : otherwise;
  }

  asNumber(otherwise: f64 = 0): f64 {
    if (this.kind == Kind.Number) return this.fraction;
    return this.kind == Kind.Integer ? <f64>this.whole : otherwise;
  }

  asFlag(otherwise: bool = false): bool {
    return this.kind == Kind.Flag ? this.whole != 0 : otherwise;
  }

  /** The text under a key; what is given here where there is none. */
  text(key: string, otherwise: string = ""): string {
    const value = this.get(key);
    return value === null ? otherwise : value.asText(otherwise);
  }

  integer(key: string, otherwise: i64 = 0): i64 {
    const value = this.get(key);
    return value === null ? otherwise : value.asInteger(otherwise);
  }

  number(key: string, otherwise: f64 = 0): f64 {
    const value = this.get(key);
    return value === null ? otherwise : value.asNumber(otherwise);
  }

  flag(key: string, otherwise: bool = false): bool {
    const value = this.get(key);
    return value === null ? otherwise : value.asFlag(otherwise);
  }
}
