import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { LanguageChoice } from "~/frame/language-choice";
import { keys } from "~/inbox/cache";
import { type InboxPlace, PlaceContext } from "~/inbox/place";
import { prefs, setPrefs, type ThemeChoice } from "~/lib/prefs";
import { useStore } from "~/lib/store";
import { LiveSession } from "~/session/live-session";
import { SessionContext } from "~/session/session";
import { Segmented } from "~/ui/field";
import { Toasts } from "~/ui/toast";
import { AccountKit } from "./account-kit";
import { Colours } from "./colours";
import * as fixtures from "./fixtures";
import { InboxKit } from "./inbox-kit";
import { Primitives } from "./primitives";
import { NOT_SENT, ThreadKit } from "./thread-kit";
import "~/frame/frame.css";
import "./kit.css";

const THEMES: ThemeChoice[] = ["system", "light", "dark"];

/** Every component in every state, with made-up data and no server. */
export function KitPage() {
  const { t } = useTranslation();
  const { theme } = useStore(prefs);
  const page = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // A command list brings its choice into view, wherever on the page it stands.
    const frame = requestAnimationFrame(() => page.current?.scrollTo(0, 0));
    return () => cancelAnimationFrame(frame);
  }, []);
  return (
    <KitWorld>
      <div className="kit" ref={page}>
        <header className="kit__head">
          <h1>{t("kit.title")}</h1>
          <Segmented
            label={t("menu.theme")}
            value={theme}
            onChange={(choice) => setPrefs({ theme: choice })}
            options={THEMES.map((value) => ({ value, label: t(`theme.${value}`) }))}
          />
          <LanguageChoice />
        </header>
        <main className="kit__main" id="content">
          <Colours />
          <Primitives />
          <AccountKit />
          <InboxKit />
          <ThreadKit />
        </main>
        <Toasts />
      </div>
    </KitWorld>
  );
}

/** A session that never starts, an inbox that is nowhere, answers that are already there. */
function KitWorld({ children }: { children: ReactNode }) {
  const [queries, session] = useMemo(() => makeWorld(), []);
  return (
    <QueryClientProvider client={queries}>
      <SessionContext value={session}>
        <PlaceContext value={PLACE}>{children}</PlaceContext>
      </SessionContext>
    </QueryClientProvider>
  );
}

function makeWorld(): [QueryClient, LiveSession] {
  const queries = new QueryClient({
    defaultOptions: {
      queries: { staleTime: Number.POSITIVE_INFINITY, retry: false, queryFn: () => new Promise(() => {}) },
    },
  });
  queries.setQueryData(keys.members, fixtures.members);
  queries.setQueryData(keys.departments, fixtures.departments);
  queries.setQueryData(keys.counts, fixtures.counts);
  for (const view of ["mine", "unassigned", "bot", "all"] as const) {
    queries.setQueryData(keys.list({ view }), {
      pages: [{ items: [], next_cursor: null }],
      pageParams: [null],
    });
  }
  queries.setQueryData(
    ["fallback-options", NOT_SENT],
    [
      {
        identity_id: "i2",
        address: "+79990000000",
        vouched: true,
        channel: { id: "ch2", type: "sms", name: "SMS" },
      },
    ],
  );
  const session = new LiveSession(queries, fixtures.me);
  session.connection.set("waiting");
  session.outbox.items.set([
    fixtures.outboxItem({ id: "o1", state: "failed", code: "conversation_resolved" }),
    fixtures.outboxItem({
      id: "o2",
      state: "held",
      tried: true,
      code: "engine_unavailable",
      nextTryAt: Date.now() + 8_000,
    }),
    fixtures.outboxItem({ id: "o3", state: "held", kind: "note", text: "Проверить партию 11-02." }),
  ]);
  session.typing.people.set(new Map([["k1", { kind: "customer", id: "p1", name: "Мария" }]]));
  return [queries, session];
}

const PLACE = {
  search: { view: "mine" },
  conversationId: "k1",
  conversation: fixtures.conversation(),
  error: null,
  list: { items: fixtures.conversations, count: { count: 7, more: false } },
  panelShown: true,
  togglePanel: () => {},
  setSearch: () => {},
  open: () => {},
  step: () => {},
} as unknown as InboxPlace;
