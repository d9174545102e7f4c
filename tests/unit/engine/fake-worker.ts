import type { FromWorker, ToWorker } from '@/lib/engine/protocol';

/** A worker that does nothing: tests read what it was sent and speak for it. */
export class FakeWorker {
  onmessage: ((event: { data: FromWorker }) => void) | null = null;
  onerror: ((event: { message: string; preventDefault(): void }) => void) | null = null;
  readonly sent: ToWorker[] = [];
  terminated = false;

  postMessage(message: ToWorker): void {
    this.sent.push(message);
  }

  terminate(): void {
    this.terminated = true;
  }

  say(message: FromWorker): void {
    this.onmessage?.({ data: message });
  }

  last<T extends ToWorker['type']>(type: T): Extract<ToWorker, { type: T }> {
    const found = this.sent.findLast((message) => message.type === type);
    if (!found) throw new Error(`no "${type}" was sent`);
    return found as Extract<ToWorker, { type: T }>;
  }
}
