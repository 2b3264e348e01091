import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Problem } from "../src/chat/problem";
import { memoryStore } from "../src/chat/storage";
import { locale } from "../src/chat/texts";
import type { HostState } from "../src/shared/protocol";
import { FakeServer, inbound, makeChat, row, settle, texts } from "./helpers";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const HOST: HostState = {
  type: "host",
  open: false,
  focus: false,
  locale: "en",
  appearance: {},
  view: null,
  opening: null,
  kept: {},
  identity: null,
  events: [],
  page: { url: "https://shop.example/tea", title: "Tea" },
};

async function opened(server = new FakeServer(), store = memoryStore()) {
  const made = makeChat(server, store);
  made.chat.show(true);
  await settle();
  return made;
}

describe("opening", () => {
  test("shows the greeting and creates no conversation", async () => {
    const { chat, server } = await opened();
    expect(chat.state.phase.value).toBe("ready");
    expect(chat.state.rows.value).toMatchObject([{ key: "greeting", text: "Hello", active: true }]);
    expect(server.rows).toEqual([]);
  });

  test("is tried again until the server is there", async () => {
    const server = new FakeServer();
    server.refuse("session", new Problem("network", 0), new Problem("busy", 503, 9000));
    const { chat } = await opened(server);
    expect(chat.state.phase.value).toBe("failed");
    await vi.advanceTimersByTimeAsync(1300);
    expect(server.calls.filter((call) => call === "session")).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(9000);
    expect(chat.state.phase.value).toBe("ready");
  });

  test("of an unknown tenant is not tried again", async () => {
    const server = new FakeServer();
    server.refuse("session", new Problem("tenant_not_found", 404));
    const { chat } = await opened(server);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(chat.state.phase.value).toBe("gone");
    expect(server.calls).toEqual(["session"]);
  });

  test("resumes the conversation of an earlier visit, history first row to last", async () => {
    const first = await opened();
    first.chat.write("hi");
    first.chat.submit();
    await settle();
    first.server.add({ text: "answer" });
    const second = await opened(first.server, first.store);
    expect(texts(second.chat)).toEqual(["hi", "answer"]);
    expect(second.server.tokens).toHaveLength(1);
  });
});

describe("writing", () => {
  test("refuses nothing and too much, and keeps the text", async () => {
    const { chat, server } = await opened();
    for (const bad of ["", "   \n ", "\u200b\u2060", "я".repeat(8001), "😀".repeat(8001)]) {
      chat.write(bad);
      expect(chat.submit()).toBe(false);
      expect(chat.state.draft.value).toBe(bad);
    }
    chat.write("😀".repeat(8000));
    expect(chat.submit()).toBe(true);
    await settle();
    expect(server.sent).toHaveLength(1);
  });

  test("drops NUL, which no server takes", async () => {
    const { chat, server } = await opened();
    chat.write("a\0b");
    chat.submit();
    await settle();
    expect(server.sent).toMatchObject([{ text: "ab" }]);
  });

  test("keeps the draft over a reload", async () => {
    const { chat, store, server } = await opened();
    chat.write("half a thought");
    expect(makeChat(server, store).chat.state.draft.value).toBe("half a thought");
    chat.submit();
    expect(store.get("draft")).toBeNull();
  });

  test("is told to the operator, at most every three seconds", async () => {
    const { chat, server } = await opened();
    const typing = () => server.frames.filter((frame) => frame.type === "typing");
    for (let at = 0; at < 10; at += 1) {
      chat.write(`a${at}`);
      await vi.advanceTimersByTimeAsync(500);
    }
    expect(typing()).toEqual([
      { type: "typing", on: true },
      { type: "typing", on: true },
    ]);
    await vi.advanceTimersByTimeAsync(4000);
    expect(typing().at(-1)).toEqual({ type: "typing", on: false });
  });

  test("a button sends its id and shows its label", async () => {
    const { chat, server } = await opened();
    chat.press("0.1.a", "Delivery");
    expect(texts(chat)).toEqual(["Delivery"]);
    await settle();
    expect(server.sent).toMatchObject([{ button: "0.1.a" }]);
  });

  test("an answer that is offered in words is sent in its words", async () => {
    const { chat, server } = await opened();
    chat.press("", "Yes");
    await settle();
    expect(server.sent).toMatchObject([{ text: "Yes" }]);
  });
});

describe("receiving", () => {
  test("the echo, the answer and the history are one message", async () => {
    const { chat, server } = await opened();
    chat.write("hi");
    chat.submit();
    await settle();
    server.push(server.rows[0] as never);
    await chat.retryAll();
    await settle();
    expect(texts(chat)).toEqual(["hi"]);
  });

  test("the bubble keeps its key when the server has taken it", async () => {
    const { chat } = await opened();
    chat.write("hi");
    chat.submit();
    const key = chat.state.rows.value.at(-1)?.key;
    await settle();
    expect(chat.state.rows.value.at(-1)?.key).toBe(key);
    expect(chat.state.rows.value.at(-1)).toMatchObject({ outgoing: null });
  });

  test("a lost frame is fetched when the next one shows the gap", async () => {
    const { chat, server } = await opened();
    server.push(server.add({ text: "one" }));
    server.add({ text: "lost" });
    server.push(server.add({ text: "three" }));
    await settle();
    expect(texts(chat)).toEqual(["one", "lost", "three"]);
  });

  test("a hidden note makes no endless asking", async () => {
    const { chat, server } = await opened();
    server.push(server.add({ text: "one" }));
    server.add({ text: "secret", direction: "note" });
    server.push(server.add({ text: "three" }));
    await settle();
    const asked = server.calls.length;
    await vi.advanceTimersByTimeAsync(4000);
    expect(server.calls.length).toBe(asked);
    expect(texts(chat)).toEqual(["one", "three"]);
  });

  test("what a dead socket missed comes with the poll, and by the cursor after a reconnect", async () => {
    const { chat, server } = await opened();
    server.push(server.add({ text: "one" }));
    server.links[0]?.state(false);
    server.add({ text: "missed" });
    await vi.advanceTimersByTimeAsync(5000);
    expect(texts(chat)).toEqual(["one", "missed"]);
    expect(server.links[0]?.after()).toBe(2);
  });

  test("with the socket up the poll comes every twenty seconds", async () => {
    const { server } = await opened();
    server.links[0]?.state(true);
    const before = server.calls.length;
    await vi.advanceTimersByTimeAsync(19_000);
    expect(server.calls.length).toBe(before);
    await vi.advanceTimersByTimeAsync(1000);
    expect(server.calls.slice(before)).toEqual(["list"]);
  });

  test("resync asks for everything after the cursor", async () => {
    const { chat, server } = await opened();
    server.push(server.add({ text: "one" }));
    server.add({ text: "dropped" });
    server.links[0]?.frame({ type: "resync" });
    await settle();
    expect(texts(chat)).toEqual(["one", "dropped"]);
  });

  test("typing is shown until it ends, an answer comes or six seconds pass", async () => {
    const { chat, server } = await opened();
    const on = { type: "typing" as const, author: { kind: "operator" as const, name: "Anna" }, on: true };
    server.links[0]?.frame(on);
    expect(chat.state.typing.value?.name).toBe("Anna");
    server.push(server.add({ text: "answer" }));
    expect(chat.state.typing.value).toBeNull();
    server.links[0]?.frame(on);
    await vi.advanceTimersByTimeAsync(6000);
    expect(chat.state.typing.value).toBeNull();
  });

  test("typing of the bot is shown for the told time and a moment more, until it speaks or people take over", async () => {
    const { chat, server } = await opened();
    const on = {
      type: "typing" as const,
      author: { kind: "scenario" as const, name: null },
      on: true,
      for_ms: 20_000,
    };
    server.links[0]?.frame(on);
    await vi.advanceTimersByTimeAsync(20_900);
    expect(chat.state.typing.value?.kind).toBe("scenario");
    await vi.advanceTimersByTimeAsync(100);
    expect(chat.state.typing.value).toBeNull();
    server.links[0]?.frame(on);
    server.push(server.add(inbound(1, "hurry")));
    expect(chat.state.typing.value?.kind).toBe("scenario");
    server.push(server.add({ direction: "event", text: "Anna is here" }));
    expect(chat.state.typing.value).toBeNull();
  });

  test("a streamed draft grows and gives way to its message", async () => {
    const { chat, server } = await opened();
    server.push(server.add(inbound(1, "q")));
    server.links[0]?.frame({ type: "token", message_id: "conversation-1-2", text: "An " });
    server.links[0]?.frame({ type: "token", message_id: "conversation-1-2", text: "answer" });
    expect(texts(chat)).toEqual(["q", "An answer"]);
    server.push(server.add({ text: "An answer." }));
    expect(texts(chat)).toEqual(["q", "An answer."]);
    expect(chat.state.stream.value).toBeNull();
  });
});

describe("another conversation", () => {
  async function talking() {
    const made = await opened();
    made.chat.write("old");
    made.chat.submit();
    await settle();
    return made;
  }
  const anew = (server: FakeServer) => {
    server.conversation = "conversation-b";
    server.rows = [];
  };

  test("named by the poll starts from its first row", async () => {
    const { chat, server } = await talking();
    anew(server);
    server.add({ text: "b1" });
    server.add({ text: "b2" });
    await vi.advanceTimersByTimeAsync(5000);
    expect(texts(chat)).toEqual(["old", "b1", "b2"]);
    expect(chat.state.timeline.value).toMatchObject({ conversationId: "conversation-b", cursor: 2 });
  });

  test("begun by the visitor's own message is fetched whole", async () => {
    const { chat, server } = await talking();
    anew(server);
    server.add({ text: "b1" });
    chat.write("new");
    chat.submit();
    await settle();
    expect(texts(chat)).toEqual(["old", "b1", "new"]);
  });

  test("announced by the socket is followed, a late row of the old one is not", async () => {
    const { chat, server } = await talking();
    const late = { ...(server.rows[0] as never as object), id: "late", seq: 9, text: "late" } as never;
    anew(server);
    server.add({ text: "b1" });
    server.links[0]?.frame({ type: "welcome", conversation_id: "conversation-b", last_seq: 1 });
    await settle();
    server.push(late);
    await settle();
    expect(texts(chat)).toEqual(["old", "b1"]);
  });
});

test("a socket back in another, shorter conversation reads it from its first row", async () => {
  const { chat, server } = await opened();
  for (const text of ["a1", "a2", "a3"]) server.push(server.add({ text }));
  const asked = vi.spyOn(server, "list");
  server.links[0]?.state(false);
  server.conversation = "conversation-b";
  server.rows = [];
  server.add({ text: "b1" });
  server.add({ text: "b2" });
  server.links[0]?.frame({ type: "welcome", conversation_id: "conversation-b", last_seq: 2 });
  await settle();
  expect(asked.mock.calls[0]?.slice(1)).toEqual(["conversation-b", 0]);
  expect(texts(chat)).toEqual(["a1", "a2", "a3", "b1", "b2"]);
  expect(server.links[0]?.after()).toBe(2);
});

describe("a token the server refuses", () => {
  test("is replaced, and what was typed is sent by the new visitor", async () => {
    const { chat, server, store } = await opened();
    chat.write("before");
    chat.submit();
    await settle();
    server.tokens = ["other"];
    server.rows = [];
    server.conversation = null;
    chat.write("after");
    chat.submit();
    await settle();
    expect(server.sent.at(-1)).toMatchObject({ text: "after" });
    expect(texts(chat)).toEqual(["after"]);
    expect(store.get("token")).toBe(server.tokens.at(-1));
    expect(chat.state.rows.value[0]).toMatchObject({ text: "log.forgotten" });
    expect(server.links).toHaveLength(2);
  });

  test("is told also to whoever comes back with it, and once", async () => {
    const { chat, server, store } = await opened();
    chat.write("before");
    chat.submit();
    await settle();
    server.tokens = ["other"];
    const again = await opened(server, store);
    expect(again.chat.state.rows.value.map((item) => item.key)).toEqual(["forgotten", "greeting"]);
    const later = await opened(server, store);
    expect(later.chat.state.rows.value.map((item) => item.key)).toEqual(["greeting"]);
  });

  test("is nothing to tell to whoever had said nothing", async () => {
    const { server, store } = await opened();
    server.tokens = ["other"];
    const again = await opened(server, store);
    expect(again.server.tokens).toHaveLength(2);
    expect(again.chat.state.rows.value.map((item) => item.key)).toEqual(["greeting"]);
  });

  test("makes one new session however many requests were refused", async () => {
    const { chat, server } = await opened();
    server.tokens = ["other"];
    const before = server.calls.filter((call) => call === "session").length;
    chat.write("x");
    chat.submit();
    chat.retryAll();
    server.links[0]?.state(false, new Problem("visitor_token_invalid", 401));
    await settle();
    expect(server.calls.filter((call) => call === "session").length - before).toBe(1);
    expect(texts(chat)).toEqual(["x"]);
  });
});

test("sockets that are refused whatever the token make no circle of new sessions", async () => {
  const { server } = await opened();
  for (let turn = 0; turn < 20; turn += 1) {
    server.tokens.push(`other ${turn}`);
    server.links.at(-1)?.state(false, new Problem("visitor_token_invalid", 401));
    await settle();
  }
  expect(server.calls.filter((call) => call === "session")).toHaveLength(2);
});

describe("two tabs", () => {
  test("of one visitor come to the same rows in the same order", async () => {
    const one = await opened();
    const two = await opened(one.server, one.store);
    one.chat.write("from one");
    one.chat.submit();
    two.chat.write("from two");
    two.chat.submit();
    await settle();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(one.server.tokens).toHaveLength(1);
    expect(texts(one.chat)).toEqual(one.server.rows.map((item) => item.text));
    expect(texts(two.chat)).toEqual(texts(one.chat));
  });
});

describe("the host page", () => {
  test("starts nothing for a visitor without an earlier session", async () => {
    const { chat, server } = makeChat();
    chat.followHost(HOST);
    await settle();
    expect(server.calls).toEqual([]);
  });

  test("is told what is unread while the chat is closed, and that it is read", async () => {
    const { chat, server, told } = makeChat();
    chat.followHost({ ...HOST, open: true });
    await settle();
    chat.followHost({ ...HOST, open: false });
    server.push(server.add({ text: "are you there?" }));
    server.push(server.add({ direction: "event", text: "Anna joined" }));
    expect(told.filter((body) => body.type === "unread").at(-1)).toEqual({ type: "unread", count: 1 });
    expect(JSON.stringify(told)).not.toContain("are you there");
    expect(told).toContainEqual({ type: "talked" });
    chat.followHost({ ...HOST, open: true });
    expect(told.filter((body) => body.type === "unread").at(-1)).toEqual({ type: "unread", count: 0 });
    expect(server.frames.at(-1)).toEqual({ type: "seen", seq: 2 });
  });

  test("tells who the visitor is once, and only what is sound", async () => {
    const { chat, server } = makeChat();
    const identity = { name: "  Ivan ", email: 5, phone: "1".repeat(99) };
    chat.followHost({ ...HOST, open: true, identity });
    await settle();
    chat.followHost({ ...HOST, open: true, identity });
    await settle();
    expect(server.identities).toEqual([{ name: "Ivan" }]);
  });

  test("goes on with the history of whoever is signed, or with none", async () => {
    const { chat, server } = await opened();
    chat.write("anonymous");
    chat.submit();
    await settle();
    const history = row(1, { conversation_id: "elsewhere", text: "said on the phone" });
    server.signed = ["elsewhere", [history]];
    chat.followHost({ ...HOST, open: true, identity: { token: "a.b.c", name: "Ivan" } });
    await settle();
    expect(server.identities).toEqual([{ name: "Ivan", token: "a.b.c" }]);
    expect(texts(chat)).toEqual(["said on the phone"]);
    expect(server.links).toHaveLength(2);
    server.signed = null;
    chat.followHost({ ...HOST, open: true, identity: { token: "d.e.f" } });
    await settle();
    expect(texts(chat)).toEqual([]);
  });

  test("chooses the language, and is told what the visitor chooses", async () => {
    const { chat, told } = makeChat();
    chat.followHost({ ...HOST, locale: "ru" });
    expect(locale.value).toBe("ru");
    chat.chooseLocale("en");
    expect(locale.value).toBe("en");
    expect(told).toContainEqual({ type: "locale", locale: "en" });
  });

  test("a change of language fetches the greeting anew", async () => {
    const { chat, server } = await opened();
    locale.value = "en";
    chat.chooseLocale("ru");
    await settle();
    expect(chat.state.config.value?.locale).toBe("ru");
    expect(server.tokens).toHaveLength(1);
  });
});

test("without a network the message waits and goes when the browser is online again", async () => {
  const { chat, server } = await opened();
  server.refuse("send", new Problem("network", 0, 100_000));
  window.dispatchEvent(new Event("offline"));
  chat.write("from the tunnel");
  chat.submit();
  await settle();
  expect(chat.state.online.value).toBe(false);
  expect(chat.state.reachable.value).toBe(false);
  window.dispatchEvent(new Event("online"));
  await settle();
  expect(server.sent).toMatchObject([{ text: "from the tunnel" }]);
  expect(chat.state.reachable.value).toBe(true);
});
