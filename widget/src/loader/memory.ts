import { type Appearance, checkedAppearance } from "../shared/appearance";
import { asLocale, type Locale } from "../shared/protocol";

/** What the host page's storage keeps of one widget between two pages. */
interface Remembered {
  /** This visitor has a conversation. */
  talked: boolean;
  /** The language that the visitor chose inside. */
  locale: Locale | null;
  appearance: Partial<Appearance>;
  /** Openings that were shown to this visitor. */
  openings: string[];
  /** What the chat gave to keep. */
  kept: Record<string, string>;
  /** Somebody has signed out, and the chat has not yet confirmed that it forgot them. */
  forget: boolean;
}

/** Storage may be refused to the page: the widget then works and only forgets. */
function area(name: "localStorage" | "sessionStorage"): Storage | null {
  try {
    return window[name];
  } catch {
    return null;
  }
}

function read(name: "localStorage" | "sessionStorage", key: string): unknown {
  try {
    return JSON.parse(area(name)?.getItem(key) || "null");
  } catch {
    return null;
  }
}

function write(name: "localStorage" | "sessionStorage", key: string, value: unknown): void {
  try {
    area(name)?.setItem(key, JSON.stringify(value));
  } catch {}
}

function textsOf(value: unknown): Record<string, string> {
  const entries = Object.entries((value ?? {}) as Record<string, unknown>);
  return Object.fromEntries(entries.filter(([, text]) => typeof text === "string")) as Record<string, string>;
}

/** Of the visitor (`localStorage`) and of this visit (`sessionStorage`), under one key of ours. */
export class Memory {
  readonly visitor: Remembered;
  readonly visit: { open: boolean; openings: string[] };
  readonly #key: string;

  constructor(slug: string) {
    this.#key = `omnisupport:${slug}`;
    const visitor = (read("localStorage", this.#key) ?? {}) as Partial<Remembered>;
    const visit = (read("sessionStorage", this.#key) ?? {}) as Partial<Memory["visit"]>;
    this.visitor = {
      talked: visitor.talked === true,
      locale: asLocale(visitor.locale),
      appearance: checkedAppearance(visitor.appearance),
      openings: Array.isArray(visitor.openings) ? visitor.openings.map(String) : [],
      kept: textsOf(visitor.kept),
      forget: visitor.forget === true,
    };
    this.visit = {
      open: visit.open === true,
      openings: Array.isArray(visit.openings) ? visit.openings.map(String) : [],
    };
  }

  save(): void {
    write("localStorage", this.#key, this.visitor);
    write("sessionStorage", this.#key, this.visit);
  }

  /** Nothing of the visitor stays but how the widget looks. */
  forget(): void {
    Object.assign(this.visitor, { talked: false, locale: null, openings: [], kept: {}, forget: true });
    Object.assign(this.visit, { open: false, openings: [] });
    this.save();
  }
}
