/**
 * Numbers of the tasks of one worker: of 31 bits and not 0, as the word of shared memory takes them that says which task is cancelled
 * (`channel.ts`). After the last they begin again.
 */
export const LAST_TASK = 2 ** 31 - 1;

/** The number after `last`; those that still mean another task are passed over. */
export function nextTask(last: number, isTaken: (number: number) => boolean): number {
  let number = last;
  do number = number === LAST_TASK ? 1 : number + 1;
  while (isTaken(number));
  return number;
}
