import { cleanup, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { i18next, startI18n } from "~/i18n";
import { ConnectionsPage } from "./connections-page";
import { NO_SECRETS, toSecrets } from "./secrets-form";
import { serve, showPage } from "./test-world";
import { WebhookPage } from "./webhook-page";
import { WebhooksPage } from "./webhooks-page";

startI18n();
beforeEach(() => i18next.changeLanguage("en"));
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const AT = "2026-11-26T12:00:00+00:00";
const CONNECTION = {
  id: "c1",
  key: "shop",
  name: "Shop",
  base_url: "https://shop.example",
  auth: { kind: "bearer", headers: ["Authorization"] },
  created_at: AT,
  updated_at: AT,
};
const WEBHOOK = {
  id: "w1",
  name: "CRM",
  url: "https://crm.example/hook",
  events: ["message.created"],
  active: true,
  disabled_reason: null,
  created_at: AT,
  updated_at: AT,
};
const click = async (name: string | RegExp) => userEvent.click(await screen.findByRole("button", { name }));

describe("a connection", () => {
  test("shows that its secrets are set and sends none that were not entered anew", async () => {
    const asked = serve(({ method }) =>
      method === "GET" ? { body: { items: [CONNECTION] } } : { body: { connection: CONNECTION } },
    );
    showPage(ConnectionsPage, ["settings.read", "connections.manage"]);
    await click("Edit: Shop");
    expect(screen.queryByLabelText("Token")).toBeNull();
    await userEvent.type(screen.getByLabelText("Name"), " 2");
    await click("Save");
    await waitFor(() =>
      expect(asked.find(({ method }) => method === "PATCH")?.body).toEqual({
        name: "Shop 2",
        base_url: "https://shop.example",
      }),
    );
  });

  test("asks for the secrets where the api wants them anew", async () => {
    serve(({ method }) =>
      method === "GET"
        ? { body: { items: [CONNECTION] } }
        : { status: 409, body: { code: "secrets_required" } },
    );
    showPage(ConnectionsPage, ["settings.read", "connections.manage"]);
    await click("Edit: Shop");
    await click("Save");
    await screen.findByText(/Another address asks for the secrets anew:/);
    await click("Enter anew");
    expect(screen.getByText(/Another address asks for the secrets anew:/)).toBeTruthy();
  });

  test("sends only what belongs to its kind of sign-in", () => {
    const draft = { ...NO_SECRETS, token: "t", username: "u", password: "p" };
    expect(toSecrets(draft)).toEqual({ kind: "none" });
    expect(toSecrets({ ...draft, kind: "basic" })).toEqual({ kind: "basic", username: "u", password: "p" });
    const headers = [
      { row: 0, name: " X-Key ", value: "v" },
      { row: 1, name: "", value: "lost" },
    ];
    expect(toSecrets({ ...draft, kind: "headers", headers })).toEqual({
      kind: "headers",
      headers: { "X-Key": "v" },
    });
  });
});

describe("a webhook", () => {
  test("shows its secret once, after it was made", async () => {
    serve(({ method }) =>
      method === "POST"
        ? { body: { webhook: WEBHOOK, secret: "whsec_abc" } }
        : { body: { items: [WEBHOOK] } },
    );
    showPage(WebhooksPage, ["webhooks.manage"]);
    await click("Add a webhook");
    await userEvent.type(screen.getByLabelText("Name"), "CRM");
    await userEvent.type(screen.getByLabelText("Address"), "https://crm.example/hook");
    await click("Save");
    expect((await screen.findByLabelText<HTMLInputElement>("Signing secret")).value).toBe("whsec_abc");
    await click("I have kept it");
    expect(screen.queryByLabelText("Signing secret")).toBeNull();
  });

  test("needs one event at least", async () => {
    serve(() => ({ body: { items: [WEBHOOK] } }));
    showPage(WebhooksPage, ["webhooks.manage"]);
    await click("Add a webhook");
    await userEvent.click(screen.getByLabelText("A message is written"));
    expect(screen.getByText("Choose one event at least.")).toBeTruthy();
    expect(screen.getByRole<HTMLButtonElement>("button", { name: "Save" }).disabled).toBe(true);
  });

  test("shows what it was told, and tells it once more", async () => {
    const failed = {
      id: "d1",
      event: "message.created",
      status: "failed",
      attempts: 10,
      last_status: 500,
      last_error: null,
      next_at: null,
      created_at: AT,
      finished_at: AT,
      body: { type: "message.created" },
    };
    const asked = serve(({ method, path }) => {
      if (method === "POST") return { status: 202, body: { delivery: failed } };
      if (path.includes("/deliveries")) return { body: { items: [failed], cursor: null } };
      return { body: { webhook: WEBHOOK } };
    });
    showPage(WebhookPage, ["webhooks.manage"]);
    await screen.findByText("HTTP 500");
    await click("Send again");
    await waitFor(() => expect(asked.some(({ path }) => path.endsWith("/redeliver"))).toBe(true));
  });
});
