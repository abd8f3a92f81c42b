import type { SourceAccess } from '../access.ts';

/** Where charts come from, and who asks. */
export interface ChartRepository {
  /** `https://charts.example/stable`, `oci://registry.example/charts`, or Argo CD's `registry.example/charts`. */
  url: string;
  access: SourceAccess;
  /** Archives on other hosts than the index get the credentials, too. */
  passCredentials?: boolean;
  /** Who may use what was fetched: the cache keeps what different ones may read apart. */
  scope?: string;
}

/** True for registries: `oci://` and addresses without a scheme, as Argo CD tells them apart. */
export function isOci(url: string): boolean {
  return url.startsWith('oci://') || !/^[a-z][a-z0-9+.-]*:\/\//i.test(url);
}
