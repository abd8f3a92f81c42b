import { PACKAGE_FILE } from '@slipway/definition';

export type Form = 'templates' | 'manifests' | 'chart' | 'kustomization';

/** What the paths of a folder say it is made of; an empty one begins with a template. */
export function formOf(paths: string[]): Form {
  if (paths.includes('Chart.yaml')) return 'chart';
  if (paths.some(path => /^kustomization\.ya?ml$/.test(path))) return 'kustomization';
  return paths.some(path => /\.(ya?ml|json)$/.test(path)) ? 'manifests' : 'templates';
}

const head = (
  name: string,
  version: string,
) => `# What it is, what it needs and what it comes to. "slipway package test" tries it without a platform.
apiVersion: slipway.dev/v1alpha1
kind: PackageDefinition
metadata:
  name: ${name}
spec:
  version: ${version}
  description: ${name}
  # provides: { message-queue: 1.0.0 } # contracts it meets, each with its version
  # requires: { ingress: "*" } # contracts it needs, each with the versions that will do
`;

/** The files of a first package in one of its forms. */
export function firstFiles(name: string, form: Form): { path: string; text: string }[] {
  if (form === 'templates') return templates(name);
  const source = {
    chart: 'source: { chart: . } # parameters are its values',
    kustomization: 'source: { kustomization: . } # environments: { prod: overlays/prod }',
    manifests: 'source: { manifests: . }',
  }[form];
  return [{ path: PACKAGE_FILE, text: `${head(name, '0.1.0')}  ${source}\n` }];
}

function templates(name: string): { path: string; text: string }[] {
  const text = `${head(name, '0.1.0')}  source: { templates: templates } # Go templates; or manifests, chart, kustomization
  parameters: # JSON Schema
    type: object
    properties:
      greeting: { type: string, default: hello }
  environments:
    prod: { parameters: { greeting: welcome } } # what is otherwise there
  tests:
    - { name: defaults, expect: tests/defaults.yaml }
    - { name: prod, environment: prod, expect: tests/prod.yaml }
    - { name: wrong, parameters: { greeting: 7 }, refuses: it must be string }
`;
  const map = (greeting: string) => `apiVersion: v1
kind: ConfigMap
metadata:
  name: ${name}
data:
  greeting: ${greeting}
`;
  return [
    { path: PACKAGE_FILE, text },
    { path: 'templates/greeting.yaml', text: map('{{ .parameters.greeting | quote }}') },
    { path: 'tests/defaults.yaml', text: map('hello') },
    { path: 'tests/prod.yaml', text: map('welcome') },
  ];
}
