import { isHex } from "../shared/colour";
import type { HostState, ToHost } from "../shared/protocol";
import { asLocale, MARK } from "../shared/protocol";

/** The page around the iframe, as the loader speaks for it. */
export interface Host {
  post(body: ToHost): void;
}

function checked(state: HostState): HostState {
  return {
    type: "host",
    open: state.open === true,
    focus: state.focus === true,
    locale: asLocale(state.locale) ?? "en",
    accent: isHex(state.accent) ? state.accent : null,
    identity: state.identity ?? null,
    events: Array.isArray(state.events) ? state.events : [],
    page: {
      url: String(state.page?.url ?? "").slice(0, 2000),
      title: String(state.page?.title ?? "").slice(0, 200),
    },
  };
}

/**
 * Listen to the loader. The first word of the parent window fixes the origin: from then on only that origin is
 * heard, and answers go to exactly it. An origin that cannot be named (`file:`) is heard but never answered.
 */
export function listenToHost(onState: (state: HostState) => void, view: Window = window): Host {
  let origin = "";
  addEventListener("message", (event: MessageEvent) => {
    const body = (event.data as Record<string, HostState> | null)?.[MARK];
    if (event.source !== view.parent || body?.type !== "host") return;
    if (origin && event.origin !== origin) return;
    const first = !origin;
    origin = event.origin;
    onState(checked(body));
    if (first) post({ type: "ready" });
  });
  function post(body: ToHost): void {
    if (/^https?:/.test(origin)) view.parent.postMessage({ [MARK]: body }, origin);
  }
  return { post };
}
