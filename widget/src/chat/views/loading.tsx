import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { asProblem, type Problem } from "../problem";
import { t } from "../texts";

type Got<T> = { value: T } | { problem: Problem } | null;

/** What `ask` answers, asked again whenever one of `asked` changes; an answer that comes too late is passed over. */
export function useAnswer<T>(ask: () => Promise<T>, asked: unknown[]): [Got<T>, () => void] {
  const [got, setGot] = useState<Got<T>>(null);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    let current = true;
    ask().then(
      (value) => current && setGot({ value }),
      (error) => current && setGot({ problem: asProblem(error) }),
    );
    return () => {
      current = false;
    };
  }, [...asked, tries]);
  const again = () => {
    setGot(null);
    setTries(tries + 1);
  };
  return [got, again];
}

interface Props<T> {
  got: Got<T>;
  again: () => void;
  draw: (value: T) => ComponentChildren;
  /** What is said of a 404. */
  gone?: string;
}

/** An answer of the server: being waited for, not there, or drawn. */
export function Answer<T>({ got, again, draw, gone }: Props<T>) {
  if (!got) {
    return (
      <p class="line" role="status">
        {t("view.loading")}
      </p>
    );
  }
  if ("value" in got) return <>{draw(got.value)}</>;
  return (
    <p class="line" role="alert">
      {got.problem.status === 404 && gone ? gone : t("view.failed")}{" "}
      {got.problem.status !== 404 && (
        <button type="button" class="link" onClick={again}>
          {t("message.retry")}
        </button>
      )}
    </p>
  );
}

/** The focus goes to what has just been shown: what was pressed to come here is gone. */
export function useArrival<T extends HTMLElement>() {
  const place = useRef<T>(null);
  useEffect(() => place.current?.focus({ preventScroll: true }), []);
  return place;
}
