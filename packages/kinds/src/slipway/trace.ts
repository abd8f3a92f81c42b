// What the chain of proof is made of, from a running pod back to who wanted it. No object of the API: it is read anew
// each time, with the rights of whoever asks.

/** The links in their order. */
export const TRACE_LINKS = [
  'pod',
  'image',
  'signature',
  'provenance',
  'build',
  'run',
  'commit',
  'push',
  'delivery',
  'promotion',
  'approvals',
] as const;
export type TraceLinkName = (typeof TRACE_LINKS)[number];

/** One step back. `missing`: nothing says so, or it may not be read; `bad`: what is there is not as it should be. */
export interface TraceLink {
  link: TraceLinkName;
  state: 'ok' | 'missing' | 'bad';
  /** One sentence. */
  text: string;
  /** Names and values, in the order in which they are read. */
  facts: Record<string, string>;
}

/** Everything that is known of one container's image, or of an image alone. */
export interface Trace {
  namespace?: string;
  pod?: string;
  container?: string;
  image: string;
  /** When it was asked, RFC 3339. */
  at: string;
  /** No link is missing or bad. */
  whole: boolean;
  links: TraceLink[];
}
