import { cleanup, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Channel, ChannelProblem } from "~/api/channels";
import { ChannelBar } from "~/frame/channel-bar";
import { i18next, startI18n } from "~/i18n";
import { type Asked, serve, showPage } from "~/settings/test-world";
import { localMoment } from "./backfill-dialog";
import { changeOf } from "./channel-form";
import { ChannelPage } from "./channel-page";
import { ChannelsPage } from "./channels-page";
import { ConnectPage } from "./connect-page";
import { accountOf, FIELDS, faultsOf, isKind, KINDS, kindOf, typeOf } from "./kinds";
import { EMPTY_MAILBOX, mailboxFaults, mailboxOf, withPreset } from "./mailbox";
import { secondsText } from "./statistics-part";
import { addressKind } from "./test-message";

startI18n();
beforeEach(() => i18next.changeLanguage("en"));
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const AT = "2026-11-27T12:00:00+00:00";
const MANAGER = ["settings.read", "connections.manage"];
const TOKEN = `123456789:${"A".repeat(35)}`;
const problem = (code: string, mends: ChannelProblem["mends"] = null): ChannelProblem => ({
  code,
  detail: "Unauthorized",
  mends,
  since: AT,
});
const BOT: Channel = {
  id: "c1",
  type: "telegram",
  provider: "telegram",
  name: "Shop bot",
  account: "123456789",
  facts: { bot_username: "shop_bot" },
  settings: {},
  health: {
    state: "ok",
    problems: [],
    checked_at: AT,
    expires_at: null,
    backfilled_at: null,
    alerted_at: null,
  },
  created_at: AT,
  updated_at: AT,
};
const DOWN: Channel = {
  ...BOT,
  health: { ...BOT.health, state: "down", problems: [problem("unauthorized", "reauthorize")] },
};
const WIDGET: Channel = {
  ...BOT,
  id: "w1",
  type: "widget",
  provider: "",
  name: "Site",
  account: null,
  facts: {},
};

const click = async (name: string | RegExp) => userEvent.click(await screen.findByRole("button", { name }));
const showConnect = (kind: string) =>
  showPage(ConnectPage, MANAGER, `/settings/channels/new/${kind}`, "/settings/channels/new/$kind");
const showChannel = (permissions = MANAGER) =>
  showPage(ChannelPage, permissions, "/settings/channels/c1", "/settings/channels/$channelId");
const NOTHING = {
  inbound: 0,
  outbound: 0,
  failed: 0,
  uncertain: 0,
  waiting: 0,
  median_ms: null,
  segments: 0,
  costs: [],
};
const serveChannel: typeof serve = (answer) =>
  serve((asked) =>
    asked.path.endsWith("/statistics") ? { body: { day: NOTHING, week: NOTHING } } : answer(asked),
  );
const posted = (asked: Asked[], path: string) =>
  asked.find((each) => each.method === "POST" && each.path === path)?.body;

describe("the list of channels", () => {
  test("tells of each how it is, and leads to its page", async () => {
    serve(() => ({ body: { items: [WIDGET, DOWN] } }));
    showPage(ChannelsPage, MANAGER);
    const row = (await screen.findByRole("link", { name: "Shop bot" })).closest("li") as HTMLElement;
    expect(within(row).getByText("Telegram · @shop_bot")).toBeTruthy();
    expect(within(row).getByText("Does not work")).toBeTruthy();
    expect(within(row).getByText("1 problem")).toBeTruthy();
    expect(screen.getByRole("link", { name: "Site" }).getAttribute("href")).toBe("/settings/channels/widget");
  });

  test("says what to do while only the widget is there", async () => {
    serve(() => ({ body: { items: [WIDGET] } }));
    showPage(ChannelsPage, MANAGER);
    await screen.findByText("Only the website is connected yet");
    expect(screen.getAllByRole("link", { name: "Connect a channel" })[0]?.getAttribute("href")).toBe(
      "/settings/channels/new",
    );
  });

  test("offers no connecting to who may not", async () => {
    serve(() => ({ body: { items: [WIDGET] } }));
    showPage(ChannelsPage, ["settings.read"]);
    await screen.findByText(/An owner or an admin/);
    expect(screen.queryByRole("link", { name: "Connect a channel" })).toBeNull();
  });
});

describe("the bar above every page", () => {
  const broken = (id: string) => ({ ...DOWN, id, health: { ...DOWN.health, alerted_at: AT } });

  test("tells who can mend it of a channel that has not worked for a while", async () => {
    serve(() => ({ body: { items: [BOT, broken("c2")] } }));
    showPage(ChannelBar, MANAGER);
    await screen.findByText(/The channel “Shop bot” does not work/);
    expect(screen.getByRole("link", { name: "Mend it" }).getAttribute("href")).toBe("/settings/channels/c2");
  });

  test("tells of several as one, and nothing of what is no break yet", async () => {
    serve(() => ({ body: { items: [DOWN, broken("c2"), broken("c3")] } }));
    showPage(ChannelBar, MANAGER);
    await screen.findByText(/2 channels do not work/);
    expect(screen.getByRole("link", { name: "Look" }).getAttribute("href")).toBe("/settings/channels");
  });
});

describe("what is typed of an account", () => {
  test("of every kind an empty form is at fault, and names its fields", () => {
    for (const kind of KINDS) {
      if (kind === "email") continue;
      const needed = FIELDS[kind].filter(({ optional }) => !optional).map(({ name }) => name);
      expect(faultsOf(kind, {})).toEqual(needed);
    }
  });

  test("goes out under the api's names, without blanks and without what is empty", () => {
    expect(accountOf("telegram", { telegram_token: ` ${TOKEN}\n` })).toEqual({ token: TOKEN });
    const twilio = { account_sid: "AC1", auth_token: "t".repeat(32), sender: "+14155550123" };
    expect(faultsOf("whatsapp-twilio", twilio)).toEqual([]);
    expect(accountOf("whatsapp-twilio", twilio)).toEqual({ provider: "twilio", ...twilio });
    expect(faultsOf("sms", { ...twilio, number: "8 916 123" })).toEqual(["number"]);
  });

  test("a channel knows how it was connected", () => {
    expect(kindOf({ type: "whatsapp", provider: "meta" })).toBe("whatsapp-meta");
    expect(kindOf({ type: "widget", provider: "" })).toBeNull();
    expect(isKind("fax")).toBe(false);
    expect(typeOf("whatsapp-twilio")).toBe("whatsapp");
  });

  test("a mailbox takes over the servers of its provider, and its way in", () => {
    const draft = withPreset({ ...EMPTY_MAILBOX, address: "help@shop.ru", password: "abcd" }, "yandex");
    expect(mailboxFaults(draft)).toEqual([]);
    expect(mailboxOf(draft)).toEqual({
      address: "help@shop.ru",
      imap: { host: "imap.yandex.ru", port: 993, tls: "implicit" },
      smtp: { host: "smtp.yandex.ru", port: 465, tls: "implicit" },
      auth: { kind: "password", password: "abcd" },
    });
    expect(mailboxOf({ ...draft, plus: true })).toMatchObject({ plus: true });
    const microsoft = withPreset(draft, "microsoft");
    expect(microsoft.signIn).toBe("oauth");
    expect(mailboxFaults(microsoft)).toEqual(["client_id", "client_secret", "refresh_token"]);
    expect(mailboxFaults({ ...draft, smtp: { ...draft.smtp, port: "70000" } })).toEqual(["smtp_port"]);
  });
});

describe("connecting", () => {
  test("shows faults at their fields, sends nothing then, and connects what is right", async () => {
    const asked = serve(({ method }) =>
      method === "POST"
        ? {
            status: 201,
            body: {
              channel: BOT,
              setup: { webhook_url: "https://x/webhooks/telegram/t", verify_token: null },
            },
          }
        : { body: { channel: BOT } },
    );
    showConnect("telegram");
    await userEvent.type(await screen.findByLabelText("Name"), "Shop bot");
    await userEvent.type(screen.getByLabelText("Bot token"), "12:short");
    await click("Connect");
    expect(screen.getByText(/A token looks like/)).toBeTruthy();
    expect(posted(asked, "/channels/telegram")).toBeUndefined();
    const token = screen.getByLabelText<HTMLInputElement>("Bot token");
    expect(token.type).toBe("password");
    await userEvent.clear(token);
    await userEvent.type(token, TOKEN);
    await click("Connect");
    await screen.findByText(/The channel works/);
    expect(posted(asked, "/channels/telegram")).toEqual({ name: "Shop bot", account: { token: TOKEN } });
    expect(screen.queryByDisplayValue(TOKEN)).toBeNull();
  });
});

test("what has to be entered at Meta by hand is shown once, with copy buttons", async () => {
  const setup = { webhook_url: "https://x/webhooks/meta/t", verify_token: "verify-me" };
  const unknown = { ...BOT.health, state: "unknown" as const, checked_at: null };
  const made = { ...BOT, type: "whatsapp", provider: "meta", health: unknown };
  serve(({ method }) =>
    method === "POST" ? { status: 201, body: { channel: made, setup } } : { body: { channel: made } },
  );
  showConnect("whatsapp-meta");
  await userEvent.type(await screen.findByLabelText("Name"), "WhatsApp");
  await userEvent.type(screen.getByLabelText("Phone number ID"), "1");
  await userEvent.type(screen.getByLabelText("WhatsApp Business account ID"), "2");
  await userEvent.type(screen.getByLabelText("Access token"), "t".repeat(20));
  await userEvent.type(screen.getByLabelText("App secret"), "s".repeat(20));
  await click("Connect");
  expect((await screen.findByLabelText<HTMLInputElement>("Verify token")).value).toBe("verify-me");
  await screen.findByRole("button", { name: "Copy: Address for incoming messages" });
  await screen.findByText(/Checking the credentials/);
});

test("a refusal of the api is told in words, and the form stays", async () => {
  serve(() => ({ status: 409, body: { code: "account_connected" } }));
  showConnect("max");
  await userEvent.type(await screen.findByLabelText("Name"), "MAX");
  await userEvent.type(screen.getByLabelText("Access token"), "t".repeat(20));
  await click("Connect");
  await screen.findByText(/This account is connected already/);
});

describe("a channel's page", () => {
  test("says what is wrong in words and mends it with new credentials", async () => {
    const asked = serveChannel(({ method, path }) =>
      method === "POST" && path.endsWith("/reauthorize")
        ? { body: { channel: BOT, setup: { webhook_url: "https://x", verify_token: null } } }
        : { body: { channel: DOWN } },
    );
    showChannel();
    await screen.findByText(/The provider refuses the credentials/);
    expect(screen.getByText("Details: Unauthorized")).toBeTruthy();
    await userEvent.click(
      (await screen.findAllByRole("button", { name: "Enter credentials anew" }))[0] as HTMLElement,
    );
    await userEvent.type(await screen.findByLabelText("Bot token"), TOKEN);
    await click("Save");
    await waitFor(() =>
      expect(posted(asked, "/channels/c1/reauthorize")).toEqual({ telegram: { token: TOKEN } }),
    );
    await screen.findByText(/Checking the credentials/);
  });

  test("is read only for who may not manage connections", async () => {
    serveChannel(() => ({ body: { channel: DOWN } }));
    showChannel(["settings.read"]);
    await screen.findByText(/The provider refuses the credentials/);
    expect(screen.queryByRole("button", { name: /credentials|Check now|Disconnect/ })).toBeNull();
  });

  test("has it looked at now, and asks for what was missed since a moment", async () => {
    const asked = serveChannel(({ path }) =>
      path.endsWith("/test") ? { status: 202, body: { health: BOT.health } } : { body: { channel: BOT } },
    );
    showChannel();
    await click("Check now");
    await waitFor(() => expect(asked.some(({ path }) => path === "/channels/c1/test")).toBe(true));
    await click("Fetch what was missed");
    const since = await screen.findByLabelText<HTMLInputElement>("Since when");
    await userEvent.click(
      screen.getAllByRole("button", { name: "Fetch what was missed" }).at(-1) as HTMLElement,
    );
    await waitFor(() =>
      expect(posted(asked, "/channels/c1/backfill")).toEqual({
        since: new Date(Date.parse(since.value)).toISOString(),
      }),
    );
  });

  test("sends a test message and says in words what came of it", async () => {
    const ends = [
      { status: "sent", provider_message_id: "1009:7", code: null, reason: null, detail: null },
      { status: "failed", code: "recipient_gone", reason: "A bot cannot write first.", detail: "no chat" },
      { status: "uncertain", code: "send_uncertain", reason: "Ask the recipient.", detail: null },
    ];
    const asked = serveChannel(({ path }) =>
      path.endsWith("/test")
        ? { status: 202, body: { health: BOT.health, message: { address: "1009", ...ends.shift() } } }
        : { body: { channel: BOT } },
    );
    showChannel();
    const to = await screen.findByLabelText("To");
    const send = screen.getByRole<HTMLButtonElement>("button", { name: "Send a test" });
    expect(send.disabled).toBe(true);
    await userEvent.type(to, " 1009{Enter}");
    await screen.findByText("Sent to 1009. The provider's number: 1009:7.");
    expect(posted(asked, "/channels/c1/test")).toEqual({ to: "1009" });
    await userEvent.click(send);
    const refused = (await screen.findByText(/Not sent to 1009. A bot cannot write first./)).closest(
      "[role]",
    );
    expect(refused?.getAttribute("role")).toBe("alert");
    expect(within(refused as HTMLElement).getByText("Details: no chat")).toBeTruthy();
    await userEvent.click(send);
    await screen.findByText(/Nobody knows whether it arrived at 1009/);
  });

  test("an address that is none of the channel's is told of at the field", async () => {
    serveChannel(({ path }) =>
      path.endsWith("/test")
        ? { status: 422, body: { code: "address_invalid", errors: [{ field: "to", message: "no" }] } }
        : { body: { channel: BOT } },
    );
    showChannel();
    await userEvent.type(await screen.findByLabelText("To"), "@ivan{Enter}");
    await screen.findByText(/A name such as @user will not do/);
    expect(["sms", "whatsapp", "email", "max", "api"].map(addressKind)).toEqual([
      ...["phone", "phone", "mail", "chat", "other"],
    ]);
  });

  test("disconnects after it was asked once more", async () => {
    const asked = serveChannel(({ method }) =>
      method === "DELETE" ? { status: 204 } : { body: { channel: BOT } },
    );
    showChannel();
    await click("Disconnect the channel");
    await screen.findByRole("heading", { name: "Disconnect the channel “Shop bot”?" });
    expect(asked.some(({ method }) => method === "DELETE")).toBe(false);
    await userEvent.click(
      screen.getAllByRole("button", { name: "Disconnect the channel" }).at(-1) as HTMLElement,
    );
    await waitFor(() => expect(asked.some(({ method }) => method === "DELETE")).toBe(true));
  });

  test("sends only what was changed, and nothing that is out of bounds", () => {
    const was = { name: "A", hold: "0.4", signature: "", typing: true };
    expect(changeOf(was, was)).toEqual({});
    expect(changeOf(was, { ...was, hold: "1,5", name: " B " })).toEqual({ name: "B", hold_ms: 1_500 });
    expect(changeOf(was, { ...was, hold: "11" })).toBeNull();
    expect(changeOf(was, { ...was, hold: "soon" })).toBeNull();
    expect(changeOf(was, { ...was, name: " " })).toBeNull();
  });

  test("says what went through it, and how quickly", async () => {
    const day = { ...NOTHING, inbound: 12, outbound: 7, failed: 1, median_ms: 840 };
    const statistics = { day, week: { ...day, inbound: 4_321, median_ms: null } };
    serve(({ path }) => ({ body: path.endsWith("/statistics") ? statistics : { channel: BOT } }));
    showChannel(["settings.read"]);
    await screen.findByText("0.8 sec");
    expect(screen.getByText("4,321")).toBeTruthy();
    expect(secondsText(12_340, "ru")).toContain("12,3");
  });

  test("says what it cost, by currency, where the provider has told", async () => {
    const costs = [
      { currency: "EUR", amount: "0.0711" },
      { currency: "USD", amount: "12.5" },
    ];
    const statistics = { day: NOTHING, week: { ...NOTHING, segments: 1_250, costs } };
    serve(({ path }) => ({ body: path.endsWith("/statistics") ? statistics : { channel: BOT } }));
    showChannel(["settings.read"]);
    await screen.findByText("€0.0711 + $12.50");
    expect(screen.getByText("1,250")).toBeTruthy();
    expect(screen.getAllByText("Cost")).toHaveLength(1);
    expect(screen.getByText(/The provider tells the cost/)).toBeTruthy();
  });

  test("a moment is written in the reader's own clock", () => {
    const at = new Date(2026, 10, 27, 9, 5).getTime();
    expect(localMoment(at)).toBe("2026-11-27T09:05");
  });
});
