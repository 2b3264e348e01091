import type {
  Author,
  Conversation,
  ConversationCounts,
  Customer,
  Department,
  Me,
  Member,
  Message,
  MessageContent,
} from "~/api/types";
import { type QueuedText, queued } from "~/thread/outbox-item";

/** Made-up people and rows for the kit; times are relative to when it is opened. */
const opened = Date.now();
const MINUTE = 60_000;
export const ago = (minutes: number) => new Date(opened - minutes * MINUTE).toISOString();
const ahead = (minutes: number) => new Date(opened + minutes * MINUTE).toISOString();

export const me: Me = {
  user: { id: "u1", name: "Анна Соколова", email: "anna@demo.test", locale: "ru" },
  tenant: { id: "t1", slug: "demo", name: "Чайная лавка" },
  role: "owner",
  permissions: ["conversations.read", "conversations.reply", "conversations.assign", "conversations.control"],
  verified: true,
  two_factor: false,
  two_factor_required: false,
};

export const members: Member[] = [
  { id: "u1", name: "Анна Соколова", email: "anna@demo.test", role: "owner", online: true },
  { id: "u2", name: "Пётр Лебедев", email: "petr@demo.test", role: "operator", online: true },
  { id: "u3", name: "Maya Lindqvist", email: "maya@demo.test", role: "operator", online: false },
];

export const counts: ConversationCounts = {
  mine: 3,
  unassigned: 2,
  bot: 12,
  all: 1_000,
  open: 17,
  snoozed: 4,
  departments: { d1: 5 },
};

export const departments: Department[] = [
  { id: "d1", name: "Поддержка", open: true, next_open: null, timezone: "Europe/Moscow" },
  { id: "d2", name: "Опт", open: false, next_open: ahead(16 * 60), timezone: "Europe/Moscow" },
  { id: "d3", name: "Press", open: false, next_open: null, timezone: "Europe/Moscow" },
];

const widget = { id: "c1", type: "widget", name: "Сайт" };

export function conversation(change: Partial<Conversation> = {}): Conversation {
  return {
    id: "k1",
    status: "open",
    controller: "operator",
    assignee: { id: "u1", name: "Анна Соколова" },
    department: { id: "d1", name: "Поддержка" },
    channel: widget,
    customer: { id: "p1", name: "Мария Ковалёва" },
    scenario: null,
    last_message: {
      text: "Спасибо, что так быстро!",
      direction: "inbound",
      author: { kind: "customer", id: "p1", name: "Мария Ковалёва" },
      seq: 12,
      created_at: ago(4),
    },
    unread: 0,
    tags: ["доставка", "возврат"],
    waiting_since: ago(4),
    snoozed_until: null,
    last_seq: 12,
    customer_seen_seq: 12,
    created_at: ago(90),
    updated_at: ago(4),
    ...change,
  };
}

const orders = { id: "s1", name: "Статус заказа" };
const bot: Author = { kind: "scenario", id: "s1", name: "Статус заказа" };
const last = (
  direction: "inbound" | "outbound" | "note" | "event",
  author: Author,
  text: string,
  minutes: number,
) => ({
  text,
  direction,
  author,
  seq: 1,
  created_at: ago(minutes),
});

/** One row for each state of a list entry. */
export const conversations: Conversation[] = [
  conversation({ unread: 2 }),
  conversation({
    id: "k2",
    assignee: null,
    customer: { id: "p2", name: "Игорь Тен" },
    waiting_since: ago(18),
    unread: 1,
    last_message: last(
      "inbound",
      { kind: "customer", id: "p2", name: null },
      "Не могу оплатить картой, пишет «отказ банка»",
      18,
    ),
  }),
  conversation({
    id: "k3",
    controller: "scenario",
    scenario: orders,
    assignee: null,
    customer: { id: "p3", name: "" },
    last_message: last("outbound", bot, "Подскажите номер заказа: он начинается с буквы A.", 30),
  }),
  conversation({
    id: "k4",
    controller: "assistant",
    assignee: null,
    channel: { id: "c2", type: "telegram", name: "Telegram" },
    customer: { id: "p4", name: "Sophie Marchand-Delacroix de la Tour" },
    last_message: last(
      "outbound",
      { kind: "assistant", id: null, name: null },
      "We ship to France within 5–9 days.",
      200,
    ),
  }),
  conversation({
    id: "k5",
    status: "snoozed",
    snoozed_until: ahead(17 * 60),
    customer: { id: "p5", name: "Олег Быков" },
    last_message: last(
      "note",
      { kind: "operator", id: "u2", name: "Пётр" },
      "Ждём поставку завтра утром",
      60 * 26,
    ),
  }),
  conversation({
    id: "k6",
    status: "resolved",
    rating: { scale: "stars5", score: 5, comment: "Всё понятно объяснили." },
    customer: { id: "p6", name: "لیلا رضایی" },
    last_message: last(
      "outbound",
      { kind: "operator", id: "u1", name: "Анна" },
      "Рада помочь! Хорошего дня.",
      60 * 50,
    ),
  }),
  conversation({ id: "k7", status: "pending", customer: { id: "p7", name: "Вера" }, last_message: null }),
];

export const customer: Customer = {
  id: "p1",
  name: "Мария Ковалёва",
  email: "maria.kovaleva.long.address@example.com",
  phone: "+7 916 555-01-23",
  locale: "ru",
  fields: { "Номер заказа": "A-10274", Сумма: 4350 },
  verified: false,
  identities: [{ channel_type: "widget", external_id: "v1" }],
  created_at: ago(60 * 24 * 30),
  pages: [{ url: "https://shop.example/catalog/oolong", title: "Улуны — каталог" }],
};

export const verifiedCustomer: Customer = {
  ...customer,
  id: "p9",
  name: "Sophie Marchand",
  email: null,
  phone: null,
  locale: "en",
  fields: {},
  verified: true,
  pages: [],
};

let seq = 0;
export function message(change: Partial<Message> & { text: string }, content: MessageContent = {}): Message {
  seq += 1;
  return {
    id: `m${seq}`,
    conversation_id: "k1",
    seq,
    direction: "inbound",
    author: { kind: "customer", id: "p1", name: "Мария Ковалёва" },
    content,
    attachments: [],
    reply_to: null,
    status: null,
    external_id: null,
    client_message_id: null,
    turn: null,
    created_at: ago(40 - seq),
    ...change,
  };
}

export const authors = {
  bot,
  assistant: { kind: "assistant", id: null, name: null } satisfies Author,
  mine: { kind: "operator", id: "u1", name: "Анна Соколова" } satisfies Author,
  colleague: { kind: "operator", id: "u2", name: "Пётр Лебедев" } satisfies Author,
  system: { kind: "system", id: null, name: null } satisfies Author,
};

export function outboxItem(change: Partial<QueuedText>): QueuedText {
  return {
    id: "o1",
    conversationId: "k1",
    kind: "reply",
    text: "Курьер приедет завтра после 12:00.",
    ...queued(),
    ...change,
  };
}
