import { parseArgs } from 'node:util';
import { EngineError } from '@/lib/engine/errors';
import { InputError } from '@/lib/model/errors';

/** Bad input on the command line: one clear line, exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Which flags a command takes: `text` flags take a value, `switch` flags take none. */
export type FlagKinds = Record<string, 'text' | 'switch'>;

export type Flags<K extends FlagKinds> = {
  [Name in keyof K]: K[Name] extends 'switch' ? boolean : string | undefined;
};

/**
 * Reads `--name value` and `--name=value` flags; of a repeated flag the last counts.
 *
 * @throws UsageError for an unknown flag, a missing value, a value where none belongs, or a bare word.
 */
export function parseFlags<K extends FlagKinds>(argv: readonly string[], kinds: K): Flags<K> {
  const options = Object.fromEntries(
    Object.entries(kinds).map(([name, kind]) => [
      name,
      { type: kind === 'switch' ? ('boolean' as const) : ('string' as const) },
    ]),
  );
  // Tokens instead of strict parsing: its messages run over several lines.
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, tokens: true });
  const known = Object.keys(kinds)
    .map((name) => `--${name}`)
    .join(', ');
  const flags: Record<string, string | boolean | undefined> = Object.fromEntries(
    Object.entries(kinds).map(([name, kind]) => [name, kind === 'switch' ? false : undefined]),
  );
  for (const token of tokens) {
    if (token.kind === 'positional') {
      throw new UsageError(`"${token.value}" belongs to no flag; the flags are ${known}.`);
    }
    if (token.kind === 'option-terminator') continue;
    const { name, value } = token;
    const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
    if (kind === undefined) {
      throw new UsageError(`There is no flag ${token.rawName}; the flags are ${known}.`);
    }
    if (kind === 'switch') {
      if (value !== undefined) throw new UsageError(`--${name} takes no value.`);
      flags[name] = true;
      continue;
    }
    // `--seed --json`: the next flag is no value. `--seed=--json` is.
    if (value === undefined || (!token.inlineValue && value.startsWith('--'))) {
      throw new UsageError(`--${name} needs a value; write --${name}=VALUE if it starts with --.`);
    }
    flags[name] = value;
  }
  return flags as Flags<K>;
}

/** The value of a flag that must be given. @throws UsageError when it is missing. */
export function required(
  flags: Record<string, string | boolean | undefined>,
  name: string,
): string {
  const value = flags[name];
  if (typeof value !== 'string') throw new UsageError(`--${name} is missing.`);
  return value;
}

/** Which numbers a flag takes. */
export interface NumberRule {
  accepts(value: number): boolean;
  /** Completes "--name must be …". */
  rule: string;
}

/** Whole numbers from `least` to `most`. */
export function wholeNumber(least: number, most: number): NumberRule {
  const range =
    most === Number.MAX_SAFE_INTEGER
      ? `of at least ${least}`
      : `from ${least} to ${most.toLocaleString('en')}`;
  return {
    accepts: (value) => Number.isInteger(value) && value >= least && value <= most,
    rule: `a whole number ${range}`,
  };
}

/** Reads a number in decimal notation. @throws UsageError that names the rule when it is none or breaks it. */
export function parseNumber(name: string, text: string, { accepts, rule }: NumberRule): number {
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  if (!accepts(value)) throw new UsageError(`--${name} must be ${rule}, not "${text}".`);
  return value;
}

/** What a command may use of the outside. */
export interface CommandContext {
  /** The folder of model bundles. */
  models: string;
  /** One line of progress, for stderr. */
  progress(line: string): void;
}

/**
 * Runs a command: its report goes to stdout as JSON, everything else to stderr. Exit code 0, 2 on bad input with one line, 1 on
 * any other failure.
 */
export async function runCommand(
  command: (argv: readonly string[], context: CommandContext) => Promise<unknown>,
  usage: string,
  models: string,
): Promise<void> {
  const argv = process.argv.slice(2);
  if (argv.includes('--help')) {
    process.stderr.write(`${usage}\n`);
    return;
  }
  // Libraries may log; stdout is for the report alone.
  console.log = console.error;
  console.info = console.error;
  try {
    const report = await command(argv, {
      models,
      progress: (line) => process.stderr.write(`${line}\n`),
    });
    process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${message.split('\n')[0]}\n`);
    process.exitCode = isBadInput(error) ? 2 : 1;
  }
}

/** Whether the one who typed the command can put it right. */
export function isBadInput(error: unknown): boolean {
  return (
    error instanceof UsageError ||
    error instanceof InputError ||
    (error instanceof EngineError && error.problem.code === 'bad-request')
  );
}
