/** Names of the platform's own servers: reached by its own ways, with the engine's token. */
const OWN = ['git.slipway.internal', 'registry.slipway.internal'];

/** The platform's server that an address names; undefined for all others. A registry is named without a scheme, too. */
export function ownServerOf(address: string): string | undefined {
  const { hostname = '' } = parsed(address) ?? {};
  return OWN.includes(hostname) ? hostname : undefined;
}

/** Whose repository or image of this platform an address names; undefined for other servers. */
export function ownerOf(address: string): string | undefined {
  if (ownServerOf(address) === undefined) return undefined;
  const [owner = ''] = (parsed(address)?.pathname ?? '').split('/').filter(part => part !== '');
  try {
    return decodeURIComponent(owner).toLowerCase();
  } catch {
    return owner.toLowerCase();
  }
}

/** Read as a web address, so that a path is what a server makes of it. */
function parsed(address: string): URL | null {
  const hasScheme = /^[a-z]+:\/\//i.test(address);
  return URL.parse(hasScheme ? address.replace(/^oci:/i, 'https:') : `https://${address}`);
}
