import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localSource } from '../apps/cli/src/local-source.ts';
import { loadChart, renderChart } from '../packages/render/src/helm/index.ts';
import { has, run } from '../test/platform-process.ts';
import { root } from '../test/source-tree.ts';
import { median, type Series } from './statistics.ts';

const RUNS = 15;
/** In one process, code has been compiled after this many. */
const WARM = 20;

/**
 * A chart of 20 templates, and one that holds ten of those: rendered in one process (the files read each time), and as a
 * command, in alternation with the real `helm template` when it is on the PATH.
 */
export async function benchCharts(): Promise<Series[]> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
  try {
    writeCharts(folder);
    const real = await has('helm', ['version']);
    const { stdout } = await run(process.execPath, ['scripts/launch.mjs', '--build'], { cwd: root });
    const bundle = stdout.trim();
    const command = [process.execPath, join(bundle, 'slipway.mjs'), 'render'];
    const small = await measure(join(folder, 'web'), '20 templates', { real, command });
    const large = await measure(join(folder, 'umbrella'), '10 charts, 200 templates', { real, command });
    return [...small, ...large];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(
  path: string,
  title: string,
  { real, command }: { real: boolean; command: string[] },
): Promise<Series[]> {
  const times = { inProcess: [] as number[], asCommand: [] as number[], theirs: [] as number[] };
  const once = async () => {
    const chart = await loadChart(localSource(path), '.');
    return renderChart({ chart, release: { name: 'release-name', namespace: 'default' } }).text;
  };
  for (let each = 0; each < WARM; each++) await once();
  for (let each = 0; each < RUNS; each++) {
    const began = performance.now();
    const text = await once();
    times.inProcess.push(performance.now() - began);
    times.asCommand.push(timed([...command, path], text));
    if (real) times.theirs.push(timed(['helm', 'template', 'release-name', path], text));
  }
  const against = real ? { against: { name: 'helm template', value: median(times.theirs) } } : {};
  return [
    { name: `chart, ${title}, in one process`, unit: 'ms', values: times.inProcess, ...against },
    { name: `chart, ${title}, slipway render`, unit: 'ms', values: times.asCommand, ...against },
  ];
}

/** @throws Error when it prints anything else than expected */
function timed([program = '', ...args]: string[], expected: string): number {
  const began = performance.now();
  const { stdout } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 2 ** 26 });
  const took = performance.now() - began;
  if (stdout !== expected) throw new Error(`${program} ${args.join(' ')}: prints something else`);
  return took;
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
