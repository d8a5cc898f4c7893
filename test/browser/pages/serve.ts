/** Offers jobs, and a list of what violated the policy, to the test that drives the page. */

export type Jobs = Readonly<Record<string, (input: never) => unknown>>;

export function serveJobs(jobs: Jobs): void {
  const later =
    (job: (input: never) => unknown) =>
    (input: never): Promise<unknown> =>
      // In a task of its own: while the debugger evaluates, Chromium allows `eval`, and the policy would not be tested.
      new Promise((resolve, reject) => setTimeout(() => Promise.resolve(input).then(job).then(resolve, reject)));
  const violations: string[] = [];
  document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) => {
    violations.push(`violates ${effectiveDirective}: ${blockedURI}`);
  });
  Object.assign(globalThis, {
    violations,
    jobs: Object.fromEntries(Object.entries(jobs).map(([name, job]) => [name, later(job)])),
  });
}
