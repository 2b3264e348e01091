import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { t } from "../texts";

type Views = typeof import("../views");

const views = signal<Views | null>(null);
const failed = signal(false);

async function load(): Promise<void> {
  failed.value = false;
  try {
    views.value ??= await import("../views");
  } catch {
    failed.value = true;
  }
}

/** What not every visitor needs: fetched when it is first shown. */
export function Lazy({ draw }: { draw: (views: Views) => ComponentChildren }) {
  useEffect(() => void load(), []);
  if (views.value) return <>{draw(views.value)}</>;
  if (!failed.value) {
    return (
      <p class="line" role="status">
        {t("view.loading")}
      </p>
    );
  }
  return (
    <p class="line" role="alert">
      {t("view.failed")}{" "}
      <button type="button" class="link" onClick={() => void load()}>
        {t("message.retry")}
      </button>
    </p>
  );
}
