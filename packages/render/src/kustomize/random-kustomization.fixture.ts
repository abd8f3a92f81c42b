/** A kustomization made by chance, always the same for the same seed: paths to texts; `over` is what is built. */
export function randomKustomization(seed: number): Record<string, string> {
  return new Maker(seed).make();
}

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Map = { [key: string]: Json };

const NAMES = ['web', 'api', 'db', 'cache', 'a', 'web-1'];
const KINDS: [apiVersion: string, kind: string][] = [
  ['apps/v1', 'Deployment'],
  ['apps/v1', 'StatefulSet'],
  ['v1', 'Service'],
  ['v1', 'ConfigMap'],
  ['v1', 'Secret'],
  ['v1', 'ServiceAccount'],
  ['batch/v1', 'CronJob'],
  ['networking.k8s.io/v1', 'Ingress'],
  ['rbac.authorization.k8s.io/v1', 'RoleBinding'],
  ['rbac.authorization.k8s.io/v1', 'ClusterRole'],
  ['v1', 'Namespace'],
  ['example.com/v1', 'Thing'],
  ['autoscaling/v2', 'HorizontalPodAutoscaler'],
];
const SCALARS: Json[] = [
  '1',
  'true',
  'yes',
  'on',
  'null',
  '',
  '1e3',
  '0x1F',
  'a: b',
  '- a',
  'x #y',
  'é',
  5,
  1.5,
  1e6,
  true,
  false,
  null,
];
const SCALAR_TEXTS = [
  '1_000',
  '0777',
  '~',
  "'quoted'",
  '"double"',
  '2026-01-02',
  '1.10',
  '.5',
  '12345678901234567890',
  'plain text',
  'n',
  'No',
];

class Maker {
  #state: number;
  readonly #files: Record<string, string> = {};
  readonly #objects: { apiVersion: string; kind: string; name: string; namespace?: string }[] = [];

  constructor(seed: number) {
    this.#state = (seed * 2654435761) >>> 0 || 1;
  }

  make(): Record<string, string> {
    const resources: string[] = [];
    const used = new Set<string>();
    for (let count = this.#below(6) + 2; count > 0; count--) {
      const [apiVersion, kind] = this.#one(KINDS);
      const name = this.#one(NAMES);
      const namespace = this.#chance(4) ? this.#one(['one', 'two']) : undefined;
      if (used.has(`${kind} ${name}`)) continue;
      used.add(`${kind} ${name}`);
      this.#objects.push({ apiVersion, kind, name, ...(namespace ? { namespace } : {}) });
      const file = `r${resources.length}.yaml`;
      this.#files[`base/${file}`] = this.#resource({ apiVersion, kind, name, namespace });
      resources.push(file);
    }
    this.#write('base', { resources, ...this.#changes(1) });
    this.#write('over', { resources: ['../base'], ...this.#changes(3) });
    return this.#files;
  }

  #write(folder: string, kustomization: Map): void {
    this.#files[`${folder}/kustomization.yaml`] = JSON.stringify(kustomization, null, 1);
  }

  #resource({
    apiVersion,
    kind,
    name,
    namespace,
  }: {
    apiVersion: string;
    kind: string;
    name: string;
    namespace: string | undefined;
  }): string {
    const metadata: Map = { name, ...(namespace ? { namespace } : {}) };
    if (this.#chance(2)) metadata.labels = { app: this.#one(NAMES), tier: 'x' };
    if (this.#chance(3)) metadata.annotations = { note: this.#one(['yes', '1', 'a\nb']) };
    const lines = JSON.stringify({ apiVersion, kind, metadata, ...this.#body(kind) }, null, 1);
    // Flow style in JSON, block style with odd scalars beside it.
    if (this.#chance(2)) return lines;
    return `${yaml({ apiVersion, kind, metadata, ...this.#body(kind) })}odd:\n  a: ${this.#one(SCALAR_TEXTS)}\n  b: ${this.#one(SCALAR_TEXTS)}\n`;
  }

  #body(kind: string): Map {
    if (kind === 'ConfigMap') return { data: { k: 'v', n: '1' } };
    if (kind === 'Secret') return { stringData: { k: 'v' } };
    if (kind === 'Thing')
      return {
        spec: {
          list: [this.#scalar(), this.#scalar()],
          map: { a: this.#scalar(), b: { c: this.#scalar() } },
          image: 'nginx:1',
        },
      };
    if (kind === 'Service')
      return {
        spec: {
          selector: { app: this.#one(NAMES) },
          ports: [
            { port: 80, name: 'http' },
            { port: 443, protocol: 'TCP' },
          ],
        },
      };
    if (kind === 'Ingress')
      return {
        spec: {
          defaultBackend: { service: { name: this.#one(NAMES) } },
          tls: [{ secretName: this.#one(NAMES) }],
        },
      };
    if (kind === 'RoleBinding')
      return {
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: this.#one(NAMES) },
        subjects: [{ kind: 'ServiceAccount', name: this.#one([...NAMES, 'default']) }],
      };
    if (kind === 'HorizontalPodAutoscaler')
      return {
        spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: this.#one(NAMES) } },
      };
    const template = { metadata: { labels: { app: 'x' } }, spec: this.#podSpec() };
    if (kind === 'CronJob') return { spec: { jobTemplate: { spec: { template } } } };
    if (kind === 'Deployment' || kind === 'StatefulSet')
      return { spec: { replicas: this.#one([1, 2]), selector: { matchLabels: { app: 'x' } }, template } };
    return {};
  }

  #podSpec(): Map {
    const containers = ['main', 'side'].slice(0, this.#below(2) + 1).map(name => ({
      name,
      image: this.#one(['nginx', 'nginx:1', 'reg.io:5000/a/b@sha256:1', 'busybox:x']),
      env: [
        { name: 'A', value: this.#one(['1', 'x']) },
        { name: 'B', valueFrom: { configMapKeyRef: { name: this.#one([...NAMES, 'gen']), key: 'k' } } },
      ],
      ports: [{ containerPort: 80 }, { containerPort: 81, protocol: 'UDP' }],
    }));
    return {
      containers,
      serviceAccountName: this.#one(NAMES),
      volumes: [{ name: 'v', secret: { secretName: this.#one(NAMES) } }],
    };
  }

  #changes(most: number): Map {
    const changes: Map = {};
    const makers: (() => Map)[] = [
      () => ({ namePrefix: this.#one(['p-', 'x.']) }),
      () => ({ nameSuffix: '-s' }),
      () => ({ namespace: this.#one(['one', 'new']) }),
      () => ({ commonLabels: { app: 'common', n1: 'true' } }),
      () => ({
        labels: [
          { pairs: { extra: '1' }, includeSelectors: this.#chance(2), includeTemplates: this.#chance(2) },
        ],
      }),
      () => ({ commonAnnotations: { by: 'all', num: '7' } }),
      () => ({
        images: [
          {
            name: this.#one(['nginx', 'busybox', 'reg.io:5000/a/b']),
            ...this.#one<Map>([
              { newTag: '9' },
              { newName: 'other' },
              { digest: 'sha256:f' },
              { tagSuffix: '-x' },
            ]),
          },
        ],
      }),
      () => ({ configMapGenerator: [{ name: 'gen', literals: ['k=v', `n=${this.#below(9)}`] }] }),
      () => ({
        secretGenerator: [
          { name: this.#one(['sec', 'gen']), literals: ['k=v'], options: { labels: { g: 'yes' } } },
        ],
      }),
      () => ({ patches: [this.#patch(), this.#patch()] }),
      () => ({ replacements: [this.#replacement()] }),
      () => ({ sortOptions: { order: this.#one(['legacy', 'fifo']) } }),
      () => ({
        buildMetadata: this.#one<Json[]>([
          ['originAnnotations'],
          ['transformerAnnotations'],
          ['managedByLabel'],
        ]),
      }),
      () => ({ replicas: [{ name: this.#one(NAMES), count: this.#below(5) }] }),
      () => ({ components: [this.#component()] }),
      () => ({ transformers: [JSON.stringify(this.#transformer())] }),
      () => ({ patchesStrategicMerge: [String(this.#patch().patch)] }),
      () => ({
        vars: [
          { name: 'VAR', objref: { kind: this.#one(KINDS)[1], name: this.#one(NAMES), apiVersion: 'v1' } },
        ],
      }),
      () => ({
        configMapGenerator: [
          {
            name: this.#one(['gen', 'web']),
            behavior: this.#one(['merge', 'replace', 'create']),
            literals: ['k=2', `odd=${this.#one(['yes', '1e3', ' x ', '"q"', 'a: b', '0777', ''])}`],
          },
        ],
      }),
      () => ({ configurations: [this.#configuration()] }),
      () => ({ resources: ['../base', this.#second()] }),
      () => ({
        generatorOptions: {
          disableNameSuffixHash: this.#chance(2),
          annotations: { g: '1' },
          immutable: this.#chance(2),
        },
      }),
    ];
    for (let count = this.#below(most + 1) + 1; count > 0; count--)
      Object.assign(changes, this.#one(makers)());
    return changes;
  }

  /** A component in a folder of its own. */
  #component(): string {
    const folder = `component${Object.keys(this.#files).length}`;
    const resource = this.#chance(2) ? { resources: ['own.yaml'] } : {};
    this.#files[`${folder}/own.yaml`] = this.#resource({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      name: folder,
      namespace: undefined,
    });
    this.#write(folder, {
      kind: 'Component',
      ...resource,
      ...this.#one<Map>([
        { patches: [this.#patch()] },
        { namePrefix: 'c-' },
        { labels: [{ pairs: { c: 'y' } }] },
      ]),
    });
    return `../${folder}`;
  }

  /** Another base, whose objects may be the same ones. */
  #second(): string {
    this.#files['second/r.yaml'] = this.#resource({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      name: this.#one([...NAMES, 'gen']),
      namespace: this.#chance(2) ? 'one' : undefined,
    });
    this.#write('second', {
      resources: ['r.yaml'],
      ...this.#one<Map>([
        { namePrefix: 'second-' },
        { nameSuffix: '-2' },
        { namespace: 'two' },
        { commonLabels: { of: 'second' } },
      ]),
    });
    return '../second';
  }

  #transformer(): Map {
    const metadata = { name: 't', namespace: 'set' };
    const fieldSpecs: Json = [
      { path: this.#one(['metadata/name', 'metadata/labels', 'spec/odd']), create: this.#chance(2) },
    ];
    const kind = this.#one([
      'PrefixTransformer',
      'NamespaceTransformer',
      'LabelTransformer',
      'AnnotationsTransformer',
      'ImageTagTransformer',
      'ReplicaCountTransformer',
    ]);
    const more = {
      prefix: 't-',
      labels: { t: '1' },
      annotations: { t: '1' },
      imageTag: { name: 'nginx', newTag: 't' },
      replica: { name: 'web', count: 7 },
    };
    return { apiVersion: 'builtin', kind, metadata, fieldSpecs, ...more };
  }

  #configuration(): string {
    const path = this.#one([
      'spec/image',
      'spec/map/a',
      'spec/list',
      'spec/template/spec/serviceAccountName',
    ]);
    const list = this.#one(['namePrefix', 'commonLabels', 'images', 'varReference', 'namespace']);
    const reference = [
      { kind: 'ConfigMap', fieldSpecs: [{ kind: 'Thing', path: 'spec/map/a' }, { path: 'spec/list' }] },
    ];
    const text = JSON.stringify(
      this.#chance(2) ? { [list]: [{ path, create: this.#chance(2) }] } : { nameReference: reference },
    );
    // A file must stand in or below the kustomization that names it.
    for (const folder of ['base', 'over']) this.#files[`${folder}/config.yaml`] = text;
    return 'config.yaml';
  }

  #patch(): Map {
    const { apiVersion, kind, name, namespace } = this.#one(this.#objects);
    if (this.#chance(3))
      return {
        target: { kind },
        patch: yaml([
          {
            op: this.#one(['add', 'replace']),
            path: this.#one(['/metadata/labels', '/spec/x', '/metadata/annotations']),
            value: this.#one<Json>([{ z: 'y' }, { a: '1' }]),
          },
        ]),
      };
    const metadata: Map = { name, ...(namespace ? { namespace } : {}) };
    if (this.#chance(2))
      metadata.labels = this.#one<Json>([
        { app: null },
        { new: 'x' },
        { $patch: 'replace', only: 'me' },
        { $patch: 'delete' },
      ]);
    const container: Map = {
      name: this.#one(['main', 'side', 'new']),
      ...this.#one<Map>([
        { image: 'patched' },
        { $patch: 'delete' },
        { ports: [{ containerPort: 81, protocol: 'UDP', name: 'u' }] },
        {
          env: [
            { name: 'B', $patch: 'delete' },
            { name: 'C', value: '3' },
          ],
        },
        { args: ['a'] },
      ]),
    };
    const pod = { spec: { template: { spec: { containers: [container] } } } };
    const body = this.#one<Map>([
      pod,
      { spec: { replicas: this.#one<Json>([4, '5', null]) } },
      { data: { k: this.#scalarText(), more: 'x' } },
      {},
      { spec: { map: { a: this.#scalar(), b: null } } },
      { spec: { ports: [{ port: 80, targetPort: 'x' }, { port: 9 }] } },
    ]);
    const target: Map = this.#chance(3)
      ? { target: { kind, name: this.#one([name, '.*', `${name}|x`]) } }
      : {};
    return { ...target, patch: yaml({ apiVersion, kind, metadata, ...body }) };
  }

  #replacement(): Map {
    const from = this.#one(this.#objects);
    const to = this.#one(this.#objects);
    const fieldPaths = [
      this.#one([
        'metadata.labels.copied',
        'spec.template.spec.containers.[name=main].image',
        'spec.replicas',
        'metadata.annotations.[a.b/c]',
      ]),
    ];
    return {
      source: {
        kind: from.kind,
        name: from.name,
        fieldPath: this.#one(['metadata.name', 'metadata.labels.app', 'spec.replicas']),
      },
      targets: [
        {
          select: { kind: to.kind },
          fieldPaths,
          options: { create: this.#chance(2), ...(this.#chance(3) ? { delimiter: ':', index: 1 } : {}) },
        },
      ],
    };
  }

  #scalar(): Json {
    return this.#one(SCALARS);
  }

  #scalarText(): string {
    return this.#one(['1', 'x', 'yes', 'a\nb\n']);
  }

  #chance(oneIn: number): boolean {
    return this.#below(oneIn) === 0;
  }

  #below(limit: number): number {
    // xorshift32
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    this.#state >>>= 0;
    return this.#state % limit;
  }

  #one<T>(list: readonly T[]): T {
    const found = list[this.#below(list.length)];
    if (found === undefined) throw new Error('an empty list has no element');
    return found;
  }
}

/** Block style without anything that needs thought: JSON in the leaves. */
function yaml(value: Json, indent = ''): string {
  if (Array.isArray(value)) return value.map(item => `${indent}- ${JSON.stringify(item)}\n`).join('');
  if (typeof value !== 'object' || value === null) return `${JSON.stringify(value)}\n`;
  return Object.entries(value)
    .map(([key, item]) => {
      const isMap =
        typeof item === 'object' && item !== null && !Array.isArray(item) && Object.keys(item).length > 0;
      if (isMap) return `${indent}${key}:\n${yaml(item, `${indent}  `)}`;
      if (typeof item === 'string' && /^[a-z]+$/.test(item) && !['yes', 'true', 'null', 'on'].includes(item))
        return `${indent}${key}: ${item}\n`;
      return `${indent}${key}: ${JSON.stringify(item)}\n`;
    })
    .join('');
}
