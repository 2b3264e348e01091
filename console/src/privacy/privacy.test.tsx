import { cleanup, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { DataExport, Erasure, Hold, PageOf, Retention } from "~/api/privacy";
import { i18next, startI18n } from "~/i18n";
import { serve, showPage } from "~/settings/test-world";
import { CustomerPrivacy } from "./customer-privacy";
import { daysOf, shortened } from "./days";
import { isTyped } from "./erase-dialog";
import { sizeOf } from "./exports";
import { PrivacyPage } from "./privacy-page";

startI18n();
beforeEach(() => i18next.changeLanguage("en"));
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const AT = "2026-11-26T12:00:00+00:00";
const MANAGER = ["privacy.manage", "customers.read"];
const CUSTOMER = "11111111-2222-3333-4444-555555555555";
const RETENTION: Retention = {
  conversations: 365,
  customers: null,
  events: 90,
  webhook_deliveries: 30,
  audit: null,
  files: null,
};
const HOLD: Hold = {
  id: "h1",
  customer_id: CUSTOMER,
  reason: "Case 7",
  until: null,
  created_by: "u1",
  created_at: AT,
};
const ERASURE: Erasure = {
  id: "e1",
  customer_id: CUSTOMER,
  status: "done",
  reason: "asked by mail",
  requested_by: "u1",
  requested_at: AT,
  finished_at: AT,
  receipt: { counts: { messages: 12 }, finished_at: AT, digest: "d" },
};
const EXPORT: DataExport = {
  id: "x1",
  kind: "tenant",
  customer_id: null,
  status: "running",
  progress: 0.4,
  size: null,
  failure: null,
  requested_by: "u1",
  requested_name: "Olga",
  requested_at: AT,
  ready_at: null,
  expires_at: null,
};
const LISTS: Record<string, PageOf<unknown>> = {
  holds: { items: [HOLD], next_cursor: null },
  erasures: { items: [ERASURE], next_cursor: null },
  exports: {
    items: [
      EXPORT,
      { ...EXPORT, id: "x2", status: "ready", size: 3_400_000 },
      { ...EXPORT, id: "x3", status: "failed", failure: "export_timed_out" },
    ],
    next_cursor: null,
  },
};

function answers(changed: { status?: number; body?: unknown } = { status: 202, body: {} }) {
  return serve(({ method, path }) => {
    if (method === "PUT") return { body: RETENTION };
    if (method !== "GET") return changed;
    if (path.startsWith("/customers/")) return { body: { customer: { id: CUSTOMER, name: "Maria" } } };
    const list = /^\/privacy\/(\w+)/.exec(path)?.[1] ?? "";
    return { body: LISTS[list] ?? RETENTION };
  });
}

test("days are whole numbers, or nothing for ever", () => {
  expect(
    ["30", " 7 ", "", "0", "1.5", "-1", "3650", "3651", "abc"].map((typed) => daysOf(typed, "files")),
  ).toEqual([30, 7, null, undefined, undefined, undefined, 3650, undefined, undefined]);
  expect(["364", "365"].map((typed) => daysOf(typed, "audit"))).toEqual([undefined, 365]);
  expect(shortened(RETENTION, { ...RETENTION, customers: 10, events: 91, conversations: 364 })).toEqual([
    "conversations",
    "customers",
  ]);
});

test("a name counts as typed whatever its case and blanks", () => {
  expect(isTyped(" мария  ЧАЙКИНА ", "Мария Чайкина")).toBe(true);
  expect(isTyped("Мария", "Мария Чайкина")).toBe(false);
});

test("sizes are told in the reader's units", () => {
  expect(sizeOf(3_400_000, "en")).toBe("3.4 MB");
  expect(sizeOf(0, "en")).toBe("0 byte");
});

describe("the privacy page", () => {
  test("says what a shorter time deletes, and saves all times together", async () => {
    const asked = answers();
    showPage(PrivacyPage, MANAGER);
    const field = await screen.findByLabelText<HTMLInputElement>("Resolved conversations, days");
    expect(field.value).toBe("365");
    await userEvent.clear(field);
    await userEvent.type(field, "30");
    screen.getByText(/Kept for a shorter time than now: conversations/);
    await userEvent.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() =>
      expect(asked.find(({ method }) => method === "PUT")?.body).toEqual({ ...RETENTION, conversations: 30 }),
    );
  });

  test("does not send what is no number of days", async () => {
    const asked = answers();
    showPage(PrivacyPage, MANAGER);
    await userEvent.type(await screen.findByLabelText("Files, days"), "ten");
    screen.getByText("Whole days, 1 to 3,650, or nothing.");
    expect(screen.getByRole<HTMLButtonElement>("button", { name: "Save" }).disabled).toBe(true);
    expect(asked.some(({ method }) => method === "PUT")).toBe(false);
  });

  test("lists holds, copies and erasures in their states", async () => {
    answers();
    showPage(PrivacyPage, MANAGER);
    const holds = await screen.findByRole("region", { name: "Kept whatever comes" });
    await within(holds).findByText("Case 7");
    expect((await within(holds).findByRole("link", { name: "Maria" })).getAttribute("href")).toContain(
      CUSTOMER,
    );
    const copies = screen.getByRole("region", { name: "Copies of data" });
    await within(copies).findByText("Being made 40 %");
    expect(within(copies).getAllByRole("button", { name: "Download" })).toHaveLength(1);
    within(copies).getByText(/could not be made \(export_timed_out\)/);
    const erased = screen.getByRole("region", { name: "Erased customers" });
    await within(erased).findByText("Erased");
    expect(within(erased).queryByRole("link")).toBeNull();
    within(erased).getByRole("button", { name: "Receipt" });
  });

  test("forgets a customer once he is erased while one looks on", async () => {
    let status: Erasure["status"] = "running";
    const asked = serve(({ path }) => {
      if (path.startsWith("/customers/")) return { body: { customer: { id: CUSTOMER, name: "Maria" } } };
      const list = /^\/privacy\/(\w+)/.exec(path)?.[1] ?? "";
      if (list === "erasures") return { body: { items: [{ ...ERASURE, status }], next_cursor: null } };
      return { body: list === "holds" ? { items: [], next_cursor: null } : (LISTS[list] ?? RETENTION) };
    });
    showPage(PrivacyPage, MANAGER);
    const erased = await screen.findByRole("region", { name: "Erased customers" });
    await within(erased).findByRole("link", { name: "Maria" });
    const copies = asked.filter(({ path }) => path.startsWith("/privacy/exports")).length;
    status = "done";
    await within(erased).findByText("Erased");
    expect(screen.queryByText("Maria")).toBeNull();
    await waitFor(() =>
      expect(asked.filter(({ path }) => path.startsWith("/privacy/exports")).length).toBeGreaterThan(copies),
    );
  });

  test("asks for nothing where one may not", async () => {
    const asked = answers();
    showPage(PrivacyPage, []);
    await screen.findByText("Your role does not open this page");
    expect(asked).toEqual([]);
  });
});

const customer = { id: CUSTOMER, name: "Maria", fields: {} } as never;
const Menu = () => <CustomerPrivacy customer={customer} name="Maria" />;

describe("the menu of a customer", () => {
  const choose = async (name: string) => {
    await userEvent.click(await screen.findByRole("button", { name: "Privacy of this customer" }));
    await userEvent.click(await screen.findByRole("menuitem", { name }));
  };

  test("erases only once the name is typed", async () => {
    const asked = answers({ status: 202, body: ERASURE });
    showPage(Menu, MANAGER);
    await choose("Erase this person's data");
    const submit = screen.getByRole<HTMLButtonElement>("button", { name: "Erase for good" });
    expect(submit.disabled).toBe(true);
    await userEvent.type(screen.getByLabelText("To confirm, type: Maria"), "maria");
    expect(submit.disabled).toBe(false);
    await userEvent.click(submit);
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    const post = asked.find(({ method }) => method === "POST");
    expect([post?.path, post?.body]).toEqual(["/privacy/erasures", { customer_id: CUSTOMER }]);
  });

  test("keeps the dialog and says why when it is refused", async () => {
    answers({ status: 409, body: { code: "legal_hold" } });
    showPage(Menu, MANAGER);
    await choose("Erase this person's data");
    await userEvent.type(screen.getByLabelText("To confirm, type: Maria"), "Maria");
    await userEvent.click(screen.getByRole("button", { name: "Erase for good" }));
    await within(screen.getByRole("dialog")).findByText(/^A hold keeps/);
  });

  test("places a hold with its reason", async () => {
    const asked = answers({ status: 201, body: HOLD });
    showPage(Menu, MANAGER);
    await choose("Keep whatever comes");
    await userEvent.type(screen.getByLabelText("Reason"), "Case 7");
    await userEvent.click(screen.getByRole("button", { name: "Keep" }));
    await waitFor(() =>
      expect(asked.find(({ method }) => method === "POST")?.body).toEqual({
        customer_id: CUSTOMER,
        reason: "Case 7",
      }),
    );
  });

  test("is not there for who may not", async () => {
    answers();
    showPage(Menu, ["customers.read"]);
    expect(screen.queryByRole("button", { name: "Privacy of this customer" })).toBeNull();
  });
});
