interface TextFile {
  path: string;
  text: string;
}

/** The file of a first blueprint. */
export function firstBlueprint(name: string, base: string): TextFile[] {
  const text = `# What definitions start from: "blueprint: ./folder", or pushed to a registry.
apiVersion: slipway.dev/v1alpha1
kind: Blueprint
metadata:
  name: ${name}
spec:
  version: 0.1.0
  purpose: what it is for, in one sentence
  extends: ${base} # what follows is over it; "slipway blueprint show ${base}" shows it
  platform: # as the spec of a definition
    environments:
      - name: dev
      - name: prod
        promotion: { from: dev }
    teams:
      - name: default
`;
  return [{ path: 'blueprint.yaml', text }];
}

/** The files of a first technology: a Service with an address and a secret of its own. */
export function firstTechnology(id: string): TextFile[] {
  const text = `# A tool that the catalogue does not have, as data; it stands on a cluster. What is code cannot be said here.
apiVersion: slipway.dev/v1alpha1
kind: Technology
metadata:
  name: ${id}
spec:
  version: 0.1.0 # of this description
  title: ${id}
  capabilities: [data] # ids of the map: slipway capability list
  guidance:
    purpose: what it is for
    licence: Apache-2.0
    cncf: none
    maintenance: who keeps it
    chooseWhen: when to choose it
    avoidWhen: when not
    switching: what leaving it costs
    homepage: https://example.com
    asOf: "2026-01-01"
  parameters: # JSON Schema
    type: object
    properties:
      replicas: { type: integer, default: 1 }
  upstream:
    namespace: ${id}
    # Go templates of .parameters, .domain, .appsDomain, .namespace, .version, .platform, .granted and url "host"
    wishes: wishes.yaml
    patches: patches.yaml # of a chart also values: values.yaml
    probes: probes.yaml
    releases: # newest first
      - version: 1.0.0
        form: manifests # or chart, kustomization
        parts: [{ folder: files }] # or { git: … }, { chart: … }, with the digest of their files
`;
  const wishes = `- { contract: route, name: web, host: ${id}, service: ${id}, port: 80 }\n`;
  const patches = `- target: { kind: Deployment, name: ${id} }\n  merge: { spec: { replicas: {{ .parameters.replicas }} } }\n`;
  const probes = `- { name: answers, url: {{ url "${id}" | quote }} }\n`;
  return [
    { path: 'technology.yaml', text },
    { path: 'wishes.yaml', text: wishes },
    { path: 'patches.yaml', text: patches },
    { path: 'probes.yaml', text: probes },
    { path: 'files/workload.yaml', text: workload(id) },
  ];
}

function workload(id: string): string {
  const labels = `{ app: ${id} }`;
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${id}, labels: ${labels} }
spec:
  selector: { matchLabels: ${labels} }
  template:
    metadata: { labels: ${labels} }
    spec:
      containers:
        - name: ${id}
          image: registry.example.com/${id}:1.0.0
          ports: [{ name: http, containerPort: 8080 }]
          securityContext:
            allowPrivilegeEscalation: false
            capabilities: { drop: [ALL] }
            runAsNonRoot: true
            seccompProfile: { type: RuntimeDefault }
---
apiVersion: v1
kind: Service
metadata: { name: ${id} }
spec:
  selector: ${labels}
  ports: [{ name: http, port: 80, targetPort: http }]
`;
}
