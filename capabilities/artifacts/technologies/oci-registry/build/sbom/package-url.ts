import type { Digest, Reference } from '@slipway/oci';

/** `pkg:npm/%40scope/name@1.2.3` (package-url, "npm"). */
export function npmUrl(name: string, version: string | undefined): string {
  const at = version === undefined ? '' : `@${encodeURIComponent(version)}`;
  return `pkg:npm/${name.split('/').map(encodeURIComponent).join('/')}${at}`;
}

/** `pkg:oci/app@sha256%3A…?repository_url=…&tag=…` (package-url, "oci"). */
export function imageUrl({ registry, repository, tag }: Reference, digest: Digest | undefined): string {
  const name = repository.slice(repository.lastIndexOf('/') + 1);
  const at = digest === undefined ? '' : `@${encodeURIComponent(digest)}`;
  const where = encodeURIComponent(`${registry}/${repository}`).replaceAll('%2F', '/').replaceAll('%3A', ':');
  return `pkg:oci/${name}${at}?repository_url=${where}${tag === undefined ? '' : `&tag=${tag}`}`;
}
