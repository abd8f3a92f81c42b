/** FNV-1a, 32 bits: how Argo turns node names into ids. */
export function fnv32a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}

/** Id of a node (Workflow.NodeID): the workflow's own name for its root, else name and hash. */
export function nodeIdOf(workflow: string, nodeName: string): string {
  return nodeName === workflow ? workflow : `${workflow}-${fnv32a(nodeName)}`;
}

const LONGEST_NAME = 253;
const HASH_LENGTH = 10;

/** Name of a node's pod (GeneratePodName, version 2): deterministic, so that a restart finds its own pods. */
export function podNameOf(workflow: string, nodeName: string, template: string): string {
  if (workflow === nodeName) return workflow;
  const prefix = nodeName.includes('.inline') ? workflow : `${workflow}-${template}`;
  const longest = LONGEST_NAME - HASH_LENGTH - 1;
  return `${prefix.slice(0, longest)}-${fnv32a(nodeName)}`;
}
