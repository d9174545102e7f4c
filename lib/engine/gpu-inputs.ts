import { HIDDEN, type StepInputs } from './backend';
import type { GpuTensors, Port } from './gpu-tensors';
import type { OrtTensor } from './runtime';

/** Writes the inputs of step graphs into their fixed buffers, and leaves out what is there already. */
export class GpuInputs {
  /** Noise tensors that hold something else than zeros. */
  private readonly noisy = new Set<OrtTensor>();
  /** How many positions each mask shows. */
  private readonly shown = new Map<OrtTensor, number>();

  /** `portOf` finds an input of a graph by name. */
  constructor(
    private readonly tensors: GpuTensors,
    private readonly portOf: (graph: string, input: string) => Port,
    private readonly heads: number,
  ) {}

  /** What is drawn from and how; the graph is one with a cut if the inputs ask for one. */
  write(graph: string, { tokens, noise, logitBias, inverseTemperature, cut }: StepInputs): void {
    this.set(graph, 'tokens', BigInt64Array.from(tokens, BigInt));
    this.writeNoise(graph, noise);
    this.set(graph, 'logit_bias', logitBias);
    this.set(graph, 'inverse_temperature', Float32Array.of(inverseTemperature));
    if (!cut) return;
    this.set(graph, 'top_k', Float32Array.of(cut.topK));
    this.set(graph, 'top_p', Float32Array.of(cut.topP));
  }

  /** Where K and V of `position` go and that it sees itself and all before. `mark` is the end of the row's input names. */
  writeRow(graph: string, mark: string, position: number): void {
    this.set(graph, `positions${mark}`, BigInt64Array.of(BigInt(position)));
    const places = Array.from({ length: this.heads }, (_, head) => [
      BigInt(head),
      BigInt(position),
    ]);
    this.set(graph, `kv_index${mark}`, BigInt64Array.from(places.flat()));
    this.writeMask(this.portOf(graph, `mask${mark}`), position + 1);
  }

  private writeMask(port: Port, count: number): void {
    const tensor = this.tensors.get(port);
    const shown = this.shown.get(tensor);
    if (shown === undefined || shown > count) {
      const mask = new Float32Array(tensor.size).fill(HIDDEN);
      this.tensors.write(port, mask.fill(0, 0, count));
    } else if (shown < count) this.tensors.write(port, new Float32Array(count - shown), shown);
    this.shown.set(tensor, count);
  }

  /** Greedy runs send no noise: 64 KiB a block stay off the bus. */
  private writeNoise(graph: string, noise: Float32Array): void {
    const port = this.portOf(graph, 'noise');
    const tensor = this.tensors.get(port);
    const zero = noise.every((value) => value === 0);
    if (zero && !this.noisy.has(tensor)) return;
    this.tensors.write(port, noise);
    if (zero) this.noisy.delete(tensor);
    else this.noisy.add(tensor);
  }

  private set(graph: string, input: string, values: Float32Array | BigInt64Array): void {
    this.tensors.write(this.portOf(graph, input), values);
  }
}
