const LONGEST_NAME = 253;
const LONGEST_SLUG = 50;

/** A text as a DNS name: lower case, every other character a hyphen, letters or digits at both ends. */
export function sanitizeName(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^-a-z0-9.]/gu, '-')
    .slice(0, LONGEST_NAME)
    .replace(/^[-.]+|[-.]+$/g, '');
}

/** As `sanitizeName`, without dots and shorter; it is cut at a hyphen when `smart`. */
export function slugify(text: string, longest = LONGEST_SLUG, smart = true): string {
  const slug = sanitizeName(text)
    .replace(/[^a-z0-9-_]/g, '-')
    .replace(/-+/g, '-')
    .replace(/^[-_]+|[-_]+$/g, '');
  if (longest <= 0 || slug.length <= longest) return slug;
  if (!smart) return slug.slice(0, longest);
  const hyphen = slug.lastIndexOf('-', longest);
  return slug.slice(0, hyphen < 0 ? longest : hyphen);
}
