import { readFile } from 'node:fs/promises';
import { apiVersionOf, SlipwayError } from '@slipway/api';
import { isRecord } from '@slipway/api/json-schema';
import type { Client } from '@slipway/client';
import { Pod } from '@slipway/kinds';
import { loadAll } from 'js-yaml';
import type { LocalContext, OuterAction } from './action.ts';
import { inWorkspace } from './paths.ts';

interface Prerequisite {
  name: string;
  pods: { name: string; namespace?: string; state?: string }[];
  crds: { group: string; kind: string; version: string }[];
}

/** CNOE's: checks that what a template needs runs on the platform (`cnoe k8s verify`). */
export const cnoeVerify: OuterAction = {
  id: 'cnoe:verify:dependency',
  description: 'Checks that the pods and kinds which Prerequisite files name are there.',
  local: false,
  input: {
    type: 'object',
    required: ['verifiers'],
    properties: { verifiers: { type: 'array', items: { type: 'string' }, minItems: 1 } },
  },
  run: async context => {
    const missing: string[] = [];
    for (const each of await prerequisites(context)) missing.push(...(await missingOf(each, context)));
    if (missing.length > 0)
      throw new SlipwayError('DependencyMissing', `cnoe:verify:dependency: ${missing.join('; ')}`);
  },
  rehearse: async context => {
    const all = await prerequisites(context);
    const count = all.reduce((sum, { pods, crds }) => sum + pods.length + crds.length, 0);
    context.log(`would check ${count} dependencies of ${all.map(({ name }) => name).join(', ')}`);
  },
};

/** Verifiers are files of the workspace, of the template, or texts. */
async function prerequisites(context: LocalContext): Promise<Prerequisite[]> {
  const texts = await Promise.all((context.input.verifiers as string[]).map(each => textOf(context, each)));
  return texts.flatMap((text, index) => loadAll(text).map(document => read(document, `verifiers[${index}]`)));
}

async function textOf({ workspace }: LocalContext, verifier: string): Promise<string> {
  if (verifier.includes('\n')) return verifier;
  return readFile(inWorkspace(workspace, verifier, 'verifiers'), 'utf8').catch(() => {
    throw new SlipwayError(
      'SourceUnknown',
      `cnoe:verify:dependency: ${verifier}: no such file in the workspace`,
    );
  });
}

function read(document: unknown, field: string): Prerequisite {
  const { apiVersion, kind, metadata, spec } = isRecord(document) ? document : {};
  if (apiVersion !== 'cnoe.io/v1alpha1' || kind !== 'Prerequisite' || !isRecord(spec))
    throw new SlipwayError(
      'InvalidInput',
      `cnoe:verify:dependency: ${field}: a cnoe.io/v1alpha1 Prerequisite with a spec is expected`,
    );
  const { pods = [], crds = [] } = spec as Partial<Prerequisite>;
  return { name: String((metadata as { name?: string } | undefined)?.name ?? field), pods, crds };
}

async function missingOf(
  { pods, crds }: Prerequisite,
  { client, log }: { client: Client; log: (line: string) => void },
): Promise<string[]> {
  const missing: string[] = [];
  for (const { group, kind, version } of crds) {
    const names = [kind, ...singulars(kind)];
    const found = await Promise.all(names.map(name => client.discover(`${group}/${version}`, name)));
    const known = found.find(Boolean);
    if (known) log(`${apiVersionOf(known)} ${known.kind} is served`);
    if (!known) missing.push(`${group}/${version} ${kind} is not served here`);
  }
  for (const { name, namespace, state = 'Running' } of pods) {
    const { items } = await client.list(Pod, namespace ? { namespace } : {});
    const found = items.filter(({ metadata }) => metadata.name.includes(name));
    const wrong = found.filter(pod => pod.status?.phase !== state);
    if (found.length === 0) missing.push(`no pod ${name}${namespace ? ` in ${namespace}` : ''}`);
    for (const pod of wrong) missing.push(`pod ${pod.metadata.name} is ${pod.status?.phase ?? 'Unknown'}`);
    if (found.length > 0 && wrong.length === 0) log(`pod ${name} is ${state}`);
  }
  return missing;
}

/** Files of this kind name kinds in the plural, too. */
function singulars(kind: string): string[] {
  return [kind.replace(/ies$/, 'y'), kind.replace(/es$/, ''), kind.replace(/s$/, '')].filter(
    each => each !== kind,
  );
}
