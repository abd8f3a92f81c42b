/** CycloneDX 1.6, "licenseChoice". */
export type LicenceChoice = { license: { id: string } | { name: string } } | { expression: string };

/** SPDX identifiers that npm packages use; the schema takes no other word as an `id`. */
const KNOWN = new Set(
  `0BSD AFL-2.1 AGPL-3.0-only AGPL-3.0-or-later Apache-2.0 Artistic-2.0 BSD-2-Clause BSD-3-Clause BSL-1.0 BlueOak-1.0.0
  CC-BY-3.0 CC-BY-4.0 CC0-1.0 CDDL-1.0 EPL-1.0 EPL-2.0 GPL-2.0 GPL-2.0-only GPL-2.0-or-later GPL-3.0 GPL-3.0-only
  GPL-3.0-or-later ISC LGPL-2.1-only LGPL-2.1-or-later LGPL-3.0 LGPL-3.0-only LGPL-3.0-or-later MIT MIT-0 MPL-1.1 MPL-2.0
  OFL-1.1 PSF-2.0 Python-2.0 Unicode-3.0 Unicode-DFS-2016 Unlicense W3C WTFPL X11 Zlib`.split(/\s+/),
);
const EXPRESSION = /^[\w.+()-]+(?: [\w.+()-]+)*$/;

/** What a package.json says of its licence: an identifier, an expression of identifiers, or its own words. */
export function licenceOf(text: string | undefined): LicenceChoice[] {
  const said = text?.trim() ?? '';
  if (said === '') return [];
  if (KNOWN.has(said)) return [{ license: { id: said } }];
  return [isExpression(said) ? { expression: said } : { license: { name: said } }];
}

function isExpression(text: string): boolean {
  const words = text.replace(/[()]/g, ' ').trim().split(/\s+/);
  return (
    EXPRESSION.test(text) &&
    words.length % 2 === 1 &&
    words.every((word, i) => (i % 2 === 1 ? word === 'AND' || word === 'OR' : KNOWN.has(word)))
  );
}
