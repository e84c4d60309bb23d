// Named progress from real bytes. Several things load at once; the visitor sees one line: the name of the oldest thing
// that is still under way, and the share of all bytes that have arrived. The share never goes back, even when a new file
// joins late, because a bar that jumps backwards reads as a fault.
import type { Key } from "../i18n/index.ts";

export interface Task {
  readonly name: Key;
  loaded: number;
  total: number;
  done: boolean;
}

export interface ProgressView {
  readonly name: Key | null;
  readonly fraction: number;
}

export class Progress {
  private readonly tasks: Task[] = [];
  private readonly listeners = new Set<(view: ProgressView) => void>();
  private shown = 0;

  /** `expected_bytes` is a guess that counts until the server's Content-Length is known. */
  start(name: Key, expected_bytes: number): Task {
    const task: Task = { name, loaded: 0, total: Math.max(expected_bytes, 1), done: false };
    this.tasks.push(task);
    this.tell();
    return task;
  }

  update(task: Task, loaded: number, total: number): void {
    task.loaded = Math.min(loaded, Math.max(total, 1));
    task.total = Math.max(total, 1);
    this.tell();
  }

  finish(task: Task): void {
    task.loaded = task.total;
    task.done = true;
    this.tell();
  }

  view(): ProgressView {
    const total = this.tasks.reduce((sum, task) => sum + task.total, 0);
    const loaded = this.tasks.reduce((sum, task) => sum + task.loaded, 0);
    this.shown = Math.max(this.shown, total === 0 ? 0 : loaded / total);
    return { name: this.tasks.find((task) => !task.done)?.name ?? null, fraction: this.shown };
  }

  listen(listener: (view: ProgressView) => void): () => void {
    this.listeners.add(listener);
    listener(this.view());
    return () => this.listeners.delete(listener);
  }

  private tell(): void {
    const view = this.view();
    for (const listener of this.listeners) listener(view);
  }
}

/**
 * Fetches a file and counts its bytes as they arrive. A compressed answer reports the compressed length, so its share is
 * clamped until the end. Throws with the path when the server does not answer with the file.
 */
export async function fetchCounted(
  url: string,
  expected_bytes: number,
  onBytes: (loaded: number, total: number) => void,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(url, signal === undefined ? {} : { signal });
  if (!response.ok || response.body === null) throw new Error(`${url}: ${response.status}`);
  const length = Number(response.headers.get("Content-Length") ?? 0);
  const total = length > 0 && !response.headers.has("Content-Encoding") ? length : Math.max(expected_bytes, 1);
  const chunks: Uint8Array[] = [];
  let loaded = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    loaded += value.length;
    onBytes(Math.min(loaded, total), total);
  }
  return join(chunks, loaded);
}

function join(chunks: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
