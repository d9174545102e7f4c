import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SHIPPED_MODELS } from '@/lib/model/catalog';
import type { Manifest } from '@/lib/model/manifest';
import {
  PAPER_BLOCK,
  PAPER_FLAT,
  PAPER_VOCABULARY,
  PRESETS,
  statedByPaper,
} from '@/lib/model/paper-sizes';
import {
  blockModel,
  costsOf,
  flatModel,
  heldBytes,
  prefillMatrices,
  type Setting,
  sameSize,
  settingOf,
  weightsOf,
} from '@/lib/model/scaling';
import { prefillWork, promptWork, runWork, tokenWork } from '@/lib/model/work';

const preset = (id: string): Setting => {
  const found = PRESETS.find((one) => one.id === id);
  if (!found) throw new Error(`no preset ${id}`);
  return found.setting;
};
const bothOf = (setting: Setting) => ({
  block: costsOf(blockModel(setting), setting),
  flat: costsOf(flatModel(sameSize(setting)), setting),
});

describe('what the paper states', () => {
  it('512 KB a token for Llama 7B at 16 bit, 16 GB for 16 sequences of 2,048', () => {
    const setting = preset('llama-7b');
    const { flat } = bothOf(setting);
    expect(flat.perToken).toBe(512 * 1024);
    expect(setting.batch * flat.held).toBe(16 * 1024 ** 3);
  });

  it('memory ratios from 7.7 to 7.9 at equal size, 128 tokens in and 2,048 out', () => {
    for (const { id, decodeMegabytes, millions } of PAPER_BLOCK) {
      const { block, flat } = bothOf(preset(id));
      const derived = Math.round((10 * flat.held) / block.held) / 10;
      expect(derived, id).toBeGreaterThanOrEqual(7.7);
      expect(derived, id).toBeLessThanOrEqual(7.9);
      const rival = PAPER_FLAT.find((one) => one.millions === millions);
      if (!rival) continue;
      const measured = rival.decodeMegabytes / decodeMegabytes;
      expect(Math.abs(flat.held / block.held / measured - 1), id).toBeLessThan(0.03);
    }
  });

  it('the parameters of every model (tables 1 and 3)', () => {
    const rounded = (value: number, digits: number) => Number((value / 1e6).toPrecision(digits));
    for (const { id, millions, totalMillions } of PAPER_BLOCK) {
      const weights = weightsOf(blockModel(preset(id)));
      // Printed: 5M 19M 85M 302M 805M 1.2B, and 33M 77M 170M 420M 1.0B 1.4B, some cut off rather than rounded.
      expect(Math.abs(rounded(weights.decoders, 4) - millions) / millions, id).toBeLessThan(0.06);
      expect(Math.abs(rounded(weights.total, 4) - totalMillions) / totalMillions, id).toBeLessThan(
        0.05,
      );
    }
    for (const { id, layers, width, millions, totalMillions } of PAPER_FLAT) {
      const weights = weightsOf(flatModel({ layers, width, vocabulary: PAPER_VOCABULARY }));
      expect(Math.abs(rounded(weights.decoders, 4) - millions) / millions, id).toBeLessThan(0.06);
      expect(Math.abs(rounded(weights.total, 4) - totalMillions) / totalMillions, id).toBeLessThan(
        0.05,
      );
    }
  });

  it('an eighth of the prefill and of the cache a token; a block decoder with 1/16 of the reads (section 2.4)', () => {
    const setting = preset('block-302m');
    const block = blockModel(setting);
    const flat = flatModel(sameSize(setting));
    expect(prefillMatrices(flat, 2048) / prefillMatrices(block, 2048)).toBe(8);
    const costs = bothOf(setting);
    expect(costs.flat.perToken / costs.block.perToken).toBe(8);
    expect(heldBytes(block, 2048, 2).global * 8).toBe(heldBytes(flat, 2048, 2).global);
  });
});

it('tells what the paper says beside what is derived, and nothing else', () => {
  expect(statedByPaper('llama-7b', 'perToken')).toBe('paper: 512 KB, flat');
  expect(statedByPaper('block-5m', 'held')).toMatch(/5\.0 MB against 38\.5 MB, 7\.7 ×$/);
  expect(statedByPaper('block-302m', 'held')).toMatch(/77\.2 MB against 608\.2 MB, 7\.9 ×$/);
  // The paper has no flat model of this size.
  expect(statedByPaper('block-805m', 'held')).toBeNull();
  expect(statedByPaper('tiny-b4', 'held')).toBeNull();
  expect(statedByPaper('block-302m', 'prefill')).toBeNull();
});

it('has the totals that the paper’s table 3 comes from, to a parameter', () => {
  const totals = PAPER_BLOCK.map(({ id }) => weightsOf(blockModel(preset(id))).total / 1e6);
  expect(totals.map((total) => Math.round(total * 10) / 10)).toEqual([
    33.8, 77.4, 173.2, 420.3, 1045.9, 1448.8,
  ]);
});

describe('what is derived', () => {
  it('adds up, token by token', () => {
    const setting = { ...preset('tiny-b4'), prompt: 61, context: 301, batch: 3 };
    for (const model of [blockModel(setting), flatModel(sameSize(setting))]) {
      const costs = costsOf(model, setting);
      const { blockLength } = model.dims;
      const first = Math.ceil(setting.prompt / blockLength) * blockLength;
      const count = Math.ceil(240 / blockLength) * blockLength;
      let work = 0;
      let read = 0;
      for (let index = first; index < first + count; index++) {
        const token = tokenWork(model, index).total;
        work += token.multiplyAdds;
        read += token.kvBytesRead;
      }
      expect(costs.decode).toBeCloseTo(work / count, 3);
      expect(costs.readMean).toBeCloseTo(read / count, 3);
      const prompt = promptWork(model, setting.prompt).total.multiplyAdds;
      const positions = Math.ceil(setting.prompt / blockLength);
      expect(costs.prefill).toBe(prefillWork(model, positions).total.multiplyAdds);
      expect(costs.all / (3 * (prompt + work))).toBeCloseTo(1, 9);
    }
  });

  it('counts the sequences that fit, with weights and without', () => {
    const setting = { ...preset('block-302m'), memoryGiB: 8 };
    for (const countWeights of [true, false]) {
      const costs = costsOf(blockModel(setting), { ...setting, countWeights });
      const room = 8 * 1024 ** 3 - (countWeights ? costs.weightBytes : 0);
      expect(costs.largestBatch * costs.held).toBeLessThanOrEqual(room);
      expect((costs.largestBatch + 1) * costs.held).toBeGreaterThan(room);
    }
    const tight = { ...setting, memoryGiB: 0.25 };
    expect(costsOf(blockModel(tight), tight).largestBatch).toBe(0);
  });

  it('reads the last token’s cache at the end of the context', () => {
    const setting = preset('block-302m');
    const { flat, block } = bothOf(setting);
    expect(flat.readLast).toBe((setting.context - 1) * flat.perToken);
    const last = runWork(blockModel(setting), setting.context - 1, 2).total.kvBytesRead;
    expect(block.readLast).toBe(last / 4);
  });

  it('reads 0.625 of the weights of layers at equal size, and the head', () => {
    const setting = preset('block-302m');
    const { block, flat } = bothOf(setting);
    const head = setting.vocabulary * setting.width * 2;
    const prefixes = (2 * (setting.width ** 2 + setting.width) * 2) / 4;
    expect((block.weightsRead - head - prefixes) / (flat.weightsRead - head)).toBeCloseTo(0.625, 9);
  });
});

it.each(SHIPPED_MODELS)('knows the shipped model %s as its manifest has it', (id) => {
  const url = new URL(`../../../public/models/${id}/manifest.json`, import.meta.url);
  const { dims, parameters } = JSON.parse(readFileSync(url, 'utf8')) as Manifest;
  const setting = preset(id);
  expect(setting).toMatchObject({ ...settingOf(dims), context: dims.contextLength });
  expect(weightsOf(blockModel(setting)).total).toBe(parameters);
});
