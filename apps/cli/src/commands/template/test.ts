import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Rehearsal, rehearseTemplate } from '@slipway/platform/rehearsal';
import { differences, writeFiles } from '../../expected-files.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { duration, EXIT, print } from '../../output.ts';
import { findTemplate, type LocatedFile, readLocated } from '../../template-file.ts';
import { readValues, withPairs } from '../../template-values.ts';

interface Options extends GlobalOptions {
  values?: string;
  set: string[];
  secrets?: string;
  gitHost: string[];
  expect?: string;
  write?: string;
  team: string;
}

interface Mistake {
  file: string;
  line?: number;
  column?: number;
  field?: string;
  message: string;
}

/** Runs a template without a platform: its steps, the files and the objects it would make, or what is wrong with it. */
export async function run(options: Options, [path = '.']: string[]): Promise<number> {
  const started = performance.now();
  const { file, folder, boundary } = await findTemplate(path);
  const located = await readLocated(file, isTemplate);
  const values = withPairs(await readValues(options.values), options.set, parametersOf(located.value));
  const secrets = (await readValues(options.secrets)) as Record<string, string>;
  const temporary = await mkdtemp(join(tmpdir(), 'slipway-template-'));
  const stop = new AbortController();
  const interrupted = () => stop.abort();
  process.once('SIGINT', interrupted);
  try {
    const rehearsal = await rehearseTemplate({
      template: located.value,
      values,
      secrets,
      folder,
      boundary,
      workspace: join(temporary, 'workspace'),
      cacheFolder: join(temporary, 'git'),
      gitHosts: ['git.slipway.internal', 'git.slipway.localhost', ...options.gitHost],
      team: options.team,
      now: Date.now,
      signal: stop.signal,
    });
    const mistakes = rehearsal.problems.map(problem => place(problem, located, options.values));
    if (options.write && mistakes.length === 0) await writeFiles(rehearsal.files, options.write);
    const different =
      options.expect && mistakes.length === 0 ? await differences(rehearsal.files, options.expect) : [];
    show(options, rehearsal, { mistakes, different, ms: performance.now() - started });
    return mistakes.length === 0 && different.length === 0 ? EXIT.done : EXIT.failed;
  } finally {
    process.off('SIGINT', interrupted);
    await rm(temporary, { recursive: true, force: true });
  }
}

function isTemplate(value: unknown): boolean {
  return (value as { kind?: unknown } | null)?.kind === 'Template';
}

function parametersOf(template: unknown): unknown {
  return (template as { spec?: { parameters?: unknown } } | null)?.spec?.parameters;
}

/** A mistake with the line where people mend it. */
function place(
  problem: Rehearsal['problems'][number],
  template: LocatedFile,
  values: string | undefined,
): Mistake {
  const { message, field } = problem;
  const said = { ...(field ? { field } : {}), message };
  if (problem.file) {
    const { file, line, column } = problem;
    return { file, ...(line ? { line } : {}), ...(column ? { column } : {}), ...said };
  }
  if (field?.startsWith('values')) return { file: values ?? '--set', ...said };
  return { file: template.path, ...template.placeOf(field ?? ''), ...said };
}

interface Result {
  mistakes: Mistake[];
  different: string[];
  ms: number;
}

function show({ output }: Options, rehearsal: Rehearsal, { mistakes, different, ms }: Result): void {
  const { template, steps, objects } = rehearsal;
  const files = rehearsal.files.map(({ path, executable, content }) => ({
    path,
    bytes: content.length,
    executable,
  }));
  const ok = mistakes.length === 0 && different.length === 0;
  const value = { template, ok, problems: mistakes, differences: different, steps, files, objects };
  print(output, { ...value, output: rehearsal.output, ms: Math.round(ms) }, () =>
    [
      ...steps.map(step => `${step.phase.padEnd(10)} ${step.name} (${step.action})${logOf(step.log)}`),
      ...section(
        'files',
        files.map(each => `${each.path}${each.executable ? ' (executable)' : ''}`),
      ),
      ...section(
        'objects',
        objects.map(({ kind, namespace, name }) => `${kind} ${namespace ? `${namespace}/` : ''}${name}`),
      ),
      ...section('mistakes', mistakes.map(mistakeText)),
      ...section('differences', different),
      `${template}: ${ok ? 'works' : 'does not work'} (${files.length} files, ${objects.length} objects, ${duration(ms)})`,
    ].join('\n'),
  );
}

function logOf(log: string[] | undefined): string {
  return (log ?? []).map(line => `\n           ${line}`).join('');
}

function section(title: string, lines: string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map(line => `  ${line}`), ''];
}

function mistakeText({ file, line, column, field, message }: Mistake): string {
  const at = line === undefined ? file : `${file}:${line}${column === undefined ? '' : `:${column}`}`;
  return `${at}: ${field ? `${field}: ` : ''}${message}`;
}
