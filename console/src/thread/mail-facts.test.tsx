import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ApiError } from "~/api/client";
import { api } from "~/api/endpoints";
import type { MessageContent } from "~/api/types";
import { i18next, startI18n } from "~/i18n";
import { message } from "~/kit/fixtures";
import { Toasts } from "~/ui/toast";
import { TooltipProvider } from "~/ui/tooltip";
import { MailFacts } from "./mail-facts";

startI18n();

const ORIGINAL = { id: "f1", size: 7 };
const show = (content: MessageContent) =>
  render(
    <TooltipProvider>
      <MailFacts message={message({ text: "Where is it?", id: "m1", conversation_id: "k1" }, content)} />
      <Toasts />
    </TooltipProvider>,
  );

beforeEach(() => i18next.changeLanguage("en").then(() => undefined));

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

describe("what a mail is beside its words", () => {
  test("nothing is said of what is no mail", () => {
    expect(show({}).container.querySelector(".mail-facts")).toBeNull();
  });

  test("its subject is shown, and a sender is named unconfirmed only where his own domain says so", () => {
    show({ subject: "Order 7", dmarc: "none" });
    expect(screen.getByText("Subject: Order 7")).toBeDefined();
    expect(screen.queryByText(/disowns/)).toBeNull();
    cleanup();
    show({ subject: "Order 7", dmarc: "fail", automatic: true });
    expect(screen.getByText(/disowns this mail/)).toBeDefined();
    expect(screen.queryByText(/automatic mail/)).toBeNull();
    cleanup();
    show({ subject: "Order 7", automatic: true });
    expect(screen.getByText(/automatic mail/)).toBeDefined();
  });

  test("the whole of it opens in a tab of its own, which knows nothing of this one", async () => {
    const tab = { opener: window, location: { replace: vi.fn() }, close: vi.fn() };
    vi.spyOn(window, "open").mockReturnValue(tab as unknown as Window);
    vi.spyOn(api, "original").mockResolvedValue({ size: 7, page_url: "https://x/page", file_url: "" });
    show({ original: ORIGINAL });
    fireEvent.click(screen.getByRole("button", { name: /The whole mail/ }));
    await waitFor(() => expect(tab.location.replace).toHaveBeenCalledWith("https://x/page"));
    expect(api.original).toHaveBeenCalledWith("k1", "m1");
    expect(tab.opener).toBeNull();
  });

  test("one that is not kept any longer is told, and leaves no empty tab", async () => {
    const tab = { close: vi.fn() };
    vi.spyOn(window, "open").mockReturnValue(tab as unknown as Window);
    vi.spyOn(api, "original").mockRejectedValue(new ApiError({ code: "original_absent", status: 404 }));
    show({ original: ORIGINAL });
    fireEvent.click(screen.getByRole("button", { name: /The whole mail/ }));
    expect(await screen.findByText("The mail itself is not kept.")).toBeDefined();
    expect(tab.close).toHaveBeenCalled();
  });
});
