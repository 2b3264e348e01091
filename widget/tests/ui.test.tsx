import { cleanup, fireEvent, render, screen } from "@testing-library/preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Problem } from "../src/chat/problem";
import { locale } from "../src/chat/texts";
import { App } from "../src/chat/ui/app";
import { FakeServer, makeChat, settle } from "./helpers";

async function shown(server = new FakeServer(), onClose?: () => void) {
  const made = makeChat(server);
  locale.value = "en";
  render(<App chat={made.chat} {...(onClose ? { onClose } : {})} />);
  made.chat.show(true);
  await act(settle);
  return made;
}

const field = () => screen.getByLabelText<HTMLTextAreaElement>("Message");
const log = () => screen.getByRole("log");

function type(text: string): void {
  fireEvent.input(field(), { target: { value: text } });
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

test("Enter sends, Shift+Enter and an unfinished composition do not", async () => {
  const { server } = await shown();
  type("hi");
  fireEvent.keyDown(field(), { key: "Enter", shiftKey: true });
  fireEvent.keyDown(field(), { key: "Enter", isComposing: true });
  await act(settle);
  expect(server.sent).toEqual([]);
  fireEvent.keyDown(field(), { key: "Enter" });
  await act(settle);
  expect(server.sent).toMatchObject([{ text: "hi" }]);
  expect(field().value).toBe("");
  expect(log().textContent).toContain("hi");
});

test("a pressed button becomes the record of the choice", async () => {
  const { server } = await shown();
  fireEvent.click(screen.getByRole("button", { name: "Delivery" }));
  await act(settle);
  expect(server.sent).toMatchObject([{ button: "0.1.a" }]);
  expect(screen.queryByRole("button", { name: "Delivery" })).toBeNull();
  expect(screen.getByRole("list", { name: "Answers to an earlier question" }).textContent).toContain(
    "chosen",
  );
});

test("markup of a message stays text", async () => {
  const { server } = await shown();
  await act(() => void server.push(server.add({ text: "<img src=x onerror=alert(1)> **b**" })));
  expect(log().querySelector("img")).toBeNull();
  expect(log().textContent).toContain("<img src=x onerror=alert(1)>");
  expect(log().querySelector("strong")?.textContent).toBe("b");
});

test("only a link to a page says that it opens a tab", async () => {
  const { server } = await shown();
  await act(() => void server.push(server.add({ text: "https://a.example or a@b.example, tel:+7495" })));
  expect([...log().querySelectorAll("a")].map((link) => link.textContent)).toEqual([
    "https://a.example (opens in a new tab)",
    "a@b.example",
    "+7495",
  ]);
});

test("sources show title, quote and link; an unsafe link is not one", async () => {
  const { server } = await shown();
  const source = (title: string, url: string) => ({ title, url, document_id: "d", quote: `q ${title}` });
  const sources = [source("Good", "https://a.example/"), source("Bad", "javascript:alert(1)")];
  await act(() => void server.push(server.add({ text: "x", content: { sources } })));
  expect(screen.getByText("2 sources")).toBeTruthy();
  expect([...log().querySelectorAll("a")].map((link) => link.getAttribute("href"))).toEqual([
    "https://a.example/",
  ]);
  expect(log().querySelector("a")?.getAttribute("rel")).toContain("noopener");
  expect(log().textContent).toContain("q Bad");
});

test("a failed message offers to retry", async () => {
  const server = new FakeServer();
  const { chat } = await shown(server);
  server.refuse("send", new Problem("network", 0, 60_000));
  type("hi");
  fireEvent.keyDown(field(), { key: "Enter" });
  await act(settle);
  expect(log().textContent).toContain("Not sent yet");
  fireEvent.click(screen.getByRole("button", { name: "Retry" }));
  await act(settle);
  expect(server.sent).toHaveLength(1);
  expect(chat.outbox.items.value).toEqual([]);
  expect(log().textContent).not.toContain("Not sent");
});

test("a refused message says why and can be taken back", async () => {
  const server = new FakeServer();
  await shown(server);
  server.refuse("send", new Problem("message_too_long", 422));
  type("hi");
  fireEvent.keyDown(field(), { key: "Enter" });
  await act(settle);
  expect(log().textContent).toContain("The message is too long.");
  fireEvent.click(screen.getByRole("button", { name: "Take back" }));
  await act(settle);
  expect(field().value).toBe("hi");
});

test("the counter comes near the limit, beyond it nothing is sent", async () => {
  const { server } = await shown();
  type("a".repeat(7000));
  await act(settle);
  expect(screen.queryByText(/characters/)).toBeNull();
  type("a".repeat(7995));
  await act(settle);
  expect(screen.getByText("5 characters left")).toBeTruthy();
  type("a".repeat(8001));
  await act(settle);
  expect(screen.getByRole("alert").textContent).toBe("Too long by 1 character");
  fireEvent.keyDown(field(), { key: "Enter" });
  await act(settle);
  expect(server.sent).toEqual([]);
  expect(field().value).toHaveLength(8001);
});

test("who types is shown and said", async () => {
  const { server } = await shown();
  const author = { kind: "operator" as const, name: "Anna" };
  await act(() => void server.links[0]?.frame({ type: "typing", author, on: true }));
  expect(log().textContent).toContain("Anna is typing");
});

test("no network is told in a banner", async () => {
  await shown();
  await act(() => void window.dispatchEvent(new Event("offline")));
  expect(screen.getByText(/You are offline/)).toBeTruthy();
  await act(() => void window.dispatchEvent(new Event("online")));
  expect(screen.queryByText(/You are offline/)).toBeNull();
});

test("an unknown tenant is told and offers no composer", async () => {
  const server = new FakeServer();
  server.refuse("session", new Problem("tenant_not_found", 404));
  await shown(server);
  expect(screen.getByText("This chat is not available")).toBeTruthy();
  expect(screen.queryByLabelText("Message")).toBeNull();
});

test("a chat that does not open says so, keeps what is typed and can be tried", async () => {
  const server = new FakeServer();
  server.refuse("session", new Problem("network", 0, 60_000));
  await shown(server);
  expect(screen.getByText("The chat did not open")).toBeTruthy();
  type("kept");
  fireEvent.click(screen.getByRole("button", { name: "Retry" }));
  await act(settle);
  expect(log()).toBeTruthy();
  expect(field().value).toBe("kept");
});

test("Escape and the button close where there is something to close", async () => {
  const close = vi.fn();
  await shown(new FakeServer(), close);
  fireEvent.keyDown(field(), { key: "Escape" });
  fireEvent.click(screen.getByRole("button", { name: "Close chat" }));
  expect(close).toHaveBeenCalledTimes(2);
});

test("the language is changed in the header, the greeting and the tenant's name with it", async () => {
  await shown();
  fireEvent.click(screen.getByRole("button", { name: /русский/ }));
  await act(settle);
  expect(screen.getByLabelText("Сообщение")).toBeTruthy();
  expect(screen.getByRole("heading").textContent).toBe("Чайный дом");
});
