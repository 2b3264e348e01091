import { cleanup, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Troubled } from "~/api/deliveries";
import type { Message } from "~/api/types";
import { i18next, startI18n } from "~/i18n";
import { type Asked, serve, showPage } from "~/settings/test-world";
import { MessageRow } from "~/thread/rows-view";
import { Toasts } from "~/ui/toast";
import { DeliveriesPage } from "./deliveries-page";

startI18n();
beforeEach(() => i18next.changeLanguage("en"));
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const AT = "2026-11-27T12:00:00+00:00";
const OPERATOR = ["conversations.read", "conversations.reply", "settings.read"];

function message(id: string, status: Message["status"]): Message {
  return {
    id,
    conversation_id: `of-${id}`,
    seq: 3,
    direction: "outbound",
    author: { kind: "operator", id: "u1", name: "Anna" },
    text: `text of ${id}`,
    content: null,
    attachments: null,
    reply_to: null,
    status,
    external_id: null,
    client_message_id: null,
    turn: null,
    created_at: AT,
  };
}

const troubled = (
  id: string,
  name: string,
  status: "failed" | "uncertain",
  code: string | null,
): Troubled => ({
  message: message(id, status),
  code,
  customer: { id: `c-${id}`, name },
  channel: { id: "ch1", type: "telegram", name: "Shop bot" },
});
const ITEMS = [
  troubled("m1", "Maria", "failed", "recipient_gone"),
  troubled("m2", "Ivan", "uncertain", null),
  troubled("m3", "Oleg", "failed", "brand_new"),
];
const UNSAID = troubled("m4", "Petr", "failed", null);

function serveSends(decide: (asked: Asked) => { status?: number; body?: unknown }) {
  return serve((asked) => {
    if (asked.method === "POST") return decide(asked);
    if (asked.path.endsWith("/fallback")) return { body: { items: [] } };
    if (asked.path === "/channels")
      return { body: { items: [{ id: "ch1", type: "telegram", name: "Shop bot" }] } };
    return { body: { items: ITEMS, next_cursor: null, total: 3 } };
  });
}

const FailedRow = () => (
  <MessageRow
    message={message("m1", "failed")}
    first
    last
    customer={{ id: "c", name: "Maria" }}
    delivery="failed"
  />
);
const Shown = () => (
  <>
    <DeliveriesPage />
    <Toasts />
  </>
);
const decided = (asked: Asked[]) =>
  asked.filter(({ method }) => method === "POST").map(({ path, body }) => [path, body]);

test("reactions stand below their message, each sign once, and not those that were taken back", async () => {
  const reactions = [
    { who: "1", emoji: "👍", at: AT },
    { who: "2", emoji: "👍", at: AT },
    { who: "3", emoji: "🔥", at: AT },
    { who: "4", emoji: null, at: AT },
  ];
  const liked = { ...message("m1", "failed"), status: "read" as const, content: { reactions } };
  serveSends(() => ({ body: {} }));
  showPage(
    () => <MessageRow message={liked} first last customer={{ id: "c", name: "Maria" }} delivery="read" />,
    OPERATOR,
  );
  const list = await screen.findByRole("list", { name: "Reactions" });
  expect(
    within(list)
      .getAllByRole("listitem")
      .map(({ textContent }) => textContent),
  ).toEqual(["👍 2", "🔥"]);
});

describe("sends that ended badly", () => {
  test("each says to whom, what and why in words, also where the reason is new", async () => {
    serveSends(() => ({ body: {} }));
    showPage(Shown, OPERATOR);
    const row = (await screen.findByRole("link", { name: "Maria" })).closest("li") as HTMLElement;
    expect(within(row).getByText("text of m1")).toBeTruthy();
    expect(within(row).getByText(/The customer cannot be reached/)).toBeTruthy();
    expect(screen.getByText(/sent again it may arrive twice/)).toBeTruthy();
    expect(screen.getByText(/\(code: brand_new\)/)).toBeTruthy();
  });

  test("of one whose provider gave no reason it is said that there is none", async () => {
    serve(({ path }) => ({
      body: { items: path.startsWith("/deliveries") ? [UNSAID] : [], next_cursor: null, total: 1 },
    }));
    showPage(Shown, OPERATOR);
    await screen.findByText(/the provider has not said why/);
    expect(screen.queryByText(/code:/)).toBeNull();
  });

  test("one is decided of at its row", async () => {
    const asked = serveSends(() => ({ status: 202, body: { message: message("m2", "sent") } }));
    showPage(Shown, OPERATOR);
    await userEvent.click(await screen.findByRole("button", { name: "It has arrived: Ivan" }));
    await screen.findByText("Noted as arrived.");
    expect(decided(asked)).toEqual([["/conversations/of-m2/messages/m2/delivery", { decision: "arrived" }]]);
  });

  test("those that are chosen are decided of together, and what was refused is told", async () => {
    const asked = serveSends(({ path }) =>
      path.includes("m3")
        ? { status: 409, body: { code: "message_not_open" } }
        : { status: 202, body: { message: message("m1", "pending") } },
    );
    showPage(Shown, OPERATOR);
    await userEvent.click(await screen.findByLabelText("Choose all"));
    await userEvent.click(screen.getByRole("button", { name: "Send again: 3 chosen" }));
    await screen.findByText(/1 message could not be changed/);
    expect(decided(asked)).toHaveLength(3);
  });

  test("the list is narrowed by channel and by what happened", async () => {
    const asked = serveSends(() => ({ body: {} }));
    showPage(Shown, OPERATOR);
    await screen.findByRole("link", { name: "Maria" });
    await userEvent.click(screen.getByLabelText("Unknown"));
    await userEvent.selectOptions(await screen.findByLabelText("Channel"), "ch1");
    await waitFor(() =>
      expect(asked.map(({ path }) => path)).toContain("/deliveries?status=uncertain&channel_id=ch1&limit=50"),
    );
  });

  test("who may not reply sees them and decides nothing", async () => {
    serveSends(() => ({ body: {} }));
    showPage(Shown, ["conversations.read"]);
    await screen.findByRole("link", { name: "Maria" });
    expect(screen.queryByRole("button", { name: /Send again/ })).toBeNull();
    expect(screen.queryByRole("checkbox")).toBeNull();
  });

  test("in the conversation they are decided of at the message itself", async () => {
    const asked = serveSends(() => ({ status: 202, body: { message: message("m1", "pending") } }));
    showPage(FailedRow, OPERATOR);
    await screen.findByText("The customer did not get this.");
    await userEvent.click(screen.getByRole("button", { name: "Send again" }));
    await waitFor(() =>
      expect(decided(asked)).toEqual([["/conversations/of-m1/messages/m1/delivery", { decision: "resend" }]]),
    );
  });
});
