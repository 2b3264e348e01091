import { cleanup, fireEvent, render, screen, within } from "@testing-library/preact";
import { act } from "preact/test-utils";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { Problem } from "../src/chat/problem";
import { CATALOGUES, locale, type Plural } from "../src/chat/texts";
import type { Article, Conversation, Form } from "../src/chat/types";
import { App } from "../src/chat/ui/app";
import { mistakes } from "../src/chat/views/form";
import { VIEW_TEXTS } from "../src/chat/views/texts";
import { CONFIG, FakeServer, inbound, makeChat, row } from "./helpers";

const FEATURES = { articles: true, files: true, voice: true, csat: true, receipts: true, history: true };
const FORM: Form = {
  intro: "Tell us",
  fields: [
    { key: "name", kind: "name", label: "Your name", required: true, options: [] },
    { key: "mail", kind: "email", label: "E-mail", required: false, options: [] },
    {
      key: "topic",
      kind: "select",
      label: "Topic",
      required: false,
      options: [{ value: "a", label: "Tea" }],
    },
  ],
  consent: { text: "I agree", url: "https://shop.example/privacy" },
};
const ARTICLE: Article = {
  id: "a1",
  title: "Delivery",
  category: "Orders",
  url: null,
  updated_at: "2026-11-20T09:00:00Z",
  blocks: [
    { kind: "heading", level: 1, spans: [{ text: "Times" }] },
    {
      kind: "paragraph",
      spans: [
        { text: "x", href: "javascript:alert(1)" },
        { text: "<b>no</b>", strong: true },
      ],
    },
    { kind: "table", head: [[{ text: "Way" }]], rows: [[[{ text: "Courier" }]]] },
    { kind: "list", ordered: true, start: 3, items: [[{ kind: "paragraph", spans: [{ text: "third" }] }]] },
    { kind: "hologram" } as unknown as { kind: "rule" },
  ],
};

function conversation(more: Partial<Conversation> = {}): Conversation {
  return {
    id: "conversation-1",
    status: "open",
    last_message: { text: "bye", created_at: "2026-11-25T10:00:00Z" },
    last_seq: 2,
    unread: 0,
    operators_seen_seq: null,
    csat: { due: false, score: null, comment: null },
    created_at: "2026-11-25T10:00:00Z",
    updated_at: "2026-11-25T10:00:00Z",
    ...more,
  };
}

/** Wait for the chunk of the views, too. */
const calm = () => act(() => new Promise<void>((done) => setTimeout(done, 40)));

async function shown(more: Partial<typeof CONFIG> = {}, server = new FakeServer()) {
  server.config = { ...CONFIG, features: FEATURES, ...more };
  const made = makeChat(server);
  locale.value = "en";
  render(<App chat={made.chat} />);
  made.chat.show(true);
  await calm();
  await calm();
  return made;
}

const button = (name: string | RegExp) => screen.getByRole("button", { name });
async function press(name: string | RegExp) {
  fireEvent.click(button(name));
  await calm();
}
const fill = (label: string | RegExp, value: string) =>
  fireEvent.input(screen.getByLabelText(label), { target: { value } });

// The chunk is there before the first test looks for what is in it.
beforeAll(() => import("../src/chat/views"), 60_000);
beforeEach(() => {
  vi.spyOn(URL, "createObjectURL").mockReturnValue("blob:x");
});
afterEach(cleanup);

describe("articles", () => {
  test("are listed, searched, chosen by topic, read, judged, and asked about", async () => {
    const server = new FakeServer();
    server.library = {
      items: [{ id: "a1", title: "Delivery", category: "Orders", excerpt: "How it comes" }],
      categories: [
        { name: "Orders", articles: 1 },
        { name: "Tea", articles: 2 },
      ],
    };
    server.read = ARTICLE;
    const { chat } = await shown({}, server);
    await press("Help articles");
    expect(document.activeElement).toBe(screen.getByLabelText("Search the articles"));
    fill("Search the articles", "deliv");
    await act(() => new Promise<void>((done) => setTimeout(done, 320)));
    await press("Orders");
    expect(server.asked.at(-1)).toEqual(["en", "deliv", "Orders"]);
    await press(/Delivery/);
    expect(document.activeElement?.textContent).toBe("Delivery");
    const article = screen.getByRole("article");
    expect(within(article).queryByRole("link")).toBeNull();
    expect(article.textContent).toContain("<b>no</b>");
    expect(within(article).getByRole("table").textContent).toBe("WayCourier");
    expect(article.querySelector("ol")?.start).toBe(3);
    await press("Yes");
    expect(server.judged).toEqual([["a1", true]]);
    expect(article.textContent).toContain("Thank you");
    await press("Ask about this article");
    expect(chat.state.draft.value).toBe("About “Delivery”: ");
    expect(screen.getByLabelText<HTMLTextAreaElement>("Message").value).toContain("Delivery");
  });

  test("that did not load can be asked for again; one that is gone says so", async () => {
    const server = new FakeServer();
    server.refuse("articles", new Problem("network", 0));
    const { chat } = await shown({}, server);
    await press("Help articles");
    expect(screen.getByRole("alert").textContent).toContain("did not load");
    await press("Retry");
    expect(screen.getByRole("status").textContent).toContain("Nothing was found");
    await act(async () => chat.see("article", "nowhere"));
    await calm();
    expect(screen.getByRole("alert").textContent).toContain("no longer there");
  });
});

describe("a form", () => {
  const ask = { forms: { pre_chat: FORM, offline: null } };

  test("stands before the talk, says what is wrong with it, and becomes the first message", async () => {
    const { server } = await shown(ask);
    expect(screen.queryByLabelText("Message")).toBeNull();
    await press("Send");
    expect(screen.getByLabelText("Your name").getAttribute("aria-invalid")).toBe("true");
    fill("Your name", "Anna");
    fill(/E-mail/, "not an address");
    fill("Your message", "Where is it?");
    fireEvent.click(screen.getByRole("checkbox"));
    await press("Send");
    expect(server.forms).toEqual([]);
    fill(/E-mail/, "anna@example.com");
    fireEvent.change(screen.getByLabelText(/Topic/), { target: { value: "a" } });
    await press("Send");
    expect(server.forms).toMatchObject([
      {
        form: "pre_chat",
        consent: true,
        text: "Where is it?",
        fields: { name: "Anna", mail: "anna@example.com" },
      },
    ]);
    await calm();
    expect(screen.getByRole("log").textContent).toContain("Where is it?");
    expect(screen.getByRole("log").textContent).toContain("We have your message");
    expect(screen.getByLabelText("Message")).toBeTruthy();
  });

  test("that was not sent keeps what was written, and a second try is the same message", async () => {
    const server = new FakeServer();
    server.refuse("form", new Problem("network", 0));
    await shown({ forms: { pre_chat: { intro: null, fields: [], consent: null }, offline: null } }, server);
    fill("Your message", "hello");
    await press("Send");
    expect(screen.getByRole("alert").textContent).toContain("still here");
    await press("Send");
    expect(server.forms).toHaveLength(1);
    const tries = server.calls.filter((call) => call === "form");
    expect(tries).toHaveLength(2);
  });

  test("of outside the hours takes the place of the other, and is a page of its own", async () => {
    const { chat } = await shown({ forms: { pre_chat: FORM, offline: { ...FORM, intro: "We are away" } } });
    expect(screen.getByText("We are away")).toBeTruthy();
    chat.see("form");
    await calm();
    expect(screen.getAllByText("We are away")).toHaveLength(1);
    expect(screen.getByRole("heading", { level: 1 }).textContent).toBe("Write to us");
  });

  test.each([
    [{ fields: {}, consent: true, text: "x" }, ["fields.name"]],
    [{ fields: { name: " " }, consent: false, text: " " }, ["fields.name", "consent", "text"]],
    [{ fields: { name: "A".repeat(1001) }, consent: true, text: "x".repeat(11) }, ["fields.name", "text"]],
    [{ fields: { name: "A", mail: "a@b.c" }, consent: true, text: "x" }, []],
  ])("finds %j wrong", (values, wanted) => {
    expect(Object.keys(mistakes(FORM, values, 10))).toEqual(wanted);
  });
});

describe("a conversation that has ended", () => {
  test("is asked for a score once, with a word, and the page is told", async () => {
    const server = new FakeServer();
    const { told } = await shown({}, server);
    server.push(server.add(row(1, { text: "bye" })));
    server.known = [conversation({ csat: { due: true, score: null, comment: null } })];
    await act(async () =>
      server.links.at(-1)?.frame({ type: "conversation", conversation: server.known[0] as Conversation }),
    );
    await calm();
    fireEvent.click(screen.getByLabelText("4 stars of 5"));
    fill(/What could be better/, " fine ");
    fireEvent.submit(screen.getByText("How did we do?").closest("form") as HTMLFormElement);
    await calm();
    expect(server.scores).toEqual([["conversation-1", 4, "fine"]]);
    expect(told).toContainEqual({ type: "csat", score: 4 });
    expect(screen.queryByText("How did we do?")).toBeNull();
  });

  test("can be followed by a new one: the next message says so", async () => {
    const server = new FakeServer();
    const { chat } = await shown({}, server);
    await act(async () => void server.push(server.add(row(1, { text: "bye" }))));
    server.known = [conversation({ status: "resolved" }), conversation({ id: "earlier" })];
    await press("Your conversations");
    await press("New conversation");
    chat.write("again");
    chat.submit();
    chat.write("and more");
    chat.submit();
    await calm();
    expect(server.sent).toMatchObject([{ text: "again", anew: true }, { text: "and more" }]);
    expect(server.sent[1]).not.toHaveProperty("anew");
  });
});

test("operators have read what the visitor said up to there", async () => {
  const server = new FakeServer();
  await shown({}, server);
  await act(async () => {
    server.push(server.add(inbound(1, "first")));
    server.push(server.add(row(2, { text: "answer" })));
    server.push(server.add(inbound(3, "second")));
  });
  const read = conversation({ operators_seen_seq: 1 });
  await act(async () => server.links.at(-1)?.frame({ type: "conversation", conversation: read }));
  const marks = [...document.querySelectorAll(".row.mine .meta")].map((each) =>
    /Read/.test(each.textContent ?? ""),
  );
  expect(marks).toEqual([true, false]);
});

test("an opening stands in the log, and the next message answers to it, once", async () => {
  const { chat, server } = await shown({ openings: [{ id: "cart", text: "Need help with the cart?" }] });
  chat.state.opening.value = "cart";
  await calm();
  expect(screen.getByRole("log").textContent).toContain("Need help with the cart?");
  chat.write("yes");
  chat.submit();
  chat.write("please");
  chat.submit();
  await calm();
  expect(server.sent).toMatchObject([{ text: "yes", opening: "cart" }, { text: "please" }]);
  expect(server.sent[1]).not.toHaveProperty("opening");
});

describe("files", () => {
  const file = new File(["x"], "a.txt", { type: "text/plain" });

  test("are chosen, dropped and pasted; the message waits for them", async () => {
    const { server } = await shown();
    const chooser = document.querySelector("input[type=file]") as HTMLInputElement;
    Object.defineProperty(chooser, "files", { value: [file], configurable: true });
    fireEvent.change(chooser);
    fireEvent.paste(screen.getByLabelText("Message"), { clipboardData: { files: [file] } });
    fireEvent.drop(document, { dataTransfer: { types: ["Files"], files: [file] } });
    await calm();
    expect(server.uploads).toHaveLength(3);
    fill("Message", "see");
    fireEvent.keyDown(screen.getByLabelText("Message"), { key: "Enter" });
    expect(server.sent).toEqual([]);
    for (const upload of server.uploads) upload.done({});
    await calm();
    fireEvent.keyDown(screen.getByLabelText("Message"), { key: "Enter" });
    await calm();
    expect(server.sent).toMatchObject([{ text: "see", attachments: ["file-1", "file-2", "file-3"] }]);
  });

  test("are not taken where the widget has them off", async () => {
    const { server } = await shown({ features: { ...FEATURES, files: false, voice: false } });
    expect(screen.queryByRole("button", { name: "Attach files" })).toBeNull();
    expect(screen.queryByRole("button", { name: "Record a voice message" })).toBeNull();
    fireEvent.drop(document, { dataTransfer: { types: ["Files"], files: [file] } });
    await calm();
    expect(server.uploads).toEqual([]);
  });
});

describe("voice", () => {
  test.each([
    ["NotAllowedError", "not allowed"],
    ["NotFoundError", "No microphone"],
  ])("without a microphone (%s) says so and lets the visitor write", async (name, words) => {
    vi.stubGlobal("MediaRecorder", { isTypeSupported: () => true });
    vi.stubGlobal(
      "navigator",
      Object.assign(Object.create(navigator), {
        mediaDevices: { getUserMedia: () => Promise.reject(new DOMException("no", name)) },
      }),
    );
    await shown();
    await press("Record a voice message");
    expect(screen.getByRole("alert").textContent).toContain(words);
    await press("Close");
    expect(screen.getByLabelText("Message")).toBeTruthy();
    vi.unstubAllGlobals();
  });

  test("that a browser cannot record says so", async () => {
    await shown();
    await press("Record a voice message");
    expect(screen.getByRole("alert").textContent).toContain("cannot record");
  });
});

test("the views speak both languages, in every form and with the same holes", () => {
  const forms = (text: string | Plural) => (typeof text === "string" ? [text] : Object.values(text));
  const holes = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();
  expect(Object.keys(VIEW_TEXTS.ru).sort()).toEqual(Object.keys(VIEW_TEXTS.en).sort());
  for (const key of Object.keys(VIEW_TEXTS.en) as (keyof typeof VIEW_TEXTS.en)[]) {
    expect(key in CATALOGUES.en, key).toBe(false);
    const wanted = holes(forms(VIEW_TEXTS.en[key])[0] as string);
    for (const language of ["ru", "en"] as const) {
      const text = VIEW_TEXTS[language][key];
      for (const form of forms(text)) expect(holes(form), key).toEqual(wanted);
      const categories = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
      if (typeof text !== "string") expect(Object.keys(text).sort()).toEqual([...categories].sort());
    }
  }
});
