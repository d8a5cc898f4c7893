// Made by `npm run wit` from wit/*.wit; do not edit.
// Messages for the person who runs the plugin. Always granted, in every phase of a plugin's life.

export enum Level {
  Debug,
  Info,
  Warn,
  Error,
}

@external("crucible:plugin/log@0.1.0", "write")
declare function coreWrite(p0: i32, p1: i32, p2: i32): void;

/** Writes one message. What is above the log limit of a call is dropped, and a last line says how much. */
export function write(level: Level, message: string): void {
  coreWrite(<i32>level, changetype<i32>(message), message.length);
}
