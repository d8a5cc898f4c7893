import { expect, it } from "vitest";
import { LAST_TASK, nextTask } from "./task-numbers.ts";

it("numbers begin again after the last that fits into a word, without those that are taken", () => {
  expect(nextTask(0, () => false)).toBe(1);
  expect(nextTask(LAST_TASK - 1, () => false)).toBe(LAST_TASK);
  expect(Int32Array.of(LAST_TASK)[0]).toBe(LAST_TASK);
  expect(nextTask(LAST_TASK, () => false)).toBe(1);
  expect(nextTask(LAST_TASK - 1, (number) => number === LAST_TASK || number < 3)).toBe(3);
});
