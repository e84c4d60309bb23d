// The connection to the mall: fetches a ticket over HTTP, opens the WebSocket, feeds the brain, and comes back by itself
// when the line breaks: first with the brain's resume ticket (same avatar, same clothes), else with a new ticket. What
// the visitor must be told comes out as a status; what must be drawn comes out of `frame()`.
import { call, type Problem } from "./api.ts";
import { backoff_ms, fullRule, reconnectRule } from "./backoff.ts";
import { decodeBase64Url, type Brain, type Frame, type GoodbyeReason, type QueuePlace } from "./brain.ts";
import type { Ticket } from "./types.ts";

export type Status =
  | { readonly kind: "idle" }
  | { readonly kind: "connecting" }
  | { readonly kind: "joined" }
  /** At the door of a full mall; coming in follows by itself. */
  | { readonly kind: "queue"; readonly queue: QueuePlace }
  /** Joined, but nothing has come for a while. */
  | { readonly kind: "stalled" }
  | { readonly kind: "waiting"; readonly why: "lost" | "unreachable" | "full"; readonly retryAt_ms: number; readonly problem: Problem | null }
  | { readonly kind: "ended"; readonly reason: GoodbyeReason | "session"; readonly retryAfter_ms: number; readonly problem: Problem | null };

/** Names the wire format's generation; the server takes no other. */
const subprotocol = "galleria.2";
const stallAfter_ms = 2_000;
const giveUpAfter_ms = 12_000;
const connectLimit_ms = 10_000;
/** Above this, messages of the state lane are dropped: newer ones follow anyway. */
const bufferedMax_bytes = 32_768;
/** Voice that waits would come too late: a fifth of a second of it. */
const voiceBufferedMax_bytes = 1_024;
const voiceOpcode = 11;
const messageMax_bytes = 65_536;
const hiddenPump_ms = 1_000;
/** These end a visit for good; for all others coming back by itself makes sense when the server says so. */
const finalReasons = new Set<GoodbyeReason>(["wrongVersion", "replaced", "kicked", "idle", "flooding", "badMessage"]);

export class Connection {
  private readonly brain: Brain;
  private readonly changed: (status: Status) => void;
  private socket: WebSocket | null = null;
  private status: Status = { kind: "idle" };
  private attempt = 0;
  private wanted = false;
  private hasJoined = false;
  private retryTimer: ReturnType<typeof setTimeout> | null = null;
  private path = "/ws";
  private snapshotsSeen = 0;
  private lastSnapshot_ms = 0;
  private lastStart_ms = 0;

  constructor(brain: Brain, changed: (status: Status) => void) {
    this.brain = brain;
    this.changed = changed;
    setInterval(() => {
      if (document.hidden) this.pump();
    }, hiddenPump_ms);
  }

  current(): Status {
    return this.status;
  }

  /** Begins a visit; the session must exist. */
  start(): void {
    this.wanted = true;
    this.attempt = 0;
    void this.tryNow();
  }

  /** Skips the countdown. */
  async tryNow(): Promise<void> {
    if (this.retryTimer !== null) clearTimeout(this.retryTimer);
    this.retryTimer = null;
    if (!this.wanted) return;
    this.set({ kind: "connecting" });
    this.lastStart_ms = performance.now();
    if (this.hasJoined && this.brain.resume(now_us())) {
      this.openSocket();
      return;
    }
    const answer = await call<Ticket>("POST", "/api/world/ticket", {});
    if (!answer.ok) {
      this.ticketRefused(answer.problem);
      return;
    }
    if (!this.brain.hello(decodeBase64Url(answer.value.ticket), now_us())) {
      this.end("wrongVersion");
      return;
    }
    this.path = answer.value.ws;
    this.openSocket();
  }

  /** Sends what the brain has to say. Called once per drawn frame, and slowly while the page is hidden. */
  pump(): void {
    const socket = this.socket;
    if (socket === null || socket.readyState !== WebSocket.OPEN) return;
    for (let message = this.brain.poll(now_us()); message !== null; message = this.brain.poll(now_us())) {
      const mayWait_bytes = message.bytes[0] === voiceOpcode ? voiceBufferedMax_bytes : bufferedMax_bytes;
      if (message.lane === 0 && socket.bufferedAmount > mayWait_bytes) continue;
      socket.send(message.bytes);
    }
  }

  /** The picture to draw now; also notices joins, stalls and goodbyes. */
  frame(): Frame {
    const frame = this.brain.frame(now_us());
    if (frame.state === "joined") this.watch();
    else if (frame.state === "closed" && frame.reason !== null && this.socket !== null) this.goodbye(frame);
    else if (frame.queue !== null) this.wait(frame.queue);
    else if (this.status.kind === "connecting" && performance.now() - this.lastStart_ms > connectLimit_ms && this.socket !== null) this.drop();
    return frame;
  }

  private openSocket(): void {
    const url = new URL(this.path, location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(url, subprotocol);
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    socket.onopen = () => this.pump();
    socket.onmessage = (event: MessageEvent<unknown>) => {
      if (!(event.data instanceof ArrayBuffer) || event.data.byteLength > messageMax_bytes) return;
      this.brain.onBundle(new Uint8Array(event.data), now_us());
    };
    socket.onclose = () => {
      if (this.socket !== socket) return;
      // A Goodbye that arrived just before the close says why; the frame carries it.
      const last = this.brain.frame(now_us());
      if (last.state === "closed" && last.reason !== null) {
        this.goodbye(last);
        return;
      }
      this.brain.onClosed(now_us());
      this.socket = null;
      this.retry(this.hasPlace() ? "lost" : "unreachable", null, 0);
    };
  }

  private watch(): void {
    const now = performance.now();
    const { snapshots } = this.brain.statistics();
    if (snapshots !== this.snapshotsSeen || this.status.kind === "connecting" || this.status.kind === "queue") {
      this.snapshotsSeen = snapshots;
      this.lastSnapshot_ms = now;
      this.hasJoined = true;
      this.attempt = 0;
      if (this.status.kind !== "joined") this.set({ kind: "joined" });
      return;
    }
    // A hidden page draws nothing and so cannot judge how long ago something came.
    if (document.hidden) return;
    const silent_ms = now - this.lastSnapshot_ms;
    if (silent_ms > giveUpAfter_ms) this.drop();
    else if (silent_ms > stallAfter_ms && this.status.kind === "joined") this.set({ kind: "stalled" });
  }

  /** Inside, or in the line at the door: either is kept for a while when the connection breaks. */
  private hasPlace(): boolean {
    return this.hasJoined || this.status.kind === "queue";
  }

  private wait(queue: QueuePlace): void {
    this.attempt = 0;
    const before = this.status.kind === "queue" ? this.status.queue : null;
    if (before?.place !== queue.place || before.waiting !== queue.waiting) this.set({ kind: "queue", queue });
  }

  private drop(): void {
    this.closeSocket();
    this.brain.onClosed(now_us());
    this.retry(this.hasPlace() ? "lost" : "unreachable", null, 0);
  }

  private goodbye(frame: Frame): void {
    this.closeSocket();
    const reason = frame.reason ?? "kicked";
    if (finalReasons.has(reason) || !frame.retryable) this.end(reason, frame.retryAfter_ms);
    else this.retry(reason === "full" ? "full" : "lost", null, frame.retryAfter_ms);
  }

  private ticketRefused(problem: Problem): void {
    if (problem.status === 401 || problem.status === 403) this.end("session", 0, problem);
    else this.retry(problem.code.includes("full") ? "full" : "unreachable", problem, (problem.retryAfter_s ?? 0) * 1000);
  }

  private retry(why: "lost" | "unreachable" | "full", problem: Problem | null, atLeast_ms: number): void {
    const delay_ms = backoff_ms(why === "full" ? fullRule : reconnectRule, this.attempt, Math.random(), atLeast_ms);
    this.attempt += 1;
    this.set({ kind: "waiting", why, problem, retryAt_ms: performance.now() + delay_ms });
    this.retryTimer = setTimeout(() => void this.tryNow(), delay_ms);
  }

  private end(reason: GoodbyeReason | "session", retryAfter_ms = 0, problem: Problem | null = null): void {
    this.wanted = false;
    this.hasJoined = false;
    this.set({ kind: "ended", reason, retryAfter_ms, problem });
  }

  private closeSocket(): void {
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }

  private set(status: Status): void {
    this.status = status;
    this.changed(status);
  }
}

/** The brain's clock: steady, in microseconds. */
export function now_us(): number {
  return performance.now() * 1000;
}
