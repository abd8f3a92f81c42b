import { SlipwayError } from '@slipway/api';
import type { Envelope } from './dsse.ts';

/** Sigstore's bundle, version 0.3; also the artifact type of the manifest that carries it (cosign, BUNDLE_SPEC). */
export const BUNDLE = 'application/vnd.dev.sigstore.bundle.v0.3+json';
/** Annotations of that manifest, by which a bundle is found without opening it. */
export const BUNDLE_CONTENT = 'dev.sigstore.bundle.content';
export const BUNDLE_PREDICATE = 'dev.sigstore.bundle.predicateType';
/** Which SigningKey signed it. */
export const BUNDLE_KEY = 'dev.slipway.signing-key';

/** As far as we write and read it: an envelope under a key that is known by its hint (no certificate, no log). */
export interface Bundle {
  mediaType: typeof BUNDLE;
  verificationMaterial: { publicKey: { hint: string } };
  dsseEnvelope: Envelope;
}

export function bundleOf(envelope: Envelope, key: { id: string }): Bundle {
  const verificationMaterial = { publicKey: { hint: key.id } };
  return { mediaType: BUNDLE, verificationMaterial, dsseEnvelope: envelope };
}

/** @throws SlipwayError `BundleInvalid` */
export function parseBundle(bytes: Uint8Array): Bundle {
  const invalid = (what: string) => new SlipwayError('BundleInvalid', `bundle: ${what}`);
  let value: Partial<Bundle>;
  try {
    value = JSON.parse(Buffer.from(bytes).toString()) as Partial<Bundle>;
  } catch (error) {
    throw new SlipwayError('BundleInvalid', 'bundle: it is no JSON', { cause: error });
  }
  if (value?.mediaType !== BUNDLE) throw invalid(`mediaType ${JSON.stringify(value?.mediaType)}`);
  const { payload, payloadType, signatures } = value.dsseEnvelope ?? {};
  const isEnvelope =
    typeof payload === 'string' &&
    typeof payloadType === 'string' &&
    Array.isArray(signatures) &&
    signatures.every(each => typeof each?.sig === 'string');
  if (!isEnvelope) throw invalid('it holds no DSSE envelope');
  return value as Bundle;
}
