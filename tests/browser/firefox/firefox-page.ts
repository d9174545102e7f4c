import type { Bidi } from './bidi';

/** Keys by the names that pages know them by, as WebDriver writes them. */
const KEYS: Record<string, string> = {
  ArrowLeft: '\uE012',
  ArrowUp: '\uE013',
  ArrowRight: '\uE014',
  ArrowDown: '\uE015',
  Tab: '\uE004',
  Home: '\uE011',
  End: '\uE010',
  Enter: '\uE007',
  Escape: '\uE00C',
  Shift: '\uE008',
  Control: '\uE009',
};

/** An element of the page, as the browser names it. */
interface Node {
  sharedId: string;
}

/** What is used of the parameters of an event; which of it is there depends on the event. */
interface EventParams {
  context?: string;
  source?: { context?: string };
  level?: string;
  text?: string;
  request?: { url: string };
  response?: { status: number; url: string };
}

/** A page in Firefox: found by selectors, worked by a real mouse and real keys. */
export class FirefoxPage {
  /** What the page should not have done: a warning or error on the console, a failed or foreign request. */
  readonly problems: string[] = [];
  /** Every address that was asked for. */
  readonly requests: string[] = [];

  constructor(
    private readonly bidi: Bidi,
    private readonly context: string,
    private readonly origin: string,
  ) {}

  /** Takes note of an event of the browser, if it is about this page or its workers. */
  notice(method: string, params: EventParams): void {
    if ((params.context ?? params.source?.context) !== this.context) return;
    const { level, text, request, response } = params;
    if (method === 'log.entryAdded' && (level === 'error' || level === 'warn')) {
      this.problems.push(`console ${level}: ${text}`);
    }
    if (method === 'network.beforeRequestSent' && request) {
      this.requests.push(request.url);
      const { protocol, origin } = new URL(request.url);
      if (!['data:', 'blob:'].includes(protocol) && origin !== this.origin) {
        this.problems.push(`foreign request: ${request.url}`);
      }
    }
    if (method === 'network.responseCompleted' && response && response.status >= 400) {
      this.problems.push(`status ${response.status}: ${response.url}`);
    }
  }

  async goto(url: string): Promise<void> {
    await this.send('browsingContext.navigate', { url, wait: 'complete' });
  }

  async close(): Promise<void> {
    await this.send('browsingContext.close', {});
  }

  /**
   * The first element that a CSS selector finds and whose text contains `text`. Roles and names would say more, but asking
   * for them starts Firefox's accessibility service, under which the page takes five times as long.
   */
  async find(selector: string, text = ''): Promise<Node> {
    const { nodes } = await this.send<{ nodes: Node[] }>('browsingContext.locateNodes', {
      locator: { type: 'css', value: selector },
    });
    for (const { sharedId } of nodes) {
      if (
        (await this.call((element: Element) => element.textContent, { sharedId }))?.includes(text)
      )
        return { sharedId };
    }
    throw new Error(`Nothing is ${selector} with the text "${text}".`);
  }

  /** Calls `read` in the page with the first element that a CSS selector finds. */
  async read<Value>(selector: string, read: (element: never) => Value): Promise<Value> {
    return this.call(read, await this.find(selector));
  }

  /** All text of the first element that a CSS selector finds. */
  text(selector: string): Promise<string | null> {
    return this.read(selector, (element: Element) => element.textContent);
  }

  /** Whether the first element that a CSS selector finds takes any room. */
  isVisible(selector: string): Promise<boolean> {
    return this.read(selector, (element: Element) => element.checkVisibility());
  }

  /** Calls `read` in the page. Its value goes through JSON. */
  evaluate<Value>(read: () => Value): Promise<Value> {
    return this.call(read);
  }

  /** Scrolls the element into view and clicks its middle. */
  async click(selector: string, text?: string): Promise<void> {
    const { sharedId } = await this.find(selector, text);
    await this.call((element: Element) => element.scrollIntoView({ block: 'nearest' }), {
      sharedId,
    });
    await this.pointer([
      { type: 'pointerMove', x: 0, y: 0, origin: { type: 'element', element: { sharedId } } },
    ]);
  }

  /** Clicks at a place of the viewport, in CSS pixels. */
  async clickAt(x: number, y: number): Promise<void> {
    await this.pointer([{ type: 'pointerMove', x: Math.round(x), y: Math.round(y) }]);
  }

  /** Puts the focus on an element, as Tab would. */
  async focus(selector: string): Promise<void> {
    await this.read(selector, (element: HTMLElement) => element.focus());
  }

  /** Presses keys one after the other; `Control+a` holds the first one. */
  async press(...keys: string[]): Promise<void> {
    const actions = keys.flatMap((key) => {
      const values = key.length === 1 ? [key] : key.split('+').map((part) => KEYS[part] ?? part);
      return [
        ...values.map((value) => ({ type: 'keyDown', value })),
        ...values.reverse().map((value) => ({ type: 'keyUp', value })),
      ];
    });
    await this.perform({ type: 'key', id: 'keyboard', actions });
  }

  /** Replaces what a text field holds by typing. */
  async fill(selector: string, text: string): Promise<void> {
    await this.click(selector);
    await this.press('Control+a', ...text);
  }

  /** A PNG of the viewport. */
  async screenshot(): Promise<Buffer> {
    const { data } = await this.send<{ data: string }>('browsingContext.captureScreenshot', {});
    return Buffer.from(data, 'base64');
  }

  private async pointer(move: unknown[]) {
    const button = 0;
    const actions = [...move, { type: 'pointerDown', button }, { type: 'pointerUp', button }];
    await this.perform({ type: 'pointer', id: 'mouse', actions });
  }

  private async perform(source: unknown) {
    await this.send('input.performActions', { actions: [source] });
  }

  private async call<Value>(read: (element: never) => Value, node?: Node): Promise<Value> {
    const answer = await this.send<{
      type: string;
      result?: { value?: string };
      exceptionDetails?: { text: string };
    }>('script.callFunction', {
      functionDeclaration: `async (node) => JSON.stringify([await (${read})(node)])`,
      arguments: node ? [node] : [],
      awaitPromise: true,
      target: { context: this.context },
    });
    if (answer.type === 'exception') throw new Error(answer.exceptionDetails?.text);
    return JSON.parse(answer.result?.value ?? '[]')[0];
  }

  private send<Result>(method: string, params: Record<string, unknown>): Promise<Result> {
    const target = method.startsWith('script.') ? {} : { context: this.context };
    return this.bidi.send(method, { ...target, ...params });
  }
}
