// How things are measured here: ours and the peer in turn in one process, medians, ratios. Absolute times are for reading only.

/**
 * Runs both functions alternately and returns the median milliseconds of each. Asynchronous functions are awaited.
 * @param {{ ours: () => unknown, peer: () => unknown, rounds?: number, warmup?: number }} options
 */
export async function sideBySide({ ours, peer, rounds = 9, warmup = 2 }) {
  for (let i = 0; i < warmup; i++) {
    await ours();
    await peer();
  }
  const times = { ours: [], peer: [] };
  for (let i = 0; i < rounds; i++) {
    times.peer.push(await milliseconds(peer));
    times.ours.push(await milliseconds(ours));
  }
  return { ours: median(times.ours), peer: median(times.peer) };
}

export async function milliseconds(run) {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

/** Median milliseconds of one function that has no peer. */
export async function alone(run, { rounds = 9, warmup = 2 } = {}) {
  for (let i = 0; i < warmup; i++) await run();
  const times = [];
  for (let i = 0; i < rounds; i++) times.push(await milliseconds(run));
  return median(times);
}

/**
 * The fastest of many runs of synchronous functions in turn, in milliseconds of CPU time of this process: what other processes do
 * to the clock does not count. For ratios of a few percent.
 * @template {string} Name
 * @param {{ rounds?: number } & Record<Name, () => unknown>} options the functions, such as `ours` and `peer`
 * @returns {Record<Name, number>}
 */
export function fastest({ rounds = 40, ...runs }) {
  const best = Object.fromEntries(Object.keys(runs).map((name) => [name, Number.POSITIVE_INFINITY]));
  for (let i = 0; i < rounds; i++) {
    for (const [which, run] of Object.entries(runs)) {
      const start = process.cpuUsage();
      run();
      const { user, system } = process.cpuUsage(start);
      best[which] = Math.min(best[which], (user + system) / 1000);
    }
  }
  return best;
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function geomean(values) {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

/**
 * One row of the report. `ours` and `peer` are printed as they are; `value` is what is held against the goal, by default the
 * ratio ours ÷ peer. `later` is a goal of a later issue: shown, not judged.
 * @param {{ question: string, ours: string, peer: string, ratio?: number, value?: number, goal?: number, later?: string, unit?: string, atLeast?: boolean }} row
 */
export function row({ question, ours, peer, ratio, value = ratio, goal, later, unit = "×", atLeast = false }) {
  const met = goal === undefined || value === undefined ? undefined : atLeast ? value >= goal : value <= goal;
  const rounded = (number) => (number === undefined ? undefined : Number(number.toFixed(3)));
  return {
    question,
    ours,
    peer,
    ratio: rounded(ratio),
    value: rounded(value),
    goal: goal === undefined ? undefined : `${atLeast ? "≥" : "≤"} ${goal} ${unit}`,
    later,
    met,
  };
}

export function skipped(question, reason) {
  return { question, ours: `skipped: ${reason}`, peer: "", ratio: undefined, goal: undefined, met: undefined };
}

export const ms = (value) => `${value < 10 ? value.toFixed(2) : value.toFixed(1)} ms`;
export const ns = (value) => `${value < 100 ? value.toFixed(1) : Math.round(value)} ns`;
