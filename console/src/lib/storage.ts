const PREFIX = "omni.console.";
const memory = new Map<string, string>();

/** localStorage that never throws: what a browser refuses to keep lives until the page closes. */
export function readStored<T>(key: string, fallback: T): T {
  let raw: string | null | undefined = memory.get(key);
  try {
    raw ??= localStorage.getItem(PREFIX + key);
  } catch {
    // Refused altogether.
  }
  if (raw == null) return fallback;
  try {
    return JSON.parse(raw) as T;
  } catch {
    return fallback; // written by hand or by an older version
  }
}

export function writeStored(key: string, value: unknown): void {
  const raw = value === undefined ? null : JSON.stringify(value);
  try {
    if (raw === null) localStorage.removeItem(PREFIX + key);
    else localStorage.setItem(PREFIX + key, raw);
    memory.delete(key);
  } catch {
    if (raw === null) memory.delete(key);
    else memory.set(key, raw);
  }
}

/** Hear of the changes that other tabs make; call the answer to end it. */
export function followStored(key: string, changed: () => void): () => void {
  const hear = (event: StorageEvent) => {
    if (event.key === PREFIX + key || event.key === null) changed();
  };
  window.addEventListener("storage", hear);
  return () => window.removeEventListener("storage", hear);
}

/** Do it while no other tab does work of the same name; where browsers have no locks, at once. */
export async function alone<T>(name: string, work: () => Promise<T>): Promise<T> {
  return navigator.locks ? navigator.locks.request(PREFIX + name, work) : work();
}
