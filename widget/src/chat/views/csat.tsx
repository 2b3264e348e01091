import { useEffect, useRef, useState } from "preact/hooks";
import type { Chat } from "../chat";
import { Icon } from "../ui/icons";
import { v } from "./texts";

const SCORES = [1, 2, 3, 4, 5];

/** Asks what the visitor thinks of a conversation that has ended: stars, and a word where he likes. */
export function CsatCard({ chat }: { chat: Chat }) {
  const [score, setScore] = useState(0);
  const [comment, setComment] = useState("");
  const [state, setState] = useState<"asking" | "sending" | "failed">("asking");
  const card = useRef<HTMLFormElement>(null);
  // It comes below what was read last, and grows.
  useEffect(() => card.current?.scrollIntoView?.({ block: "nearest" }), [score > 0]);
  const most = chat.state.config.value?.limits.comment_max ?? 2000;
  const send = async () => {
    setState("sending");
    try {
      await chat.rate(score, comment.trim());
      chat.state.focus.value += 1;
    } catch {
      setState("failed");
    }
  };
  return (
    <form
      ref={card}
      class="csat"
      onSubmit={(event) => {
        event.preventDefault();
        if (score && state !== "sending") void send();
      }}
    >
      <fieldset>
        <legend>{v("csat.question")}</legend>
        {SCORES.map((each) => (
          <label key={each} class={each <= score ? "lit" : ""}>
            <input
              type="radio"
              name="score"
              class="sr"
              checked={each === score}
              onChange={() => setScore(each)}
              aria-label={v("csat.score", { count: each })}
            />
            <Icon name="star" />
          </label>
        ))}
      </fieldset>
      {score > 0 && (
        <>
          <textarea
            class="input"
            rows={2}
            dir="auto"
            maxLength={most}
            aria-label={v("csat.comment")}
            placeholder={v("csat.comment")}
            value={comment}
            onInput={({ currentTarget }) => setComment(currentTarget.value)}
          />
          <button type="submit" class="main">
            {v("csat.send")}
          </button>
        </>
      )}
      {state === "failed" && (
        <p class="mistake" role="alert">
          {v("csat.failed")}
        </p>
      )}
    </form>
  );
}
