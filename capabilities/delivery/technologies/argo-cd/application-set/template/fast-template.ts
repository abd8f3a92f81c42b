import type { Params } from '../spec.ts';

/**
 * `{{ name }}` replaced by the parameter of that name; a name without a parameter stays as it stands.
 * @throws Error for a `{{` without its `}}`
 */
export function fastTemplate(text: string, params: Params): string {
  if (!/\{\{.*\}\}/.test(text)) return text;
  let result = '';
  for (let at = 0; ; ) {
    const start = text.indexOf('{{', at);
    if (start < 0) return result + text.slice(at);
    const end = text.indexOf('}}', start + 2);
    if (end < 0)
      throw new Error(
        `invalid template: Cannot find end tag="}}" in the template=${JSON.stringify(text)} starting from ${JSON.stringify(text.slice(start + 2))}`,
      );
    const tag = text.slice(start + 2, end);
    const name = tag.trim();
    const value = name !== '' && Object.hasOwn(params, name) ? params[name] : undefined;
    result += text.slice(at, start) + (typeof value === 'string' ? value : `{{${tag}}}`);
    at = end + 2;
  }
}
