/**
 * The sandbox: prepared components, their instances, images of instances. It enforces fuel, memory and time, and is given
 * every host function; it imports no capability and has no authority of its own.
 */
export type { MeteredModule } from "../wasm/index.ts";
export { type Examined, type ExaminedModule, examineComponent, examineModule } from "./examine.ts";
export { freezeImage, freezeMetered, type Parts, packParts, thawImage, thawMetered, unpackParts } from "./frozen.ts";
export { deadlinePassed, FuelMeter, type MonotonicClock } from "./fuel-meter.ts";
export type { Image } from "./image.ts";
export { sharePages } from "./image-sharing.ts";
export { Instance, type InstanceCall, type StartOptions, startInstance, startInstanceSync } from "./instance.ts";
export { compileMetered, type PreparedComponent, type PrepareOptions, prepareComponent } from "./prepare.ts";
export {
  inlineRunner,
  type Runner,
  type RunnerStart,
  type Running,
  type RunningHere,
  refuseCancelled,
} from "./runner.ts";
export { WorkerRunner, type WorkerRunnerOptions } from "./worker/pool.ts";
