import { cleanup, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Security } from "~/api/security";
import { i18next, startI18n } from "~/i18n";
import { hostsOf, wrongHost } from "./hosts";
import { snippetOf } from "./how-to-sign";
import { SecurityPage } from "./security-page";
import { serve, showPage } from "./test-world";

startI18n();
beforeEach(() => i18next.changeLanguage("en"));
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const MANAGER = ["security.manage"];
const KEY = { id: "k1", hint: "ab12", created_at: "2026-11-26T12:00:00+00:00" };
const SETTINGS: Security = {
  allowed_domains: ["shop.example"],
  require_two_factor: "nobody",
  identity_mode: "optional",
  identity_keys: [],
};

test("hosts are read one a line, and what is no host is named", () => {
  expect(hostsOf(" shop.example\n\n*.shop.example, localhost:8080 ")).toEqual([
    "shop.example",
    "*.shop.example",
    "localhost:8080",
  ]);
  expect(wrongHost("shop.example\n*.shop.example\nмагазин.рф\nlocalhost:8080")).toBeNull();
  expect(wrongHost("shop.example\nhttps://shop.example")).toBe("https://shop.example");
  expect(wrongHost("*")).toBe("*");
  expect(wrongHost("*.")).toBe("*.");
});

test("each snippet signs for this workspace, with the key from the environment", () => {
  for (const language of ["node", "python", "php"] as const) {
    const text = snippetOf(language, "tea-shop");
    expect(text).toContain("tea-shop");
    expect(text).toContain("OMNI_IDENTITY_KEY");
    expect(text).toContain("HS256");
  }
});

describe("the security settings", () => {
  test("are saved as a whole", async () => {
    const asked = serve(({ method, body }) => ({
      body: method === "GET" ? SETTINGS : { ...SETTINGS, ...(body as object) },
    }));
    showPage(SecurityPage, MANAGER);
    await userEvent.click(await screen.findByRole("radio", { name: "Owners and admins" }));
    screen.getByText(/You have no second factor yourself/);
    await userEvent.type(screen.getByLabelText("Allowed sites"), "\n*.shop.example");
    await userEvent.click(screen.getByRole("radio", { name: "Only signed visitors" }));
    screen.getByText(/There is no signing key yet/);
    await userEvent.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(screen.queryByRole("button", { name: "Save" })).toBeNull());
    expect(asked.find(({ method }) => method === "PUT")?.body).toEqual({
      allowed_domains: ["shop.example", "*.shop.example"],
      require_two_factor: "admins",
      identity_mode: "enforced",
    });
  });

  test("are not sent while a line is no site, and the line is named", async () => {
    const asked = serve(() => ({ body: SETTINGS }));
    showPage(SecurityPage, MANAGER);
    await userEvent.type(await screen.findByLabelText("Allowed sites"), "\nhttps://x");
    screen.getByText(/"https:\/\/x" is not a site/);
    expect(screen.getByRole<HTMLButtonElement>("button", { name: "Save" }).disabled).toBe(true);
    expect(asked.filter(({ method }) => method === "PUT")).toEqual([]);
  });

  test("show a made key once, and say what its end means", async () => {
    let keys: (typeof KEY)[] = [];
    const asked = serve(({ method, path }) => {
      if (method === "POST") {
        keys = [KEY];
        return { status: 201, body: { identity_key: KEY, secret: "s3cret-ab12" } };
      }
      if (method === "DELETE") {
        keys = [];
        return { status: 204 };
      }
      return path.endsWith("/security") ? { body: { ...SETTINGS, identity_keys: keys } } : undefined;
    });
    showPage(SecurityPage, MANAGER);
    await userEvent.click(await screen.findByRole("button", { name: "Make a key" }));
    expect((await screen.findByLabelText<HTMLInputElement>("Signing key")).value).toBe("s3cret-ab12");
    await userEvent.click(screen.getByRole("button", { name: "I have kept it" }));
    expect(document.body.textContent).not.toContain("s3cret");
    await screen.findByText("Key …ab12");
    screen.getByRole("button", { name: "Exchange the key" });
    await userEvent.click(screen.getByRole("button", { name: "Delete: Key …ab12" }));
    const dialog = screen.getByRole("dialog");
    within(dialog).getByText(/visitors are unverified until/);
    await userEvent.click(within(dialog).getByRole("button", { name: "Delete" }));
    await screen.findByRole("button", { name: "Make a key" });
    expect(asked.some(({ method, path }) => method === "DELETE" && path.endsWith("/k1"))).toBe(true);
  });

  test("are not asked for by who may not read them", async () => {
    const asked = serve(() => ({ status: 403, body: { code: "forbidden" } }));
    showPage(SecurityPage, []);
    await screen.findByText("Your role does not open this page");
    expect(asked).toEqual([]);
  });
});
