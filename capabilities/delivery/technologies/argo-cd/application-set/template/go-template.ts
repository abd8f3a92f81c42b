import type { Renderer } from './renderer.ts';

export function goTemplate(_options: string[]): Renderer {
  return () => {
    throw new Error('spec.goTemplate is not supported by this engine yet');
  };
}
