import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { Chat } from "../chat";
import { countCharacters, isBlank } from "../richtext";
import { t } from "../texts";
import { Icon } from "./icons";

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

export function Composer({ chat }: { chat: Chat }) {
  const text = chat.state.draft.value;
  const max = chat.state.textMax.value;
  const length = countCharacters(text.trim());
  const sendable = !isBlank(text) && length <= max;
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
      {counted && <Counter left={max - length} />}
      <div class="field">
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
          onInput={(event) => chat.write(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
            event.preventDefault();
            submit();
          }}
        />
        <button type="submit" class="send" aria-label={t("composer.send")} aria-disabled={!sendable}>
          <Icon name="send" />
        </button>
      </div>
    </form>
  );
}
