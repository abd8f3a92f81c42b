import type { SourceFile } from '../source-digest.ts';

/** Files of a package held in memory: paths to texts. */
export function filesOf(texts: Record<string, string>): SourceFile[] {
  return Object.entries(texts).map(([path, text]) => ({ path, data: Buffer.from(text) }));
}

/** A `package.yaml`: `rest` stands in its spec. */
export function packageYaml(name: string, rest: string, version = '1.0.0'): string {
  const lines = rest.split('\n').map(line => `  ${line}`);
  return `apiVersion: slipway.dev/v1alpha1\nkind: PackageDefinition\nmetadata: { name: ${name} }\nspec:\n  version: ${version}\n${lines.join('\n')}\n`;
}

export const configMap = (name: string, value: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  value: '${value}'\n`;
