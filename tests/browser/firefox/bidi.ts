import { WebSocket } from 'ws';

type Params = Record<string, unknown>;

interface Message {
  id?: number;
  result?: unknown;
  /** Of an answer: what kind of error. */
  error?: string;
  message?: string;
  /** Of an event. */
  method?: string;
  params?: Params;
}

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** A WebDriver BiDi connection: commands that are answered, and events. */
export class Bidi {
  private readonly waiting = new Map<number, Waiting>();
  private last = 0;

  private constructor(
    private readonly socket: WebSocket,
    private readonly onEvent: (method: string, params: Params) => void,
  ) {
    socket.on('message', (data) => this.receive(JSON.parse(String(data))));
    socket.on('close', () => this.end());
  }

  /** Opens a session with the browser behind `address`; `onEvent` gets what is subscribed to. */
  static async open(
    address: string,
    events: string[],
    onEvent: (method: string, params: Params) => void,
  ): Promise<Bidi> {
    const socket = new WebSocket(address, { perMessageDeflate: false });
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    const bidi = new Bidi(socket, onEvent);
    await bidi.send('session.new', { capabilities: {} });
    await bidi.send('session.subscribe', { events });
    return bidi;
  }

  /**
   * Sends one command and gives its result, which the caller knows the type of.
   *
   * @throws when the browser answers with an error, or is gone
   */
  send<Result>(method: string, params: Params): Promise<Result> {
    const id = ++this.last;
    return new Promise<Result>((resolve, reject) => {
      this.waiting.set(id, {
        resolve: (result) => resolve(result as Result),
        reject: (error) => reject(new Error(`${method}: ${error.message}`)),
      });
      this.socket.send(JSON.stringify({ id, method, params }));
    });
  }

  private receive({ id, result, error, message, method, params }: Message) {
    if (method) this.onEvent(method, params ?? {});
    if (id === undefined) return;
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    if (error) waiting?.reject(new Error(`${error}: ${message}`));
    else waiting?.resolve(result);
  }

  private end() {
    for (const { reject } of this.waiting.values()) reject(new Error('the browser is gone'));
    this.waiting.clear();
  }
}
