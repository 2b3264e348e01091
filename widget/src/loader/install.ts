import { type Command, createWidget } from "./widget";

/** The one widget of a page, found again by a second copy of the loader. */
const RUNNING = "__omnisupport";

/**
 * Puts the real function in the place of the snippet's queue and runs what was queued. A second loader on
 * the same page (snippet pasted twice, tag manager) only hands its queue to the first.
 */
export function install(script: HTMLScriptElement, make = createWidget): void {
  const page = window as unknown as Record<string, Command & { q?: IArguments[] }>;
  const name = String(page.OmniSupport || "omni");
  const queue = page[name]?.q || [];
  const command = page[RUNNING] || make(new URL(".", script.src));
  page[RUNNING] = page[name] = command;
  for (const call of queue) command(...(call as unknown as [string]));
}
