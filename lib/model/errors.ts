/** Why a bundle cannot be used. */
export type ModelProblem = 'model-missing' | 'model-damaged' | 'model-version';

/** A bundle is missing, damaged or of another version. The message is one sentence for the reader. */
export class ModelError extends Error {
  override readonly name = 'ModelError';

  constructor(
    readonly code: ModelProblem,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Why a request cannot be served. */
export type InputProblem = 'prompt-empty' | 'prompt-too-long' | 'bad-request';

/** What was asked for cannot be done with this model. The message says the limit and what to do. */
export class InputError extends Error {
  override readonly name = 'InputError';

  constructor(
    readonly code: InputProblem,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
