import { request } from "~/api/client";
import type { Names } from "~/api/types";

export type Scheme = "auto" | "light" | "dark";

export interface Theme {
  accent: string;
  scheme: Scheme;
  radius: number;
  position: "right" | "left";
  x: number;
  y: number;
  launcher: { kind: "bubble" | "label"; text: Names | null };
  logo_file_id: string | null;
}

export const FEATURES = ["articles", "files", "voice", "csat", "receipts", "history"] as const;
export type Features = Record<(typeof FEATURES)[number], boolean>;

/** What the designer changes of a widget's settings; the rest of them stays as it is. */
export interface Look {
  theme: Theme;
  title: Names | null;
  greeting: Names | null;
  away: Names | null;
  features: Features;
}

export interface WidgetChannel {
  id: string;
  settings: Look;
}

interface Listed extends WidgetChannel {
  type: string;
}

export const widgetKey = ["settings", "widget"] as const;

export const widget = {
  /** The workspace has one, or none where it was taken away. */
  read: async (signal?: AbortSignal): Promise<WidgetChannel | null> => {
    const { items } = await request<{ items: Listed[] }>("GET", "/channels", { signal });
    return items.find(({ type }) => type === "widget") ?? null;
  },
  change: (id: string, body: Look) =>
    request<{ channel: WidgetChannel }>("PATCH", `/channels/widget/${encodeURIComponent(id)}`, { body }).then(
      ({ channel }) => channel,
    ),
};
