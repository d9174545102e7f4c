/**
 * One queue for every `create()` and `run()` of a worker: two runs that overlap on the WebGPU builds of ONNX Runtime 1.30
 * never settle.
 */
export class SerialQueue {
  private tail: Promise<unknown> = Promise.resolve();

  /** Runs `task` after everything queued before it, whether that succeeded or not; settles as `task` does. */
  run<T>(task: () => Promise<T>): Promise<T> {
    const result = this.tail.then(task);
    this.tail = result.catch(() => undefined);
    return result;
  }
}
