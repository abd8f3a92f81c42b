import { blueprintOf, type Catalogue, choicesFor } from './catalogue.ts';
import type { Choice, PlatformDocument } from './document.ts';
import { groundOf } from './selection.ts';
import type { Ground } from './technology.ts';

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
  const ground = groundOf({ spec } as PlatformDocument);
  const ids = catalogue.blueprints.map(({ id }) => id).join(' | ');
  return `# yaml-language-server: $schema=${schema}
# The definition of a platform. Look first with "slipway plan -f", then "slipway up -f" or "slipway apply -f".
apiVersion: slipway.dev/v1alpha1
kind: Platform
metadata:
  name: ${name}
spec:
  blueprint: ${blueprint} # ${ids}; what follows overrides it

${(ground === 'kubernetes' ? ON_A_CLUSTER : ON_THIS_MACHINE).join('\n')}

  # What the blueprint chose. Take the comment off to choose otherwise; "slipway capability show NAME" helps.
  # capabilities:
${capabilityLines(spec, catalogue, ground).join('\n')}

  environments: # in order; the first follows every successful build
${environmentLines(spec).join('\n')}

  teams: # members are user:NAME or group:NAME
${(spec.teams ?? []).map(team => `    - name: ${team.name}`).join('\n')}
`;
}

const ON_THIS_MACHINE = [
  "  # domain: slipway.localhost # the platform's own addresses; any name that ends in .localhost",
  '  # appsDomain: slipway-apps.localhost # where services answer; another site than the domain',
];

/** The one thing nobody can know before: where it stands, and under which names. */
const ON_A_CLUSTER = [
  '  target: { kubernetes: {} } # or { kubernetes: { context: NAME } } of your kubeconfig',
  '  domain: platform.example # yours: its names lead to the ingress',
  '  appsDomain: apps.example # where services answer; another site than the domain',
  '  # tls: { issuer: letsencrypt, acme: { email: you@platform.example } } # or local, an authority of its own',
];

function capabilityLines(
  spec: NonNullable<PlatformDocument['spec']>,
  catalogue: Catalogue,
  ground: Ground,
): string[] {
  return Object.entries(spec.capabilities ?? {}).map(([id, choice]) => {
    const chosen = [choice].flat().map(nameOf);
    const others = choicesFor(catalogue, id as never, ground).filter(other => !chosen.includes(other));
    const text = Array.isArray(choice) ? `[${choice.map(flowOf).join(', ')}]` : flowOf(choice);
    return `  #   ${id}: ${text}${others.length > 0 ? ` # or ${others.join(', ')}` : ''}`;
  });
}

function nameOf(choice: Choice): string {
  return typeof choice === 'string' ? choice : choice.technology;
}

/** On one line, with its parameters: JSON is YAML. */
function flowOf(choice: Choice): string {
  return typeof choice === 'string' ? choice : JSON.stringify(choice);
}

function environmentLines(spec: NonNullable<PlatformDocument['spec']>): string[] {
  return (spec.environments ?? []).flatMap(({ name, promotion }) => [
    `    - name: ${name}`,
    ...(promotion ? [`      promotion: ${promotionText(promotion)}`] : []),
  ]);
}

type Promotion = NonNullable<
  NonNullable<NonNullable<PlatformDocument['spec']>['environments']>[number]['promotion']
>;

function promotionText(promotion: Promotion): string {
  const { requires, rollback } = promotion;
  return requires || rollback ? JSON.stringify(promotion) : `{ from: ${promotion.from} }`;
}
