import { cleanup, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { i18next, startI18n } from "~/i18n";
import { TagsPage } from "./tags-page";
import { serve, showPage } from "./test-world";

startI18n();
beforeEach(() => i18next.changeLanguage("en"));
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const TAG = { key: "refund", name: "Refund", color: "red" };
const MANAGER = ["settings.read", "settings.manage"];

describe("the tags", () => {
  test("say what to do when there is none", async () => {
    serve(() => ({ body: { items: [] } }));
    showPage(TagsPage, MANAGER);
    await screen.findByText("No tags yet");
    expect(screen.getByRole("button", { name: "Add a tag" })).toBeTruthy();
  });

  test("are only to be read by who may not change them", async () => {
    serve(() => ({ body: { items: [TAG] } }));
    showPage(TagsPage, ["settings.read"]);
    await screen.findByText("Refund");
    expect(screen.queryByRole("button")).toBeNull();
  });

  test("are not asked for by who may not read them", async () => {
    serve(() => ({ status: 403, body: { code: "forbidden" } }));
    showPage(TagsPage, []);
    await screen.findByText("Your role does not open this page");
  });

  test("tell why they could not be read, and are read again", async () => {
    let up = false;
    serve(() => (up ? { body: { items: [TAG] } } : { status: 503, body: { code: "unavailable" } }));
    showPage(TagsPage, MANAGER);
    await screen.findByRole("alert");
    up = true;
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    await screen.findByText("Refund");
  });

  test("keep what was typed when a save is refused, and tell it at the key", async () => {
    const asked = serve(({ method }) =>
      method === "POST" ? { status: 409, body: { code: "tag_exists" } } : { body: { items: [TAG] } },
    );
    showPage(TagsPage, MANAGER);
    await userEvent.click(await screen.findByRole("button", { name: "Add a tag" }));
    await userEvent.type(screen.getByLabelText("Name"), "Возврат");
    await userEvent.click(screen.getByRole("button", { name: "Save" }));
    const key = await waitFor(() => {
      const field = screen.getByLabelText<HTMLInputElement>("Key");
      expect(field.getAttribute("aria-invalid")).toBe("true");
      return field;
    });
    expect(document.activeElement).toBe(key);
    expect(screen.getByText(/There is a tag with this key/)).toBeTruthy();
    expect(screen.getByLabelText<HTMLInputElement>("Name").value).toBe("Возврат");
    expect(asked.find(({ method }) => method === "POST")?.body).toEqual({
      key: "vozvrat",
      name: "Возврат",
      color: "grey",
    });
  });

  test("ask before one is gone, and read the list anew", async () => {
    let items = [TAG];
    serve(({ method }) => {
      if (method !== "DELETE") return { body: { items } };
      items = [];
      return { status: 204 };
    });
    showPage(TagsPage, MANAGER);
    await userEvent.click(await screen.findByRole("button", { name: "Delete: Refund" }));
    await userEvent.click(screen.getByRole("button", { name: "Delete" }));
    await screen.findByText("No tags yet");
  });
});
