// Runs cases of one fuzz target in a process of its own and judges how it ended. The process notes in a file which case it is at, so that
// a case that kills or blocks it is known; the rest of the cases then go on in another process.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const CHILD = fileURLToPath(new URL("fuzz-child.mjs", import.meta.url));
/** MiB of heap. What a target holds on purpose is far below; a case that needs more is a finding. */
const HEAP = 768;
const LOOK_EVERY_MS = 250;
/** Starting is slow on a busy machine, and no case. */
const START_MS = 180_000;

/**
 * Runs cases with the seeds `first`, `first` + 1, …, until `cases` ran or `forMs` are over.
 * @param {{ file: string, first: number, cases: number, forMs: number, caseMs: number, progress: (cases: number) => void }} options
 * @returns {Promise<{ cases: number, findings: { seed: number, kind: string, message: string }[] }>}
 */
export async function runCases({ file, first, cases, forMs, caseMs, progress }) {
  const findings = [];
  const endsAt = Date.now() + forMs;
  let done = 0;
  while (done < cases) {
    const left = endsAt - Date.now();
    if (done > 0 && left <= 0) break;
    const ended = await runProcess(
      ["run", file, String(first + done), String(cases - done), String(Math.max(left, 1))],
      { caseMs, progress: (ran) => progress(done + ran) },
    );
    findings.push(...ended.findings.map(({ seed, message }) => ({ seed, kind: "finding", message })));
    const seed = (first + done + ended.ran) % 2 ** 32;
    done += ended.ran;
    if (ended.how === "done") break;
    if (!ended.started) throw new Error(`the target ${file} does not start: ${ended.message}`);
    findings.push({ seed, kind: ended.how, message: ended.message });
    done++;
  }
  return { cases: done, findings };
}

/** The input of a case, where the target tells it (`export function input(seed)`). */
export async function inputOf(file, seed) {
  const { stdout, how } = await runProcess(["input", file, String(seed)], { caseMs: START_MS, progress: () => {} });
  return how === "done" && stdout.length > 0 ? stdout : undefined;
}

function runProcess(args, { caseMs, progress }) {
  const folder = mkdtempSync(join(tmpdir(), "crucible-fuzz-"));
  const place = join(folder, "place");
  const found = join(folder, "findings");
  const child = spawn(process.execPath, [`--max-old-space-size=${HEAP}`, CHILD, ...args], {
    env: { ...process.env, FUZZ_PLACE: place, FUZZ_FINDINGS: found },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const stdout = [];
  let stderr = "";
  child.stdout.on("data", (chunk) => stdout.push(chunk));
  child.stderr.on("data", (chunk) => {
    stderr = (stderr + chunk).slice(-4000);
  });
  let seen = -1;
  let since = Date.now();
  let hangs = false;
  const look = setInterval(() => {
    const ran = placeOf(place);
    if (ran !== seen) {
      seen = ran;
      since = Date.now();
      progress(ran);
    } else if (Date.now() - since > (ran < 0 ? START_MS : caseMs)) {
      hangs = true;
      child.kill("SIGKILL");
    }
  }, LOOK_EVERY_MS);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearInterval(look);
      const ran = placeOf(place);
      const findings = linesOf(found).map((line) => JSON.parse(line));
      rmSync(folder, { recursive: true, force: true });
      const how = code === 0 ? "done" : hangs ? "hang" : "crash";
      const message = hangs
        ? `the case took longer than ${caseMs / 1000} s`
        : `${signal ?? `exit code ${code}`}: ${stderr.trim()}`;
      resolve({ ran: Math.max(0, ran), started: ran >= 0, findings, stdout: Buffer.concat(stdout), how, message });
    });
  });
}

function linesOf(path) {
  return existsSync(path)
    ? readFileSync(path, "utf8")
        .split("\n")
        .filter((line) => line !== "")
    : [];
}

/** How many cases the process has finished; −1 before the first begins. */
function placeOf(path) {
  try {
    const text = readFileSync(path, "utf8").trim();
    return text === "" ? -1 : Number(text);
  } catch {
    return -1;
  }
}
