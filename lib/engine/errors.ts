import { InputError, ModelError } from '@/lib/model/errors';
import type { EngineProblem } from './types';

/** An error a reader can meet: `problem` holds one clear sentence and a way on. */
export class EngineError extends Error {
  override readonly name = 'EngineError';

  constructor(
    readonly problem: EngineProblem,
    options?: ErrorOptions,
  ) {
    super(problem.message, options);
  }
}

/** Turns anything thrown into a problem; what is not an `EngineError` becomes `engine-crashed`. */
export function toProblem(error: unknown): EngineProblem {
  if (error instanceof EngineError) return error.problem;
  if (error instanceof InputError)
    return { code: error.code, message: error.message, recovery: 'edit-prompt' };
  if (error instanceof ModelError)
    return {
      code: error.code,
      message: error.message,
      recovery: error.code === 'model-version' ? 'none' : 'retry',
    };
  const detail = error instanceof Error ? error.message : String(error);
  return {
    code: 'engine-crashed',
    message: `The engine stopped with an unexpected error (${detail.split('\n')[0]}); load the model again to go on.`,
    recovery: 'retry',
  };
}

/** The reader cancelled a load, or another load replaced it. */
export function cancelled(): EngineError {
  return new EngineError({
    code: 'cancelled',
    message: 'Loading was cancelled; load the model to go on.',
    recovery: 'retry',
  });
}

/** A question that no model can answer any more: the one it was put to is gone. */
export function dropped(): EngineError {
  return new EngineError({
    code: 'cancelled',
    message: 'The model was put away before it could answer; ask again once one is loaded.',
    recovery: 'none',
  });
}

/** The worker ended or sent what it never should. */
export function crashed(detail: string | undefined): EngineError {
  return new EngineError({
    code: 'engine-crashed',
    message: `The engine stopped unexpectedly${detail ? ` (${detail.split('\n')[0]})` : ''}; load the model again to go on.`,
    recovery: 'retry',
  });
}

/** The worker was silent for longer than a step can take. */
export function hung(limitMs: number): EngineError {
  return new EngineError({
    code: 'engine-hung',
    message: `The engine gave no sign of life for ${Math.round(limitMs / 1000)} seconds and was stopped; load the model again to go on.`,
    recovery: 'retry',
  });
}
