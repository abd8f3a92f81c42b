import { matchesPath } from '../../path-match.ts';
import { ChartError } from '../chart-error.ts';
import { trimSpace } from '../go-space.ts';
import type { RenderedCrd, RenderOptions } from '../render-options.ts';
import type { SortedManifests } from './sort-manifests.ts';
import { splitManifests } from './split-manifests.ts';

/** A release's manifest as Helm stores it: CRDs if wanted, then what is no hook. */
export function releaseManifest({ manifests }: SortedManifests, crds: RenderedCrd[]): string {
  return [...crds, ...manifests].map(section).join('');
}

function section({ source, content }: { source: string; content: string }): string {
  return `---\n# Source: ${source}\n${content}\n`;
}

/**
 * What `helm template` prints.
 * @throws ChartError TemplateInvalid for a file of `showOnly` that gave nothing
 */
export function templateText(
  manifest: string,
  { hooks }: SortedManifests,
  { skipTests = false, noHooks = false, showOnly = [] }: RenderOptions,
): string {
  const shown = hooks.filter(({ events }) => !noHooks && !(skipTests && events.includes('test')));
  const text = `${trimSpace(manifest)}\n${shown.map(section).join('')}`;
  return showOnly.length === 0 ? text : only(text, showOnly);
}

function only(text: string, files: string[]): string {
  const parts = splitManifests(text).map(part => ({
    part,
    path: /# Source: [^/]+\/([^\n]+)/.exec(part)?.[1],
  }));
  const shown = files.flatMap(file => {
    const found = parts.filter(({ path }) => path !== undefined && fits(file, path));
    if (found.length === 0)
      throw new ChartError('TemplateInvalid', file, `could not find template ${file} in chart`);
    return found;
  });
  return shown.map(({ part }) => `---\n${part}\n`).join('');
}

/** A pattern that is none matches nothing. */
function fits(pattern: string, path: string): boolean {
  try {
    return matchesPath(pattern, path);
  } catch {
    return false;
  }
}
