import { messageOf, SlipwayError } from '@slipway/api';
import { parseConstraint, parseStrictVersion, readYaml } from '@slipway/render';
import { Ajv } from 'ajv';
import { type LocatedValue, type Problem, parseLocated } from '../located.ts';
import type { SourceFile } from '../source-digest.ts';

/** What `package.yaml` says. Its kind is another than the API's Package, which is one that was added to a platform. */
export interface PackageDefinition {
  apiVersion: 'slipway.dev/v1alpha1';
  kind: 'PackageDefinition';
  metadata: { name: string };
  spec: {
    /** Semantic version. */
    version: string;
    description?: string;
    /** Contracts it meets, each with the version it meets. */
    provides?: Record<string, string>;
    /** Contracts it needs, each with the versions that will do (`>=1.2`, `*`). */
    requires?: Record<string, string>;
    /** JSON Schema of its parameters, an object's. */
    parameters?: Record<string, unknown>;
    /** Where its objects live that name no namespace; default: the package's name. */
    namespace?: string;
    source: PackageForm;
    /** What is otherwise in an environment. */
    environments?: Record<string, { parameters: Record<string, unknown> }>;
    tests?: PackageTest[];
  };
}

/** What its objects are made of; paths are below the package's folder. */
export type PackageForm =
  /** Files as they are. */
  | { manifests: string }
  /** Files that are Go templates of `.parameters`, `.environment`, `.namespace`, `.package`, `.platform`. */
  | { templates: string }
  /** A chart; its values are the parameters, or what the file `values`, such a template, makes of them. */
  | { chart: string; values?: string }
  /** A kustomization, and which folder is it in an environment. */
  | { kustomization: string; environments?: Record<string, string> }
  /** Argo CD Applications and ApplicationSets in a folder's own files, also with `cnoe://` sources. */
  | { applications: string };

/** One way to render it, and what comes of that. */
export interface PackageTest {
  name: string;
  environment?: string;
  parameters?: Record<string, unknown>;
  /** A file with the objects it comes to. */
  expect?: string;
  /** A part of the message that refuses these parameters. */
  refuses?: string;
}

export const PACKAGE_FILE = 'package.yaml';

const text = { type: 'string', minLength: 1 };
const label = { type: 'string', pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$', maxLength: 40 };
const contracts = { type: 'object', propertyNames: { pattern: label.pattern }, additionalProperties: text };
const parameters = { type: 'object' };
const shape = (required: string[], properties: object) => ({
  type: 'object',
  required,
  additionalProperties: false,
  properties,
});

const form = {
  type: 'object',
  additionalProperties: false,
  properties: {
    manifests: text,
    templates: text,
    chart: text,
    values: text,
    kustomization: text,
    applications: text,
    environments: { type: 'object', additionalProperties: text },
  },
};

/** JSON Schema of `package.yaml`. */
export const PACKAGE_SCHEMA = shape(['apiVersion', 'kind', 'metadata', 'spec'], {
  apiVersion: { const: 'slipway.dev/v1alpha1' },
  kind: { const: 'PackageDefinition' },
  metadata: shape(['name'], { name: label }),
  spec: shape(['version', 'source'], {
    version: text,
    description: text,
    provides: contracts,
    requires: contracts,
    parameters,
    namespace: label,
    source: form,
    environments: {
      type: 'object',
      propertyNames: { pattern: label.pattern },
      additionalProperties: shape(['parameters'], { parameters }),
    },
    tests: {
      type: 'array',
      items: shape(['name'], { name: text, environment: label, parameters, expect: text, refuses: text }),
    },
  }),
});

/**
 * Reads `package.yaml`.
 * @throws DefinitionError with every problem: file, line, field, what was found and what is allowed
 */
export function parsePackage(source: string, file: string): LocatedValue<PackageDefinition> {
  const located = parseLocated<PackageDefinition>(source, file, PACKAGE_SCHEMA);
  const { spec } = located.value;
  const problems = [
    ...versionProblems(spec),
    ...formProblems(spec),
    ...schemaProblem(spec.parameters),
    ...testProblems(spec.tests ?? []),
  ];
  if (problems.length > 0) throw located.error(problems);
  return located;
}

type Spec = PackageDefinition['spec'];

function versionProblems({ version, provides = {}, requires = {} }: Spec): Problem[] {
  const semver = 'a semantic version (1.4.0)';
  return [
    ...problemOf(() => parseStrictVersion(version), ['spec', 'version'], version, semver),
    ...Object.entries(provides).flatMap(([name, value]) =>
      problemOf(() => parseStrictVersion(value), ['spec', 'provides', name], value, semver),
    ),
    ...Object.entries(requires).flatMap(([name, value]) =>
      problemOf(() => parseConstraint(value), ['spec', 'requires', name], value, 'versions (>=1.2, ^1.0, *)'),
    ),
  ];
}

function problemOf(read: () => unknown, path: string[], found: string, allowed: string): Problem[] {
  try {
    read();
    return [];
  } catch {
    return [{ field: path.join('.'), path, message: `found ${JSON.stringify(found)}; allowed: ${allowed}` }];
  }
}

const FORMS = ['manifests', 'templates', 'chart', 'kustomization', 'applications'] as const;
/** Nothing in these takes parameters. */
const FIXED = ['manifests', 'kustomization', 'applications'] as const;

function formProblems({ source, parameters: schema }: Spec): Problem[] {
  const field = 'spec.source';
  const given = FORMS.filter(name => name in source);
  if (given.length !== 1) {
    const found = given.length === 0 ? 'none' : given.join(' and ');
    return [{ field, message: `found ${found}; allowed: one of ${FORMS.join(', ')}` }];
  }
  const problems: Problem[] = [];
  if ('values' in source && !('chart' in source))
    problems.push({ field: `${field}.values`, message: 'only a chart has values' });
  if ('environments' in source && !('kustomization' in source))
    problems.push({
      field: `${field}.environments`,
      message: 'only a kustomization has them; what parameters are otherwise stands in spec.environments',
    });
  if (schema && FIXED.some(each => each in source))
    problems.push({
      field: 'spec.parameters',
      message: `nothing takes parameters in ${given[0]}; make it templates or a chart`,
    });
  const paths = [...Object.values(source).filter(each => typeof each === 'string')];
  for (const path of paths)
    if (/^\/|(^|\/)\.\.(\/|$)/.test(path))
      problems.push({ field, message: `found ${JSON.stringify(path)}; allowed: a path in the package` });
  return problems;
}

function schemaProblem(schema: Record<string, unknown> | undefined): Problem[] {
  if (!schema) return [];
  const field = 'spec.parameters';
  if (schema.type !== 'object') return [{ field, message: 'it is the schema of an object: type: object' }];
  try {
    new Ajv({ strict: false }).compile(schema);
    return secretProblems(schema, ['spec', 'parameters']);
  } catch (error) {
    return [{ field, message: `it is no JSON Schema: ${messageOf(error)}` }];
  }
}

/** Parameters stand in Git, in the Package object and in its manifests: nothing secret may be one. */
function secretProblems(schema: Record<string, unknown>, path: string[]): Problem[] {
  const properties = (schema.properties ?? {}) as Record<string, Record<string, unknown> | boolean>;
  return Object.entries(properties).flatMap(([name, each]) => {
    if (typeof each !== 'object') return [];
    const at = [...path, 'properties', name];
    const isSecret = each.writeOnly === true || each.format === 'password';
    const message = 'a parameter is kept as it is, where others read it; take the name of a Secret instead';
    const own = isSecret ? [{ field: at.join('.'), path: at, message }] : [];
    return [...own, ...secretProblems(each, at)];
  });
}

function testProblems(tests: PackageTest[]): Problem[] {
  return tests.flatMap(({ name, expect, refuses }, index) => {
    const field = `spec.tests.${index}`;
    if (tests.findIndex(each => each.name === name) < index)
      return [{ field: `${field}.name`, message: `found ${JSON.stringify(name)} twice; names are unique` }];
    if (expect !== undefined && refuses !== undefined)
      return [
        { field: `${field}.refuses`, message: 'what is refused comes to no objects: leave expect out' },
      ];
    return [];
  });
}

/**
 * What a folder's files are as a package: its `package.yaml`, or a chart or Applications (as idpbuilder takes them) that
 * have none.
 * @throws DefinitionError as `parsePackage`; SlipwayError PackageUnknown when it is none of these
 */
export function packageOf(files: SourceFile[], place: string): PackageDefinition {
  const textOf = (path: string) => {
    const data = files.find(file => file.path === path)?.data;
    return data && new TextDecoder().decode(data);
  };
  const own = textOf(PACKAGE_FILE);
  if (own !== undefined) return parsePackage(own, `${place}/${PACKAGE_FILE}`).value;
  const chart = textOf('Chart.yaml');
  if (chart !== undefined) return packageOfChart(chart, place);
  if (files.some(({ path, data }) => isApplication(path, new TextDecoder().decode(data))))
    return packageOfApplications(place);
  throw new SlipwayError(
    'PackageUnknown',
    `package ${JSON.stringify(place)}: there is no ${PACKAGE_FILE}, and it is neither a chart nor Applications; write one with slipway package init`,
  );
}

function packageOfChart(chart: string, place: string): PackageDefinition {
  const { name, version, description } = readYaml(chart) as Record<string, unknown>;
  const described = typeof description === 'string' && description !== '' ? { description } : {};
  const definition = {
    apiVersion: 'slipway.dev/v1alpha1',
    kind: 'PackageDefinition',
    metadata: { name },
    // Many charts write theirs with a "v".
    spec: { version: String(version ?? '').replace(/^v(?=\d)/, ''), ...described, source: { chart: '.' } },
  };
  return parsePackage(JSON.stringify(definition), `${place}/Chart.yaml`).value;
}

function isApplication(path: string, content: string): boolean {
  if (!/^[^/]+\.ya?ml$/.test(path)) return false;
  return (
    /^apiVersion: *["']?argoproj\.io\//m.test(content) && /^kind: *["']?Application(Set)?\b/m.test(content)
  );
}

/** Nobody numbers them: their digest alone tells one from another. */
function packageOfApplications(place: string): PackageDefinition {
  const last =
    place
      .replace(/[?#].*$/, '')
      .split('/')
      .findLast(part => /[a-z0-9]/i.test(part)) ?? 'applications';
  const name = last
    .toLowerCase()
    .replace(/\.git$/, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return {
    apiVersion: 'slipway.dev/v1alpha1',
    kind: 'PackageDefinition',
    metadata: { name: name.slice(0, 40) },
    spec: { version: '0.0.0', namespace: 'argocd', source: { applications: '.' } },
  };
}
