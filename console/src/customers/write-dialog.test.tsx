import { cleanup, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Address } from "~/api/identities";
import { i18next, startI18n } from "~/i18n";
import { serve, showPage } from "~/settings/test-world";
import { WriteDialog } from "./write-dialog";

startI18n();
beforeEach(() => i18next.changeLanguage("en"));
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const address = (id: string, type: string, opening: Address["opening"]): Address => ({
  id,
  channel: { id: `c-${id}`, type, name: `Shop ${type}`, status: "active" },
  address: `+7916000000${id}`,
  vouched: true,
  primary: true,
  reachable: true,
  unreachable: null,
  conversation_id: null,
  opening,
  last_in_at: null,
  created_at: "2026-11-01T10:00:00Z",
});
const TEMPLATE = {
  id: "t1",
  name: "hello",
  language: "en",
  category: "utility",
  status: "approved",
  sendable: true,
  body: "Hello, {{1}}!",
  parameters: ["1"],
  header_text: "",
  footer: "",
  buttons: [],
};

function show(items: Address[], answer = { status: 202, body: { conversation: { id: "v1" } } as unknown }) {
  const asked = serve(({ method, path }) => {
    if (method === "POST") return answer;
    if (path.includes("/templates")) return { body: { items: [TEMPLATE], next_cursor: null, problem: null } };
    return { body: { items } };
  });
  const { router } = showPage(
    () => <WriteDialog customerId="k" onClose={() => {}} />,
    ["conversations.reply"],
  );
  const posted = () =>
    asked.filter(({ method }) => method === "POST").map(({ path, body }) => ({ path, body }));
  return { posted, router };
}

test("a text goes to the first address that takes one, and its conversation opens", async () => {
  const { posted, router } = show([
    address("1", "telegram", "none"),
    address("2", "sms", "text"),
    address("3", "widget", "none"),
  ]);
  const where = await screen.findByLabelText<HTMLSelectElement>("Where");
  expect([...where.options].map(({ text, disabled }) => [text, disabled])).toEqual([
    [expect.stringMatching(/\+79160000001: not now$/), true],
    [expect.stringMatching(/\+79160000002$/), false],
  ]);
  await userEvent.type(screen.getByLabelText("Message"), "Good day");
  await userEvent.click(screen.getByRole("button", { name: "Send" }));
  await waitFor(() => expect(router.state.location.pathname).toBe("/inbox/v1"));
  expect(posted()).toEqual([
    {
      path: "/customers/k/conversations",
      body: { identity_id: "2", text: "Good day", client_message_id: expect.any(String) },
    },
  ]);
});

test("where only templates go, one is chosen and filled in", async () => {
  const { posted } = show([address("4", "whatsapp", "template")]);
  await screen.findByText(/takes an approved template only/);
  expect(screen.queryByLabelText("Message")).toBeNull();
  await userEvent.click(screen.getByRole("button", { name: "Choose a template" }));
  await userEvent.click(await screen.findByRole("button", { name: /hello/ }));
  await userEvent.type(await screen.findByRole("textbox"), "Anna{Enter}");
  await waitFor(() =>
    expect(posted().map(({ body }) => body)).toEqual([
      {
        identity_id: "4",
        client_message_id: expect.any(String),
        content: { template: { id: "t1", parameters: ["Anna"] } },
      },
    ]),
  );
});

test("a refusal is told in words, and the text stays", async () => {
  show([address("2", "sms", "text")], { status: 409, body: { code: "conversation_elsewhere" } });
  await userEvent.type(await screen.findByLabelText("Message"), "Good day");
  await userEvent.click(screen.getByRole("button", { name: "Send" }));
  await screen.findByText(/Another operator or department is talking/);
  expect(screen.getByLabelText<HTMLTextAreaElement>("Message").value).toBe("Good day");
});

test("who has no address that takes a first message is not written to", async () => {
  show([address("1", "telegram", "none")]);
  await screen.findByText(/There is nowhere to write to/);
  expect(screen.getByRole<HTMLButtonElement>("button", { name: "Send" }).disabled).toBe(true);
});
