export function normalized(text: string): unknown;
export function substituted<T>(step: T, saved: Record<string, string>): T;
export function takeSaved(step: object, text: string, saved: Record<string, string>): void;
