import { SlipwayError } from '@slipway/api';
import type { Guidance } from '@slipway/kinds';
import { parseStrictVersion } from '@slipway/render';
import { CAPABILITY_IDS, type CapabilityId } from '../capability.ts';
import { type Problem, parseLocated } from '../located.ts';
import { filesDigest, type SourceFile } from '../source-digest.ts';
import type { ClusterNeeds, PodSecurity, Release, SourcePart } from '../upstream/upstream.ts';

/**
 * A technology that is said as data: what a value of our own says with functions, it says with Go templates of
 * `.parameters`, `.domain`, `.appsDomain`, `.namespace`, `.version`, `.platform`, `.granted` and `url "host"`.
 */
export interface TechnologyData {
  id: string;
  /** Of this description. */
  version: string;
  title: string;
  capabilities: CapabilityId[];
  guidance: Guidance;
  provides: string[];
  requires: string[];
  parameters: Record<string, unknown>;
  upstream: {
    namespace: string;
    podSecurity?: PodSecurity;
    needs?: ClusterNeeds;
    releases: [Release, ...Release[]];
    /** Texts of templates, each of a YAML value of the type that `Upstream` has. */
    templates: Partial<Record<TemplateName, string>>;
  };
}

export const TEMPLATES = ['wishes', 'values', 'patches', 'objects', 'probes'] as const;
export type TemplateName = (typeof TEMPLATES)[number];

export const TECHNOLOGY_FILE = 'technology.yaml';

/** Words of a Technology that are code; nothing else in the format has a place for them. */
const CODE = ['embedded', 'existing', 'wiring', 'beside', 'kinds', 'rules', 'builtIn', 'grants'];

const text = { type: 'string', minLength: 1 };
const texts = { type: 'array', items: text };
const shape = (required: string[], properties: object) => ({
  type: 'object',
  required,
  additionalProperties: false,
  properties,
});
const label = { type: 'string', pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$', maxLength: 40 };
const guidance = [
  ...[
    'purpose',
    'licence',
    'cncf',
    'maintenance',
    'chooseWhen',
    'avoidWhen',
    'switching',
    'homepage',
    'asOf',
  ],
];

const part = {
  type: 'object',
  additionalProperties: false,
  properties: {
    at: { type: 'string' },
    folder: text,
    git: shape(['repository', 'revision', 'commit', 'path'], {
      repository: text,
      revision: text,
      commit: { type: 'string', pattern: '^[0-9a-f]{40}$' },
      path: text,
    }),
    chart: shape(['repository', 'name', 'version'], { repository: text, name: text, version: text }),
  },
};

const release = shape(['version', 'form', 'parts'], {
  version: text,
  form: { enum: ['chart', 'kustomization', 'manifests'] },
  parts: { type: 'array', minItems: 1, items: part },
  digest: { type: 'string', pattern: '^sha256:[0-9a-f]{64}$' },
  kubernetes: text,
  breaking: texts,
  images: texts,
});

const TECHNOLOGY_SCHEMA = shape(['apiVersion', 'kind', 'metadata', 'spec'], {
  apiVersion: { const: 'slipway.dev/v1alpha1' },
  kind: { const: 'Technology' },
  metadata: shape(['name'], { name: label }),
  spec: shape(['version', 'title', 'capabilities', 'guidance', 'upstream'], {
    version: text,
    title: text,
    capabilities: { type: 'array', minItems: 1, items: { enum: [...CAPABILITY_IDS] } },
    guidance: shape(guidance, Object.fromEntries(guidance.map(name => [name, text]))),
    provides: texts,
    requires: texts,
    parameters: { type: 'object' },
    upstream: shape(['namespace', 'releases'], {
      namespace: label,
      podSecurity: { enum: ['privileged', 'baseline', 'restricted'] },
      needs: shape([], {
        cpu: text,
        memory: text,
        storage: { type: 'boolean' },
        loadBalancer: { type: 'boolean' },
        cloud: { enum: ['aws'] },
      }),
      releases: { type: 'array', minItems: 1, items: release },
      ...Object.fromEntries(TEMPLATES.map(name => [name, text])),
    }),
  }),
});

interface FilePart {
  at?: string;
  folder?: string;
  git?: object;
  chart?: object;
}

interface TechnologyFile {
  metadata: { name: string };
  spec: Omit<TechnologyData, 'id' | 'upstream' | 'provides' | 'requires' | 'parameters'> &
    Partial<Pick<TechnologyData, 'provides' | 'requires' | 'parameters'>> & {
      upstream: Omit<TechnologyData['upstream'], 'templates' | 'releases'> &
        Partial<Record<TemplateName, string>> & {
          releases: (Omit<Release, 'parts' | 'digest'> & { parts: FilePart[]; digest?: string })[];
        };
    };
}

/**
 * The technology that a folder's files are, with the texts of its templates and its own folders in it: it needs nothing
 * of the folder any more.
 * @throws SlipwayError TechnologyUnknown; DefinitionError with file and line of every problem, code among them
 */
export function technologyDataOf(files: SourceFile[], place: string): TechnologyData {
  const data = files.find(({ path }) => path === TECHNOLOGY_FILE)?.data;
  if (!data)
    throw new SlipwayError(
      'TechnologyUnknown',
      `technology ${JSON.stringify(place)}: there is no ${TECHNOLOGY_FILE}`,
    );
  const source = new TextDecoder().decode(data);
  const file = `${place}/${TECHNOLOGY_FILE}`;
  refuseCode(source, file);
  const located = parseLocated<TechnologyFile>(source, file, TECHNOLOGY_SCHEMA);
  const { metadata, spec } = located.value;
  const problems: Problem[] = [];
  if (!isVersion(spec.version))
    problems.push({
      field: 'spec.version',
      message: `found ${JSON.stringify(spec.version)}; allowed: a semantic version (1.4.0)`,
    });
  const { releases, namespace, podSecurity, needs, ...names } = spec.upstream;
  const read = (path: string, field: string): string => {
    const found = files.find(each => each.path === path)?.data;
    if (!found)
      problems.push({ field, message: `found ${JSON.stringify(path)}; there is no such file in the folder` });
    return found ? new TextDecoder().decode(found) : '';
  };
  const templates = Object.fromEntries(
    TEMPLATES.flatMap(name =>
      names[name] === undefined ? [] : [[name, read(names[name], `spec.upstream.${name}`)]],
    ),
  );
  const made = releases.map((each, index) =>
    releaseOf(each, files, `spec.upstream.releases.${index}`, problems),
  );
  if (problems.length > 0) throw located.error(problems);
  return {
    id: metadata.name,
    version: spec.version,
    title: spec.title,
    capabilities: spec.capabilities,
    guidance: spec.guidance,
    provides: spec.provides ?? [],
    requires: spec.requires ?? [],
    parameters: spec.parameters ?? { type: 'object', properties: {} },
    upstream: {
      namespace,
      ...(podSecurity ? { podSecurity } : {}),
      ...(needs ? { needs } : {}),
      releases: made as [Release, ...Release[]],
      templates,
    },
  };
}

function refuseCode(source: string, file: string): void {
  const found = parseLocated<{ spec?: Record<string, unknown> & { upstream?: Record<string, unknown> } }>(
    source,
    file,
    {},
  );
  const { spec = {} } = found.value ?? {};
  const problems = [
    ...CODE.filter(word => word in spec).map(word => `spec.${word}`),
    ...CODE.filter(word => word in (spec.upstream ?? {})).map(word => `spec.upstream.${word}`),
  ].map(field => ({
    field,
    message:
      'this is code and cannot be said as data; a technology of the catalogue says it (CONTRIBUTING.md)',
  }));
  if (problems.length > 0) throw found.error(problems);
}

function releaseOf(
  { parts, digest, ...rest }: Omit<Release, 'parts' | 'digest'> & { parts: FilePart[]; digest?: string },
  files: SourceFile[],
  field: string,
  problems: Problem[],
): Release {
  const made = parts.map((each, index): SourcePart => {
    const { at = '', folder, ...other } = each;
    const given = Object.keys(each).filter(key => key !== 'at');
    if (given.length !== 1)
      problems.push({ field: `${field}.parts.${index}`, message: 'one of folder, git, chart is expected' });
    if (folder === undefined) return { at, ...other } as SourcePart;
    const prefix = `${folder.replace(/^\.\//, '').replace(/\/$/, '')}/`;
    const own = files.filter(({ path }) => path.startsWith(prefix));
    if (own.length === 0)
      problems.push({
        field: `${field}.parts.${index}.folder`,
        message: `found ${JSON.stringify(folder)}; there are no files`,
      });
    return {
      at,
      files: Object.fromEntries(own.map(({ path, data }) => [path.slice(prefix.length), decoded(data)])),
    };
  });
  const isOwn = made.every(each => 'files' in each);
  if (!isOwn && digest === undefined)
    problems.push({
      field,
      message: 'digest is missing: what is fetched is pinned by commit or version, and by its files',
    });
  return { ...rest, parts: made as [SourcePart, ...SourcePart[]], digest: digest ?? digestOfParts(made) };
}

function digestOfParts(parts: SourcePart[]): string {
  return filesDigest(
    parts.flatMap(({ at, ...each }) =>
      'files' in each
        ? Object.entries(each.files).map(([path, content]) => ({
            path: at === '' ? path : `${at}/${path}`,
            data: Buffer.from(content),
          }))
        : [],
    ),
  );
}

function decoded(data: Uint8Array): string {
  return new TextDecoder().decode(data);
}

function isVersion(version: string): boolean {
  try {
    parseStrictVersion(version);
    return true;
  } catch {
    return false;
  }
}
