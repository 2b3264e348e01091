import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ApiError } from "~/api/client";
import { api } from "~/api/endpoints";
import type { Conversation, Message } from "~/api/types";
import { i18next, startI18n } from "~/i18n";
import { conversation, me } from "~/kit/fixtures";
import { LiveSession } from "~/session/live-session";
import { SessionContext } from "~/session/session";
import { TooltipProvider } from "~/ui/tooltip";
import { Composer } from "./composer";

startI18n();

function show(change: Partial<Conversation> = {}) {
  const queries = new QueryClient();
  const session = new LiveSession(queries, me);
  const page = (shown: Partial<Conversation>) => (
    <QueryClientProvider client={queries}>
      <SessionContext value={session}>
        <TooltipProvider>
          <Composer conversation={conversation(shown)} />
        </TooltipProvider>
      </SessionContext>
    </QueryClientProvider>
  );
  const view = render(page(change));
  return { session, view, again: (shown: Partial<Conversation>) => view.rerender(page(shown)) };
}

const field = () => screen.getByRole<HTMLTextAreaElement>("textbox");
const write = (text: string) => fireEvent.change(field(), { target: { value: text } });
const enter = (init: object = {}) => fireEvent.keyDown(field(), { key: "Enter", ...init });

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

describe("the composer", () => {
  test("Enter sends, Shift+Enter and an unfinished input method do not", () => {
    show();
    write("Hello");
    enter({ shiftKey: true });
    enter({ isComposing: true });
    expect(api.send).not.toHaveBeenCalled();
    enter();
    expect(api.send).toHaveBeenCalledWith("k1", expect.objectContaining({ text: "Hello", kind: "reply" }));
    expect(field().value).toBe("");
  });

  test("an empty or too long text is not sent", () => {
    show();
    write("  \n ");
    enter();
    write("x".repeat(8_001));
    enter();
    expect(api.send).not.toHaveBeenCalled();
    expect(screen.getByText("1 character too many")).toBeTruthy();
  });

  test("a note goes as a note and looks like one", () => {
    const { view } = show();
    fireEvent.click(screen.getByRole("radio", { name: "Note" }));
    expect(view.container.querySelector(".composer--note")).toBeTruthy();
    write("Check the stock");
    fireEvent.click(screen.getByRole("button", { name: "Add note" }));
    expect(api.send).toHaveBeenCalledWith("k1", expect.objectContaining({ kind: "note" }));
  });

  test("the draft is kept per conversation, with its kind", () => {
    show();
    fireEvent.click(screen.getByRole("radio", { name: "Note" }));
    write("half a thou");
    cleanup();
    show({ id: "k2" });
    expect(field().value).toBe("");
    cleanup();
    show();
    expect(field().value).toBe("half a thou");
    expect(screen.getByRole<HTMLInputElement>("radio", { name: "Note" }).checked).toBe(true);
  });

  test("with the bot it says that a reply takes over", () => {
    show({ controller: "scenario", assignee: null });
    expect(screen.getByRole("button", { name: "Take over and send" })).toBeTruthy();
  });

  test("another's conversation says whose it is, and a reply into it takes a step of its own", () => {
    const bob = { id: "u2", name: "Bob" };
    show({ assignee: bob });
    expect(screen.getByText("Bob holds this conversation.")).toBeTruthy();
    expect(screen.queryByRole("textbox")).toBeNull();
    fireEvent.click(screen.getByRole("radio", { name: "Note" }));
    expect(field()).toBeTruthy();
    fireEvent.click(screen.getByRole("radio", { name: "Reply" }));
    fireEvent.click(screen.getByRole("button", { name: "Reply anyway" }));
    expect(document.activeElement).toBe(field());
    expect(screen.getByText(/Bob holds this conversation. The customer will see/)).toBeTruthy();
  });

  test("whoever was writing before a colleague took the conversation goes on", () => {
    const { again } = show();
    write("Half a sen");
    field().focus();
    again({ assignee: { id: "u2", name: "Bob" } });
    expect(field().value).toBe("Half a sen");
    expect(document.activeElement).toBe(field());
    expect(screen.getByText(/Bob holds this conversation/)).toBeTruthy();
  });

  test("with the worker down it keeps the texts, says so, and gives back what was not handed over", async () => {
    vi.mocked(api.send).mockRejectedValue(new ApiError({ code: "engine_unavailable", status: 503 }, 2));
    show();
    write("The courier comes tomorrow");
    enter();
    expect(await screen.findByText("Not sent yet")).toBeTruthy();
    expect(screen.getByText("Handed over, will be sent")).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Edit" })).toBeNull();
    write("After noon");
    enter();
    fireEvent.click(await screen.findByRole("button", { name: "Edit" }));
    expect(field().value).toBe("After noon");
    expect(screen.getByText("Not sent yet")).toBeTruthy();
  });

  test("a resolved conversation takes notes but asks to be reopened for a reply", () => {
    show({ status: "resolved" });
    expect(screen.queryByRole("textbox")).toBeNull();
    expect(screen.getByRole("button", { name: "Reopen" })).toBeTruthy();
    fireEvent.click(screen.getByRole("radio", { name: "Note" }));
    expect(field()).toBeTruthy();
  });
});
