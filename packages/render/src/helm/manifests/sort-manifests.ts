import { ChartError } from '../chart-error.ts';
import { isBlank, trimSpace } from '../go-space.ts';
import type { Warn } from '../values/coalesce.ts';
import { sortByKind } from './install-order.ts';
import type { Hook, HookEvent, RenderedManifest } from './manifest.ts';
import { type ManifestHead, readHead } from './read-head.ts';
import { splitManifests } from './split-manifests.ts';

const EVENTS: Record<string, HookEvent> = {
  'pre-install': 'pre-install',
  'post-install': 'post-install',
  'pre-delete': 'pre-delete',
  'post-delete': 'post-delete',
  'pre-upgrade': 'pre-upgrade',
  'post-upgrade': 'post-upgrade',
  'pre-rollback': 'pre-rollback',
  'post-rollback': 'post-rollback',
  test: 'test',
  // Helm 2's name.
  'test-success': 'test',
};

export interface SortedManifests {
  manifests: RenderedManifest[];
  hooks: Hook[];
}

/**
 * Takes rendered files apart into documents, hooks aside, each kind where Helm installs it.
 * @throws ChartError ManifestInvalid for a document that is no YAML
 */
export function sortManifests(files: ReadonlyMap<string, string>, warn: Warn): SortedManifests {
  const manifests: RenderedManifest[] = [];
  const hooks: Hook[] = [];
  const paths = [...files.keys()].sort();
  for (const source of paths) {
    const text = files.get(source) ?? '';
    if (source.split('/').at(-1)?.startsWith('_') || isBlank(text)) continue;
    for (const content of splitManifests(text)) {
      const head = headOf(source, content);
      const manifest = { source, content, apiVersion: head.apiVersion, kind: head.kind, name: head.name };
      const events = head.annotations['helm.sh/hook'];
      if (events === undefined) {
        manifests.push(manifest);
        continue;
      }
      const hook = hookOf(manifest, head, events);
      if (hook) hooks.push(hook);
      if (!hook) warn(`skipping unknown hooks hookTypes=${events}`);
    }
  }
  return { manifests: sortByKind(manifests), hooks: sortByKind(hooks) };
}

function headOf(source: string, content: string): ManifestHead {
  try {
    return readHead(content);
  } catch (error) {
    const message = `YAML parse error on ${source}: ${(error as Error).message}`;
    throw new ChartError('ManifestInvalid', source, message);
  }
}

/** Undefined when one of the events is none. */
function hookOf(manifest: RenderedManifest, { annotations }: ManifestHead, names: string): Hook | undefined {
  const events: HookEvent[] = [];
  for (const name of words(names)) {
    const event = Object.hasOwn(EVENTS, name) ? EVENTS[name] : undefined;
    if (!event) return undefined;
    events.push(event);
  }
  return {
    ...manifest,
    events,
    weight: weightOf(annotations['helm.sh/hook-weight'] ?? ''),
    deletePolicies: words(annotations['helm.sh/hook-delete-policy']),
    outputLogPolicies: words(annotations['helm.sh/hook-output-log-policy']),
  };
}

function words(list: string | undefined): string[] {
  return list === undefined ? [] : list.split(',').map(word => trimSpace(word).toLowerCase());
}

/** Go's `strconv.Atoi`; what is no number counts as 0. */
function weightOf(text: string): number {
  if (!/^[-+]?[0-9]+$/.test(text)) return 0;
  const value = BigInt(text.replace('+', ''));
  return BigInt.asIntN(64, value) === value ? Number(value) : 0;
}
