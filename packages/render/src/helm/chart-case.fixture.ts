import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { folderReader } from './load/folder-reader.ts';
import { loadChartFiles } from './load/load-chart.ts';
import { readChartFiles } from './load/read-chart-files.ts';
import { renderChart } from './render-chart.ts';
import type { RenderOptions } from './render-options.ts';

/**
 * One file: `# why`, `$ flags of helm template`, then `-- name --` before each file, and last `-- output --` or
 * `-- error --` with what the real helm said. A file that ends without a line break ends in a backslash here.
 */
export interface ChartCase {
  because: string;
  flags: string[];
  files: Record<string, string>;
  output?: string;
  error?: string;
}

export function parseCase(text: string): ChartCase {
  const [head = '', ...sections] = text.split(/^-- (.+) --\n/m);
  const files: Record<string, string> = {};
  for (let at = 0; at < sections.length; at += 2)
    files[sections[at] ?? ''] = (sections[at + 1] ?? '').replace(/\\\n$/, '');
  const { output, error, ...rest } = files;
  return {
    because: /^# (.*)$/m.exec(head)?.[1] ?? '',
    flags: (/^\$ (.*)$/m.exec(head)?.[1] ?? '').split(' ').filter(flag => flag !== ''),
    files: rest,
    ...(output === undefined ? {} : { output }),
    ...(error === undefined ? {} : { error: error.trimEnd() }),
  };
}

export function caseText({ because, flags, files, output, error }: ChartCase): string {
  const head = `# ${because}\n${flags.length > 0 ? `$ ${flags.join(' ')}\n` : ''}`;
  const all = {
    ...files,
    ...(output === undefined ? {} : { output }),
    ...(error === undefined ? {} : { error }),
  };
  const sections = Object.entries(all).map(([name, text]) => {
    const whole = text === '' || text.endsWith('\n') ? text : `${text}\\\n`;
    return `-- ${name} --\n${whole}`;
  });
  return head + sections.join('');
}

const many = { type: 'string', multiple: true, default: [] as string[] } as const;
const OPTIONS = {
  name: { type: 'string', default: 'release-name' },
  namespace: { type: 'string', short: 'n', default: 'default' },
  values: { ...many, short: 'f' },
  set: many,
  'set-string': many,
  'set-json': many,
  'set-literal': many,
  'set-file': many,
  'kube-version': { type: 'string' },
  'api-versions': { ...many, short: 'a' },
  'show-only': { ...many, short: 's' },
  'include-crds': { type: 'boolean', default: false },
  'skip-tests': { type: 'boolean', default: false },
  'no-hooks': { type: 'boolean', default: false },
  'is-upgrade': { type: 'boolean', default: false },
  'skip-schema-validation': { type: 'boolean', default: false },
} as const;

/** What the flags mean for us. Values files stand among the chart's own. */
export function optionsOf({ flags, files }: ChartCase): Omit<RenderOptions, 'chart'> {
  const { values } = parseArgs({ args: flags, options: OPTIONS });
  return {
    values: {
      files: values.values.map(name => ({ name, text: files[name] ?? '' })),
      set: values.set,
      setString: values['set-string'],
      setJson: values['set-json'],
      setLiteral: values['set-literal'],
      setFile: values['set-file'],
      fileTexts: files,
    },
    release: { name: values.name, namespace: values.namespace, isUpgrade: values['is-upgrade'] },
    capabilities: {
      ...(values['kube-version'] === undefined ? {} : { kubeVersion: values['kube-version'] }),
      apiVersions: values['api-versions'].flatMap(each => each.split(',')),
    },
    includeCrds: values['include-crds'],
    skipTests: values['skip-tests'],
    noHooks: values['no-hooks'],
    skipSchemaValidation: values['skip-schema-validation'],
    showOnly: values['show-only'],
  };
}

/** Ours: the text, or the message of the mistake. */
export async function renderCase(chartCase: ChartCase): Promise<{ output: string } | { error: string }> {
  const encoder = new TextEncoder();
  const all = Object.entries(chartCase.files).map(([name, text]) => ({ name, data: encoder.encode(text) }));
  try {
    const chart = loadChartFiles(await readChartFiles(folderReader(all), '.'));
    return { output: renderChart({ ...optionsOf(chartCase), chart }).text };
  } catch (error) {
    return { error: (error as Error).message.trimEnd() };
  }
}

/** Theirs, from the real helm. */
export function askHelm(helm: string, chartCase: ChartCase): { output: string } | { error: string } {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-case-'));
  try {
    for (const [name, text] of Object.entries(chartCase.files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const { name } = parseArgs({ args: chartCase.flags, options: OPTIONS }).values;
    const flags = chartCase.flags.filter((flag, at, all) => flag !== '--name' && all[at - 1] !== '--name');
    const args = ['template', name, '.', ...flags];
    const { status, stdout, stderr } = spawnSync(helm, args, { cwd: folder, encoding: 'utf8' });
    if (status === 0) return { output: stdout };
    const message = stderr.slice(stderr.indexOf('Error: ') + 'Error: '.length);
    return { error: message.replace(/\n\nUse --debug flag.*/s, '').trimEnd() };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
