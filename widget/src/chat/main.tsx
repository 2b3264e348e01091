import { effect } from "@preact/signals";
import { render } from "preact";
import "../../../console/src/design/tokens.css";
import "./styles/chat.css";
import "./styles/log.css";
import "./styles/composer.css";
import "./styles/preferences.css";
import { asLocale, type HostState, type ToHost } from "../shared/protocol";
import { Chat } from "./chat";
import { type Host, listenToHost } from "./host";
import { httpTransport } from "./http";
import { Problem } from "./problem";
import { browserStore, keptStore, memoryStore, type Store } from "./storage";
import { locale, t } from "./texts";
import { applyAppearance } from "./theme";
import { App } from "./ui/app";

const query = new URLSearchParams(location.search);
// `/widget/{slug}`, and below it a view's own address.
const [slug = "", viewName = "chat", articleId] = location.pathname
  .split("/")
  .filter(Boolean)
  .slice(1)
  .map(decodeURIComponent);
const embedded = query.has("embed") && window.parent !== window;
// The mock is a chunk of its own: nobody but its viewers loads it.
const isMock = query.get("mock") === "true";
const transport = isMock
  ? (await import("./mock/transport")).mockTransport({
      language: () => locale.value,
      problem: (code, status) => new Problem(code, status),
      pace: 1,
      form: query.has("form"),
    })
  : httpTransport(slug);

let host: Host | null = null;
const wanted = asLocale(query.get("locale"));
const root = document.getElementById("app") as HTMLElement;

function begin(store: Store): Chat {
  const chat = new Chat({ slug, transport, store, notify: (body: ToHost) => host?.post(body) });
  if (wanted) locale.value = wanted;
  effect(() => {
    document.documentElement.lang = locale.value;
    document.title = t("chat.label", { name: chat.state.config.value?.title ?? slug });
  });
  effect(() => applyAppearance(chat.state.appearance.value));
  return chat;
}

/** In a page of the company: the loader speaks first, and keeps what the browser does not let a frame keep. */
function beginInside(own: Store | null): void {
  let chat: Chat | null = null;
  const start = (kept: HostState["kept"]) => {
    chat = begin(own ?? keptStore(kept, (key, value) => host?.post({ type: "keep", key, value })));
    render(<App chat={chat} onClose={() => host?.post({ type: "close" })} />, root);
    return chat;
  };
  host = listenToHost(
    (state) => (chat ?? start(state.kept)).followHost(state),
    () => {
      (chat ?? start({})).forget();
      location.reload();
    },
  );
}

const store = isMock ? memoryStore() : browserStore(`omnisupport:${slug}:`);
if (embedded) beginInside(store);
else {
  const chat = begin(store ?? memoryStore());
  render(<App chat={chat} />, root);
  if (isMock) await import("./mock/preview").then(({ follow }) => follow(chat.state));
  if (articleId) chat.see("article", articleId);
  else if (viewName === "articles" || viewName === "form") chat.see(viewName);
  // In the designer its fields keep the focus.
  chat.show(viewName === "chat" && parent === window);
}
