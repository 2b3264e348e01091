import {
  ago,
  assistant,
  bot,
  DELIVERY,
  departments,
  greeting,
  HOUR,
  MINUTE,
  me,
  operator,
  orders,
  petr,
  start,
  telegram,
} from "./mock-people.mjs";

/** Conversations in every state the console can show. */
export function seed({ addCustomer, addConversation, says, customerSays, event, note }) {
  const maria = addCustomer("Мария Ковалёва", {
    email: "maria.kovaleva@example.com",
    phone: "+7 916 555-01-23",
    fields: { "Номер заказа": "A-10274", Сумма: 4350 },
  });
  addConversation(
    maria,
    {
      controller: "operator",
      assignee: { id: me.user.id, name: me.user.name },
      department: { id: departments[0].id, name: departments[0].name },
      scenario: orders,
      tags: ["доставка", "возврат"],
      created_at: ago(26 * HOUR),
      seenSeq: 14,
    },
    [
      says(
        bot(greeting),
        "Здравствуйте! Это чайная лавка. Чем помочь?",
        ago(26 * HOUR),
        {
          buttons: [
            { id: "0.1.order", label: "Где мой заказ" },
            { id: "0.1.delivery", label: "Доставка" },
            { id: "0.1.human", label: "Позвать человека" },
          ],
        },
        "read",
      ),
      customerSays(maria, "Где мой заказ", ago(26 * HOUR - MINUTE)),
      says(
        bot(orders),
        "Подскажите номер заказа: он начинается с буквы A.",
        ago(26 * HOUR - 1.1 * MINUTE),
        {},
        "read",
      ),
      customerSays(maria, "A-10274", ago(26 * HOUR - 2 * MINUTE)),
      says(
        bot(orders),
        "Заказ A-10274 собран и передан курьерской службе. Ожидаемая дата — 27 ноября.",
        ago(26 * HOUR - 2.1 * MINUTE),
        {},
        "read",
      ),
      customerSays(maria, "А сколько стоит доставка, если заказать ещё чайник?", ago(25.5 * HOUR)),
      says(
        assistant,
        "Курьером по Москве — 350 ₽, а при заказе от 3 000 ₽ бесплатно.\nПочтой по России — от 290 ₽, 3–7 дней.",
        ago(25.5 * HOUR - 2000),
        { sources: [DELIVERY] },
        "read",
      ),
      customerSays(maria, "Посылку привезли, но банка с улуном треснула. Что делать?", ago(38 * MINUTE)),
      customerSays(maria, "Фото могу прислать.", ago(37 * MINUTE)),
      event("handoff", "Сценарий передал диалог отделу «Поддержка»", ago(37 * MINUTE)),
      event("taken_over", "Анна Соколова ведёт диалог", ago(35 * MINUTE)),
      says(
        operator,
        "Мария, здравствуйте! Очень жаль, что так вышло. Пришлите, пожалуйста, фото банки и упаковки — заменим её бесплатно.",
        ago(34 * MINUTE),
        {},
        "read",
      ),
      note(
        operator,
        "Вторая треснувшая банка за неделю, обе из партии 11-02. Сказать складу.",
        ago(33 * MINUTE),
      ),
      says(
        operator,
        "Курьер сможет привезти новую завтра после 12:00. Подойдёт?",
        ago(31 * MINUTE),
        {},
        "delivered",
      ),
      customerSays(maria, "Да, завтра после двух буду дома", ago(6 * MINUTE)),
      customerSays(maria, "Спасибо, что так быстро 🙏", ago(5 * MINUTE)),
    ],
  );

  const igor = addCustomer("Игорь Тен", { phone: "+7 921 000-11-22" });
  addConversation(
    igor,
    {
      controller: "operator",
      scenario: greeting,
      seenSeq: 0,
      department: { id: departments[0].id, name: departments[0].name },
    },
    [
      customerSays(igor, "Позовите оператора", ago(9 * MINUTE)),
      says(bot(greeting), "Зову оператора. Обычно отвечаем за несколько минут.", ago(9 * MINUTE - 900)),
      event("handoff", "Сценарий передал диалог отделу «Поддержка»", ago(9 * MINUTE - 800)),
      customerSays(igor, "Не могу оплатить картой, пишет «отказ банка»", ago(8 * MINUTE)),
    ],
  );
  const sophie = addCustomer("Sophie Marchand", {
    locale: "en",
    email: "sophie@example.com",
    verified: true,
  });
  addConversation(sophie, { controller: "operator", channel: telegram, seenSeq: 1, scenario: null }, [
    customerSays(sophie, "Hi! Do you ship to Lyon?", ago(3 * MINUTE)),
    event("handoff", "Ассистент передал диалог", ago(2.9 * MINUTE)),
    customerSays(
      sophie,
      "I would like 2 kg of the smoked lapsang, and could you tell me whether there is a wholesale price for that amount?",
      ago(2 * MINUTE),
    ),
  ]);
  const anon = addCustomer("");
  addConversation(anon, { controller: "assistant", scenario: null, seenSeq: 2 }, [
    customerSays(anon, "сколько стоит доставка?", ago(MINUTE)),
    says(assistant, "Курьером по Москве — 350 ₽, бесплатно от 3 000 ₽.", ago(MINUTE - 700), {
      sources: [DELIVERY],
    }),
  ]);
  const dmitri = addCustomer("Дмитрий Ауэзов");
  addConversation(dmitri, { controller: "scenario", scenario: orders }, [
    customerSays(dmitri, "Где мой заказ", ago(14 * MINUTE)),
    says(bot(orders), "Подскажите номер заказа: он начинается с буквы A.", ago(14 * MINUTE - 900)),
  ]);
  const leila = addCustomer("لیلا رضایی", { locale: "fa" });
  addConversation(
    leila,
    { controller: "operator", assignee: { id: petr.id, name: petr.name }, scenario: greeting },
    [
      customerSays(leila, "سلام، چای سبز دارید؟", ago(50 * MINUTE)),
      says(
        petr,
        "Здравствуйте! Да, зелёный чай есть, вот каталог: https://shop.example/catalog/green",
        ago(48 * MINUTE),
        {},
        "sent",
      ),
    ],
  );
  const oleg = addCustomer("Олег Быков");
  addConversation(
    oleg,
    {
      controller: "operator",
      status: "snoozed",
      assignee: { id: me.user.id, name: me.user.name },
      snoozed_until: new Date(start + 17 * HOUR).toISOString(),
    },
    [
      customerSays(oleg, "Когда снова будет пуэр 2019 года?", ago(20 * HOUR)),
      says(operator, "Ждём поставку завтра утром, сразу напишу.", ago(19.8 * HOUR), {}, "uncertain"),
      event("snoozed", "Отложено до завтра, 9:00", ago(19.7 * HOUR)),
    ],
  );
  const vera = addCustomer("Вера Малышева");
  addConversation(
    vera,
    {
      controller: "operator",
      status: "resolved",
      assignee: { id: me.user.id, name: me.user.name },
      created_at: ago(50 * HOUR),
    },
    [
      customerSays(vera, "Как заваривать шэн?", ago(49 * HOUR)),
      says(assistant, "Водой 90–95 °C, первый пролив сразу слить.", ago(49 * HOUR - 900), {
        sources: [{ ...DELIVERY, title: "Как заваривать пуэр", quote: "Шэн заваривают водой 90–95 °C…" }],
      }),
      customerSays(vera, "Спасибо!", ago(48.9 * HOUR)),
      event("resolved", "Анна Соколова завершила диалог", ago(48.8 * HOUR)),
    ],
  );
}
