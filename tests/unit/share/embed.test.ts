import { describe, expect, it } from 'vitest';
import { EMBED_PARTS, embedQuery, leastHeight, readEmbedAddress } from '@/lib/share/embed-address';
import { embedSnippet } from '@/lib/share/embed-snippet';

const BASE = 'https://example.org/blockscope/embed';
const read = (search: string) => readEmbedAddress(search, BASE);

describe('the address of a frame', () => {
  it('shows all of the instrument when it says nothing', () => {
    expect(read('')).toEqual({ panel: null, hidden: [], trace: null, notices: [] });
    expect(read('?model=nano-b4&hide=')).toMatchObject({ hidden: [], notices: [] });
  });

  it('names one panel, or what is hidden, in any order', () => {
    expect(read('?panel=global')).toMatchObject({ panel: 'global', notices: [] });
    expect(read('?hide=time,prompt')).toMatchObject({ hidden: ['prompt', 'time'], notices: [] });
  });

  it('is written as it is read', () => {
    for (const shape of [
      { panel: null, hidden: [] },
      { panel: 'axis', hidden: [] },
      { panel: null, hidden: ['prompt', 'cache'] },
    ] as const)
      expect(read(embedQuery(shape))).toMatchObject({ ...shape, notices: [] });
  });

  it.each([
    ['?panel=prompt', /panel “prompt”, and there are global, local, context, next, cache, axis/],
    ['?panel=__proto__', /panel “__proto__”/],
    [`?panel=${'x'.repeat(9000)}`, /panel “x{40}…”/],
    ['?hide=prompt,bar', /hides “bar”, and what can be hidden is prompt, cache, text, step, time/],
    [`?hide=${EMBED_PARTS.join(',')}`, /hides every part; all are shown/],
    ['?trace=https://elsewhere.example/a.bscope', /not on this site/],
    ['?trace=//elsewhere.example/a.bscope', /not on this site/],
    ['?trace=http://example.org/a.bscope', /not on this site/],
    ['?trace=javascript:alert(1)', /not on this site/],
    ['?trace=data:,x', /not on this site/],
    ['?trace=http://', /not on this site/],
  ])('says what is wrong with %s, and goes on without it', (search, says) => {
    const { panel, hidden, trace, notices } = read(search);
    expect([panel, trace]).toEqual([null, null]);
    expect(hidden).toEqual(search.startsWith('?hide=prompt,bar') ? ['prompt'] : []);
    expect(notices).toEqual([expect.stringMatching(says)]);
    expect(notices[0]).toMatch(/^[A-Z][^\n]{10,220}\.$/);
  });

  it('takes a trace of its own site, relative to itself', () => {
    expect(read('?trace=recorded/tiny-b4.trace.gz').trace?.href).toBe(
      'https://example.org/blockscope/recorded/tiny-b4.trace.gz',
    );
    expect(read('?trace=/runs/a.bscope&panel=next')).toMatchObject({
      panel: 'next',
      trace: new URL('https://example.org/runs/a.bscope'),
      notices: [],
    });
  });
});

describe('the height of a frame', () => {
  it('is less with every part that is hidden, and never nothing', () => {
    const all = leastHeight([]);
    expect(all).toBeGreaterThan(700);
    expect(leastHeight(['time'])).toBeLessThan(all);
    expect(leastHeight(['prompt', 'cache', 'time', 'step'])).toBeGreaterThan(100);
    // What stands at the side needs its own height.
    expect(leastHeight(['text', 'step', 'time'])).toBeGreaterThan(500);
  });
});

describe('the snippet', () => {
  it('is a frame that names itself and its run', () => {
    const shape = { panel: 'global', hidden: [] } as const;
    expect(embedSnippet(BASE, 'run=abc_-9', shape)).toBe(
      '<iframe src="https://example.org/blockscope/embed?panel=global#run=abc_-9" ' +
        'title="Blockscope: Global attention" width="100%" height="560" style="border: 0" ' +
        'loading="lazy" allow="clipboard-write; cross-origin-isolated; fullscreen"></iframe>',
    );
  });

  it('cannot break out of its attributes', () => {
    const page = 'https://example.org/"><script>alert(1)</script>&amp/embed';
    const snippet = embedSnippet(page, 'run=a', { panel: null, hidden: ['text'] });
    expect(snippet.match(/</g)).toHaveLength(2);
    expect(snippet).toContain('src="https://example.org/&quot;>&lt;script>');
    expect(snippet).toContain('&amp;amp/embed?hide=text#run=a"');
    expect(snippet).toContain('title="Blockscope"');
  });
});
