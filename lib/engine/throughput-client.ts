import type { Job } from './quiet-job';
import type { ThroughputRow } from './throughput-engine';
import type { FromThroughput, ToThroughput } from './throughput-protocol';
import type { ThroughputSample } from './throughput-sample';

/** The reader cancelled, or the worker was ended. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
}

export interface ThroughputClientOptions {
  /** Absolute URL of the folder that holds the bundles, with a slash at its end. */
  modelsUrl: string;
  threads: number;
  /** Tests bring their own. */
  createWorker?: () => Worker;
}

const startWorker = () =>
  new Worker(new URL('./throughput-worker.ts', import.meta.url), { type: 'module' });

interface Waiting {
  onWrote(tokens: number): void;
  resolve(message: FromThroughput): void;
  reject(error: Error): void;
}

/**
 * The page's handle on a worker that measures. The worker begins with the first question and is the page's alone; to end it
 * takes effect at once, in the middle of a run of the model too, and frees all that it held.
 */
export class ThroughputClient {
  private worker: Worker | null = null;
  private waiting: Waiting | null = null;

  constructor(private readonly options: ThroughputClientOptions) {}

  /** Loads a model; the version of ONNX Runtime. Rejects with one sentence as its message. */
  async open(model: string): Promise<string> {
    const { modelsUrl, threads } = this.options;
    const baseUrl = new URL(`${encodeURIComponent(model)}/`, modelsUrl).href;
    const answer = await this.ask({ type: 'open', model, baseUrl, threads });
    return expected(answer, 'opened').version;
  }

  /** Does one job; rejects with one sentence as its message. */
  async measure(
    row: ThroughputRow,
    job: Job,
    budgetBytes: number,
    onWrote: (tokens: number) => void = () => {},
  ): Promise<ThroughputSample> {
    const answer = await this.ask({ type: 'measure', row, job, budgetBytes }, onWrote);
    return expected(answer, 'measured').sample;
  }

  /** Releases everything and ends the worker; the bytes of K and V and the sessions that were left. */
  async close(): Promise<{ allocatedBytes: number; openSessions: number }> {
    const { allocatedBytes, openSessions } = expected(await this.ask({ type: 'close' }), 'closed');
    this.end();
    return { allocatedBytes, openSessions };
  }

  /** Ends the worker now; whoever waits for an answer is told `Cancelled`. The next question begins a fresh one. */
  end(): void {
    this.worker?.terminate();
    this.worker = null;
    this.settle((waiting) => waiting.reject(new Cancelled('the measurement was cancelled')));
  }

  private ask(
    question: ToThroughput,
    onWrote: (tokens: number) => void = () => {},
  ): Promise<FromThroughput> {
    const worker = this.worker ?? this.begin();
    return new Promise((resolve, reject) => {
      this.waiting = { onWrote, resolve, reject };
      worker.postMessage(question);
    });
  }

  private begin(): Worker {
    const worker = (this.options.createWorker ?? startWorker)();
    this.worker = worker;
    worker.onmessage = ({ data }: MessageEvent<FromThroughput>) => {
      if (this.worker !== worker) return;
      if (data.type === 'wrote') this.waiting?.onWrote(data.tokens);
      else if (data.type === 'refused')
        this.settle((waiting) => waiting.reject(new Error(data.reason)));
      else this.settle((waiting) => waiting.resolve(data));
    };
    worker.onerror = (event) => {
      event.preventDefault();
      if (this.worker !== worker) return;
      worker.terminate();
      this.worker = null;
      this.settle((waiting) =>
        waiting.reject(new Error('The worker that measures stopped unexpectedly.')),
      );
    };
    return worker;
  }

  private settle(tell: (waiting: Waiting) => void): void {
    const waiting = this.waiting;
    this.waiting = null;
    if (waiting) tell(waiting);
  }
}

function expected<T extends FromThroughput['type']>(
  answer: FromThroughput,
  type: T,
): Extract<FromThroughput, { type: T }> {
  if (answer.type !== type) throw new Error(`the worker answered "${answer.type}" to "${type}"`);
  return answer as Extract<FromThroughput, { type: T }>;
}
