import type { Locale } from "../shared/protocol";
import type { Memory } from "./memory";
import { add, addIcon, CROSS } from "./parts";
import { DISMISS } from "./words";

/** A word that the widget says before anybody has asked, as a tenant has written it, in the widget's language. */
export interface Opening {
  id: string;
  text: string;
  when: {
    /** Of the address without its query: `*` stands for anything, `/cart*` for one. */
    page?: string | null;
    after_s?: number | null;
    /** Share of the page in percent that was scrolled down. */
    scroll?: number | null;
    /** A name that `omni('track', …)` tells. */
    event?: string | null;
  };
  once: "visit" | "visitor";
}

/** Whether the address of a page, or its path alone, is of `glob`. */
export function isOfPage(glob: string, address: { origin: string; pathname: string }): boolean {
  const pattern = glob
    .split("*")
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"))
    .join(".*");
  const asked = new RegExp(`^${pattern}$`);
  return asked.test(address.pathname) || asked.test(address.origin + address.pathname);
}

/** The share of the page above the lower edge of the window, in percent; a page without a scroll bar is read. */
function scrolled(): number {
  const { scrollHeight } = document.documentElement;
  return scrollHeight ? ((scrollY + innerHeight) / scrollHeight) * 100 : 100;
}

export interface Bubbles {
  memory: Memory;
  locale: () => Locale;
  /** Names of all that the page has told. */
  heard: () => readonly string[];
  /** The chat is open, or the visitor is talking already: nobody needs to be addressed. */
  isQuiet: () => boolean;
  /** The visitor follows the invitation. */
  accept: (id: string) => void;
  /** The visitor has closed the invitation: the focus goes where it was invited to. */
  dismissed: () => void;
}

/**
 * Looks once a second which opening is due, and shows one at a time beside the launcher. All conditions of an
 * opening count together; it is remembered when it was shown, for this visit or for ever.
 */
export class Openings {
  #all: Opening[] = [];
  #begun = Date.now();
  #timer: ReturnType<typeof setInterval> | undefined;
  #shown: HTMLElement | null = null;

  constructor(
    private readonly root: HTMLElement,
    private readonly world: Bubbles,
  ) {}

  /** From now on these: what the server says, again in another language. */
  watch(all: readonly Opening[]): void {
    const again = all.find(({ id }) => id === this.#shown?.dataset.id);
    if (this.#shown && again) (this.#shown.firstChild as HTMLElement).textContent = again.text;
    clearInterval(this.#timer);
    this.#all = [...all];
    if (this.#all.length) this.#timer = setInterval(() => this.look(), 1000);
    this.look();
  }

  look(): void {
    const quiet = this.world.isQuiet();
    const due = quiet || this.#shown ? null : this.#all.find((opening) => this.#isDue(opening));
    if (quiet) this.hide();
    if (due) this.#show(due);
  }

  hide(): void {
    this.#shown?.remove();
    this.#shown = null;
  }

  /** Of another visitor nothing was shown. */
  stop(): void {
    clearInterval(this.#timer);
    this.#all = [];
    this.hide();
  }

  #isDue({ id, when }: Opening): boolean {
    const { visitor, visit } = this.world.memory;
    if (visitor.openings.includes(id) || visit.openings.includes(id)) return false;
    const { page, after_s, scroll, event } = when;
    return (
      (!page || isOfPage(page, location)) &&
      (!after_s || Date.now() - this.#begun >= after_s * 1000) &&
      (!scroll || scrolled() >= scroll) &&
      (!event || this.world.heard().includes(event))
    );
  }

  #show(opening: Opening): void {
    const { memory } = this.world;
    (opening.once === "visitor" ? memory.visitor : memory.visit).openings.push(opening.id);
    memory.save();
    const box = add(this.root, "aside", { role: "status", "data-id": opening.id });
    const accept = add(box, "button", { type: "button", class: "opening", dir: "auto" });
    const close = add(box, "button", { type: "button", class: "dismiss" });
    accept.textContent = opening.text;
    close.ariaLabel = DISMISS[this.world.locale()];
    addIcon(close).setAttribute("d", CROSS);
    accept.onclick = () => {
      this.hide();
      this.world.accept(opening.id);
    };
    close.onclick = () => {
      this.hide();
      this.world.dismissed();
    };
    box.onkeydown = ({ key }) => {
      if (key === "Escape") close.click();
    };
    this.#shown = box;
  }
}
