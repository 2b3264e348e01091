/** Who is in the mock: times count from its start. */
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const start = Date.now();
export const ago = (ms) => new Date(start - ms).toISOString();
export const id = (n) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;

export const me = {
  user: { id: id(1), name: "Анна Соколова", email: "owner@demo.test", locale: "ru" },
  tenant: { id: id(2), slug: "demo", name: "Чайная лавка" },
  role: "owner",
  permissions: [
    "conversations.read",
    "conversations.reply",
    "conversations.assign",
    "conversations.control",
    "customers.read",
    "team.read",
  ],
  verified: true,
  two_factor: false,
  two_factor_required: false,
};
export const members = [
  { id: id(1), name: "Анна Соколова", email: "owner@demo.test", role: "owner", online: true },
  { id: id(3), name: "Пётр Лебедев", email: "petr@demo.test", role: "operator", online: true },
  { id: id(4), name: "Maya Lindqvist", email: "maya@demo.test", role: "operator", online: false },
];
export const departments = [
  { id: id(5), name: "Поддержка", open: true, next_open: null, timezone: "Europe/Moscow" },
  {
    id: id(6),
    name: "Опт",
    open: false,
    next_open: new Date(start + 15 * HOUR).toISOString(),
    timezone: "Europe/Moscow",
  },
];
export const widget = { id: id(7), type: "widget", name: "Сайт" };
export const telegram = { id: id(8), type: "telegram", name: "Telegram" };
export const orders = { id: id(9), name: "Статус заказа" };
export const greeting = { id: id(10), name: "Приветствие" };

export const bot = (scenario) => ({ kind: "scenario", id: scenario.id, name: scenario.name });
export const assistant = { kind: "assistant", id: null, name: "Помощник" };
export const operator = { kind: "operator", id: me.user.id, name: me.user.name };
export const petr = { kind: "operator", id: members[1].id, name: members[1].name };
export const system = { kind: "system", id: null, name: null };

export const DELIVERY = {
  title: "Доставка по России",
  url: "https://shop.example/help/delivery",
  document_id: "delivery",
  quote: "Курьером по Москве — 350 ₽, бесплатно от 3 000 ₽. Почтой по России — от 290 ₽, 3–7 дней.",
};
