/**
 * Node's cryptography, loaded when it is first needed: it takes longer to load than a small chart takes to render, and
 * few charts need it.
 */
export function nodeCrypto(): typeof import('node:crypto') {
  return process.getBuiltinModule('node:crypto');
}
