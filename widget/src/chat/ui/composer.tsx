import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { Chat } from "../chat";
import { countCharacters, isBlank } from "../richtext";
import { t } from "../texts";
import { Icon } from "./icons";
import { Lazy } from "./lazy";

/** From here on the visitor sees how much room is left. */
const NEAR_LIMIT = 0.9;
const GROWS_BY_ITSELF = typeof CSS !== "undefined" && CSS.supports?.("field-sizing", "content");

function Counter({ left }: { left: number }) {
  if (left < 0) {
    return (
      <p id="left" class="counter over" role="alert">
        {t("composer.over", { count: -left })}
      </p>
    );
  }
  return (
    <p id="left" class="counter">
      {t("composer.count", { count: left })}
    </p>
  );
}

function useGrowth(text: string) {
  const field = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    if (GROWS_BY_ITSELF || !field.current) return;
    field.current.style.height = "auto";
    field.current.style.height = `${field.current.scrollHeight}px`;
  }, [text]);
  return field;
}

/** A button beside a file field that nobody sees: the field itself cannot be made to look like ours. */
function Attach({ chat }: { chat: Chat }) {
  const chooser = useRef<HTMLInputElement>(null);
  const accepted = chat.state.config.value?.limits.file_extensions
    ?.map((extension) => `.${extension}`)
    .join();
  return (
    <>
      <button
        type="button"
        class="tool"
        aria-label={t("file.attach")}
        title={t("file.attach")}
        onClick={() => chooser.current?.click()}
      >
        <Icon name="clip" />
      </button>
      <input
        ref={chooser}
        type="file"
        multiple
        hidden
        accept={accepted}
        onChange={({ currentTarget: field }) => {
          void chat.addFiles(field.files ?? []);
          field.value = "";
        }}
      />
    </>
  );
}

/** Files that are dropped anywhere on the chat, as `dragging` tells, or pasted into the field. */
function useDrop(chat: Chat) {
  const dragging = useSignal(false);
  useEffect(() => {
    const holds = (event: DragEvent) =>
      event.dataTransfer?.types.includes("Files") && chat.state.has("files");
    const over = (event: DragEvent) => {
      if (!holds(event)) return;
      event.preventDefault();
      dragging.value = true;
    };
    const leave = (event: DragEvent) => {
      if (!event.relatedTarget) dragging.value = false;
    };
    const drop = (event: DragEvent) => {
      if (!holds(event)) return;
      event.preventDefault();
      dragging.value = false;
      void chat.addFiles(event.dataTransfer?.files ?? []);
    };
    document.addEventListener("dragover", over);
    document.addEventListener("dragleave", leave);
    document.addEventListener("drop", drop);
    return () => {
      document.removeEventListener("dragover", over);
      document.removeEventListener("dragleave", leave);
      document.removeEventListener("drop", drop);
    };
  }, []);
  return dragging;
}

export function Composer({ chat }: { chat: Chat }) {
  const text = chat.state.draft.value;
  const max = chat.state.textMax.value;
  const length = countCharacters(text.trim());
  const uploads = chat.uploads.value;
  const ready = uploads?.items.value.some((item) => item.state === "ready");
  const sendable = (!isBlank(text) || ready) && length <= max && !uploads?.busy;
  const dragging = useDrop(chat);
  const recording = useSignal(false);
  const field = useGrowth(text);
  const wanted = chat.state.focus.value;
  const counted = length > max * NEAR_LIMIT;

  useEffect(() => {
    // On a touch screen the keyboard would cover what the visitor came to read.
    if (wanted > 0 && !matchMedia("(pointer: coarse)").matches) field.current?.focus();
  }, [wanted]);

  const submit = () => {
    chat.submit();
    field.current?.focus();
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {dragging.value && <p class="dropping">{t("file.drop")}</p>}
      {counted && <Counter left={max - length} />}
      {uploads && <Lazy draw={({ Tray }) => <Tray chat={chat} uploads={uploads} />} />}
      {recording.value && (
        <Lazy
          draw={({ VoiceBar }) => (
            <VoiceBar
              chat={chat}
              onEnd={() => {
                recording.value = false;
                chat.state.focus.value += 1;
              }}
            />
          )}
        />
      )}
      <div class="field" hidden={recording.value}>
        {chat.state.has("files") && <Attach chat={chat} />}
        <label class="sr" for="message">
          {t("composer.label")}
        </label>
        <textarea
          id="message"
          ref={field}
          rows={1}
          dir="auto"
          autocomplete="off"
          enterkeyhint="send"
          placeholder={t("composer.placeholder")}
          title={t("composer.hint")}
          value={text}
          aria-invalid={length > max}
          aria-describedby={counted ? "left" : undefined}
          onPaste={(event) => {
            const files = event.clipboardData?.files;
            if (!files?.length || !chat.state.has("files")) return;
            event.preventDefault();
            void chat.addFiles(files);
          }}
          onInput={(event) => chat.write(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
            event.preventDefault();
            submit();
          }}
        />
        {chat.state.has("voice") && isBlank(text) && (
          <button
            type="button"
            class="tool"
            aria-label={t("voice.record")}
            title={t("voice.record")}
            onClick={() => {
              recording.value = true;
            }}
          >
            <Icon name="mic" />
          </button>
        )}
        <button
          type="submit"
          class="send"
          aria-label={t("composer.send")}
          title={uploads?.busy ? t("file.wait") : undefined}
          aria-disabled={!sendable}
        >
          <Icon name="send" />
        </button>
      </div>
    </form>
  );
}
