import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { familyMembers, familyOf, lengthDial, listedModels } from '@/lib/compare/block-lengths';
import { COMPARED_MODELS } from '@/lib/compare/models';
import type { Manifest } from '@/lib/model/manifest';
import { parseManifest } from '@/lib/model/parse-manifest';
import { MODELS } from '@/scripts/models';

const CATALOG = ['big-b4', 'small-b4', 'small-b1', 'small-b8', 'big-flat', 'small-flat'];

const stories = { text: 'stories', documents: 3, scoredTokens: 900 };
const books = { text: 'books', documents: 2, scoredTokens: 700 };

function manifest(id: string, losses: number[] = [], change: Partial<Manifest> = {}): Manifest {
  return {
    id,
    architecture: id.includes('flat') ? 'flat' : 'block',
    dims: { blockLength: Number(/-b(\d+)$/.exec(id)?.[1] ?? 1) },
    tokenizer: { sha256: id.split('-')[0] },
    scores: [stories, books].slice(0, losses.length).map((text, i) => ({
      ...text,
      lossPerToken: losses[i],
    })),
    ...change,
  } as Manifest;
}

describe('a family', () => {
  it.each([
    ['nano-b4', 'nano'],
    ['tiny-wide-b16', 'tiny-wide'],
    ['nano-flat', null],
    ['b4', null],
    ['nano-b4x', null],
  ])('of %s is %s', (model, family) => {
    expect(familyOf(model)).toBe(family);
  });

  it('holds the model itself, whether it ships or not, and no flat model', () => {
    expect(familyMembers('small-b1', CATALOG)).toEqual(['small-b1', 'small-b4', 'small-b8']);
    expect(familyMembers('small-b3', CATALOG)).toHaveLength(4);
    expect(familyMembers('big-b4', CATALOG)).toEqual(['big-b4']);
    expect(familyMembers('small-flat', CATALOG)).toEqual(['small-flat']);
  });
});

describe('the list beside a dial', () => {
  it('names a family once: by the model of the lane, else by its first', () => {
    const others = ['big-b4', 'big-flat', 'small-flat'];
    expect(listedModels(CATALOG, 'big-flat').sort()).toEqual([...others, 'small-b4'].sort());
    expect(listedModels(CATALOG, 'small-b8').sort()).toEqual([...others, 'small-b8'].sort());
  });

  it('keeps a family in reach of a model that does not ship', () => {
    const listed = listedModels(CATALOG, 'small-b9');
    expect(listed).toContain('small-b9');
    expect(listed).toContain('small-b4');
    expect(new Set(listed).size).toBe(listed.length);
  });
});

describe('the dial', () => {
  const family = [
    manifest('small-b8', [3.2, 4.2]),
    manifest('small-b1', [2.5, 3.5]),
    manifest('small-b4', [2.9]),
  ];

  it('has the lengths in order, each with its loss on one text', () => {
    expect(lengthDial('small-b4', family)).toEqual({
      text: 'stories',
      choices: [
        { model: 'small-b1', blockLength: 1, loss: 2.5 },
        { model: 'small-b4', blockLength: 4, loss: 2.9 },
        { model: 'small-b8', blockLength: 8, loss: 3.2 },
      ],
    });
  });

  it('gives no loss where a model was scored on other targets, whatever the text is called', () => {
    const renamed = manifest('small-b2', [], {
      scores: [{ ...stories, text: 'the stories', lossPerToken: 2.6 }] as Manifest['scores'],
    });
    const elsewhere = manifest('small-b16', [], {
      scores: [{ ...stories, scoredTokens: 899, lossPerToken: 1 }] as Manifest['scores'],
    });
    const dial = lengthDial('small-b4', [...family, renamed, elsewhere, manifest('small-b32')]);
    expect(dial?.choices.map(({ loss }) => loss)).toEqual([2.5, 2.6, 2.9, 3.2, null, null]);
    expect(lengthDial('small-b32', [...family, manifest('small-b32')])).toMatchObject({
      text: null,
      choices: [{ loss: null }, { loss: null }, { loss: null }, { loss: null }],
    });
  });

  it('is none where there is one length only, or no blocks, or nothing is known', () => {
    expect(lengthDial('big-b4', [manifest('big-b4', [2]), ...family])).toBeNull();
    expect(lengthDial('small-flat', [manifest('small-flat', [2]), ...family])).toBeNull();
    expect(lengthDial('small-b4', [])).toBeNull();
  });

  it('leaves out what reads other tokens, and what is no block model', () => {
    const other = manifest('small-b2', [2.6], {
      tokenizer: { sha256: 'another' } as Manifest['tokenizer'],
    });
    const flat = manifest('small-b3', [2.6], { architecture: 'flat' });
    const dial = lengthDial('small-b4', [...family, other, flat]);
    expect(dial?.choices.map(({ blockLength }) => blockLength)).toEqual([1, 4, 8]);
  });
});

describe('the models that ship', () => {
  const manifests = COMPARED_MODELS.map((id) =>
    parseManifest(readFileSync(path.join(MODELS, id, 'manifest.json'), 'utf8')),
  );

  it.each(manifests.map((own) => [own.id, own] as const))(
    'are what their names say, and so families hold together: %s',
    (id, { architecture, dims, tokenizer }) => {
      const named = /-b(\d+)$/.exec(id)?.[1];
      expect(architecture).toBe(named ? 'block' : 'flat');
      if (named) expect(dims.blockLength).toBe(Number(named));
      for (const other of manifests) {
        if (named && familyOf(other.id) === familyOf(id))
          expect(other.tokenizer.sha256).toBe(tokenizer.sha256);
      }
    },
  );

  it('of a family that has several lengths were all scored on the text of its dial', () => {
    for (const { id } of manifests) {
      for (const choice of lengthDial(id, manifests)?.choices ?? [])
        expect(choice.loss, `${choice.model} beside ${id}`).not.toBeNull();
    }
  });
});
