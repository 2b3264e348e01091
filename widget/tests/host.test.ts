import { expect, test } from "vitest";
import { listenToHost } from "../src/chat/host";
import type { HostState } from "../src/shared/protocol";

const STATE: HostState = {
  type: "host",
  open: true,
  focus: true,
  locale: "en",
  accent: "#123456",
  identity: null,
  events: [],
  page: { url: "https://shop.example/", title: "Tea" },
};

function make() {
  const posted: [unknown, string][] = [];
  const parent = { postMessage: (data: unknown, origin: string) => void posted.push([data, origin]) };
  const states: HostState[] = [];
  const host = listenToHost((state) => void states.push(state), { parent } as unknown as Window);
  const say = (body: unknown, origin = "https://shop.example", source: unknown = parent) => {
    const event = new Event("message");
    Object.assign(event, { data: { omni: body }, origin, source });
    window.dispatchEvent(event);
  };
  return { posted, states, say, host };
}

test("the first word of the parent fixes the origin, both ways", () => {
  const { posted, states, say, host } = make();
  say(STATE);
  expect(posted).toEqual([[{ omni: { type: "ready" } }, "https://shop.example"]]);
  say({ ...STATE, open: false }, "https://evil.example");
  expect(states).toHaveLength(1);
  host.post({ type: "close" });
  expect(posted.at(-1)?.[1]).toBe("https://shop.example");
});

test("other windows and other messages are not heard", () => {
  const { states, say } = make();
  say(STATE, "https://shop.example", window);
  say({ type: "something" });
  say(undefined);
  expect(states).toEqual([]);
});

test("nothing is posted before the origin is known, nor to one without a name", () => {
  const { posted, say, host, states } = make();
  host.post({ type: "close" });
  say(STATE, "null");
  expect(states).toHaveLength(1);
  expect(posted).toEqual([]);
});

test("what the page says is checked", () => {
  const { states, say } = make();
  say({ type: "host", open: "yes", locale: "de", accent: "red", page: { url: "x".repeat(9000) } });
  expect(states[0]).toMatchObject({ open: false, locale: "en", accent: null, page: { title: "" } });
  expect(states[0]?.page.url).toHaveLength(2000);
});
