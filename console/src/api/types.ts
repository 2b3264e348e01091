/** The shapes of the console API, as in /openapi.json. The server only adds to them. */

export type ConversationStatus = "open" | "pending" | "snoozed" | "resolved";
export type Controller = "scenario" | "assistant" | "operator";
export type Direction = "inbound" | "outbound" | "note" | "event";
export type AuthorKind = "customer" | "scenario" | "assistant" | "operator" | "system";
export type MessageStatus =
  | "pending"
  | "sending"
  | "sent"
  | "delivered"
  | "read"
  | "failed"
  | "uncertain"
  | "cancelled";

export interface Named {
  id: string;
  name: string;
}

export interface Me {
  user: { id: string; name: string; email: string; locale: string };
  tenant: { id: string; slug: string; name: string };
  role: string;
  permissions: string[];
  /** Which conversations: `all`, those of one's `departments`, one's `own`. */
  scope?: string;
  /** Whether the e-mail address is. */
  verified: boolean;
  two_factor: boolean;
  /** The workspace asks for a second factor and there is none: nothing else is open. */
  two_factor_required: boolean;
  /** What one is above the tenants: `admin`, `manager`, … */
  platform_role?: string | null;
  /** Who acts in this person's name, when somebody does, and until when. */
  impersonator?: { name: string; until?: string | null } | null;
}

/** Where a mail goes, if it goes. */
export interface Sent {
  email: string;
}

export interface SecondFactorToken {
  token: string;
  expires_in: number;
}

export interface TwoFactorNeeded {
  two_factor: SecondFactorToken;
}

export interface OwnTenant {
  id: string;
  slug: string;
  name: string;
  role: string;
  current: boolean;
}

/** Where one is signed in. */
export interface SessionOut {
  id: string;
  kind: "cookie" | "refresh";
  device: string | null;
  address: string | null;
  created_at: string;
  last_seen_at: string;
  expires_at: string;
  current: boolean;
  impersonated: boolean;
}

/** An API key; `user_id` is null for the workspace's own. */
export interface Key {
  id: string;
  name: string;
  user_id: string | null;
  scopes: string[];
  /** How it ends. */
  hint: string;
  created_by: string | null;
  created_at: string;
  expires_at: string | null;
  last_used_at: string | null;
}

export interface Keys {
  items: Key[];
  next_cursor: string | null;
}

export interface MadeKey {
  key: Key;
  /** Told this once. */
  token: string;
}

export interface NewKey {
  name: string;
  scopes: string[];
  expires_at?: string | null;
}

/** The seed of a second factor, told this once. */
export interface Enrolment {
  secret: string;
  otpauth_url: string;
  qr_svg: string;
}

export interface RecoveryCodes {
  recovery_codes: string[];
}

export interface ChannelRef extends Named {
  type: string;
}

export interface LastMessage {
  text: string;
  direction: Direction;
  author: Author;
  seq: number;
  created_at: string;
}

export interface Conversation {
  id: string;
  status: ConversationStatus;
  controller: Controller;
  assignee: Named | null;
  department: Named | null;
  channel: ChannelRef;
  customer: { id: string; name: string | null };
  scenario: Named | null;
  last_message: LastMessage | null;
  unread: number;
  tags: string[];
  waiting_since: string | null;
  snoozed_until: string | null;
  last_seq: number;
  /** How far the customer has read. */
  customer_seen_seq: number;
  /** The last score that the customer gave. */
  rating?: Rating | null;
  created_at: string;
  updated_at: string;
}

/** How long the lists of the inbox are, none counted beyond 1,000; of departments, what is open there. */
export interface ConversationCounts {
  mine: number;
  unassigned: number;
  bot: number;
  all: number;
  open: number;
  snoozed: number;
  departments: Record<string, number>;
}

export interface Rating {
  scale: "stars5" | "nps10" | "thumbs" | "emoji" | "ces7";
  score: number;
  comment: string | null;
}

export interface Author {
  kind: AuthorKind;
  id: string | null;
  name: string | null;
}

export interface Source {
  title: string;
  url: string | null;
  document_id: string | null;
  quote: string | null;
}

export interface Button {
  id: string;
  label: string;
}

export type EventType =
  | "taken_over"
  | "handed_back"
  | "assigned"
  | "unassigned"
  | "transferred"
  | "resolved"
  | "reopened"
  | "snoozed"
  | "woken"
  | "handoff"
  | "unattended"
  | "sent_instead"
  | "came_instead";

export interface MessageContent {
  parts?: { text?: string }[];
  buttons?: Button[];
  /** Answers that are offered: pressing one sends its words. */
  quick_replies?: { label: string }[];
  sources?: Source[];
  event?: { type: EventType | string; [name: string]: unknown };
  /** Where it went when it could not be delivered here. */
  instead?: { message_id: string; conversation_id: string; channel_type: string };
  /** One for each person; without an emoji it was taken back. */
  reactions?: { who: string; emoji: string | null; at: string }[];
  location?: { lat: number; lon: number; address?: string | null };
  contact?: { name?: string | null; phone: string };
  /** What it said before the customer changed it. */
  edited_from?: string;
  /** The customer has taken it back. */
  withdrawn?: boolean;
  /** What was said in a voice message, in writing. */
  transcript?: string;
  subject?: string;
  /** What the company's own mail server says of a sender: pass, fail or none. */
  dmarc?: string;
  /** A machine wrote it, and none of ours answers. */
  automatic?: boolean;
  original?: { id: string; size: number };
  /** The widget's form that it came with, as the customer has read and filled it in. */
  form?: FilledForm;
  /** What the widget had said unasked, and this answers. */
  opening?: { id: string; text: string };
}

/** A file that a message brought, or went with. */
export interface Attachment {
  id: string;
  name: string;
  mime: string;
  size: number;
  kind: "file" | "image" | "audio" | "video";
  voice?: boolean;
  /** Of what came by a provider: whether it was fetched from there. */
  state?: "waiting" | "ready" | "failed";
}

/** A file with a link that opens for minutes. */
export interface FileLink {
  url: string;
  width: number | null;
  height: number | null;
}

export interface FilledForm {
  kind: "pre_chat" | "offline";
  fields: { key: string; label: string; value: string }[];
  consent?: { purpose: string; text: string };
}

/** Where a mail is as it came; the links are good for minutes. */
export interface OriginalMail {
  size: number;
  page_url: string;
  file_url: string;
}

export interface Message {
  id: string;
  conversation_id: string;
  /** Numbers every row of a conversation without a hole: the only order there is. */
  seq: number;
  direction: Direction;
  author: Author;
  text: string;
  content: MessageContent | null;
  attachments: Attachment[] | null;
  reply_to: string | null;
  status: MessageStatus | null;
  external_id: string | null;
  client_message_id: string | null;
  turn: number | null;
  created_at: string;
}

export interface ConversationPage {
  items: Conversation[];
  next_cursor: string | null;
  /** Sent by servers that count; without it the length of the first page is shown. */
  total?: number | null;
}

export interface MessagePage {
  conversation_id: string;
  messages: Message[];
  last_seq: number;
}

export interface Customer {
  id: string;
  name: string | null;
  email: string | null;
  phone: string | null;
  locale: string | null;
  fields: Record<string, unknown>;
  verified: boolean;
  identities: { channel_type: string; external_id: string }[];
  created_at: string;
  pages?: { url: string; title: string | null }[];
  consents?: Record<string, Consent>;
}

/** A customer as his own page reads and changes him. */
export interface WholeCustomer extends Customer {
  external_id: string | null;
  tags: string[];
  consents: Record<string, Consent>;
  revision: number;
  updated_at: string;
}

/** What a customer said of one purpose. */
export interface Consent {
  status: "granted" | "denied";
  source: string;
  at: string;
}

/** A customer in a list, with the types of the channels that he wrote on. */
export interface CustomerLine {
  id: string;
  name: string | null;
  email: string | null;
  phone: string | null;
  tags: string[];
  verified: boolean;
  channels: string[];
  created_at: string;
}

/** `total` counts up to 10,000. */
export interface CustomerPage {
  items: CustomerLine[];
  next_cursor: string | null;
  total: number;
  total_is_more: boolean;
}

export interface Note {
  id: string;
  customer_id: string;
  author_id: string;
  author_name: string;
  text: string;
  created_at: string;
  updated_at: string;
}

export interface NotePage {
  items: Note[];
  next_cursor: string | null;
}

export interface Member {
  id: string;
  name: string;
  email: string;
  role: string;
  online: boolean;
}

export interface Department {
  id: string;
  name: string;
  open: boolean;
  next_open: string | null;
  timezone: string;
}

/** `application/problem+json`. */
export interface Problem {
  type?: string;
  title?: string;
  status: number;
  detail?: string;
  code: string;
  errors?: { field: string; message: string }[];
}

/** What operators do to a conversation, as the routes are named. */
export type Verb = "take-over" | "hand-back" | "assign" | "transfer" | "resolve" | "reopen" | "snooze";

export type MessageKind = "reply" | "note";

/** A tag that the tenant offers; `color` is a name of the design's palette. */
export interface Tag {
  key: string;
  name: string;
  color: string;
}

/** From and until on the clock of the calendar's zone; `24:00` is the end of the day. */
export type Span = [string, string];
export type Weekday = "mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun";
/** A weekday that is absent, or has no span, is closed. */
export type WeekHours = Partial<Record<Weekday, Span[]>>;

/** A day with hours of its own; none: closed. */
export interface Holiday {
  date: string;
  name: string;
  hours: Span[];
}

export interface Keeper {
  id: string;
  key: string;
}

/** A name in one of the product's languages, or both. */
export type Names = Partial<Record<"ru" | "en", string>>;

export interface Calendar {
  id: string;
  key: string;
  name: Names;
  timezone: string;
  hours: WeekHours;
  holidays: Holiday[];
  departments: Keeper[];
  open: boolean;
  next_open: string | null;
}

/** How a connection signs in; `headers` are names, never values. */
export interface ConnectionAuth {
  kind: string;
  headers: string[];
}

export interface Connection {
  id: string;
  key: string;
  name: string;
  base_url: string;
  auth: ConnectionAuth;
  created_at: string;
  updated_at: string;
}

export interface Webhook {
  id: string;
  name: string;
  url: string;
  events: string[];
  active: boolean;
  /** `gone` when the other side answered 410. */
  disabled_reason: string | null;
  created_at: string;
  updated_at: string;
}

export interface Delivery {
  id: string;
  event: string;
  status: string;
  attempts: number;
  last_status: number | null;
  last_error: string | null;
  next_at: string | null;
  created_at: string;
  finished_at: string | null;
  body: Record<string, unknown>;
}

export interface DeliveryPage {
  items: Delivery[];
  cursor: string | null;
}

export interface AvailabilityState {
  state: string;
  kind: string;
  since: string | null;
}

/** 1 a little, 5 best. */
export interface SkillHeld {
  skill_id: string;
  level: number;
}

/** A member as the team pages show him. */
export interface TeamMember extends Member {
  availability: AvailabilityState;
  departments: string[];
  skills: SkillHeld[];
  /** Channel type, or `any` for all together, to conversations at once. */
  capacity: Record<string, number>;
  disabled: boolean;
}

export interface MemberPage {
  items: TeamMember[];
  next_cursor: string | null;
}

export interface TeamDepartment extends Department {
  key: string;
  names: Names;
  hours: WeekHours;
  /** It takes what names no department. */
  default: boolean;
}

export interface Skill {
  id: string;
  key: string;
  name: string;
  members: number;
}

export type RoleScope = "all" | "departments" | "own";

export interface Role {
  key: string;
  name: string;
  built_in: boolean;
  permissions: string[];
  scope: RoleScope;
  members: number;
}

export interface PermissionWords {
  key: string;
  group: string;
  title: Record<"ru" | "en", string>;
  description: Record<"ru" | "en", string>;
}

export interface PermissionGroup {
  key: string;
  title: Record<"ru" | "en", string>;
}

export interface Permissions {
  groups: PermissionGroup[];
  items: PermissionWords[];
}

export interface AuditActor {
  kind: string;
  id: string | null;
  name: string;
}

export interface AuditTarget {
  kind: string;
  id: string | null;
}

export interface AuditLine {
  id: number;
  at: string;
  actor: AuditActor;
  impersonator_id: string | null;
  action: string;
  outcome: string;
  target: AuditTarget | null;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  address: string | null;
  user_agent: string | null;
}

export interface AuditPage {
  items: AuditLine[];
  next_cursor: string | null;
}
