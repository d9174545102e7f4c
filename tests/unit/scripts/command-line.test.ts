import { describe, expect, it } from 'vitest';
import { EngineError } from '@/lib/engine/errors';
import { InputError, ModelError } from '@/lib/model/errors';
import {
  isBadInput,
  parseFlags,
  parseNumber,
  required,
  UsageError,
  wholeNumber,
} from '@/scripts/command-line';

const KINDS = { model: 'text', prompt: 'text', seed: 'text', json: 'switch' } as const;

describe('parseFlags', () => {
  it('reads values, switches, and what is left out', () => {
    expect(parseFlags(['--model', 'nano-b4', '--json'], KINDS)).toEqual({
      model: 'nano-b4',
      prompt: undefined,
      seed: undefined,
      json: true,
    });
    expect(parseFlags([], KINDS).json).toBe(false);
  });

  it('takes any text as a value: empty, spaces, a dash, and two dashes after =', () => {
    expect(parseFlags(['--prompt', ''], KINDS).prompt).toBe('');
    expect(parseFlags(['--prompt', 'a b\nc'], KINDS).prompt).toBe('a b\nc');
    expect(parseFlags(['--prompt', '-1 below'], KINDS).prompt).toBe('-1 below');
    expect(parseFlags(['--prompt=--x=y'], KINDS).prompt).toBe('--x=y');
  });

  it('lets the last of a repeated flag count', () => {
    expect(parseFlags(['--seed', '1', '--seed', '2'], KINDS).seed).toBe('2');
  });

  it.each([
    [['--wrong'], /^There is no flag --wrong; the flags are --model, --prompt, --seed, --json\.$/],
    [['-m', 'x'], /^There is no flag -m;/],
    [['--toString', 'x'], /^There is no flag --toString;/],
    [['--seed'], /^--seed needs a value;/],
    [['--seed', '--json'], /^--seed needs a value;/],
    [['--json=1'], /^--json takes no value\.$/],
    [['stray'], /^"stray" belongs to no flag;/],
    [['--', 'stray'], /^"stray" belongs to no flag;/],
  ])('refuses %j in one line', (argv, message) => {
    expect(() => parseFlags(argv, KINDS)).toThrow(UsageError);
    expect(() => parseFlags(argv, KINDS)).toThrow(message);
  });

  it('names a flag that is missing', () => {
    expect(() => required(parseFlags([], KINDS), 'model')).toThrow(/^--model is missing\.$/);
    expect(required({ model: '' }, 'model')).toBe('');
  });
});

describe('parseNumber', () => {
  const rule = wholeNumber(1, 128);

  it('reads decimal notation', () => {
    expect(parseNumber('k', '1', rule)).toBe(1);
    expect(parseNumber('k', '128', rule)).toBe(128);
    expect(parseNumber('k', '1e2', rule)).toBe(100);
    const any = { accepts: Number.isFinite, rule: 'a number' };
    expect(parseNumber('t', '.5', any)).toBe(0.5);
  });

  it.each([
    '',
    ' ',
    'x',
    '0',
    '129',
    '1.5',
    '-3',
    '0x10',
    '1_0',
    'Infinity',
    'NaN',
    '1 2',
    '1e999',
  ])('refuses "%s" with the rule', (text) => {
    expect(() => parseNumber('top-k', text, rule)).toThrow(
      `--top-k must be a whole number from 1 to 128, not "${text}".`,
    );
  });
});

describe('isBadInput', () => {
  it('tells what the typist can put right from what is broken', () => {
    expect(isBadInput(new UsageError('x'))).toBe(true);
    expect(isBadInput(new InputError('prompt-empty', 'x'))).toBe(true);
    expect(isBadInput(new ModelError('model-damaged', 'x'))).toBe(false);
    expect(
      isBadInput(new EngineError({ code: 'engine-crashed', message: 'x', recovery: 'none' })),
    ).toBe(false);
    expect(isBadInput(new Error('x'))).toBe(false);
  });
});
