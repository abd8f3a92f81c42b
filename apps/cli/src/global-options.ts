import type { Format } from './output.ts';

/** Options that every command takes. */
export interface GlobalOptions {
  output: Format;
  /** Data folder; absent: the one of this user. */
  data?: string;
}
