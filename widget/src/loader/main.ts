/**
 * The address that stands in the pages of our customers for years: it fetches the rest and hands the queue over.
 * A module of our origin needs no more of the page's policy than this script does.
 */
const script = (document.currentScript ||
  document.getElementById(
    String((window as { OmniSupport?: unknown }).OmniSupport || "omni"),
  )) as HTMLScriptElement;

import(/* @vite-ignore */ String(new URL("sdk.js", script.src))).then(
  ({ install }) => install(script),
  (error) => console.error("omni: the chat could not be loaded from", script.src, error),
);
