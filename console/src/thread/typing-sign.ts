import { useEffect, useRef } from "react";
import { useSession } from "~/session/session";

const REPEAT_MS = 3_000;
const STOP_AFTER_MS = 4_000;

/** Tells the others that we are writing: at most every 3 s, and that we stopped. */
export function useTypingSign(conversationId: string) {
  const { socket } = useSession();
  const last = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const stop = () => {
    clearTimeout(timer.current);
    if (last.current === 0) return;
    last.current = 0;
    socket.send({ type: "typing", conversation_id: conversationId, on: false });
  };
  const typed = () => {
    const now = Date.now();
    if (now - last.current > REPEAT_MS) {
      last.current = now;
      socket.send({ type: "typing", conversation_id: conversationId, on: true });
    }
    clearTimeout(timer.current);
    timer.current = setTimeout(stop, STOP_AFTER_MS);
  };
  const stopNow = useRef(stop);
  stopNow.current = stop;
  useEffect(() => () => stopNow.current(), []);
  return { typed, stop };
}
