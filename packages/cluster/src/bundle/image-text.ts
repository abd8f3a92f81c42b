import { parseReference } from '@slipway/oci';

export type ChangeImage = (reference: string) => string;

/** A reference with a tag or a digest: what has neither may be anything. */
const REFERENCE = String.raw`(?:[\w.-]+(?::\d+)?\/)*[\w.-]+(?::[\w][\w.-]{0,127}(?:@sha256:[0-9a-f]{64})?|@sha256:[0-9a-f]{64})`;
const WHOLE = new RegExp(`^${REFERENCE}$`);
/** `--solver-image=quay.io/jetstack/solver:v1`, by itself or in a script. */
const FLAG = new RegExp(String.raw`(^|\s)(--?[\w-]+)([= ]["']?)(${REFERENCE})(?=["'\s\\]|$)`, 'g');
/** `image: "jenkins/inbound-agent:3385"` in YAML, or the same in JSON that has lines. */
const LINE = new RegExp(
  String.raw`^([ \t]*(?:- )?["']?[\w.-]*image["']?[ \t]*:[ \t]*["']?)(${REFERENCE})(?=["']?,?[ \t]*$)`,
  'gim',
);
const HOST = /^(?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d+)?\//;
/** Nodes that run Windows are none of ours. */
const WINDOWS = /^--?[\w-]*-win(?:dows)?$/;

/** Whether what follows this argument is an image for nodes that run Windows. */
export function isForWindows(flag: unknown): boolean {
  return typeof flag === 'string' && WINDOWS.test(flag);
}

/**
 * A text with the images changed that it is, or that its flags name. A name without a registry's host is an image only
 * where something beside it says so: a flag, or the `name` that the text is the value of.
 */
export function changeArgument(text: string, change: ChangeImage, name = ''): string {
  if (WHOLE.test(text)) return isImage(text, name) ? change(text) : text;
  return text.replace(FLAG, (all, before: string, flag: string, sign: string, reference: string) =>
    isForWindows(flag) || !isImage(reference, flag) ? all : `${before}${flag}${sign}${change(reference)}`,
  );
}

/** A file or a value of a ConfigMap: an image as a whole, or lines whose key ends in `image`. */
export function changeConfiguration(text: string, change: ChangeImage, key: string): string {
  if (WHOLE.test(text)) return isImage(text, key) ? change(text) : text;
  return text.replace(LINE, (all, before: string, reference: string) =>
    isImage(reference, 'image') ? `${before}${change(reference)}` : all,
  );
}

function isImage(text: string, name: string): boolean {
  const isNamed = /image/i.test(name) && text.includes('/');
  return (isNamed || HOST.test(text)) && isReference(text);
}

export function isReference(text: string): boolean {
  try {
    parseReference(text);
    return true;
  } catch {
    return false;
  }
}
