const PREFIX = "omni.console.";
const memory = new Map<string, string>();

/** localStorage that never throws: where a browser refuses it, values live until the page closes. */
export function readStored<T>(key: string, fallback: T): T {
  let raw: string | null | undefined;
  try {
    raw = localStorage.getItem(PREFIX + key);
  } catch {
    raw = memory.get(key);
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
  } catch {
    if (raw === null) memory.delete(key);
    else memory.set(key, raw);
  }
}
