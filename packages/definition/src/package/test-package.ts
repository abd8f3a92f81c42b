import { type AnyObject, messageOf } from '@slipway/api';
import { manifestsOfText, stringifyYaml } from '@slipway/render';
import type { SourceFile } from '../source-digest.ts';
import type { PackageDefinition, PackageTest } from './package-file.ts';
import { packageObjects } from './package-objects.ts';
import { packageParameters } from './package-parameters.ts';

/** How one test of a package went. */
export interface PackageTestResult {
  name: string;
  ok: boolean;
  /** What is wrong; empty when nothing is. */
  problems: string[];
  /** What it comes to, as YAML documents; empty when it was refused. */
  text: string;
}

/** Names that tests see; no platform has them. */
const PLATFORM = { name: 'test', domain: 'platform.example', appsDomain: 'apps.example' };

/** Renders a package as each of its tests says, or once with its defaults when it has none. Needs no platform. */
export async function testPackage(
  definition: PackageDefinition,
  files: SourceFile[],
): Promise<PackageTestResult[]> {
  const tests = definition.spec.tests ?? [{ name: 'defaults' }];
  return Promise.all(tests.map(test => runTest(definition, files, test)));
}

async function runTest(
  definition: PackageDefinition,
  files: SourceFile[],
  test: PackageTest,
): Promise<PackageTestResult> {
  const { name, refuses } = test;
  try {
    const objects = await objectsOf(definition, files, test);
    const text = documents(objects);
    const problems =
      refuses === undefined
        ? differences(objects, files, test)
        : [`it comes to ${objects.length} objects, but is to be refused with ${JSON.stringify(refuses)}`];
    return { name, ok: problems.length === 0, problems, text };
  } catch (error) {
    const message = messageOf(error);
    const isMeant = refuses !== undefined && message.includes(refuses);
    return { name, ok: isMeant, problems: isMeant ? [] : [message], text: '' };
  }
}

function objectsOf(
  definition: PackageDefinition,
  files: SourceFile[],
  { environment, parameters: given = {} }: PackageTest,
): Promise<AnyObject[]> {
  const parameters = packageParameters(definition, { environment, layers: [given] });
  const { metadata, spec } = definition;
  return packageObjects(definition, files, {
    parameters,
    ...(environment === undefined ? {} : { environment }),
    namespace: spec.namespace ?? metadata.name,
    platform: PLATFORM,
  });
}

/** What differs from the expected file, by object and field; the order of objects counts, that of keys does not. */
function differences(objects: AnyObject[], files: SourceFile[], { expect }: PackageTest): string[] {
  if (expect === undefined) return [];
  const file = files.find(({ path }) => path === expect);
  if (!file) return [`${expect}: there is no such file; write it with slipway package test --write`];
  const expected = manifestsOfText(new TextDecoder().decode(file.data), expect).map(({ object }) => object);
  const problems: string[] = [];
  for (let index = 0; index < Math.max(objects.length, expected.length); index++) {
    const [found, wanted] = [objects[index], expected[index]];
    if (found && wanted && stringifyYaml(found) === stringifyYaml(wanted)) continue;
    if (!found) problems.push(`${expect}: ${nameOf(wanted)} is expected, and is not there`);
    if (found && !wanted) problems.push(`${expect}: ${nameOf(found)} is there, and is not expected`);
    if (found && wanted) problems.push(`${expect}: ${nameOf(wanted)}: ${firstDifference(found, wanted)}`);
  }
  return problems;
}

function nameOf(object: AnyObject | undefined): string {
  return `${object?.kind} ${object?.metadata.name}`;
}

function firstDifference(found: AnyObject, wanted: AnyObject): string {
  const [lines, other] = [stringifyYaml(found).split('\n'), stringifyYaml(wanted).split('\n')];
  const at = lines.findIndex((line, index) => line !== other[index]);
  return `expected ${JSON.stringify(other[at]?.trim() ?? '')}, found ${JSON.stringify(lines[at]?.trim() ?? '')}`;
}

function documents(objects: AnyObject[]): string {
  return objects.map(object => stringifyYaml(object)).join('---\n');
}
