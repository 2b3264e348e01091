/**
 * A stand-in for the api, for looking at the console without a backend and for its screenshots. It keeps the
 * console's contract (cookie session, seq without holes, WebSocket with tickets and cursors) but no promise
 * of the product. `POST /__mock/...` makes things happen: a customer who writes, an engine that is down.
 *
 *   node dev/mock-server.mjs [--port 8100] [--static ../omnisupport/api/static/console]
 */
import { createServer } from "node:http";
import { WebSocketServer } from "ws";
import { serveStatic } from "./mock-static.mjs";
import { createWorld } from "./mock-world.mjs";

const args = process.argv.slice(2);
const option = (name, fallback) => (args.includes(name) ? args[args.indexOf(name) + 1] : fallback);
const port = Number(option("--port", "8100"));
const staticRoot = option(
  "--static",
  new URL("../../omnisupport/api/static/console", import.meta.url).pathname,
);

const world = createWorld();
const tickets = new Map();
const sessions = new Set();
const sockets = new Set();
const state = { engineUp: true, slowMs: 0, offline: false };

class Refusal extends Error {
  constructor(status, code, detail, headers = {}) {
    super(detail);
    Object.assign(this, { status, code, headers });
  }
}

function broadcast(kind, conversation, message) {
  const cursor = world.nextCursor();
  for (const socket of sockets) {
    socket.send(JSON.stringify({ type: "change", cursor, kind, conversation: world.summary(conversation) }));
    if (message && socket.watched.has(conversation.id)) {
      socket.send(JSON.stringify({ type: "message", message }));
    }
  }
}
world.onChange = broadcast;

function needEngine() {
  if (!state.engineUp) {
    throw new Refusal(503, "engine_unavailable", "No worker answered within 5 s.", { "Retry-After": "2" });
  }
}

const routes = [
  [
    "POST",
    /^\/auth\/login$/,
    ({ body, response }) => {
      if (body.email !== "owner@demo.test" || body.password !== "demo-password") {
        throw new Refusal(401, "sign_in_failed", "E-mail or password is wrong.");
      }
      const id = crypto.randomUUID();
      sessions.add(id);
      response.setHeader("Set-Cookie", `omni=${id}; HttpOnly; SameSite=Lax; Path=/`);
      return {};
    },
    true,
  ],
  ["POST", /^\/auth\/logout$/, ({ session }) => void sessions.delete(session)],
  ["GET", /^\/me$/, () => world.me],
  [
    "POST",
    /^\/ws-ticket$/,
    () => {
      const ticket = crypto.randomUUID();
      tickets.set(ticket, true);
      return { ticket, expires_in: 30 };
    },
  ],
  ["GET", /^\/conversations$/, ({ query }) => world.list(query)],
  ["GET", /^\/conversations\/counts$/, () => world.counts()],
  [
    "GET",
    /^\/conversations\/([^/]+)$/,
    ({ conversation }) => ({ conversation: world.summary(conversation) }),
  ],
  [
    "GET",
    /^\/conversations\/([^/]+)\/messages$/,
    ({ conversation, query }) => {
      const after = Number(query.get("after") ?? 0);
      const limit = Number(query.get("limit") ?? 50);
      const messages = conversation.messages.filter((message) => message.seq > after).slice(0, limit);
      return { conversation_id: conversation.id, messages, last_seq: conversation.messages.length };
    },
  ],
  [
    "POST",
    /^\/conversations\/([^/]+)\/messages$/,
    ({ conversation, body, status }) => {
      needEngine();
      if (body.text.includes("refuse me")) throw new Refusal(409, "channel_closed", "The channel is closed.");
      status(202);
      return { message: world.write(conversation, body) };
    },
  ],
  [
    "POST",
    /^\/conversations\/([^/]+)\/seen$/,
    ({ conversation, body }) => void world.seen(conversation, body.seq),
  ],
  [
    "POST",
    /^\/conversations\/([^/]+)\/(take-over|hand-back|assign|transfer|resolve|reopen|snooze)$/,
    ({ conversation, match, body }) => {
      needEngine();
      world.act(conversation, match[2], body);
      return { conversation: world.summary(conversation) };
    },
  ],
  ["GET", /^\/customers\/([^/]+)$/, ({ match }) => ({ customer: world.customer(match[1]) })],
  ["GET", /^\/team\/members$/, () => ({ items: world.members })],
  ["GET", /^\/team\/departments$/, () => ({ items: world.departments })],
];

const controls = {
  engine: ({ up }) => {
    state.engineUp = up;
  },
  slow: ({ ms }) => {
    state.slowMs = ms;
  },
  offline: ({ on }) => {
    state.offline = on;
    if (on) for (const socket of sockets) socket.terminate();
  },
  drop: () => {
    for (const socket of sockets) socket.terminate();
  },
  "sign-out": () => {
    sessions.clear();
  },
  say: ({ conversation, text }) => world.say(world.get(conversation), text),
  typing: ({ conversation, on }) => {
    const { customer } = world.get(conversation);
    const author = { kind: "customer", id: customer.id, name: customer.name };
    for (const socket of sockets) {
      socket.send(JSON.stringify({ type: "typing", conversation_id: conversation, author, on }));
    }
  },
  many: ({ count }) => world.addMany(count),
  long: ({ conversation, count }) => world.addLong(world.get(conversation), count),
  ids: () => world.ids(),
};

async function readBody(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return chunks.length ? JSON.parse(Buffer.concat(chunks)) : {};
}

function sessionOf(request) {
  const id = /(?:^|;\s*)omni=([^;]+)/.exec(request.headers.cookie ?? "")?.[1];
  return sessions.has(id) ? id : null;
}

async function answer(request, response, url) {
  const path = url.pathname.slice("/api/v1".length);
  const body = request.method === "POST" ? await readBody(request) : {};
  if (state.slowMs) await new Promise((resolve) => setTimeout(resolve, state.slowMs));
  for (const [method, pattern, handle, open] of routes) {
    const match = pattern.exec(path);
    if (!match || method !== request.method) continue;
    const session = sessionOf(request);
    if (!session && !open) throw new Refusal(401, "unauthenticated", "Sign in first.");
    const conversation = path.startsWith("/conversations/") ? world.get(match[1]) : null;
    if (path.startsWith("/conversations/") && !conversation)
      throw new Refusal(404, "not_found", "No such conversation.");
    let code = 200;
    const result = handle({
      body,
      query: url.searchParams,
      match,
      conversation,
      session,
      response,
      status: (value) => {
        code = value;
      },
    });
    response.statusCode = result === undefined ? 204 : code;
    if (result !== undefined) response.setHeader("Content-Type", "application/json");
    return response.end(result === undefined ? undefined : JSON.stringify(result));
  }
  throw new Refusal(404, "not_found", "No such route.");
}

const server = createServer(async (request, response) => {
  const url = new URL(request.url, "http://localhost");
  try {
    if (url.pathname.startsWith("/__mock/")) {
      const result = controls[url.pathname.slice("/__mock/".length)](await readBody(request));
      response.setHeader("Content-Type", "application/json");
      return response.end(JSON.stringify(result ?? {}));
    }
    if (state.offline) return request.socket.destroy();
    if (url.pathname.startsWith("/api/v1")) return await answer(request, response, url);
    return await serveStatic(staticRoot, url.pathname, response);
  } catch (error) {
    response.statusCode = error.status ?? 500;
    for (const [name, value] of Object.entries(error.headers ?? {})) response.setHeader(name, value);
    response.setHeader("Content-Type", "application/problem+json");
    response.end(
      JSON.stringify({ status: response.statusCode, code: error.code ?? "internal", detail: error.message }),
    );
  }
});

const webSockets = new WebSocketServer({ noServer: true });
server.on("upgrade", (request, stream, head) => {
  const url = new URL(request.url, "http://localhost");
  if (state.offline || url.pathname !== "/api/v1/ws" || !tickets.delete(url.searchParams.get("ticket"))) {
    return stream.destroy();
  }
  webSockets.handleUpgrade(request, stream, head, (socket) => welcome(socket));
});

function welcome(socket) {
  socket.watched = new Set();
  sockets.add(socket);
  socket.send(JSON.stringify({ type: "welcome", cursor: world.cursor() }));
  socket.on("close", () => sockets.delete(socket));
  socket.on("message", (data) => {
    const frame = JSON.parse(data);
    if (frame.type === "ping") socket.send(JSON.stringify({ type: "pong" }));
    if (frame.type === "unwatch") socket.watched.delete(frame.conversation_id);
    if (frame.type !== "watch") return;
    socket.watched.add(frame.conversation_id);
    const missed =
      world.get(frame.conversation_id)?.messages.filter((message) => message.seq > frame.after) ?? [];
    for (const message of missed) socket.send(JSON.stringify({ type: "message", message }));
  });
}

server.listen(port, "127.0.0.1", () => console.log(`mock api and console: http://127.0.0.1:${port}`));
