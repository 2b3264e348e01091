import { cleanup, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ApiError } from "~/api/client";
import type { WholeCustomer } from "~/api/types";
import { CustomerFacts } from "~/customer/customer-panel";
import { i18next, startI18n } from "~/i18n";
import { AttributesPage } from "~/settings/attributes-page";
import { serve, showPage } from "~/settings/test-world";
import { parseTyped } from "./attributes";
import { Consents, purposeOf } from "./consents";
import { CustomerForm } from "./customer-form";
import { CustomerTags } from "./customer-tags";
import { changeOf, draftOf } from "./draft";
import { DuplicatesHint } from "./duplicates";
import { joinCustomers } from "./join";
import { mergedInto } from "./merged-away";
import { refusalOf } from "./use-change";

startI18n();
beforeEach(() => i18next.changeLanguage("en"));
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function customer(change: Partial<WholeCustomer> = {}): WholeCustomer {
  return {
    id: "c1",
    name: "Maria",
    email: null,
    phone: null,
    external_id: null,
    locale: "en",
    tags: ["vip"],
    fields: { city: "Tula" },
    verified: false,
    identities: [],
    consents: {},
    revision: 3,
    created_at: "2026-11-01T10:00:00Z",
    updated_at: "2026-11-01T10:00:00Z",
    ...change,
  };
}

const CITY = {
  id: "a1",
  subject: "customer" as const,
  key: "city",
  name: { ru: "Город", en: "City" },
  kind: "text" as const,
  options: [],
  required: false,
  created_at: "",
  updated_at: "",
};
const ORDERS = {
  ...CITY,
  id: "a2",
  key: "orders",
  name: { ru: "Заказы", en: "Orders" },
  kind: "number" as const,
};

describe("a customer's form", () => {
  test("sends what differs alone; an emptied field is taken away", () => {
    const before = customer();
    const draft = draftOf(before, "ru");
    expect(changeOf(before, draft, [CITY, ORDERS])).toEqual({});
    const changed = { ...draft, name: " ", tags: "vip, new,new", fields: { city: "", orders: "1,5" } };
    expect(changeOf(before, changed, [CITY, ORDERS])).toEqual({
      name: null,
      tags: ["vip", "new"],
      fields: { city: null, orders: 1.5 },
    });
  });

  test("sends of a new one what was said, the language too", () => {
    const draft = { ...draftOf(null, "ru"), email: "maria@demo.test" };
    expect(changeOf(null, draft, [CITY])).toEqual({ email: "maria@demo.test", locale: "ru" });
  });

  test("takes each kind as it is typed", () => {
    expect(parseTyped({ kind: "boolean" }, "false")).toBe(false);
    expect(parseTyped({ kind: "number" }, "many")).toBe("many");
    expect(parseTyped({ kind: "date" }, "2026-11-26")).toBe("2026-11-26");
  });

  test("puts a refusal at the field of its attribute", () => {
    const errors = [{ field: "fields.city", message: "" }];
    const refused = new ApiError({ status: 422, code: "attribute_required", errors });
    const fields = ["name", "fields.city"];
    expect(refusalOf(i18next.t, refused, fields).fields).toEqual({
      "fields.city": "This field is required.",
    });
  });
});

describe("a merge", () => {
  const consent = (status: "granted" | "denied", at: string) => ({ status, source: "phone", at });

  test("lets who remains keep what he says, and joins the rest", () => {
    const gone = customer({
      name: "Masha",
      email: "m@demo.test",
      tags: ["tea"],
      fields: { city: "Oryol", pets: 1 },
    });
    const joined = joinCustomers(gone, customer());
    expect([joined.name, joined.email, joined.tags]).toEqual(["Maria", "m@demo.test", ["vip", "tea"]]);
    expect(joined.fields).toEqual({ city: "Tula", pets: 1 });
  });

  test("takes the newer consent, of one moment the denial", () => {
    const remains = customer({ consents: { mail: consent("granted", "2026-11-02T10:00:00Z") } });
    const older = customer({ consents: { mail: consent("denied", "2026-11-01T10:00:00Z") } });
    const same = customer({ consents: { mail: consent("denied", "2026-11-02T10:00:00Z") } });
    expect(joinCustomers(older, remains).consents.mail?.status).toBe("granted");
    expect(joinCustomers(same, remains).consents.mail?.status).toBe("denied");
  });

  test("leaves a way to the one who remains", () => {
    const id = "0190a1b2-0000-7000-8000-0123456789ab";
    const detail = `This customer was merged into ${id}. Go on there.`;
    expect(mergedInto(new ApiError({ status: 404, code: "customer_merged", detail }))).toBe(id);
    expect(mergedInto(new ApiError({ status: 404, code: "not_found", detail }))).toBeNull();
  });

  test("is offered where somebody else has the same address", async () => {
    serve(() => ({
      body: { items: [{ customer: { ...customer(), id: "c2", name: "Masha" }, matches: ["email"] }] },
    }));
    const compare = vi.fn();
    showPage(() => <DuplicatesHint id="c1" onCompare={compare} />, ["customers.write"]);
    await userEvent.click(await screen.findByRole("button", { name: "Compare: Masha" }));
    expect(compare).toHaveBeenCalledWith("c2");
    expect(screen.getByText(/the same e-mail/)).toBeTruthy();
  });
});

test("a consent is recorded over the revision that was read", async () => {
  const asked: RequestInit[] = [];
  vi.stubGlobal("fetch", async (_: string, init: RequestInit) => {
    asked.push(init);
    return new Response(JSON.stringify({ customer: customer() }));
  });
  showPage(() => <Consents customer={customer()} />, ["customers.write"]);
  await userEvent.click(await screen.findByRole("button", { name: "Record" }));
  await userEvent.type(screen.getByLabelText("To what"), "Рассылка");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText("Enter where it was said.")).toBeTruthy();
  await userEvent.type(screen.getByLabelText("Where"), "by phone");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  await vi.waitFor(() => expect(asked).toHaveLength(1));
  expect((asked[0]?.headers as Record<string, string> | undefined)?.["If-Match"]).toBe('"3"');
  expect(JSON.parse(String(asked[0]?.body))).toEqual({
    consents: { rassylka: { status: "granted", source: "by phone" } },
  });
  expect(purposeOf("1 письмо")).toBe("pismo");
});

test("a field with options is made for both languages by one name", async () => {
  const asked = serve(({ method }) => ({ body: method === "GET" ? { items: [] } : { attribute: CITY } }));
  showPage(AttributesPage, ["settings.read", "settings.manage"]);
  await userEvent.click(await screen.findByRole("button", { name: "Add a field" }));
  await userEvent.type(screen.getByLabelText("Name in English"), "Plan");
  await userEvent.selectOptions(screen.getByLabelText("What stands in it"), "One of a list");
  await userEvent.type(screen.getByLabelText("Options"), "free\npaid\nfree");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  expect(asked.find(({ method }) => method === "POST")?.body).toEqual({
    subject: "customer",
    key: "plan",
    kind: "choice",
    name: { ru: "Plan", en: "Plan" },
    options: ["free", "paid"],
    required: false,
  });
});

function Known() {
  return (
    <>
      <CustomerFacts customer={customer()} />
      <CustomerTags customer={customer({ tags: ["vip", "own"] })} />
    </>
  );
}

describe("the words of the settings", () => {
  const VIP = { key: "vip", name: "Important", color: "red" };
  const NEW = { key: "new", name: "Newcomer", color: "grey" };
  const settings = () =>
    serve(({ path, method }) => {
      if (path.startsWith("/settings/attributes")) return { body: { items: [CITY] } };
      if (path.startsWith("/settings/tags")) return { body: { items: [VIP, NEW] } };
      return method === "PATCH" ? { body: { customer: customer() } } : undefined;
    });

  test("name a customer's fields and tags", async () => {
    settings();
    showPage(Known, ["settings.read"]);
    expect(await screen.findByText("City")).toBeTruthy();
    expect(await screen.findByText("Important")).toBeTruthy();
    expect(screen.queryByText("city")).toBeNull();
    expect(screen.getByText("own")).toBeTruthy();
  });

  test("are offered where tags are written", async () => {
    const asked = settings();
    showPage(
      () => <CustomerForm customer={customer()} onClose={() => {}} />,
      ["settings.read", "customers.write"],
    );
    await userEvent.click(await screen.findByRole("button", { name: "Add the tag: Newcomer" }));
    expect(screen.queryByRole("button", { name: /Add the tag/ })).toBeNull();
    await userEvent.click(screen.getByRole("button", { name: "Save" }));
    await vi.waitFor(() => expect(asked.find(({ method }) => method === "PATCH")).toBeTruthy());
    expect(asked.find(({ method }) => method === "PATCH")?.body).toEqual({ tags: ["vip", "new"] });
  });
});
