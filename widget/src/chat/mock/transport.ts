import type { Transport } from "../transport";
import { MockServer, type MockWorld } from "./server";

/** The chat without a server: `/widget/{slug}?mock=true`. */
export function mockTransport(world: MockWorld): Transport {
  const server = new MockServer(world);
  return {
    openSession: async (request) => ({
      visitor_token: request.visitor_token ?? "mock",
      conversation_id: server.conversationId,
      config: server.config(request.locale ?? world.language()),
    }),
    send: (_token, body) => server.accept(body),
    list: async (_token, conversationId, after) => server.list(conversationId, after),
    identify: async () => {},
    track: async () => {},
    connect(_token, handlers) {
      const stop = server.listen(handlers.frame);
      queueMicrotask(() => {
        handlers.state(true);
        handlers.frame({ type: "welcome", conversation_id: server.conversationId, last_seq: 0 });
        handlers.frame({ type: "presence", operators_online: true });
      });
      return { send: () => {}, wake: () => {}, close: stop };
    },
  };
}
