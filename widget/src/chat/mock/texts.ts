import type { Locale } from "../../shared/protocol";
import type { Source } from "../types";

/** The tea shop of `?mock=true`: what it says, in both languages. Not part of the product's own texts. */
export interface MockTexts {
  tenant: string;
  operator: string;
  greeting: string;
  delivery: string;
  order: string;
  human: string;
  yes: string;
  no: string;
  deliveryAnswer: string;
  deliverySource: Source;
  payAnswer: string;
  paySources: Source[];
  askOrder: string;
  badOrder: string;
  orderAnswer: string;
  unknown: string;
  fine: string;
  calling: string;
  handoff: string;
  takenOver: string;
  hello: string;
  resolved: string;
  replies: string[];
  stale: string;
}

const ru: MockTexts = {
  tenant: "Чайный дом «Листва»",
  operator: "Анна",
  greeting:
    "Здравствуйте! Я бот чайного дома. Подскажу по доставке и заказам или позову оператора. С чего начнём?",
  delivery: "Доставка и цены",
  order: "Где мой заказ?",
  human: "Позвать оператора",
  yes: "Да, позовите",
  no: "Нет, спасибо",
  deliveryAnswer:
    "Доставка по России стоит **от 290 ₽**, а при заказе от 3 000 ₽ она бесплатна.\n\n- Курьером по Москве и Петербургу: 1–2 дня\n- В пункт выдачи: 2–5 дней\n- Почтой: 5–14 дней",
  deliverySource: {
    title: "Доставка: сроки и стоимость",
    url: "https://example.com/help/delivery",
    document_id: "doc-delivery",
    quote:
      "При заказе от 3 000 ₽ доставка по России бесплатна, в остальных случаях её стоимость начинается от 290 ₽.",
  },
  payAnswer:
    "Оплатить можно картой на сайте, по СБП или при получении. Возврат денег занимает до трёх рабочих дней.",
  paySources: [
    {
      title: "Способы оплаты",
      url: "https://example.com/help/payment",
      document_id: "doc-payment",
      quote: "Мы принимаем карты, СБП и оплату при получении.",
    },
    {
      title: "Возврат и обмен",
      url: "https://example.com/help/returns",
      document_id: "doc-returns",
      quote: "Деньги возвращаются тем же способом в течение трёх рабочих дней.",
    },
  ],
  askOrder: "Напишите, пожалуйста, номер заказа: он есть в письме и выглядит как 10452.",
  badOrder: "Не вижу номера: нужны пять цифр, например 10452. Попробуете ещё раз?",
  orderAnswer: "Заказ № {n} собран и передан курьеру. Доставка завтра с 10:00 до 14:00.",
  unknown: "На это я пока не знаю точного ответа. Позвать оператора?",
  fine: "Хорошо! Если появятся вопросы, я здесь.",
  calling: "Зову оператора, обычно это занимает меньше минуты.",
  handoff: "Разговор передан операторам",
  takenOver: "Анна присоединилась к разговору",
  hello: "Здравствуйте, это Анна. Вижу вашу переписку, секунду, всё посмотрю.",
  resolved: "Анна завершила разговор",
  replies: [
    "Проверила: всё в порядке, заказ уже в пути. Могу прислать ссылку для отслеживания?",
    "Вот она: https://example.com/track/10452. Если что-то изменится, мы напишем сами.",
    "Рада помочь! Хорошего дня и вкусного чая 🍃",
  ],
  stale: "Эта кнопка устарела, вот актуальный вопрос:",
};

const en: MockTexts = {
  tenant: "Listva Tea House",
  operator: "Anna",
  greeting:
    "Hello! I am the tea house's bot. I can help with delivery and orders or call a person. Where shall we start?",
  delivery: "Delivery and prices",
  order: "Where is my order?",
  human: "Talk to a person",
  yes: "Yes, please",
  no: "No, thank you",
  deliveryAnswer:
    "Delivery starts **from 290 ₽**, and it is free for orders over 3,000 ₽.\n\n- Courier in Moscow and Petersburg: 1–2 days\n- Pick-up point: 2–5 days\n- Post: 5–14 days",
  deliverySource: {
    title: "Delivery: times and prices",
    url: "https://example.com/help/delivery",
    document_id: "doc-delivery",
    quote: "Delivery is free for orders over 3,000 ₽; otherwise it starts from 290 ₽.",
  },
  payAnswer:
    "You can pay by card on the site, by bank transfer or on delivery. A refund takes up to three working days.",
  paySources: [
    {
      title: "Ways to pay",
      url: "https://example.com/help/payment",
      document_id: "doc-payment",
      quote: "We take cards, bank transfers and payment on delivery.",
    },
    {
      title: "Returns and refunds",
      url: "https://example.com/help/returns",
      document_id: "doc-returns",
      quote: "The money comes back the same way within three working days.",
    },
  ],
  askOrder: "Please send me the order number: it is in your e-mail and looks like 10452.",
  badOrder: "I see no number: it has five digits, for example 10452. Will you try again?",
  orderAnswer: "Order no. {n} is packed and with the courier. It arrives tomorrow between 10:00 and 14:00.",
  unknown: "I do not have a sure answer to that yet. Shall I call a person?",
  fine: "All right! I am here if anything comes up.",
  calling: "Calling a person, that usually takes less than a minute.",
  handoff: "The conversation was passed to our team",
  takenOver: "Anna joined the conversation",
  hello: "Hello, this is Anna. I can see what you wrote, give me a second to check.",
  resolved: "Anna ended the conversation",
  replies: [
    "I have checked: all is well and the order is on its way. Shall I send you the tracking link?",
    "Here it is: https://example.com/track/10452. We will write to you if anything changes.",
    "Glad to help! Have a lovely day and a good cup of tea 🍃",
  ],
  stale: "This button is no longer active, here is the current question:",
};

export const MOCK_TEXTS: Record<Locale, MockTexts> = { ru, en };
