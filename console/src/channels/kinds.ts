import type { Account } from "~/api/channels";

/** A way to connect a channel; WhatsApp has two. */
export const KINDS = [
  "telegram",
  "whatsapp-meta",
  "whatsapp-twilio",
  "sms",
  "email",
  "vk",
  "max",
  "api",
] as const;
export type Kind = (typeof KINDS)[number];

export type FieldName =
  | "token"
  | "telegram_token"
  | "phone_number_id"
  | "business_account_id"
  | "app_secret"
  | "account_sid"
  | "auth_token"
  | "sender"
  | "number"
  | "messaging_service_sid"
  | "group_id"
  | "api_url";

export interface Field {
  name: FieldName;
  /** As the api calls it, where that is another word. */
  as?: string;
  /** Entered like a password, and never shown again. */
  secret?: true;
  optional?: true;
  /** What the api takes. */
  pattern: RegExp;
}

const SECRET = /^[\x21-\x7e]{8,4000}$/;
const SID = /^[A-Za-z0-9_-]{1,100}$/;
const DIGITS = /^[0-9]{1,30}$/;
export const PHONE = /^\+[1-9][0-9]{6,14}$/;

const TOKEN: Field = { name: "token", secret: true, pattern: SECRET };
const TWILIO: Field[] = [
  { name: "account_sid", pattern: SID },
  { name: "auth_token", secret: true, pattern: SECRET },
];

/** What an account is connected with; a mailbox has a form of its own. */
export const FIELDS: Readonly<Record<Exclude<Kind, "email">, readonly Field[]>> = {
  telegram: [
    { name: "telegram_token", as: "token", secret: true, pattern: /^[0-9]{5,20}:[A-Za-z0-9_-]{30,100}$/ },
  ],
  "whatsapp-meta": [
    { name: "phone_number_id", pattern: DIGITS },
    { name: "business_account_id", pattern: DIGITS },
    TOKEN,
    { name: "app_secret", secret: true, pattern: SECRET },
  ],
  "whatsapp-twilio": [...TWILIO, { name: "sender", pattern: PHONE }],
  sms: [
    ...TWILIO,
    { name: "number", pattern: PHONE },
    { name: "messaging_service_sid", optional: true, pattern: SID },
  ],
  vk: [{ name: "group_id", pattern: DIGITS }, TOKEN],
  max: [TOKEN],
  api: [{ name: "api_url", as: "url", pattern: /^https?:\/\/[^\s?#]+$/ }],
};

export const isKind = (kind: string): kind is Kind => KINDS.some((each) => each === kind);

/** The channel type that a kind connects. */
export const typeOf = (kind: Kind): string => kind.split("-")[0] as string;

/** How a channel was connected; null for one that is not connected by credentials. */
export function kindOf({ type, provider }: { type: string; provider: string }): Kind | null {
  const kind = type === "whatsapp" ? `${type}-${provider}` : type;
  return isKind(kind) ? kind : null;
}

/** What was typed, by field. */
export type Draft = Readonly<Partial<Record<FieldName, string>>>;

/** What was typed as the api takes it. */
export function accountOf(kind: Exclude<Kind, "email">, draft: Draft): Account {
  const told = FIELDS[kind]
    .map(({ name, as }) => [as ?? name, (draft[name] ?? "").trim()] as const)
    .filter(([, value]) => value !== "");
  const provider = kind.split("-")[1];
  return { ...(provider && { provider }), ...Object.fromEntries(told) };
}

/** Fields whose value the api would not take. */
export function faultsOf(kind: Exclude<Kind, "email">, draft: Draft): FieldName[] {
  return FIELDS[kind]
    .filter(({ name, pattern, optional }) => {
      const value = (draft[name] ?? "").trim();
      return value === "" ? !optional : !pattern.test(value);
    })
    .map(({ name }) => name);
}

const SET_BY_HAND: readonly Kind[] = ["whatsapp-meta", "whatsapp-twilio", "sms", "api"];

/** Whether the other side may have to be told our address by hand; else it is told by us. */
export const isSetByHand = (kind: Kind): boolean => SET_BY_HAND.includes(kind);
