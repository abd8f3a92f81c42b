/** Something kustomize refuses, in its own words; `buildKustomization` gives it a file and a code. */
export class KustomizeError extends Error {
  readonly code: 'KustomizeInvalid' | 'KustomizeUnsupported' | 'KustomizeTooLarge';
  constructor(message: string, code: KustomizeError['code'] = 'KustomizeInvalid', options?: ErrorOptions) {
    super(message, options);
    this.name = 'KustomizeError';
    this.code = code;
  }
}

/** The same error with words before it, as Go's `errors.Wrap` puts them. */
export function wrapped(error: unknown, prefix: string): unknown {
  if (!(error instanceof KustomizeError)) return error;
  return new KustomizeError(`${prefix}: ${error.message}`, error.code, { cause: error });
}

/** Runs something; what it throws gets words before it. */
export function within<T>(prefix: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw wrapped(error, prefix);
  }
}
