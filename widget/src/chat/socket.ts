import { backoff, Pause } from "./backoff";
import type { Link, LinkHandlers } from "./transport";
import type { ClientFrame, ServerFrame } from "./types";

const PING = 25_000;
// Two pings without any answer: the connection is gone, whatever the browser believes.
const SILENCE = 60_000;
const WELCOME = 10_000;

function address(ticket: string, after: number): string {
  const url = new URL("/api/v1/widget/ws", location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  url.search = String(new URLSearchParams({ ticket, after: String(after) }));
  return url.href;
}

function parseFrame(data: unknown): ServerFrame | null {
  try {
    return JSON.parse(String(data)) as ServerFrame;
  } catch {
    return null;
  }
}

/**
 * The WebSocket: a fresh single-use ticket and the current cursor for each connection, pings, and reconnection
 * with back-off for as long as it is not closed.
 */
export function connectSocket(ticket: () => Promise<string>, handlers: LinkHandlers): Link {
  const pause = new Pause();
  let socket: WebSocket | null = null;
  let closed = false;
  let failures = 0;

  /** One connection, from its ticket to its end. */
  async function live(): Promise<void> {
    const key = await ticket();
    if (closed) return;
    await new Promise<void>((resolve) => {
      const current = new WebSocket(address(key, handlers.after()));
      socket = current;
      let heard = Date.now();
      const welcome = setTimeout(end, WELCOME);
      const ping = setInterval(() => {
        if (Date.now() - heard > SILENCE) end();
        else send({ type: "ping" });
      }, PING);
      function end(): void {
        clearTimeout(welcome);
        clearInterval(ping);
        current.onmessage = current.onclose = current.onerror = null;
        current.close();
        if (socket === current) socket = null;
        resolve();
      }
      current.onclose = current.onerror = end;
      current.onmessage = ({ data }) => {
        heard = Date.now();
        const frame = parseFrame(data);
        if (frame?.type === "welcome") {
          clearTimeout(welcome);
          failures = 0;
          handlers.state(true);
        }
        if (frame) handlers.frame(frame);
      };
    });
  }

  async function keep(): Promise<void> {
    while (!closed) {
      let problem: unknown;
      try {
        await live();
      } catch (error) {
        problem = error;
      }
      if (closed) return;
      failures += 1;
      handlers.state(false, problem);
      await pause.wait(backoff(failures, (problem as { retryAfter?: number } | undefined)?.retryAfter));
    }
  }

  function send(frame: ClientFrame): void {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
  }

  void keep();
  return {
    send,
    wake: () => pause.wake(),
    close() {
      closed = true;
      pause.wake();
      socket?.onclose?.(new CloseEvent("close"));
    },
  };
}
