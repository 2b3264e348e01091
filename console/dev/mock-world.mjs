/** The people and conversations of the mock: enough variety to see every state of the console. */
import { seed } from "./mock-conversations.mjs";
import {
  ago,
  departments,
  greeting,
  HOUR,
  id,
  MINUTE,
  me,
  members,
  operator,
  system,
  widget,
} from "./mock-people.mjs";

export function createWorld() {
  const conversations = new Map();
  const customers = new Map();
  let cursor = 1;
  let counter = 1000;
  const world = { me, members, departments, onChange: () => {} };

  function addCustomer(name, more = {}) {
    const customer = {
      id: id(counter++),
      name,
      email: null,
      phone: null,
      locale: "ru",
      fields: {},
      verified: false,
      identities: [{ channel_type: "widget", external_id: "v-1" }],
      created_at: ago(30 * 24 * HOUR),
      pages: [
        { url: "https://shop.example/catalog/oolong", title: "Улуны — каталог" },
        { url: "https://shop.example/delivery", title: "Доставка и оплата" },
      ],
      ...more,
    };
    customers.set(customer.id, customer);
    return customer;
  }

  function addConversation(customer, facts, lines) {
    const conversation = {
      id: id(counter++),
      customer,
      status: "open",
      controller: "scenario",
      assignee: null,
      department: null,
      channel: widget,
      scenario: greeting,
      tags: [],
      waiting_since: null,
      snoozed_until: null,
      seenSeq: 0,
      created_at: ago(2 * HOUR),
      updated_at: ago(2 * HOUR),
      messages: [],
      ...facts,
    };
    conversations.set(conversation.id, conversation);
    for (const line of lines) push(conversation, line);
    conversation.seenSeq = facts.seenSeq ?? conversation.messages.length;
    return conversation;
  }

  function push(
    conversation,
    { author, direction, text, content = {}, at, status, client_message_id = null },
  ) {
    const message = {
      id: id(counter++),
      conversation_id: conversation.id,
      seq: conversation.messages.length + 1,
      direction,
      author,
      text,
      content: { parts: [{ text }], buttons: [], sources: [], ...content },
      attachments: [],
      reply_to: null,
      status: status ?? (direction === "outbound" ? "delivered" : null),
      external_id: null,
      client_message_id,
      turn: null,
      created_at: at ?? new Date().toISOString(),
    };
    conversation.messages.push(message);
    conversation.updated_at = message.created_at;
    if (direction === "inbound") conversation.waiting_since ??= message.created_at;
    if (direction === "outbound") conversation.waiting_since = null;
    return message;
  }

  const customerSays = (customer, text, at) => ({
    author: { kind: "customer", id: customer.id, name: customer.name },
    direction: "inbound",
    text,
    at,
  });
  const says = (author, text, at, content, status) => ({
    author,
    direction: "outbound",
    text,
    at,
    content,
    status,
  });
  const event = (type, text, at) => ({
    author: system,
    direction: "event",
    text,
    at,
    content: { event: { type } },
  });
  const note = (author, text, at) => ({ author, direction: "note", text, at });

  seed({ addCustomer, addConversation, says, customerSays, event, note });

  const named = (entry) => entry && { id: entry.id, name: entry.name };
  Object.assign(world, {
    cursor: () => String(cursor),
    nextCursor: () => String(++cursor),
    get: (key) => conversations.get(key),
    customer: (key) => customers.get(key),
    ids: () => [...conversations.values()].map((one) => ({ id: one.id, name: one.customer.name })),
    summary(one) {
      const last = one.messages.at(-1);
      return {
        id: one.id,
        status: one.status,
        controller: one.controller,
        assignee: one.assignee,
        department: one.department,
        channel: one.channel,
        customer: named(one.customer),
        scenario: one.scenario,
        last_message: last && {
          text: last.text.slice(0, 200),
          direction: last.direction,
          author: last.author,
          seq: last.seq,
          created_at: last.created_at,
        },
        unread: one.messages.filter((message) => message.direction === "inbound" && message.seq > one.seenSeq)
          .length,
        tags: one.tags,
        waiting_since: one.waiting_since,
        snoozed_until: one.snoozed_until,
        last_seq: one.messages.length,
        customer_seen_seq: one.messages.length,
        created_at: one.created_at,
        updated_at: one.updated_at,
      };
    },
    counts() {
      const all = [...conversations.values()];
      const open = all.filter(({ status }) => status === "open");
      const departments = {};
      for (const { department } of open)
        if (department) departments[department.id] = (departments[department.id] ?? 0) + 1;
      return {
        mine: open.filter(({ assignee }) => assignee?.id === me.user.id).length,
        unassigned: open.filter(({ assignee, controller }) => !assignee && controller === "operator").length,
        bot: open.filter(({ controller }) => controller !== "operator").length,
        all: all.length,
        open: open.length,
        snoozed: all.filter(({ status }) => status === "snoozed").length,
        departments,
      };
    },

    list(query) {
      const want = (name) => query.get(name);
      const limit = Number(want("limit") ?? 50);
      const from = Number(want("cursor") ?? 0);
      const all = [...conversations.values()]
        .filter((one) => {
          if (want("status") && one.status !== want("status")) return false;
          if (want("department") && one.department?.id !== want("department")) return false;
          if (want("channel") && one.channel.type !== want("channel")) return false;
          if (
            want("controller") === "bot"
              ? one.controller === "operator"
              : want("controller") && one.controller !== want("controller")
          )
            return false;
          const holder = want("assigned_to") === "me" ? me.user.id : want("assigned_to");
          return !holder || (one.assignee?.id ?? "none") === holder;
        })
        .sort((a, b) => b.updated_at.localeCompare(a.updated_at) || a.id.localeCompare(b.id));
      const items = all.slice(from, from + limit).map(world.summary);
      return { items, next_cursor: from + limit < all.length ? String(from + limit) : null };
    },
    write(one, { text, kind, client_message_id }) {
      const before = one.messages.find((message) => message.client_message_id === client_message_id);
      if (before) return before;
      if (kind !== "note" && one.controller !== "operator") world.act(one, "take-over", {});
      const message = push(one, {
        author: operator,
        direction: kind === "note" ? "note" : "outbound",
        text,
        client_message_id,
        status: kind === "note" ? null : "sent",
      });
      world.onChange("message", one, message);
      return message;
    },
    say(one, text) {
      const message = push(one, customerSays(one.customer, text));
      world.onChange("message", one, message);
    },
    seen(one, seq) {
      one.seenSeq = Math.max(one.seenSeq, seq);
    },
    act(one, verb, body) {
      const mine = { id: me.user.id, name: me.user.name };
      const person = members.find((member) => member.id === body.user_id);
      const department = departments.find((entry) => entry.id === body.department_id);
      const steps = {
        "take-over": () => {
          one.controller = "operator";
          one.assignee = mine;
          return ["taken_over", `${mine.name} ведёт диалог`];
        },
        "hand-back": () => {
          one.controller = "scenario";
          one.assignee = null;
          if (body.summary) push(one, note(operator, body.summary));
          return ["handed_back", `${mine.name} вернула диалог боту`];
        },
        assign: () => {
          one.assignee = person ? named(person) : null;
          if (department) one.department = named(department);
          return ["assigned", person ? `Назначено: ${person.name}` : "Назначение снято"];
        },
        transfer: () => {
          one.assignee = person ? named(person) : null;
          if (department) one.department = named(department);
          if (body.note) push(one, note(operator, body.note));
          return ["transferred", `Передано: ${person?.name ?? department?.name}`];
        },
        resolve: () => {
          one.status = "resolved";
          return ["resolved", `${mine.name} завершила диалог`];
        },
        reopen: () => {
          one.status = "open";
          one.snoozed_until = null;
          return ["reopened", `${mine.name} открыла диалог снова`];
        },
        snooze: () => {
          one.status = "snoozed";
          one.snoozed_until = body.until;
          return ["snoozed", `${mine.name} отложила диалог`];
        },
      };
      const [type, text] = steps[verb]();
      world.onChange("conversation", one, push(one, event(type, text)));
    },
    addMany(count) {
      for (let n = 0; n < count; n += 1) {
        const customer = addCustomer(`Посетитель ${n + 1}`);
        addConversation(customer, { controller: n % 2 ? "assistant" : "scenario" }, [
          customerSays(customer, `Вопрос номер ${n + 1}`, ago(3 * HOUR + n * MINUTE)),
        ]);
      }
    },
    addLong(one, count) {
      for (let n = 0; n < count; n += 1) {
        push(
          one,
          n % 3
            ? says(operator, `Ответ ${n}: ${"слова ".repeat((n * 7) % 40)}`)
            : customerSays(one.customer, `Сообщение ${n} ${"текст ".repeat((n * 5) % 30)}`),
        );
      }
      world.onChange("message", one, null);
    },
  });
  return world;
}
