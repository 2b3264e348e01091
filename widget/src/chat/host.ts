import { checkedAppearance } from "../shared/appearance";
import type { Forget, HostState, ToHost, Wanted } from "../shared/protocol";
import { asLocale, MARK, VIEWS } from "../shared/protocol";

/** The page around the iframe, as the loader speaks for it. */
export interface Host {
  post(body: ToHost): void;
}

function checkedView(view: Wanted | null): Wanted | null {
  if (!view || !VIEWS.includes(view.name)) return null;
  return { name: view.name, times: Number(view.times) || 0, ...(view.id ? { id: String(view.id) } : {}) };
}

function checked(state: HostState): HostState {
  return {
    type: "host",
    open: state.open === true,
    focus: state.focus === true,
    locale: asLocale(state.locale) ?? "en",
    appearance: checkedAppearance(state.appearance),
    identity: state.identity ?? null,
    events: Array.isArray(state.events) ? state.events : [],
    page: {
      url: String(state.page?.url ?? "").slice(0, 2000),
      title: String(state.page?.title ?? "").slice(0, 200),
    },
    view: checkedView(state.view),
    opening: state.opening ? String(state.opening).slice(0, 100) : null,
    kept: typeof state.kept === "object" && state.kept ? state.kept : {},
  };
}

/**
 * Listen to the loader. The first word of the parent window fixes the origin: from then on only that origin is
 * heard, and answers go to exactly it. An origin that cannot be named (`file:`) is heard but never answered.
 */
export function listenToHost(
  onState: (state: HostState) => void,
  onForget: () => void,
  view: Window = window,
): Host {
  let origin = "";
  addEventListener("message", (event: MessageEvent) => {
    const body = (event.data as Record<string, HostState | Forget> | null)?.[MARK];
    if (event.source !== view.parent || !body || !["host", "forget"].includes(body.type)) return;
    if (origin && event.origin !== origin) return;
    const first = !origin;
    origin = event.origin;
    if (body.type === "forget") return onForget();
    onState(checked(body));
    if (first) post({ type: "ready" });
  });
  function post(body: ToHost): void {
    if (/^https?:/.test(origin)) view.parent.postMessage({ [MARK]: body }, origin);
  }
  return { post };
}
