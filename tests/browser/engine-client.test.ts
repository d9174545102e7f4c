import { expect, test } from 'vitest';
import { openLab } from './engine/open-lab';

const { page } = openLab();
const WRITTEN = 20;

test.each(['wasm', 'webgpu'] as const)(
  'client and worker on %s: a run, its branches, and an inspection while a run waits',
  { timeout: 300_000 },
  async (backend) => {
    const loaded = await page().evaluate((b) => window.lab.client.load(b), backend);
    expect(loaded.backend).toBe(backend);
    const parent = await page().evaluate((n) => window.lab.client.write(n), WRITTEN);
    expect(parent.end).toEqual({ reason: 'length', problem: null });
    expect(parent.tokens).toHaveLength(4 * parent.prompt + WRITTEN);

    const at = 4 * parent.prompt + 6;
    const drawn = parent.tokens[at] ?? -1;
    const branch = (token: number, lose: boolean) =>
      page().evaluate(([a, t, l]) => window.lab.client.branch(a, t, l), [at, token, lose] as const);
    // On WebGPU the device is lost in the middle: the branch is rebuilt from its tokens and goes on.
    const same = await branch(drawn, backend === 'webgpu');
    expect(same.end).toEqual({ reason: 'length', problem: null });
    expect(same.tokens).toEqual(parent.tokens);
    expect(same.forced).toEqual([at]);
    const other = await branch(drawn === 300 ? 301 : 300, false);
    expect(other.tokens.slice(0, at)).toEqual(parent.tokens.slice(0, at));
    expect(other.tokens.slice(at)).not.toEqual(parent.tokens.slice(at));
    expect(other.header).toMatchObject({ branch: { at }, provenance: 'measured' });

    const inspected = await page().evaluate(() => window.lab.client.inspectPausedRun());
    expect(inspected.waited).toBe(true);
    expect(inspected.largest).toBeLessThanOrEqual(1e-4);
    expect(inspected.largest).toBeGreaterThan(0);
    expect(inspected.end).toEqual({ reason: 'length', problem: null });
    expect(inspected.written).toBe(16);
    expect(await page().evaluate(() => window.lab.client.status())).toBe('ready');
  },
);
