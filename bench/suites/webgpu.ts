import { perUnit } from '../lib/gpu-counts';
import type { Row } from '../lib/rows';
import { missing, type Suite } from './context';

const STEPS = 8;
/** No row begins later: a software adapter on a slow machine takes minutes for each. */
const BUDGET_MS = 240_000;

/** Calls of captured steps on the adapter at hand; on a hardware adapter their times too. */
export async function measureWebGpu(suite: Suite, rows: readonly Row[]): Promise<void> {
  // A runtime of its own: the CPU rows keep the CPU build.
  const threads = 0;
  try {
    const { name, software } = await suite.fleet.engine(threads, 'gpuAdapter');
    suite.report.webgpu = { adapter: name, software, rows: [] };
  } catch (cause) {
    return missing(suite, 'WebGPU', cause);
  }
  const started = performance.now();
  for (const { model, tokensPerRun } of rows) {
    const form = model === 'tiny-b4' ? '' : tokensPerRun === 4 ? ', unrolled' : ', per token';
    const id = `${model}${form}, WebGPU`;
    suite.progress(`Counting calls: ${id}`);
    try {
      if (performance.now() - started > BUDGET_MS) throw new Error('the time for WebGPU was up');
      const counts = await suite.fleet.engine(
        threads,
        'countGpuCalls',
        model,
        tokensPerRun === 4,
        STEPS,
      );
      suite.report.webgpu.rows.push({
        model,
        row: id,
        steps: counts.steps,
        perStep: perUnit(counts.calls, counts.steps),
        perToken: perUnit(counts.calls, counts.tokens),
        allocatedBytes: counts.allocatedBytes,
        stepMs: counts.stepMs,
      });
    } catch (cause) {
      missing(suite, id, cause);
    }
  }
}
