import { expect, test } from "vitest";
import { Chat } from "../src/chat/chat";
import { MOCK_TEXTS } from "../src/chat/mock/texts";
import { mockTransport } from "../src/chat/mock/transport";
import { Problem } from "../src/chat/problem";
import { memoryStore } from "../src/chat/storage";
import { locale } from "../src/chat/texts";
import { texts } from "./helpers";

const EN = MOCK_TEXTS.en;

async function mock() {
  const world = {
    language: () => locale.value,
    problem: (code: string, status: number) => new Problem(code, status),
  };
  const chat = new Chat({
    slug: "mock",
    transport: mockTransport({ ...world, pace: 0 }),
    store: memoryStore(),
  });
  locale.value = "en";
  chat.show(true);
  const until = (condition: () => boolean) =>
    expect.poll(condition, { timeout: 4000, interval: 5 }).toBe(true);
  await until(() => chat.state.phase.value === "ready");
  const say = (text: string) => {
    chat.write(text);
    chat.submit();
  };
  const last = () => texts(chat).at(-1);
  return { chat, until, say, last };
}

test("the mock answers, cites, asks back, hands off and lets an operator speak", async () => {
  const { chat, until, say, last } = await mock();
  chat.press("0.1.0", EN.delivery);
  await until(() => last() === EN.deliveryAnswer);
  expect(chat.state.timeline.value.messages.at(-1)?.content.sources).toHaveLength(1);
  say("order please");
  await until(() => last() === EN.askOrder);
  say("10452");
  await until(() => last() === EN.orderAnswer.replace("{n}", "10452"));
  say("what is the meaning of tea?");
  await until(() => last() === EN.unknown);
  const prompt = chat.state.timeline.value.messages.at(-1)?.content.buttons?.[0];
  chat.press(prompt?.id ?? "", prompt?.label ?? "");
  await until(() => last() === EN.hello);
  expect(chat.state.operator.value).toBe("Anna");
});

test("the mock fails twice on request and recovers", async () => {
  const { chat, until, say, last } = await mock();
  say("an error, please, about delivery");
  await until(() => chat.outbox.items.value[0]?.state === "retrying");
  chat.outbox.retry();
  await until(() => last() === EN.deliveryAnswer);
});
