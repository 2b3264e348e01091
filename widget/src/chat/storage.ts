/** A string store that never throws: private windows and strict settings refuse `localStorage`. */
export interface Store {
  get(key: string): string | null;
  set(key: string, value: string | null): void;
  keys(): string[];
  /** Nothing stays, and from now on nothing is kept. */
  close(): void;
  /** Another tab changed `key`. */
  onChange(listener: (key: string, value: string | null) => void): void;
}

export function memoryStore(): Store {
  return keptStore({}, () => {});
}

/** In memory, begun with what `kept` holds; every change is told, for whoever keeps it over the page's end. */
export function keptStore(
  kept: Record<string, string>,
  tell: (key: string, value: string | null) => void,
): Store {
  const values = new Map(Object.entries(kept));
  let closed = false;
  const set = (key: string, value: string | null) => {
    if (closed) return;
    if (value === null) values.delete(key);
    else values.set(key, value);
    tell(key, value);
  };
  return {
    get: (key) => values.get(key) ?? null,
    set,
    keys: () => [...values.keys()],
    close() {
      for (const key of [...values.keys()]) set(key, null);
      closed = true;
    },
    onChange: () => {},
  };
}

/** The browser's storage under `prefix`; null where it is refused, as to frames of another site. */
export function browserStore(prefix: string): Store | null {
  let area: Storage;
  try {
    area = window.localStorage;
    area.setItem(`${prefix}probe`, "");
    area.removeItem(`${prefix}probe`);
  } catch {
    return null;
  }
  // For what does not fit any more.
  const spare = memoryStore();
  let closed = false;
  const keys = () => [
    ...Object.keys(area)
      .filter((key) => key.startsWith(prefix))
      .map((key) => key.slice(prefix.length)),
    ...spare.keys(),
  ];
  return {
    get: (key) => area.getItem(prefix + key) ?? spare.get(key),
    set(key, value) {
      if (closed) return;
      spare.set(key, null);
      if (value === null) return area.removeItem(prefix + key);
      try {
        area.setItem(prefix + key, value);
      } catch {
        area.removeItem(prefix + key);
        spare.set(key, value);
      }
    },
    keys,
    close() {
      for (const key of keys()) area.removeItem(prefix + key);
      spare.close();
      closed = true;
    },
    onChange(listener) {
      addEventListener("storage", (event) => {
        if (event.storageArea !== area || !event.key?.startsWith(prefix)) return;
        listener(event.key.slice(prefix.length), event.newValue);
      });
    },
  };
}
