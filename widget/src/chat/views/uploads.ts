import { signal } from "@preact/signals";
import { asProblem, Problem } from "../problem";
import type { Attachment, Limits, StoredFile } from "../types";

/** A file between the visitor's hand and his message. */
export interface Upload {
  id: string;
  file: File;
  voice: boolean;
  /** An address of the picture itself, of this page only. */
  preview: string | null;
  /** From 0 to 1. */
  progress: number;
  state: "uploading" | "ready" | "failed";
  /** Of a failure, a code of `texts/`. */
  reason: string | null;
  attachment: Attachment | null;
}

export interface UploadWays {
  send: (
    file: File,
    voice: boolean,
    told: (share: number) => void,
    signal: AbortSignal,
  ) => Promise<StoredFile>;
  limits: () => Limits | null;
  /** A voice message has arrived: it goes at once. */
  spoken: (attachment: Attachment) => void;
  makeId: () => string;
}

export const extensionOf = (name: string) => /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? "";

function attachmentOf({ id, name, type, size, url, duration_ms }: StoredFile, voice: boolean): Attachment {
  const kind = type.split("/")[0] as Attachment["kind"];
  const known = ["image", "audio", "video"].includes(kind) ? kind : "file";
  return { id, name, mime: type, size, kind: voice ? "audio" : known, url, voice, duration_ms };
}

/**
 * Files that go with the next message: each is sent as soon as it is chosen, so that the message itself is quick.
 * They do not outlive the page: what was not uploaded is on the visitor's disk still.
 */
export class Uploads {
  readonly items = signal<readonly Upload[]>([]);
  /** Why the last choice was cut short, a code of `texts/`. */
  readonly refusal = signal<string | null>(null);
  #aborts = new Map<string, AbortController>();

  constructor(private readonly ways: UploadWays) {}

  get busy(): boolean {
    return this.items.value.some((item) => item.state === "uploading");
  }

  add(files: Iterable<File>, voice = false): void {
    const room = (this.ways.limits()?.attachments_max ?? 10) - this.items.value.length;
    const chosen = [...files];
    this.refusal.value = chosen.length > room ? "attachments_too_many" : null;
    for (const file of chosen.slice(0, Math.max(0, room))) this.#begin(file, voice);
  }

  retry(id: string): void {
    const item = this.items.value.find((each) => each.id === id);
    if (item?.state === "failed") void this.#send(id, item.file, item.voice);
  }

  /** Cancels what is on its way, and drops what has arrived. */
  drop(id: string): void {
    this.#aborts.get(id)?.abort();
    const gone = this.items.value.find((item) => item.id === id);
    if (gone?.preview) URL.revokeObjectURL(gone.preview);
    this.items.value = this.items.value.filter((item) => item.id !== id);
    this.refusal.value = null;
  }

  /** What has arrived goes with a message; what failed stays. */
  take(): Attachment[] {
    const ready = this.items.value.filter((item) => item.attachment);
    for (const { id } of ready) this.drop(id);
    return ready.map((item) => item.attachment as Attachment);
  }

  #begin(file: File, voice: boolean): void {
    const id = this.ways.makeId();
    const preview = file.type.startsWith("image/") ? URL.createObjectURL(file) : null;
    const item: Upload = {
      id,
      file,
      voice,
      preview,
      progress: 0,
      state: "uploading",
      reason: null,
      attachment: null,
    };
    this.items.value = [...this.items.value, item];
    void this.#send(id, file, voice);
  }

  async #send(id: string, file: File, voice: boolean): Promise<void> {
    const abort = new AbortController();
    this.#aborts.set(id, abort);
    this.#change(id, { state: "uploading", reason: null, progress: 0 });
    try {
      this.#check(file);
      const told = (progress: number) => this.#change(id, { progress });
      const stored = await this.ways.send(file, voice, told, abort.signal);
      const attachment = attachmentOf(stored, voice);
      this.#change(id, { state: "ready", progress: 1, attachment });
      if (!voice) return;
      this.drop(id);
      this.ways.spoken(attachment);
    } catch (error) {
      // Dropped meanwhile: nobody is left to be told.
      if (!abort.signal.aborted) this.#change(id, { state: "failed", reason: asProblem(error).code });
    } finally {
      this.#aborts.delete(id);
    }
  }

  /** What the server would refuse after minutes of uploading is refused at once. */
  #check(file: File): void {
    const limits = this.ways.limits();
    if (!limits) return;
    if (file.size > (limits.file_bytes ?? Number.POSITIVE_INFINITY)) throw new Problem("file_too_large", 413);
    if (!file.size) throw new Problem("file_empty", 422);
    if (limits.file_extensions && !limits.file_extensions.includes(extensionOf(file.name)))
      throw new Problem("file_type_refused", 422);
  }

  #change(id: string, change: Partial<Upload>): void {
    this.items.value = this.items.value.map((item) => (item.id === id ? { ...item, ...change } : item));
  }
}
