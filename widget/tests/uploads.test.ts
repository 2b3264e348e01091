import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Problem } from "../src/chat/problem";
import type { Attachment, Limits } from "../src/chat/types";
import { uploadFile } from "../src/chat/views/upload-request";
import { Uploads } from "../src/chat/views/uploads";
import { FakeServer, settle } from "./helpers";

const LIMITS: Limits = {
  text_max: 8000,
  attachments_max: 3,
  file_bytes: 1000,
  file_extensions: ["png", "txt"],
};
const file = (name = "a.txt", size = 3, type = "text/plain") => new File(["x".repeat(size)], name, { type });

function make() {
  const server = new FakeServer();
  const spoken: Attachment[] = [];
  let ids = 0;
  const uploads = new Uploads({
    send: (...given) => server.upload("t", ...given),
    limits: () => LIMITS,
    spoken: (attachment) => void spoken.push(attachment),
    makeId: () => `u${++ids}`,
  });
  const states = () => uploads.items.value.map(({ state, reason }) => reason ?? state);
  return { uploads, server, spoken, states };
}

beforeEach(() => {
  vi.spyOn(URL, "createObjectURL").mockReturnValue("blob:picture");
  vi.spyOn(URL, "revokeObjectURL").mockImplementation(() => {});
});

describe("a chosen file", () => {
  test("is sent at once, tells how far it is, and goes with the message", async () => {
    const { uploads, server, states } = make();
    uploads.add([file("a.png", 3, "image/png")]);
    expect([states(), uploads.busy]).toEqual([["uploading"], true]);
    expect(uploads.items.value[0]?.preview).toBe("blob:picture");
    server.uploads[0]?.told(0.5);
    expect(uploads.items.value[0]?.progress).toBe(0.5);
    server.uploads[0]?.done({});
    await settle();
    expect([states(), uploads.busy]).toEqual([["ready"], false]);
    expect(uploads.take()).toMatchObject([
      { id: "file-1", name: "a.png", kind: "image", url: "/content/file-1" },
    ]);
    expect(uploads.items.value).toEqual([]);
    expect(URL.revokeObjectURL).toHaveBeenCalledWith("blob:picture");
  });

  test("that is dropped on its way is cancelled, and says no more", async () => {
    const { uploads, server, states } = make();
    uploads.add([file()]);
    await settle();
    uploads.drop("u1");
    expect(server.uploads[0]?.signal.aborted).toBe(true);
    server.uploads[0]?.fail(new Problem("network", 0));
    await settle();
    expect(states()).toEqual([]);
  });

  test("that failed says why, is tried again by hand, and does not go with the message", async () => {
    const { uploads, server, states } = make();
    uploads.add([file()]);
    await settle();
    server.uploads[0]?.fail(new Problem("network", 0));
    await settle();
    expect([states(), uploads.take()]).toEqual([["network"], []]);
    uploads.retry("u1");
    await settle();
    server.uploads[1]?.done({});
    await settle();
    expect(states()).toEqual(["ready"]);
  });

  test.each([
    ["file_too_large", file("a.txt", 1001)],
    ["file_type_refused", file("a.exe")],
    ["file_type_refused", file("noextension")],
    ["file_empty", file("a.txt", 0)],
  ])("is refused as %s before it is sent", async (reason, given) => {
    const { uploads, server, states } = make();
    uploads.add([given]);
    await settle();
    expect([states(), server.uploads.length]).toEqual([[reason], 0]);
  });

  test("beyond what a message holds is not taken, and it is told", () => {
    const { uploads } = make();
    uploads.add([file(), file(), file(), file()]);
    expect([uploads.items.value.length, uploads.refusal.value]).toEqual([3, "attachments_too_many"]);
    uploads.drop("u1");
    expect(uploads.refusal.value).toBeNull();
  });
});

test("a voice message goes by itself when it has arrived, and stays when it has not", async () => {
  const { uploads, server, spoken, states } = make();
  uploads.add([file("voice.txt")], true);
  await settle();
  expect(server.uploads[0]?.voice).toBe(true);
  server.uploads[0]?.fail(new Problem("voice_too_long", 422));
  await settle();
  expect([states(), spoken]).toEqual([["voice_too_long"], []]);
  uploads.retry("u1");
  await settle();
  server.uploads[1]?.done({ type: "audio/webm", duration_ms: 2000 });
  await settle();
  expect(states()).toEqual([]);
  expect(spoken).toMatchObject([{ id: "file-2", kind: "audio", voice: true, duration_ms: 2000 }]);
});

describe("the request of a file", () => {
  class Request {
    static last: Request;
    upload: { onprogress?: (event: object) => void } = {};
    headers: Record<string, string> = {};
    status = 0;
    responseText = "";
    aborted = false;
    onload?: () => void;
    onerror?: () => void;
    onabort?: () => void;
    address = "";
    constructor() {
      Request.last = this;
    }
    open(_method: string, address: string) {
      this.address = address;
    }
    setRequestHeader(name: string, value: string) {
      this.headers[name] = value;
    }
    send() {}
    abort() {
      this.aborted = true;
      this.onabort?.();
    }
    answer(status: number, text: string) {
      this.status = status;
      this.responseText = text;
      this.onload?.();
    }
  }
  beforeEach(() => void vi.stubGlobal("XMLHttpRequest", Request));
  afterEach(() => void vi.unstubAllGlobals());

  const begin = () => {
    const abort = new AbortController();
    const shares: number[] = [];
    const sent = uploadFile("/files", "t", file(), (share) => void shares.push(share), abort.signal);
    return { sent, shares, abort };
  };

  test("carries the token, tells its share and answers the file", async () => {
    const { sent, shares } = begin();
    expect(Request.last.headers.authorization).toBe("Bearer t");
    Request.last.upload.onprogress?.({ loaded: 1, total: 4 });
    Request.last.answer(201, JSON.stringify({ file: { id: "f" } }));
    expect([await sent, shares]).toEqual([{ id: "f" }, [0.25]]);
  });

  test.each([
    [413, JSON.stringify({ code: "file_too_large" }), "file_too_large"],
    [502, "<html>", "http_502"],
    [201, "<html>", "network"],
  ])("answered by %s is a problem", async (status, text, code) => {
    const { sent } = begin();
    Request.last.answer(status, text);
    await expect(sent).rejects.toMatchObject({ code });
  });

  test("is cut off by who cancels it, and is lost with the network", async () => {
    const first = begin();
    first.abort.abort();
    expect(Request.last.aborted).toBe(true);
    await expect(first.sent).rejects.toMatchObject({ code: "network" });
    const second = begin();
    Request.last.onerror?.();
    await expect(second.sent).rejects.toMatchObject({ code: "network", status: 0 });
  });
});
