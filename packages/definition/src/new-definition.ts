import { blueprintOf, type Catalogue, choicesFor } from './catalogue.ts';
import type { Choice, PlatformDocument } from './document.ts';

export interface NewDefinition {
  name: string;
  blueprint: string;
  /** What the editor completes from: a path beside the file, or a URL. */
  schema: string;
}

/**
 * The text of a first `platform.yaml`: the blueprint by name, and a comment wherever one chooses.
 * Nothing is said twice: what the blueprint holds stays a comment until somebody changes it.
 */
export function newDefinition({ name, blueprint, schema }: NewDefinition, catalogue: Catalogue): string {
  const spec = blueprintOf(catalogue, blueprint)?.document.spec ?? {};
  const ids = catalogue.blueprints.map(({ id }) => id).join(' | ');
  return `# yaml-language-server: $schema=${schema}
# The definition of a platform. Look first with "slipway plan -f", then "slipway up -f" or "slipway apply -f".
apiVersion: slipway.dev/v1alpha1
kind: Platform
metadata:
  name: ${name}
spec:
  blueprint: ${blueprint} # ${ids}; what follows overrides it

  # domain: slipway.localhost # the platform's own addresses; any name that ends in .localhost
  # appsDomain: slipway-apps.localhost # where services answer; another site than the domain

  # What the blueprint chose. Take the comment off to choose otherwise; "slipway capability show NAME" helps.
  # capabilities:
${capabilityLines(spec, catalogue).join('\n')}

  environments: # in order; the first follows every successful build
${environmentLines(spec).join('\n')}

  teams: # members are user:NAME or group:NAME
${(spec.teams ?? []).map(team => `    - name: ${team.name}`).join('\n')}
`;
}

function capabilityLines(spec: NonNullable<PlatformDocument['spec']>, catalogue: Catalogue): string[] {
  return Object.entries(spec.capabilities ?? {}).map(([id, choice]) => {
    const others = choicesFor(catalogue, id as never).filter(other => other !== nameOf(choice));
    return `  #   ${id}: ${nameOf(choice)}${others.length > 0 ? ` # or ${others.join(', ')}` : ''}`;
  });
}

function nameOf(choice: Choice | Choice[]): string {
  if (Array.isArray(choice)) return `[${choice.map(nameOf).join(', ')}]`;
  return typeof choice === 'string' ? choice : choice.technology;
}

function environmentLines(spec: NonNullable<PlatformDocument['spec']>): string[] {
  return (spec.environments ?? []).flatMap(({ name, promotion }) => [
    `    - name: ${name}`,
    ...(promotion ? [`      promotion: { from: ${promotion.from} }`] : []),
  ]);
}
