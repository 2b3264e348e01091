import css from "./loader.css?inline";
import { add } from "./parts";

/** A constructed sheet needs no exception in the host's `style-src`; the element is for browsers without one. */
export function addStyles(shadow: ShadowRoot): void {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    shadow.adoptedStyleSheets = [sheet];
  } catch {
    add(shadow, "style").textContent = css;
  }
}
