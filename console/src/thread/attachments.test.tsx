import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ApiError } from "~/api/client";
import { api } from "~/api/endpoints";
import type { Attachment, MessageContent } from "~/api/types";
import { i18next, startI18n } from "~/i18n";
import { message } from "~/kit/fixtures";
import { Toasts } from "~/ui/toast";
import { TooltipProvider } from "~/ui/tooltip";
import { Attachments } from "./attachments";
import { MessageFacts } from "./message-facts";

startI18n();

const FILE: Attachment = {
  id: "f1",
  name: "счёт.pdf",
  mime: "application/pdf",
  size: 1_500_000,
  kind: "file",
};
const LINK = { url: "https://elsewhere.example/api/v1/file-content/abc", width: 40, height: 30 };
const show = (...attachments: Attachment[]) =>
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <TooltipProvider>
        <Attachments message={message({ text: "", id: "m1", conversation_id: "k1", attachments })} />
        <Toasts />
      </TooltipProvider>
    </QueryClientProvider>,
  );

beforeEach(() => i18next.changeLanguage("en").then(() => undefined));

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

describe("the files of a message", () => {
  test("a picture is shown by a link of this page's own address, and opens in a tab", async () => {
    const asked = vi.spyOn(api, "attachment").mockResolvedValue(LINK);
    show({ ...FILE, name: "photo.png", kind: "image" });
    const picture = await screen.findByRole("img", { name: "photo.png" });
    expect(picture.getAttribute("src")).toBe("/api/v1/file-content/abc");
    expect(picture.closest("a")?.target).toBe("_blank");
    expect(asked.mock.calls[0]?.slice(0, 2)).toEqual(["k1", "f1"]);
  });

  test("a picture that its provider calls a file is a picture", async () => {
    vi.spyOn(api, "attachment").mockResolvedValue(LINK);
    show({ ...FILE, name: "photo.png", mime: "image/png" });
    expect(await screen.findByRole("img", { name: "photo.png" })).toBeDefined();
  });

  test("a picture that cannot be shown is a file to open", async () => {
    vi.spyOn(api, "attachment").mockResolvedValue(LINK);
    show({ ...FILE, name: "photo.png", kind: "image" });
    fireEvent.error(await screen.findByRole("img", { name: "photo.png" }));
    expect(screen.getByRole("button", { name: /photo\.png/ })).toBeDefined();
  });

  test("sounds and films are played", async () => {
    vi.spyOn(api, "attachment").mockResolvedValue(LINK);
    show(
      { ...FILE, name: "voice.ogg", kind: "audio" },
      { ...FILE, id: "f2", name: "film.mp4", kind: "video" },
    );
    expect((await screen.findByLabelText("voice.ogg")).tagName).toBe("AUDIO");
    expect((await screen.findByLabelText("film.mp4")).tagName).toBe("VIDEO");
  });

  test("another file tells its size, and opens in a tab that knows nothing of this one", async () => {
    const tab = { opener: window, location: { replace: vi.fn() }, close: vi.fn() };
    vi.spyOn(window, "open").mockReturnValue(tab as unknown as Window);
    vi.spyOn(api, "attachment").mockResolvedValue(LINK);
    show(FILE);
    fireEvent.click(screen.getByRole("button", { name: /счёт\.pdf.*1\.4/ }));
    await waitFor(() => expect(tab.location.replace).toHaveBeenCalledWith("/api/v1/file-content/abc"));
    expect(tab.opener).toBeNull();
  });

  test("one that is gone is told, and leaves no empty tab", async () => {
    const tab = { close: vi.fn() };
    vi.spyOn(window, "open").mockReturnValue(tab as unknown as Window);
    vi.spyOn(api, "attachment").mockRejectedValue(new ApiError({ code: "not_found", status: 404 }));
    show(FILE);
    fireEvent.click(screen.getByRole("button", { name: /счёт/ }));
    await waitFor(() => expect(tab.close).toHaveBeenCalled());
  });

  test("what its provider has not given yet, or does not give, is named and asked for by nobody", () => {
    const asked = vi.spyOn(api, "attachment");
    show({ ...FILE, state: "waiting" }, { ...FILE, id: "f2", name: "b.pdf", state: "failed" });
    expect(screen.getByText("being fetched from the provider…")).toBeDefined();
    expect(screen.getByText("could not be fetched")).toBeDefined();
    expect(asked).not.toHaveBeenCalled();
  });
});

describe("what a message is beside its words", () => {
  const facts = (content: MessageContent) =>
    render(<MessageFacts message={message({ text: "" }, content)} />).container;

  test("a place leads to a map, somebody's number is told", () => {
    facts({
      location: { lat: 55.75, lon: 37.62, address: "Тверская, 1" },
      contact: { phone: "+79161234567" },
    });
    expect(screen.getByRole("link", { name: /Тверская, 1/ }).getAttribute("href")).toContain("mlat=55.75");
    expect(screen.getByText("+79161234567")).toBeDefined();
  });

  test("what was changed tells what it was, what was taken back says so", () => {
    facts({ edited_from: "Синий" });
    expect(screen.getByText("Синий")).toBeDefined();
    cleanup();
    facts({ edited_from: "Синий", withdrawn: true });
    expect(screen.queryByText("Синий")).toBeNull();
    expect(screen.getByText("The customer has deleted this message.")).toBeDefined();
  });

  test("nothing is said where there is nothing", () => {
    expect(facts({}).firstChild).toBeNull();
  });
});
