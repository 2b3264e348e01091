import { useState } from "react";
import type { Message, MessageStatus } from "~/api/types";
import { ConnectionBar } from "~/frame/connection-bar";
import { Composer } from "~/thread/composer";
import { NothingOpen, ThreadRowsSkeleton } from "~/thread/conversation-page";
import { buildRows, deliveryOf } from "~/thread/rows";
import { DayRow, Delivery, EventRow, MessageRow, NoteRow, PendingRow } from "~/thread/rows-view";
import { ThreadHeader } from "~/thread/thread-header";
import { TypingLine } from "~/thread/typing-line";
import * as fixtures from "./fixtures";
import { Part } from "./part";
import "~/thread/rows.css";
import "~/thread/composer.css";
// Last: it adapts the others to narrow screens.
import "~/thread/thread.css";

const { authors, message } = fixtures;
const STATUSES: MessageStatus[] = [
  "pending",
  "sending",
  "sent",
  "delivered",
  "read",
  "failed",
  "uncertain",
  "cancelled",
];

function thread(): Message[] {
  const out = { direction: "outbound" as const, status: "read" as const };
  const source = {
    title: "Доставка по России",
    url: "https://shop.example/help/delivery",
    document_id: "d",
    quote: "Курьером по Москве — 350 ₽, бесплатно от 3 000 ₽.",
  };
  return [
    message(
      { text: "Здравствуйте! Чем помочь?", author: authors.bot, ...out },
      {
        buttons: [
          { id: "0.1.a", label: "Где мой заказ" },
          { id: "0.1.b", label: "Позвать человека" },
        ],
      },
    ),
    message({ text: "сколько стоит доставка?" }),
    message(
      { text: "Курьером по Москве — 350 ₽.", author: authors.assistant, ...out },
      { sources: [source] },
    ),
    message(
      { text: "Когда придёт заказ?" },
      {
        opening: { id: "help", text: "Подсказать что-нибудь?" },
        form: {
          kind: "pre_chat",
          fields: [
            { key: "name", label: "Имя", value: "Мария Ковалёва" },
            { key: "topic", label: "О чём", value: "Доставка" },
          ],
          consent: { purpose: "personal_data", text: "Согласна на обработку данных" },
        },
      },
    ),
    message({ text: "سلام، چای سبز دارید؟" }),
    message({ text: `Длинное слово: ${"оченьдлинноеслово".repeat(8)}` }),
    message(
      { text: "Анна Соколова ведёт диалог", direction: "event", author: authors.system },
      { event: { type: "taken_over", name: "Анна Соколова" } },
    ),
    message({
      text: "Посмотрите здесь: https://shop.example/catalog/green",
      author: authors.mine,
      direction: "outbound",
      status: "delivered",
    }),
    message({
      id: NOT_SENT,
      text: "Номер отправления пришлю сегодня.",
      author: authors.mine,
      direction: "outbound",
      status: "failed",
    }),
    message({ text: "Я тоже на связи.", author: authors.colleague, direction: "outbound", status: "sent" }),
    message({ text: "Вторая треснувшая банка за неделю.", direction: "note", author: authors.colleague }),
  ];
}

/** The message that was not sent: the kit's world knows another address for it. */
export const NOT_SENT = "kit-not-sent";

export function ThreadKit() {
  const [rows] = useState(() => buildRows(thread()));
  return (
    <>
      <Part title="ThreadHeader" wide>
        <div className="kit__list">
          <ThreadHeader conversation={fixtures.conversation()} />
        </div>
        <div className="kit__list">
          <ThreadHeader conversation={fixtures.conversations[2] ?? fixtures.conversation()} />
        </div>
      </Part>
      <Part title="Thread rows" wide>
        <div className="kit__list kit__thread">
          <DayRow at={rows[0]?.day ?? ""} />
          {rows.map((row) => {
            if (row.type === "event") return <EventRow key={row.key} message={row.message} />;
            if (row.type === "note") return <NoteRow key={row.key} message={row.message} />;
            return (
              <MessageRow
                key={row.key}
                message={row.message}
                first={row.first}
                last={row.last}
                customer={fixtures.conversation().customer}
                delivery={deliveryOf(row.message, 0)}
              />
            );
          })}
          <PendingRow item={fixtures.outboxItem({})} />
          <PendingRow item={fixtures.outboxItem({ kind: "note" })} />
          <TypingLine conversation={fixtures.conversation()} />
        </div>
      </Part>
      <Part title="Delivery">
        {STATUSES.map((status) => (
          <Delivery key={status} status={status} />
        ))}
      </Part>
      <Part title="Composer: reply, with the bot, resolved; held and refused texts" wide>
        <Composer conversation={fixtures.conversation({ id: "kit-reply" })} />
        <Composer conversation={fixtures.conversation({ id: "kit-bot", controller: "scenario" })} />
        <Composer conversation={fixtures.conversation({ id: "kit-resolved", status: "resolved" })} />
        <Composer conversation={fixtures.conversation({ id: "k1" })} />
      </Part>
      <Part title="Thread: loading, nothing open" wide>
        <div className="kit__list">
          <ThreadRowsSkeleton />
        </div>
        <NothingOpen />
      </Part>
      <Part title="ConnectionBar" wide>
        <ConnectionBar />
      </Part>
    </>
  );
}
