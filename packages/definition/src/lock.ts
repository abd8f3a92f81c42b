import { stringifyYaml } from '@slipway/render';
import { parseLocated } from './located.ts';

/** What one word of a definition was resolved to. */
export interface LockEntry {
  /** As its publisher numbers it. */
  version: string;
  /** `sha256:` of its files. */
  digest: string;
  /** Where exactly these files are to be had. */
  source: string;
}

/** `slipway.lock`: versions and digests of all that a definition brings from elsewhere. */
export interface Lock {
  version: 1;
  /** By technology id. */
  components: Record<string, LockEntry>;
  /** By the name that the definition gives them. */
  packages: Record<string, LockEntry>;
  /** The blueprint, when it is not one of ours. */
  blueprint?: LockEntry;
  /** Technologies that are not ours, by id. */
  technologies?: Record<string, LockEntry>;
  /** Digests of images by reference. */
  images?: Record<string, string>;
}

/** The lock's name; it stands beside the definition. */
export const LOCK_FILE = 'slipway.lock';

const digest = { type: 'string', pattern: '^sha256:[0-9a-f]{64}$' };
const text = { type: 'string', minLength: 1 };
const entry = {
  type: 'object',
  required: ['version', 'digest', 'source'],
  additionalProperties: false,
  properties: { version: text, digest, source: text },
};
const entries = { type: 'object', additionalProperties: entry };

const LOCK_SCHEMA = {
  type: 'object',
  required: ['version'],
  additionalProperties: false,
  properties: {
    version: { const: 1 },
    blueprint: entry,
    components: entries,
    packages: entries,
    technologies: entries,
    images: { type: 'object', additionalProperties: digest },
  },
};

/**
 * Reads a lock.
 * @example
 * const lock = parseLock(await readFile('slipway.lock', 'utf8'), 'slipway.lock');
 * @throws DefinitionError naming file, line and field of what is unknown or no digest
 */
export function parseLock(text: string, file: string): Lock {
  const { value } = parseLocated<Partial<Lock> & { version: 1 }>(text, file, LOCK_SCHEMA);
  return { ...value, components: value.components ?? {}, packages: value.packages ?? {} };
}

/** The same lock gives the same text, whatever the order of its keys; parts that hold nothing are left out. */
export function lockText({ version, ...parts }: Lock): string {
  const filled = Object.entries(parts).filter(([, part]) => part && Object.keys(part).length > 0);
  const body = filled.length > 0 ? stringifyYaml(Object.fromEntries(filled)) : '';
  return `# Versions and digests of what the definition beside this file brings. "slipway upgrade" changes it; keep it in Git.
version: ${version}
${body}`;
}

/** A lock that holds nothing yet. */
export function emptyLock(): Lock {
  return { version: 1, components: {}, packages: {} };
}
