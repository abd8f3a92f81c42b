import { CodeBlock } from './code-block.tsx';
import { yamlOf } from './yaml-text.ts';

/** An object as YAML, to be read and taken along. Loaded only when somebody wants to see it. */
export default function YamlBlock({ object, label }: { object: object; label: string }) {
  return <CodeBlock label={label} text={yamlOf(object)} />;
}
