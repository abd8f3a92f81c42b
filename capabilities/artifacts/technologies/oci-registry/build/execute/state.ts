import { createHash } from 'node:crypto';
import type { Digest, RunConfig } from '@slipway/oci';

/** One layer of an image in the making; uncompressed, so `digest` is also its diffID. */
export interface Layer {
  digest: Digest;
  diffId: Digest;
  size: number;
  mediaType: string;
}

/** What a stage has become so far. */
export interface StageState {
  config: RunConfig;
  layers: Layer[];
  history: { created_by: string; empty_layer?: boolean }[];
  /** Values of `ARG`: seen by RUN and by expansion, not kept in the image. */
  args: Map<string, string>;
  /** Name of everything the files come from: base, instructions, copied content. */
  key: string;
  /** Seconds since 1970 that the next layer's files get. */
  time: number;
  /** Folders that `WORKDIR` asked for; the next layer brings them. */
  pendingFolders: string[];
  /** CMD was given in this stage: a later ENTRYPOINT leaves it. */
  ownsCommand: boolean;
}

/** 2000-01-01: some tools refuse to handle files from before 1980. */
const FIRST_TIME = 946_684_800;
/** Steps in time stay below this, so that a long chain of layers still ends in the past. */
const LARGEST_STEP = 1 << 20;

export function emptyState(): StageState {
  return {
    config: {},
    layers: [],
    history: [],
    args: new Map(),
    key: keyOf('scratch'),
    time: FIRST_TIME,
    pendingFolders: [],
    ownsCommand: false,
  };
}

/** A copy that changes independently. */
export function forkState(state: StageState): StageState {
  return { ...structuredClone(state), args: new Map(), ownsCommand: false };
}

/** Hash of a list of texts; each is length-prefixed, so that no two lists give the same. */
export function keyOf(...parts: string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part);
  return hash.digest('hex');
}

/**
 * Time of a layer with this key on top of one of `below`: later than it, equal for equal content, and almost surely
 * another for other content. Web servers tell browsers that a file is unchanged by its time and size, so a fixed time
 * would show people yesterday's page.
 */
export function timeAfter(below: number, key: string): number {
  return below + 1 + (Number.parseInt(key.slice(0, 8), 16) % LARGEST_STEP);
}

/** `ENV` of the image as a map. */
export function environmentOf({ Env = [] }: RunConfig): Map<string, string> {
  return new Map(
    Env.map(entry => {
      const equals = entry.indexOf('=');
      return [entry.slice(0, equals), entry.slice(equals + 1)];
    }),
  );
}

/** What `$x` means at this point: ENV wins over ARG. */
export function variablesOf({ config, args }: StageState): Map<string, string> {
  return new Map([...args, ...environmentOf(config)]);
}
