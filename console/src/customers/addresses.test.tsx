import { cleanup, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Address } from "~/api/identities";
import { i18next, startI18n } from "~/i18n";
import { serve, showPage } from "~/settings/test-world";
import { Addresses } from "./addresses";
import { moved } from "./moved";

startI18n();
beforeEach(() => i18next.changeLanguage("en"));
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function address(id: string, change: Partial<Address> = {}): Address {
  return {
    id,
    channel: { id: `c-${id}`, type: "sms", name: "SMS", status: "active" },
    address: `+7916000000${id}`,
    vouched: true,
    primary: false,
    reachable: true,
    unreachable: null,
    conversation_id: null,
    opening: "text",
    last_in_at: null,
    created_at: "2026-11-01T10:00:00Z",
    ...change,
  };
}

describe("a list", () => {
  test("has one of its things at another place, and nothing lost", () => {
    expect(moved(["a", "b", "c"], 0, 2)).toEqual(["b", "c", "a"]);
    expect(moved(["a", "b", "c"], 2, 0)).toEqual(["c", "a", "b"]);
    expect(moved(["a", "b"], -1, 0)).toEqual(["a", "b"]);
  });
});

describe("a customer's addresses", () => {
  const items = [
    address("1", { primary: true, last_in_at: "2026-11-02T10:00:00Z" }),
    address("2", { vouched: false, reachable: false, unreachable: "blocked" }),
  ];

  function page(permissions = ["customers.write"]) {
    const asked = serve(({ method, path }) => {
      if (method === "GET" && path === "/channels")
        return { body: { items: [{ id: "c-9", type: "sms", name: "SMS", provider: "twilio" }] } };
      if (method === "PUT") return { body: { items: [...items].reverse() } };
      if (method === "DELETE") return { status: 204 };
      if (method === "POST")
        return { status: 409, body: { code: "identity_taken", errors: [{ field: "address" }] } };
      return { body: { items } };
    });
    showPage(() => <Addresses customerId="k" />, permissions);
    return asked;
  }

  test("are moved by buttons, and say what they are", async () => {
    const asked = page();
    await userEvent.click(await screen.findByRole("button", { name: "Move down: +79160000001" }));
    await vi.waitFor(() => expect(asked.some(({ method }) => method === "PUT")).toBe(true));
    const put = asked.find(({ method }) => method === "PUT");
    expect(put).toMatchObject({ path: "/customers/k/identities/order", body: { identity_ids: ["2", "1"] } });
    expect(screen.getByText("unverified")).toBeTruthy();
    expect(screen.getByText("unreachable")).toBeTruthy();
  });

  test("are removed with a reason alone", async () => {
    const asked = page();
    await userEvent.click(await screen.findByRole("button", { name: "Actions for +79160000002" }));
    await userEvent.click(await screen.findByRole("menuitem", { name: "No longer theirs" }));
    const submit = await screen.findByRole("button", { name: "No longer theirs" });
    expect(submit.hasAttribute("disabled")).toBe(true);
    await userEvent.type(screen.getByLabelText("Why"), "given away");
    await userEvent.click(submit);
    await vi.waitFor(() => expect(asked.some(({ method }) => method === "DELETE")).toBe(true));
    expect(asked.find(({ method }) => method === "DELETE")?.path).toContain("reason=given");
  });

  test("a refusal stands at the address", async () => {
    page();
    await userEvent.click(await screen.findByRole("button", { name: "Add an address" }));
    await userEvent.type(await screen.findByLabelText("Phone or e-mail"), "+79160000001");
    await vi.waitFor(() => expect(screen.getByRole("option", { name: "SMS" })).toBeTruthy());
    const dialog = screen.getByRole("dialog");
    const submit = [...dialog.querySelectorAll("button")].find((each) => each.type === "submit");
    if (submit) await userEvent.click(submit);
    expect(await screen.findByText(/written down on this channel already/)).toBeTruthy();
  });

  test("are only looked at by who may not write", async () => {
    page(["customers.read"]);
    await screen.findByText("primary");
    expect(screen.queryByRole("button", { name: "Add an address" })).toBeNull();
    expect(screen.queryByRole("button", { name: /Move down/ })).toBeNull();
  });
});
