import { SlipwayError } from '@slipway/api';
import { parseStrictVersion } from '@slipway/render';
import type { Blueprint } from '../blueprint.ts';
import type { PlatformDocument } from '../document.ts';
import { type Problem, parseLocated } from '../located.ts';
import { PLATFORM_SCHEMA } from '../platform-schema.ts';
import type { SourceFile } from '../source-digest.ts';

/** What `blueprint.yaml` says. */
export interface BlueprintFile {
  apiVersion: 'slipway.dev/v1alpha1';
  kind: 'Blueprint';
  metadata: { name: string };
  spec: {
    /** Semantic version. */
    version: string;
    /** One sentence: what it is for. */
    purpose: string;
    /** A blueprint of this version that it starts from. */
    extends?: string;
    /** As the `spec` of a definition; its packages may not be folders, for they would be its own. */
    platform: NonNullable<PlatformDocument['spec']>;
  };
}

export const BLUEPRINT_FILE = 'blueprint.yaml';

const { blueprint: _, ...platformProperties } = PLATFORM_SCHEMA.properties.spec.properties;
const text = { type: 'string', minLength: 1 };

const BLUEPRINT_SCHEMA = {
  type: 'object',
  required: ['apiVersion', 'kind', 'metadata', 'spec'],
  additionalProperties: false,
  properties: {
    apiVersion: { const: 'slipway.dev/v1alpha1' },
    kind: { const: 'Blueprint' },
    metadata: {
      type: 'object',
      required: ['name'],
      additionalProperties: false,
      properties: { name: PLATFORM_SCHEMA.properties.metadata.properties.name },
    },
    spec: {
      type: 'object',
      required: ['version', 'purpose', 'platform'],
      additionalProperties: false,
      properties: {
        version: text,
        purpose: text,
        extends: text,
        platform: { type: 'object', additionalProperties: false, properties: platformProperties },
      },
    },
  },
};

/**
 * The blueprint that a folder's files are.
 * @throws SlipwayError BlueprintUnknown; DefinitionError with file and line of every problem
 */
export function blueprintFileOf(files: SourceFile[], place: string): BlueprintFile {
  const data = files.find(({ path }) => path === BLUEPRINT_FILE)?.data;
  if (!data)
    throw new SlipwayError(
      'BlueprintUnknown',
      `blueprint ${JSON.stringify(place)}: there is no ${BLUEPRINT_FILE}; write one with slipway blueprint init`,
    );
  const name = `${place}/${BLUEPRINT_FILE}`;
  const located = parseLocated<BlueprintFile>(new TextDecoder().decode(data), name, BLUEPRINT_SCHEMA);
  const { version, platform } = located.value.spec;
  const problems: Problem[] = (platform.packages ?? []).flatMap(({ from }, index) => {
    const isFolder = 'path' in from && !('git' in from);
    const message =
      'a folder would be the blueprint’s own, and a platform does not have it: push it, and name it oci: or git:';
    return isFolder ? [{ field: `spec.platform.packages.${index}.from.path`, message }] : [];
  });
  for (const [index, address] of (platform.technologies ?? []).entries())
    if (!/^(oci:|git\+)/.test(address))
      problems.push({
        field: `spec.platform.technologies.${index}`,
        message: `found ${JSON.stringify(address)}; allowed: oci://… or git+https://…, which a platform can reach`,
      });
  if (!isVersion(version))
    problems.push({
      field: 'spec.version',
      message: `found ${JSON.stringify(version)}; allowed: a semantic version (1.4.0)`,
    });
  if (problems.length > 0) throw located.error(problems);
  return located.value;
}

function isVersion(text: string): boolean {
  try {
    parseStrictVersion(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * A blueprint as a definition uses it, what it extends filled in.
 * @param id what the definition calls it
 * @throws SlipwayError BlueprintUnknown when it extends none of `known`
 */
export function blueprintOfFile(
  { metadata, spec }: BlueprintFile,
  id: string,
  known: Blueprint[],
): Blueprint {
  const base = spec.extends === undefined ? undefined : known.find(each => each.id === spec.extends);
  if (spec.extends !== undefined && !base)
    throw new SlipwayError(
      'BlueprintUnknown',
      `blueprint ${metadata.name}: extends ${JSON.stringify(spec.extends)}, which is none of ${known.map(each => each.id).join(', ')}`,
    );
  const under = base?.document.spec ?? {};
  const capabilities = { ...under.capabilities, ...spec.platform.capabilities };
  return {
    id,
    purpose: spec.purpose,
    document: {
      apiVersion: 'slipway.dev/v1alpha1',
      kind: 'Platform',
      metadata: { name: metadata.name },
      spec: { ...under, ...spec.platform, capabilities },
    },
  };
}
