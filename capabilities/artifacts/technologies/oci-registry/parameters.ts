import type { PackageRegistrySettings } from './build/package-registry.ts';

/** JSON Schema of the definition's `parameters`. */
export const parametersSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    maxBlobMiB: {
      type: 'integer',
      minimum: 1,
      default: 10_240,
      description: 'Largest single blob (layer) that may be pushed, in MiB.',
    },
    buildTimeoutMinutes: {
      type: 'integer',
      minimum: 1,
      default: 30,
      description: 'Longest time of one build.',
    },
    buildMemoryMiB: { type: 'integer', minimum: 128, default: 2048, description: 'Memory of one RUN.' },
    nodeImage: {
      type: 'string',
      default: 'node:24',
      description: 'Base image of Node applications that have no Dockerfile.',
    },
    packageRegistry: {
      type: 'object',
      additionalProperties: false,
      description: 'How builds reach the package registry; the platform gives this machine’s own settings.',
      properties: {
        url: { type: 'string', description: 'Address of the npm registry.' },
        ca: { type: 'string', description: 'File with authorities in PEM.' },
        npmrc: { type: 'string', description: 'npm’s settings file; read for registries and their tokens.' },
      },
    },
  },
};

export interface Parameters {
  blobBytes: number;
  buildTimeoutMs: number;
  buildMemoryBytes: number;
  nodeImage: string;
  packageRegistry: PackageRegistrySettings;
}

const MIB = 1 << 20;

export function readParameters(given: Record<string, unknown>): Parameters {
  const number = (name: string, standard: number) =>
    typeof given[name] === 'number' ? given[name] : standard;
  return {
    blobBytes: number('maxBlobMiB', 10_240) * MIB,
    buildTimeoutMs: number('buildTimeoutMinutes', 30) * 60_000,
    buildMemoryBytes: number('buildMemoryMiB', 2048) * MIB,
    nodeImage: typeof given.nodeImage === 'string' ? given.nodeImage : 'node:24',
    packageRegistry: (given.packageRegistry ?? {}) as PackageRegistrySettings,
  };
}
