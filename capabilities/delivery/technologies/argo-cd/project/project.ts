import { matchesGlob } from 'node:path/posix';
import type { AnyObject } from '@slipway/api';
import { sameAddress } from '../application/source-objects.ts';
import type { ApplicationCondition, ApplicationSpec } from '../application/spec.ts';

interface ProjectSpec {
  sourceRepos?: string[];
  destinations?: { server?: string; name?: string; namespace?: string }[];
}

const IN_CLUSTER = 'https://kubernetes.default.svc';

/** What a project does not allow of an Application; a rule that begins with `!` takes away. */
export function projectProblems(
  project: AnyObject | undefined,
  spec: ApplicationSpec,
): ApplicationCondition[] {
  const refuse = (message: string): ApplicationCondition => ({ type: 'InvalidSpecError', message });
  if (!project) return [refuse(`Application referencing project ${spec.project} which does not exist`)];
  const { sourceRepos = [], destinations = [] } = (project.spec ?? {}) as ProjectSpec;
  const { repoURL } = spec.source;
  const { namespace } = spec.destination;
  const problems: ApplicationCondition[] = [];
  if (
    !permits(
      sourceRepos,
      pattern => pattern === '*' || sameAddress(pattern, repoURL) || matches(repoURL, pattern),
    )
  ) {
    problems.push(refuse(`application repo ${repoURL} is not permitted in project '${spec.project}'`));
  }
  const fits = ({
    server,
    name,
    namespace: pattern = '',
  }: NonNullable<ProjectSpec['destinations']>[number]) =>
    matches(namespace ?? '', pattern) &&
    (name ? matches('in-cluster', name) : matches(IN_CLUSTER, server ?? ''));
  if (!destinations.some(fits)) {
    problems.push(
      refuse(
        `application destination server '${IN_CLUSTER}' and namespace '${namespace}' do not match any of the allowed destinations in project '${spec.project}'`,
      ),
    );
  }
  return problems;
}

function permits(patterns: string[], fits: (pattern: string) => boolean): boolean {
  if (patterns.some(pattern => pattern.startsWith('!') && fits(pattern.slice(1)))) return false;
  return patterns.some(pattern => !pattern.startsWith('!') && fits(pattern));
}

function matches(text: string, pattern: string): boolean {
  return pattern === '*' || pattern === text || matchesGlob(text, pattern);
}
