import type { Technology } from '@slipway/definition';

/** What a person has to say of a tool before it can be planned. */
const SAMPLES: Record<string, Record<string, unknown>> = {
  cloudformation: { templateBucket: 'acme-templates' },
  'slipway-portal': { image: `registry.acme.example/slipway@sha256:${'0'.repeat(64)}` },
};

type Schema = { properties?: Record<string, { default?: unknown }> };

/** Parameters of a tool as a test gives them: its defaults, and what has none and is required. */
export function sampleParameters({ id, parameters, upstream }: Technology): Record<string, unknown> {
  const { properties = {} } = (upstream?.parameters ?? parameters) as Schema;
  const defaults = Object.entries(properties).flatMap(([name, { default: value }]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return { ...Object.fromEntries(defaults), ...SAMPLES[id] };
}
