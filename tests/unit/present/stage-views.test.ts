import { describe, expect, it } from 'vitest';
import { clockText } from '@/components/present/clock-text';
import { stageStep, viewWords } from '@/components/present/stage-views';

const names = ['a', 'b', 'c'];

describe('steps through the views of a stage', () => {
  it.each([
    ['next', -1, 0],
    ['next', 0, 1],
    ['next', 2, null],
    ['previous', 1, 0],
    ['previous', 0, null],
    ['previous', -1, null],
    ['first', 2, 0],
    ['last', -1, 2],
  ] as const)('%s from %i: %s', (step, at, to) => {
    expect(stageStep({ names, at }, step)).toBe(to);
  });

  it('come back to the view that was left, and go on behind it', () => {
    expect(stageStep({ names, at: 1, away: true }, 'previous')).toBe(1);
    expect(stageStep({ names, at: 1, away: true }, 'next')).toBe(2);
    expect(stageStep({ names, at: 2, away: true }, 'next')).toBeNull();
  });

  it('lead nowhere where there are none', () => {
    for (const step of ['next', 'previous', 'first', 'last'] as const)
      expect(stageStep({ names: [], at: -1 }, step)).toBeNull();
  });

  it('are said', () => {
    expect(viewWords({ kind: 'bookmark', names, at: 1 })).toBe('Bookmark 2 of 3: b');
  });
});

describe('the clock', () => {
  it.each([
    [0, '0:00'],
    [59, '0:59'],
    [65, '1:05'],
    [599, '9:59'],
    [3599, '59:59'],
    [3600, '1:00:00'],
    [3665, '1:01:05'],
  ])('%i seconds: %s', (seconds, text) => {
    expect(clockText(seconds)).toBe(text);
  });
});
