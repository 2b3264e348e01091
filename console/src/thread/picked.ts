import { ApiError } from "~/api/client";
import { MAX_BYTES, MOST_FILES, type Uploaded, uploadFile } from "~/files/upload";
import { newId } from "~/lib/ids";
import { createStore, type Store } from "~/lib/store";

/** A file that will go with the next reply: on its way up, there, or refused. */
export interface PickedFile {
  key: string;
  name: string;
  size: number;
  uploaded: Uploaded | null;
  error: ApiError | null;
}

/** What a reply names of its files. */
export interface SentFile {
  id: string;
  name: string;
  size: number;
}

const stores = new Map<string, Picked>();

/** The files that somebody has picked for a conversation: they stay while one looks at another. */
export function pickedFor(userId: string, conversationId: string): Picked {
  const key = `${userId}.${conversationId}`;
  const known = stores.get(key);
  if (known) return known;
  const made = new Picked();
  stores.set(key, made);
  return made;
}

export class Picked {
  readonly files: Store<readonly PickedFile[]> = createStore<readonly PickedFile[]>([]);

  /** Begin to upload; answers how many were left out because a message has no room for more. */
  add(files: readonly File[]): number {
    const room = Math.max(0, MOST_FILES - this.files.get().length);
    for (const file of files.slice(0, room)) void this.upload(file);
    return Math.max(0, files.length - room);
  }

  /** Files of a reply that was taken back: they are uploaded already. */
  restore(files: readonly SentFile[]): void {
    const back = files.map((file) => ({
      key: newId(),
      name: file.name,
      size: file.size,
      uploaded: { ...file, url: "" },
      error: null,
    }));
    this.files.set((before) => [...before, ...back].slice(0, MOST_FILES));
  }

  remove(key: string): void {
    this.files.set((before) => before.filter((file) => file.key !== key));
  }

  /** What can be sent, which is then no longer picked; null while something is on its way up or refused. */
  take(): SentFile[] | null {
    const files = this.files.get();
    if (!files.every((file) => file.uploaded)) return null;
    this.files.set([]);
    return files.flatMap(({ uploaded, name, size }) => (uploaded ? [{ id: uploaded.id, name, size }] : []));
  }

  private async upload(file: File): Promise<void> {
    const key = newId();
    const picked: PickedFile = { key, name: file.name, size: file.size, uploaded: null, error: null };
    this.files.set((before) => [...before, picked]);
    try {
      if (file.size > MAX_BYTES) throw new ApiError({ code: "file_too_large" });
      this.update(key, { uploaded: await uploadFile(file) });
    } catch (error) {
      this.update(key, { error: error instanceof ApiError ? error : new ApiError({ code: "unknown" }) });
    }
  }

  private update(key: string, change: Partial<PickedFile>): void {
    this.files.set((before) => before.map((file) => (file.key === key ? { ...file, ...change } : file)));
  }
}
