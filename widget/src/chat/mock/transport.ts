import type { Transport } from "../transport";
import { findArticles, MOCK_HELP } from "./help";
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
    upload: (_token, file, voice, told, signal) => server.keep(file, voice, told, signal),
    file: async (_token, id) => server.file(id),
    conversations: async () => server.conversations(),
    rate: async (_token, _id, score, comment) => server.rate(score, comment),
    fillForm: async (_token, { client_message_id, text }) => ({
      message: await server.accept({ client_message_id, text }),
      next_open: null,
    }),
    articles: async (_locale, query, category) => findArticles(world.language(), query, category),
    async article(id) {
      const found = MOCK_HELP[world.language()].articles.find((article) => article.id === id);
      if (!found) throw world.problem("not_found", 404);
      return found;
    },
    judge: async () => {},
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
