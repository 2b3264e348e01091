import { request } from "~/api/client";
import type { Names } from "~/api/types";
import type { Uploaded } from "~/files/upload";

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

export const FIELD_KINDS = ["name", "email", "phone", "text", "select"] as const;
export type FieldKind = (typeof FIELD_KINDS)[number];

export interface AskedField {
  key: string;
  kind: FieldKind;
  label: Names;
  required: boolean;
  /** Of a select. */
  options: { value: string; label: Names }[];
}

export interface AskedForm {
  intro: Names | null;
  fields: AskedField[];
  consent: { purpose: string; text: Names; url: string | null } | null;
}

export interface PreChat extends AskedForm {
  shown: "always" | "outside_hours";
}

/** All that is given must hold. */
export interface OpeningWhen {
  page: string | null;
  after_s: number | null;
  scroll: number | null;
  event: string | null;
}

export interface Opening {
  id: string;
  text: Names;
  when: OpeningWhen;
  once: "visit" | "visitor";
}

/** A widget's settings. */
export interface Look {
  theme: Theme;
  title: Names | null;
  greeting: Names | null;
  away: Names | null;
  pre_chat: PreChat | null;
  offline: AskedForm | null;
  openings: Opening[];
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

/** The logo as it is kept, where it is one's own upload; a colleague's is not to be looked at by its id. */
export const findLogo = (id: string, signal?: AbortSignal): Promise<Uploaded> =>
  request<{ file: Uploaded }>("GET", `/files/${encodeURIComponent(id)}`, { signal }).then(({ file }) => file);
