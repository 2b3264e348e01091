import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { api } from "~/api/endpoints";
import type { Message } from "~/api/types";
import { i18next, startI18n } from "~/i18n";
import { conversation, me } from "~/kit/fixtures";
import { LiveSession } from "~/session/live-session";
import { SessionContext } from "~/session/session";
import { Composer } from "~/thread/composer";
import { TooltipProvider } from "~/ui/tooltip";
import { type MessagePreview, type MessageTemplate, type ReplyState, replyApi } from "./api";
import { leftUntil } from "./channel-line";
import { asOf } from "./use-reply-state";

startI18n();

const HOUR = 3_600_000;
const channel = { id: "c1", type: "whatsapp", name: "Shop" };
const state = (change: Partial<ReplyState> = {}): ReplyState => ({
  channel,
  provider: "meta",
  window: { state: "open", until: new Date(Date.now() + 2 * HOUR).toISOString() },
  unreachable: null,
  reason: null,
  text: { max: 4_096, unit: "characters", with_buttons: 1_024, caption: 1_024, sms: false },
  templates: true,
  ...change,
});
const late = (): ReplyState["window"] => ({ state: "template_only", until: new Date(0).toISOString() });
const template: MessageTemplate = {
  id: "t1",
  name: "order_ready",
  language: "en",
  category: "utility",
  status: "approved",
  sendable: true,
  body: "Hello, {{1}}! Order {{2}} is ready.",
  parameters: ["1", "2"],
  header_text: "",
  footer: "",
  buttons: [],
};
const shown = (text: string, change: Partial<MessagePreview["messages"][number]> = {}): MessagePreview => ({
  channel_type: "whatsapp",
  messages: [
    {
      kind: "text",
      spans: [{ text, strong: false, url: null }],
      title: null,
      url: null,
      note: null,
      layout: "none",
      buttons: [],
      opens: null,
      length: text.length,
      sms_parts: null,
      lossy: [],
      ...change,
    },
  ],
});

async function show(told: ReplyState) {
  vi.spyOn(replyApi, "state").mockResolvedValue(told);
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const session = new LiveSession(queries, me);
  render(
    <QueryClientProvider client={queries}>
      <SessionContext value={session}>
        <TooltipProvider>
          <Composer conversation={conversation({ channel: told.channel })} />
        </TooltipProvider>
      </SessionContext>
    </QueryClientProvider>,
  );
  await waitFor(() => expect(replyApi.state).toHaveBeenCalled());
}

const field = () => screen.getByRole<HTMLTextAreaElement>("textbox");
const write = (text: string) => fireEvent.change(field(), { target: { value: text } });

beforeEach(async () => {
  localStorage.clear();
  await i18next.changeLanguage("en");
  vi.spyOn(api, "messages").mockResolvedValue({ conversation_id: "k1", messages: [], last_seq: 0 });
  vi.spyOn(api, "send").mockImplementation(
    async (id, body) =>
      ({ id: "m1", seq: 1, conversation_id: id, client_message_id: body.client_message_id }) as Message,
  );
});

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

describe("before an operator types", () => {
  test("an open window tells when it closes and what is left of it", async () => {
    await show(state());
    expect(await screen.findByText(/Free texts are taken until/)).toBeTruthy();
    expect(screen.getByTestId("window-left").textContent).toMatch(/(2 hr|1 hr 59 min) ?.*left/);
    expect(field()).toBeTruthy();
  });

  test("a closed window leaves no field to type in, and keeps the draft for later", async () => {
    await show(state());
    write("Half a thou");
    cleanup();
    await show(state({ window: late() }));
    expect(await screen.findByText(/takes approved templates only/)).toBeTruthy();
    expect(screen.queryByRole("textbox")).toBeNull();
    cleanup();
    await show(state());
    expect(field().value).toBe("Half a thou");
  });

  test("where there are no templates either, it says that one has to wait", async () => {
    await show(state({ window: { state: "closed", until: null }, templates: false }));
    expect(await screen.findByText(/takes nothing until the customer writes/)).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Choose a template" })).toBeNull();
  });

  test("a note may be written all the same", async () => {
    await show(state({ window: late() }));
    await screen.findByText(/templates only/);
    fireEvent.click(screen.getByRole("radio", { name: "Note" }));
    expect(field()).toBeTruthy();
  });

  test("whoever cannot be reached is told of, with the reason", async () => {
    await show(state({ unreachable: "blocked", reason: "The customer has blocked this account." }));
    expect(await screen.findByText("The customer has blocked this account.")).toBeTruthy();
  });

  test("an open window that ends while one looks is closed at that moment", () => {
    const open = state({ window: { state: "open", until: new Date(1_000).toISOString() } });
    expect(asOf(open, 999).window.state).toBe("open");
    expect(asOf(open, 1_000).window.state).toBe("template_only");
    expect(asOf({ ...open, templates: false }, 1_000).window.state).toBe("closed");
    expect(leftUntil(HOUR + 60_000, "en")).toBe("1 hr 1 min");
    expect(leftUntil(-1, "en")).toBe("0 min");
  });
});

describe("the length of a reply", () => {
  test("of SMS is counted in parts", async () => {
    const told = state({
      channel: { id: "c2", type: "sms", name: "SMS" },
      window: { state: "open", until: null },
      text: { max: 1_600, unit: "utf16", with_buttons: null, caption: null, sms: true },
    });
    await show(told);
    await waitFor(() => {
      write("я".repeat(70));
      expect(screen.getByText("1 SMS · 0 characters left")).toBeTruthy();
    });
    write("я".repeat(71));
    expect(screen.getByText("2 SMS · 63 characters left")).toBeTruthy();
  });

  test("warns before a text becomes several messages", async () => {
    await show(state());
    await screen.findByText(/Free texts/);
    write("a".repeat(3_000));
    expect(screen.queryByText(/characters left|messages/)).toBeNull();
    write("a".repeat(4_000));
    expect(screen.getByText("96 characters left")).toBeTruthy();
    write("a".repeat(4_097));
    expect(screen.getByText("Will be sent as 2 messages")).toBeTruthy();
  });
});

describe("the preview", () => {
  test("shows the message as the channel does, and what is lost", async () => {
    const lossy = [{ code: "text_split", words: "Longer than the channel takes." }];
    vi.spyOn(replyApi, "preview").mockResolvedValue(
      shown("Hello", { buttons: [{ label: "Yes", url: null }], layout: "buttons", lossy }),
    );
    await show(state());
    await screen.findByText(/Free texts/);
    write("Hello");
    fireEvent.click(screen.getByRole("button", { name: "Show as the customer will see it" }));
    expect(await screen.findByText("Yes")).toBeTruthy();
    expect(screen.getByText("Longer than the channel takes.")).toBeTruthy();
    expect(replyApi.preview).toHaveBeenCalledWith("k1", { text: "Hello" }, expect.anything());
  });
});

describe("a template", () => {
  test("is found, filled in, seen and sent", async () => {
    vi.spyOn(replyApi, "templates").mockResolvedValue({
      items: [template, { ...template, id: "t2", name: "paused", sendable: false }],
      next_cursor: null,
      synced_at: "2026-11-27T00:00:00Z",
      problem: null,
    });
    vi.spyOn(replyApi, "preview").mockResolvedValue(
      shown("Hello, Ann! Order 7 is ready.", { kind: "template" }),
    );
    await show(state({ window: late() }));
    fireEvent.click(await screen.findByRole("button", { name: "Choose a template" }));
    fireEvent.click(await screen.findByRole("button", { name: /order_ready/ }));
    expect(screen.queryByText("paused")).toBeNull();
    const send = screen.getByRole("button", { name: "Send the template" });
    fireEvent.click(send);
    expect(api.send).not.toHaveBeenCalled();
    fireEvent.change(screen.getByLabelText("Value for 1"), { target: { value: " Ann " } });
    expect(screen.getByText("Hello, Ann! Order … is ready.")).toBeTruthy();
    fireEvent.change(screen.getByLabelText("Value for 2"), { target: { value: "7" } });
    await waitFor(() => expect(screen.getByText("Hello, Ann! Order 7 is ready.")).toBeTruthy());
    fireEvent.click(send);
    await waitFor(() => expect(api.send).toHaveBeenCalled());
    expect(api.send).toHaveBeenCalledWith(
      "k1",
      expect.objectContaining({
        kind: "reply",
        content: { template: { id: "t1", parameters: ["Ann", "7"] } },
      }),
    );
    expect(vi.mocked(api.send).mock.calls[0]?.[1].text).toBeUndefined();
  });
});
