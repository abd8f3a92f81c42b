import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localSource } from '../apps/cli/src/local-source.ts';
import { loadChart, renderChart } from '../packages/render/src/helm/index.ts';
import { has } from '../test/platform-process.ts';
import { besideCommand, renderCommand } from './beside-command.ts';
import type { Series } from './statistics.ts';

/**
 * A chart of 20 templates, and one that holds ten of those: rendered in one process (the files read each time), and as a
 * command, in alternation with the real `helm template` when it is on the PATH.
 */
export async function benchCharts(): Promise<Series[]> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
  try {
    writeCharts(folder);
    const isThere = await has('helm', ['version']);
    const render = await renderCommand(folder);
    const measure = (name: string, title: string) => {
      const path = join(folder, name);
      const command = ['helm', 'template', 'release-name', path];
      const once = async () => {
        const chart = await loadChart(localSource(path), '.');
        return renderChart({ chart, release: { name: 'release-name', namespace: 'default' } }).text;
      };
      const real = isThere ? { name: 'helm template', command } : undefined;
      return besideCommand({ title: `chart, ${title}`, once, command: [...render, path], real });
    };
    const small = await measure('web', '20 templates');
    return [...small, ...(await measure('umbrella', '10 charts, 200 templates'))];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const HELPERS = `{{- define "name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- define "fullname" -}}
{{- if contains (include "name" .) .Release.Name }}
{{- .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name (include "name" .) | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}
{{- define "labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{ include "selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}
{{- define "selector" -}}
app.kubernetes.io/name: {{ include "name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}
`;

const head = (api: string, kind: string, index: number) =>
  `apiVersion: ${api}\nkind: ${kind}\nmetadata:\n  name: {{ include "fullname" . }}-${index}\n  labels:\n    {{- include "labels" . | nindent 4 }}\n`;

const TEMPLATES = [
  (index: number) => `${head('apps/v1', 'Deployment', index)}spec:
  {{- if not .Values.autoscaling.enabled }}
  replicas: {{ .Values.replicas }}
  {{- end }}
  selector:
    matchLabels:
      {{- include "selector" . | nindent 6 }}
  template:
    metadata:
      {{- with .Values.podAnnotations }}
      annotations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      labels:
        {{- include "labels" . | nindent 8 }}
    spec:
      containers:
        - name: {{ .Chart.Name }}
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
          imagePullPolicy: {{ .Values.image.pullPolicy }}
          env:
            {{- range $name, $value := .Values.env }}
            - name: {{ $name }}
              value: {{ $value | quote }}
            {{- end }}
          ports:
            - name: http
              containerPort: {{ .Values.service.port }}
          resources:
            {{- toYaml .Values.resources | nindent 12 }}
`,
  (index: number) => `${head('v1', 'Service', index)}spec:
  type: {{ .Values.service.type }}
  ports:
    - port: {{ .Values.service.port }}
      targetPort: http
      name: http
  selector:
    {{- include "selector" . | nindent 4 }}
`,
  (index: number) => `{{- if .Values.serviceAccount.create -}}
${head('v1', 'ServiceAccount', index)}automountServiceAccountToken: {{ .Values.serviceAccount.automount }}
{{- end }}
`,
];

const VALUES = `replicas: 2
image: {repository: example/app, pullPolicy: IfNotPresent, tag: ""}
autoscaling: {enabled: false}
podAnnotations: {checked: "true", owner: team}
env: {LOG: info, MODE: fast, PORT: "8080"}
service: {type: ClusterIP, port: 8080}
serviceAccount: {create: true, automount: true}
resources:
  limits: {cpu: 500m, memory: 256Mi}
  requests: {cpu: 100m, memory: 128Mi}
`;

function writeCharts(folder: string): void {
  const web = join(folder, 'web');
  mkdirSync(join(web, 'templates'), { recursive: true });
  writeFileSync(join(web, 'Chart.yaml'), chartYaml('web'));
  writeFileSync(join(web, 'values.yaml'), VALUES);
  writeFileSync(join(web, 'templates/_names.tpl'), HELPERS);
  for (let index = 0; index < 20; index++) {
    const template = TEMPLATES[index % TEMPLATES.length];
    writeFileSync(join(web, `templates/object-${index}.yaml`), template?.(index) ?? '');
  }
  const umbrella = join(folder, 'umbrella');
  mkdirSync(join(umbrella, 'charts'), { recursive: true });
  writeFileSync(join(umbrella, 'Chart.yaml'), chartYaml('umbrella'));
  for (let index = 0; index < 10; index++) {
    const copy = join(umbrella, `charts/web${index}`);
    cpSync(web, copy, { recursive: true });
    writeFileSync(join(copy, 'Chart.yaml'), chartYaml(`web${index}`));
  }
}

function chartYaml(name: string): string {
  return `apiVersion: v2\nname: ${name}\nversion: 0.1.0\nappVersion: "1.16.0"\n`;
}
