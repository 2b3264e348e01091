import { MARK } from "../../shared/protocol";
import type { ChatState } from "../state";
import type { Config } from "../types";

/** A look that is not saved yet, as the console's designer tells it to the mock in its page. */
export interface PreviewLook {
  type: "preview";
  theme: Config["theme"];
  title: string | null;
  greeting: string | null;
  features: NonNullable<Config["features"]>;
}

/** What the chat would be told with this look in its settings. */
export function withLook(config: Config, { theme, title, greeting, features }: PreviewLook): Config {
  return {
    ...config,
    theme,
    title: title || config.title,
    greeting: greeting ? { text: greeting, buttons: config.greeting?.buttons ?? [] } : config.greeting,
    features: { ...features },
  };
}

/** Follow the designer, which is a page of our own origin. */
export function follow(state: ChatState): void {
  let look: PreviewLook | null = null;
  let plain: Config | null = null;
  const draw = () => {
    if (look && plain) state.config.value = withLook(plain, look);
  };
  state.config.subscribe((config) => {
    // Another language brings another configuration: the look goes over that, too.
    if (!config || (plain && config.locale === plain.locale)) return;
    plain = config;
    queueMicrotask(draw);
  });
  addEventListener("message", ({ source, origin, data }: MessageEvent) => {
    if (source !== parent || origin !== location.origin || data?.[MARK]?.type !== "preview") return;
    look = data[MARK] as PreviewLook;
    draw();
  });
  if (parent !== window) parent.postMessage({ [MARK]: { type: "previewing" } }, location.origin);
}
