import { SlipwayError } from '@slipway/api';

/** A mistake of a template, with the place to mend. */
export interface Problem {
  code: string;
  /** Path of the file beside the template; absent when it is the template itself. */
  file?: string;
  /** In that file; of the template itself whoever has its text finds it by `field`. */
  line?: number;
  column?: number;
  /** As people write it: `spec.steps[0].input.url`. */
  field?: string;
  message: string;
}

/** One or more mistakes, told all at once. */
export class TemplateError extends SlipwayError {
  readonly problems: Problem[];
  constructor(problems: Problem[], options?: { cause?: unknown }) {
    const [first] = problems;
    super(first?.code ?? 'InvalidTemplate', problems.map(sentence).join('; '), options);
    this.problems = problems;
  }
}

function sentence({ file, field, message }: Problem): string {
  // A step's name says more to people than its place.
  const place = file ?? (message.startsWith('step ') ? undefined : field);
  return place === undefined ? message : `${place}: ${message}`;
}

/** What went wrong, as far as it is known where. */
export function problemsOf(error: unknown, field?: string): Problem[] {
  if (error instanceof TemplateError) return error.problems;
  const code = error instanceof SlipwayError ? error.code : 'StepFailed';
  const message = error instanceof Error ? error.message : String(error);
  return [{ code, ...(field ? { field } : {}), message }];
}
