import { isEmpty, isMap } from './template/merge-template.ts';

/** An Application's spec as it is compared: parts that say nothing are not there, the project has its default. */
export function normalizeSpec(spec: Record<string, unknown>): Record<string, unknown> {
  const { syncPolicy, source, sources, project, ...rest } = spec;
  const isIdle = isMap(syncPolicy) && Object.values(syncPolicy).every(isUnset);
  return {
    ...rest,
    project: project || 'default',
    ...(syncPolicy === undefined || isIdle ? {} : { syncPolicy }),
    ...(isMap(source) ? { source: normalizeSource(source) } : {}),
    ...(Array.isArray(sources)
      ? { sources: sources.map(each => (isMap(each) ? normalizeSource(each) : each)) }
      : {}),
  };
}

/** `automated: {}` says something, a list without entries does not. */
function isUnset(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

function normalizeSource(source: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(source).filter(([key, value]) => {
    if (!['kustomize', 'helm', 'directory'].includes(key)) return true;
    return isMap(value) && !Object.values(value).every(isEmpty);
  });
  return Object.fromEntries(entries);
}
