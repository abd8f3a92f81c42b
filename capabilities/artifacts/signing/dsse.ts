/** Media type of in-toto statements in an envelope. */
export const IN_TOTO = 'application/vnd.in-toto+json';

/** DSSE envelope in JSON (secure-systems-lab/dsse, envelope.md). */
export interface Envelope {
  payloadType: string;
  /** Base64. */
  payload: string;
  signatures: { sig: string }[];
}

/** The bytes that are signed: pre-authentication encoding, so that type and body cannot be taken for one another. */
export function preAuthentication(payloadType: string, payload: Uint8Array): Buffer {
  const type = Buffer.from(payloadType);
  const head = `DSSEv1 ${type.length} ${payloadType} ${payload.length} `;
  return Buffer.concat([Buffer.from(head), payload]);
}

export function sealed(
  payload: Uint8Array,
  key: { sign(bytes: Uint8Array): Uint8Array },
  payloadType = IN_TOTO,
): Envelope {
  const sig = Buffer.from(key.sign(preAuthentication(payloadType, payload))).toString('base64');
  return { payloadType, payload: Buffer.from(payload).toString('base64'), signatures: [{ sig }] };
}

/** The payload when one of the signatures is this key's; undefined when none is. */
export function opened(
  { payloadType, payload, signatures }: Envelope,
  key: { verifies(bytes: Uint8Array, signature: Uint8Array): boolean },
): Buffer | undefined {
  const bytes = Buffer.from(payload, 'base64');
  const signed = preAuthentication(payloadType, bytes);
  return signatures.some(({ sig }) => key.verifies(signed, Buffer.from(sig, 'base64'))) ? bytes : undefined;
}
