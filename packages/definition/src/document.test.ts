import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Capability } from './capability.ts';
import type { Catalogue } from './catalogue.ts';
import { DefinitionError, parseDefinition } from './document.ts';
import { plan } from './plan.ts';
import { DEFAULT_DOCUMENT, select } from './selection.ts';
import type { Technology } from './technology.ts';

const head = 'apiVersion: slipway.dev/v1alpha1\nkind: Platform\nmetadata:\n  name: acme\n';

const catalogue: Catalogue = {
  blueprints: [
    {
      id: 'golden-path',
      purpose: '',
      document: {
        ...DEFAULT_DOCUMENT,
        spec: {
          capabilities: { 'code-repositories': 'gitea', ingress: 'gateway-api', identity: 'keycloak' },
          environments: [{ name: 'dev' }],
          teams: [{ name: 'default' }],
        },
      },
    },
  ],
  capabilities: [
    capability('code-repositories', 'one', ['gitea', 'github']),
    capability('ingress', 'many', ['gateway-api', 'ingress-nginx']),
    capability('identity', 'one', ['keycloak']),
  ],
  technologies: [
    technology('gitea', ['code-repositories'], { requires: ['oidc-issuer'] }),
    technology('gateway-api', ['ingress'], {}),
    technology('keycloak', ['identity'], {
      provides: ['oidc-issuer'],
      properties: { realm: { type: 'string' } },
    }),
  ],
};

function capability(id: Capability['id'], choice: Capability['choice'], technologies: string[]): Capability {
  return { id, title: id, purpose: id, choice, kinds: [], technologies };
}

function technology(
  id: string,
  capabilities: Technology['capabilities'],
  shape: { provides?: string[]; requires?: string[]; properties?: Record<string, unknown> },
): Technology {
  const guidance = {
    purpose: '',
    licence: '',
    cncf: 'none',
    maintenance: '',
    chooseWhen: '',
    avoidWhen: '',
    switching: '',
    homepage: '',
    asOf: '',
  } as const;
  return {
    id,
    title: id,
    capabilities,
    guidance,
    provides: shape.provides ?? [],
    requires: shape.requires ?? [],
    parameters: { type: 'object', properties: shape.properties ?? {} },
    rules: [],
    embedded: { start: () => Promise.reject(new Error('not started in this test')) },
  };
}

const two = `${head}spec:\n  environments:\n    - name: dev\n    - name: prod\n`;

const wrong: { text: string; message: string; because: string }[] = [
  { text: 'a: [', message: 'p.yaml:1: not YAML: ', because: 'the line of the syntax error is named' },
  {
    text: `${head}spec:\n  capabilites: {}\n`,
    message: 'p.yaml:6: spec.capabilites: unknown field; allowed: blueprint, target,',
    because: 'a misspelt field is named with what is allowed',
  },
  {
    text: `${head}spec:\n  capabilities:\n    ingres: gateway-api\n`,
    message: 'p.yaml:7: spec.capabilities.ingres: unknown name; allowed: compute-platform,',
    because: 'ids of the map are the only names there',
  },
  {
    text: `${head}spec:\n  capabilities:\n    ingress: nginx\n`,
    message: 'p.yaml:7: spec.capabilities.ingress: found "nginx"; allowed: gateway-api',
    because: 'only technologies that run are allowed',
  },
  {
    text: `${head}spec:\n  capabilities:\n    code-repositories: [gitea, gitea]\n`,
    message: 'spec.capabilities.code-repositories: found 2 technologies; allowed: one',
    because: 'some capabilities hold one technology',
  },
  {
    text: `${head}spec:\n  capabilities:\n    identity: { technology: keycloak, parameters: { relm: x } }\n`,
    message: 'parameter "relm" is unknown to keycloak; allowed: realm',
    because: 'parameters are checked by name',
  },
  {
    text: `${head}spec:\n  capabilities:\n    identity: { technology: keycloak, parameters: { realm: 7 } }\n`,
    message: 'p.yaml:7: spec.capabilities.identity.parameters.realm: found 7; it must be string',
    because: 'and by value, before anything starts with them',
  },
  {
    text: `${head}spec:\n  target: { kubernetes: {} }\n`,
    message: 'p.yaml:6: spec.target: spec.domain is missing; a platform on a cluster needs a domain',
    because: 'on a cluster nobody guesses the domain',
  },
  {
    text: `${head}spec:\n  blueprint: big\n`,
    message: 'p.yaml:6: spec.blueprint: found "big"; allowed in this version: golden-path',
    because: 'only blueprints that are there are allowed',
  },
  {
    text: `${head}spec:\n  environments:\n    - name: Dev\n`,
    message: 'p.yaml:7: spec.environments.0.name: found "Dev"; allowed: lower-case letters',
    because: 'environment names become namespaces',
  },
  {
    text: `${head}spec:\n  environments:\n    - name: prod\n      promotion: { from: dev }\n`,
    message: 'found "dev"; allowed: an earlier environment (none)',
    because: 'promotion comes from an environment before it',
  },
  {
    text: `${two}      promotion: { from: dev, requires: [{ checks: [tests, image-scan] }] }\n`,
    message: 'requires.0.checks.1: found "image-scan"; allowed in this version: sbom, tests',
    because: 'a check that nobody makes is refused by name',
  },
  {
    text: `${two}      promotion: { from: dev, requires: [{ approval: { group: a } }] }\n`,
    message: 'requires.0.approval: needs approvals, which nothing chosen provides',
    because: 'approvals need someone who judges them',
  },
  {
    text: `${two}      promotion: { from: dev, requires: [{ approval: { group: a, count: 0 } }] }\n`,
    message: 'requires.0.approval.count',
    because: 'no approval is said by leaving it out',
  },
  {
    text: `${two}      promotion: { from: dev, requires: [{ moon: full }] }\n`,
    message: 'requires.0.moon: unknown field; allowed: approval, checks',
    because: 'a word that is not known is not ignored',
  },
  {
    text: `${two}      promotion: { from: dev, rollback: { requires: [{ checks: [luck] }] } }\n`,
    message: 'rollback.requires.0.checks.0: found "luck"',
    because: 'rollbacks are checked the same way',
  },
  {
    text: `${head}spec:\n  teams:\n    - name: team\n`,
    message: 'a team may not be called "team"',
    because: 'its namespace would be another team’s',
  },
];
for (const row of wrong) {
  test(`select() refuses "${row.text.slice(head.length).replace(/\s+/g, ' ')}": ${row.because}`, () => {
    assert.throws(
      () => select(parseDefinition(row.text, 'p.yaml'), catalogue),
      (error: unknown) => error instanceof DefinitionError && error.message.includes(row.message),
      row.message,
    );
  });
}

test('select() puts whoever provides a contract before whoever requires it', () => {
  const selection = select(parseDefinition(head, 'p.yaml'), catalogue);
  assert.deepEqual(
    selection.components.map(component => component.technology.id),
    ['keycloak', 'gitea', 'gateway-api'],
  );
});

test('select() refuses what needs something that nobody chosen provides, and says who would', () => {
  const [blueprint] = catalogue.blueprints;
  assert.ok(blueprint);
  const without = structuredClone(blueprint.document);
  delete without.spec?.capabilities?.identity;
  const smaller = { ...catalogue, blueprints: [{ ...blueprint, document: without }] };
  assert.throws(
    () => select(parseDefinition(head, 'p.yaml'), smaller),
    /spec\.capabilities\.code-repositories: gitea needs oidc-issuer, which nothing chosen provides; choose identity: keycloak/,
  );
});

test('plan() of the same definition gives the same bytes', () => {
  const once = plan(select({ document: DEFAULT_DOCUMENT, error: () => new DefinitionError([]) }, catalogue));
  const twice = plan(select({ document: DEFAULT_DOCUMENT, error: () => new DefinitionError([]) }, catalogue));
  assert.equal(JSON.stringify(once.objects), JSON.stringify(twice.objects));
  assert.ok(once.objects.some(object => object.kind === 'Team' && object.metadata.name === 'default'));
});
