/** Runs something when it is wished for: at once, but not again within `everyMs`; wishes meanwhile are one. */
export interface Calm {
  (): void;
  stop(): void;
}

/** `since`: as if it had run then. */
export function atMostEvery(everyMs: number, run: () => void, since = Number.NEGATIVE_INFINITY): Calm {
  let lastAt = since;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const go = () => {
    timer = undefined;
    lastAt = Date.now();
    run();
  };
  const wish = () => {
    if (timer !== undefined) return;
    const wait = lastAt + everyMs - Date.now();
    if (wait <= 0) go();
    else timer = setTimeout(go, wait);
  };
  return Object.assign(wish, {
    stop: () => {
      clearTimeout(timer);
      timer = undefined;
    },
  });
}
