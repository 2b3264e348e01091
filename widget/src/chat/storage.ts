/** A string store that never throws: private windows and strict settings refuse `localStorage`. */
export interface Store {
  get(key: string): string | null;
  set(key: string, value: string | null): void;
  keys(): string[];
  /** Another tab changed `key`. */
  onChange(listener: (key: string, value: string | null) => void): void;
}

export function memoryStore(): Store {
  const values = new Map<string, string>();
  return {
    get: (key) => values.get(key) ?? null,
    set: (key, value) => void (value === null ? values.delete(key) : values.set(key, value)),
    keys: () => [...values.keys()],
    onChange: () => {},
  };
}

/** The browser's storage under `prefix`; in memory where it is refused or full. */
export function browserStore(prefix: string): Store {
  let area: Storage;
  try {
    area = window.localStorage;
    area.setItem(`${prefix}probe`, "");
    area.removeItem(`${prefix}probe`);
  } catch {
    return memoryStore();
  }
  const spare = memoryStore();
  return {
    get: (key) => area.getItem(prefix + key) ?? spare.get(key),
    set(key, value) {
      spare.set(key, null);
      if (value === null) return area.removeItem(prefix + key);
      try {
        area.setItem(prefix + key, value);
      } catch {
        area.removeItem(prefix + key);
        spare.set(key, value);
      }
    },
    keys: () => [
      ...Object.keys(area)
        .filter((key) => key.startsWith(prefix))
        .map((key) => key.slice(prefix.length)),
      ...spare.keys(),
    ],
    onChange(listener) {
      addEventListener("storage", (event) => {
        if (event.storageArea !== area || !event.key?.startsWith(prefix)) return;
        listener(event.key.slice(prefix.length), event.newValue);
      });
    },
  };
}
