import { SlipwayError } from '@slipway/api';
import type { Build } from '@slipway/kinds';
import { isTag, parseReference } from '@slipway/oci';

const INTERNAL_GIT = 'git.slipway.internal';
const INTERNAL_REGISTRY = 'registry.slipway.internal';

/** `payments` for `team-payments`; undefined for namespaces that are not a team's. */
export function teamOf(namespace: string): string | undefined {
  return /^team-(.+)$/.exec(namespace)?.[1];
}

/**
 * What a Build may ask for: an image of its own team, from a repository of its own team or a public one.
 * @throws SlipwayError `BuildInvalid` naming the field
 */
export function checkSpec({ metadata, spec }: Build): void {
  const team = teamOf(metadata.namespace ?? '');
  if (team === undefined)
    throw invalid('metadata.namespace', metadata.namespace, 'a team’s namespace (team-<team>)');
  const { registry, repository } = parseReference(spec.image);
  if (registry !== INTERNAL_REGISTRY || !repository.startsWith(`${team}/`)) {
    throw invalid('spec.image', spec.image, `${INTERNAL_REGISTRY}/${team}/<name>`);
  }
  if (spec.tag !== undefined && !isTag(spec.tag)) throw invalid('spec.tag', spec.tag, 'a tag');
  checkSource(spec.source.git.url, team);
}

function checkSource(text: string, team: string): void {
  const url = URL.parse(text);
  if (url?.protocol !== 'https:') throw invalid('spec.source.git.url', text, 'an https URL');
  const [owner] = url.pathname.split('/').filter(part => part !== '');
  if (url.hostname === INTERNAL_GIT) {
    if (owner === team) return;
    throw invalid(
      'spec.source.git.url',
      text,
      `a repository of the team: https://${INTERNAL_GIT}/${team}/<name>.git`,
    );
  }
  // Nothing of this machine or its network may be reached in a team's name.
  if (/^(localhost|.*\.(localhost|internal|local|svc)|[\d.]+|\[.*\])$/.test(url.hostname)) {
    throw invalid('spec.source.git.url', text, 'a public host');
  }
}

function invalid(field: string, found: unknown, allowed: string): SlipwayError {
  return new SlipwayError(
    'BuildInvalid',
    `build: ${field}: ${JSON.stringify(found) ?? 'missing'}; must be ${allowed}`,
  );
}
