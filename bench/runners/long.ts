import type { Sessions } from '@/lib/engine/cpu-graphs';
import { FlatWasmBackend } from '@/lib/engine/flat-wasm-backend';
import { lastOf, QuietWriter, repeated } from '@/lib/engine/quiet-writer';
import type { OrtModule, OrtSession, OrtTensor } from '@/lib/engine/runtime';
import { WasmBackend } from '@/lib/engine/wasm-backend';
import type { Dims, Manifest } from '@/lib/model/manifest';
import { TAIL } from '../lib/sample';

/** Runs before the clock starts. */
const UNTIMED = 2;

/**
 * Milliseconds per token of one sequence while `batch` sequences reach `length` tokens each, past the trained context too.
 *
 * What a step costs depends on how much is held, not on the numbers: the cache is filled with zeros, and positions past the
 * context are read as its last one, since the graphs hold no angles for them.
 */
export async function timeAt(
  manifest: Manifest,
  { ort, sessions }: { ort: OrtModule; sessions: Sessions },
  tokensPerRun: number,
  { length, batch }: { length: number; batch: number },
): Promise<number> {
  const dims = { ...manifest.dims, contextLength: length };
  const filling = { on: true };
  const last = manifest.dims.contextLength / manifest.dims.blockLength - 1;
  const wrapped = Object.fromEntries(
    Object.entries(sessions).map(([name, session]) => [
      name,
      standIn(ort, session, filling, { last, tokensPerRun, dims }),
    ]),
  );
  const backend =
    manifest.architecture === 'block'
      ? new WasmBackend(dims, ort, wrapped)
      : new FlatWasmBackend(dims, ort, wrapped);
  const runner = new QuietWriter({ ...manifest, dims }, backend, tokensPerRun);
  const noise = runner.noise(batch);
  let previous: Int32Array = repeated(new Int32Array(dims.blockLength).fill(2), batch);
  backend.reset(batch);
  const runs = length / tokensPerRun - 1;
  const timed = TAIL / tokensPerRun;
  let started = 0;
  for (let run = 0; run < runs; run++) {
    filling.on = run < runs - timed - UNTIMED;
    if (run === runs - timed) started = performance.now();
    previous = lastOf(await runner.step(previous, noise), batch, dims.blockLength);
  }
  return (performance.now() - started) / TAIL;
}

/** `session`, or while filling a shape of its results without the work; positions end at `last`. */
function standIn(
  ort: OrtModule,
  session: OrtSession,
  filling: { on: boolean },
  { last, tokensPerRun, dims }: { last: number; tokensPerRun: number; dims: Dims },
): OrtSession {
  const run = async (feeds: Record<string, OrtTensor>) => {
    const positions = feeds.positions as OrtTensor;
    if (filling.on) {
      const [batch = 1, count = 1] = positions.dims;
      const shape = [count, batch, 2 * dims.blockLayers, dims.heads, dims.headWidth];
      const zeros = new Float32Array(shape.reduce((product, size) => product * size, 1));
      const picks = new BigInt64Array(batch * tokensPerRun).fill(2n);
      return {
        picks: new ort.Tensor('int64', picks, [batch, tokensPerRun]),
        kv: new ort.Tensor('float32', zeros, shape),
      };
    }
    const within = (positions.data as BigInt64Array).map((at) => (at > last ? BigInt(last) : at));
    return session.run({ ...feeds, positions: new ort.Tensor('int64', within, positions.dims) });
  };
  return { run } as unknown as OrtSession;
}
