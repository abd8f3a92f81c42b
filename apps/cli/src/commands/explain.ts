import {
  CAPABILITY_IDS,
  type Catalogue,
  capabilityOf,
  choicesFor,
  DEFAULT_DOCUMENT,
  knownTechnology,
  parameterSchema,
  publishedSchema,
  standsOn,
  type Technology,
  whereOf,
} from '@slipway/definition';
import { catalogue } from '@slipway/platform';
import { type ExplainedField, explainField, type FieldSchema } from '../explain/explain-field.ts';
import { fieldsTable, fieldText } from '../explain/explain-text.ts';
import type { GlobalOptions } from '../global-options.ts';
import { guidanceText } from '../guidance-text.ts';
import { CommandError, EXIT, print } from '../output.ts';

/** A field of platform.yaml, a technology or one of its parameters, or a capability. */
export async function run({ output }: GlobalOptions, [what = '']: string[]): Promise<number> {
  const all = catalogue();
  const explained = explanationOf(what, all);
  print(output, explained.value, () => explained.text);
  return EXIT.done;
}

interface Explanation {
  value: unknown;
  text: string;
}

function explanationOf(what: string, all: Catalogue): Explanation {
  const path = what.split('.').filter(part => part !== '');
  const [first = '', ...rest] = path[0]?.toLowerCase() === 'platform' ? path.slice(1) : path;
  const technology = all.technologies.find(({ id }) => id === first);
  if (technology) return rest.length > 0 ? parameterOf(technology, rest) : technologyText(technology, all);
  const capability = rest.length === 0 && CAPABILITY_IDS.find(id => id === first);
  if (capability) return capabilityText(capability, all);
  const described = rest.length === 0 && knownTechnology(all, first);
  if (described) {
    const { id, title, guidance } = described;
    const where = whereOf(all, id);
    return {
      value: { id, title, where, ...guidance },
      text: `${title} (${id}; ${where})\n${guidanceText(guidance)}`,
    };
  }
  return fieldOf(first ? [first, ...rest] : [], all);
}

function fieldOf(path: string[], all: Catalogue): Explanation {
  const schema = publishedSchema(all) as FieldSchema;
  const direct = explainField(schema, path);
  // What people look for mostly stands below spec.
  const explained = 'unknown' in direct ? explainField(schema, ['spec', ...path]) : direct;
  if (!('unknown' in explained)) return { value: explained, text: fieldText(explained) };
  const { unknown, below, known } = direct as typeof explained;
  throw new CommandError(
    `${JSON.stringify(unknown)}: no field${below ? ` of ${below}` : ''}, and no technology or capability; fields there: ${known.join(', ') || 'none'}`,
    { exitCode: EXIT.usage, next: 'slipway explain spec, or slipway capability list' },
  );
}

/** Parameters where the platform stands in this process, else those on a cluster. */
function parametersOf(technology: Technology): FieldSchema {
  return parameterSchema(
    technology,
    standsOn(technology, 'embedded') ? 'embedded' : 'kubernetes',
  ) as FieldSchema;
}

function parameterOf(technology: Technology, path: string[]): Explanation {
  const explained = explainField(parametersOf(technology), path);
  if ('unknown' in explained) {
    throw new CommandError(
      `${JSON.stringify(explained.unknown)}: no parameter of ${technology.id}; it has ${explained.known.join(', ') || 'none'}`,
      { exitCode: EXIT.usage },
    );
  }
  const named = { ...explained, field: `${technology.id}.${explained.field}` };
  return { value: named, text: fieldText(named) };
}

function technologyText(technology: Technology, all: Catalogue): Explanation {
  const { id, title, capabilities, provides, requires, guidance, version } = technology;
  const explained = explainField(parametersOf(technology), []) as ExplainedField;
  const example = exampleOf(technology, explained);
  const value = {
    id,
    title,
    version,
    where: whereOf(all, id),
    capabilities,
    provides,
    requires,
    parameters: explained.fields,
    example,
    ...guidance,
  };
  const text = [
    `${title} (${id}; ${whereOf(all, id)})`,
    `  ${'serves'.padEnd(12)}${capabilities.join(', ')}`,
    ...(version ? [`  ${'version'.padEnd(12)}${version}`] : []),
    `  ${'provides'.padEnd(12)}${provides.join(', ') || '-'}`,
    `  ${'needs'.padEnd(12)}${requires.join(', ') || '-'}`,
    guidanceText(guidance),
    '',
    explained.fields.length > 0 ? fieldsTable(explained.fields) : 'no parameters',
    '',
    'in platform.yaml:',
    ...example.map(line => `  ${line}`),
  ];
  return { value, text: text.join('\n') };
}

/** How it is chosen, with its first parameter at its default. */
function exampleOf({ id, capabilities: [first] }: Technology, { fields }: ExplainedField): string[] {
  const preset = fields.find(each => each.default !== undefined);
  const choice = preset
    ? `{ technology: ${id}, parameters: { ${preset.field}: ${JSON.stringify(preset.default)} } }`
    : id;
  return ['spec:', '  capabilities:', `    ${first}: ${choice}`];
}

function capabilityText(id: (typeof CAPABILITY_IDS)[number], all: Catalogue): Explanation {
  const capability = capabilityOf(all, id);
  const choices = { embedded: choicesFor(all, id), kubernetes: choicesFor(all, id, 'kubernetes') };
  const blueprint = all.blueprints.find(each => each.id === DEFAULT_DOCUMENT.spec?.blueprint);
  const preset = blueprint?.document.spec?.capabilities?.[id];
  const { title = id, purpose = '', choice = 'one' } = capability ?? {};
  const value = { id, title, purpose, choice, choices, default: preset ?? null };
  const text = [
    `${title} (${id}; ${choice === 'one' ? 'one technology' : 'several side by side'})`,
    `  ${purpose}`,
    `  ${'default'.padEnd(12)}${preset === undefined ? 'none' : JSON.stringify(preset)} (blueprint ${blueprint?.id ?? '-'})`,
    `  ${'embedded'.padEnd(12)}${choices.embedded.join(', ') || 'none'}`,
    `  ${'cluster'.padEnd(12)}${choices.kubernetes.join(', ') || 'none'}`,
    '',
    `guidance    slipway capability show ${id}`,
  ];
  return { value, text: text.join('\n') };
}
