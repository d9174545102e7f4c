import { describe, expect, it } from 'vitest';
import type { KeyPress } from '@/lib/commands/keys';
import { type StageKeyboard, stageAction } from '@/lib/commands/stage-keys';

const press = (key: string, change: Partial<KeyPress> = {}): KeyPress => ({
  key,
  shiftKey: false,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...change,
});

const KEYBOARD: StageKeyboard = { hasViews: true, singleKeys: true, typing: false, moving: false };
const on = (key: string, change: Partial<StageKeyboard> = {}) =>
  stageAction(press(key), { ...KEYBOARD, ...change });

describe('keys of a stage', () => {
  it.each([
    ['ArrowRight', 'next'],
    ['PageDown', 'next'],
    ['ArrowLeft', 'previous'],
    ['PageUp', 'previous'],
    ['Home', 'first'],
    ['End', 'last'],
    ['b', 'blank'],
    ['B', 'blank'],
    ['.', 'blank'],
    ['0', 'clock'],
    ['g', 'live'],
    ['p', 'leave'],
    ['Escape', 'leave'],
  ])('%s: %s', (key, action) => {
    expect(on(key)).toBe(action);
  });

  it('leave the rest to the page, and what is pressed with another key', () => {
    for (const key of [' ', 'ArrowUp', '1', 'k', 't', '?']) expect(on(key)).toBeNull();
    expect(stageAction(press('ArrowRight', { shiftKey: true }), KEYBOARD)).toBeNull();
    expect(stageAction(press('b', { ctrlKey: true }), KEYBOARD)).toBeNull();
  });

  it('mean what they usually do where there is nothing to go through', () => {
    for (const key of ['ArrowRight', 'PageDown', 'Home'])
      expect(on(key, { hasViews: false })).toBeNull();
    expect(on('b', { hasViews: false })).toBe('blank');
  });

  it('let a map keep its arrow keys, not those of a clicker', () => {
    expect(on('ArrowRight', { moving: true })).toBeNull();
    expect(on('PageDown', { moving: true })).toBe('next');
  });

  it('are not taken from a field, Escape excepted', () => {
    for (const key of ['b', 'ArrowRight', 'PageDown', '0'])
      expect(on(key, { typing: true })).toBeNull();
    expect(on('Escape', { typing: true })).toBe('leave');
  });

  it('of one character are off with the others of their kind', () => {
    for (const key of ['b', '.', '0', 'g', 'p']) expect(on(key, { singleKeys: false })).toBeNull();
    expect(on('PageDown', { singleKeys: false })).toBe('next');
  });
});
