import { effect } from "@preact/signals";
import { render } from "preact";
import "../../../console/src/design/tokens.css";
import "./styles/chat.css";
import "./styles/log.css";
import "./styles/composer.css";
import "./styles/preferences.css";
import { asLocale, type ToHost } from "../shared/protocol";
import { Chat } from "./chat";
import { type Host, listenToHost } from "./host";
import { httpTransport } from "./http";
import { Problem } from "./problem";
import { browserStore, memoryStore } from "./storage";
import { locale, t } from "./texts";
import { applyAccent } from "./theme";
import { App } from "./ui/app";

const query = new URLSearchParams(location.search);
const slug = decodeURIComponent(location.pathname.split("/").filter(Boolean).at(-1) ?? "");
const embedded = query.has("embed") && window.parent !== window;
// The mock is a chunk of its own: nobody but its viewers loads it.
const isMock = query.get("mock") === "true";
const transport = isMock
  ? (await import("./mock/transport")).mockTransport({
      language: () => locale.value,
      problem: (code, status) => new Problem(code, status),
      pace: 1,
    })
  : httpTransport(slug);

let host: Host | null = null;
const chat = new Chat({
  slug,
  transport,
  store: isMock ? memoryStore() : browserStore(`omnisupport:${slug}:`),
  notify: (body: ToHost) => host?.post(body),
});

const wanted = asLocale(query.get("locale"));
if (wanted) locale.value = wanted;

effect(() => {
  document.documentElement.lang = locale.value;
  document.title = t("chat.label", { name: chat.state.config.value?.title ?? slug });
});
effect(() => applyAccent(chat.state.accent.value ?? chat.state.config.value?.theme.accent));

const root = document.getElementById("app") as HTMLElement;
if (embedded) {
  host = listenToHost((state) => chat.followHost(state));
  render(<App chat={chat} onClose={() => host?.post({ type: "close" })} />, root);
} else {
  render(<App chat={chat} />, root);
  chat.show(true);
}
