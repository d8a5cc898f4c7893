/**
 * The two messages of a call on an instance that is there, as bytes for the shared memory (`channel.ts`): the task and the result of
 * one that went well. A structured clone of the same costs several microseconds. All else goes by message.
 */
import type { BytesReader, BytesWriter } from "./bytes.ts";
import type { LocalBytes, ResultMessage, TaskMessage } from "./protocol.ts";

/** A call, and nothing beside. */
type ShortTask = TaskMessage & Required<Pick<TaskMessage, "call">>;

/** Of arguments and of results. */
const SHORT_BYTES = 32 * 1024;

export function isShortTask(message: TaskMessage): message is ShortTask {
  const { start, call, capture } = message;
  return start === undefined && capture === undefined && call !== undefined && isShort(call.args);
}

export function writeTask(out: BytesWriter, { task, instance, call }: ShortTask): void {
  out.f64(task);
  out.f64(instance);
  out.string(call.interface);
  out.string(call.function);
  writeBytes(out, call.args);
  out.f64(call.fuel);
  out.f64(call.timeoutMs);
  out.u8(call.stackBytes === undefined ? 0 : 1);
  if (call.stackBytes !== undefined) out.f64(call.stackBytes);
  out.f64(call.work);
  writeLocal(out, call.local);
}

export function readTask(from: BytesReader): ShortTask {
  const [task, instance] = [from.f64(), from.f64()];
  const call = {
    interface: from.string(),
    function: from.string(),
    args: readBytes(from),
    fuel: from.f64(),
    timeoutMs: from.f64(),
    stackBytes: from.u8() === 0 ? undefined : from.f64(),
    work: from.f64(),
    local: readLocal(from),
  };
  return { kind: "task", task, instance, call };
}

export function isShortResult({ error, cores, value }: ResultMessage): boolean {
  return error === undefined && cores === undefined && isShort(value);
}

export function writeResult(out: BytesWriter, { task, value, fuel, memoryBytes, local }: ResultMessage): void {
  out.f64(task);
  writeBytes(out, value);
  out.f64(fuel);
  out.f64(memoryBytes);
  writeLocal(out, local);
}

export function readResult(from: BytesReader): ResultMessage {
  const task = from.f64();
  const value = readBytes(from);
  return {
    kind: "result",
    task,
    ...(value && { value }),
    fuel: from.f64(),
    memoryBytes: from.f64(),
    local: readLocal(from),
  };
}

function isShort(bytes: Uint8Array | undefined): boolean {
  return bytes === undefined || bytes.length <= SHORT_BYTES;
}

function writeBytes(out: BytesWriter, bytes: Uint8Array | undefined): void {
  out.u8(bytes === undefined ? 0 : 1);
  if (bytes !== undefined) out.bytes(bytes);
}

function readBytes(from: BytesReader): Uint8Array | undefined {
  return from.u8() === 0 ? undefined : from.part();
}

function writeLocal(out: BytesWriter, local: LocalBytes): void {
  out.u32(local.length);
  for (const [name, bytes] of local) {
    out.string(name);
    writeBytes(out, bytes);
  }
}

function readLocal(from: BytesReader): LocalBytes {
  return Array.from({ length: from.count(5) }, () => [from.string(), readBytes(from)] as const);
}
