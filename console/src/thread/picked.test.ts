import { afterEach, expect, test, vi } from "vitest";
import * as upload from "~/files/upload";
import { Picked, pickedFor } from "./picked";

const named = (name: string, size = 3) => {
  const file = new File(["abc"], name);
  Object.defineProperty(file, "size", { value: size });
  return file;
};
const takesAll = () =>
  vi
    .spyOn(upload, "uploadFile")
    .mockImplementation(async (file) => ({ id: `id-${file.name}`, name: file.name, size: 3, url: "" }));

afterEach(() => vi.restoreAllMocks());

test("files go up at once, and are taken when all are there", async () => {
  takesAll();
  const picked = new Picked();
  expect(picked.add([named("a.png"), named("b.pdf")])).toBe(0);
  expect(picked.take()).toBeNull();
  await vi.waitFor(() => expect(picked.files.get().every((file) => file.uploaded)).toBe(true));
  expect(picked.take()?.map(({ id }) => id)).toEqual(["id-a.png", "id-b.pdf"]);
  expect(picked.files.get()).toEqual([]);
});

test("a message has room for ten", () => {
  takesAll();
  const picked = new Picked();
  expect(picked.add(Array.from({ length: 12 }, (_, at) => named(`${at}.png`)))).toBe(2);
  expect(picked.files.get()).toHaveLength(10);
});

test("one that is too large is refused here, and holds the reply up until it is removed", async () => {
  const asked = takesAll();
  const picked = new Picked();
  picked.add([named("film.mp4", upload.MAX_BYTES + 1)]);
  await vi.waitFor(() => expect(picked.files.get()[0]?.error?.code).toBe("file_too_large"));
  expect(asked).not.toHaveBeenCalled();
  expect(picked.take()).toBeNull();
  picked.remove(picked.files.get()[0]?.key ?? "");
  expect(picked.take()).toEqual([]);
});

test("they stay with their conversation, and come back with a reply that was taken back", () => {
  const picked = pickedFor("u1", "k1");
  picked.restore([{ id: "f1", name: "a.png", size: 3 }]);
  expect(pickedFor("u1", "k2").files.get()).toEqual([]);
  expect(pickedFor("u1", "k1").take()).toEqual([{ id: "f1", name: "a.png", size: 3 }]);
});
