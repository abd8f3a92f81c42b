// Templates for trying forms and runs: every kind of field, conditions, one that waits, one that fails.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates are written so.

export const template = (name: string, parameters: object, steps: object[], more: object = {}): object => ({
  apiVersion: 'scaffolder.backstage.io/v1beta3',
  kind: 'Template',
  metadata: { name, namespace: 'default', annotations: { 'slipway.dev/title': `Try ${name}` } },
  spec: { type: 'service', parameters, steps, ...more },
});

const text = { type: 'string' };
export const FIELDS = template(
  'fields',
  [
    {
      title: 'Basics',
      required: ['name', 'size'],
      properties: {
        name: { ...text, title: 'Name', pattern: '^[a-z]([a-z0-9-]*[a-z0-9])?$', 'ui:autofocus': true },
        size: {
          ...text,
          title: 'Size',
          enum: ['s', 'l'],
          enumNames: ['Small', 'Large'],
          'ui:widget': 'radio',
        },
        notes: { ...text, title: 'Notes', 'ui:widget': 'textarea', 'ui:help': 'Anything.' },
        public: { type: 'boolean', title: 'Public', default: true },
        replicas: { type: 'integer', title: 'Replicas', minimum: 1, maximum: 5, default: 2 },
        hidden: { ...text, default: 'kept', 'ui:widget': 'hidden' },
      },
    },
    {
      title: 'More',
      properties: {
        owner: { ...text, title: 'Owner', default: 'default', 'ui:field': 'OwnerPicker' },
        repoUrl: { ...text, title: 'Repository location', 'ui:field': 'RepoUrlPicker' },
        regions: {
          type: 'array',
          title: 'Regions',
          uniqueItems: true,
          items: { ...text, enum: ['eu', 'us', 'ap'] },
          'ui:widget': 'checkboxes',
        },
        tags: { type: 'array', title: 'Tags', items: text, 'ui:field': 'EntityTagsPicker' },
        ports: {
          type: 'array',
          title: 'Ports',
          items: {
            type: 'object',
            required: ['number'],
            properties: { number: { type: 'integer', title: 'Number' }, label: { ...text, title: 'Label' } },
          },
        },
        labels: { type: 'object', title: 'Labels', additionalProperties: text },
        token: { ...text, title: 'Token', 'ui:field': 'Secret' },
        code: { ...text, title: 'Code', 'ui:backstage': { review: { mask: '<hidden>' } } },
        inner: { ...text, title: 'Inner', 'ui:backstage': { review: { show: false } } },
        shown: { ...text, title: 'Shown', 'ui:backstage': { review: { name: 'Other name' } } },
      },
    },
  ],
  [
    {
      id: 'log',
      name: 'Say it',
      action: 'debug:log',
      input: { message: 'token ${{ secrets.token }}, ${{ parameters.ports[0].number }}' },
    },
  ],
  { output: { text: [{ title: 'Greeting', content: 'Hello **${{ parameters.name }}**' }] } },
);

export const CONDITIONS = template(
  'conditions',
  {
    title: 'Conditions',
    required: ['kind'],
    properties: { kind: { ...text, title: 'Kind of store', enum: ['none', 'sql'] } },
    dependencies: {
      kind: {
        oneOf: [
          { properties: { kind: { enum: ['none'] } } },
          {
            required: ['database'],
            properties: { kind: { enum: ['sql'] }, database: { ...text, title: 'Database' } },
          },
        ],
      },
    },
    if: { properties: { database: { const: 'other' } }, required: ['database'] },
    // biome-ignore lint/suspicious/noThenProperty: JSON Schema calls it so.
    then: { properties: { address: { ...text, title: 'Address' } }, required: ['address'] },
  },
  [{ action: 'debug:log', input: { message: '${{ parameters | dump }}' } }],
);

const components = { catalogFilter: { kind: 'Component' }, defaultKind: 'Component' };
const REPOSITORY = 'git.slipway.internal?owner=default&repo=tool';
export const PICKERS = template(
  'pickers',
  {
    title: 'Pickers',
    required: ['name', 'one'],
    properties: {
      name: { ...text, title: 'Entity name', 'ui:field': 'EntityNamePicker' },
      one: { ...text, title: 'Needs', 'ui:field': 'EntityPicker', 'ui:options': components },
      chosen: {
        ...text,
        title: 'Replaces',
        'ui:field': 'EntityPicker',
        'ui:options': { ...components, allowArbitraryValues: false },
      },
      many: {
        type: 'array',
        title: 'Used by',
        items: text,
        'ui:field': 'MultiEntityPicker',
        'ui:options': components,
      },
      own: { ...text, title: 'Part of', 'ui:field': 'OwnedEntityPicker', 'ui:options': components },
      team: { ...text, title: 'My team', 'ui:field': 'MyGroupsPicker' },
      repoUrl: { ...text, title: 'Repository', default: REPOSITORY, 'ui:field': 'RepoUrlPicker' },
      branch: { ...text, title: 'Branch', 'ui:field': 'RepoBranchPicker' },
    },
  },
  [{ id: 'log', name: 'Say it', action: 'debug:log', input: { message: '${{ parameters | dump }}' } }],
);

export const WAITS = template('waits', { title: 'Nothing', properties: {} }, [
  { id: 'log', name: 'First', action: 'debug:log', input: { message: 'begun' } },
  { id: 'wait', name: 'A long wait', action: 'debug:wait', input: { minutes: 9 } },
]);

export const FAILS = template(
  'fails',
  { title: 'Name it', properties: { name: { ...text, title: 'Name' } } },
  [
    {
      id: 'first',
      name: 'First',
      action: 'cnoe:kubernetes:apply',
      input: {
        manifestObject: {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: '${{ parameters.name }}-first' },
        },
      },
    },
    {
      id: 'second',
      name: 'Second',
      action: 'slipway:workload:create',
      input: { name: '${{ parameters.name }}', owner: 'default' },
    },
  ],
);

export const UNKNOWN = template(
  'unknown',
  {
    title: 'Unknown',
    required: ['a'],
    properties: {
      a: { ...text, title: 'Alpha', 'ui:field': 'MoonPicker' },
      b: { ...text, title: 'Beta', 'ui:widget': 'sparkles' },
    },
  },
  [{ action: 'debug:log', input: {} }],
);
