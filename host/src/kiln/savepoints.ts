/**
 * Savepoints over staged changes: what a change replaced is kept for the innermost savepoint that is open, so that it can be
 * undone. How changes are staged and what they weigh is their owner's matter.
 */

/** Ended once, in one way or the other. */
export interface Savepoint {
  /** Keeps what was staged since. */
  release(): void;
  /** Undoes what was staged since. */
  rollback(): void;
}

export interface Savepoints<Key, Change> {
  /** A place to come back to. Savepoints are ended in the reverse order. */
  open(): Savepoint;
  /** Whether a change of this key replaces what stood there at the innermost savepoint. */
  keeps(key: Key): boolean;
  /** Keeps what stood there; only where `keeps` says so. */
  keep(key: Key, before: Change | undefined): void;
}

export interface SavepointOwner<Key, Change> {
  /** What was kept is needed no longer. */
  forget(before: Change | undefined): void;
  /** Everything goes back to what it was, undefined: nothing was staged there. */
  restore(replaced: ReadonlyMap<Key, Change | undefined>): void;
}

export function savepoints<Key, Change>(owner: SavepointOwner<Key, Change>): Savepoints<Key, Change> {
  const saved: Map<Key, Change | undefined>[] = [];

  function open(): Savepoint {
    const replaced = new Map<Key, Change | undefined>();
    saved.push(replaced);
    const end = (): void => {
      if (saved.pop() !== replaced) throw new Error("savepoints are ended in the reverse order");
    };
    return {
      release: () => {
        end();
        const around = saved.at(-1);
        for (const [key, before] of replaced) {
          if (around === undefined || around.has(key)) owner.forget(before);
          else around.set(key, before);
        }
      },
      rollback: () => {
        end();
        owner.restore(replaced);
      },
    };
  }

  return {
    open,
    keeps: (key) => saved.at(-1)?.has(key) === false,
    keep: (key, before) => saved.at(-1)?.set(key, before),
  };
}
