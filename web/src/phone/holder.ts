// One tab of a browser holds the phone. The browser's own lock sees to it: it is free again when a tab closes or
// crashes, and a reload gets it back at once.

const LOCK = "waihu.phone";

export type Locks = Pick<LockManager, "request">;

export interface Hold {
  release(): void;
  /** Resolves when another tab has taken the phone. */
  taken: Promise<void>;
}

/**
 * Take the phone for this tab.
 *
 * @param force take it from the tab that has it
 * @returns null: another tab has it
 */
export function holdPhone(force: boolean, locks: Locks | undefined = navigator.locks): Promise<Hold | null> {
  if (!locks) return Promise.resolve({ release: () => {}, taken: new Promise(() => {}) }); // a page without https
  return new Promise((resolve, reject) => {
    let release = () => {};
    let wasTaken = () => {};
    const taken = new Promise<void>((done) => (wasTaken = done));
    const kept = locks.request(LOCK, force ? { steal: true } : { ifAvailable: true }, (lock) => {
      if (!lock) return resolve(null);
      return new Promise<void>((done) => {
        release = done;
        resolve({ release: () => release(), taken });
      });
    });
    kept.catch((error: unknown) => {
      if (error instanceof DOMException && error.name === "AbortError") wasTaken();
      else reject(error);
    });
  });
}
