import { type Appearance, NEUTRAL } from "../shared/appearance";
import { textOn } from "../shared/colour";
import type { Locale } from "../shared/protocol";
import { addStyles } from "./dom";
import { add, addIcon, CROSS } from "./parts";
import { WORDS } from "./words";

const TALK = "M7 4h10a4 4 0 0 1 4 4v5a4 4 0 0 1-4 4h-5l-5 4v-4a4 4 0 0 1-4-4V8a4 4 0 0 1 4-4z";

export interface Drawn {
  open: boolean;
  /** The chat has drawn a close button of its own. */
  ready: boolean;
  unread: number;
  locale: Locale;
  appearance: Partial<Appearance>;
}

/** The launcher and the panel that it opens, in a shadow root of their own. */
export class Launcher {
  readonly host = document.createElement("omni-widget");
  readonly root: HTMLElement;
  readonly panel: HTMLElement;
  readonly button: HTMLElement;
  readonly #icon: HTMLElement;
  readonly #label: HTMLElement;
  readonly #badge: HTMLElement;
  #held = false;
  #overflow = "";

  constructor() {
    const shadow = this.host.attachShadow({ mode: "open" });
    addStyles(shadow);
    this.root = add(shadow, "div");
    // Before the launcher: Shift+Tab on the button leads into the chat.
    this.panel = add(this.root, "section", { role: "dialog" });
    this.button = add(this.root, "button", { type: "button", "aria-haspopup": "dialog", class: "launcher" });
    this.#icon = addIcon(this.button);
    this.#label = add(this.button, "b", { "aria-hidden": "true" });
    this.#badge = add(this.button, "span", { "aria-hidden": "true" });
  }

  /** As in the sheet: phones upright and lying, and windows that a strong zoom makes as small. */
  static get isFullScreen(): boolean {
    return matchMedia("(max-width:480px),(max-height:480px)").matches;
  }

  draw({ open, ready, unread, locale, appearance }: Drawn): void {
    const [show, hide, title, word] = WORDS[locale];
    const full = open && Launcher.isFullScreen;
    const look = { ...NEUTRAL, ...appearance };
    const label = look.launcher.kind === "label" && !open ? look.launcher.text || "" : "";
    this.root.className = [open && "open", open && ready && "ready", label && "labelled"]
      .filter(Boolean)
      .join(" ");
    this.root.lang = locale;
    this.#icon.setAttribute("d", open ? CROSS : TALK);
    this.#label.textContent = label;
    this.#badge.textContent = open || !unread ? "" : unread > 99 ? "99+" : String(unread);
    // What is read aloud begins with what is seen, so that it can be called by voice.
    const name = open ? hide : label ? `${label}. ${show}` : show;
    this.button.ariaLabel = !open && unread ? `${name}, ${word}: ${unread}` : name;
    this.button.ariaExpanded = String(open);
    this.panel.ariaLabel = title;
    this.panel.ariaModal = String(full);
    this.#dress(look);
    this.#cover(full);
  }

  #dress(look: Appearance): void {
    const style = this.host.style;
    // Names of our own: a page's variables reach into the shadow, and `--accent` is a word of many pages.
    style.setProperty("--omni-accent", look.accent);
    style.setProperty("--omni-on-accent", textOn(look.accent));
    style.setProperty("--omni-radius", `${look.radius}px`);
    style.setProperty("--omni-x", `${look.x}px`);
    style.setProperty("--omni-y", `${look.y}px`);
    style.setProperty("--omni-scheme", look.scheme === "auto" ? "light dark" : look.scheme);
    this.host.toggleAttribute("left", look.position === "left");
  }

  /** On a phone the chat covers the page: the page holds still and the chat stays above the keyboard. */
  #cover(full: boolean): void {
    if (full !== this.#held) {
      this.#held = full;
      const style = document.documentElement.style;
      [style.overflow, this.#overflow] = full ? ["hidden", style.overflow] : [this.#overflow, ""];
    }
    const viewport = window.visualViewport;
    this.panel.style.height = full && viewport ? `${viewport.height}px` : "";
    this.panel.style.top = full && viewport ? `${viewport.offsetTop}px` : "";
  }
}
