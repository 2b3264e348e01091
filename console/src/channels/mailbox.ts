import type { Account } from "~/api/channels";
import services from "../../../omnisupport/domain/mail_services.json";

export const PRESETS = ["google", "microsoft", "yandex", "mailru", "other"] as const;
export type Preset = (typeof PRESETS)[number];
export const SIGN_INS = ["password", "oauth"] as const;
export type SignIn = (typeof SIGN_INS)[number];
export const ENCRYPTIONS = ["implicit", "starttls", "none"] as const;
export type Encryption = (typeof ENCRYPTIONS)[number];

interface Server {
  host: string;
  port: string;
  tls: Encryption;
}

export interface MailboxDraft {
  preset: Preset;
  address: string;
  sender_name: string;
  signIn: SignIn;
  password: string;
  client_id: string;
  client_secret: string;
  refresh_token: string;
  token_url: string;
  scope: string;
  imap: Server;
  smtp: Server;
  /** Where it is not the address. */
  username: string;
  authserv_id: string;
  /** The server takes mails to `address+anything`. */
  plus: boolean;
}

export type MailboxField =
  | "address"
  | "sender_name"
  | "password"
  | "client_id"
  | "client_secret"
  | "refresh_token"
  | "token_url"
  | "imap_host"
  | "imap_port"
  | "smtp_host"
  | "smtp_port"
  | "authserv_id";

type Known = Pick<MailboxDraft, "imap" | "smtp" | "token_url" | "scope" | "signIn" | "authserv_id">;

interface Service {
  imap: { host: string; port: number; tls: string };
  smtp: { host: string; port: number; tls: string };
  sign_in: string;
  authserv_id: string;
  oauth?: { token_url: string; scope: string };
}

function known({ imap, smtp, sign_in, authserv_id, oauth }: Service): Known {
  const server = ({ host, port, tls }: Service["imap"]): Server => ({
    host,
    port: String(port),
    tls: tls as Encryption,
  });
  return {
    imap: server(imap),
    smtp: server(smtp),
    token_url: oauth?.token_url ?? "",
    scope: oauth?.scope ?? "",
    signIn: sign_in as SignIn,
    authserv_id,
  };
}

const NOWHERE: Service = {
  imap: { host: "", port: 993, tls: "implicit" },
  smtp: { host: "", port: 465, tls: "implicit" },
  sign_in: "password",
  authserv_id: "",
};

/** Where mail providers keep a mailbox, and how they let programs in: what the api's reference shows, too. */
export const MAIL_SERVERS: Readonly<Record<Preset, Known>> = {
  google: known(services.google),
  microsoft: known(services.microsoft),
  yandex: known(services.yandex),
  mailru: known(services.mailru),
  other: known(NOWHERE),
};

export const EMPTY_MAILBOX: MailboxDraft = {
  preset: "google",
  address: "",
  sender_name: "",
  password: "",
  client_id: "",
  client_secret: "",
  refresh_token: "",
  username: "",
  plus: false,
  ...MAIL_SERVERS.google,
};

/** The same person's draft at another provider. */
export function withPreset(draft: MailboxDraft, preset: Preset): MailboxDraft {
  return { ...draft, preset, ...MAIL_SERVERS[preset] };
}

const ADDRESS = /^[^\s@<>,;]{1,64}@[A-Za-z0-9.-]{1,253}$/;
const HOST = /^[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?$/;
const SECURE = /^https:\/\/[^\s?#]+$/;

function isPort(text: string): boolean {
  return /^[0-9]{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;
}

/** Fields whose value the api would not take. */
export function mailboxFaults(draft: MailboxDraft): MailboxField[] {
  const isWrong: Partial<Record<MailboxField, boolean>> = {
    address: !ADDRESS.test(draft.address.trim()),
    imap_host: !HOST.test(draft.imap.host.trim()),
    imap_port: !isPort(draft.imap.port.trim()),
    smtp_host: !HOST.test(draft.smtp.host.trim()),
    smtp_port: !isPort(draft.smtp.port.trim()),
    authserv_id: draft.authserv_id.trim() !== "" && !HOST.test(draft.authserv_id.trim()),
    ...(draft.signIn === "password"
      ? { password: draft.password === "" }
      : {
          client_id: draft.client_id.trim() === "",
          client_secret: draft.client_secret.trim() === "",
          refresh_token: draft.refresh_token.trim() === "",
          token_url: !SECURE.test(draft.token_url.trim()),
        }),
  };
  return Object.entries(isWrong)
    .filter(([, wrong]) => wrong)
    .map(([name]) => name as MailboxField);
}

/** What was typed as the api takes it. */
export function mailboxOf(draft: MailboxDraft): Account {
  const username = draft.username.trim();
  const server = ({ host, port, tls }: Server) => ({
    host: host.trim(),
    port: Number(port),
    tls,
    ...(username && { username }),
  });
  const senderName = draft.sender_name.trim();
  const authservId = draft.authserv_id.trim();
  return {
    address: draft.address.trim(),
    ...(senderName && { sender_name: senderName }),
    ...(authservId && { authserv_id: authservId }),
    ...(draft.plus && { plus: true }),
    imap: server(draft.imap),
    smtp: server(draft.smtp),
    auth:
      draft.signIn === "password"
        ? { kind: "password", password: draft.password }
        : {
            kind: "oauth",
            token_url: draft.token_url.trim(),
            client_id: draft.client_id.trim(),
            client_secret: draft.client_secret.trim(),
            refresh_token: draft.refresh_token.trim(),
            scope: draft.scope.trim(),
          },
  };
}
