import { systemClock, systemRandom } from '@slipway/api';
import { argoSecret } from '../settings/settings.fixture.ts';
import type { Ground } from './generators/ground.ts';
import { rendererOf } from './template/renderer.ts';

export interface TestGround {
  goTemplate?: boolean;
  options?: string[];
  /** Files by path, of the only repository there is: `https://git.example.test/apps`. */
  files?: Record<string, string>;
  clusters?: { name: string; server: string; project?: string; labels?: object; annotations?: object }[];
  newGlobbing?: boolean;
}

export const REPOSITORY = 'https://git.example.test/apps';

/** Generators' ground without a platform: its clusters and files are given. */
export function testGround({ goTemplate = false, options = [], ...given }: TestGround): Ground {
  const files = given.files ?? {};
  const paths = Object.keys(files).sort();
  const folders = [...new Set(paths.flatMap(parentsOf))].sort();
  const strict = [...options.filter(each => !each.startsWith('missingkey=')), 'missingkey=error'];
  const sources = { clock: systemClock, random: systemRandom };
  return {
    breathe: async () => {},
    isGoTemplate: goTemplate,
    render: rendererOf({ goTemplate, options, ...sources }),
    renderStrictly: rendererOf({ goTemplate, options: strict, ...sources }),
    clusters: () =>
      (given.clusters ?? []).map(({ name, server, project, labels = {}, annotations = {} }) =>
        argoSecret(
          'cluster',
          name,
          { name, server, ...(project ? { project } : {}) },
          { labels, annotations },
        ),
      ),
    newGitFileGlobbing: given.newGlobbing ?? false,
    openGit: async repoURL => {
      if (repoURL !== REPOSITORY) throw new Error(`${repoURL}: not found`);
      return {
        files: async () => paths,
        folders: async () => folders.filter(each => !each.split('/').some(part => part.startsWith('.'))),
        read: async path => (files[path] === undefined ? undefined : new TextEncoder().encode(files[path])),
      };
    },
  };
}

function parentsOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}
