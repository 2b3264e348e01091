import { expect, test } from "vitest";
import { follow, withLook } from "../src/chat/mock/preview";
import { CONFIG, makeChat } from "./helpers";

const LOOK = {
  type: "preview" as const,
  theme: { accent: "#123456" },
  title: "New name",
  greeting: "Welcome",
  features: { articles: false, files: true, voice: false, csat: false, receipts: true, history: true },
};

function say(data: unknown, origin = location.origin): void {
  const event = new Event("message");
  Object.assign(event, { data, origin, source: window.parent });
  window.dispatchEvent(event);
}

test("a look goes over what the mock would show, and leaves the rest", () => {
  const shown = withLook(CONFIG, LOOK);
  expect(shown).toMatchObject({ title: "New name", theme: { accent: "#123456" }, hours: CONFIG.hours });
  expect(shown.greeting).toEqual({ text: "Welcome", buttons: CONFIG.greeting?.buttons });
  expect(withLook(CONFIG, { ...LOOK, title: null, greeting: null }).title).toBe(CONFIG.title);
});

test("the designer of our own origin is followed, nobody else", async () => {
  const { chat } = makeChat();
  follow(chat.state);
  say({ omni: LOOK }, "https://evil.example");
  chat.state.config.value = CONFIG;
  await Promise.resolve();
  expect(chat.state.config.value.title).toBe(CONFIG.title);
  say({ omni: LOOK });
  expect(chat.state.config.value.title).toBe("New name");
  expect(chat.state.appearance.value.accent).toBe("#123456");
});
