import { expect, test } from "vitest";
import { listenToHost } from "../src/chat/host";
import type { HostState } from "../src/shared/protocol";

const STATE: HostState = {
  type: "host",
  open: true,
  focus: true,
  locale: "en",
  appearance: { accent: "#123456" },
  view: null,
  opening: null,
  kept: {},
  identity: null,
  events: [],
  page: { url: "https://shop.example/", title: "Tea" },
};

function make() {
  const posted: [unknown, string][] = [];
  const parent = { postMessage: (data: unknown, origin: string) => void posted.push([data, origin]) };
  const states: HostState[] = [];
  const forgets: string[] = [];
  const host = listenToHost(
    (state) => void states.push(state),
    () => void forgets.push("forget"),
    { parent } as unknown as Window,
  );
  const say = (body: unknown, origin = "https://shop.example", source: unknown = parent) => {
    const event = new Event("message");
    Object.assign(event, { data: { omni: body }, origin, source });
    window.dispatchEvent(event);
  };
  return { posted, states, forgets, say, host };
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

test("a page that signed its visitor out is told apart, and only the one page", () => {
  const { states, forgets, say } = make();
  say({ type: "forget" });
  say({ type: "forget" }, "https://evil.example");
  say({ type: "forget" }, "https://shop.example", window);
  expect(forgets).toEqual(["forget"]);
  expect(states).toEqual([]);
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
  say({
    type: "host",
    open: "yes",
    locale: "de",
    appearance: { accent: "red", position: "left", radius: 900 },
    view: { name: "nonsense" },
    opening: "x".repeat(900),
    kept: "no",
    page: { url: "x".repeat(9000) },
  });
  expect(states[0]).toMatchObject({
    open: false,
    locale: "en",
    appearance: { position: "left" },
    view: null,
    kept: {},
    page: { title: "" },
  });
  expect(states[0]?.opening).toHaveLength(100);
  expect(states[0]?.page.url).toHaveLength(2000);
});
